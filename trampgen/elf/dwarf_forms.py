"""Abbreviations and forms: how long an entry of .debug_info is, and what its attributes hold.

Numbers are those of the DWARF standard, version 5, 7.5, of which earlier ones have a part, and of GNU's extensions."""

from __future__ import annotations

import functools
import struct
from collections.abc import Mapping

from trampgen.elf.errors import BadElf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from trampgen.elf.dwarf_units import Unit

AT_SIBLING, AT_NAME, AT_DECLARATION, AT_IMPORT, AT_SIGNATURE = 0x01, 0x03, 0x3C, 0x18, 0x69

FORM_ADDR, FORM_REF4 = 0x01, 0x13
_STRING, _BLOCK, _SDATA, _UDATA, _INDIRECT, _IMPLICIT = 0x08, 0x09, 0x0D, 0x0F, 0x16, 0x21
FORM_STRP, FORM_STRING, FORM_LINE_STRP, FORM_REF_ADDR, FORM_REF_SIG8 = 0x0E, 0x08, 0x1F, 0x10, 0x20
STRX = (0x1A, 0x25, 0x26, 0x27, 0x28, 0x1F02)
ELSEWHERE = (0x1C, 0x1D, 0x24, 0x1F20, 0x1F21)  # in a file that several share
_UNSIGNED = (_UDATA, 0x15, 0x1A, 0x1B, 0x22, 0x23, 0x1F01, 0x1F02)
BLOCKS = (0x03, 0x04, _BLOCK, 0x0A, 0x18)
_COUNTED = {0x03: "H", 0x04: "I", 0x0A: "B"}  # blocks: how their length is stored
REFERENCES = (0x11, 0x12, 0x13, 0x14, 0x15)  # counted from the start of the unit
_SIZES = {
    0x05: 2, 0x06: 4, 0x07: 8, 0x0B: 1, 0x0C: 1, 0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8, 0x19: 0, 0x1C: 4, 0x1E: 16,
    0x20: 8, _IMPLICIT: 0, 0x24: 8, 0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4, 0x29: 1, 0x2A: 2, 0x2B: 3, 0x2C: 4,
}  # fmt: skip
_OFFSETS = (FORM_STRP, 0x17, 0x1D, FORM_LINE_STRP, 0x1F20, 0x1F21)  # as wide as the format's offsets
_MOST_ABBREVIATIONS = 1 << 16


class Abbreviation:
    """What entries of one code have: (attribute, form, value where the form is implicit_const).

    `size` is that of all attributes, `name_at` and `sibling_at` say where in there those stand; -1 where there is no
    such attribute, or the entry itself has to be read to know."""

    __slots__ = ("attributes", "children", "code", "name_at", "name_form", "sibling_at", "size", "tag")

    def __init__(self, code: int, tag: int, children: bool) -> None:
        self.code, self.tag, self.children = code, tag, children
        self.attributes: list[tuple[int, int, int]] = []
        self.size = 0
        self.name_at = self.sibling_at = -1
        self.name_form = 0

    @property
    def declares(self) -> bool:
        """Whether it is no definition, nor stands for one in a type unit."""
        known = {one[0] for one in self.attributes}
        return AT_DECLARATION in known and AT_SIGNATURE not in known


@functools.cache
def widths(version: int, address_size: int, offset_size: int) -> Mapping[int, int]:
    """Bytes of the forms that have as many in every entry of a unit."""
    found = _SIZES | dict.fromkeys(_OFFSETS, offset_size) | {FORM_ADDR: address_size}
    return found | {FORM_REF_ADDR: address_size if version == 2 else offset_size}


def abbreviations(table: bytes | memoryview, unit: Unit) -> Mapping[int, Abbreviation]:
    """The table of .debug_abbrev that a unit names, by code. Raises BadElf."""
    found: dict[int, Abbreviation] = {}
    at = unit.abbreviations_at
    try:
        while table[at]:
            code, at = unsigned(table, at)
            tag, at = unsigned(table, at)
            one = found[code] = Abbreviation(code, tag, table[at] != 0)
            at = _attributes(table, at + 1, one, unit.widths)
            if len(found) > _MOST_ABBREVIATIONS:
                raise BadElf(f"more than {_MOST_ABBREVIATIONS:,} abbreviations")
    except IndexError:
        raise BadElf("the abbreviations of debug info end too soon") from None
    return found


def _attributes(table: bytes | memoryview, at: int, one: Abbreviation, known: Mapping[int, int]) -> int:
    """Read what entries of one code have, and with it where in them something stands."""
    size, attributes = 0, one.attributes
    while True:
        attribute, form = table[at], table[at + 1]
        at += 2
        if attribute | form >= 0x80:
            attribute, at = unsigned(table, at - 2)
            form, at = unsigned(table, at)
        if not attribute and not form:
            one.size = size
            return at
        implicit = 0
        if form == _IMPLICIT:
            implicit, at = signed(table, at)
        if attribute == AT_NAME:
            one.name_at, one.name_form = size, form
        elif attribute == AT_SIBLING and form == FORM_REF4:
            one.sibling_at = size
        attributes.append((attribute, form, implicit))
        width = known.get(form)
        size = -1 if width is None or size < 0 else size + width


def unsigned(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """A number of LEB128 and where it ends. Raises IndexError."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 126:
            raise BadElf("a number in debug info goes on without end")


def signed(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """A signed number of LEB128 and where it ends."""
    start = at
    value, at = unsigned(data, at)
    bits = 7 * (at - start)
    return value - (1 << bits if value >> (bits - 1) else 0), at


def after(form: int, unit: Unit, at: int) -> int:
    """Where a value ends. Raises BadElf, IndexError and struct.error."""
    width = unit.widths.get(form)
    if width is not None:
        return at + width
    data = unit.data
    if form == _STRING:
        end = data.find(b"\0", at)
        if end < 0:
            raise BadElf("a name in debug info has no end")
        return end + 1
    if form in (_SDATA, *_UNSIGNED):
        return unsigned(data, at)[1]
    if form in _COUNTED:
        (length,) = struct.unpack_from(unit.sign + _COUNTED[form], data, at)
        return int(at + struct.calcsize(unit.sign + _COUNTED[form]) + length)
    if form in (_BLOCK, 0x18):
        length, at = unsigned(data, at)
        return at + length
    if form == _INDIRECT:
        form, at = unsigned(data, at)
        if form != _INDIRECT:
            return after(form, unit, at)
    raise BadElf(f"debug info uses form {form:#x}, which is not known")


Value = int | bytes | None


def value(form: int, implicit: int, unit: Unit, at: int) -> Value:
    """What a value says: a number, the bytes of a block; of a name its place; None where that is in another file.

    References within the unit are counted from the start of the section."""
    width = unit.widths.get(form)
    if width:  # most are plain numbers
        if form in ELSEWHERE:
            return None
        raw = unit.data[at : at + width]
        if len(raw) < width:
            raise BadElf("a unit of debug info ends within an entry")
        number = int.from_bytes(raw, unit.order)
        return unit.start + number if form in REFERENCES else number
    if width == 0:
        return implicit if form == _IMPLICIT else 1
    if form in _UNSIGNED:
        number = unsigned(unit.data, at)[0]
        return unit.start + number if form in REFERENCES else number
    if form == _SDATA:
        return signed(unit.data, at)[0]
    if form in BLOCKS:
        end = after(form, unit, at)
        start = end - _length(form, unit, at)
        return unit.data[start:end]
    if form == _INDIRECT:
        form, at = unsigned(unit.data, at)
        return value(form, 0, unit, at)
    if form == _STRING:
        return at
    raise BadElf(f"debug info uses form {form:#x}, which is not known")


def _length(form: int, unit: Unit, at: int) -> int:
    if form in _COUNTED:
        return int(struct.unpack_from(unit.sign + _COUNTED[form], unit.data, at)[0])
    return unsigned(unit.data, at)[0]
