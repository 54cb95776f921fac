"""The types that a declaration is made of, each before it is used, so that a compiler takes the whole by itself."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.elf.errors import BadElf
from trampgen.elf.spelling import declared
from trampgen.elf.types import Struct, Type, Types, struct_at
from trampgen.facts.show import definition, inline

_DEEPEST = 200  # types within each other
_MOST = 20_000  # declarations


class Declarations:
    """What has been declared so far, and how: a struct behind a pointer need only be known by name."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: set[tuple[str, str | None]] = set()  # whole, or about to be
        self._named: set[tuple[str, str | None]] = set()

    def complete(self, struct: Struct) -> str:
        """The declaration of a struct after those of everything in it, as far as they have not been given before."""
        key = "typedef" if struct.title == struct.name else struct.kind, struct.name
        if key in self._known:
            return ""
        self._known.add(key)
        return "\n".join([*self.of(struct), definition(struct)])

    def of(self, struct: Struct, depth: int = 0) -> Iterator[str]:
        """Declarations of what the members of a struct are made of."""
        self._known.add((struct.kind, struct.name))
        for field in self._types.fields(struct.at):
            yield from self._type(field.type, True, depth + 1)

    def _type(self, at: int | None, whole: bool, depth: int) -> Iterator[str]:
        if depth > _DEEPEST or len(self._known) > _MOST:
            raise BadElf("types nest without end")
        if at is None:
            return
        found = self._types.type(at)
        match found.kind:
            case "typedef":
                yield from self._typedef(found, whole, depth)
            case "enum":
                yield from self._enum(found, at)
            case "struct" | "union":
                yield from self._struct(found, at, whole, depth)
            case kind:
                through = kind not in ("pointer", "function")
                for target in (found.target, *found.arguments):
                    yield from self._type(target, whole and through, depth + 1)

    def _typedef(self, found: Type, whole: bool, depth: int) -> Iterator[str]:
        name, key = found.name or "", (found.kind, found.name)
        if name.startswith("__builtin_"):  # compilers know these
            return
        if key not in self._known or whole:  # of a struct that was known by name only
            yield from self._type(found.target, whole, depth + 1)
        if key in self._known:
            return
        self._known.add(key)
        target = self._types.type(found.target) if found.target is not None else None
        struct = struct_at(self._types, found.target, name) if target and target.name is None else None
        if struct is not None and target is not None and target.kind in ("struct", "union"):
            yield definition(struct)
        else:
            yield f"typedef {declared(self._types, found.target, name, inline(self._types, found.target))};\n"

    def _enum(self, found: Type, at: int) -> Iterator[str]:
        if found.name is not None and (found.kind, found.name) not in self._known:
            self._known.add((found.kind, found.name))
            yield f"enum {found.name} {inline(self._types, at)};\n"

    def _struct(self, found: Type, at: int, whole: bool, depth: int) -> Iterator[str]:
        key = found.kind, found.name
        if found.name is not None and not whole:
            if key not in self._named:
                yield f"{found.kind} {found.name};\n"
            self._named.add(key)
        elif found.name is None or key not in self._known:
            struct = struct_at(self._types, at)
            if struct is not None:
                yield from self.of(struct, depth)
                if found.name is not None:
                    self._named.add(key)
                    yield definition(struct)
