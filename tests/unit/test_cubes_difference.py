"""Two versions of a table against every word: what each word was and is."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.cube_tables import (
    BITS,
    EVERYTHING,
    THREE_WAY,
    ZERO,
    cubes,
    made,
    pattern,
    patterns,
    union,
    words,
)
from trampgen.cubes.cube import Cube
from trampgen.cubes.difference import Difference, Row, _common, difference
from trampgen.cubes.search import Bound

named = st.lists(st.tuples(st.sampled_from("abc"), cubes), max_size=7)


def name(rows: list[Row], word: int) -> str | None:
    return next((of for of, cube in rows if word & cube.mask == cube.value), None)


def check(old: list[Row], new: list[Row], width: int = BITS) -> Difference:
    """Of ordered tables."""
    found = difference(old, new, ordered=True, most=10_000)
    assert found.complete
    expected = {word: (name(old, word), name(new, word)) for word in range(1 << width)}
    expected = {word: names for word, names in expected.items() if names[0] != names[1]}
    said = [(word, (one.old, one.new)) for one in found.changes for word in words(one.cube)]
    assert len(said) == len(dict(said)) == len(expected)  # the cubes are disjoint
    assert dict(said) == expected
    assert [one.witness for one in found.changes] == sorted(one.witness for one in found.changes)
    smallest: dict[tuple[str | None, str | None], int] = {}
    for word, names in sorted(expected.items()):
        smallest.setdefault(names, word)
    assert {(one.old, one.new): one.witness for one in found.firsts} == smallest
    assert len(found.firsts) == len(smallest)
    return found


@given(named, named)
@example([], [])
@example([("a", EVERYTHING)], [])
@example([], [("a", EVERYTHING)])
@example([("a", EVERYTHING)], [("b", EVERYTHING)])
@example([("a", ZERO), ("b", EVERYTHING)], [("b", EVERYTHING), ("a", ZERO)])
@settings(max_examples=200)
def test_any_two_tables(old: list[Row], new: list[Row]) -> None:
    check(old, new)


@given(named, st.data())
@settings(max_examples=200)
def test_a_table_that_was_edited(old: list[Row], data: st.DataObject) -> None:
    new = list(old)
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(new)))
        new[at : at + data.draw(st.integers(0, 2))] = data.draw(named.map(lambda rows: rows[:1]))
    check(old, new)


@given(named, st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_same_rows_in_another_order(old: list[Row], of: random.Random) -> None:
    new = list(old)
    of.shuffle(new)
    check(old, new)


@pytest.mark.parametrize("fixed", [(2, 5), (4, 12)])
def test_many_rows(fixed: tuple[int, int]) -> None:
    old = [(f"r{row % 50}", cube) for row, cube in enumerate(made(150, 12, 1, fixed))]
    new = [*old[:40], *old[42:100], ("new", Cube(0b1011, 0b0010, 12)), *old[101:], old[41]]
    assert check(old, new, 12).changes
    assert check(new, old, 12).changes
    assert check(old, old, 12).changes == ()


@pytest.mark.parametrize("number", [0, 1, 4, 6])
def test_as_many_rows_as_can_be_are_the_same(number: int) -> None:
    old: list[Row] = [(str(row), ZERO) for row in range(number)]
    for order in itertools.permutations(range(number)):
        mine, theirs = _common(old, [old[row] for row in order])
        assert sorted(order.index(row) for row in mine) == [order.index(row) for row in sorted(mine)]
        assert theirs == {order.index(row) for row in mine}
        assert len(mine) == next(
            size
            for size in range(number, -1, -1)
            if any(list(part) == sorted(part) for part in itertools.combinations(order, size))
        )


def test_equal_tables_cost_nothing() -> None:
    rows = [(str(row), cube) for row, cube in enumerate(made(2000, 12, 1, (1, 12)))]
    assert difference(rows, list(rows), ordered=True, bound=Bound(0)) == Difference((), True)
    assert difference(rows, rows[::-1], ordered=False, bound=Bound(0)) == Difference((), True)
    assert not difference(rows, rows[::-1], ordered=True, bound=Bound(0)).complete


def test_a_row_that_is_there_twice_changes_nothing() -> None:
    rows: list[Row] = [("a", pattern("1-")), ("b", pattern("--"))]
    assert difference(rows, [*rows, *rows], ordered=True, bound=Bound(0)) == Difference((), True)


def test_one_row_among_many_is_found_within_few_steps() -> None:
    old = [(str(row), Cube(0xFFFFFFFF, row * 7)) for row in range(3000)]
    new = [*old[:1500], *old[1501:]]
    found = difference(old, new, ordered=True, bound=Bound(20_000))
    assert found.complete
    [one] = found.changes
    assert (one.cube, one.old, one.new) == (Cube(0xFFFFFFFF, 10_500), "1500", None)


def test_rows_without_an_order_of_their_own() -> None:
    old = list(zip("abc", THREE_WAY, strict=True))
    new = [old[2], ("b", pattern("00-")), old[0]]
    found = difference(old, new, ordered=False)
    changes = [(one.cube, one.old, one.new) for one in found.changes]
    assert changes == [(pattern("000"), None, "b"), (pattern("101"), "b", None)]


def test_changes_by_example() -> None:
    old = list(zip("ab", patterns("1-- ---"), strict=True))
    found = check(old, old[::-1], 3)
    assert [(one.cube, one.old, one.new) for one in found.changes] == [(pattern("1--"), "a", "b")]


def test_at_most_so_many_cubes_and_then_not_complete() -> None:
    new: list[Row] = [("a", Cube(0xFF, word, BITS)) for word in range(256) if word.bit_count() % 2]
    for most, count in ((0, 0), (7, 7), (127, 127), (128, 128), (1000, 128)):
        found = difference([], new, ordered=True, most=most)
        assert (len(found.changes), found.complete) == (count, most >= 128)


def test_past_the_bound_what_is_said_is_true() -> None:
    old = [(f"r{row}", cube) for row, cube in enumerate(made(60, 12, 8, (2, 8)))]
    new = [(f"r{row}", cube) for row, cube in enumerate(made(60, 12, 9, (2, 8)))]
    whole = {word: (one.old, one.new) for one in check(old, new, 12).changes for word in words(one.cube)}
    found = [difference(old, new, True, 10_000, Bound(steps)) for steps in range(0, 20_000, 500)]
    found += [difference(old, new, True, most) for most in (0, 1, 20)]
    assert not all(one.complete for one in found)
    for one in found:
        said = {word: (each.old, each.new) for each in one.changes for word in words(each.cube)}
        assert said.items() <= whole.items()
        assert one.complete == (len(said) == len(whole))
    assert len(union(each.cube for each in found[-1].changes)) >= 20
    assert [len(one.changes) <= most for one, most in zip(found[-3:], (0, 1, 20), strict=True)] == [True] * 3
