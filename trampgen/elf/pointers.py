"""Pointers in data: where they lead, by the relocation of a relocatable file or by the address of a linked one."""

from __future__ import annotations

from trampgen.elf.file import Elf, Section
from trampgen.elf.machines import ABSOLUTE


def target(elf: Elf, section: Section, offset: int) -> tuple[Section, int] | None:
    """The section and the offset in it to which the pointer at a place leads; None where there is none."""
    width = elf.bits // 8
    stored = int.from_bytes(elf.data(section)[offset : offset + width], elf.order)
    if not elf.relocatable:
        return _at(elf, stored)
    for one in elf.relocations_in(section, offset, width):
        if one.offset == offset and ABSOLUTE.get(elf.machine, {}).get(one.type) == width:
            if one.symbol >= len(elf.symbols):
                return None
            symbol = elf.symbols[one.symbol]
            if not 0 < symbol.section < len(elf.sections):
                return None
            place = symbol.value + (stored if one.addend is None else one.addend)
            found = elf.sections[symbol.section]
            return (found, place) if 0 <= place < found.size else None
    return None


def _at(elf: Elf, address: int) -> tuple[Section, int] | None:
    for section in elf.sections:
        if (
            section.allocated
            and section.has_bytes
            and section.address <= address < section.address + section.size
        ):
            return section, address - section.address
    return None
