"""Plans of decoders: every word of 8 and of 12 bits against the first row that holds it, and what plans are made of."""

from __future__ import annotations

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trampgen.cubes.cube import Cube, subtract, union_count
from trampgen.decode import hashing, model
from trampgen.decode.cells import Candidates
from trampgen.decode.plan import Plan
from trampgen.decode.planning import plan
from trampgen.decode.rows import Bits, Field, Of, Row, first_match
from trampgen.decode.selftest import gaps_of, own_word, trials
from trampgen.decode.shapes import shapes
from trampgen.decode.values import Functions, placed, read


def cube(width: int, mask: int, value: int) -> Cube:
    return Cube(mask, value & mask, width)


def tables(width: int, most: int) -> st.SearchStrategy[list[Cube]]:
    """Rows in an order, which may overlap, hide each other or hold every word."""
    full = (1 << width) - 1
    some = st.integers(0, full)
    masks = st.one_of(some, st.builds(lambda a, b: a | b, some, some), st.sampled_from([0, full, full & ~3]))
    return st.lists(st.builds(lambda m, v: cube(width, m, v), masks, some), min_size=1, max_size=most)


def disjoint(width: int, count: int, seed: int) -> list[Cube]:
    """Rows that share no word: opcode, sub-opcodes of several widths, some with a bit in between that is free."""
    drawn = random.Random(seed)
    full = (1 << width) - 1
    found: list[Cube] = []
    for _ in range(20 * count):
        mask = full & ~((1 << drawn.randint(0, width // 2)) - 1) & ~(1 << drawn.randrange(width))
        new = cube(width, mask, drawn.getrandbits(width))
        if all(new.meets(old) is None for old in found):
            found.append(new)
        if len(found) == count:
            break
    return found


def exact(found: Plan) -> None:
    """The plan's answer for every word is the definition's, and no index leaves its table."""
    assert all(node.base + (1 << found.range_bits) <= len(found.slots) for node in found.nodes)
    assert all(entry < len(found.nodes) for entry in found.entries)
    for word in range(1 << found.width):
        assert model.decode(found, word) == first_match(found.cubes, word), hex(word)


THREE_WAY = [cube(8, 0xE0, 0x40), cube(8, 0x60, 0x20), cube(8, 0xA0, 0x80)]


@given(tables(8, 24))
@settings(max_examples=150)
@example([Cube(0, 0, 8)])
@example([Cube(0xFF, 0, 8)])
@example([Cube(0, 0, 8), Cube(0xFF, 1, 8)])
@example([Cube(0xFF, 1, 8), Cube(0, 0, 8)])
@example(THREE_WAY)
@example([Cube(0xFF, word, 8) for word in range(256)])
@example([Cube(0xFF, 0xA5, 8), Cube(0xF0, 0xA0, 8), Cube(0, 0, 8)])
def test_every_word_of_8_bits(cubes: list[Cube]) -> None:
    exact(plan(cubes, 8))


@given(tables(12, 60))
@settings(max_examples=25)
def test_every_word_of_12_bits(cubes: list[Cube]) -> None:
    exact(plan(cubes, 12))


@pytest.mark.parametrize(("count", "seed"), [(30, 1), (120, 2), (300, 3)])
def test_every_word_of_disjoint_rows(count: int, seed: int) -> None:
    exact(plan(disjoint(12, count, seed), 12))


def large(width: int, count: int, seed: int) -> list[Cube]:
    """Rows under a few opcodes at the top, most of them told apart by bits at the bottom."""
    drawn = random.Random(seed)
    found: list[Cube] = []
    for _ in range(count):
        opcode = drawn.choice((4, 31, 59, drawn.randrange(64)))
        low = drawn.choice((5, 8, 10))
        mask = 0x3F << (width - 6) | ((1 << low) - 1) << 1
        value = opcode << (width - 6) | drawn.randrange(1 << low) << 1
        special = drawn.random() < 0.05
        found.append(cube(width, mask | ((1 << width) - 1 if special else 0), value))
    return found


def boundary(cubes: list[Cube], width: int) -> list[int]:
    """Both corners of each row and their neighbours."""
    full = (1 << width) - 1
    corners = [word for one in cubes for word in (one.value, one.value | full & ~one.mask)]
    return corners + [word ^ 1 << bit for word in corners[::7] for bit in range(width)]


@pytest.mark.parametrize("width", [16, 32, 64])
def test_large_tables_by_their_boundary_words(width: int) -> None:
    cubes = large(width, 250, width)
    found = plan(cubes, width)
    assert found.root, "two steps are what this is about"
    drawn = random.Random(width)
    for word in boundary(cubes, width) + [drawn.getrandbits(width) for _ in range(3000)]:
        assert model.decode(found, word) == first_match(cubes, word), hex(word)


def test_the_size_is_that_of_the_tables() -> None:
    found = plan(large(32, 250, 1), 32)
    words, nodes = 8 * len(found.cubes), 10 * len(found.nodes)
    assert found.size == words + nodes + len(found.entries) + 2 * (len(found.slots) + len(found.lists))
    assert found.size < 24 * 250


def test_the_same_rows_give_the_same_plan() -> None:
    assert plan(large(32, 100, 5), 32) == plan(large(32, 100, 5), 32)


def test_no_rows() -> None:
    with pytest.raises(ValueError, match="needs a row"):
        plan([], 32)


def test_a_special_case_of_the_next_row_is_a_list_and_not_copies() -> None:
    found = plan([Cube(0xFFFFFFFF, 0x60000000), Cube(0xFC000000, 0x60000000)], 32)
    assert found.lists == ((0, True), (1, False))
    assert found.size < 32


@given(st.dictionaries(st.integers(0, 0xFFFF), st.integers(0, 3), max_size=40), st.integers(3, 8))
def test_a_factor_separates(keys: dict[int, int], range_bits: int) -> None:
    found = hashing.factor(keys, 32, range_bits)
    if found is None:
        return
    slots: dict[int, int] = {}
    for key, target in keys.items():
        place = hashing.slot(key, found, 32, range_bits)
        assert place < 1 << range_bits
        assert slots.setdefault(place, target) == target


@pytest.mark.parametrize("mask", [0xFC000000, 0x000007C0, 0xF0000003, 0x00F000F0])
def test_runs_of_bits_always_have_a_factor(mask: int) -> None:
    bits = [bit for bit in range(32) if mask >> bit & 1]
    keys = {
        sum(1 << bit for at, bit in enumerate(bits) if number >> at & 1): number
        for number in range(1 << len(bits))
    }
    assert hashing.factor(keys, 32, len(bits)) is not None


@given(st.lists(st.dictionaries(st.integers(0, 15), st.integers(0, 9), max_size=8), max_size=12))
def test_tables_laid_into_each_other_keep_what_they_hold(some: list[dict[int, int]]) -> None:
    entries, places = hashing.lay(some, 0, 16)
    for table, place in zip(some, places, strict=True):
        assert place >= 0
        assert place + 16 <= len(entries)
        assert all(entries[place + index] == value for index, value in table.items())


def test_what_a_row_before_holds_is_not_reached() -> None:
    candidates = Candidates([cube(8, 0xF0, 0x10), cube(8, 0xF8, 0x18), cube(8, 0x0F, 1)], 8)
    assert candidates.reached(0b111, 0) == 0b101
    assert candidates.reached(0b111, 0xF0) == 0b001


@given(tables(8, 12))
@settings(max_examples=60)
def test_gaps_are_all_that_is_left(cubes: list[Cube]) -> None:
    gaps = list(gaps_of(cubes, 8, 1000))
    assert union_count(gaps) == sum(gap.count for gap in gaps), "disjoint"
    assert union_count([*cubes, *gaps]) == 256
    assert not any(gap.meets(one) for gap in gaps for one in cubes)


@given(tables(8, 12))
@settings(max_examples=60)
def test_trials_are_of_their_rows(cubes: list[Cube]) -> None:
    found = trials(cubes, 8, 4)
    assert all(first_match(cubes, trial.word) == trial.row for trial in found)
    tried = {trial.row for trial in found}
    for number, one in enumerate(cubes):
        assert (number in tried) == bool(subtract([one], cubes[:number]))
    assert sum(trial.row is None for trial in found) <= 4


def test_the_widest_gap_comes_first() -> None:
    gaps = list(gaps_of([cube(8, 0xC0, 0x40), cube(8, 0xFF, 0xFF)], 8, 1))
    assert [gap.count for gap in gaps] == [64]


def test_a_row_that_others_hide_has_no_word() -> None:
    assert own_word([cube(8, 0, 0), cube(8, 1, 1)], 1) is None


FUNCTIONS: Functions = {"twice": lambda x: 2 * x, "seven": lambda: 7}


def fields(drawn: random.Random, width: int, mask: int) -> tuple[Field, ...]:
    """Fields of all kinds, in bits that the mask leaves open."""
    found: list[Field] = []
    for number in range(drawn.randint(0, 5)):
        kind = drawn.random()
        name = f"f{number}"
        if kind < 0.1:
            found.append(Field(name, constant=drawn.randint(-9, 9)))
        elif kind < 0.15:
            found.append(Field(name, function="seven"))
        elif kind < 0.25 and found:
            parts = (Bits(0, 2), Of(found[0].name, 3, drawn.random() < 0.5))
            found.append(Field(name, parts[:: drawn.choice((1, -1))]))
        else:
            count = drawn.choice((1, 1, 2, 3))
            bits = tuple(
                Bits(drawn.choice((0, 4, 8, 11)), drawn.randint(1, 5), drawn.random() < 0.3)
                for _ in range(count)
            )
            function = "twice" if drawn.random() < 0.1 else None
            found.append(Field(name, bits, drawn.choice((0, 0, 2)), 0, function))
    return tuple(found)


def rows_with_fields(width: int, count: int, seed: int) -> list[Row]:
    drawn = random.Random(seed)
    kinds = [fields(drawn, width, 0) for _ in range(12)]
    return [Row(f"row_{n}", one, drawn.choice(kinds)) for n, one in enumerate(large(width, count, seed))]


@pytest.mark.parametrize("width", [16, 32, 64])
@pytest.mark.parametrize("seed", range(4))
def test_fields_by_places_are_the_fields(width: int, seed: int) -> None:
    rows = rows_with_fields(width, 60, seed)
    found = shapes(rows, width)
    drawn = random.Random(seed)
    for number, row in enumerate(rows):
        for _ in range(20):
            word = drawn.getrandbits(width)
            assert placed(found, number, word, FUNCTIONS) == read(row.fields, word, FUNCTIONS)


def test_fields_alike_share_a_shape_and_usual_ones_a_place() -> None:
    rt, ra, si = Field("rt", (Bits(21, 5),)), Field("ra", (Bits(16, 5),)), Field("si", (Bits(0, 16, True),))
    rows = [Row(f"r{n}", Cube(0xFC000000, n << 26), (rt, ra, si)) for n in range(30)]
    rows.append(Row("nop", Cube(0xFC000000, 31 << 26)))
    rows.append(Row("rare", Cube(0xFFFFFFE0, 32 << 26), (Field("x", (Bits(0, 5),)),)))
    found = shapes(rows, 32)
    assert len(found.usual) == 3
    assert [shape.name for shape in found.shapes] == ["rt_ra_si", "x"]
    assert found.case_of == (0,) * 31 + (1,)
    assert found.places == 3
    assert not found.wide


def test_a_field_twice_has_two_places() -> None:
    same = (Bits(0, 5),)
    found = shapes([Row("r", Cube(0xFC000000, 0), (Field("a", same), Field("b", same)))], 32)
    assert sorted(place for _, place in found.shapes[0].members) == [0, 1]
