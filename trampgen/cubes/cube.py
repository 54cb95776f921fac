"""One cube is every word w with w & mask == value. All operations are exact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Cube:
    """`value` has no bit outside `mask`; `width` is the word's width in bits."""

    mask: int
    value: int
    width: int = 32

    @property
    def count(self) -> int:
        """How many words it holds."""
        return 1 << (self.width - self.mask.bit_count())

    def holds(self, word: int) -> bool:
        return word & self.mask == self.value

    def meets(self, other: Cube) -> Cube | None:
        """The words of both, or None."""
        if (self.value ^ other.value) & self.mask & other.mask:
            return None
        return Cube(self.mask | other.mask, self.value | other.value, self.width)

    def minus(self, other: Cube) -> list[Cube]:
        """The words of this cube that are not in the other, as disjoint cubes."""
        if self.meets(other) is None:
            return [self]
        left: list[Cube] = []
        mask, value = self.mask, self.value
        open_bits = other.mask & ~self.mask
        while open_bits:
            bit = 1 << (open_bits.bit_length() - 1)
            left.append(Cube(mask | bit, value | (bit & ~other.value), self.width))
            mask, value = mask | bit, value | (bit & other.value)
            open_bits &= ~bit
        return left


def subtract(cubes: Iterable[Cube], others: Iterable[Cube]) -> list[Cube]:
    """The words of some cubes that are in none of the others, as disjoint cubes if the first ones are."""
    left = list(cubes)
    for other in others:
        left = [part for cube in left for part in cube.minus(other)]
    return left


def union_count(cubes: Sequence[Cube]) -> int:
    """How many words at least one of the cubes holds."""
    total = 0
    for index, cube in enumerate(cubes):
        total += sum(part.count for part in subtract([cube], cubes[:index]))
    return total


def joint(cubes: Sequence[Cube]) -> Cube:
    """The tightest single cube that holds all of the given ones: the bits that all fix alike."""
    first = cubes[0]
    mask = first.mask
    for cube in cubes[1:]:
        mask &= cube.mask & ~(cube.value ^ first.value)
    return Cube(mask, first.value & mask, first.width)
