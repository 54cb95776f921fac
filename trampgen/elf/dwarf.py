"""Structs and enumerators from DWARF 2 to 5, of the units that are needed and no others.

Sections are handed over by Elf, decompressed and with relocations done, so that relocatable files of every machine are
read alike. What is in files beside this one (split DWARF, dwz -m) is refused by name."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from trampgen.elf import dwarf_functions, dwarf_names
from trampgen.elf.dwarf_entries import Entry, outermost
from trampgen.elf.dwarf_forms import (
    AT_IMPORT,
    AT_NAME,
    AT_SIGNATURE,
    ELSEWHERE,
    FORM_LINE_STRP,
    FORM_REF_SIG8,
    FORM_STRING,
    FORM_STRP,
    STRX,
)
from trampgen.elf.dwarf_types import AT_BYTE_SIZE, TAG_ENUMERATOR, DwarfTypes, enumerator
from trampgen.elf.dwarf_units import UT_SKELETON, UT_SPLIT, UT_TYPE, Unit, Units
from trampgen.elf.errors import BadElf
from trampgen.elf.file import SHF_GROUP, Elf, Section
from trampgen.elf.machines import ABSOLUTE
from trampgen.elf.similar import similar
from trampgen.elf.spelling import spellings
from trampgen.elf.types import Struct, plain, sizes, struct_at

TAG_CLASS, TAG_ENUM, TAG_STRUCT, TAG_TYPEDEF, TAG_UNION, TAG_BASE = 0x02, 0x04, 0x13, 0x16, 0x17, 0x24
TAG_IMPORTED_UNIT = 0x3D
_TAGS = {
    "struct": (TAG_STRUCT, TAG_CLASS),
    "union": (TAG_UNION,),
    "": (TAG_STRUCT, TAG_UNION, TAG_CLASS, TAG_TYPEDEF),
}
_DWO_NAMES = (0x76, 0x2130)  # DW_AT_dwo_name, DW_AT_GNU_dwo_name
_APART = 1 << 48  # offsets in one section are told from those in others by this
_SMALL = 256  # bytes: a unit whose types are in a .dwo file has no more
_MOST_IMPORTS = 1000
_PIECE = 128  # bytes of a name that are looked at together


class Dwarf:
    """The DWARF of a file; None from a look-up means that there is no such thing in it. All methods raise BadElf."""

    flattens = False

    def __init__(self, elf: Elf) -> None:
        self.elf, self.order = elf, elf.order
        self.name = f"DWARF of {elf.path}"
        if elf.relocatable and elf.machine not in ABSOLUTE:
            raise BadElf(f"relocations of a {elf.machine_name} are not known: a linked file has none")
        self.pointer_size = elf.bits // 8
        tables = self._section(".debug_abbrev")
        self.sections = tuple(
            Units(elf.relocated(section), tables, elf.order, number * _APART, "types" in section.name)
            for number, section in enumerate(_with_units(elf))
        )
        self.types = DwarfTypes(self)

    def struct(self, name: str, function: str | None = None) -> Struct | None:
        """`pt_regs`, `struct pt_regs`, `union u` or a typedef of one, as the unit of a function has it, or, without
        one, as the first unit that defines it has."""
        word, _, tag = name.rpartition(" ")
        for within in self._scopes(function):
            for entry in dwarf_names.entries(self, tag, _TAGS.get(word, ()), within):
                found = struct_at(self.types, entry.offset, tag)
                if found is not None or not self._may_be(entry):
                    return found
        self._refuse_split()
        return None

    def enumerator(self, name: str, function: str | None = None) -> int | None:
        """The value of an enumerator."""
        for within in self._scopes(function):
            for entry in dwarf_names.enumerators(self, name, TAG_ENUMERATOR, TAG_ENUM, within):
                return enumerator(entry)
        return None

    def size_of(self, name: str) -> int | None:
        """The size of a type that is called by a word or a few: `u64`, `unsigned long`, `enum colour`."""
        word, _, tag = name.rpartition(" ")
        tags = (TAG_ENUM,) if word == "enum" else (TAG_BASE, TAG_TYPEDEF)
        for spelt in (tag,) if word == "enum" else spellings(name):
            for entry in dwarf_names.entries(self, spelt, tags):
                return sizes(self.types, entry.offset)
        return None

    def similar(self, name: str) -> list[str]:
        """Structs and unions whose names are much like one that there is not."""
        return similar(name, bytes(self.strings).split(b"\0"), lambda one: self.struct(one) is not None)

    def has_function(self, name: str) -> bool:
        """Whether the file has code of a function, or debug info of one that was inlined."""
        return bool(self.elf.symbols.named(name)) or next(iter(self._units_of(name)), None) is not None

    def _may_be(self, entry: Entry) -> bool:
        """Whether what a unit only declares may be a struct that another unit has: a typedef of an integer is none."""
        at = plain(self.types, entry.offset)
        return at is not None and self.types.type(at).kind in ("struct", "union")

    # ---- where to look ---------------------------------------------------------------------------------

    def _scopes(self, function: str | None) -> Iterator[Unit | None]:
        """The units of a function and what they import; None for all."""
        if function is None:
            yield None
            return
        for unit in self._units_of(function):
            yield from self._imported(unit)

    @functools.cache  # noqa: B019 - a file is open as long as the program runs
    def _units_of(self, function: str) -> tuple[Unit, ...]:
        return tuple(dwarf_functions.units_of(self, function))

    def _imported(self, unit: Unit) -> Iterator[Unit]:
        """A unit and the partial units that make it whole (dwz moves there what several have)."""
        known, left = {unit.start}, [unit]
        while left and len(known) < _MOST_IMPORTS:
            unit = left.pop()
            yield unit
            if not any(shape.tag == TAG_IMPORTED_UNIT for shape in unit.shapes.values()):
                continue
            for entry in outermost(unit, (TAG_IMPORTED_UNIT,)):
                other = self.holding(self.reference(entry, AT_IMPORT))
                if other.start not in known:
                    known.add(other.start)
                    left.append(other)

    def _refuse_split(self) -> None:
        """Say why nothing is found in what the compiler has left of units whose types it wrote into other files."""
        for unit in self.sections[0]:
            if unit.kind in (UT_SKELETON, UT_SPLIT) or unit.size < _SMALL:
                root = Entry(unit, unit.first)
                if any(name in root.values for name in _DWO_NAMES) or unit.kind in (UT_SKELETON, UT_SPLIT):
                    raise BadElf("its types are in .dwo files: split debug info (-gsplit-dwarf) is not read")

    # ---- what entries say ------------------------------------------------------------------------------

    def holding(self, at: int) -> Unit:
        """The unit that an offset is in."""
        if not 0 <= at < len(self.sections) * _APART:
            raise BadElf("debug info refers to what is nowhere")
        return self.sections[at // _APART].holding(at)

    def entry(self, at: int) -> Entry:
        """The entry at an offset."""
        unit = self.holding(at)
        return Entry(unit, at - unit.start)

    def defined(self, at: int) -> Entry:
        """The entry at an offset, or that in a type unit which it stands for."""
        entry = self.entry(at)
        signature = entry.number(AT_SIGNATURE)
        return (
            entry if signature is None or AT_BYTE_SIZE in entry.values else self.entry(self.signed(signature))
        )

    def reference(self, entry: Entry, attribute: int) -> int:
        """The offset that an attribute refers to."""
        form, found = entry.form(attribute), entry.values[attribute]
        if form in ELSEWHERE:
            raise BadElf("a type is in another file that several share (dwz -m): that is not read")
        if not isinstance(found, int):
            raise BadElf("debug info refers to something by what is no offset")
        return self.signed(found) if form == FORM_REF_SIG8 else found

    def signed(self, signature: int) -> int:
        """The offset of the type with a signature (7.32)."""
        at = self._signatures.get(signature)
        if at is None:
            raise BadElf(f"debug info refers to a type with signature {signature:016x}, and none has it")
        return at

    def name_of(self, entry: Entry) -> str | None:
        """DW_AT_name."""
        found = entry.values.get(AT_NAME)
        if not isinstance(found, int):
            return None
        form = entry.form(AT_NAME)
        if form == FORM_STRING:
            return _text(entry.unit.data, found)
        if form in STRX:
            found = self._row(entry.unit, found)
        elif form not in (FORM_STRP, FORM_LINE_STRP):
            raise BadElf(f"a name in debug info has form {form:#x}, which is not known")
        return _text(self.line_strings if form == FORM_LINE_STRP else self.strings, found)

    def _row(self, unit: Unit, index: int) -> int:
        base, end = self._contribution(unit)
        at = base + index * unit.offset_size
        if at >= end:
            raise BadElf(f"debug info refers to string {index}, and there are not as many")
        return int.from_bytes(self.string_offsets[at : at + unit.offset_size], unit.order)

    @functools.cache  # noqa: B019
    def _contribution(self, unit: Unit) -> tuple[int, int]:
        return dwarf_names.contribution(self, unit)

    # ---- sections --------------------------------------------------------------------------------------

    @functools.cached_property
    def strings(self) -> bytes | memoryview:
        return self._section(".debug_str")

    @functools.cached_property
    def line_strings(self) -> bytes | memoryview:
        return self._section(".debug_line_str")

    @functools.cached_property
    def string_offsets(self) -> bytes | memoryview:
        return self._section(".debug_str_offsets")

    @functools.cached_property
    def ranges(self) -> tuple[tuple[int, int, int], ...]:
        """Address ranges (start, end, offset of the unit)."""
        sign = "<" if self.order == "little" else ">"
        return tuple(dwarf_functions.ranges(self._section(".debug_aranges"), sign))

    @functools.cached_property
    def _signatures(self) -> Mapping[int, int]:
        units = (unit for section in self.sections for unit in section if unit.kind == UT_TYPE)
        return {unit.signature: unit.start + unit.type_at for unit in units}

    def _section(self, name: str) -> bytes | memoryview:
        """The bytes of a section, also of one that was compressed as .zdebug_info and the like."""
        section = self.elf.by_name.get(name) or self.elf.by_name.get(f".z{name[1:]}")
        return self.elf.relocated(section) if section is not None else b""


def _with_units(elf: Elf) -> list[Section]:
    """.debug_info, and the sections with type units: in relocatable files each type has one, in a group of its own."""
    names = (".debug_info", ".debug_types", ".zdebug_info", ".zdebug_types")
    found = [section for section in elf.sections if section.name in names]
    return sorted(found, key=lambda section: (bool(section.flags & SHF_GROUP), names.index(section.name)))


def _text(table: bytes | memoryview, at: int) -> str:
    if at >= len(table):
        raise BadElf(f"a name in debug info is at {at:#x}, beyond all names")
    found = bytes(table[at : at + _PIECE])
    if 0 not in found:
        end = re.compile(b"\0").search(table, at)
        found = bytes(table[at : end.start() if end else len(table)])
    return found.split(b"\0", 1)[0].decode("utf-8", "replace")
