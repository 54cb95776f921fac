"""Compiled bitmaps: sets of opcodes, each as a number whose bit n says whether opcode n is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.model.images import Image
    from trampgen.model.spec import When

WORD = 32  # bits of an array's element in C
WIDTHS = {"opcode": 256}  # entries, by what a bitmap is asked about


@record
class Opcodes:
    """Opcodes that a bitmap lists for one reason."""

    bits: int
    because: str
    span: Span


@record
class BitmapVariant:
    """The opcodes of one combination of cases, and what the spec lists there: those, or what is left out."""

    when: When
    bits: int
    listed: tuple[Opcodes, ...]


@record
class Bitmap:
    """`width` entries, 256 for opcodes; `excludes`: what is listed is left out, and everything else is in it."""

    name: str
    index: str
    width: int
    excludes: bool
    axes: tuple[str, ...]
    variants: tuple[BitmapVariant, ...]
    doc: str
    span: Span
    images: tuple[Image, ...] = ()


@record
class Difference:
    """Opcodes that one of two bitmaps has and the other has not, alike in the reasons that these give.

    `has` is why the one lists them, `lacks` why the other leaves them out; "" where it has nothing to say of them."""

    bits: int
    has: str
    lacks: str


@record
class ComparisonVariant:
    """What only the left bitmap has and what only the right one, where both exist; in the order of opcodes."""

    when: When
    left: tuple[Difference, ...]
    right: tuple[Difference, ...]


@record
class Comparison:
    """Two bitmaps by name, and in what they differ."""

    left: str
    right: str
    axes: tuple[str, ...]
    variants: tuple[ComparisonVariant, ...]
    span: Span


def span_bits(low: int, high: int) -> int:
    """The set of all opcodes from one to another."""
    return (1 << high + 1) - (1 << low)


def lowest(bits: int) -> int:
    """The first opcode of a set that is not empty."""
    return (bits & -bits).bit_length() - 1


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """A set as ranges, the first and last opcode of each."""
    while bits:
        low = lowest(bits)
        size = lowest(~(bits >> low))
        yield low, low + size - 1
        bits &= ~span_bits(low, low + size - 1)


def words(bits: int, width: int) -> list[int]:
    """A set as words of 32 bits: opcode n is bit n mod 32 of word n / 32, as in Linux's tables of opcodes."""
    return [bits >> at & (1 << WORD) - 1 for at in range(0, width, WORD)]


def shown(bits: int, prefix: str = "") -> list[str]:
    """A set as a reader writes it: 06, 07, 60..62."""
    found: list[str] = []
    for low, high in runs(bits):
        ends = f"{prefix}{low:02x}", f"{prefix}{high:02x}"
        found += ["..".join(ends)] if high - low > 1 else ends[: 1 + high - low]
    return found
