"""Entries of debug info, and walking over them (DWARF standard, version 5, 2.3)."""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator

from trampgen.elf.dwarf_forms import Abbreviation, Value, after, unsigned, value
from trampgen.elf.dwarf_units import Unit
from trampgen.elf.errors import BadElf


class Entry:
    """One entry with its attributes: `children` is where those begin in the unit, 0 where there are none."""

    __slots__ = ("at", "children", "shape", "tag", "unit", "values")

    def __init__(self, unit: Unit, at: int) -> None:
        """Read the entry at a place of a unit. Raises BadElf."""
        self.unit, self.at = unit, at
        self.values: dict[int, Value] = {}
        self.shape, place = _shape(unit, at)
        try:
            widths = unit.widths
            for attribute, form, implicit in self.shape.attributes:
                self.values[attribute] = value(form, implicit, unit, place)
                width = widths.get(form)
                place = after(form, unit, place) if width is None else place + width
        except (IndexError, struct.error):
            raise _ends(unit, at) from None
        self.tag = self.shape.tag
        self.children = place if self.shape.children else 0

    @property
    def offset(self) -> int:
        """Where it begins in its section."""
        return self.unit.start + self.at

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
            for at, _ in _level(self.unit, self.children):
                yield Entry(self.unit, at)


def outermost(unit: Unit, tags: tuple[int, ...]) -> Iterator[Entry]:
    """The entries of some tags that stand in no other."""
    for at, shape in _level(unit, _first(unit)):
        if shape.tag in tags:
            yield Entry(unit, at)


def named(unit: Unit, tags: tuple[int, ...]) -> Iterator[tuple[int, int, Abbreviation]]:
    """Where the entries of some tags begin that stand in no other, and where in them the name is, if that is always
    at one place."""
    for at, shape in _level(unit, _first(unit)):
        if shape.tag in tags and shape.name_at >= 0:
            yield at, _shape(unit, at)[1] + shape.name_at, shape


def holder(unit: Unit, place: int) -> int | None:
    """Where the outermost entry begins in which a place is. Each unit is walked through once."""
    known = unit.outermost
    if not known or known[-1] <= place:
        for at, _ in _level(unit, known[-1] if known else _first(unit)):
            if not known or at > known[-1]:
                known.append(at)
            if at > place:
                break
    number = bisect.bisect_right(known, place) - 1
    return known[number] if number >= 0 else None


def every(unit: Unit) -> Iterator[tuple[int, Abbreviation]]:
    """Where the attributes of each entry of a unit begin, at whatever depth, with its abbreviation."""
    data, end, at = unit.data, unit.size, unit.first
    while at < end:
        if data[at]:
            shape, at = _shape(unit, at)
            yield at, shape
            at = _past(unit, shape, at)
        else:
            at += 1


def _first(unit: Unit) -> int:
    """Where the outermost entries begin: those that the unit's own holds."""
    return Entry(unit, unit.first).children or unit.size


def _level(unit: Unit, at: int) -> Iterator[tuple[int, Abbreviation]]:
    """The entries beside each other from a place on, each with its abbreviation; what they hold is skipped."""
    data, end = unit.data, unit.size
    while at < end and data[at]:
        start = at
        shape, at = _shape(unit, at)
        yield start, shape
        at = _past_children(unit, shape, at) if shape.children else _past(unit, shape, at)


def _shape(unit: Unit, at: int) -> tuple[Abbreviation, int]:
    """The abbreviation of an entry, and where its attributes begin."""
    data = unit.data
    try:
        code, place = data[at], at + 1
        if code >= 0x80:
            code, place = unsigned(data, at)
    except IndexError:
        raise _ends(unit, at) from None
    shape = unit.shapes.get(code)
    if shape is None:
        raise BadElf(f"debug info at {unit.start + at:#x} has abbreviation {code}, which there is not")
    return shape, place


def _past(unit: Unit, shape: Abbreviation, at: int) -> int:
    """Where the attributes end."""
    if shape.size >= 0:
        return at + shape.size
    start = at
    try:
        for _, form, _ in shape.attributes:
            at = after(form, unit, at)
    except (IndexError, struct.error):
        raise _ends(unit, start) from None
    return at


def _past_children(unit: Unit, shape: Abbreviation, at: int) -> int:
    """Where an entry ends with all that it holds: it says so (DW_AT_sibling), or is walked through."""
    data, size, depth = unit.data, unit.size, 0
    while True:
        if shape.children and shape.sibling_at >= 0:
            place = at + shape.sibling_at
            sibling = int.from_bytes(data[place : place + 4], unit.order)
            if not at < sibling <= size:
                raise BadElf(
                    f"debug info at {unit.start + at:#x} continues at {sibling:#x}, outside of its unit"
                )
            at = sibling
        else:
            at = _past(unit, shape, at)
            depth += shape.children
        while depth and at < size and data[at] == 0:
            depth -= 1
            at += 1
        if not depth or at >= size:
            return at
        shape, at = _shape(unit, at)


def _ends(unit: Unit, at: int) -> BadElf:
    return BadElf(f"debug info ends within the entry at {unit.start + at:#x}")
