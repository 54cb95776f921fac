"""Tables as what their decoders are made from, in whatever language."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from trampgen.cubes.cube import Cube
from trampgen.derive.table_sets import chosen, words_of
from trampgen.model.record import record
from trampgen.model.spec import Hole
from trampgen.model.tables import Table, TableVariant

if TYPE_CHECKING:
    from trampgen.decode.plan import Plan
    from trampgen.decode.rows import Field, Row, Rows
    from trampgen.decode.selftest import Trial
    from trampgen.decode.shapes import Shapes


@record
class Asked:
    """The rows of a decoder, and the groups where their words end; how they are found; words that try it out."""

    rows: Rows
    plan: Plan
    shapes: Shapes
    trials: list[Trial]


def is_looked_up(table: Table, variant: TableVariant) -> bool:
    """Whether a word's row matters: its place, what is said of it, or the group that it is in."""
    said = any(e.classes or e.action or e.requires or e.groups for e in variant.entries)
    asked = any(words_of(variant, chosen(p, variant)) is None for p in table.predicates)
    return table.ordered or said or asked


def places(variant: TableVariant) -> tuple[int, ...]:
    """The row of each place in the order, -1 for a group; empty where places are rows."""
    rows = tuple(-1 if row is None else row for *_, row in variant.order)
    return rows if -1 in rows else ()


def asked(name: str, variant: TableVariant) -> Asked:
    """The rows, how they are found, and what tries that out."""
    from trampgen.decode.rows import Rows
    from trampgen.decode.selftest import trials
    from trampgen.decode.shapes import shapes

    rows = tuple(_row(number, variant) for number in range(len(variant.order)))
    whole = Rows(name, variant.width, rows)
    tried = trials(whole.cubes, variant.width)
    return Asked(whole, _planned(tuple(whole.cubes), variant.width), shapes(rows, variant.width), tried)


@functools.cache
def _planned(cubes: tuple[Cube, ...], width: int) -> Plan:
    """Sought once for all artefacts: it takes a while for tables of many rows."""
    from trampgen.decode.planning import plan

    return plan(cubes, width)


def _row(number: int, variant: TableVariant) -> Row:
    """A place in the order of rows; a group has the number of its place for a name."""
    from trampgen.decode import rows

    mask, value, row = variant.order[number]
    cube = Cube(mask, value, variant.width)
    if row is None:
        return rows.Row(f"none_{number}", cube)
    name, pattern = variant.rows[row]
    return rows.Row(name, cube, tuple(_field(hole) for hole in pattern.holes))


def _field(hole: Hole) -> Field:
    from trampgen.decode import rows

    runs = sorted(hole.field.runs, key=lambda run: -run.value_bit)
    parts = tuple(rows.Bits(run.insn_bit, run.count, hole.field.signed) for run in runs)
    return rows.Field(hole.param, parts, hole.field.low_bit)
