"""How tables and breakpoints look in C: macros, predicates of a word."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from trampgen.emit import c_text
from trampgen.model.record import compared
from trampgen.model.spec import When
from trampgen.model.tables import Breakpoint, Pattern, Predicate, Table

_WIDTH = 92


@compared
class PatternView:
    """A described word: the stem of its macros, their values, what is said of it."""

    macro: str
    mask: str
    value: str
    about: tuple[str, ...]


@compared
class PredicateView:
    """A function of `insn`: its comment, and the terms of what it returns."""

    name: str
    about: tuple[str, ...]
    terms: tuple[str, ...]
    operator: str


@compared
class TableView:
    """The rows and predicates of one variant."""

    rows: tuple[PatternView, ...]
    predicates: tuple[PredicateView, ...]


@compared
class BreakpointView:
    """The word of one variant, and its predicates."""

    macro: str
    word: str
    size: int
    asm: str
    predicates: tuple[PredicateView, ...]


def views(table: Table) -> dict[When, TableView]:
    prefix = c_text.macro(table.name)
    found: dict[When, TableView] = {}
    for variant in table.variants:
        rows = tuple(pattern(f"{prefix}_{c_text.macro(name)}", row) for name, row in variant.rows)
        predicates = tuple(_predicate(p, rows, table.name) for p in table.predicates)
        found[variant.when] = TableView(rows, predicates)
    return found


def pattern(macro: str, word: Pattern) -> PatternView:
    """A described word under the stem of its macros."""
    ignored = f"the processor ignores {word.ignored:#010x}" if word.ignored else ""
    because = f"because {word.because}" if word.because else ""
    return PatternView(
        macro,
        f"{word.mask:#010x}",
        f"{word.value:#010x}",
        tuple(wrapped(word.asm, word.doc, ignored, because)),
    )


def wrapped(*texts: str) -> list[str]:
    """Texts as the lines of a comment; empty ones are left out."""
    lines = [line for text in texts if text for line in text.split("\n")]
    return [part for line in lines for part in textwrap.wrap(line, _WIDTH) or [""]]


def _predicate(predicate: Predicate, rows: Iterable[PatternView], table: str) -> PredicateView:
    comparison = "!=" if predicate.negated else "=="
    terms = tuple(f"(insn & {row.macro}_MASK) {comparison} {row.macro}_VALUE" for row in rows)
    what = f"Whether {'no' if predicate.negated else 'a'} row of {table} matches."
    about = tuple(wrapped(predicate.doc or what))
    return PredicateView(predicate.name, about, terms, "&&" if predicate.negated else "||")


def words(declared: Breakpoint) -> dict[When, BreakpointView]:
    macro = c_text.macro(declared.name)
    predicates = tuple(_exact(p, declared.name, macro) for p in declared.predicates)
    return {
        v.when: BreakpointView(macro, f"{v.word:#0{2 + 2 * v.size}x}", v.size, v.asm, predicates)
        for v in declared.variants
    }


def _exact(predicate: Predicate, name: str, macro: str) -> PredicateView:
    what = f"Whether this is {'any word but' if predicate.negated else 'the word of'} {name}."
    term = f"insn {'!=' if predicate.negated else '=='} {macro}_INSN"
    return PredicateView(predicate.name, tuple(wrapped(predicate.doc or what)), (term,), "||")
