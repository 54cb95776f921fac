"""Tables held against arrays that have a mask, a value and more for each row, such as those of decode_item.

An array is read as 32-bit numbers. Each row's mask and value must follow those of the row before, with not much between
(flags, an action, a pointer); a group is a row that is followed by a pointer to an array of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trampgen.diagnostics import Note
from trampgen.elf.file import Section
from trampgen.elf.pointers import target
from trampgen.model.source import Span
from trampgen.model.tables import Table, TableVariant
from trampgen.verify.model import Difference, Located

_BETWEEN = 4  # numbers between the value of one row and the mask of the next, at most
_WIDTH = 4  # bytes of a number


@dataclass(slots=True)
class Node:
    """A row, or a group with its `children`; `value` and `mask` are with those of the groups around it."""

    name: str
    mask: int
    value: int
    span: Span
    children: list[Node] | None = None


def tree(variant: TableVariant, span: Span) -> list[Node]:
    """The rows as they are nested. A group ends with its own pattern, behind its rows; one that holds none but others'
    words is a group that has no rows in this case."""
    levels: list[list[Node]] = [[]]
    names: list[str] = []
    for mask, value, row in variant.order:
        if row is None:
            ends = bool(names) and all(
                one.mask & mask == mask and one.value & mask == value for one in levels[-1]
            )
            children, name = (levels.pop(), names.pop()) if ends else ([], "a group without rows")
            levels[-1].append(Node(name, mask, value, children[0].span if children else span, children))
            continue
        groups = variant.entries[row].groups
        while len(names) < len(groups):
            names.append(groups[len(names)])
            levels.append([])
        name, pattern = variant.rows[row]
        levels[-1].append(Node(name, mask, value, pattern.span))
    return levels[0]


def compare(table: Table, variant: TableVariant, located: Located) -> Iterator[Difference]:
    """The rows that are not in the file's array, or not as they are in the table."""
    walk = _Walk(table, located)
    yield from walk.array(located.section, located.offset, located.extent, tree(variant, table.span), 0, 0)


class _Walk:
    def __init__(self, table: Table, located: Located) -> None:
        self._table, self._span, self._located = table.name, table.span, located

    def array(
        self, section: Section, start: int, size: int, nodes: Sequence[Node], mask: int, value: int
    ) -> Iterator[Difference]:
        """One array; `mask` and `value` are those of the group that it is."""
        elf = self._located.elf
        data = bytes(elf.data(section)[start : start + size])
        words = [int.from_bytes(data[i : i + _WIDTH], elf.order) for i in range(0, len(data) - 3, _WIDTH)]
        place = 0
        for node in nodes:
            found = _find(words, place, node, mask, value)
            if found is None:
                nearest = _nearest(words, place, node)
                if nearest is None:
                    yield self._missing(node, section, start + _WIDTH * place)
                    return
                yield self._different(
                    node, section, start + _WIDTH * nearest, words[nearest], words[nearest + 1]
                )
                found = nearest
            place = found + 2
            if node.children is not None:
                yield from self._group(node, node.children, section, start + _WIDTH * place)
        if len(words) - place > _BETWEEN and self._ends(section, start, size):
            yield self._longer(nodes, section, start + _WIDTH * place)

    def _ends(self, section: Section, start: int, size: int) -> bool:
        """Whether it is known that an array has just so many bytes."""
        own = self._located.section is section and self._located.offset == start
        return self._located.size == size if own else self._sized(section, start) == size

    def _sized(self, section: Section, start: int) -> int | None:
        """The bytes of an array that has a symbol; None for another."""
        symbol = self._located.elf.symbols.at(section.index, section.address + start)
        return symbol.size or None if symbol and symbol.value == section.address + start else None

    def _group(
        self, node: Node, children: Sequence[Node], section: Section, offset: int
    ) -> Iterator[Difference]:
        for at in (offset, offset + _WIDTH):  # aligned to 8 where pointers have as many bytes
            found = target(self._located.elf, section, at)
            if found is not None:
                there, start = found
                size = self._sized(there, start) or there.size - start
                wrong = list(self.array(there, start, size, children, node.mask, node.value))
                elsewhere = len(wrong) > len(children) // 2  # no row but the first differs by chance
                yield from [self._missing(node, section, at)] if elsewhere and len(wrong) > 1 else wrong
                return
        yield self._missing(node, section, offset)

    def _longer(self, nodes: Sequence[Node], section: Section, offset: int) -> Difference:
        last = nodes[-1] if nodes else None
        behind = f" behind `{last.name}`" if last else ""
        return Difference(
            "row-differs",
            f"`{self._table}` has more rows{behind} in {self._located.elf.name}",
            last.span if last else self._span,
            lambda: (Note(f"at {self._at(section, offset)}"),),
            64,
        )

    def _missing(self, node: Node, section: Section, offset: int) -> Difference:
        what = "is not" if node.children is None else "does not lead to an array of its own"
        return Difference(
            "row-differs",
            f"row `{node.name}` of `{self._table}` {what} in {self._located.elf.name}",
            node.span,
            lambda: (
                Note(f"looked for at {self._at(section, offset)}"),
                Note(f"mask {node.mask:#010x}, value {node.value:#010x}"),
            ),
            64,
        )

    def _different(self, node: Node, section: Section, offset: int, mask: int, value: int) -> Difference:
        def notes() -> Iterator[Note]:
            yield Note(f"at {self._at(section, offset)}")
            yield Note(f"expected mask {node.mask:#010x}, value {node.value:#010x}")
            yield Note(f"found    mask {mask:#010x}, value {value:#010x}")

        weight = (mask ^ node.mask).bit_count() + (value ^ node.value).bit_count()
        return Difference(
            "row-differs", f"row `{node.name}` of `{self._table}` is another one in {self._located.elf.name}",
            node.span, notes, weight,
        )  # fmt: skip

    def _at(self, section: Section, offset: int) -> str:
        elf = self._located.elf
        symbol = elf.symbols.at(section.index, section.address + offset)
        more = "" if symbol is None else f", {symbol.name}+{section.address + offset - symbol.value:#x}"
        place = f"{section.name}+{offset:#x}" if elf.relocatable else f"{section.address + offset:#x}"
        return f"{elf.name}: {place}{more}"


def _find(words: Sequence[int], start: int, node: Node, mask: int, value: int) -> int | None:
    """Where a row's numbers are; within a group they need not repeat its bits, but must not contradict them."""
    for place in range(start, min(start + _BETWEEN + 1, len(words) - 1)):
        own, fixed = words[place], words[place + 1]
        same = own | mask == node.mask and fixed | value == node.value
        if same and not fixed & ~own and not (fixed ^ value) & mask & own:
            return place
    return None


def _nearest(words: Sequence[int], start: int, node: Node) -> int | None:
    """Where numbers look most like a row's; None where an array has ended."""

    def apart(place: int) -> int:
        return (words[place] ^ node.mask).bit_count() + (words[place + 1] ^ node.value).bit_count()

    return min(range(start, min(start + _BETWEEN + 1, len(words) - 1)), key=apart, default=None)
