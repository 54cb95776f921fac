"""How a word finds its row: a few of its bits choose a node, whose multiplication finds the slot of one row.

    node = nodes[entries[root(word)]]
    row  = slots[node.base + ((word & node.mask) * node.multiplier mod 2**arithmetic >> shift)]
    the word is of that row, or of none

A slot whose rows are not worth being told apart by a table (an instruction that is a special case of the next one)
holds the position of a list, whose rows are tried in their order. Every index is in its table, whatever the word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trampgen.cubes.cube import Cube
from trampgen.model.record import compared


@dataclass(frozen=True, slots=True)
class Window:
    """`width` bits of the word from `low` up, which go to the index from `at` up."""

    low: int
    width: int
    at: int


@dataclass(frozen=True, slots=True)
class Node:
    """Which bits of a word count, what brings them together, and where the node's slots begin."""

    mask: int
    multiplier: int
    base: int


@compared
class Plan:
    """`slots` hold row numbers, and from `len(cubes)` on positions in `lists`: row, and whether another follows.

    `entries` are numbers of nodes, by the windows of `root`; with one node there is neither."""

    width: int
    cubes: tuple[Cube, ...]
    root: tuple[Window, ...]
    entries: tuple[int, ...]
    nodes: tuple[Node, ...]
    range_bits: int
    slots: tuple[int, ...]
    lists: tuple[tuple[int, bool], ...]

    @property
    def arithmetic(self) -> int:
        """The width of the words that the decoder computes with: 32 or 64."""
        return arithmetic(self.width)

    @property
    def entry_bytes(self) -> int:
        return 1 if len(self.nodes) <= 1 << 8 else 2

    @property
    def slot_bytes(self) -> int:
        return 1 if len(self.cubes) + len(self.lists) <= 1 << 8 else 2

    @property
    def size(self) -> int:
        """Bytes of all tables."""
        word = self.arithmetic // 8 if self.width > 16 else 2
        nodes = (word + self.arithmetic // 8 + 2) * len(self.nodes) if self.root else 0
        slots = self.slot_bytes * len(self.slots) + 2 * len(self.lists)
        return 2 * word * len(self.cubes) + self.entry_bytes * len(self.entries) + nodes + slots


def arithmetic(width: int) -> int:
    """The width of the words that a decoder of words of `width` bits computes with."""
    return 64 if width > 32 else 32


def index(windows: Sequence[Window], word: int) -> int:
    """The root's index of a word."""
    return sum((word >> w.low & (1 << w.width) - 1) << w.at for w in windows)
