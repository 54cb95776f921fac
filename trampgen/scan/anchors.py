"""Which bytes of a pattern to look for: words of four that are fixed, or for each byte the values that it can have."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from trampgen.model.record import record
from trampgen.scan.patterns import Pattern

WORD = 4  # bytes that are looked for at once
_MOST = 4  # words of one pattern
_COMMON = frozenset((0x00, 0xFF, 0x90, 0xCC))  # bytes of padding, small numbers, nops


@record
class Anchor:
    """Bytes that every match of a pattern has at an offset."""

    offset: int
    word: bytes


@record
class Values:
    """The values that byte `offset` of a match can have, `ones[value]` is 1 for each; there are `count`."""

    offset: int
    ones: bytes
    count: int


def anchor_sets(pattern: Pattern) -> list[tuple[Anchor, ...]]:
    """Every match has the anchors of at least one set. Empty where no word is fixed in every state."""
    own = _best(_fixed(pattern.value, pattern.mask, 0))
    if own:
        return [own]
    choices = [
        [_best(_fixed(state.value, state.mask, part.start)) for state in part.states]
        for part in pattern.parts
    ]
    whole = [sets for sets in choices if all(sets)]
    return min(whole, key=len, default=[])


def every_anchor(pattern: Pattern) -> list[Anchor]:
    """Every fixed word, those in parts as each of its states has them, none that shares a byte with one before it."""
    found = list(_apart(_fixed(pattern.value, pattern.mask, 0)))
    for part in pattern.parts:
        for state in part.states:
            found += _apart(_fixed(state.value, state.mask, part.start))
    return found


def rank(anchor: Anchor) -> tuple[int, int]:
    """How unlikely a word is to stand elsewhere, by its look: many bytes, all different."""
    telling = [byte for byte in anchor.word if byte not in _COMMON]
    return len(telling), len(set(anchor.word))


def values(pattern: Pattern) -> list[Values]:
    """Every byte of which something is fixed in all states, the most telling ones first."""
    found = [Values(at, *_ones(((pattern.value[at], pattern.mask[at]),))) for at in range(pattern.size)]
    for part in pattern.parts:
        for at in range(part.start, part.end):
            index = at - part.start
            own = tuple((state.value[index], state.mask[index]) for state in part.states)
            found[at] = Values(at, *_ones(own))
    return sorted((one for one in found if one.count < 256), key=_rarity)


def _rarity(one: Values) -> tuple[int, bool, int]:
    common = any(one.ones[byte] for byte in _COMMON)
    return one.count.bit_length(), common, one.offset


@functools.lru_cache(4096)
def _ones(states: tuple[tuple[int, int], ...]) -> tuple[bytes, int]:
    """For each value of a byte whether some (value, mask) lets it through, and how many these are."""
    ones = bytes(any(byte & mask == value for value, mask in states) for byte in range(256))
    return ones, sum(ones)


def _fixed(value: bytes, mask: bytes, start: int) -> Iterator[Anchor]:
    """Every four bytes that are fixed, wherever they begin."""
    at = mask.find(b"\xff" * WORD)
    while at >= 0:
        yield Anchor(start + at, value[at : at + WORD])
        at = mask.find(b"\xff" * WORD, at + 1)


def _best(anchors: Iterator[Anchor]) -> tuple[Anchor, ...]:
    """A few that look rare and share no byte; words that stand as instructions do before others that are as rare."""
    chosen: list[Anchor] = []
    for anchor in sorted(anchors, key=lambda one: (*(-n for n in rank(one)), one.offset % WORD, one.offset)):
        if all(abs(anchor.offset - other.offset) >= WORD for other in chosen):
            chosen.append(anchor)
            if len(chosen) == _MOST:
                break
    return tuple(chosen)


def _apart(anchors: Iterator[Anchor]) -> Iterator[Anchor]:
    free = 0
    for anchor in anchors:
        if anchor.offset >= free:
            free = anchor.offset + WORD
            yield anchor
