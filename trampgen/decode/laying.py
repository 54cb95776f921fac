"""The slots of all nodes in one array: multipliers are found, and what nodes leave free is filled with others."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.decode import hashing
from trampgen.decode.cells import Candidates
from trampgen.decode.rows import members
from trampgen.decode.search import Grown
from trampgen.model.record import record

RANGE_BITS = 10  # of a hash, at most
_MORE = 2  # ranges tried beyond the first that every node has a multiplier for


@record
class Laid:
    """Masks, multipliers and bases of nodes that share a range of hashes, and what is behind them."""

    masks: tuple[int, ...]
    multipliers: tuple[int, ...]
    bases: tuple[int, ...]
    range_bits: int
    slots: tuple[int, ...]
    lists: tuple[tuple[int, bool], ...]


class _Lists:
    """Lists of rows, each once, and what a slot says for a set of rows."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.entries: list[tuple[int, bool]] = []
        self.at: dict[int, int] = {}

    def slot(self, rows: int) -> int:
        numbers = list(members(rows))
        if len(numbers) == 1:
            return numbers[0]
        if rows not in self.at:
            self.at[rows] = self.rows + len(self.entries)
            self.entries += [(number, number != numbers[-1]) for number in numbers]
        return self.at[rows]


def lay_out(candidates: Candidates, nodes: Sequence[Grown], arithmetic: int) -> Laid | None:
    """The smallest arrays with which each node has a multiplier; None where some node has none."""
    most = max(len(set(node.cells.values())) for node in nodes)
    found: list[Laid] = []
    for bits in range((most - 1).bit_length(), RANGE_BITS + 1):
        laid = _with_range(candidates, nodes, arithmetic, bits)
        if laid is not None:
            found.append(laid)
        if len(found) > _MORE:
            break
    return min(found, key=lambda one: len(one.slots), default=None)


def _with_range(candidates: Candidates, nodes: Sequence[Grown], arithmetic: int, bits: int) -> Laid | None:
    multipliers = [0] * len(nodes)
    for number in sorted(range(len(nodes)), key=lambda n: -len(nodes[n].cells)):  # the hardest first
        found = hashing.factor(nodes[number].cells, arithmetic, bits)
        if found is None:
            return None
        multipliers[number] = found
    lists = _Lists(len(candidates.cubes))
    tables = [
        {
            hashing.slot(value, multiplier, arithmetic, bits): lists.slot(rows)
            for value, rows in node.cells.items()
        }
        for node, multiplier in zip(nodes, multipliers, strict=True)
    ]
    slots, bases = hashing.lay(tables, 0, 1 << bits)
    masks = tuple(node.mask if found else 0 for node, found in zip(nodes, multipliers, strict=True))
    return Laid(masks, tuple(multipliers), tuple(bases), bits, tuple(slots), tuple(lists.entries))
