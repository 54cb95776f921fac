"""How many words of a universe the rows of a table hold, and which they leave, as disjoint cubes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.search import WHOLE, Bound, Clause, Exceeded, clauses, decision, length, split, weight
from trampgen.model.record import compared


@compared
class Remainder:
    """Disjoint cubes of words that are in no row, by their smallest words; all of them if `complete`."""

    cubes: tuple[Cube, ...]
    complete: bool

    @property
    def witness(self) -> int | None:
        """A word that is left: the smallest one if the cubes are complete."""
        return self.cubes[0].value if self.cubes else None


@compared
class Coverage:
    """`covered` words of a universe are in some row, or None where the bound was reached."""

    universe: Cube
    covered: int | None
    remainder: Remainder

    @property
    def full(self) -> bool | None:
        """Whether nothing is left; None where the bound was reached before there was an answer."""
        if self.remainder.cubes:
            return False
        if self.remainder.complete:
            return True
        return None if self.covered is None else self.covered == self.universe.count


def coverage(rows: Sequence[Cube], universe: Cube, most: int = 1000) -> Coverage:
    """The words counted, and at most so many cubes of those that are left; `Cube(0, 0, width)` is all words."""
    left = remainder(rows, universe, most)
    if left.complete:
        return Coverage(universe, universe.count - sum(cube.count for cube in left.cubes), left)
    return Coverage(universe, covered(rows, universe), left)


def covered(rows: Sequence[Cube], universe: Cube, bound: Bound | None = None) -> int | None:
    """How many words of a universe are in some row, exactly; None past the bound."""
    bound = bound or Bound()
    inside = {both for row in rows if (both := row.meets(universe)) is not None}
    # The larger ones first: of a row that is part of another one nothing is left to count.
    index = Index(sorted(inside, key=lambda cube: (cube.mask.bit_count(), cube.mask, cube.value)))
    try:
        return sum(_new(index, row, cube, bound) for row, cube in enumerate(index.rows))
    except Exceeded:
        return None


def _new(index: Index, row: int, cube: Cube, bound: Bound) -> int:
    """Words of a row that no row before it has."""
    above = [(group, group.before(members, row)) for group, members in index.near(cube)]
    if any(group.containing(members, cube.mask) for group, members in above):
        return 0
    bound.question(sum(members.bit_count() for _, members in above))
    numbers = sorted(number for group, members in above for number in group.numbers(members))
    return _left(cube.width - cube.mask.bit_count(), clauses(cube, index.rows, numbers), bound)


def _left(free: int, asked: Sequence[Clause], bound: Bound) -> int:
    """How many of 2^free words no clause forbids."""
    bound.spend(len(asked) + 1)
    if not asked:
        return 1 << free
    shortest = min(asked, key=length)
    if not shortest[0]:
        return 0
    # In a crowd, one bit after the other: few clauses live long. Else one clause after the other: few meet.
    if weight(asked) >= WHOLE and len(asked) > 1:
        return sum(_left(free - 1, part, bound) for part in split(asked, decision(shortest, asked)))
    left = 1 << free
    for number, clause in enumerate(asked):
        left -= _left(free - length(clause), _meeting(asked[:number], clause), bound)
    return left


def _meeting(asked: Sequence[Clause], clause: Clause) -> list[Clause]:
    """What is left of clauses among the words that another one forbids."""
    bits, value, _ = clause
    return [
        (other & ~bits, wanted & ~bits, row)
        for other, wanted, row in asked
        if not (value ^ wanted) & bits & other
    ]


def remainder(
    rows: Sequence[Cube], universe: Cube, most: int = 1000, bound: Bound | None = None
) -> Remainder:
    """The words of a universe that are in no row. Past the bound, or `most` cubes, those that were found."""
    bound = bound or Bound()
    near = [number for number, row in enumerate(rows) if row.meets(universe) is not None]
    found: list[Cube] = []
    complete = True
    try:
        bound.question(len(near))
        for cube in _holes(universe, clauses(universe, rows, near), bound):
            if len(found) == most:
                complete = False
                break
            found.append(cube)
    except Exceeded:
        complete = False
    return Remainder(tuple(joined(found)), complete)


def _holes(cube: Cube, asked: Sequence[Clause], bound: Bound) -> Iterator[Cube]:
    """The parts of a cube that no clause forbids; its smaller words first."""
    bound.spend(len(asked) + 1)
    if not asked:
        yield cube
        return
    shortest = min(asked, key=length)
    if shortest[0]:
        bit = decision(shortest, asked)
        zeros, ones = split(asked, bit)
        for value, part in ((0, zeros), (bit, ones)):
            yield from _holes(Cube(cube.mask | bit, cube.value | value, cube.width), part, bound)


def joined(cubes: Iterable[Cube]) -> list[Cube]:
    """The same words as fewer cubes: two that differ in one bit become one, as long as there are such.

    Disjoint cubes stay disjoint; the result is ordered by the cubes' smallest words."""
    left = set(cubes)
    before = -1
    while len(left) != before:
        before = len(left)
        for place in range(max((cube.width for cube in left), default=0)):
            left = _joined_at(left, 1 << place)
    return sorted(left, key=lambda cube: (cube.value, cube.mask))


def _joined_at(cubes: set[Cube], bit: int) -> set[Cube]:
    found = set(cubes)
    for low in cubes:
        if low.mask & bit and not low.value & bit:
            high = Cube(low.mask, low.value | bit, low.width)
            if high in cubes:
                found -= {low, high}
                found.add(Cube(low.mask ^ bit, low.value, low.width))
    return found
