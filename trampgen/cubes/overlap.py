"""Pairs of rows that share a word, counted for all of a table and made one by one; rows that others make needless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.model.record import compared

Relation = Literal["duplicate", "subsumes", "specialises", "crosses"]


@compared
class Overlap:
    """Two rows that share a word, by their places in the table.

    `relation` says what the earlier one does: it is the same set, it holds all words of the later one (subsumes),
    it holds some words of the later one and no others (specialises), or each has words that the other has not
    (crosses). `witness` is the smallest word of both, `shared` how many there are."""

    earlier: int
    later: int
    relation: Relation
    witness: int
    shared: int


@compared
class Subsumed:
    """A row all of whose words are in another one, which has more: the first such row, above or below."""

    row: int
    by: int
    witness: int


@compared
class Duplicate:
    """A row with the mask and the value of one above it: the first of its kind."""

    row: int
    of: int
    witness: int


@compared
class Tally:
    """How many pairs of rows share a word, by their relation."""

    duplicate: int
    subsumes: int
    specialises: int
    crosses: int

    @property
    def pairs(self) -> int:
        return self.duplicate + self.subsumes + self.specialises + self.crosses


@compared
class Conflicts:
    """What keeps rows from being an unordered table. All pairs are in `tally`; of `overlaps` the first are here,
    in the order of their later rows, then of their earlier ones. Duplicates and subsumed rows are all here."""

    tally: Tally
    overlaps: tuple[Overlap, ...]
    subsumed: tuple[Subsumed, ...]
    duplicates: tuple[Duplicate, ...]


def conflicts(index: Index, most: int = 100) -> Conflicts:
    """Everything that two rows of a table have in common; `most` overlaps are made."""
    counted, parts = _survey(index)
    first = islice(overlaps(index), most)
    return Conflicts(counted, tuple(first), tuple(parts), tuple(duplicates(index.rows)))


def relation(earlier: Cube, later: Cube) -> Relation:
    """Of two cubes that meet."""
    if earlier.mask == later.mask:
        return "duplicate"
    if not earlier.mask & ~later.mask:
        return "subsumes"
    return "crosses" if later.mask & ~earlier.mask else "specialises"


def overlap(rows: Sequence[Cube], earlier: int, later: int) -> Overlap:
    """Of two rows that meet."""
    one, two = rows[earlier], rows[later]
    both = one.meets(two)
    assert both is not None
    return Overlap(earlier, later, relation(one, two), both.value, both.count)


def overlaps(index: Index, reached: bool = False) -> Iterator[Overlap]:
    """All of them, each made when it is asked for; there can be as many as the rows' number squared.

    With `reached` without those in which the earlier row leaves the later one nothing."""
    for row, cube in enumerate(index.rows):
        numbers: list[int] = []
        for group, members in index.near(cube):
            above = group.before(members, row)
            if reached:
                above ^= group.containing(above, cube.mask)
            numbers += group.numbers(above)
        for earlier in sorted(numbers):
            yield overlap(index.rows, earlier, row)


def _survey(index: Index) -> tuple[Tally, list[Subsumed]]:
    """All pairs counted, none of them made; and each row that is part of another one."""
    pairs = duplicate = subsumes = specialises = 0
    parts: list[Subsumed] = []
    for row, cube in enumerate(index.rows):
        by: list[int] = []
        for group, members in index.near(cube):
            wide, narrow = group.containing(members, cube.mask), group.inside(members, cube.mask)
            above, same = group.before(members, row), wide & narrow
            pairs += above.bit_count()
            duplicate += (above & same).bit_count()
            subsumes += (above & (wide ^ same)).bit_count()
            specialises += (above & (narrow ^ same)).bit_count()
            if wide != same:
                by.append(group.first(wide ^ same))
        if by:
            parts.append(Subsumed(row, min(by), cube.value))
    return Tally(duplicate, subsumes, specialises, pairs - duplicate - subsumes - specialises), parts


def duplicates(rows: Sequence[Cube]) -> Iterator[Duplicate]:
    """Each row that was there before."""
    first: dict[tuple[int, int], int] = {}
    for row, cube in enumerate(rows):
        of = first.setdefault((cube.mask, cube.value), row)
        if of != row:
            yield Duplicate(row, of, cube.value)
