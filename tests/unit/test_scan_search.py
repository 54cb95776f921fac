"""The search against brute force: any masks, parts and steps; copies that overlap, stand at the ends, or are spoilt."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trampgen.scan import buffer as buffers
from trampgen.scan import search as searching
from trampgen.scan.buffer import Buffer
from trampgen.scan.match import Matcher
from trampgen.scan.patterns import Part, Pattern, State
from trampgen.scan.search import Finder, find, nearest

MASKS = [0xFF] * 12 + [0x00, 0x00, 0xFC, 0xF0, 0x03, 0x80]
UNITS = {1: 1, 2: 4, 4: 4}  # by step


def drawn(rng: random.Random, size: int, few: int) -> bytes:
    """Bytes of an alphabet that may be small, so that parts of a pattern are everywhere."""
    return bytes(rng.randrange(few) for _ in range(size))


def under(value: bytes, mask: bytes) -> bytes:
    return bytes(v & m for v, m in zip(value, mask, strict=True))


def state(rng: random.Random, form: str | None, size: int, few: int) -> State:
    mask = bytes(rng.choice(MASKS) for _ in range(size))
    return State(form, under(drawn(rng, size, few), mask), mask)


def pattern_of(rng: random.Random, step: int, words: int, few: int, parts: int) -> Pattern:
    unit = UNITS[step]
    whole = state(rng, None, unit * words, few)
    value, mask = bytearray(whole.value), bytearray(whole.mask)
    found: list[Part] = []
    start = 0
    for number in range(parts):
        start += rng.randrange(words - start + 1) if start < words else 0
        end = min(words, start + rng.randrange(1, 5))
        if start >= end:
            break
        size = unit * (end - start)
        forms = [None, *(f"f{number}_{n}" for n in range(rng.randrange(1, 4)))]
        states = tuple(state(rng, form, size, few) for form in forms)
        found.append(Part(f"r{number}", unit * start, unit * end, states))
        value[unit * start : unit * end] = mask[unit * start : unit * end] = bytes(size)
        start = end
    return Pattern("p", "stub", "ppc64", "little", unit, step, (), bytes(value), bytes(mask), tuple(found))


def copy_of(rng: random.Random, pattern: Pattern, few: int) -> bytes:
    """Bytes that match: a state of each part, anything in what is open."""
    value, mask = bytearray(pattern.value), bytearray(pattern.mask)
    for part in pattern.parts:
        chosen = rng.choice(part.states)
        value[part.start : part.end], mask[part.start : part.end] = chosen.value, chosen.mask
    filling = drawn(rng, pattern.size, few)
    return bytes(v | (f & ~m & 0xFF) for v, m, f in zip(value, mask, filling, strict=True))


def brute(buffer: Buffer, pattern: Pattern) -> Iterator[int]:
    """Byte by byte, at every place."""
    for place in range(len(buffer.data) - pattern.size + 1):
        if (buffer.base + place) % pattern.step or not fits(buffer.data, place, pattern.value, pattern.mask):
            continue
        if all(
            any(fits(buffer.data, place + part.start, one.value, one.mask) for one in part.states)
            for part in pattern.parts
        ):
            yield place


def fits(data: bytes, place: int, value: bytes, mask: bytes) -> bool:
    return all(data[place + at] & mask[at] == value[at] for at in range(len(value)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Buffer, Pattern]:
    rng = random.Random(draw(st.integers(0, 1 << 32)))
    step, few = draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from([1, 2, 3, 200]))
    words = draw(st.integers(1, 9)) * (1 if step > 1 else draw(st.integers(1, 4)))
    pattern = pattern_of(rng, step, words, few, draw(st.integers(0, 3)))
    data = bytearray(drawn(rng, draw(st.integers(0, 400)), few))
    for _ in range(draw(st.integers(0, 6))):
        copied = copy_of(rng, pattern, few)
        at = draw(st.sampled_from([0, max(0, len(data) - len(copied)), rng.randrange(len(data) + 1)]))
        data[at : at + len(copied)] = copied
    return Buffer(bytes(data), draw(st.sampled_from([0, 0x1000, 1, 2, 3, 0xC000000000008002]))), pattern


@given(cases())
def test_the_search_finds_what_brute_force_finds(case: tuple[Buffer, Pattern]) -> None:
    buffer, pattern = case
    expected = list(brute(buffer, pattern)) if pattern.fixed_bits else []
    assert list(find(buffer, pattern)) == expected


@given(cases())
def test_every_other_way_finds_the_same(case: tuple[Buffer, Pattern]) -> None:
    """Without wmemchr(), and with every anchor taken for a common one."""
    buffer, pattern = case
    expected = list(brute(buffer, pattern)) if pattern.fixed_bits else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_TRIES", 0)
        patch.setattr(searching, "_DENSE", 1 << 40)
        assert list(find(buffer, pattern)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buffers, "_wmemchr", lambda: None)
        assert list(find(buffer, pattern)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "_CHUNK", 8)
        patch.setattr(searching, "anchor_sets", lambda _: [])
        assert list(find(buffer, pattern)) == expected


@given(cases(), st.integers(1, 4))
def test_near_misses(case: tuple[Buffer, Pattern], most: int) -> None:
    """Each has as many wrong words as it says, and is no match."""
    buffer, pattern = case
    matcher = Matcher(pattern)
    for near in nearest(buffer, pattern, most):
        assert 0 < len(near.wrong) <= most
        assert near.wrong == matcher.near(buffer.data, near.place).wrong
        assert matcher.states(buffer.data, near.place) is None
        assert (buffer.base + near.place) % pattern.step == 0


@pytest.mark.parametrize("step", [1, 2, 4])
def test_a_copy_with_one_bit_changed_is_found_nearby(step: int) -> None:
    rng = random.Random(step)
    size = 48
    value = drawn(rng, size, 256)
    pattern = Pattern("p", "stub", "ppc64", "little", UNITS[step], step, (), value, b"\xff" * size)
    data = bytearray(drawn(rng, 2000, 256))
    data[1000 : 1000 + size] = value
    for bit in range(8 * size):
        data[1000 + bit // 8] ^= 1 << bit % 8
        buffer = Buffer(bytes(data))
        assert list(find(buffer, pattern)) == []
        (near,) = nearest(buffer, pattern)
        assert (near.place, near.wrong) == (1000, (bit // 8 // UNITS[step],))
        data[1000 + bit // 8] ^= 1 << bit % 8


def test_common_words_do_not_make_it_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern of nops in much code of nops: after some tries the words are not looked for one by one any more."""
    nop = (0x60000000).to_bytes(4, "little")
    mask = b"\xff" * 8 + b"\0" + b"\xff" * 3
    pattern = Pattern("p", "stub", "ppc64", "little", 4, 4, (), nop * 2 + b"\0\1\2\3", mask)
    asked = [0]
    words = Buffer.words

    def counted(self: Buffer, word: bytes, offset: int, first: int, last: int) -> Callable[[int], int]:
        search = words(self, word, offset, first, last)

        def counting(place: int) -> int:
            asked[0] += 1
            return search(place)

        return counting

    monkeypatch.setattr(Buffer, "words", counted)
    buffer = Buffer(nop * 50_000 + b"\4\1\2\3")
    assert list(find(buffer, pattern)) == [4 * 49_998]
    assert asked[0] < 200


def test_a_finder_serves_many_buffers() -> None:
    word = b"\x18\x00\x41\xf8"
    finder = Finder(Pattern("p", "stub", "ppc64", "little", 4, 4, (), word, b"\xff" * 4))
    for count in range(5):
        assert list(finder.find(Buffer(word * count))) == [4 * n for n in range(count)]
        assert list(finder.find(Buffer(b"\0" + word * count, 3))) == [1 + 4 * n for n in range(count)]


def test_what_fixes_nothing_is_nowhere() -> None:
    empty = Pattern("p", "stub", "ppc64", "little", 4, 4, (), bytes(4), bytes(4))
    assert list(find(Buffer(bytes(64)), empty)) == []


def test_a_search_outside_of_the_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        Buffer(bytes(16)).words(b"abcd", 4, 0, 12)
