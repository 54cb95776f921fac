"""Gathers declarations by name; a name stands for one thing, in the spec and in the C that comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from trampgen import isa as isas
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import (
    Bitmap,
    Breakpoint,
    Callsite,
    Comparison,
    Repeat,
    Rewrite,
    Slot,
    Table,
)

C_KEYWORDS = frozenset(
    """auto break case char const continue default do double else enum extern float for goto if inline int long
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
    bool true false NULL errno linux unix current s8 s16 s32 s64 u8 u16 u32 u64 asm typeof""".split()
)


D = TypeVar(
    "D",
    ast.Const, ast.Extern, ast.ExternStruct, ast.Macro, ast.Layout, ast.Template, ast.Family,
    Table, Breakpoint, Slot, Callsite, Repeat, Bitmap, Rewrite,
)  # fmt: skip


@record
class Offset:
    """A member of an extern struct that an expression has asked for: `pt_regs.gpr[2]`, and its C text."""

    struct: str
    name: str
    c: str
    span: Span
    unit: str | None = None


class Supplier(Protocol):
    """What is asked for the value of an extern when it is needed."""

    def value(self, name: str, at: Span, cases: Mapping[str, str] | None = None) -> int | None:
        """None where nobody knows it; `at` is where a finding about it belongs, `cases` those that use it."""


@dataclass(slots=True, eq=False, repr=False)
class Scope:
    """Every declaration of a spec under its name. `main` is the file given on the command line.

    `isa` is that of the spec; code of a case that names its target is for another of `isas`."""

    main: str
    isa: Isa
    isas: dict[str, Isa] = field(default_factory=dict)  # case → the target that it names
    licence: str | None = None
    axes: dict[str, ast.Variant] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)  # case → its axis
    consts: dict[str, ast.Const] = field(default_factory=dict)
    impossible: list[ast.Impossible] = field(default_factory=list)
    externs: dict[str, ast.Extern] = field(default_factory=dict)
    structs: dict[str, ast.ExternStruct] = field(default_factory=dict)
    macros: dict[str, ast.Macro] = field(default_factory=dict)
    layouts: dict[str, ast.Layout] = field(default_factory=dict)
    templates: dict[str, ast.Template] = field(default_factory=dict)
    families: dict[str, ast.Family] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    breakpoints: dict[str, Breakpoint] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    callsites: dict[str, Callsite] = field(default_factory=dict)
    repeats: dict[str, Repeat] = field(default_factory=dict)
    bitmaps: dict[str, Bitmap] = field(default_factory=dict)
    comparisons: list[Comparison] = field(default_factory=list)
    rewrites: dict[str, Rewrite] = field(default_factory=dict)
    supplied: Mapping[str, int] = field(default_factory=dict)  # externs given by -D and constants files
    supplier: Supplier | None = None  # where there are other sources: it knows those too
    offsets: dict[str, Offset] = field(default_factory=dict)  # collected while expressions are evaluated

    @property
    def values(self) -> list[str]:
        """Names that an expression anywhere may use."""
        return [*self.consts, *self.externs, *self.cases]

    @property
    def targets(self) -> list[Isa]:
        """Every instruction set that some code of the spec is for."""
        return list({isa.name: isa for isa in (self.isa, *self.isas.values())}.values())

    def isa_of(self, cases: Iterable[str]) -> Isa:
        """The instruction set in a combination of cases: one case may name it."""
        return next((self.isas[case] for case in cases if case in self.isas), self.isa)

    def is_known(self, extern: str) -> bool:
        """Whether a name that somebody supplies is an extern, or a member of an extern struct."""
        return extern in self.externs or re.split(r"[.\[]", extern)[0] in self.structs

    @property
    def in_objects(self) -> list[ast.InObjects]:
        """What says where object files have it."""
        arrays = (self.tables, self.breakpoints, self.repeats, self.bitmaps)
        groups: tuple[Mapping[str, ast.InObjects], ...] = (self.templates, *arrays)
        return [thing for group in groups for thing in group.values() if thing.symbols]

    @property
    def units(self) -> list[ast.Text]:
        """The functions that externs are from."""
        units = [extern.unit for extern in self.externs.values()]
        units += [struct.unit for struct in self.structs.values()]
        return [unit for unit in units if unit is not None]

    def value_of(self, extern: str, at: Span, cases: Mapping[str, str] | None = None) -> int | None:
        """The value of an extern or of a member of an extern struct; None where it stays symbolic.

        `cases` are those in which it is used, by axis."""
        if self.supplier is not None:
            return self.supplier.value(extern, at, cases)
        return self.supplied.get(extern)

    @property
    def described(self) -> list[ast.Described]:
        """Tables, breakpoints, slots, call sites, repeats, bitmaps and rewrites."""
        words = (self.tables, self.breakpoints, self.slots, self.callsites, self.repeats)
        groups = (*words, self.bitmaps, self.rewrites)
        return [thing for group in groups for thing in group.values()]


def gather(main: str, declarations: list[ast.Declaration], report: Report) -> Scope | None:
    """The scope of a spec; None where not even the target is known."""
    isa = _target(main, declarations, report)
    if isa is None:
        return None
    scope = Scope(main, isa)
    _licence(scope, declarations, report)
    taken: dict[str, ast.Name] = {}
    for declaration in declarations:
        match declaration:
            case ast.Variant():
                _claim(declaration.name, taken, report)
                scope.axes.setdefault(declaration.name.text, declaration)
                _cases(declaration, scope, taken, report)
            case ast.Impossible():
                scope.impossible.append(declaration)
            case ast.Const():
                _put(scope.consts, declaration, taken, report)
            case ast.Extern():
                _put(scope.externs, declaration, taken, report)
            case ast.ExternStruct():
                _put(scope.structs, declaration, taken, report)
            case ast.Macro():
                _put(scope.macros, declaration, taken, report)
            case ast.Layout():
                _put(scope.layouts, declaration, taken, report)
            case ast.Template():
                _put(scope.templates, declaration, taken, report)
            case ast.Family():
                _put(scope.families, declaration, taken, report)
            case Table():
                _put(scope.tables, declaration, taken, report)
            case Breakpoint():
                _put(scope.breakpoints, declaration, taken, report)
            case Slot():
                _put(scope.slots, declaration, taken, report)
            case Callsite():
                _put(scope.callsites, declaration, taken, report)
            case Repeat():
                _put(scope.repeats, declaration, taken, report)
            case Bitmap():
                _put(scope.bitmaps, declaration, taken, report)
            case Comparison():
                scope.comparisons.append(declaration)
            case Rewrite():
                _put(scope.rewrites, declaration, taken, report)
        for predicate in declaration.predicates if isinstance(declaration, Table | Breakpoint) else ():
            _claim(predicate.name, taken, report)
    return scope


def _target(main: str, declarations: list[ast.Declaration], report: Report) -> Isa | None:
    targets = [d for d in declarations if isinstance(d, ast.Target)]
    own = [t for t in targets if t.span.path == main] or targets
    if not own:
        at = Span(main, 1, 1, 1, 2)
        known = ", ".join(isas.MODULES)
        report.error(
            "no-target", at, "the spec names no target", help=f"add a line such as `target ppc64` ({known})"
        )
        return None
    first = own[0]
    for other in targets:
        if other.isa.text != first.isa.text or (other is not first and other.span.path == main):
            note = Note(f"first given here: target {first.isa.text}", first.span)
            report.error("duplicate-name", other.span, "a spec has one target", [note])
    return _loaded(first.isa, report)


def _loaded(name: ast.Name, report: Report) -> Isa | None:
    if name.text in isas.MODULES:
        return isas.load(name.text)
    help = did_you_mean(name.text, isas.MODULES) or f"known: {', '.join(isas.MODULES)}"
    report.error("unknown-target", name.span, f"there is no target `{name.text}`", help=help)
    return None


def _licence(scope: Scope, declarations: list[ast.Declaration], report: Report) -> None:
    given = [d for d in declarations if isinstance(d, ast.Spdx)]
    for line in given:
        if not re.fullmatch(r"[A-Za-z0-9.+() -]+", line.identifier):
            report.error(
                "bad-licence",
                line.span,
                f"`{line.identifier}` is no SPDX licence expression"
                if line.identifier
                else "no licence is named",
                help="`//!` is for one line, `//! SPDX-License-Identifier: …`; comments start with `//`, "
                "documentation with `///`",
            )
    for extra in given[1:]:
        report.error(
            "duplicate-name", extra.span, "a spec has one licence line", [Note("first", given[0].span)]
        )
    if given:
        scope.licence = given[0].identifier
    else:
        at = Span(scope.main, 1, 1, 1, 2)
        report.warning(
            "no-licence",
            at,
            "no SPDX line: the generated header carries no licence",
            help="start the file with `//! SPDX-License-Identifier: …`",
        )


def _put(table: dict[str, D], declaration: D, taken: dict[str, ast.Name], report: Report) -> None:
    _claim(declaration.name, taken, report)
    table.setdefault(declaration.name.text, declaration)


def _claim(name: ast.Name, taken: dict[str, ast.Name], report: Report) -> None:
    """Take a name for the spec; letters in another case would give the same C macro.

    A refused name is declared all the same, so that its uses are not errors too."""
    if name.text in C_KEYWORDS or name.text == "_":
        report.error("bad-name", name.span, f"`{name.text}` can't be a name: C has it")
        return
    first = taken.setdefault(name.text.upper(), name)
    if first is name:
        return
    same = "is" if first.text == name.text else f"and `{first.text}` give one macro name: that is"
    report.error(
        "duplicate-name", name.span, f"`{name.text}` {same} already taken", [Note("first here", first.span)]
    )


def check_c_keywords(names: Iterable[ast.Name], report: Report) -> None:
    """bad-name: what becomes an argument or a member in C."""
    for name in names:
        if name.text in C_KEYWORDS:
            report.error("bad-name", name.span, f"`{name.text}` can't be a name: C has it")


def claim_local(names: list[ast.Name], what: str, report: Report) -> None:
    """Names of one template's or layout's own: C keywords and duplicates are errors."""
    taken: dict[str, ast.Name] = {}
    check_c_keywords(names, report)
    for name in names:
        first = taken.setdefault(name.text.upper(), name)
        if first is not name:
            report.error(
                "duplicate-name",
                name.span,
                f"`{name.text}` is already taken in this {what}",
                [Note("first here", first.span)],
            )


def check_c_text(text: ast.Text, what: str, report: Report) -> bool:
    """C text goes into the header as it is: it must be there, balanced, and leave comments and lines alone."""
    value = text.value.strip()
    foreign = re.search(r"/[*/]|\*/|;|#|\\", value)
    wrong = (
        f"{what} is empty"
        if not value
        else f"unbalanced ( ) in {what}"
        if not _balanced(value)
        else f"`{foreign.group()}` in {what}"
        if foreign
        else ""
    )
    if wrong:
        report.error("bad-c-text", text.span, wrong)
    return not wrong


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _guard(guard: ast.Text, before: tuple[ast.Case, ...], report: Report) -> None:
    text = guard.value.strip()
    if text:
        check_c_text(guard, "a guard", report)
    if not text:
        report.error("bad-guard", guard.span, "an empty guard", help="leave `when` out for the #else case")
    elif re.search(r"(?<![=!<>])=(?!=)", text):
        report.error("bad-guard", guard.span, "`=` compares nothing in #if", help="write == or IS_ENABLED(…)")
    elif any(case.guard and case.guard.value.strip() == text for case in before):
        report.error(
            "unreachable-case", guard.span, "an earlier case has the same guard: this one is never chosen"
        )


def _cases(axis: ast.Variant, scope: Scope, taken: dict[str, ast.Name], report: Report) -> None:
    if not axis.cases:
        report.error("empty", axis.span, f"variant `{axis.name.text}` has no case")
    for index, case in enumerate(axis.cases):
        _claim(case.name, taken, report)
        scope.cases.setdefault(case.name.text, axis.name.text)
        if case.target is not None and (isa := _loaded(case.target, report)) is not None:
            scope.isas[case.name.text] = isa
        if case.guard is None and index < len(axis.cases) - 1:
            report.error(
                "unreachable-case",
                case.name.span,
                f"`{case.name.text}` has no guard: the cases after it can never be chosen",
                help="a case without `when` is the #else, and comes last",
            )
        if case.guard is not None:
            _guard(case.guard, axis.cases[:index], report)
