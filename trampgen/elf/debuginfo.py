"""The debug info of a file, in each format that it has."""

from __future__ import annotations

from typing import Protocol

from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.types import Struct


class DebugInfo(Protocol):
    """What knows the types of a file; `name` is `DWARF of vmlinux`. All methods raise BadElf."""

    name: str
    elf: Elf
    pointer_size: int
    flattens: bool  # whether arrays of arrays are one array here

    def struct(self, name: str, function: str | None = None) -> Struct | None:
        """A struct, union or typedef of one by name, as the unit of a function has it."""

    def enumerator(self, name: str, function: str | None = None) -> int | None:
        """The value of an enumerator."""

    def size_of(self, name: str) -> int | None:
        """The size of a type that is called by a word or a few: `u64`, `unsigned long`, `enum colour`."""

    def similar(self, name: str) -> list[str]:
        """Structs and unions whose names are much like one that there is not."""

    def has_function(self, name: str) -> bool:
        """Whether the file has a function."""


def sources(elf: Elf) -> list[DebugInfo]:
    """DWARF and BTF of a file, as far as it has them. Raises BadElf for one without any.

    The BTF of a module builds on that of vmlinux: beside DWARF it is left alone."""
    found: list[DebugInfo] = []
    names = elf.by_name
    if ".debug_info" in names or ".zdebug_info" in names:
        from trampgen.elf.dwarf import Dwarf

        found.append(Dwarf(elf))
    if ".BTF" in names and not (found and ".BTF.base" in names):
        from trampgen.elf.btf import Borrowed, Btf

        try:
            found.append(Btf(elf))
        except Borrowed:
            if not found:
                raise
    if not found:
        raise BadElf(_nothing(elf))
    return found


def _nothing(elf: Elf) -> str:
    if any(name.endswith(".dwo") for name in elf.by_name):
        return "it is one half of split debug info (-gsplit-dwarf), which is not read"
    if ".gnu_debuglink" in elf.by_name:
        return "its debug info is in a file of its own (.gnu_debuglink names it): give that one"
    return "it has neither DWARF nor BTF: compile it with -g"
