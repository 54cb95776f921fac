"""Bytes that are searched for words of four, by the C library where it can: memory is read as fast as it comes."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Callable

from trampgen.scan.anchors import WORD

Search = Callable[[int], int]  # from a place on: the first place that has what is looked for, or -1


class Buffer:
    """Bytes and the address of the first one. It keeps copies of itself, as they are needed."""

    def __init__(self, data: bytes | memoryview, base: int = 0) -> None:
        self.data = bytes(data)
        self.base = base
        self._moved: dict[int, tuple[bytes, int]] = {}

    def words(self, word: bytes, offset: int, first: int, last: int) -> Search:
        """A search for places `first`, `first` + 4, … up to `last` that have a word at an offset."""
        if first < 0 or last + offset + WORD > len(self.data):
            raise ValueError("a search outside of the bytes")
        chars, shift = _wmemchr(), (first + offset) % WORD
        data, address = self._from(shift)
        if chars is None or address % WORD:
            return functools.partial(self._slowly, word, offset, first, last)
        number = int.from_bytes(word, sys.byteorder, signed=True)
        away = address + offset - shift  # of a place

        def search(place: int, kept: bytes = data) -> int:  # whose address is used
            found = chars(away + place, number, (last - place) // WORD + 1)
            return found - away if found else -1

        return search

    def _slowly(self, word: bytes, offset: int, first: int, last: int, place: int) -> int:
        """The same where there is no such function."""
        found = self.data.find(word, place + offset, last + offset + WORD)
        while found >= 0 and (found - offset - first) % WORD:
            found = self.data.find(word, found + 1, last + offset + WORD)
        return found - offset if found >= 0 else -1

    def _from(self, shift: int) -> tuple[bytes, int]:
        """The bytes from a place on, and their address, a multiple of 4: that is where wmemchr() looks for words."""
        if shift not in self._moved:
            data = self.data[shift:]
            address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0
            self._moved[shift] = data, address
        return self._moved[shift]


@functools.cache
def _wmemchr() -> Callable[[int, int, int], int | None] | None:
    """wmemchr(3) of the C library, if its characters have 32 bits."""
    if ctypes.sizeof(ctypes.c_wchar) != WORD:
        return None
    try:
        found = ctypes.CDLL(None).wmemchr
    except (OSError, AttributeError, TypeError):
        return None
    found.restype = ctypes.c_void_p
    found.argtypes = (ctypes.c_void_p, ctypes.c_int32, ctypes.c_size_t)
    function: Callable[[int, int, int], int | None] = found
    return function
