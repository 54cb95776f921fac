"""Names of places in a file: symbols, function descriptors of ELFv1, what relocations name."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator, Mapping

from trampgen.elf.file import Elf, Section
from trampgen.elf.machines import EM_ARM, EM_PPC64
from trampgen.elf.relocations import Relocation
from trampgen.elf.symbols import STT_FUNC, STT_SECTION, Symbols
from trampgen.model.record import record

_SHT_DYNSYM = 11
_ELFV2 = 2  # of e_flags & 3


@record
class Place:
    """`offset` bytes behind a symbol or the start of a section."""

    name: str
    offset: int

    def __str__(self) -> str:
        if self.offset < 0:
            return f"{self.name}-{-self.offset:#x}"
        return f"{self.name}+{self.offset:#x}" if self.offset else self.name


class Names:
    """What the places of one file are called. In relocatable files addresses are offsets in sections."""

    def __init__(self, elf: Elf) -> None:
        self._elf = elf
        self._symbols = elf.symbols if len(elf.symbols) else _dynamic(elf)

    def of(self, section: int, address: int) -> Place | None:
        """The last symbol at or before an address in a section; None before the first one."""
        # Functions of Thumb have odd addresses, and no code but theirs begins where they do.
        thumb = self._elf.machine == EM_ARM
        symbol = self._symbols.at(section, address | thumb)
        found = None
        if symbol is not None:
            odd = thumb and symbol.kind == STT_FUNC
            found = Place(symbol.name, address - (symbol.value & ~odd))
        starts, names = self._descriptors.get(section, ([], []))
        at = bisect.bisect_right(starts, address) - 1
        if at >= 0 and (found is None or address - starts[at] < found.offset):
            found = Place(names[at], address - starts[at])
        return found

    def at(self, address: int) -> Place | None:
        """The same of an address in a linked file; None where nothing is loaded."""
        for starts, sections in self._loaded:
            place = bisect.bisect_right(starts, address) - 1
            if place >= 0 and address < sections[place].address + sections[place].size:
                return self.of(sections[place].index, address)
        return None

    def symbol(self, index: int, addend: int) -> Place | None:
        """What a relocation names; sections by what is there. None for an index that is none."""
        symbols = self._elf.symbols
        if not 0 < index < len(symbols):
            return None
        symbol = symbols[index]
        if symbol.kind != STT_SECTION:
            return Place(symbol.name, addend) if symbol.name else None
        if not 0 < symbol.section < len(self._elf.sections):
            return None
        own = self.of(symbol.section, symbol.value + addend)
        return own or Place(self._elf.sections[symbol.section].name, symbol.value + addend)

    def relocations(self, section: Section, start: int, end: int) -> list[Relocation]:
        """Those of bytes `start` … `end - 1` of a section."""
        found = self._elf.relocations(section)
        first = bisect.bisect_left(found, start, key=_offset)
        return found[first : bisect.bisect_left(found, end, key=_offset)]

    @functools.cached_property
    def _loaded(self) -> list[tuple[list[int], list[Section]]]:
        """Sections with instructions and then the others, each by address."""
        loaded = [s for s in self._elf.sections if s.allocated and s.size]
        groups = [[s for s in loaded if s.executable is wanted] for wanted in (True, False)]
        ordered = [sorted(group, key=lambda s: (s.address, s.index)) for group in groups]
        return [([section.address for section in group], group) for group in ordered]

    @functools.cached_property
    def _descriptors(self) -> Mapping[int, tuple[list[int], list[str]]]:
        """section → places and names of functions that only have a descriptor in .opd: `.name`, as if they had both."""
        table = self._elf.by_name.get(".opd")
        if table is None or self._elf.machine != EM_PPC64 or self._elf.flags & 3 == _ELFV2:
            return {}
        found: dict[int, list[tuple[int, str]]] = {}
        entries = dict(self._entries(table))
        for symbol in self._symbols:
            section, address = entries.get(symbol.value - table.address, (0, 0))
            if symbol.section == table.index and section and symbol.kind != STT_SECTION and symbol.name:
                found.setdefault(section, []).append((address, f".{symbol.name}"))
        return {
            section: ([address for address, _ in sorted(pairs)], [name for _, name in sorted(pairs)])
            for section, pairs in found.items()
        }

    def _entries(self, table: Section) -> Iterator[tuple[int, tuple[int, int]]]:
        """Offset in .opd → section and address of the code."""
        symbols = self._elf.symbols
        for relocation in self._elf.relocations(table):
            if 0 < relocation.symbol < len(symbols):
                symbol = symbols[relocation.symbol]
                yield relocation.offset, (symbol.section, symbol.value + (relocation.addend or 0))
        if not self._elf.relocatable:
            data = bytes(self._elf.data(table))
            for offset in range(0, len(data) - 7, 8):
                address = int.from_bytes(data[offset : offset + 8], self._elf.order)
                starts, sections = self._loaded[0]
                place = bisect.bisect_right(starts, address) - 1
                if place >= 0 and address < sections[place].address + sections[place].size:
                    yield offset, (sections[place].index, address)


def _dynamic(elf: Elf) -> Symbols:
    """What is left in a stripped file: the names that it offers to others."""
    table = next((s for s in elf.sections if s.type == _SHT_DYNSYM and 0 < s.link < len(elf.sections)), None)
    if table is None:
        return elf.symbols
    return Symbols(elf.data(table), bytes(elf.data(elf.sections[table.link])), elf.bits, elf.order)


def _offset(relocation: Relocation) -> int:
    return relocation.offset
