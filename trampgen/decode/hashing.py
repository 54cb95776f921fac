"""Multiplications that spread chosen bits of a word over a small range, and tables laid into each other."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from trampgen.decode.rows import members

_TRIES = 200
_RUNS = 3  # of a mask, up to which shifts are tried before chance is


def factor(keys: Mapping[int, object], arithmetic: int, range_bits: int) -> int | None:
    """A number m so that `key * m mod 2**arithmetic >> (arithmetic - range_bits)` has one target for each value.

    Keys may share a value where they share their target. None where none was found."""
    if len(set(keys.values())) < 2:
        return 0
    for candidate in _candidates(keys, arithmetic, range_bits):
        if _separates(keys, candidate, arithmetic, range_bits):
            return candidate
    return None


def slot(word: int, multiplier: int, arithmetic: int, range_bits: int) -> int:
    """Where a masked word goes."""
    return (word * multiplier & (1 << arithmetic) - 1) >> (arithmetic - range_bits)


def _separates(keys: Mapping[int, object], multiplier: int, arithmetic: int, range_bits: int) -> bool:
    taken: dict[int, object] = {}
    low, shift = (1 << arithmetic) - 1, arithmetic - range_bits
    return all(
        taken.setdefault((key * multiplier & low) >> shift, target) == target for key, target in keys.items()
    )


def _candidates(keys: Mapping[int, object], arithmetic: int, range_bits: int) -> Iterator[int]:
    """Shifts that bring runs of bits next to each other at the top; then numbers from a fixed seed."""
    bits = 0
    for key in keys:
        bits |= key
    found = list(runs(bits))
    if len(found) <= _RUNS:
        yield from _shifts(found, arithmetic, range_bits)
    drawn = random.Random(bits * 64 + range_bits)
    for _ in range(_TRIES):
        yield drawn.getrandbits(arithmetic) | 1


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """Lowest bit and length of each run of ones."""
    low = 0
    while bits >> low:
        if bits >> low & 1:
            length = 1
            while bits >> (low + length) & 1:
                length += 1
            yield low, length
            low += length
        low += 1


def _shifts(runs: Sequence[tuple[int, int]], arithmetic: int, range_bits: int) -> Iterator[int]:
    """Sums of powers of two that put each run somewhere in the range."""

    def sums(rest: Sequence[tuple[int, int]]) -> Iterator[int]:
        if not rest:
            yield 0
            return
        (low, length), *others = rest
        for at in range(arithmetic - range_bits, arithmetic - length + 1):
            if at >= low:
                for more in sums(others):
                    yield more | 1 << (at - low)

    yield from sums(runs)


def lay(tables: Sequence[Mapping[int, int]], fill: int, span: int) -> tuple[list[int], list[int]]:
    """One array that holds every table, and where each of them begins in it.

    What a table does not say may be anything. Any index from a beginning to `span` beyond it is in the array."""
    taken = 0
    entries: dict[int, int] = {}
    places = [0] * len(tables)
    for number in sorted(range(len(tables)), key=lambda n: (-len(tables[n]), n)):
        table = tables[number]
        lowest = min(table, default=0)
        wanted = sum(1 << (index - lowest) for index in table)
        at = _first_gap(taken, wanted, lowest)
        places[number] = at - lowest
        taken |= wanted << at
        entries.update({at - lowest + index: value for index, value in table.items()})
    size = max(places, default=0) + span
    return [entries.get(index, fill) for index in range(size)], places


def _first_gap(taken: int, wanted: int, at: int) -> int:
    """The lowest place from `at` on in which no wanted bit is taken."""
    blocked = 0
    for bit in members(wanted):
        blocked |= taken >> bit
    blocked >>= at
    return at + (~blocked & (blocked + 1)).bit_length() - 1
