"""Units of .debug_info and .debug_types: their headers, and what of them is held in memory.

DWARF standard, version 5, 7.5.1."""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator, Mapping
from typing import Literal

from trampgen.elf.dwarf_forms import Abbreviation, abbreviations, widths
from trampgen.elf.errors import BadElf

UT_TYPE, UT_SKELETON, UT_SPLIT, UT_SPLIT_TYPE = 2, 4, 5, 6
_MOST_UNITS = 1 << 20
_MOST_ATTRIBUTES = 50_000_000  # of abbreviations that are read for one file
_HELD = 16  # units whose bytes and abbreviations are kept
_KNOWN = range(2, 6)  # versions

Order = Literal["little", "big"]
Bytes = bytes | memoryview


class Unit:
    """The header of a unit. `start` and the offsets of entries count from the start of the section; places within
    `data` are of the unit."""

    __slots__ = (
        "_bytes", "_section", "_shapes", "abbreviations_at", "address_size", "first", "kind", "offset_size", "order",
        "outermost", "sign", "signature", "size", "start", "type_at", "version", "widths",
    )  # fmt: skip

    def __init__(self, section: Units, at: int) -> None:
        """The unit at an offset. Raises BadElf and struct.error."""
        data = section.data
        self._section, self._bytes = section, b""
        self._shapes: Mapping[int, Abbreviation] = {}
        self.outermost: list[
            int
        ] = []  # where entries that stand in no other begin, as far as somebody has asked
        self.order: Order = section.order
        self.sign = sign = "<" if section.order == "little" else ">"
        self.start = section.base + at
        (length,), self.offset_size = struct.unpack_from(f"{sign}I", data, at), 4
        start = at + 4
        if length == 0xFFFFFFFF:
            (length,), self.offset_size = struct.unpack_from(f"{sign}Q", data, start), 8
            start += 8
        self.size = int(start + length - at)
        if at + self.size > len(data):
            raise BadElf(f"a unit of debug info at {at:#x} has {length:,} bytes, more than there are")
        (self.version,) = struct.unpack_from(f"{sign}H", data, start)
        if self.version not in _KNOWN:
            raise BadElf(f"debug info of DWARF version {self.version}: 2 to 5 are known")
        self._read(data, at, start + 2)
        if self.first > self.size or self.address_size not in (2, 4, 8):
            raise BadElf(f"a unit of debug info at {at:#x} has a header that can't be")
        self.widths = widths(self.version, self.address_size, self.offset_size)

    def _read(self, data: Bytes, at: int, start: int) -> None:
        """The header after its version."""
        wide = "Q" if self.offset_size == 8 else "I"
        form = f"{self.sign}BB{wide}" if self.version >= 5 else f"{self.sign}{wide}B"
        found = struct.unpack_from(form, data, start)
        start += struct.calcsize(form)
        if self.version >= 5:
            self.kind, self.address_size, self.abbreviations_at = found
        else:
            self.abbreviations_at, self.address_size = found
            self.kind = UT_TYPE if self._section.of_types else 1
        self.signature = self.type_at = 0
        if self.kind in (UT_TYPE, UT_SPLIT_TYPE):
            self.signature, self.type_at = struct.unpack_from(f"{self.sign}Q{wide}", data, start)
            start += 8 + self.offset_size
        elif self.kind in (UT_SKELETON, UT_SPLIT):
            start += 8
        self.first = start - at

    @property
    def end(self) -> int:
        return self.start + self.size

    @property
    def data(self) -> bytes:
        """All bytes, with the header."""
        if not self._bytes:
            self._section.hold(self)
            start = self.start - self._section.base
            self._bytes = bytes(self._section.data[start : start + self.size])
        return self._bytes

    @property
    def shapes(self) -> Mapping[int, Abbreviation]:
        """Abbreviations by code."""
        if not self._shapes:
            self._section.hold(self)
            self._shapes = self._section.table(self)
        return self._shapes

    def forget(self) -> None:
        """Free what can be read again."""
        self._bytes, self._shapes, self.outermost = b"", {}, []


class Units:
    """The units of one section, found one after the other as far as they are needed. All methods raise BadElf."""

    def __init__(
        self, data: Bytes, tables: Bytes, order: Order, base: int = 0, of_types: bool = False
    ) -> None:
        self.data, self.order, self.base, self.of_types = data, order, base, of_types
        self._tables = tables
        self._found: list[Unit] = []
        self._starts: list[int] = []
        self._held: dict[int, Unit] = {}
        self._known: dict[tuple[int, ...], Mapping[int, Abbreviation]] = {}
        self._left = _MOST_ATTRIBUTES

    def __iter__(self) -> Iterator[Unit]:
        number = 0
        while number < len(self._found) or self._further():
            yield self._found[number]
            number += 1

    def holding(self, at: int) -> Unit:
        """The unit with an offset of the section, plus its base."""
        while not self._found or self._found[-1].end <= at:
            if not self._further():
                raise BadElf(f"debug info refers to {at - self.base:#x}, where there is none")
        number = bisect.bisect_right(self._starts, at) - 1
        if number < 0:
            raise BadElf("debug info refers to what is in no unit")
        return self._found[number]

    def _further(self) -> bool:
        at = self._found[-1].end - self.base if self._found else 0
        if at >= len(self.data):
            return False
        if len(self._found) > _MOST_UNITS:
            raise BadElf(f"more than {_MOST_UNITS:,} units of debug info")
        try:
            unit = Unit(self, at)
        except struct.error:
            raise BadElf(f"debug info ends within the header at {at:#x}") from None
        self._found.append(unit)
        self._starts.append(unit.start)
        return True

    def hold(self, unit: Unit) -> None:
        """Keep a unit in memory, and the one that was used longest ago no more."""
        self._held.pop(unit.start, None)
        self._held[unit.start] = unit
        if len(self._held) > _HELD:
            self._held.pop(next(iter(self._held))).forget()

    def table(self, unit: Unit) -> Mapping[int, Abbreviation]:
        """The abbreviations of a unit, which others may have too."""
        key = (unit.abbreviations_at, unit.version, unit.address_size, unit.offset_size)
        found = self._known.get(key)
        if found is None:
            found = abbreviations(self._tables, unit)
            self._left -= sum(len(shape.attributes) for shape in found.values())
            if self._left < 0:
                raise BadElf(f"more than {_MOST_ATTRIBUTES:,} attributes in abbreviations")
            if len(self._known) >= _HELD:
                self._known.pop(next(iter(self._known)))
            self._known[key] = found
        return found
