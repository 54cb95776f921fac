"""Whether some cubes together hold all of another one, and if not, a word that they leave: a bounded search.

The question is as hard as satisfiability: each cube forbids one setting of its bits. The search is that of Davis,
Putnam, Logemann and Loveland with the weights of Jeroslow and Wang, which find a word without turning back
wherever the sizes of the cubes alone show that there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trampgen.cubes.cube import Cube
from trampgen.model.record import compared

Clause = tuple[int, int, int]  # bits not decided yet, their values in the row, the row's number
WHOLE = 1 << 64  # a share of 1; no word has more bits


class Exceeded(Exception):
    """The bound was reached before there was an answer."""


class Bound:
    """Steps that an analysis may take, in all and for one question; a step looks at one row once."""

    __slots__ = ("_each", "_left", "_now")

    def __init__(self, steps: int = 2_000_000, each: int | None = None) -> None:
        self._left = self._now = steps
        self._each = steps if each is None else each

    @classmethod
    def of_many(cls) -> Bound:
        """For a question about each row of a table: one that is hard must not be the last that is answered."""
        return cls(4_000_000, each=200_000)

    def question(self, rows: int) -> None:
        """A new one begins, about so many rows. Raises Exceeded."""
        self._now = self._each
        self.spend(rows)

    def spend(self, steps: int) -> None:
        """Raises Exceeded where less is left; the rest of this question's steps is then gone."""
        if steps > min(self._now, self._left):
            self._now = 0
            raise Exceeded
        self._now -= steps
        self._left -= steps


@compared
class Covered:
    """Rows that hold all words of a cube together. `minimal`: none of them can be left out."""

    rows: tuple[int, ...]
    minimal: bool


def clauses(cube: Cube, rows: Sequence[Cube], numbers: Iterable[int]) -> list[Clause]:
    """What rows that meet a cube say of the bits that it leaves open, in the order of the numbers."""
    found: list[Clause] = []
    for number in numbers:
        row = rows[number]
        bits = row.mask & ~cube.mask
        found.append((bits, row.value & bits, number))
    return found


def outside(cube: Cube, rows: Sequence[Cube], numbers: Sequence[int], bound: Bound) -> int | Covered:
    """A word of a cube that is in none of the rows with these numbers, which all meet it; or those that hold it.

    The bound's question is the caller's. Raises Exceeded; but where that comes while a cover is made smaller, the
    cover is not minimal."""
    asked = clauses(cube, rows, numbers)
    found = _search(cube.value, asked, bound)
    if isinstance(found, int):
        return found
    return _minimal(cube, [clause for clause in asked if clause[2] in found], bound)


def _minimal(cube: Cube, asked: list[Clause], bound: Bound) -> Covered:
    """Each row left out in turn, the last one first, so that the first rows of a table stay."""
    needed: set[int] = set()
    try:
        while spare := [clause for clause in asked if clause[2] not in needed]:
            without = spare[-1][2]
            found = _search(cube.value, [clause for clause in asked if clause[2] != without], bound)
            if isinstance(found, int):
                needed.add(without)
            else:
                asked = [clause for clause in asked if clause[2] in found]
    except Exceeded:
        return Covered(tuple(row for _, _, row in asked), False)
    return Covered(tuple(row for _, _, row in asked), True)


def _search(word: int, asked: Sequence[Clause], bound: Bound) -> int | set[int]:
    """A word, or the rows that a proof of there being none needs. Bits of `word` that are still open are zero."""
    bound.spend(len(asked) + 1)
    if all(value for _, value, _ in asked):
        return word
    shortest = min(asked, key=length)
    if not shortest[0]:
        return {shortest[2]}
    bit = decision(shortest, asked)
    zeros, ones = split(asked, bit)
    proof: set[int] = set()
    for set_, part in sorted(((0, zeros), (bit, ones)), key=lambda branch: weight(branch[1])):
        found = _search(word | set_, part, bound)
        if isinstance(found, int):
            return found
        if not any(bits & bit and row in found for bits, _, row in asked):
            return found  # the proof does not speak of this bit: it holds for the other value too
        proof |= found
    return proof


def length(clause: Clause) -> int:
    """Bits that are not decided: of the words still asked about it forbids one in 2^length."""
    return clause[0].bit_count()


def weight(asked: Iterable[Clause]) -> int:
    """The share of words that clauses forbid, counted as if no two forbade the same; `WHOLE` is all words."""
    return sum(WHOLE >> bits.bit_count() for bits, _, _ in asked)


def decision(shortest: Clause, asked: Iterable[Clause]) -> int:
    """The bit of a shortest clause that most of the equally short ones have; of several the highest."""
    bits, length_ = shortest[0], length(shortest)
    if length_ == 1:
        return bits
    counts = [0] * bits.bit_length()
    for open_, _, _ in asked:
        shared = open_ & bits if open_.bit_count() == length_ else 0
        while shared:
            place = shared.bit_length() - 1
            counts[place] += 1
            shared ^= 1 << place
    return 1 << max(range(len(counts)), key=lambda place: (counts[place], place))


def split(asked: Iterable[Clause], bit: int) -> tuple[list[Clause], list[Clause]]:
    """What is left to say where a bit is zero, and where it is one; the order stays."""
    zeros: list[Clause] = []
    ones: list[Clause] = []
    for clause in asked:
        bits, value, row = clause
        if not bits & bit:
            zeros.append(clause)
            ones.append(clause)
        elif value & bit:
            ones.append((bits ^ bit, value ^ bit, row))
        else:
            zeros.append((bits ^ bit, value, row))
    return zeros, ones
