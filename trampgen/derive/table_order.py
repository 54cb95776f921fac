"""Whether rows of a table are what they seem: none shares a word where order says nothing, each is reached, none lacks.

Every finding has a word that shows it, with its instruction and the patterns under each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from trampgen.cubes.coverage import coverage
from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.ordered import Crossing, Unreachable, crossings, reachability
from trampgen.cubes.overlap import Overlap, overlaps
from trampgen.cubes.ruler import differing, ruler
from trampgen.cubes.ruler import word as as_word
from trampgen.diagnostics import Note, Report
from trampgen.expand.tables import DraftGroup, DraftRow, DraftTable
from trampgen.model.record import record
from trampgen.model.tables import Pattern
from trampgen.syntax import ast_tables as ast

Disassemble = Callable[[int], str]
_MOST_PAIRS = 100  # of rows that share words, in one table
_MOST_SHOWN = 4  # patterns in a message
_MOST_GAPS = 8


@record
class Item:
    """A row, or a group where its words end, as the words that it has within the groups around it."""

    name: str
    cube: Cube
    draft: DraftRow | DraftGroup
    pattern: Pattern


def check(
    declared: ast.Table, items: Sequence[Item], draft: DraftTable, disassemble: Disassemble, report: Report
) -> None:
    """rows-overlap where the order is said not to matter, unreachable-row where it does."""
    before = len(report.errors)
    containers = [
        (None, declared.ordered),
        *((i.draft, i.draft.declared.ordered) for i in items if isinstance(i.draft, DraftGroup)),
    ]
    for container, ordered in containers:
        if not ordered:
            _check_disjoint(_children(items, container), draft, disassemble, report)
    if len(report.errors) == before and any(ordered for _, ordered in containers):
        _check_reached(items, draft, disassemble, report)


def _children(items: Sequence[Item], container: DraftGroup | None) -> list[Item]:
    """What stands directly in a group, or in the table."""
    return [item for item in items if (item.draft.groups[-1] if item.draft.groups else None) is container]


def _check_disjoint(
    items: Sequence[Item], draft: DraftTable, disassemble: Disassemble, report: Report
) -> None:
    index = Index([item.cube for item in items])
    for found in islice(overlaps(index), _MOST_PAIRS):
        _report_overlap(items[found.earlier], items[found.later], found, draft, disassemble, report)


def _report_overlap(
    one: Item, two: Item, found: Overlap, draft: DraftTable, disassemble: Disassemble, report: Report
) -> None:
    name, other = two.name, one.name
    match found.relation:
        case "duplicate":
            what, help = f"`{name}` is `{other}` again", "remove one of them"
        case "subsumes":
            what, help = f"`{name}` is part of `{other}`", "remove it: the other row accepts all of its words"
        case "specialises":
            what, help = (
                f"`{other}` is part of `{name}`",
                f"remove `{other}`: `{name}` accepts all of its words",
            )
        case "crosses":
            what = f"`{name}` and `{other}` share {found.shared:,} words"
            help = "fix a bit in one of them that tells them apart: an unordered table has no first match"
    witness = _witness(found.witness, draft.width, disassemble, "is a word of both")
    lines = _lined_up([one, two], found.witness, draft.width)
    notes: list[Note | str] = [witness + "\n" + lines, Note(f"`{other}`", one.draft.declared.name.span)]
    report.error("rows-overlap", two.draft.declared.name.span, what, notes, help, draft.when)


def _witness(word: int, width: int, disassemble: Disassemble, says: str) -> str:
    text = f"{word:0{width // 4}x}"
    instruction = disassemble(word)
    return f"{text}  {instruction} {says}" if instruction else f"{text} {says}"


def _lined_up(items: Sequence[Item], word: int, width: int) -> str:
    """Patterns and a word of theirs under each other, marked where the first two differ."""
    shown = items[:_MOST_SHOWN]
    marked = differing(shown[0].cube, shown[1].cube) if len(shown) > 1 else 0
    lines = [(item.name, item.cube) for item in shown]
    return "\n".join(ruler([*lines, ("", as_word(word, width))], marked))


def _check_reached(
    items: Sequence[Item], draft: DraftTable, disassemble: Disassemble, report: Report
) -> None:
    found = reachability(Index([item.cube for item in items]))
    for lost in found.unreachable:
        if isinstance(items[lost.row].draft, DraftRow):
            _report_lost(items, lost, draft, disassemble, report)
    for row in found.unknown:
        item = items[row]
        if isinstance(item.draft, DraftRow):
            what = f"whether `{item.name}` is ever reached was not found out: too many rows before it share its words"
            report.warning("unknown-reach", item.draft.declared.name.span, what, when=draft.when)


def _report_lost(
    items: Sequence[Item], lost: Unreachable, draft: DraftTable, disassemble: Disassemble, report: Report
) -> None:
    row = items[lost.row]
    cover = [items[number] for number in lost.cover]
    names = ", ".join(f"`{item.name}`" for item in cover[:_MOST_SHOWN])
    names += f" and {len(cover) - _MOST_SHOWN} more" if len(cover) > _MOST_SHOWN else ""
    first = next((item for item in cover if item.cube.holds(lost.witness)), cover[0])
    what = f"`{row.name}` is never reached: {names} {'take' if len(cover) > 1 else 'takes'} all of its words"
    witness = _witness(lost.witness, draft.width, disassemble, f"is one of them, and is `{first.name}`")
    lines = _lined_up([row, *cover], lost.witness, draft.width)
    notes: list[Note | str] = [
        witness + "\n" + lines,
        *(Note(f"`{i.name}`", i.draft.declared.name.span) for i in cover[:_MOST_SHOWN]),
    ]
    help = "move it up, or remove it"
    report.error("unreachable-row", row.draft.declared.name.span, what, notes, help, draft.when)


def check_covers(
    declared: ast.Table,
    said: ast.Covers,
    universe: Cube,
    items: Sequence[Item],
    draft: DraftTable,
    disassemble: Disassemble,
    report: Report,
) -> None:
    """table-gap: words of a universe that are in no row, as disjoint patterns."""
    found = coverage([item.cube for item in items if isinstance(item.draft, DraftRow)], universe)
    if found.full is not False:
        return
    left = found.remainder.cubes
    shown = [(f"{cube.count:,} words", cube) for cube in left[:_MOST_GAPS]]
    lines = ruler(shown)
    if len(left) > _MOST_GAPS:
        lines.append(f"and {len(left) - _MOST_GAPS:,} more patterns")
    words = f"{universe.count - found.covered:,} words" if found.covered is not None else "some words"
    what = f"{words} of what `{declared.name.text}` covers are in no row"
    witness = _witness(left[0].value, draft.width, disassemble, "is one of them")
    help = "add rows for them, or say less in `covers`"
    report.error("table-gap", said.span, what, ["\n".join([witness, *lines])], help, draft.when)


def order_matters(cubes: Sequence[Cube]) -> Iterator[Crossing]:
    """Pairs of rows that share a word which the table gives to the earlier one."""
    return (pair for pair in crossings(Index(cubes)) if pair.witness is not None)
