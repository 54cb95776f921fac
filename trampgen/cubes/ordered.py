"""Tables in which the first match counts: which rows are ever reached, and for which pairs the order matters."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.overlap import Relation, overlaps
from trampgen.cubes.search import Bound, Covered, Exceeded, outside
from trampgen.model.record import compared


@compared
class Unreachable:
    """A row all of whose words earlier rows take: one that shadows it, or several together.

    `cover` are such rows, ascending; with `minimal` none of them can be left out. `witness` is a word of the row,
    which the table gives to another one."""

    row: int
    cover: tuple[int, ...]
    minimal: bool
    witness: int

    @property
    def shadowed(self) -> bool:
        """One earlier row is enough."""
        return len(self.cover) == 1


@compared
class Reachability:
    """For each row a word that it and no earlier row matches, or None: then it is in one of the other two.

    For `unknown` rows the bound was reached before there was an answer."""

    witnesses: tuple[int | None, ...]
    unreachable: tuple[Unreachable, ...]
    unknown: tuple[int, ...]


@compared
class Crossing:
    """Two rows that share words, so that their order says what these are.

    `relation` is "crosses", or "specialises": the earlier one is an exception from the later one. `witness` is a
    word that the table gives to the earlier row, and would give to the later one if the two changed places. It is
    None where rows before both take all that they share, or, with `known` false, where the bound was reached."""

    earlier: int
    later: int
    relation: Relation
    witness: int | None
    known: bool


def reachability(index: Index, bound: Bound | None = None) -> Reachability:
    """Exact for every row that is not in `unknown`."""
    bound = bound or Bound.of_many()
    witnesses: list[int | None] = []
    unreachable: list[Unreachable] = []
    unknown: list[int] = []
    for row, cube in enumerate(index.rows):
        found = _reached(index, row, cube, bound)
        witnesses.append(found if isinstance(found, int) else None)
        if found is None:
            unknown.append(row)
        elif isinstance(found, Covered):
            unreachable.append(Unreachable(row, found.rows, found.minimal, cube.value))
    return Reachability(tuple(witnesses), tuple(unreachable), tuple(unknown))


def crossings(index: Index, bound: Bound | None = None) -> Iterator[Crossing]:
    """All pairs of rows that overlap, but for those in which the earlier row leaves the later one nothing.

    Each is made when it is asked for, in the order of later rows, then of earlier ones."""
    bound = bound or Bound.of_many()
    for pair in overlaps(index, reached=True):
        both = index.rows[pair.earlier].meets(index.rows[pair.later])
        assert both is not None
        found = _reached(index, pair.earlier, both, bound)
        witness = found if isinstance(found, int) else None
        yield Crossing(pair.earlier, pair.later, pair.relation, witness, found is not None)


def _reached(index: Index, row: int, cube: Cube, bound: Bound) -> int | Covered | None:
    """A word of a cube that no row above one in the table matches, or rows that match all; None past the bound."""
    above = [(group, group.before(members, row)) for group, members in index.near(cube)]
    around = [(group, group.containing(members, cube.mask)) for group, members in above]
    if shadows := [group.first(members) for group, members in around if members]:
        return Covered((min(shadows),), True)
    if not any(members for _, members in above):
        return cube.value
    try:
        # Before they are listed: of many rows that all meet, the lists alone would take too long.
        bound.question(sum(members.bit_count() for _, members in above))
        numbers = sorted(number for group, members in above for number in group.numbers(members))
        return outside(cube, index.rows, numbers, bound)
    except Exceeded:
        return None
