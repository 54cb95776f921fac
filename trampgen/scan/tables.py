"""Each instruction of an area that is in a row of a table."""

from __future__ import annotations

import array
import sys
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from trampgen import isa as isas
from trampgen.fields.arith import decode
from trampgen.model.memory import ByteOrder
from trampgen.model.record import record
from trampgen.model.spec import Spec, When
from trampgen.scan.areas import Area
from trampgen.scan.patterns import possible

if TYPE_CHECKING:
    from trampgen.model.tables import Entry, Pattern, Requirement, Table, TableVariant

_WIDE = 0xE800  # a halfword of Thumb from here on begins an instruction of two (ARM ARM, A6.1)
_COMPRESSED = 3  # in the low bits of a RISC-V instruction of 32 bits (RISC-V unprivileged ISA, 1.5)


@record
class Rows:
    """A table for one target, in every combination of cases that has it; all have words of the same width."""

    table: Table
    isa: str
    variants: tuple[TableVariant, ...]


@record
class RowMatch:
    """A word that is in a row, in which cases, and the row's fields; `refused` where it is not as the row requires."""

    table: Table
    isa: str
    whens: tuple[When, ...]
    row: str
    pattern: Pattern
    place: int
    address: int
    word: int
    size: int
    fields: tuple[tuple[str, int], ...]
    refused: bool

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(", ".join(case for _, case in when) for when in self.whens if when)


@record
class _Row:
    """A row as one or several cases have it."""

    name: str
    pattern: Pattern
    refused: bool
    whens: tuple[When, ...]


def rows_of(spec: Spec, table: Table, targets: Collection[str], cases: Collection[str] = ()) -> list[Rows]:
    """A table as machines of these targets can have it."""
    found: dict[tuple[str, int], list[TableVariant]] = {}
    for variant in table.variants:
        isa = _isa_of(spec, variant.when)
        if isa in targets and possible(spec, variant.when, cases):
            found.setdefault((isa, variant.width), []).append(variant)
    return [Rows(table, isa, tuple(variants)) for (isa, _), variants in found.items()]


def row_matches(area: Area, rows: Rows, order: ByteOrder) -> Iterator[RowMatch]:
    """Every instruction that is in a row, in the order of their addresses."""
    base, known = area.buffer.base, dict[int, list[_Row]]()
    for place, word, size in instructions(area, rows.isa, rows.variants[0].width, order):
        found = known.get(word)
        if found is None:
            found = known[word] = _rows(rows.variants, word)
        for row in found if area.holds(rows.isa, place) else ():
            fields = tuple(
                (hole.param, decode([(hole.field, 0)], [word], 64, False)) for hole in row.pattern.holes
            )
            yield RowMatch(
                rows.table, rows.isa, row.whens, row.name, row.pattern, place, base + place, word, size, fields,
                row.refused,
            )  # fmt: skip


def _rows(variants: Sequence[TableVariant], word: int) -> list[_Row]:
    """The rows that a word is in: one where all cases have it in the same row."""
    found: dict[tuple[str, int, int, bool], _Row] = {}
    for variant in variants:
        row = next((row for mask, value, row in variant.order if word & mask == value), None)
        if row is not None:
            name, pattern = variant.rows[row]
            refused = bool(variant.entries) and _refused(variant.entries[row], pattern, word)
            key = name, pattern.mask, pattern.value, refused
            whens = (*found[key].whens, variant.when) if key in found else (variant.when,)
            found[key] = _Row(name, pattern, refused, whens)
    return list(found.values())


def instructions(area: Area, isa: str, width: int, order: ByteOrder) -> Iterator[tuple[int, int, int]]:
    """(place, word, bytes) of each instruction that a table of words of `width` bits can have."""
    big: Literal["big", "little"] = "big" if order == "big" else "little"
    if isa == "thumb" or isa.startswith("riscv"):
        yield from _of_halfwords(area, isa, width, big, area.buffer.base % 2)
        return
    start = -area.buffer.base % 4
    words = _numbers("I", area.buffer.data[start:], big)
    if width == 32:
        yield from ((start + 4 * index, word, 4) for index, word in enumerate(words))
    pair = isas.load(isa).pair
    if width == 64 and pair is not None:
        for index in range(len(words) - 1):
            if words[index] & pair.mask == pair.value:
                yield start + 4 * index, words[index] << 32 | words[index + 1], 8


def _of_halfwords(
    area: Area, isa: str, width: int, order: Literal["big", "little"], start: int
) -> Iterator[tuple[int, int, int]]:
    """Instructions of one or two halfwords, one behind the other; what is no code is passed over by halfwords."""
    halves = _numbers("H", area.buffer.data[start:], order)
    thumb, at = isa == "thumb", 0
    while at < len(halves):
        first, place = halves[at], start + 2 * at
        wide = first >= _WIDE if thumb else first & _COMPRESSED == _COMPRESSED
        if not wide or at + 1 == len(halves) or not area.holds(isa, place):
            at += 1
            if not wide and (width == 16 or thumb):  # a narrow one can be in a table of either
                yield place, first, 2
            continue
        if width == 32:
            second = halves[at + 1]
            yield place, first << 16 | second if thumb else second << 16 | first, 4
        at += 2


def _numbers(code: str, data: bytes, order: Literal["big", "little"]) -> array.array[int]:
    found = array.array(code)
    found.frombytes(data[: len(data) - len(data) % found.itemsize])
    if order != sys.byteorder:
        found.byteswap()
    return found


def _refused(entry: Entry, pattern: Pattern, word: int) -> bool:
    return any(not any(_holds(one, pattern, word) for one in required.tests) for required in entry.requires)


def _holds(required: Requirement, pattern: Pattern, word: int) -> bool:
    values = {hole.param: decode([(hole.field, 0)], [word], 64, False) for hole in pattern.holes}
    other = values[required.other] if required.other else required.value
    return (values[required.field] == other) is required.equal


def _isa_of(spec: Spec, when: When) -> str:
    """The target of a combination of cases: what anything else of the spec has that is in one of them alone."""
    seen: dict[str, set[str]] = {}
    things = [(v.when, v.isa) for template in spec.templates for v in template.variants]
    things += [(v.when, v.isa) for mark in spec.breakpoints for v in mark.variants]
    things += [(v.when, v.isa) for slot in spec.slots for v in slot.variants]
    things += [(v.when, v.isa) for site in spec.callsites for v in site.variants]
    for own, isa in things:
        for _, case in own:
            seen.setdefault(case, set()).add(isa)
    others = [isa for _, case in when for isa in seen.get(case, ()) if seen[case] == {isa} != {spec.isa}]
    return others[0] if others else spec.isa
