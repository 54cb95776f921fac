"""First-match tables against every word: which row gets it, which rows get none, and what the bound leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings

from tests.unit.cube_tables import (
    BITS,
    EVERYTHING,
    ONES,
    THREE_WAY,
    ZERO,
    first_matches,
    made,
    narrow_tables,
    pattern,
    patterns,
    tables,
    union,
    words,
)
from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.ordered import Crossing, crossings, reachability
from trampgen.cubes.search import Bound, Exceeded, outside

FULL_BY_FIVE = patterns("01- -01 1-0 000 111")  # five rows that hold every word, each of them needed


def check_rows(rows: Sequence[Cube], width: int) -> int:
    """Every row's answer against every word; how many rows several others cover together."""
    found = reachability(Index(rows))
    given_ = first_matches(rows, width)
    assert found.unknown == ()
    for row, witness in enumerate(found.witnesses):
        assert (witness is None) == (row not in given_)
        assert witness is None or given_[witness] == row
    assert [one.row for one in found.unreachable] == [row for row in range(len(rows)) if row not in given_]
    for one in found.unreachable:
        own = words(rows[one.row])
        assert one.witness in own
        assert one.minimal
        assert list(one.cover) == sorted(set(one.cover))
        assert max(one.cover) < one.row
        cover = [rows[row] for row in one.cover]
        assert own <= union(cover)
        for less in itertools.combinations(cover, len(cover) - 1):
            assert not own <= union(less)
        assert one.shadowed == any(own <= words(row) for row in rows[: one.row])
    return sum(not one.shadowed for one in found.unreachable)


@given(tables)
@example([])
@example([EVERYTHING])
@example([EVERYTHING, ZERO])
@example([ZERO, EVERYTHING, EVERYTHING])
@example([ZERO, ONES, ZERO])
@settings(max_examples=150)
def test_rows_of_few(rows: list[Cube]) -> None:
    check_rows(rows, BITS)


@given(narrow_tables)
@example(patterns("01-- -01- 1-0- 000- 111- ----"))
@example(patterns("0--- 1--- ----"))
@settings(max_examples=300)
def test_rows_of_few_words(rows: list[Cube]) -> None:
    check_rows(rows, 4)


@pytest.mark.parametrize("width", [8, 12])
@pytest.mark.parametrize("fixed", [(2, 5), (1, 8), (3, 4)])
def test_rows_of_many(width: int, fixed: tuple[int, int]) -> None:
    assert check_rows(made(60, width, width, fixed), width) >= (1 if width == 8 else 0)


def test_disjoint_three_ways_leaves_two_words() -> None:
    found = reachability(Index([*THREE_WAY, pattern("---")]))
    assert found.unreachable == ()
    assert found.witnesses[3] in (0b000, 0b111)


def test_five_rows_cover_together_and_a_sixth_is_not_named() -> None:
    rows = [*FULL_BY_FIVE, pattern("11-"), pattern("---")]
    [together] = reachability(Index(rows)).unreachable[1:]
    assert (together.row, together.cover, together.minimal) == (6, (0, 1, 2, 3, 4), True)
    assert not together.shadowed


def test_of_rows_that_shadow_the_first_is_named() -> None:
    [one] = reachability(Index(patterns("00- 0-- --- 001"))).unreachable
    assert (one.row, one.cover, one.shadowed) == (3, (0,), True)


def parity(bits: int) -> list[Cube]:
    """Every word of an even number of ones, in a row of its own: no two of them can be put together."""
    full = (1 << bits) - 1
    return [Cube(full, word, bits) for word in range(1 << bits) if not word.bit_count() % 2]


def test_past_the_bound_a_row_is_unknown_and_others_are_not() -> None:
    rows = [*parity(10), Cube(0, 0, 10), Cube(0, 0, 10)]
    found = reachability(Index(rows), Bound(20_000, 1000))
    assert found.unknown == (512,)
    assert found.witnesses[:512] == tuple(row.value for row in rows[:512])
    assert [(one.row, one.cover) for one in found.unreachable] == [(513, (512,))]
    reached = reachability(Index(rows)).witnesses[512]
    assert reached is not None
    assert reached.bit_count() % 2


def test_one_row_does_not_use_up_the_steps_of_all() -> None:
    hard = [Cube(row.mask | 1 << 10, row.value, 11) for row in parity(10)]
    rows = [*hard, Cube(1 << 10, 0, 11), *patterns("1--------1- 1--------0- 1----------")]
    found = reachability(Index(rows), Bound(20_000, 1000))
    assert found.unknown == (512,)
    assert [(one.row, one.cover) for one in found.unreachable] == [(515, (513, 514))]


def test_a_cover_that_could_not_be_made_smaller_says_so() -> None:
    rows = [
        *made(30, 8, 282, (2, 4)),
        EVERYTHING,
    ]  # a seed whose first proof names rows that it can do without
    found = [reachability(Index(rows), Bound(10**6, steps)) for steps in range(100, 3000, 50)]
    covers = [one for each in found for one in each.unreachable if one.row == 30]
    assert [one.minimal for one in covers] == sorted(one.minimal for one in covers)
    assert (covers[0].minimal, covers[-1].minimal) == (False, True)
    assert all(union(rows[row] for row in one.cover) == words(EVERYTHING) for one in covers)
    assert len(covers[-1].cover) < len(covers[0].cover)
    assert found[0].unknown[-1] == 30


@pytest.mark.parametrize("hole", [0, 1, 0x155, 0x2AA, 0x3FE, 0x3FF])
def test_the_one_word_that_is_left_is_found_without_turning_back(hole: int) -> None:
    rows = [Cube(0x3FF, word, 10) for word in range(1 << 10) if word != hole]
    bound = Bound(2 * len(rows) + 20)  # each bit halves the rows that are left
    assert outside(Cube(0, 0, 10), rows, range(len(rows)), bound) == hole


def test_steps_of_one_question_and_of_all() -> None:
    bound = Bound(10, each=6)
    for allowed in (6, 4):
        bound.question(1)
        bound.spend(allowed - 1)
        with pytest.raises(Exceeded):
            bound.spend(1)
    with pytest.raises(Exceeded):
        bound.question(1)


def test_what_is_left_of_a_question_that_was_too_much_is_gone() -> None:
    bound = Bound(10, each=6)
    bound.question(0)
    with pytest.raises(Exceeded):
        bound.spend(7)
    with pytest.raises(Exceeded):
        bound.spend(1)
    bound.question(6)


def test_a_default_row_behind_very_many() -> None:
    rows = [Cube(0xFFFF, word * 3 & 0xFFFF, 16) for word in range(6000)]
    found = reachability(Index([*rows, Cube(0, 0, 16)]))
    assert found.unknown == ()
    assert found.witnesses[-1] is not None
    assert found.witnesses[-1] not in {row.value for row in rows}


# ---- pairs whose order matters ------------------------------------------------------------------------------


def check_pairs(rows: Sequence[Cube], width: int) -> list[Crossing]:
    found = list(crossings(Index(rows)))
    sets, given_ = [words(row) for row in rows], first_matches(rows, width)
    expected = [
        (one, two)
        for two, one in itertools.product(range(len(rows)), repeat=2)
        if one < two and sets[one] & sets[two] and not sets[one] >= sets[two]
    ]
    assert [(pair.earlier, pair.later) for pair in found] == expected
    for pair in found:
        one, two = sets[pair.earlier], sets[pair.later]
        assert pair.relation == ("specialises" if one < two else "crosses")
        decided = {word for word in one & two if given_[word] == pair.earlier}
        assert pair.known
        assert (pair.witness is None) == (not decided)
        assert pair.witness is None or pair.witness in decided
    return found


@given(tables)
@example([])
@example([ZERO, EVERYTHING])
@example([EVERYTHING, ZERO])
@example([EVERYTHING, EVERYTHING])
@example(THREE_WAY)
@settings(max_examples=100)
def test_pairs_of_few(rows: list[Cube]) -> None:
    check_pairs(rows, BITS)


@given(narrow_tables)
@settings(max_examples=150)
def test_pairs_of_few_words(rows: list[Cube]) -> None:
    check_pairs(rows, 4)


def test_pairs_of_many() -> None:
    found = check_pairs(made(40, 12, 3, (2, 5)), 12)
    assert {pair.relation for pair in found} == {"crosses", "specialises"}
    assert any(pair.witness is None for pair in found)


def test_changing_places_changes_the_row_of_the_witness() -> None:
    rows = made(30, 8, 11, (2, 5))
    for pair in crossings(Index(rows)):
        if pair.witness is not None:
            changed = list(rows)
            changed[pair.earlier], changed[pair.later] = rows[pair.later], rows[pair.earlier]
            assert first_matches(rows, 8)[pair.witness] == pair.earlier
            assert first_matches(changed, 8)[pair.witness] == pair.earlier  # where the later one stands now
            assert rows[pair.later].holds(pair.witness)


def test_a_pair_past_the_bound_is_not_known() -> None:
    pairs = [*parity(10), Cube(0x200, 0, 10), Cube(0x100, 0, 10)]
    last = list(crossings(Index(pairs), Bound(10**6, 100)))[-1]
    assert (last.earlier, last.later, last.known, last.witness) == (512, 513, False, None)
    assert all(pair.known for pair in check_pairs(pairs, 10))
