"""Words that try a decoder out: one of each row, and one of each gap between rows, the widest gaps first."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from trampgen.cubes.cube import Cube
from trampgen.decode.cells import Candidates
from trampgen.decode.rows import members
from trampgen.model.record import record

_STEPS = 20_000  # cells that are looked at in search of gaps
_PARTS = 64  # of a row, among which one is sought that no row before it holds


@record
class Trial:
    """A word, and its row; None: it is of none."""

    word: int
    row: int | None


def trials(cubes: Sequence[Cube], width: int, gaps: int = 64) -> list[Trial]:
    """A word for each row that has one, then one for each of at most so many gaps."""
    found = [
        Trial(word, number) for number in range(len(cubes)) if (word := own_word(cubes, number)) is not None
    ]
    return found + [Trial(_inside(gap), None) for gap in gaps_of(cubes, width, gaps)]


def own_word(cubes: Sequence[Cube], number: int) -> int | None:
    """A word whose row is this one: None where rows before it hold all of it, or so much that none was found."""
    parts = [cubes[number]]
    for cube in cubes[:number]:
        parts = [left for part in parts for left in part.minus(cube)][:_PARTS]
    return _inside(parts[0]) if parts else None


def _inside(cube: Cube) -> int:
    """A word of a cube, every other one of its open bits set: neither end of it."""
    half = 0x5555555555555555 & (1 << cube.width) - 1
    return cube.value | half & ~cube.mask


def gaps_of(cubes: Sequence[Cube], width: int, most: int) -> Iterator[Cube]:
    """Disjoint cubes of words of no row. All of them, unless there are more than `most` or it takes too long."""
    candidates = Candidates(cubes, width)
    cells = [(0, 0, 0, candidates.all)]  # fixed bits, mask, value, rows
    found = 0
    for _ in range(_STEPS):
        if not cells or found == most:
            return
        fixed, mask, value, rows = heapq.heappop(cells)
        if not rows:
            found += 1
            yield Cube(mask, value, width)
            continue
        bit = _next_bit(candidates, rows, mask)
        if bit is None:
            continue
        for side, other in ((0, candidates.one[bit]), (1 << bit, candidates.zero[bit])):
            heapq.heappush(cells, (fixed + 1, mask | 1 << bit, value | side, rows & ~other))


def _next_bit(candidates: Candidates, rows: int, mask: int) -> int | None:
    """The bit that most of these rows fix; None where one of them holds all that is left."""
    if any(not candidates.cubes[number].mask & ~mask for number in members(rows)):
        return None
    open_bits = members(candidates.fixed(rows) & ~mask)
    return max(
        open_bits, key=lambda bit: ((rows & (candidates.zero[bit] | candidates.one[bit])).bit_count(), bit)
    )
