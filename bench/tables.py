"""Generated tables of patterns: 20 to 28 fixed bits of 32 in each row, and most rows under one opcode of six bits."""

from __future__ import annotations

import random
from pathlib import Path

from trampgen.cubes.cube import Cube
from trampgen.cubes.index import Index
from trampgen.cubes.overlap import conflicts

SIZES = (1_000, 3_000, 10_000, 30_000)
OPCODE_BITS = 6
OPCODE = 31  # three rows of five are under this one
FIXED = (20, 28)  # bits, those of the opcode among them
_SEED = 1
_BELOW = 32 - OPCODE_BITS


def rows(number: int) -> list[Cube]:
    """A table of that many rows, the same in every run."""
    of = random.Random(_SEED)
    return [_row(of, OPCODE if place % 5 < 3 else _other(of)) for place in range(number)]


def _other(of: random.Random) -> int:
    return (OPCODE + of.randrange(1, 1 << OPCODE_BITS)) % (1 << OPCODE_BITS)


def _row(of: random.Random, opcode: int) -> Cube:
    """A row whose other bits are anywhere and anything."""
    below = sum(1 << bit for bit in of.sample(range(_BELOW), of.randint(*FIXED) - OPCODE_BITS))
    top = ((1 << OPCODE_BITS) - 1) << _BELOW
    return Cube(top | below, opcode << _BELOW | of.getrandbits(_BELOW) & below)


def overlapping(number: int) -> int:
    """Pairs of its rows that share a word."""
    return conflicts(Index(rows(number)), 0).tally.pairs


def write(folder: Path, number: int) -> Path:
    """The table as a file that is named after its size: mask and value of a row in each line, in hexadecimal."""
    path = folder / f"rows_{number}.txt"
    path.write_text("".join(f"{row.mask:08x} {row.value:08x}\n" for row in rows(number)), encoding="ascii")
    return path
