"""Small tables of patterns for tests, and what is true of them by trying every word."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from trampgen.cubes.cube import Cube


def pattern(text: str) -> Cube:
    """`01-`, highest bit first, as wide as it is long."""
    return Cube(
        int("".join("0" if bit == "-" else "1" for bit in text), 2),
        int("".join("1" if bit == "1" else "0" for bit in text), 2),
        len(text),
    )


def patterns(text: str) -> list[Cube]:
    return [pattern(one) for one in text.split()]


def words(cube: Cube) -> frozenset[int]:
    """Every word of a cube, by trying all of them."""
    return frozenset(word for word in range(1 << cube.width) if word & cube.mask == cube.value)


def union(cubes: Iterable[Cube]) -> frozenset[int]:
    return frozenset().union(*(words(cube) for cube in cubes))


def first_matches(rows: Sequence[Cube], width: int) -> list[int | None]:
    """For each word the first row that matches it."""
    return [
        next((row for row, cube in enumerate(rows) if word & cube.mask == cube.value), None)
        for word in range(1 << width)
    ]


def made(number: int, width: int, seed: int, fixed: tuple[int, int]) -> list[Cube]:
    """A table of so many rows that fix between so many bits; one in 16 is a row from before, or a part of one."""
    of = random.Random(seed)
    rows: list[Cube] = []
    for _ in range(number):
        if rows and not of.randrange(16):
            before = of.choice(rows)
            more = of.getrandbits(width) & of.getrandbits(width) & ~before.mask if of.randrange(2) else 0
            rows.append(Cube(before.mask | more, before.value | more & of.getrandbits(width), width))
        else:
            mask = sum(1 << bit for bit in of.sample(range(width), of.randint(*fixed)))
            rows.append(Cube(mask, of.getrandbits(width) & mask, width))
    return rows


def _cubes(width: int) -> st.SearchStrategy[Cube]:
    full = (1 << width) - 1
    masks = st.one_of(
        st.integers(0, full),
        st.sampled_from([0, full, 1, 1 << (width - 1), full >> width // 2]),
        st.builds(lambda a, b: a & b, st.integers(0, full), st.integers(0, full)),
    )
    values = st.one_of(st.sampled_from([0, full]), st.integers(0, full))
    return st.builds(lambda mask, value: Cube(mask, value & mask, width), masks, values)


# Few rows of few bits, so that rows meet, hold each other and cover everything; some of them twice.
BITS = 8
cubes = _cubes(BITS)
tables = st.lists(cubes, max_size=9).flatmap(
    lambda rows: (
        st.lists(st.sampled_from(rows), max_size=2).map(lambda again: rows + again) if rows else st.just(rows)
    )
)
narrow_tables = st.lists(_cubes(4), max_size=8)  # of 16 words: full coverage by several rows is common here
THREE_WAY = patterns("01- -01 1-0")  # no two of them meet, though each bit is open in one
EVERYTHING, ZERO, ONES = Cube(0, 0, BITS), Cube(0xFF, 0, BITS), Cube(0xFF, 0xFF, BITS)
