"""What debug info says of externs: offsets of members, sizes of types, enumerators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trampgen.elf.debuginfo import DebugInfo
from trampgen.elf.errors import BadElf
from trampgen.elf.types import NoMember, Struct, locate

if TYPE_CHECKING:
    from trampgen.facts.expression import Atom


class Debug:
    """The debug info of one file in one format. All methods raise BadElf."""

    def __init__(self, info: DebugInfo) -> None:
        self.info, self.name = info, info.name
        self._structs: dict[tuple[str, str | None], Struct | None] = {}

    def named(self, extern: str) -> int | None:
        """Debug info knows no macros."""
        return None

    def value(self, atom: Atom, unit: str | None = None) -> int | None:
        """None for what is not there; NoMember where the struct is there and the member is not."""
        if unit is not None and not self.info.has_function(unit):
            return None
        if atom.kind == "name":
            return self.info.enumerator(atom.of, unit)
        if atom.kind == "sizeof" and atom.of.endswith("*"):
            return self.info.pointer_size
        struct = self.struct(atom.of, unit)
        if atom.kind == "sizeof":
            return struct.size if struct is not None else self.info.size_of(atom.of)
        return self._offset(struct, atom.path) if struct is not None else None

    def _offset(self, struct: Struct, path: str) -> int | None:
        """What is written like a macro may be one, as ARM_pc is: that C knows, and debug info does not."""
        try:
            return locate(struct, path)
        except NoMember as missing:
            if missing.word[:1].isupper():
                return None
            raise

    def has(self, struct: str, unit: str | None) -> bool:
        """Whether there is such a struct, in what can be read."""
        try:
            return self.struct(struct, unit) is not None
        except BadElf:
            return False

    def struct(self, name: str, unit: str | None = None) -> Struct | None:
        """A struct as the unit of a function has it."""
        key = name, unit
        if key not in self._structs:
            self._structs[key] = self.info.struct(name, unit)
        return self._structs[key]
