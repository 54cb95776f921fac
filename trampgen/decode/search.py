"""Which bits tell rows apart: a few masks at a time are grown by the bit that leaves the fewest pairs together.

A mask is kept to a few runs of bits, which shifts or one multiplication bring next to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trampgen.decode.cells import Candidates, Cells
from trampgen.model.record import record

_RUNS = 2
_LIST_WEIGHT = (
    20  # a slot with a list costs as many bytes as 2**20 would be divided by the share of words there
)


@record
class Grown:
    """A mask beside what was known, the cells by its bits, and the pairs that they leave together."""

    mask: int
    cells: Cells
    left: int


def growing(
    candidates: Candidates, rows: int, known: int, limit: int, beam: int
) -> Iterator[tuple[Grown, ...]]:
    """The best masks of no bit, of one, of two …, until all pairs are told apart or no more cells are allowed."""
    start = {0: rows}
    best: tuple[Grown, ...] = (Grown(0, start, candidates.left(start, known)),)
    while best:
        yield best
        if candidates.weary:
            return
        best = _grow(candidates, best, rows, known, limit, beam)


def _grow(
    candidates: Candidates, best: tuple[Grown, ...], rows: int, known: int, limit: int, beam: int
) -> tuple[Grown, ...]:
    found: dict[int, Grown] = {}
    for grown in best:
        if not grown.left:
            continue
        for bit in _bits(grown.mask, candidates.width):
            mask = grown.mask | 1 << bit
            if known >> bit & 1 or mask in found or not candidates.tells(rows, bit):
                continue
            cells = candidates.split(grown.cells, known | grown.mask, bit)
            if len(cells) <= limit:
                found[mask] = Grown(mask, cells, candidates.left(cells, known | mask))
    ranked = sorted(found.values(), key=lambda one: (one.left, len(one.cells), one.mask))
    return tuple(ranked[:beam])


def _bits(mask: int, width: int) -> Iterator[int]:
    """Bits that leave the mask in few runs."""
    for bit in range(width):
        more = mask | 1 << bit
        if more != mask and (more & ~(more << 1)).bit_count() <= _RUNS:
            yield bit


def cheapest(candidates: Candidates, rows: int, known: int, limit: int, beam: int) -> Grown:
    """The mask whose slots and lists are the smallest, where a list counts by the share of words that it slows down."""
    found = [grown for step in growing(candidates, rows, known, limit, beam) for grown in step]
    return min(found, key=_cost(known))


def _cost(known: int) -> Callable[[Grown], tuple[float, int]]:
    def cost(grown: Grown) -> tuple[float, int]:
        lists = [rows.bit_count() for rows in grown.cells.values() if rows & (rows - 1)]
        share = 2.0 ** (_LIST_WEIGHT - (known | grown.mask).bit_count())
        return 2 * len(grown.cells) + sum(2 * rows + share for rows in lists), grown.mask

    return cost
