"""Words counted, and what is left of a universe, against every word."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.cube_tables import (
    BITS,
    EVERYTHING,
    ONES,
    THREE_WAY,
    ZERO,
    cubes,
    made,
    narrow_tables,
    pattern,
    patterns,
    tables,
    union,
    words,
)
from trampgen.cubes.coverage import Coverage, Remainder, coverage, covered, joined, remainder
from trampgen.cubes.cube import Cube
from trampgen.cubes.search import Bound


def check(rows: Sequence[Cube], universe: Cube) -> Remainder:
    found = coverage(rows, universe, most=10_000)
    inside = union(rows) & words(universe)
    left = words(universe) - inside
    assert found.universe == universe
    assert found.covered == covered(rows, universe) == len(inside)
    assert found.full == (not left)
    holes = found.remainder
    assert holes.complete
    assert union(holes.cubes) == left
    assert sum(cube.count for cube in holes.cubes) == len(left)  # they are disjoint
    assert all(cube.width == universe.width and not cube.value & ~cube.mask for cube in holes.cubes)
    assert holes.witness == min(left, default=None)
    assert list(holes.cubes) == sorted(holes.cubes, key=lambda cube: cube.value)
    return holes


@given(tables, st.one_of(st.just(EVERYTHING), cubes))
@example([], EVERYTHING)
@example([], ZERO)
@example([EVERYTHING], EVERYTHING)
@example([EVERYTHING, EVERYTHING], ONES)
@example([ZERO], ZERO)
@example([ONES], ZERO)
@example([ZERO, ZERO], EVERYTHING)
@settings(max_examples=200)
def test_tables_of_few_rows(rows: list[Cube], universe: Cube) -> None:
    check(rows, universe)


@given(narrow_tables)
@example(patterns("01-- -01- 1-0- 000- 111-"))
@example(patterns("0--- 1---"))
@settings(max_examples=200)
def test_tables_of_few_words(rows: list[Cube]) -> None:
    check(rows, Cube(0, 0, 4))


@pytest.mark.parametrize("width", [8, 12])
@pytest.mark.parametrize("fixed", [(1, 8), (3, 5), (5, 8), (8, 8)])
@pytest.mark.parametrize("number", [20, 150])
def test_tables_of_many_rows(width: int, fixed: tuple[int, int], number: int) -> None:
    rows = made(number, width, number, fixed)
    check(rows, Cube(0, 0, width))
    check(rows, Cube(0b101, 0b100, width))


def test_the_three_way_case_leaves_two_words() -> None:
    holes = check(THREE_WAY, pattern("---"))
    assert holes.cubes == (pattern("000"), pattern("111"))


def test_two_rows_with_one_bit_between_them_leave_one_cube() -> None:
    assert check(patterns("0-1- 0-0-"), pattern("----")).cubes == (pattern("1---"),)


def test_at_most_so_many_cubes_and_then_not_complete() -> None:
    rows = [Cube(0xFF, word, BITS) for word in range(256) if word.bit_count() % 2]
    for most in (0, 1, 7, 127):
        found = remainder(rows, EVERYTHING, most)
        assert (len(found.cubes), found.complete) == (most, False)
        assert not union(found.cubes) & union(rows)
    for most in (128, 129):
        found = remainder(rows, EVERYTHING, most)
        assert (len(found.cubes), found.complete) == (128, True)


def test_past_the_bound_nothing_is_claimed() -> None:
    rows = made(80, 12, 2, (2, 9))
    every = Cube(0, 0, 12)
    inside = len(union(rows))
    assert {covered(rows, every, Bound(steps)) for steps in range(0, 30_000, 1500)} == {None, inside}
    found = [remainder(rows, every, bound=Bound(steps)) for steps in range(0, 4000, 100)]
    for one in found:
        assert not union(one.cubes) & union(rows)
        assert not one.complete or sum(cube.count for cube in one.cubes) == (1 << 12) - inside
    assert [one.complete for one in found] == sorted(one.complete for one in found)
    assert (found[0].complete, found[-1].complete) == (False, True)


@pytest.mark.parametrize(
    ("count", "holes", "full"),
    [
        (None, Remainder((), False), None),
        (None, Remainder((ZERO,), False), False),
        (None, Remainder((), True), True),
        (256, Remainder((), False), True),
        (255, Remainder((), False), False),
        (255, Remainder((ZERO,), True), False),
    ],
)
def test_full_or_not_or_unknown(count: int | None, holes: Remainder, full: bool | None) -> None:
    assert Coverage(EVERYTHING, count, holes).full is full


def test_words_of_32_and_64_bits() -> None:
    powers = [Cube(((1 << 64) - 1) >> bit << bit, 1 << bit, 64) for bit in range(64)]
    found = coverage(powers, Cube(0, 0, 64))
    assert found.covered == (1 << 64) - 1
    assert found.remainder == Remainder((Cube((1 << 64) - 1, 0, 64),), True)
    halves = [Cube(0xFFFF0000, 0x3D620000), Cube(0xFFFF, 0x8)]
    assert covered(halves, Cube(0, 0)) == 2 * (1 << 16) - 1


def counted(rows: Sequence[Cube]) -> int:
    """Words of at least one row, all of them as bits of one number."""
    every = 0
    for row in rows:
        own = 1 << row.value
        for bit in range(row.width):
            if not row.mask >> bit & 1:
                own |= own << (1 << bit)
        every |= own
    return every.bit_count()


@pytest.mark.parametrize(("number", "fixed", "steps"), [(60, (3, 3), 100_000), (300, (8, 12), 20_000)])
def test_a_crowd_and_a_scattering_are_counted_in_few_steps(
    number: int, fixed: tuple[int, int], steps: int
) -> None:
    rows = made(number, 20, 3, fixed)
    assert covered(rows, Cube(0, 0, 20), Bound(steps)) == counted(rows)


def test_words_are_counted_where_too_many_cubes_are_left() -> None:
    rows = made(50, 12, 4, (6, 9))
    few = coverage(rows, Cube(0, 0, 12), most=3)
    assert (few.covered, few.full, len(few.remainder.cubes)) == (len(union(rows)), False, 3)
    assert not few.remainder.complete


@given(st.sets(st.integers(0, 255)))
@example(set(range(256)))
@example(set())
def test_joined_cubes_are_the_same_words_and_disjoint(some: set[int]) -> None:
    found = joined(Cube(0xFF, word, BITS) for word in some)
    assert union(found) == some
    assert sum(cube.count for cube in found) == len(some)
    for one, other in itertools.combinations(found, 2):
        apart = one.value ^ other.value
        assert one.mask != other.mask or apart.bit_count() > 1
    assert len(found) <= max(len(some), 1)
