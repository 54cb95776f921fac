"""The unit that a function is compiled in."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen.elf.dwarf_entries import outermost
from trampgen.elf.dwarf_forms import AT_DECLARATION, FORM_ADDR
from trampgen.elf.dwarf_names import units_naming
from trampgen.elf.dwarf_units import Unit
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.machines import EM_ARM, EM_PPC64
from trampgen.elf.symbols import STT_FUNC, STT_NOTYPE

if TYPE_CHECKING:
    from trampgen.elf.dwarf import Dwarf

AT_LOW_PC = 0x11
TAG_SUBPROGRAM = 0x2E


def units_of(dwarf: Dwarf, function: str) -> Iterator[Unit]:
    """The units with a function of this name: one, unless several files have a static one.

    Addresses of a relocatable file mean nothing by themselves: there, and where nothing lists addresses, units are
    found by the entry of the function."""
    places = set(addresses(dwarf.elf, function))
    found = [unit for address in sorted(places) if (unit := _listed(dwarf, address)) is not None]
    yield from found
    if not found:
        yield from (unit for unit in units_naming(dwarf, function) if _has(dwarf, unit, function, places))


def addresses(elf: Elf, function: str) -> Iterator[int]:
    """Where a linked file has a function. An ELFv1 symbol is that of a descriptor, which begins with the address."""
    if elf.relocatable:
        return
    for symbol in elf.symbols.named(function):
        if symbol.kind in (STT_FUNC, STT_NOTYPE) and symbol.section > 0:
            section = elf.sections[symbol.section] if symbol.section < len(elf.sections) else None
            if elf.machine == EM_PPC64 and section is not None and section.name == ".opd":
                start = symbol.value - section.address
                yield int.from_bytes(elf.data(section)[start : start + 8], elf.order)
            else:
                yield symbol.value & ~1 if elf.machine == EM_ARM else symbol.value  # 1: in Thumb


def _has(dwarf: Dwarf, unit: Unit, function: str, places: set[int]) -> bool:
    """Whether a unit defines the function, at one of some addresses if those are known."""
    for entry in outermost(unit, (TAG_SUBPROGRAM,)):
        if AT_DECLARATION not in entry.values and dwarf.name_of(entry) == function:
            low = entry.number(AT_LOW_PC) if entry.form(AT_LOW_PC) == FORM_ADDR else None
            if low is None or not places or low in places:
                return True
    return False


def _listed(dwarf: Dwarf, address: int) -> Unit | None:
    """The unit that .debug_aranges says an address is of (6.1.2)."""
    for start, end, unit in dwarf.ranges:
        if start <= address < end:
            return dwarf.sections[0].holding(unit)
    return None


def ranges(table: bytes | memoryview, sign: str) -> Iterator[tuple[int, int, int]]:
    """Every address range of .debug_aranges with the offset of its unit. Raises BadElf."""
    try:
        yield from _ranges(table, sign)
    except struct.error:
        raise BadElf(".debug_aranges ends too soon") from None


def _ranges(table: bytes | memoryview, sign: str) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at < len(table):
        (length,), wide, start = struct.unpack_from(f"{sign}I", table, at), "I", at + 4
        if length == 0xFFFFFFFF:
            (length,), wide, start = struct.unpack_from(f"{sign}Q", table, start), "Q", start + 8
        end = start + length
        version, unit, size, segment = struct.unpack_from(f"{sign}H{wide}BB", table, start)
        if version != 2 or size not in (4, 8) or segment or end > len(table):
            raise BadElf(f".debug_aranges has at {at:#x} what is not known")
        start += 4 + struct.calcsize(f"{sign}{wide}")
        start += -(start - at) % (2 * size)
        form = struct.Struct(f"{sign}{'QQ' if size == 8 else 'II'}")
        for low, count in form.iter_unpack(table[start : end - (end - start) % form.size]):
            if count:
                yield low, low + count, unit
        at = end
