"""Two versions of a table as functions from words to names of rows: the words for which they differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from trampgen.cubes.coverage import joined
from trampgen.cubes.cube import Cube, joint
from trampgen.cubes.search import Bound, Clause, Exceeded, clauses, decision, length, split
from trampgen.model.record import compared

Row = tuple[str, Cube]  # several may share a name
Names = tuple[str | None, str | None]
_Chain = tuple[int, int, "_Chain | None"]  # places in both versions, and what comes before


@compared
class Changed:
    """Words that are `old` in the one version and `new` in the other; None: in no row."""

    cube: Cube
    old: str | None
    new: str | None

    @property
    def witness(self) -> int:
        return self.cube.value


@compared
class Difference:
    """Disjoint cubes, ordered by their smallest words; all of them if `complete`."""

    changes: tuple[Changed, ...]
    complete: bool

    @property
    def firsts(self) -> tuple[Changed, ...]:
        """The first change for each pair of names: its witness is the smallest word, if they are complete."""
        found: dict[Names, Changed] = {}
        for change in self.changes:
            found.setdefault((change.old, change.new), change)
        return tuple(found.values())


def difference(
    old: Iterable[Row], new: Iterable[Row], ordered: bool, most: int = 1000, bound: Bound | None = None
) -> Difference:
    """What becomes of which words. A word is the first row that matches it.

    Rows of tables that are not ordered are put into an order of their own: only for words that two rows match,
    which such a table should not have, does that say anything. Past the bound, or `most` cubes, what was found."""
    tables = _Tables(_rows(old, ordered), _rows(new, ordered), bound or Bound())
    found: dict[Names, list[Cube]] = {}
    complete, count = True, 0
    try:
        for names, cube in tables.changes():
            complete = count < most
            if not complete:
                break
            found.setdefault(names, []).append(cube)
            count += 1
    except Exceeded:
        complete = False
    changes = [Changed(cube, *names) for names, cubes in found.items() for cube in joined(cubes)]
    return Difference(tuple(sorted(changes, key=lambda change: change.cube.value)), complete)


def _rows(rows: Iterable[Row], ordered: bool) -> list[Row]:
    # A row that is there twice matches nothing the second time.
    unique = list(dict.fromkeys(rows))
    return unique if ordered else sorted(unique, key=lambda row: (row[1], row[0]))


class _Tables:
    """Both versions, and the rows of either that are not a common sequence of both.

    A word that no such row matches is the same in both, since what the common rows say of it is."""

    def __init__(self, old: Sequence[Row], new: Sequence[Row], bound: Bound) -> None:
        self._names = [name for name, _ in (*old, *new)]
        self._cubes = [cube for _, cube in (*old, *new)]
        self._bound = bound
        kept_old, kept_new = _common(old, new)
        self._old, self._new = range(len(old)), range(len(old), len(self._cubes))
        self._changed = [row for row in self._old if row not in kept_old]
        self._changed += [row for row in self._new if row - len(old) not in kept_new]

    def changes(self) -> Iterator[tuple[Names, Cube]]:
        """Disjoint cubes with what they are in each version, which is not the same. Raises Exceeded."""
        if not self._changed:
            return
        self._bound.question(len(self._cubes))
        around = joint([self._cubes[row] for row in self._changed])
        yield from self._walk(
            around,
            self._near(around, self._old),
            self._near(around, self._new),
            self._near(around, self._changed),
        )

    def _near(self, cube: Cube, rows: Iterable[int]) -> list[Clause]:
        return clauses(cube, self._cubes, [row for row in rows if self._cubes[row].meets(cube) is not None])

    def _walk(
        self, cube: Cube, old: list[Clause], new: list[Clause], changed: list[Clause]
    ) -> Iterator[tuple[Names, Cube]]:
        if not changed:
            return
        self._bound.spend(len(old) + len(new) + len(changed))
        names = [self._name(old), self._name(new)]
        asked = _undecided(old, new, changed)
        if asked is None:
            if names[0] != names[1]:
                yield (names[0], names[1]), cube
            return
        bit = decision(asked, (*old, *new, *changed))
        for value, *parts in zip((0, bit), *(split(part, bit) for part in (old, new, changed)), strict=True):
            yield from self._walk(Cube(cube.mask | bit, cube.value | value, cube.width), *parts)

    def _name(self, asked: Sequence[Clause]) -> str | None:
        return self._names[asked[0][2]] if asked else None


def _undecided(old: Sequence[Clause], new: Sequence[Clause], changed: Sequence[Clause]) -> Clause | None:
    """The row whose bits are to be decided next; None where each version has one answer for the whole cube."""
    first = [part[0] for part in (old, new) if part and part[0][0]]
    if not first:
        return None
    # Of words that no changed row matches nothing needs to be known: those come apart first.
    nearest = min(changed, key=length)
    return nearest if nearest[0] else first[0]


def _common(old: Sequence[Row], new: Sequence[Row]) -> tuple[set[int], set[int]]:
    """A longest sequence of rows that both versions have in the same order, by their places in each."""
    places = {row: place for place, row in enumerate(new)}
    ends: list[int] = []  # for each length, where in `new` the sequence ends that ends first
    chains: list[_Chain] = []  # and that sequence
    for at, row in enumerate(old):
        place = places.get(row)
        if place is not None:
            longer = bisect_left(ends, place)
            before = chains[longer - 1] if longer else None
            ends[longer : longer + 1] = [place]
            chains[longer : longer + 1] = [(at, place, before)]
    kept: tuple[set[int], set[int]] = set(), set()
    chain = chains[-1] if chains else None
    while chain is not None:
        at, place, chain = chain
        kept[0].add(at)
        kept[1].add(place)
    return kept
