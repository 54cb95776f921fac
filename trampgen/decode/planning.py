"""Plans are tried out, and the cheapest is kept: bytes of tables, and words that meet a list as if they were bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.cubes.cube import Cube
from trampgen.decode import hashing, model
from trampgen.decode.cells import Candidates, Cells
from trampgen.decode.laying import RANGE_BITS, Laid, lay_out
from trampgen.decode.plan import Node, Plan, Window, arithmetic, index
from trampgen.decode.rows import members
from trampgen.decode.search import Grown, cheapest, growing
from trampgen.model.record import record

_FEWER, _MORE = 0, 2  # bits of a root, beside as many as would tell all rows apart
_ROOT_BEAM, _ROOTS, _NODE_BEAM = 2, 1, 1  # more of them took four times as long and gained nothing
_DIRECT_CELLS, _NODE_CELLS = 1024, 320
_ALONE = 20  # rows that share a node where each has a cell of the root to itself
_DIRECT_BYTES = 1024  # what one look-up may cost more than two
_LISTED_BYTES = 100_000  # what it would be worth if no word met a list


@record
class _Nodes:
    """What nodes are made for, and which of them each value of the root's bits goes to."""

    grown: list[Grown]
    chosen: dict[int, int]


def plan(cubes: Sequence[Cube], width: int) -> Plan:
    """The cheapest plan that was found for rows in the order in which they are tried; the same for the same rows.

    `width` is at most 64. Raises ValueError where there is no row."""
    if not cubes:
        raise ValueError("a decoder needs a row")
    candidates = Candidates(cubes, width)
    if len(cubes) > _DIRECT_CELLS // 2:
        return min(_indirect(candidates), key=_cost)
    direct = _direct(candidates)
    if len(cubes) < 2 or (direct.size < _DIRECT_BYTES and not direct.lists):
        return direct
    indirect = min(_indirect(candidates), key=_cost)
    return direct if _cost(direct) <= _cost(indirect) + _DIRECT_BYTES else indirect


def _cost(found: Plan) -> float:
    """Bytes, and what lists cost in time as if it were bytes."""
    return found.size + _LISTED_BYTES * model.listed(found)


def _direct(candidates: Candidates) -> Plan:
    """One look-up by one mask; lists are where it can't tell rows apart."""
    grown = _fitting(candidates, candidates.all, 0, _DIRECT_CELLS)
    laid = lay_out(candidates, [grown], arithmetic(candidates.width))
    assert laid is not None
    return _plan(candidates, (), (), laid)


def _fitting(candidates: Candidates, rows: int, known: int, limit: int) -> Grown:
    """The cheapest cells for these rows that some multiplication keeps apart."""
    while True:
        grown = cheapest(candidates, rows, known, limit, _NODE_BEAM)
        if hashing.factor(grown.cells, arithmetic(candidates.width), RANGE_BITS) is not None:
            return grown
        limit = len(grown.cells) // 2


def _indirect(candidates: Candidates) -> Iterator[Plan]:
    """Plans with roots of several sizes, or with what root there is where the search for one ends early."""
    whole = len(candidates.cubes).bit_length()
    least, most = max(3, whole - _FEWER), whole + _MORE
    candidates.rest()
    steps = list(growing(candidates, candidates.all, 0, 1 << most, _ROOT_BEAM))
    for bits, step in list(enumerate(steps))[min(least, len(steps) - 1) : most + 1]:
        for grown in step[:_ROOTS]:
            nodes = _nodes(candidates, grown)
            laid = lay_out(candidates, nodes.grown, arithmetic(candidates.width))
            assert laid is not None
            windows = tuple(_windows(grown.mask))
            yield _plan(candidates, windows, _entries(windows, nodes.chosen, bits), laid)


def _nodes(candidates: Candidates, root: Grown) -> _Nodes:
    """Cells with the same rows share a node; those with one row share a few. The last node is for words of no row."""
    candidates.rest()
    alike: dict[int, list[int]] = {}
    for value, rows in root.cells.items():
        alike.setdefault(rows, []).append(value)
    found = _Nodes([], {})
    alone: dict[int, list[int]] = {}
    for rows, values in alike.items():
        if rows.bit_count() == 1:
            alone[rows] = values
            continue
        found.chosen.update(dict.fromkeys(values, len(found.grown)))
        found.grown.append(_fitting(candidates, rows, _shared(root.mask, values), _NODE_CELLS))
    for start in range(0, len(alone), _ALONE):
        cells = {value: rows for rows in list(alone)[start : start + _ALONE] for value in alone[rows]}
        found.chosen.update(dict.fromkeys(cells, len(found.grown)))
        found.grown.append(_narrowed(root.mask, cells))
    found.grown.append(Grown(0, {0: 1}, 0))
    return found


def _narrowed(mask: int, cells: Cells) -> Grown:
    """Cells of one row each by the bits alone that tell those rows apart."""
    for bit in members(mask):
        fewer: Cells = {}
        if all(fewer.setdefault(value & ~(1 << bit), rows) == rows for value, rows in cells.items()):
            mask, cells = mask & ~(1 << bit), fewer
    return Grown(mask, cells, 0)


def _shared(mask: int, values: Sequence[int]) -> int:
    """The bits of the mask that all values have alike."""
    for value in values:
        mask &= ~(value ^ values[0])
    return mask


def _windows(mask: int) -> Iterator[Window]:
    """The highest run of bits comes lowest in the index: where it ends the word, one shift is all that it takes."""
    at = 0
    for low, width in reversed(list(hashing.runs(mask))):
        yield Window(low, width, at)
        at += width


def _entries(windows: Sequence[Window], chosen: dict[int, int], bits: int) -> tuple[int, ...]:
    entries = [max(chosen.values()) + 1] * (1 << bits)
    for value, node in chosen.items():
        entries[index(windows, value)] = node
    return tuple(entries)


def _plan(candidates: Candidates, root: tuple[Window, ...], entries: tuple[int, ...], laid: Laid) -> Plan:
    nodes = tuple(
        Node(mask, multiplier, base)
        for mask, multiplier, base in zip(laid.masks, laid.multipliers, laid.bases, strict=True)
    )
    return Plan(
        candidates.width,
        candidates.cubes,
        root,
        entries,
        nodes,
        laid.range_bits,
        laid.slots,
        laid.lists,
    )
