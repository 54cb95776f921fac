"""Units of .debug_info and .debug_types, and walking over the entries in them.

DWARF standard, version 5, 7.5.1 (headers of units) and 2.3 (entries)."""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator, Mapping
from typing import Literal

from trampgen.elf.dwarf_forms import (
    Abbreviation,
    Value,
    abbreviations,
    after,
    unsigned,
    value,
)
from trampgen.elf.errors import BadElf

UT_TYPE, UT_SKELETON, UT_SPLIT, UT_SPLIT_TYPE = 2, 4, 5, 6
_MOST_UNITS = 1 << 20
_KNOWN = range(2, 6)  # versions

Order = Literal["little", "big"]
Bytes = bytes | memoryview


class Unit:
    """The header of a unit. `start` and all offsets of entries count from the start of the section; places within
    `data` are of the unit."""

    __slots__ = (
        "_abbreviations", "_bytes", "_section", "abbreviations_at", "address_size", "first", "kind", "offset_size",
        "order", "sign", "signature", "size", "start", "tables", "type_at", "version",
    )  # fmt: skip

    def __init__(self, section: Units, at: int) -> None:
        data = section.data
        self._section, self._bytes = section, b""
        self._abbreviations: Mapping[int, Abbreviation] | None = None
        self.tables = section.tables
        self.order: Order = section.order
        self.sign = sign = "<" if section.order == "little" else ">"
        self.start = section.base + at
        (length,), self.offset_size = struct.unpack_from(f"{sign}I", data, at), 4
        start = at + 4
        if length == 0xFFFFFFFF:
            (length,), self.offset_size = struct.unpack_from(f"{sign}Q", data, start), 8
            start += 8
        self.size = start + length - at
        if start + length > len(data) or not length:
            raise BadElf(f"a unit of debug info at {at:#x} has {length:,} bytes, more than there are")
        (self.version,) = struct.unpack_from(f"{sign}H", data, start)
        if self.version not in _KNOWN:
            raise BadElf(f"debug info of DWARF version {self.version}: 2 to 5 are known")
        self._read(data, at, start + 2, section.of_types)

    def _read(self, data: Bytes, at: int, start: int, of_types: bool) -> None:
        wide = "Q" if self.offset_size == 8 else "I"
        form = f"{self.sign}BB{wide}" if self.version >= 5 else f"{self.sign}{wide}B"
        found = struct.unpack_from(form, data, start)
        start += struct.calcsize(form)
        if self.version >= 5:
            self.kind, self.address_size, self.abbreviations_at = found
        else:
            self.abbreviations_at, self.address_size = found
            self.kind = UT_TYPE if of_types else 1
        self.signature = self.type_at = 0
        if self.kind in (UT_TYPE, UT_SPLIT_TYPE):
            self.signature, self.type_at = struct.unpack_from(f"{self.sign}Q{wide}", data, start)
            start += 8 + self.offset_size
        elif self.kind in (UT_SKELETON, UT_SPLIT):
            start += 8
        self.first = start - at

    @property
    def end(self) -> int:
        return self.start + int(self.size)

    @property
    def data(self) -> bytes:
        if not self._bytes:
            start = self.start - self._section.base
            self._bytes = bytes(self._section.data[start : start + self.size])
        return self._bytes

    @property
    def abbreviations(self) -> Mapping[int, Abbreviation]:
        if self._abbreviations is None:
            self._abbreviations = abbreviations(self.tables, self.abbreviations_at, self)
        return self._abbreviations


class Units:
    """The units of one section, found one after the other as far as they are needed."""

    def __init__(
        self, data: Bytes, tables: Bytes, order: Order, base: int = 0, of_types: bool = False
    ) -> None:
        self.data, self.tables, self.order, self.base, self.of_types = data, tables, order, base, of_types
        self._found: list[Unit] = []
        self._starts: list[int] = []

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
        unit = Unit(self, at)
        self._found.append(unit)
        self._starts.append(unit.start)
        return True


class Entry:
    """One entry with its attributes: `children` is where those begin in the unit, 0 where there are none."""

    __slots__ = ("at", "children", "shape", "tag", "unit", "values")

    def __init__(self, unit: Unit, at: int) -> None:
        """Read the entry at a place of a unit. Raises BadElf."""
        self.unit, self.at = unit, at
        self.values: dict[int, Value] = {}
        try:
            self.shape, place = _shape(unit, at)
            for attribute, form, implicit in self.shape.attributes:
                self.values[attribute] = value(form, implicit, unit, place)
                place = after(form, unit, place)
        except (IndexError, struct.error):
            raise BadElf(f"debug info ends within the entry at {unit.start + at:#x}") from None
        self.tag = self.shape.tag
        self.children = place if self.shape.children else 0

    def number(self, attribute: int) -> int | None:
        """An attribute that is a number; None where it is missing or something else."""
        found = self.values.get(attribute)
        return found if isinstance(found, int) else None

    def form(self, attribute: int) -> int:
        """How an attribute is stored; 0 where it is missing."""
        return next((form for known, form, _ in self.shape.attributes if known == attribute), 0)

    def inside(self) -> Iterator[Entry]:
        """The entries that it holds, without those that they hold."""
        if self.children:
            for at, _ in level(self.unit, self.children):
                yield Entry(self.unit, at)


def _shape(unit: Unit, at: int) -> tuple[Abbreviation, int]:
    code, place = unsigned(unit.data, at)
    shape = unit.abbreviations.get(code)
    if shape is None:
        raise BadElf(f"debug info at {unit.start + at:#x} has abbreviation {code}, which there is not")
    return shape, place


def level(unit: Unit, at: int) -> Iterator[tuple[int, Abbreviation]]:
    """The entries beside each other from a place on, each with its abbreviation; what they hold is skipped.

    It is told where that ends (DW_AT_sibling), or has to be walked through."""
    data, shapes, end = unit.data, unit.abbreviations, unit.size
    while at < end:
        start, code = at, data[at]
        at += 1
        if code >= 0x80:
            code, at = unsigned(data, start)
        if not code:
            return
        shape = shapes.get(code)
        if shape is None:
            raise BadElf(f"debug info at {unit.start + start:#x} has abbreviation {code}, which there is not")
        yield start, shape
        if shape.children:
            at = _past_children(unit, shape, at)
        else:
            at = at + shape.size if shape.size >= 0 else _past(unit, shape, at)


def _past(unit: Unit, shape: Abbreviation, at: int) -> int:
    """Where the attributes end."""
    if shape.size >= 0:
        return at + shape.size
    for _, form, _ in shape.attributes:
        at = after(form, unit, at)
    return at


def _past_children(unit: Unit, shape: Abbreviation, at: int) -> int:
    data, depth = unit.data, 0
    while True:
        if shape.children and shape.sibling_at >= 0:
            sibling = int.from_bytes(data[at + shape.sibling_at : at + shape.sibling_at + 4], unit.order)
            if not at < sibling <= unit.size:
                raise BadElf(
                    f"debug info at {unit.start + at:#x} continues at {sibling:#x}, outside of its unit"
                )
            at = sibling
        else:
            at = _past(unit, shape, at)
            depth += shape.children
        while depth and data[at] == 0:
            depth -= 1
            at += 1
        if not depth:
            return at
        shape, at = _shape(unit, at)
