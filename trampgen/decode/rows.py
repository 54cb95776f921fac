"""What a decoder is made from: named rows of words, and the fields that are read from a word once its row is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trampgen.cubes.cube import Cube
from trampgen.model.record import record

WIDTHS = (16, 32, 64)  # of a word, in bits; tests use narrower ones, which are kept in 32


@dataclass(frozen=True, slots=True)
class Bits:
    """`width` bits of the word from `low` up. `signed` counts for the most significant part of a field only."""

    low: int
    width: int
    signed: bool = False

    @property
    def mask(self) -> int:
        """Where they are in the word."""
        return ((1 << self.width) - 1) << self.low


@dataclass(frozen=True, slots=True)
class Of:
    """The lowest `width` bits of another field of the row, as they are once that field is complete."""

    name: str
    width: int
    signed: bool = False


Part = Bits | Of


@dataclass(frozen=True, slots=True)
class Field:
    """Parts, the most significant first, then shifted left by `scale`, then handed to `function`.

    Without parts it is `constant`, or what `function` returns when it is called with nothing."""

    name: str
    parts: tuple[Part, ...] = ()
    scale: int = 0
    constant: int = 0
    function: str | None = None

    @property
    def bits(self) -> tuple[Bits, ...]:
        """The parts that stand in the word."""
        return tuple(part for part in self.parts if isinstance(part, Bits))

    @property
    def plain(self) -> bool:
        """Whether the word alone says what it is."""
        return self.function is None and len(self.bits) == len(self.parts)

    @property
    def needs(self) -> tuple[str, ...]:
        """The other fields that it is made from."""
        return tuple(part.name for part in self.parts if isinstance(part, Of))


@dataclass(frozen=True, slots=True)
class Row:
    """Words of one kind. Names are those of C's enumerators; two rows of a table may not share one."""

    name: str
    cube: Cube
    fields: tuple[Field, ...] = ()


@record
class Rows:
    """A table: a word is of the first row that holds it. All cubes have the same width."""

    name: str
    width: int
    rows: tuple[Row, ...]

    @property
    def cubes(self) -> list[Cube]:
        return [row.cube for row in self.rows]


def first_match(cubes: Sequence[Cube], word: int) -> int | None:
    """The definition that everything here is held against: the first row that holds the word."""
    return next((number for number, cube in enumerate(cubes) if cube.holds(word)), None)


def members(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, the lowest first."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
