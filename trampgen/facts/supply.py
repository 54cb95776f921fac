"""The value of an extern: what every source says of it, compared; each is asked once, when it is needed.

One spec describes several configurations, and an object is of one: what it has not may be what only the others use.
Such an extern stays symbolic, and is a finding where every build that the object can be of uses it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping
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
from trampgen.resolve.impossible import is_impossible

if TYPE_CHECKING:
    from trampgen.resolve.scope import Scope

_MOST_BUILDS = 5000  # combinations of cases that are looked at
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
        self._lacking: dict[
            str, dict[str, Callable[[], None]]
        ] = {}  # extern → what is to be said, by its message
        self._uses: dict[str, list[dict[str, str]]] = {}
        self._useful = False
        asked = (scope.externs or scope.structs) and not facts.all_may_lack
        for elf in facts.elves if asked else ():
            if not {isa.name for isa in scope.targets}.intersection(elf.targets):
                message = f"{elf.path} is for {elf.machine_name}, and the spec for {scope.isa.name}"
                report.error("wrong-machine", Span(scope.main, 1, 1, 1, 2), message)

    def value(self, name: str, at: Span, cases: Mapping[str, str] | None = None) -> int | None:
        """The value of an extern, or of a member of an extern struct; None where nobody knows it.

        `cases` are those in which code uses it, by axis; None where it is not used but declared."""
        if name not in self._values:
            try:
                self._values[name] = self._found(name, at)
            except _Told:
                self._values[name] = _AFTER_AN_ERROR
        if name in self._lacking and cases is not None:
            self._uses.setdefault(name, []).append(dict(cases))
        return self._values[name]

    def finish(self) -> None:
        """Say what is missing, once it is known where everything is used; nothing-supplied if that is all."""
        if self._facts.all_may_lack:
            return
        told: set[str] = set()
        for name, findings in self._lacking.items():
            if self._is_always_used(name):
                for message, tell in findings.items():
                    if message not in told:
                        told.add(message)
                        tell()
        asked = bool(self._values) and bool(self._facts.elves)
        whole = len(self._known) == len(self._facts.known)  # of a damaged file that has been said
        if asked and whole and not self._useful and not self._lacking:
            message = f"no extern of this spec is in the debug info of {unknown.files(self._facts)}"
            help = "it has offsets, sizes and enumerators, and no macros: those are in asm-offsets.h"
            self._report.warning("nothing-supplied", Span(self._scope.main, 1, 1, 1, 2), message, help=help)

    # ---- what is said of one extern --------------------------------------------------------------------

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
        lacking: dict[str, Callable[[], None]] = {}
        if unit is None or self._has(unit.value, unit.span, lacking):
            computed = self._computed(c_text, unit.value if unit else None, at, lacking)
            said += [computed] if computed is not None else []
        value = self._agreed(name, said, at)
        if value is None and lacking:
            self._lacking[name] = lacking
        return value

    def _computed(
        self, c_text: str, unit: str | None, at: Span, lacking: dict[str, Callable[[], None]]
    ) -> Said | None:
        """What a C text comes to, or that a member in it is missing."""
        expression = parse(c_text)
        if expression is None:
            return None
        said: list[Said] = []

        def look_up(atom: Atom) -> int | None:
            found = self._atom(atom, unit, at)
            if found is not None:
                said.append(found)
            elif self._facts.elves:
                self._note_no_struct(atom, unit, at, lacking)
            return found.value if found is not None and isinstance(found.value, int) else None

        value = evaluate(expression, look_up)
        who = " and ".join(dict.fromkeys(one.name for one in said)) or "its C text"
        missing = next((one.value for one in said if isinstance(one.value, NoMember)), None)
        if missing is not None:
            lacking[missing.message] = lambda: unknown.tell_no_member(missing, who, at, self._report)
            return Said(missing, who)
        return Said(value, who) if value is not None else None

    def _atom(self, atom: Atom, unit: str | None, at: Span) -> Said | None:
        """What all sources say of one thing. Raises _Told, each time, where they differ."""
        key = atom, unit
        if key not in self._atoms:
            said = self._asked(atom, unit, at)
            self._useful |= any(isinstance(one.who, Debug) for one in said)
            try:
                self._agreed(str(atom), said, at)
                self._atoms[key] = Said(said[0].value, ", ".join(one.name for one in said)) if said else None
            except _Told as told:
                self._atoms[key] = told
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
        """The one value that all give; None where nobody gives any. Raises _Told after constants-differ."""
        values = [one.value for one in said if isinstance(one.value, int)]
        if len(set(values)) + (bool(values) and len(values) < len(said)) > 1:
            self._report.error("constants-differ", at, f"`{what}` is {_told(said)}")
            raise _Told
        return values[0] if values else None

    # ---- what nobody knows -----------------------------------------------------------------------------

    def _has(self, function: str, at: Span, lacking: dict[str, Callable[[], None]]) -> bool:
        """Whether some debug info is of the function that a type is from."""
        if not self._facts.elves or unknown.has_function(function, self._facts):
            return True
        lacking[f"function {function}"] = lambda: unknown.tell_no_function(
            function, self._facts, at, self._report
        )
        return False

    def _note_no_struct(
        self, atom: Atom, unit: str | None, at: Span, lacking: dict[str, Callable[[], None]]
    ) -> None:
        """no-such-struct: a type that no debug info has. Names that are no types may be macros."""
        asked = [one for one in self._known if isinstance(one, Debug)]  # of a damaged file that has been said
        if not asked or atom.kind == "name" or not atom.of.startswith(("struct ", "union ")):
            return
        if any(one.has(atom.of, unit) for one in asked):
            return  # a member that may be a macro
        declared = self._scope.structs.get(atom.of.removeprefix("struct "))
        place = declared.name.span if declared is not None else at

        def tell() -> None:
            message, help = unknown.no_struct(atom.of, unit, self._facts)
            message += ": what is from it stays symbolic"
            self._report.warning("no-such-struct", place, message, help=help)

        lacking[atom.of] = tell

    def _is_always_used(self, name: str) -> bool:
        """Whether an extern is used in every combination of cases of which the objects can be."""
        uses = self._uses.get(name, [])
        return bool(uses) and all(any(use.items() <= one.items() for use in uses) for one in self._builds)

    @functools.cached_property
    def _builds(self) -> list[dict[str, str]]:
        """The combinations of cases, axis → case, with code for the objects' machines."""
        scope = self._scope
        targets = {target for elf in self._facts.elves for target in elf.targets}
        axes = [[(axis.name.text, case.name.text) for case in axis.cases] for axis in scope.axes.values()]
        every = map(dict, itertools.islice(itertools.product(*axes), _MOST_BUILDS))
        return [
            cases
            for cases in every
            if scope.isa_of(cases.values()).name in targets and not is_impossible(cases, scope)
        ]


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
