"""Which rows a word can still be of, once some of its bits are known.

Sets of rows are bits of an integer, row 0 the lowest, so that one operation of Python treats all rows at once. Cells
are such sets by the value of the known bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.cubes.cube import Cube
from trampgen.decode.rows import members

# An overlap whose first row fixes more bits than this beyond what is known is left to a list of both rows:
# to tell them apart by a table would copy the second row that many times over.
_TOLD_BITS = 6
_VISITS = 200_000  # cells split, after which a search makes do with what it has

Cells = dict[int, int]


class Candidates:
    """The rows of a table by the bits that they fix, and who stands before whom."""

    def __init__(self, cubes: Sequence[Cube], width: int) -> None:
        self.cubes, self.width = tuple(cubes), width
        self.all = (1 << len(cubes)) - 1
        self.zero = [0] * width
        self.one = [0] * width
        for number, cube in enumerate(cubes):
            for bit in members(cube.mask):
                (self.one if cube.value >> bit & 1 else self.zero)[bit] |= 1 << number
        self.before = self._before()
        self.after = sum(1 << number for number in self.before)
        self.visits = _VISITS

    def _before(self) -> dict[int, list[tuple[int, int]]]:
        """For each row that shares words with one before it: those, and the bits that only they fix."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, cube in enumerate(self.cubes):
            meeting = (1 << number) - 1
            for bit in members(cube.mask):
                meeting &= ~(self.zero if cube.value >> bit & 1 else self.one)[bit]
            if meeting:
                found[number] = [(first, self.cubes[first].mask & ~cube.mask) for first in members(meeting)]
        return found

    def reached(self, rows: int, known: int) -> int:
        """Those rows of which one before them does not hold all that is left of them."""
        for number in members(rows & self.after):
            for first, extra in self.before[number]:
                if rows >> first & 1 and not extra & ~known:
                    rows &= ~(1 << number)
                    break
        return rows

    def conflicts(self, rows: int, known: int) -> int:
        """How many pairs of these rows must still be told apart, where the bits `known` are."""
        count = rows.bit_count()
        if count < 2:
            return 0
        return count * (count - 1) // 2 - sum(1 for _ in self._listed(rows, known))

    def _listed(self, rows: int, known: int) -> Iterator[int]:
        for number in members(rows & self.after):
            for first, extra in self.before[number]:
                if rows >> first & 1 and (extra & ~known).bit_count() > _TOLD_BITS:
                    yield first

    @property
    def weary(self) -> bool:
        """Whether so many cells have been split that a search should end: a count, the same on every machine."""
        return self.visits <= 0

    def rest(self) -> None:
        """Another search begins."""
        self.visits = _VISITS

    def fixed(self, rows: int) -> int:
        """The bits that at least one of these rows fixes."""
        return sum(1 << bit for bit in range(self.width) if rows & (self.zero[bit] | self.one[bit]))

    def tells(self, rows: int, bit: int) -> bool:
        """Whether some of these rows fix this bit."""
        return bool(rows & (self.zero[bit] | self.one[bit]))

    def split(self, cells: Cells, known: int, bit: int) -> Cells:
        """Cells by one bit more. Those without rows are left out."""
        found: Cells = {}
        self.visits -= len(cells)
        known |= 1 << bit
        for value, rows in cells.items():
            low = rows & ~self.one[bit]
            high = rows & ~self.zero[bit]
            if low:
                found[value] = self.reached(low, known)
            if high:
                found[value | 1 << bit] = self.reached(high, known)
        return found

    def left(self, cells: Cells, known: int) -> int:
        """The pairs of all cells that are not told apart yet."""
        return sum(self.conflicts(rows, known) for rows in cells.values())
