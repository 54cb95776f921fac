"""Overlaps, subsumed rows and duplicates against every word, with few rows and with very many."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings

from tests.unit.cube_tables import (
    EVERYTHING,
    ONES,
    THREE_WAY,
    ZERO,
    made,
    narrow_tables,
    pattern,
    patterns,
    tables,
    words,
)
from trampgen.cubes import index as indexes
from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.overlap import Overlap, conflicts, overlaps, relation

Found = list[tuple[int, int, str, int, int]]


def expected(rows: Sequence[Cube]) -> Found:
    """Each pair that shares a word: places, relation, smallest shared word, number of them."""
    sets = [words(row) for row in rows]
    found: Found = []
    for later, earlier in itertools.product(range(len(rows)), repeat=2):
        both = sets[earlier] & sets[later]
        if earlier < later and both:
            found.append((earlier, later, related(sets[earlier], sets[later]), min(both), len(both)))
    return found


def related(one: frozenset[int], two: frozenset[int]) -> str:
    if one == two:
        return "duplicate"
    return "subsumes" if one > two else "specialises" if one < two else "crosses"


def plain(found: Sequence[Overlap]) -> Found:
    return [(pair.earlier, pair.later, pair.relation, pair.witness, pair.shared) for pair in found]


def check(rows: Sequence[Cube]) -> None:
    """Everything that is said of a table, against every word."""
    index, pairs = Index(rows), expected(rows)
    assert plain(list(overlaps(index))) == pairs
    found = conflicts(index, most=2)
    assert plain(found.overlaps) == pairs[:2]
    counts, kinds = found.tally, Counter(kind for _, _, kind, _, _ in pairs)
    assert counts.pairs == len(pairs)
    assert [counts.duplicate, counts.subsumes, counts.specialises, counts.crosses] == [
        kinds[kind] for kind in ("duplicate", "subsumes", "specialises", "crosses")
    ]
    sets = [words(row) for row in rows]
    wider = {row: [by for by, its in enumerate(sets) if its > own] for row, own in enumerate(sets)}
    assert [(one.row, one.by) for one in found.subsumed] == [(row, by[0]) for row, by in wider.items() if by]
    assert all(one.witness in sets[one.row] & sets[one.by] for one in found.subsumed)
    again = [(row, sets.index(own)) for row, own in enumerate(sets) if own in sets[:row]]
    assert [(one.row, one.of) for one in found.duplicates] == again
    assert all(one.witness in sets[one.row] for one in found.duplicates)


@given(tables)
@example([])
@example([EVERYTHING])
@example([EVERYTHING, EVERYTHING, EVERYTHING])
@example([ZERO, EVERYTHING, ONES])
@example([EVERYTHING, ZERO, ZERO])
@example(THREE_WAY)
@settings(max_examples=150)
def test_tables_of_few_rows(rows: list[Cube]) -> None:
    check(rows)


@given(narrow_tables)
@settings(max_examples=100)
def test_tables_of_few_words(rows: list[Cube]) -> None:
    check(rows)


@given(tables)
@settings(max_examples=150)
def test_rows_that_are_split_into_many_groups(rows: list[Cube]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "_SMALL", 1)
        patch.setattr(indexes, "_LOOSE", 3)
        patch.setattr(indexes, "_KEY_BITS", 2)
        check(rows)


@pytest.mark.parametrize("fixed", [(1, 5), (5, 12), (12, 12)])
def test_tables_of_many_rows(fixed: tuple[int, int]) -> None:
    rows = made(100, 12, sum(fixed), fixed)
    check(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "_SMALL", 8)
        check(rows)


def with_opcodes(number: int) -> list[Cube]:
    """Rows that all fix the four highest of 12 bits, but for one in 40; more than half of them alike."""
    rows = made(number, 12, number, (2, 10))
    top = [0b0101 if row % 5 < 3 else row % 16 for row in range(number)]
    return [
        row if place % 40 == 7 else Cube(row.mask | 0xF00, row.value & 0x0FF | top[place] << 8, 12)
        for place, row in enumerate(rows)
    ]


def test_a_large_table_is_split_and_still_has_every_pair() -> None:
    rows = with_opcodes(1500)
    index = Index(rows)
    groups = {id(group) for row in rows for group, _ in index.near(row)}
    assert len(groups) > 16
    pairs = [
        (one, two)
        for two, one in itertools.product(range(len(rows)), repeat=2)
        if one < two and not (rows[one].value ^ rows[two].value) & rows[one].mask & rows[two].mask
    ]
    assert [(pair.earlier, pair.later) for pair in overlaps(index)] == pairs
    kinds = Counter(relation(rows[one], rows[two]) for one, two in pairs)
    counts = conflicts(index, 0).tally
    assert counts.pairs == len(pairs) > 10_000
    assert {kind: getattr(counts, kind) for kind in kinds} == kinds
    assert min(kinds.values()) > 5


def test_what_meets_a_cube_that_is_no_row() -> None:
    rows = with_opcodes(700)
    for cube in (*made(60, 12, 9, (0, 12)), Cube(0, 0, 12), Cube(0xFFF, 0x5A5, 12)):
        meeting = [row for row, other in enumerate(rows) if other.meets(cube) is not None]
        assert Index(rows).meeting(cube) == meeting


def test_the_three_way_case_is_no_conflict() -> None:
    found = conflicts(Index(THREE_WAY))
    assert found.tally.pairs == 0
    assert (found.overlaps, found.subsumed, found.duplicates) == ((), (), ())


def test_the_first_overlaps_are_made_and_all_are_counted() -> None:
    rows = [EVERYTHING] * 300
    found = conflicts(Index(rows), most=3)
    assert found.tally.pairs == found.tally.duplicate == 300 * 299 // 2
    assert [(pair.earlier, pair.later) for pair in found.overlaps] == [(0, 1), (0, 2), (1, 2)]
    assert [(one.row, one.of) for one in found.duplicates] == [(row, 0) for row in range(1, 300)]
    assert found.subsumed == ()


def test_words_of_64_bits() -> None:
    top, low = Cube(1 << 63, 1 << 63, 64), Cube(1, 1, 64)
    [pair] = overlaps(Index([top, low, Cube(1 << 63 | 1, 0, 64)]))
    assert plain([pair]) == [(0, 1, "crosses", 1 << 63 | 1, 1 << 62)]


@pytest.mark.parametrize(
    "rows",
    [
        [pattern("01"), pattern("011")],
        [Cube(0b01, 0b11, 2)],
        [Cube(0b111, 0, 2)],
    ],
)
def test_what_is_no_table(rows: list[Cube]) -> None:
    with pytest.raises(ValueError, match="no row of a table"):
        Index(rows)


def test_relations_by_example() -> None:
    rows = patterns("1--- 1-0- 10-- 1--- 0---")
    found = [(pair.earlier, pair.later, pair.relation) for pair in overlaps(Index(rows))]
    assert found == [
        (0, 1, "subsumes"),
        (0, 2, "subsumes"),
        (1, 2, "crosses"),
        (0, 3, "duplicate"),
        (1, 3, "specialises"),
        (2, 3, "specialises"),
    ]
