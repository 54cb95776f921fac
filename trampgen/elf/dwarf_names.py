"""Where debug info names something: the references to its name are searched for, which needs no entry to be read.

An entry is then believed to be one only if walking through its unit leads to it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen.elf.dwarf_entries import Entry, every, holder, named, outermost
from trampgen.elf.dwarf_forms import FORM_STRING, FORM_STRP, STRX, Abbreviation
from trampgen.elf.dwarf_units import Unit, Units

if TYPE_CHECKING:
    from trampgen.elf.dwarf import Dwarf

_MOST_PLACES = 64  # of a name among the strings: many end in a short one
_FIRST_PIECE, _LARGEST_PIECE = 1 << 18, 1 << 22  # bytes of debug info that are searched together
_EARLY = 1 << 17  # bytes of units that are looked through: most types are in the first that is of C
_LONGEST_NAME = 256
_MOST_TRIES = 10_000  # to find an entry where a name stands
AT_STR_OFFSETS_BASE = 0x72

Reference = tuple[Unit, int, int]  # a unit, a place in it, a form


def units_naming(dwarf: Dwarf, name: str) -> Iterator[Unit]:
    """The units in which a name may stand, each once."""
    seen: set[int] = set()
    for unit, _, _ in _references(dwarf, name, None):
        if unit.start not in seen:
            seen.add(unit.start)
            yield unit


def entries(dwarf: Dwarf, name: str, tags: tuple[int, ...], within: Unit | None = None) -> Iterator[Entry]:
    """The outermost entries of some tags with a name that are more than declared, of all units or of one."""
    if within is None:
        yield from _early(dwarf, name, tags)
    walked: set[int] = set()
    for unit, place, form in _references(dwarf, name, within):
        shapes = [shape for shape in unit.shapes.values() if shape.tag in tags and not shape.declares]
        for start in _starts(unit, place, form, shapes):
            if holder(unit, start) == start:
                yield Entry(unit, start)
        if any(shape.name_at < 0 and shape.name_form for shape in shapes) and unit.start not in walked:
            walked.add(unit.start)
            yield from (
                one for one in outermost(unit, tags) if not one.shape.declares and dwarf.name_of(one) == name
            )


def _early(dwarf: Dwarf, name: str, tags: tuple[int, ...]) -> Iterator[Entry]:
    """The same of the first units, by looking at each entry."""
    text, strings = name.encode() + b"\0", dwarf.strings
    for unit in itertools.takewhile(lambda unit: unit.start < _EARLY, dwarf.sections[0]):
        data, wide, order = unit.data, unit.offset_size, unit.order
        for start, place, shape in named(unit, tags):
            if shape.name_form == FORM_STRP and not shape.declares:
                at = int.from_bytes(data[place : place + wide], order)
                if strings[at : at + len(text)] == text:
                    yield Entry(unit, start)


def enumerators(
    dwarf: Dwarf, name: str, tag: int, parent: int, within: Unit | None = None
) -> Iterator[Entry]:
    """The entries of a tag with a name that stand in an outermost entry, which has the tag `parent`."""
    tries = 0
    for unit, place, form in _references(dwarf, name, within):
        for start in _starts(unit, place, form, [one for one in unit.shapes.values() if one.tag == tag]):
            around = holder(unit, start)
            tries += 1
            if around is not None and tries < _MOST_TRIES and (outer := Entry(unit, around)).tag == parent:
                yield from (one for one in outer.inside() if one.at == start)


def _starts(unit: Unit, place: int, form: int, shapes: list[Abbreviation]) -> Iterator[int]:
    """Where entries may begin whose name stands at a place."""
    for shape in shapes:
        start = _before(unit, place, shape) if shape.name_form == form else -1
        if start >= 0:
            yield start


def _before(unit: Unit, place: int, shape: Abbreviation) -> int:
    """Where an entry of this shape begins whose name stands at a place; -1 if that does not begin so."""
    if shape.name_at < 0:
        return -1
    code, number = bytearray(), shape.code
    while number >= 0x80:
        code.append(number & 0x7F | 0x80)
        number >>= 7
    code.append(number)
    start = place - shape.name_at - len(code)
    return start if start >= unit.first and unit.data.startswith(code, start) else -1


def _references(dwarf: Dwarf, name: str, within: Unit | None) -> Iterator[Reference]:
    """Where the bytes stand that refer to a name, or the name itself; and the forms that are written so.

    A linker stores `regs` as the end of `pt_regs`: that end is a place of the name too."""
    text = name.encode() + b"\0"
    places = [found.start() for found in re.finditer(re.escape(text), dwarf.strings)]
    if len(places) > _MOST_PLACES:
        yield from _walked(dwarf, frozenset(places), within)
        places = []
    wanted = [*_patterns(dwarf, places), (re.compile(re.escape(text), re.DOTALL), FORM_STRING)]
    yield from _found(dwarf, wanted, within)
    if dwarf.string_offsets:
        yield from _indexed(dwarf, places, within)


def _patterns(dwarf: Dwarf, places: list[int]) -> list[tuple[re.Pattern[bytes], int]]:
    """How references to strings are written."""
    return [(re.compile(re.escape(at.to_bytes(4, dwarf.order)), re.DOTALL), FORM_STRP) for at in places]


def _found(
    dwarf: Dwarf, wanted: list[tuple[re.Pattern[bytes], int]], within: Unit | None
) -> Iterator[Reference]:
    for units in dwarf.sections:
        for place, form in _matches(wanted, units, within):
            unit = within or units.holding(units.base + place)
            local = units.base + place - unit.start
            if unit.offset_size == 8 and unit.order == "big" and form == FORM_STRP:
                local -= 4  # what was found is the lower half
            yield unit, local, form


def _matches(
    wanted: list[tuple[re.Pattern[bytes], int]], units: Units, within: Unit | None
) -> Iterator[tuple[int, int]]:
    """Where any of some patterns stands, in pieces that grow: what is looked for often comes early."""
    start, end = 0, len(units.data)
    if within is not None:
        if not units.base <= within.start < units.base + end:
            return
        start, end = within.start - units.base, within.end - units.base
    piece = _FIRST_PIECE
    while start < end:
        stop = min(end, start + piece)
        found: list[tuple[int, int]] = []
        for pattern, form in wanted:
            # A match may begin in this piece and end in the next, and matches may overlap.
            longest, place = min(end, stop + _LONGEST_NAME), start
            while (match := pattern.search(units.data, place, longest)) and match.start() < stop:
                found.append((match.start(), form))
                place = match.start() + 1
        yield from sorted(found)
        start, piece = stop, min(2 * piece, _LARGEST_PIECE)


def _walked(dwarf: Dwarf, places: frozenset[int], within: Unit | None) -> Iterator[Reference]:
    """The same by looking at every entry: `page` is the end of so many strings that searching for each takes longer."""
    for unit in [within] if within is not None else itertools.chain.from_iterable(dwarf.sections):
        data, wide, order = unit.data, unit.offset_size, unit.order
        for at, shape in every(unit):
            if shape.name_form == FORM_STRP and shape.name_at >= 0:
                place = at + shape.name_at
                if int.from_bytes(data[place : place + wide], order) in places:
                    yield unit, place, FORM_STRP


def _indexed(dwarf: Dwarf, places: list[int], within: Unit | None) -> Iterator[Reference]:
    """Names that are numbers of rows in .debug_str_offsets (DW_FORM_strx)."""
    rows: list[int] = []
    for at in places:
        wanted = re.escape(at.to_bytes(4, dwarf.order))
        rows += [found.start() for found in re.finditer(wanted, dwarf.string_offsets, re.DOTALL)]
    if not rows:
        return
    for unit in [within] if within is not None else itertools.chain.from_iterable(dwarf.sections):
        base, end = contribution(dwarf, unit)
        wide = unit.offset_size
        for row in rows:
            at_row = row - (4 if wide == 8 and unit.order == "big" else 0)
            if base <= at_row < end and (at_row - base) % wide == 0:
                yield from _numbered(unit, (at_row - base) // wide)


def contribution(dwarf: Dwarf, unit: Unit) -> tuple[int, int]:
    """Where the rows of a unit in .debug_str_offsets begin and end (7.26)."""
    root = Entry(unit, unit.first)
    base = root.number(AT_STR_OFFSETS_BASE)
    header = 8 if unit.offset_size == 4 else 16
    table = dwarf.string_offsets
    if base is None or not header <= base <= len(table):
        return 0, 0
    start = base - 12 if unit.offset_size == 8 else base - 8
    length = int.from_bytes(table[start : start + unit.offset_size], unit.order)
    return base, min(len(table), base - 4 + length)


def _numbered(unit: Unit, index: int) -> Iterator[Reference]:
    """Places at which a unit may hold a row's number, for each form that can."""
    for form, width in ((0x25, 1), (0x26, 2), (0x27, 3), (0x28, 4), (STRX[0], 0)):
        if width and index >> 8 * width:
            continue
        wanted = index.to_bytes(width, unit.order) if width else _leb128(index)
        place = unit.data.find(wanted, unit.first)
        while place >= 0:
            yield unit, place, form
            place = unit.data.find(wanted, place + 1)


def _leb128(number: int) -> bytes:
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])
