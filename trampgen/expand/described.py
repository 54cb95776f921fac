"""Tables, bitmaps and what else is described, for one combination of cases at a time, before any assembler."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from typing import TypeVar

from trampgen.diagnostics import Note, Report
from trampgen.expand.bitmaps import DraftBitmap, bitmap
from trampgen.expand.evaluate import EvaluationError, number
from trampgen.expand.instances import Instance
from trampgen.expand.repeats import DraftRepeat, repeat
from trampgen.expand.rewrites import DraftRewrite, rewrite
from trampgen.expand.slots import DraftSlot, slot
from trampgen.expand.tables import DraftTable, table
from trampgen.expand.variants import combinations
from trampgen.expand.words import DraftWord, Place, draft, holds, one_word, present, shown_index
from trampgen.model.record import record
from trampgen.model.spec import Layout, When
from trampgen.resolve.axes import axes_of
from trampgen.resolve.described import code_stub, nop_stub
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import (
    Bitmap,
    Breakpoint,
    Callsite,
    Comparison,
    NeverNop,
    Repeat,
    Replace,
    Rewrite,
    SitePart,
    SiteWord,
    Slot,
    Table,
)

_FURTHEST = 1024  # words from the site
Thing = TypeVar("Thing", Table, Breakpoint, Slot, Callsite, Repeat, Bitmap, Rewrite)
Draft = TypeVar("Draft")


@record
class DraftBreakpoint:
    when: When
    code: Instance


@record
class DraftSite:
    """Words by index: those that the site begins with, and those that each replacement gives it."""

    when: When
    words: dict[int, DraftWord]
    states: tuple[tuple[Replace, dict[int, DraftWord]], ...]
    never: tuple[tuple[int, NeverNop], ...]
    nop: Instance


@record
class Drafts:
    """Every declaration, with its axes and the combinations of cases in which it exists."""

    tables: list[tuple[Table, tuple[str, ...], list[DraftTable]]]
    breakpoints: list[tuple[Breakpoint, tuple[str, ...], list[DraftBreakpoint]]]
    slots: list[tuple[Slot, tuple[str, ...], list[DraftSlot]]]
    callsites: list[tuple[Callsite, tuple[str, ...], list[DraftSite]]]
    repeats: list[tuple[Repeat, tuple[str, ...], list[DraftRepeat]]]
    bitmaps: list[tuple[Bitmap, tuple[str, ...], list[DraftBitmap]]] = field(default_factory=list)
    comparisons: list[tuple[Comparison, tuple[str, ...], list[When]]] = field(default_factory=list)
    rewrites: list[tuple[Rewrite, tuple[str, ...], list[DraftRewrite]]] = field(default_factory=list)

    def instances(self) -> list[Instance]:
        """All that has to be assembled."""
        words = [word for _, _, drafts in self.tables for d in drafts for word in d.words()]
        found = [d.code for _, _, drafts in self.breakpoints for d in drafts]
        found += [d.code for _, _, drafts in self.repeats for d in drafts]
        found += [form.code for _, _, drafts in self.slots for d in drafts for form in d.forms]
        for site in (site for _, _, drafts in self.callsites for site in drafts):
            found.append(site.nop)
            words += [w for own in (site.words, *(s for _, s in site.states)) for w in own.values()]
        return [*found, *(word.content for word in words if isinstance(word.content, Instance))]


def drafts(scope: Scope, layouts: list[Layout], report: Report) -> Drafts:
    """What the scope describes; what has no value is in the report."""

    def each(
        things: dict[str, Thing], make: Callable[[Thing, Place], Draft | None]
    ) -> list[tuple[Thing, tuple[str, ...], list[Draft]]]:
        return [_drafted(thing, make, scope, layouts, report) for thing in things.values()]

    return Drafts(
        each(scope.tables, table),
        each(scope.breakpoints, _breakpoint),
        each(scope.slots, slot),
        each(scope.callsites, _callsite),
        each(scope.repeats, repeat),
        each(scope.bitmaps, bitmap),
        [_compared(one, scope) for one in scope.comparisons],
        each(scope.rewrites, rewrite),
    )


def _compared(comparison: Comparison, scope: Scope) -> tuple[Comparison, tuple[str, ...], list[When]]:
    axes = axes_of(comparison, scope)
    return comparison, axes, combinations(axes, scope)


def _drafted(
    thing: Thing,
    make: Callable[[Thing, Place], Draft | None],
    scope: Scope,
    layouts: list[Layout],
    report: Report,
) -> tuple[Thing, tuple[str, ...], list[Draft]]:
    axes, found = axes_of(thing, scope), []
    before = len(report.errors)
    for when in combinations(axes, scope):
        place = Place(thing.name, scope, layouts, when, report)
        if thing.condition is None or holds(thing.condition, place):
            found.append(make(thing, place))
    if not found and len(report.errors) == before:
        report.error("never-true", thing.name.span, f"`{thing.name.text}` exists in no combination of cases")
    return thing, axes, [one for one in found if one is not None]


def _breakpoint(declared: Breakpoint, place: Place) -> DraftBreakpoint | None:
    code = one_word(code_stub(declared), declared.name.span, place)
    return None if code is None else DraftBreakpoint(place.when, code)


def _is_of_bytes(name: ast.Name, does: str, place: Place) -> bool:
    """not-this-target: words are described, and the target has none."""
    if place.isa.of_bytes:
        what = f"{does} words of 32 bits, and instructions of {place.isa.name} have 1 to 15 bytes"
        place.report.error("not-this-target", name.span, what, when=place.when)
    return place.isa.of_bytes


def _callsite(site: Callsite, place: Place) -> DraftSite | None:
    if _is_of_bytes(site.name, "a call site is described by", place):
        return None
    parts: list[SitePart] = list(present(site.parts, place))
    words = _words([part for part in parts if isinstance(part, SiteWord)], "this call site", place)
    if not words:
        place.report.error(
            "empty", site.name.span, f"call site `{site.name.text}` describes no word here", when=place.when
        )
    states = _states(parts, words, place)
    never = []
    for rule in (part for part in parts if isinstance(part, NeverNop)):
        index = _index(rule.index, place)
        # What is said of a state that does not exist in these cases says nothing.
        there = rule.state is None or rule.state.text.upper() in states
        if index is not None and _is_described(index, rule.index, words, place) and there:
            never.append((index, rule))
    nop = one_word(nop_stub(site), site.name.span, place)
    if nop is None:
        return None
    described = tuple((state, _sound(own)) for state, own in states.values())
    return DraftSite(place.when, _sound(words), described, tuple(never), nop)


def _states(
    parts: Sequence[SitePart], words: Collection[int], place: Place
) -> dict[str, tuple[Replace, dict[int, DraftWord | None]]]:
    """The replacements by name in capitals, as macros have it; two of one name are reported."""
    found: dict[str, tuple[Replace, dict[int, DraftWord | None]]] = {}
    for state in (part for part in parts if isinstance(part, Replace)):
        own = _words(state.words, f"`{state.name.text}`", place, words)
        first = found.setdefault(state.name.text.upper(), (state, own))[0]
        if first is not state:
            note = Note("first here", first.name.span)
            message = f"`{state.name.text}` is already a state of this call site"
            place.report.error("duplicate-name", state.name.span, message, [note], when=place.when)
        if not state.words:
            what = f"`{state.name.text}` replaces no word"
            place.report.error("empty", state.name.span, what, when=place.when)
    return found


def _sound(words: Mapping[int, DraftWord | None]) -> dict[int, DraftWord]:
    return {index: word for index, word in words.items() if word is not None}


def _words(
    declared: Sequence[SiteWord], owner: str, place: Place, among: Collection[int] | None = None
) -> dict[int, DraftWord | None]:
    """Words by index (None: not sound), each described once; of a replacement only those that the site describes."""
    found: dict[int, tuple[SiteWord, DraftWord | None]] = {}
    for word in declared:
        index = _index(word.index, place)
        if index is None or (among is not None and not _is_described(index, word.index, among, place)):
            continue
        first = found.setdefault(index, (word, draft(word.word, place)))[0]
        if first is not word:
            message = f"{owner} describes word {shown_index(word.index, index)} twice"
            note = Note("first here", first.index.span)
            place.report.error("site-word", word.index.span, message, [note], when=place.when)
    return {index: word for index, (_, word) in found.items()}


def _index(expr: ast.Expr, place: Place) -> int | None:
    try:
        index = number(expr, place.context, "a word's index")
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None
    if abs(index) > _FURTHEST:
        message = f"word {index} is further from its call site than {_FURTHEST:,} words"
        place.report.error("site-word", expr.span, message, when=place.when)
        return None
    return index


def _is_described(index: int, expr: ast.Expr, words: Collection[int], place: Place) -> bool:
    if index in words:
        return True
    message = f"the call site does not describe word {shown_index(expr, index)}"
    has = ", ".join(str(index) for index in sorted(words))
    place.report.error("site-word", expr.span, message, help=f"it describes {has}", when=place.when)
    return False
