"""Tables: rows as masks and values, their order, their classes and actions, and the predicates about them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from trampgen.assemble.readback import disassembly
from trampgen.derive import table_order
from trampgen.derive.patterns import Words, cube, pattern
from trampgen.derive.table_order import Disassemble, Item
from trampgen.diagnostics import Note, Report
from trampgen.expand.described import Drafts
from trampgen.expand.tables import DraftGroup, DraftRequirement, DraftRow, DraftTable, suggestion
from trampgen.isa.base import Isa
from trampgen.model.spec import When
from trampgen.model.tables import Entry, Pattern, Predicate, Requirement, Table, TableVariant
from trampgen.syntax import ast_tables as ast
from trampgen.syntax.walk_tables import table_rows

Targets = Callable[[When], Isa]  # the instruction set in a combination of cases


def reader(isa: Isa) -> Disassemble:
    """Words of an instruction set as text."""
    return functools.partial(disassembly, isa)


def tables(drafts: Drafts, assembled: Words, targets: Targets, report: Report) -> list[Table]:
    """Every table in every combination of cases in which it exists."""
    found: list[Table] = []
    for declared, axes, own in drafts.tables:
        variants = tuple(_variant(declared, draft, assembled, targets(draft.when), report) for draft in own)
        _check_predicates(declared, report)
        rows = table_rows(declared)
        found.append(
            Table(
                declared.name.text,
                axes,
                predicates(declared.predicates),
                variants,
                declared.doc,
                declared.name.span,
                declared.ordered,
                tuple(dict.fromkeys(name.text for row in rows for name in row.classes)),
                tuple(dict.fromkeys(row.action.name.text for row in rows if row.action)),
            )
        )
    return found


def predicates(declared: Sequence[ast.Predicate]) -> tuple[Predicate, ...]:
    return tuple(
        Predicate(p.name.text, p.negated, p.doc, p.name.span, tuple(name.text for name in p.among))
        for p in declared
    )


def _check_predicates(declared: ast.Table, report: Report) -> None:
    """What a predicate is about is a row or a class."""
    rows = table_rows(declared)
    known = {row.name.text for row in rows} | {name.text for row in rows for name in row.classes}
    for name in (name for predicate in declared.predicates for name in predicate.among):
        if name.text not in known:
            what = f"`{name.text}` is no row and no class of `{declared.name.text}`"
            report.error("unknown-name", name.span, what, help=suggestion(name.text, sorted(known)))


def _variant(
    declared: ast.Table, draft: DraftTable, assembled: Words, isa: Isa, report: Report
) -> TableVariant:
    disassemble: Disassemble = reader(isa) if draft.width == 8 * isa.unit else lambda word: ""
    before = len(report.errors)
    items = list(_items(draft, assembled, report))
    rows = [item for item in items if isinstance(item.draft, DraftRow)]
    if len(report.errors) == before:
        table_order.check(declared, items, draft, disassemble, report)
        _check_covers(declared, draft, items, assembled, disassemble, report)
    numbers = {id(item): number for number, item in enumerate(rows)}
    return TableVariant(
        draft.when,
        tuple((item.name, item.pattern) for item in rows),
        tuple(_entry(item.draft) for item in rows if isinstance(item.draft, DraftRow)),
        tuple((item.cube.mask, item.cube.value, numbers.get(id(item))) for item in items),
        draft.width,
    )


def _items(draft: DraftTable, assembled: Words, report: Report) -> Iterator[Item]:
    """Rows and groups as sets of words, each within the groups around it; one without words is reported."""
    found: dict[int, Item | None] = {}
    for item in sorted(draft.items, key=lambda item: len(item.groups)):  # what is around comes first
        around = found[id(item.groups[-1])] if item.groups else None
        lost = bool(item.groups) and around is None
        found[id(item)] = None if lost else _in_words(item, around, draft, assembled, report)
    yield from (item for item in (found[id(item)] for item in draft.items) if item is not None)


def _in_words(
    item: DraftRow | DraftGroup, around: Item | None, draft: DraftTable, assembled: Words, report: Report
) -> Item | None:
    found = pattern(item.word, assembled, report, draft.width)
    if found is None:
        return None
    inside = cube(found) if around is None else cube(found).meets(around.cube)
    name = item.declared.name
    if inside is None:
        assert around is not None
        what = f"no word of group `{around.name}` is in `{name.text}`"
        note = Note("the group", around.draft.declared.name.span)
        help = "move it out of the group, or mend its pattern"
        report.error("unreachable-row", name.span, what, [note], help, draft.when)
        return None
    for tests in item.requires if isinstance(item, DraftRow) else ():
        for test in tests:
            _check_requirement(test, found, draft, report)
    return Item(name.text, inside, item, replace(found, mask=inside.mask, value=inside.value))


def _check_requirement(required: DraftRequirement, found: Pattern, draft: DraftTable, report: Report) -> None:
    """The fields are those of the row, and the value is one that the field can have."""
    widths = {hole.param: hole.field.width for hole in found.holes}
    for name in filter(None, (required.field, required.other)):
        if name not in widths:
            what = f"the row has no field `{name}`"
            help = suggestion(name, sorted(widths))
            report.error("bad-requirement", required.expr.span, what, help=help, when=draft.when)
            return
    if required.other is None and not 0 <= required.value < 1 << widths[required.field]:
        what = f"`{required.field}` has {widths[required.field]} bits: it is never {required.value}"
        report.error("bad-requirement", required.expr.span, what, when=draft.when)


def _entry(draft: DraftRow) -> Entry:
    row = draft.declared
    return Entry(
        tuple(name.text for name in row.classes),
        row.action.name.text if row.action else None,
        draft.arguments,
        tuple(_requirement(tests) for tests in draft.requires),
        tuple(group.declared.name.text for group in draft.groups),
    )


def _requirement(tests: Sequence[DraftRequirement]) -> Requirement:
    first, *others = (Requirement(one.field, one.other, one.value, one.equal) for one in tests)
    return replace(first, others=tuple(others))


def _check_covers(
    declared: ast.Table,
    draft: DraftTable,
    items: Sequence[Item],
    assembled: Words,
    disassemble: Disassemble,
    report: Report,
) -> None:
    """table-gap: words that the spec says are in a row, and are in none."""
    for said, word in draft.covers:
        universe = pattern(word, assembled, report, draft.width, all_words=True)
        if universe is not None:
            table_order.check_covers(declared, said, cube(universe), items, draft, disassemble, report)
