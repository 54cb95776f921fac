"""Finding a pattern in much code, and finding what nearly is it.

Words of four bytes are looked for at the speed of memory, several of one pattern by turns: each search goes on where
the one before it stopped, so that the rarest word decides how often anything is compared. Where all of them are common,
or none is fixed, each byte of the code becomes a bit that says whether it fits, and the bits of several are joined."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise

from trampgen.scan.anchors import WORD, Anchor, Values, anchor_sets, every_anchor, rank, values
from trampgen.scan.buffer import Buffer
from trampgen.scan.match import Matcher, Near, States
from trampgen.scan.patterns import Pattern

_DENSE = 256  # bytes that a search for a word should pass over, on average
_TRIES = 64  # searches before that is looked at
_JOINED = 6  # bytes of a pattern that are looked at together
_CHUNK = 1 << 20  # places
_WRONG = 4  # words of a near miss; each more costs two searches
_MOST_CANDIDATES = 100_000  # of one anchor, when near misses are looked for


class Finder:
    """A pattern, made ready to be looked for in one buffer after the other.

    Places are offsets into the buffer at which `buffer.base` + offset is a multiple of the pattern's step."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.matcher = Matcher(pattern)
        self._sets = anchor_sets(pattern)

    def find(self, buffer: Buffer) -> Iterator[int]:
        """The places of every match in their order; matches may overlap. A pattern that fixes no bit has none."""
        if self._exact:
            return self.candidates(buffer)
        return (place for place, _ in self.matches(buffer))

    def matches(self, buffer: Buffer) -> Iterator[tuple[int, States]]:
        """The same, with the state of each part."""
        if not self.pattern.fixed_bits:
            return
        if self._exact:
            yield from ((place, ()) for place in self.candidates(buffer))
            return
        for place in self.candidates(buffer):
            states = self.matcher.states(buffer.data, place)
            if states is not None:
                yield place, states

    def candidates(self, buffer: Buffer) -> Iterator[int]:
        """Places of which every match is one, in their order."""
        first, last = self._range(buffer)
        if not self._sets:
            return self._by_bytes(buffer, first, last, self.pattern.step)
        streams = [
            self._by_words(buffer, anchors, start, last)
            for anchors in self._sets
            for start in _starts(first, last, self.pattern.step)
        ]
        return streams[0] if len(streams) == 1 else _distinct(heapq.merge(*streams))

    def nearest(self, buffer: Buffer, most_wrong: int | None = None) -> list[Near]:
        """Places at which at least one word differs and no more than `most_wrong` do (unsaid: a quarter of
        a small pattern, and few of a large one).

        The fewest differences come first. Only what has some fixed word of the pattern as it should be is found."""
        most = min(_words(self.pattern) // 4, _WRONG) if most_wrong is None else most_wrong
        found: dict[int, Near] = {}
        for anchor in _several(self.pattern, most):
            for number, place in enumerate(self._places(buffer, anchor)):
                if number == _MOST_CANDIDATES:
                    break
                if place not in found:
                    found[place] = self.matcher.near(buffer.data, place)
        close = [near for near in found.values() if 0 < len(near.wrong) <= most]
        return sorted(close, key=lambda near: (len(near.wrong), near.place))

    def _range(self, buffer: Buffer) -> tuple[int, int]:
        return -buffer.base % self.pattern.step, len(buffer.data) - self.pattern.size

    def _places(self, buffer: Buffer, anchor: Anchor) -> Iterator[int]:
        first, last = self._range(buffer)
        for start in _starts(first, last, self.pattern.step):
            yield from _leaping(buffer, (anchor,), start, last)

    def _by_words(self, buffer: Buffer, anchors: Sequence[Anchor], first: int, last: int) -> Iterator[int]:
        """Places `first`, `first` + 4, … that have all anchors; by other means from where these prove common."""
        for place in _leaping(buffer, anchors, first, last, _DENSE):
            if place < 0:
                yield from self._by_bytes(buffer, ~place, last, WORD)
            else:
                yield place

    def _by_bytes(self, buffer: Buffer, first: int, last: int, step: int) -> Iterator[int]:
        """Places `first`, `first` + `step`, … at which the most telling bytes fit."""
        starts = [*range(first, last + 1, step * _CHUNK), last + 1]
        for start, end in pairwise(starts):
            count = (end - start + step - 1) // step
            fits = _joined(buffer.data, self._values[:_JOINED], start, count, step, self._exact)
            at = fits.find(1)
            while at >= 0:
                yield start + at * step
                at = fits.find(1, at + 1)

    @functools.cached_property
    def _values(self) -> list[Values]:
        return values(self.pattern)

    @functools.cached_property
    def _exact(self) -> bool:
        """Whether all candidates are matches: every byte of which something is fixed has been looked at."""
        return not self._sets and not self.pattern.parts and 0 < len(self._values) <= _JOINED


def find(buffer: Buffer, pattern: Pattern) -> Iterator[int]:
    """The places of every match; see Finder.find()."""
    return Finder(pattern).find(buffer)


def nearest(buffer: Buffer, pattern: Pattern, most_wrong: int | None = None) -> list[Near]:
    """The places of what is nearly a match; see Finder.nearest()."""
    return Finder(pattern).nearest(buffer, most_wrong)


def _starts(first: int, last: int, step: int) -> range:
    """Where to begin so that every place is a multiple of four away from one of these."""
    return range(first, min(first + max(WORD, step), last + 1), step)


def _words(pattern: Pattern) -> int:
    """The words of which something is fixed."""
    fixed = sum(any(pattern.mask[at : at + pattern.unit]) for at in range(0, pattern.size, pattern.unit))
    return fixed + sum((part.end - part.start) // pattern.unit for part in pattern.parts)


def _several(pattern: Pattern, most_wrong: int) -> list[Anchor]:
    """As many anchors as words may be wrong, and some more; the rarest by their look."""
    distinct = {(anchor.offset, anchor.word): anchor for anchor in every_anchor(pattern)}
    ranked = sorted(distinct.values(), key=lambda anchor: (*(-n for n in rank(anchor)), anchor.offset))
    return ranked[: max(8, 2 * (most_wrong + 1))]


def _distinct(ordered: Iterator[int]) -> Iterator[int]:
    before = -1
    for place in ordered:
        if place != before:
            yield place
            before = place


def _leaping(
    buffer: Buffer, anchors: Sequence[Anchor], first: int, last: int, dense: int = 0
) -> Iterator[int]:
    """Places `first`, `first` + 4, … that have all anchors. Where `dense` bytes are more than a search passes over, the
    last number is ~place, of the place from which nothing has been looked for."""
    search = [buffer.words(anchor.word, anchor.offset, first, last) for anchor in anchors]
    place, agree, turn, tries = first, 0, 0, 0
    while place <= last:
        found = search[turn](place)
        if found < 0:
            return
        agree = agree + 1 if found == place and agree else 1
        place = found
        if agree == len(search):
            yield place
            place, agree = place + WORD, 0
        turn = (turn + 1) % len(search)
        tries += 1
        if tries > _TRIES and dense and tries * dense > place - first:
            yield ~place
            return


def _joined(data: bytes, by_bytes: Sequence[Values], start: int, count: int, step: int, exact: bool) -> bytes:
    """For each place a byte that is 1 where every value fits; unless that is to be exact, also where most do."""
    joined = -1
    for one in by_bytes:
        begin = start + one.offset
        plane = data[begin : begin + step * (count - 1) + 1 : step].translate(one.ones)
        joined &= int.from_bytes(plane, "little")
        if not exact and joined.bit_count() < count >> 10:
            break
    return joined.to_bytes(count, "little") if by_bytes else b"\1" * count
