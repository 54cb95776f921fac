"""How tables and breakpoints look in C: macros, predicates of a word."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen.cubes.cube import Cube
from trampgen.derive.table_sets import chosen, words_of
from trampgen.emit import c_text
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

if TYPE_CHECKING:
    from trampgen.decode.rows import Row as Decoded

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
    looked_up = is_looked_up(table, variant)
    pairs = zip(variant.rows, variant.entries, strict=True)
    return TableView(
        table.name,
        prefix,
        f"u{variant.width}",
        rows,
        tuple(_predicate(p, table, variant) for p in table.predicates),
        decoder_of(table.name, variant) if looked_up else "",
        _places(variant) if looked_up else (),
        tuple(_entry(prefix, name, row, entry) for (name, row), entry in pairs) if looked_up else (),
        max((len(entry.arguments) for entry in variant.entries), default=0),
        bool(table.actions),
        bool(table.classes),
    )


def is_looked_up(table: Table, variant: TableVariant) -> bool:
    """Whether a word's row matters: its place, what is said of it, or the group that it is in."""
    said = any(e.classes or e.action or e.requires or e.groups for e in variant.entries)
    asked = any(words_of(variant, chosen(p, variant)) is None for p in table.predicates)
    return table.ordered or said or asked


def _number(value: int, width: int) -> str:
    digits = f"{value:#0{2 + width // 4}x}"
    return f"_AC({digits}, ULL)" if width > 32 else digits


def _places(variant: TableVariant) -> tuple[int, ...]:
    rows = tuple(-1 if row is None else row for *_, row in variant.order)
    return rows if -1 in rows else ()


def decoder_of(name: str, variant: TableVariant) -> str:
    """C from a word to its row; where there are groups, to its place, which says the row."""
    from trampgen.decode.planning import plan
    from trampgen.decode.rows import Rows
    from trampgen.decode.selftest import trials
    from trampgen.decode.shapes import shapes
    from trampgen.emit.c_decoder import decoder

    has_groups = bool(_places(variant))
    rows = tuple(_decoded(number, variant) for number in range(len(variant.order)))
    whole = Rows(f"{name}_place" if has_groups else name, variant.width, rows)
    fields = shapes(rows, variant.width) if any(row.fields for row in rows) and not has_groups else None
    tried = trials(whole.cubes, variant.width)
    return decoder(whole, plan(whole.cubes, variant.width), fields, tried).strip("\n")


def _decoded(number: int, variant: TableVariant) -> Decoded:
    """A place in the order of rows for the decoder; a group has the number of its place for a name."""
    from trampgen.decode import rows

    mask, value, row = variant.order[number]
    cube = Cube(mask, value, variant.width)
    if row is None:
        return rows.Row(f"none_{number}", cube)
    name, pattern = variant.rows[row]
    fields = tuple(
        rows.Field(
            hole.param,
            tuple(
                rows.Bits(run.insn_bit, run.count, hole.field.signed)
                for run in sorted(hole.field.runs, key=lambda run: -run.value_bit)
            ),
        )
        for hole in pattern.holes
    )
    return rows.Row(name, cube, fields)


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
