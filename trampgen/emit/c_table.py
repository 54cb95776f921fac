"""How tables and breakpoints look in C: macros, predicates of a word."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator

from trampgen.cubes.cube import Cube
from trampgen.derive.table_sets import chosen, words_of
from trampgen.emit import c_text, tables
from trampgen.model.field import Field
from trampgen.model.record import compared
from trampgen.model.spec import When
from trampgen.model.tables import (
    Breakpoint,
    Entry,
    Pattern,
    Predicate,
    Requirement,
    Table,
    TableVariant,
)

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
class EntryView:
    """What a consumer is told of a row: its number, and what it is as C."""

    macro: str
    fields: tuple[str, ...]
    refused: tuple[str, ...]  # comparisons of fields, any of which refuses a word


@compared
class TableView:
    """The rows and predicates of one variant; `order` and `entries` are empty where there is nothing to look up."""

    name: str
    macro: str
    type: str
    rows: tuple[PatternView, ...]
    predicates: tuple[PredicateView, ...]
    decoder: str  # C that finds the place of a word in the order of rows, and of groups where their words end
    places: tuple[int, ...]  # the row of each place, -1 for a group; empty where places are rows
    entries: tuple[EntryView, ...]
    arguments: int
    has_actions: bool
    has_classes: bool

    @property
    def says(self) -> bool:
        """Whether something is said of rows beside what their words are."""
        return bool(self.has_actions or self.has_classes)

    @property
    def requires(self) -> bool:
        return any(entry.refused for entry in self.entries)


@compared
class BreakpointView:
    """The word of one variant, and its predicates."""

    macro: str
    word: str
    size: int
    asm: str
    predicates: tuple[PredicateView, ...]


def views(table: Table) -> dict[When, TableView]:
    return {variant.when: _view(table, variant) for variant in table.variants}


def _view(table: Table, variant: TableVariant) -> TableView:
    prefix = c_text.macro(table.name)
    rows = tuple(pattern(f"{prefix}_{c_text.macro(name)}", row) for name, row in variant.rows)
    looked_up = tables.is_looked_up(table, variant)
    pairs = zip(variant.rows, variant.entries, strict=True)
    return TableView(
        table.name,
        prefix,
        f"u{variant.width}",
        rows,
        tuple(_predicate(p, table, variant) for p in table.predicates),
        _decoder(table.name, variant) if looked_up else "",
        tables.places(variant) if looked_up else (),
        tuple(_entry(prefix, name, row, entry) for (name, row), entry in pairs) if looked_up else (),
        max((len(entry.arguments) for entry in variant.entries), default=0),
        bool(table.actions),
        bool(table.classes),
    )


def _number(value: int, width: int) -> str:
    digits = f"{value:#0{2 + width // 4}x}"
    return f"_AC({digits}, ULL)" if width > 32 else digits


def _decoder(name: str, variant: TableVariant) -> str:
    """C from a word to its row; where there are groups, to its place, which says the row."""
    from trampgen.emit.c_decoder import decoder

    asked = tables.asked(f"{name}_place" if tables.places(variant) else name, variant)
    fields = (
        asked.shapes if any(row.fields for row in asked.rows.rows) and not tables.places(variant) else None
    )
    return decoder(asked.rows, asked.plan, fields, asked.trials).strip("\n")


def _entry(prefix: str, name: str, row: Pattern, entry: Entry) -> EntryView:
    fields = [f".action = {prefix}_DO_{c_text.macro(entry.action)}"] if entry.action else []
    if entry.classes:
        fields.append(".classes = " + " | ".join(f"{prefix}_IS_{c_text.macro(one)}" for one in entry.classes))
    if entry.arguments:
        fields.append(f".args = {{ {', '.join(map(str, entry.arguments))} }}")
    refused = tuple(" &&\n\t\t\t ".join(_refused(test, row) for test in one.tests) for one in entry.requires)
    return EntryView(f"{prefix}_{c_text.macro(name)}", tuple(fields), refused)


def _refused(required: Requirement, row: Pattern) -> str:
    """C that is true of words for which a comparison does not hold."""
    fields = {hole.param: hole.field for hole in row.holes}
    one = field(fields[required.field])
    other = field(fields[required.other]) if required.other else str(required.value)
    return f"{one} {'!=' if required.equal else '=='} {other}"


def field(bits: Field) -> str:
    """A field of `insn` as an unsigned number."""
    base = min(run.value_bit for run in bits.runs)
    parts = []
    for run in sorted(bits.runs, key=lambda run: run.value_bit):
        text = f"insn >> {run.insn_bit}" if run.insn_bit else "insn"
        text = (
            f"({text} & {(1 << run.count) - 1:#x})" if run.insn_bit else f"(insn & {(1 << run.count) - 1:#x})"
        )
        parts.append(f"{text} << {run.value_bit - base}" if run.value_bit > base else text)
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def pattern(macro: str, word: Pattern) -> PatternView:
    """A described word under the stem of its macros."""
    ignored = f"the processor ignores {_number(word.ignored, word.width)}" if word.ignored else ""
    because = f"because {word.because}" if word.because else ""
    return PatternView(
        macro,
        _number(word.mask, word.width),
        _number(word.value, word.width),
        tuple(wrapped(word.asm, word.doc, ignored, because)),
    )


def wrapped(*texts: str) -> list[str]:
    """Texts as the lines of a comment; empty ones are left out."""
    lines = [line for text in texts if text for line in text.split("\n")]
    return [part for line in lines for part in textwrap.wrap(line, _WIDTH) or [""]]


def _predicate(predicate: Predicate, table: Table, variant: TableVariant) -> PredicateView:
    rows = chosen(predicate, variant)
    found = words_of(variant, rows)
    what = f"Whether {'no' if predicate.negated else 'a'} row of {table.name} matches."
    if predicate.among:
        what = f"Whether this is {' or '.join(predicate.among)} of {table.name}."
    about = tuple(wrapped(predicate.doc or what))
    if found is None:
        return PredicateView(predicate.name, about, _by_row(predicate, table, rows), "||")
    if not predicate.among and len(found) == len(rows):
        terms = tuple(_by_macros(predicate, table, variant))
    else:
        terms = tuple(_compared(one, predicate.negated) for one in found)
    return PredicateView(predicate.name, about, terms or ("false",), "&&" if predicate.negated else "||")


def _by_macros(predicate: Predicate, table: Table, variant: TableVariant) -> Iterator[str]:
    """Comparisons with each row."""
    comparison = "!=" if predicate.negated else "=="
    for name, _ in variant.rows:
        macro = f"{c_text.macro(table.name)}_{c_text.macro(name)}"
        yield f"(insn & {macro}_MASK) {comparison} {macro}_VALUE"


def _compared(one: Cube, negated: bool) -> str:
    comparison = "!=" if negated else "=="
    return f"(insn & {_number(one.mask, one.width)}) {comparison} {_number(one.value, one.width)}"


def _by_row(predicate: Predicate, table: Table, rows: frozenset[int]) -> tuple[str, ...]:
    """The row is looked up: by its classes where those say it, else by its number."""
    if not predicate.among:
        return (f"{table.name}_decode(insn) {'<' if predicate.negated else '>='} 0",)
    runs = [
        list(group)
        for _, group in itertools.groupby(sorted(rows), key=lambda row: row - sorted(rows).index(row))
    ]
    return tuple(f"{table.name}_is(insn, {run[0]}, {run[-1]})" for run in runs)


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
