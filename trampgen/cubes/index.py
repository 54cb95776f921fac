"""Rows of a table as bits of large numbers: which of thousands of rows meet a cube, by a few ANDs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress

from trampgen.cubes.cube import Cube

_SMALL = 256  # rows that are not worth splitting further
_KEY_BITS = 6  # by which rows are split at once
_LOOSE = 16  # one row in so many may leave a bit open by which the others are split
_CHUNK = 4  # bits of a word looked up at once: 81 sets of rows for each chunk
_LOW = (1 << _CHUNK) - 1
_FEW = 32  # members that are found one by one
_FLAGS = bytes.maketrans(b"01", b"\0\1")


class _Chunk(dict[int, int]):
    """By the bits of a key: the rows in all the sets that it names, worked out when first asked for."""

    def __init__(self, sets: Sequence[int], every: int) -> None:
        super().__init__()
        self._sets, self._every = sets, every

    def __missing__(self, key: int) -> int:
        rows = self._every
        for place, accepting in enumerate(self._sets):
            if key >> place & 1:
                rows &= accepting
        self[key] = rows
        return rows


def _narrowed(rows: int, chunks: Sequence[_Chunk], low: int, high: int) -> int:
    """Those that are in the first set of each bit in `low`, and in the second of each bit in `high`."""
    for chunk in chunks:
        key = low & _LOW | (high & _LOW) << _CHUNK
        if key:
            rows &= chunk[key]
            if not rows:
                break
        low, high = low >> _CHUNK, high >> _CHUNK
    return rows


class Group:
    """Some rows of a table, in its order; a set of them is a number whose bit i stands for `rows[i]`."""

    __slots__ = ("_accepting", "_fixing", "_word", "every", "rows")

    def __init__(self, rows: Sequence[int], cubes: Sequence[Cube], width: int) -> None:
        self.rows = rows
        self.every = every = (1 << len(rows)) - 1
        self._word = (1 << width) - 1
        fixed = _columns([cubes[row].mask for row in rows], width)
        ones = _columns([cubes[row].value for row in rows], width)
        zeros = [every & ~one for one in ones]
        free = [every & ~fix for fix in fixed]
        set_ = [one | open_ for one, open_ in zip(ones, free, strict=True)]
        self._accepting = _chunks(zeros, set_, every)
        self._fixing = _chunks(fixed, free, every)

    def meeting(self, mask: int, value: int) -> int:
        """The rows that share a word with a cube."""
        return _narrowed(self.every, self._accepting, mask & ~value, value)

    def containing(self, meeting: int, mask: int) -> int:
        """Of rows that meet a cube those that hold all of it: they fix no bit that it leaves open."""
        return _narrowed(meeting, self._fixing, 0, self._word & ~mask)

    def inside(self, meeting: int, mask: int) -> int:
        """Of rows that meet a cube those that it holds."""
        return _narrowed(meeting, self._fixing, mask, 0)

    def before(self, members: int, row: int) -> int:
        """Those that stand above a row in the table."""
        return members & ((1 << bisect_left(self.rows, row)) - 1)

    def first(self, members: int) -> int:
        """The one that stands first; there is one."""
        return self.rows[(members & -members).bit_length() - 1]

    def numbers(self, members: int) -> list[int]:
        """Their places in the table, ascending."""
        if members.bit_count() > _FEW:
            return list(compress(self.rows, bin(members)[:1:-1].encode().translate(_FLAGS)))
        found: list[int] = []
        while members:
            lowest = members & -members
            found.append(self.rows[lowest.bit_length() - 1])
            members ^= lowest
        return found


class _Split:
    """Groups by the value of bits that nearly all rows fix, and those that leave some of them open."""

    __slots__ = ("_key", "_loose", "_parts")

    def __init__(self, key: int, parts: dict[int, Node], loose: Node | None) -> None:
        self._key, self._parts, self._loose = key, parts, loose

    def parts(self, mask: int, value: int) -> Iterator[Node]:
        key = self._key & mask
        if key == self._key:
            part = self._parts.get(value & key)
            if part is not None:
                yield part
        else:
            yield from (part for bits, part in self._parts.items() if not (bits ^ value) & key)
        if self._loose is not None:
            yield self._loose


Node = Group | _Split


class Index:
    """A table's rows to ask which of them meet a cube. Raises ValueError for rows of several widths, or bits of a
    value that the mask leaves open."""

    __slots__ = ("_root", "rows")

    def __init__(self, rows: Sequence[Cube]) -> None:
        self.rows = tuple(rows)
        width = self.rows[0].width if self.rows else 0
        for row in self.rows:
            if row.width != width or row.value & ~row.mask or row.mask >> width:
                raise ValueError(f"no row of a table of {width} bits: {row}")
        self._root = _node(range(len(self.rows)), self.rows, width)

    def near(self, cube: Cube) -> Iterator[tuple[Group, int]]:
        """All rows that share a word with a cube, as members of groups; no group is empty, no row in two."""
        mask, value = cube.mask, cube.value
        nodes = [self._root]
        while nodes:
            node = nodes.pop()
            if isinstance(node, _Split):
                nodes.extend(node.parts(mask, value))
            elif members := node.meeting(mask, value):
                yield node, members

    def meeting(self, cube: Cube) -> list[int]:
        """The rows that share a word with a cube, ascending."""
        return sorted(row for group, members in self.near(cube) for row in group.numbers(members))


def _columns(numbers: Sequence[int], width: int) -> list[int]:
    """For each bit, lowest first, the numbers that have it: a matrix turned by slices of its text."""
    if not numbers or not width:
        return [0] * width
    text = "".join([format(number, f"0{width}b") for number in reversed(numbers)])
    return [int(text[place::width], 2) for place in reversed(range(width))]


def _chunks(first: Sequence[int], second: Sequence[int], every: int) -> list[_Chunk]:
    starts = range(0, len(first), _CHUNK)
    return [_Chunk(_padded(first, at, every) + _padded(second, at, every), every) for at in starts]


def _padded(sets: Sequence[int], at: int, every: int) -> list[int]:
    own = list(sets[at : at + _CHUNK])
    return own + [every] * (_CHUNK - len(own))


def _node(numbers: Sequence[int], rows: Sequence[Cube], width: int) -> Node:
    key = _key(numbers, rows, width) if len(numbers) > _SMALL else 0
    if not key:
        return Group(numbers, rows, width)
    parts: dict[int, list[int]] = {}
    loose: list[int] = []
    for number in numbers:
        row = rows[number]
        own = loose if key & ~row.mask else parts.setdefault(row.value & key, [])
        own.append(number)
    made = {bits: _node(part, rows, width) for bits, part in parts.items()}
    return _Split(key, made, _node(loose, rows, width) if loose else None)


def _key(numbers: Sequence[int], rows: Sequence[Cube], width: int) -> int:
    """Bits that tell many rows apart and that nearly all of them fix; 0 if there are none."""
    fixed = _columns([rows[number].mask for number in numbers], width)
    ones = _columns([rows[number].value for number in numbers], width)
    rarer = [min(one.bit_count(), (fix & ~one).bit_count()) for fix, one in zip(fixed, ones, strict=True)]
    key, keeping = 0, (1 << len(numbers)) - 1
    for place in sorted(range(width), key=lambda place: -rarer[place]):
        kept = keeping & fixed[place]
        if rarer[place] * _LOOSE >= len(numbers) and (len(numbers) - kept.bit_count()) * _LOOSE <= len(
            numbers
        ):
            key, keeping = key | 1 << place, kept
            if key.bit_count() == _KEY_BITS:
                break
    return key
