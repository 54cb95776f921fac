"""Cubes against brute force: every operation is compared with sets of all 256 words of 8 bits."""

from __future__ import annotations

import itertools

from hypothesis import example, given, settings
from hypothesis import strategies as st

from trampgen.cubes.cube import Cube, joint, subtract, union_count

WIDTH = 8
FULL = (1 << WIDTH) - 1
ALL = range(1 << WIDTH)


def cube(mask: int, value: int) -> Cube:
    """A well-formed cube of 8 bits."""
    return Cube(mask, value & mask, WIDTH)


def ternary(text: str) -> Cube:
    """`01-` and the like, the rest of the word fixed at zero."""
    mask = value = 0
    for char in text:
        mask, value = mask << 1 | (char != "-"), value << 1 | (char == "1")
    high = FULL & ~((1 << len(text)) - 1)
    return Cube(mask | high, value, WIDTH)


def words(one: Cube) -> frozenset[int]:
    """Every word of a cube, by trying all of them."""
    return frozenset(word for word in ALL if word & one.mask == one.value)


EVERYTHING, NOTHING_FREE, ZERO = cube(0, 0), cube(FULL, 0xA5), cube(FULL, 0)
THREE_WAY = [ternary("01-"), ternary("-01"), ternary("1-0")]

# Few mask bits as often as many: cubes that meet are the interesting ones.
masks = st.one_of(
    st.integers(0, FULL),
    st.sampled_from([0, FULL, 0x0F, 0xF0, 1, 0x80]),
    st.builds(lambda a, b: a & b, st.integers(0, FULL), st.integers(0, FULL)),
)
cubes = st.one_of(
    st.builds(cube, masks, st.sampled_from([0, FULL])), st.builds(cube, masks, st.integers(0, FULL))
)
few = st.lists(cubes, min_size=1, max_size=5)


def test_three_way_case_is_pairwise_disjoint() -> None:
    for one, other in itertools.combinations(THREE_WAY, 2):
        assert one.meets(other) is None
        assert not words(one) & words(other)
    assert union_count(THREE_WAY) == 6
    left = subtract([ternary("---")], THREE_WAY)
    assert sorted(word for part in left for word in words(part)) == [0b000, 0b111]
    assert joint(THREE_WAY) == ternary("---")


@given(cubes)
@example(EVERYTHING)
@example(NOTHING_FREE)
@example(ZERO)
def test_count_and_holds(one: Cube) -> None:
    inside = words(one)
    assert one.count == len(inside)
    assert all(one.holds(word) == (word in inside) for word in ALL)


@given(cubes, cubes)
@example(EVERYTHING, EVERYTHING)
@example(EVERYTHING, NOTHING_FREE)
@example(NOTHING_FREE, NOTHING_FREE)
@example(ZERO, NOTHING_FREE)
def test_meets_is_the_intersection(one: Cube, other: Cube) -> None:
    shared = one.meets(other)
    assert (frozenset() if shared is None else words(shared)) == words(one) & words(other)
    if shared is not None:
        assert shared.width == WIDTH
        assert shared.value & ~shared.mask == 0
    assert shared == other.meets(one)


@given(cubes, cubes)
@example(EVERYTHING, EVERYTHING)
@example(EVERYTHING, NOTHING_FREE)
@example(NOTHING_FREE, EVERYTHING)
@example(ZERO, ZERO)
def test_minus_is_exact_and_disjoint(one: Cube, other: Cube) -> None:
    parts = one.minus(other)
    assert frozenset().union(*map(words, parts)) == words(one) - words(other)
    assert sum(part.count for part in parts) == len(words(one) - words(other))
    assert all(part.value & ~part.mask == 0 and part.width == WIDTH for part in parts)


@given(few, few)
@settings(max_examples=200)
def test_subtract_many(ones: list[Cube], others: list[Cube]) -> None:
    left = subtract(ones, others)
    taken = frozenset().union(*map(words, others))
    assert frozenset().union(*map(words, left)) == frozenset().union(*map(words, ones)) - taken


@given(cubes, few)
@settings(max_examples=200)
@example(EVERYTHING, THREE_WAY)
@example(EVERYTHING, [EVERYTHING])
@example(EVERYTHING, [ZERO, ZERO])
def test_subtract_from_one_gives_disjoint_cubes(one: Cube, others: list[Cube]) -> None:
    left = subtract([one], others)
    for a, b in itertools.combinations(left, 2):
        assert a.meets(b) is None
    assert sum(part.count for part in left) == len(words(one) - frozenset().union(*map(words, others)))


def test_subtract_of_nothing() -> None:
    assert subtract([], [EVERYTHING]) == []
    assert subtract([ZERO, EVERYTHING], []) == [ZERO, EVERYTHING]


@given(few)
@settings(max_examples=200)
@example([EVERYTHING])
@example([ZERO, ZERO])
@example(THREE_WAY)
@example([EVERYTHING, NOTHING_FREE])
def test_union_count(some: list[Cube]) -> None:
    assert union_count(some) == len(frozenset().union(*map(words, some)))


def test_union_count_of_nothing() -> None:
    assert union_count([]) == 0


def _tightest(inside: frozenset[int]) -> Cube:
    """The bits that all words have alike, found word by word."""
    ones, zeros = FULL, FULL
    for word in inside:
        ones, zeros = ones & word, zeros & ~word
    return Cube(ones | zeros, ones, WIDTH)


@given(few)
@settings(max_examples=200)
@example([EVERYTHING])
@example([ZERO])
@example([ZERO, NOTHING_FREE])
@example(THREE_WAY)
def test_joint_is_the_tightest(some: list[Cube]) -> None:
    inside = frozenset().union(*map(words, some))
    tightest = joint(some)
    assert tightest == _tightest(inside)
    assert inside <= words(tightest)


@given(few)
@settings(max_examples=50)
def test_no_tighter_cube_holds_them_all(some: list[Cube]) -> None:
    inside = frozenset().union(*map(words, some))
    tightest = joint(some)
    for bit in range(WIDTH):
        if not tightest.mask >> bit & 1:
            for value in (0, 1 << bit):
                assert not inside <= words(Cube(tightest.mask | 1 << bit, tightest.value | value, WIDTH))


def test_joint_does_not_depend_on_the_order() -> None:
    for order in itertools.permutations([*THREE_WAY, NOTHING_FREE]):
        assert joint(order) == joint([*THREE_WAY, NOTHING_FREE])


def test_32_bits_by_default() -> None:
    assert Cube(0, 0).count == 1 << 32
    assert Cube(0xFFFFFFFF, 7).count == 1
    assert union_count([Cube(0xFFFF0000, 0x3D620000), Cube(0, 0)]) == 1 << 32
