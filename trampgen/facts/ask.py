"""Structs by name from every file that was given, compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from trampgen.diagnostics import Report
from trampgen.elf.errors import BadElf
from trampgen.elf.types import NoMember, Struct, Types, everything, locate
from trampgen.facts import unknown
from trampgen.facts.gather import Facts

if TYPE_CHECKING:
    from trampgen.facts.complete import Declarations

Layout = dict[str, tuple[int, int]]  # of each member offset and size in bits


class Asked:
    """Structs, unions and typedefs of them, `pt_regs`, and members, `pt_regs.gpr[2]`. Findings go into the report."""

    def __init__(self, facts: Facts, function: str | None, report: Report) -> None:
        self._facts, self._function, self._report = facts, function, report
        self._sources = facts.debug
        self._declared: dict[Types, Declarations] = {}
        if function is not None and not unknown.has_function(function, facts):
            unknown.tell_no_function(function, facts, None, report)
            report.stop_on_errors()

    def shown(self, name: str, whole: bool) -> str:
        """C text, or a line with the offset of a member; nothing where there is an error.

        `whole` puts the types in front of which the struct is made."""
        from trampgen.facts.show import definition

        struct, path = self._split(name)
        found = self._struct(struct)
        if found is None:
            return ""
        if path:
            offset = self._offset(found, path)
            return "" if offset is None else f"{name} = {offset}\n"
        if whole:
            from trampgen.facts.complete import Declarations

            return self._declared.setdefault(found.types, Declarations(found.types)).complete(found)
        return definition(found)

    def described(self, name: str) -> dict[str, Any] | None:
        """The same for JSON."""
        from trampgen.facts.described import described

        struct, path = self._split(name)
        found = self._struct(struct)
        if found is None:
            return None
        return {"name": name, "offset": self._offset(found, path)} if path else described(found)

    def values(self, name: str) -> dict[str, int]:
        """Names of members with their offsets, as in a constants file."""
        from trampgen.facts.lock import TooMany, members

        struct, path = self._split(name)
        found = self._struct(struct)
        if found is None:
            return {}
        if path:
            offset = self._offset(found, path)
            return {} if offset is None else {f"{found.name}.{path}": offset}
        try:
            return members(found)
        except TooMany as error:
            self._report.error("too-many", None, str(error), help="name the members that are needed")
            return {}

    def _split(self, name: str) -> tuple[str, str]:
        places = [at for at in (name.find("."), name.find("[")) if at >= 0]
        return (name[: min(places)], name[min(places) :].removeprefix(".")) if places else (name, "")

    def _offset(self, struct: Struct, path: str) -> int | None:
        try:
            return locate(struct, path)
        except NoMember as missing:
            unknown.tell_no_member(missing, unknown.files(self._facts), None, self._report)
            return None

    def _struct(self, name: str) -> Struct | None:
        found = list(self._found(name))
        if not found:
            message, help = unknown.no_struct(name, self._function, self._facts)
            self._report.error("no-such-struct", None, message, help=help)
            return None
        (first, struct), *others = found
        for who, other in others:
            difference = _difference(struct, other)
            if difference:
                message = f"`{struct.title}` in {first} and in {who}: {difference}"
                self._report.error("constants-differ", None, message)
        return struct

    def _found(self, name: str) -> Iterator[tuple[str, Struct]]:
        for source in self._sources:
            if self._function is not None and not source.info.has_function(self._function):
                continue
            try:
                struct = source.struct(name, self._function)
            except BadElf as error:
                self._report.error("bad-elf", None, f"{source.name}: {error}")
                self._report.stop_on_errors()
            else:
                if struct is not None:
                    yield source.name, struct


def _difference(one: Struct, other: Struct) -> str:
    """The first thing in which two layouts differ, or nothing."""
    if one.size != other.size:
        return f"{one.size} and {other.size} bytes"
    first, second = _layout(one), _layout(other)
    for name in [*first, *second]:
        if first.get(name) != second.get(name):
            places = (
                f"at {place[name][0] / 8:g}" if name in place else "missing" for place in (first, second)
            )
            if first.get(name, (0, 0))[0] == second.get(name, (0, 0))[0]:
                return f"`{name}` has different sizes"
            return f"`{name}` is {' and '.join(places)}"
    return ""


def _layout(struct: Struct) -> Layout:
    found: Layout = {}
    for member in everything(struct):
        start, size = 8 * member.offset, 8 * (member.size or 0)
        if member.bits is not None:
            start, size = member.bits.offset, member.bits.size
        found.setdefault(member.name or "", (start, size))
    return found
