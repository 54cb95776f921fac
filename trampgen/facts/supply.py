"""The value of an extern: what every source says of it, compared; each is asked once, when it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from trampgen.diagnostics import Report
from trampgen.elf.errors import BadElf
from trampgen.elf.types import NoMember, holds_tables
from trampgen.facts import unknown
from trampgen.facts.asm_offsets import AsmOffsets
from trampgen.facts.debug import Debug
from trampgen.facts.expression import Atom, evaluate, parse
from trampgen.facts.gather import Facts
from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.resolve.scope import Scope

_AFTER_AN_ERROR = 0  # a value to go on with: one mistake is one finding


class _Told(Exception):
    """What is asked for has no value, and why that is has been said."""


@record
class Said:
    """A value, or that there is no such member, and who says so."""

    value: int | NoMember
    who: AsmOffsets | Debug | str

    @property
    def name(self) -> str:
        return self.who if isinstance(self.who, str) else self.who.name


class Supply:
    """The externs of one spec as the sources know them. Findings go into the report, each once."""

    def __init__(self, facts: Facts, scope: Scope, report: Report) -> None:
        self._facts, self._scope, self._report = facts, scope, report
        self._known = list(facts.known)
        self._values: dict[str, int | None] = {}
        self._atoms: dict[tuple[Atom, str | None], Said | _Told | None] = {}
        self._told: set[str] = set()  # functions, types and members that are said to be unknown
        self._useful = False
        asked = (scope.externs or scope.structs) and not facts.all_may_lack
        for elf in facts.elves if asked else ():
            if not {isa.name for isa in scope.targets}.intersection(elf.targets):
                message = f"{elf.path} is for {elf.machine_name}, and the spec for {scope.isa.name}"
                report.error("wrong-machine", Span(scope.main, 1, 1, 1, 2), message)

    def value(self, name: str, at: Span) -> int | None:
        """The value of an extern, or of a member of an extern struct; None where nobody knows it."""
        if name not in self._values:
            try:
                self._values[name] = self._found(name, at)
            except _Told:
                self._values[name] = _AFTER_AN_ERROR
        return self._values[name]

    def finish(self) -> None:
        """nothing-supplied: files with debug info of which nothing was of any use."""
        asked = bool(self._values) and bool(self._facts.elves) and not self._facts.all_may_lack
        if asked and not self._useful and not self._told:
            message = f"no extern of this spec is in the debug info of {unknown.files(self._facts)}"
            help = "it has offsets, sizes and enumerators, and no macros: those are in asm-offsets.h"
            self._report.warning("nothing-supplied", Span(self._scope.main, 1, 1, 1, 2), message, help=help)

    def _found(self, name: str, at: Span) -> int | None:
        said: list[Said] = []
        if name in self._facts.values:
            said.append(Said(self._facts.values[name], self._facts.values.origin(name)))
        extern = self._scope.externs.get(name)
        if extern is not None:
            at, c_text, unit = extern.name.span, extern.c_text.value, extern.unit
            said += [Said(v, one) for one in self._known if (v := one.named(name)) is not None]
        else:
            struct, path = _split(name)
            c_text, unit = f"offsetof(struct {struct}, {path})", self._scope.structs[struct].unit
        if unit is None or self._has(unit.value, unit.span):
            computed = self._computed(c_text, unit.value if unit else None, at, bool(said))
            said += [computed] if computed is not None else []
        return self._agreed(name, said, at)

    def _computed(self, c_text: str, unit: str | None, at: Span, is_given: bool) -> Said | None:
        """What a C text comes to."""
        expression = parse(c_text)
        if expression is None:
            return None
        said: list[Said] = []

        def look_up(atom: Atom) -> int | None:
            found = self._atom(atom, unit, at, is_given)
            if found is None or not isinstance(found.value, int):
                return None
            said.append(found)
            return found.value

        value = evaluate(expression, look_up)
        if value is None:
            return None
        return Said(value, " and ".join(dict.fromkeys(one.name for one in said)) or "its C text")

    def _atom(self, atom: Atom, unit: str | None, at: Span, is_given: bool) -> Said | None:
        """What all sources say of one thing. Raises _Told, each time."""
        key = atom, unit
        if key not in self._atoms:
            said = self._asked(atom, unit, at)
            self._useful |= any(isinstance(one.who, Debug) for one in said)
            try:
                value = self._agreed(str(atom), said, at)
                self._atoms[key] = None if value is None else Said(value, ", ".join(one.name for one in said))
            except _Told as told:
                self._atoms[key] = told
            if not said and not is_given:
                self._tell_unknown(atom, unit, at)
        found = self._atoms[key]
        if isinstance(found, _Told):
            raise found
        return found

    def _asked(self, atom: Atom, unit: str | None, at: Span) -> list[Said]:
        """What each source says; a file that turns out to be damaged is asked no more."""
        said: list[Said] = []
        for one in list(self._known):
            try:
                value = one.value(atom, unit)
            except NoMember as missing:
                said.append(Said(missing, one))
            except BadElf as error:
                self._report.error("bad-elf", at, f"{one.name}: {error}")
                self._known.remove(one)
            else:
                said += [Said(value, one)] if value is not None else []
        return _without_tables(said, atom, unit)

    def _agreed(self, what: str, said: list[Said], at: Span) -> int | None:
        """The one value that all give; None where nobody says anything. Raises _Told after an error."""
        values = [one.value for one in said if isinstance(one.value, int)]
        missing = [one for one in said if isinstance(one.value, NoMember)]
        if len(set(values)) + bool(values and missing) > 1:
            self._report.error("constants-differ", at, f"`{what}` is {_told(said)}")
            raise _Told
        for one in missing if not self._facts.all_may_lack else ():
            if isinstance(one.value, NoMember) and one.value.message not in self._told:
                self._told.add(one.value.message)
                unknown.tell_lacking(one.value, [other.name for other in missing], at, self._report)
        return values[0] if values else None

    # ---- what nobody knows -----------------------------------------------------------------------------

    def _has(self, function: str, at: Span) -> bool:
        """no-such-function: where there is debug info at all, some of it is of the function that a type is from."""
        if function in self._told:
            return False
        if not self._facts.elves or unknown.has_function(function, self._facts):
            return True
        self._told.add(function)
        if not self._facts.all_may_lack:
            unknown.tell_no_function(function, self._facts, at, self._report)
        return False

    def _tell_unknown(self, atom: Atom, unit: str | None, at: Span) -> None:
        """no-such-struct: a type that no debug info has. Names that are no types may be macros."""
        is_struct = atom.kind != "name" and atom.of.startswith(("struct ", "union "))
        if not self._facts.elves or not is_struct or atom.of in self._told or self._facts.all_may_lack:
            return
        self._told.add(atom.of)
        declared = self._scope.structs.get(atom.of.removeprefix("struct "))
        at = declared.name.span if declared is not None else at
        message, help = unknown.no_struct(atom.of, unit, self._facts)
        self._report.warning("no-such-struct", at, f"{message}: what is from it stays symbolic", help=help)


def _split(name: str) -> tuple[str, str]:
    """The struct and the path of a member: pt_regs, gpr[2]."""
    place = min(at for at in (name.find("."), name.find("[")) if at >= 0)
    return name[:place], name[place:].removeprefix(".")


def _told(said: Iterable[Said]) -> str:
    """`16 (DWARF of a.o, asm-offsets.h) and 24 (-D)`; who knows the struct without the member comes last."""
    groups: dict[str, list[str]] = {}
    for one in sorted(said, key=lambda one: isinstance(one.value, NoMember)):
        value = str(one.value) if isinstance(one.value, int) else "no member"
        groups.setdefault(value, []).append(one.name)
    return " and ".join(f"{value} ({', '.join(names)})" for value, names in groups.items())


def _without_tables(said: list[Said], atom: Atom, unit: str | None) -> list[Said]:
    """BTF has arrays of arrays as one long array: it is not asked for their elements where DWARF knows better."""
    if atom.kind != "offsetof" or "[" not in atom.path or len(said) < 2:
        return said
    exact = [one.who for one in said if isinstance(one.who, Debug) and not one.who.info.flattens]
    structs = [one.struct(atom.of, unit) for one in exact]
    if not any(struct is not None and holds_tables(struct, atom.path) for struct in structs):
        return said
    return [one for one in said if not (isinstance(one.who, Debug) and one.who.info.flattens)]
