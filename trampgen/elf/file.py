"""An ELF file as tables: header, sections, and on demand symbols and relocations, all in bulk.

Files can be hostile: each offset is checked before it is followed, nothing is copied twice, and what is compressed
says first how large it is. pyelftools is not used for these tables: it reads them entry by entry, and trusts them."""

from __future__ import annotations

import bisect
import functools
import mmap
import os
import stat
import struct
from collections.abc import Iterator, Mapping
from typing import Literal

from trampgen.elf import compressed, machines, relocations
from trampgen.elf.errors import BadElf
from trampgen.elf.relocations import Relocation
from trampgen.elf.symbols import Symbols
from trampgen.model.record import record

SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_RELA, SHT_NOBITS, SHT_REL, SHT_SYMTAB_SHNDX = 1, 2, 3, 4, 8, 9, 18
SHF_ALLOC, SHF_EXECINSTR, SHF_GROUP = 2, 4, 0x200
ET_REL = 1
_SHN_XINDEX = 0xFFFF
_PT_LOAD, _PF_X = 1, 1
_MOST_SECTIONS = 1 << 20

Bytes = bytes | memoryview


@record
class Section:
    """One row of the section table; `address` is 0 in relocatable files, `offset` counts from the file's start."""

    index: int
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    align: int
    entry_size: int

    @property
    def executable(self) -> bool:
        return bool(self.flags & SHF_EXECINSTR)

    @property
    def allocated(self) -> bool:
        return bool(self.flags & SHF_ALLOC)

    @property
    def has_bytes(self) -> bool:
        return self.type != SHT_NOBITS and self.size > 0


class Elf:
    """An open ELF file. Raises BadElf, here and from every method, for what can't be read.

    `bits` is 32 or 64, `order` that of data, `kind` e_type. `image` are the bytes, where they are not those of the
    file at `path`."""

    def __init__(self, path: str, image: memoryview | None = None) -> None:
        self.path = path
        self.image = _mapped(path) if image is None else image
        try:
            self._read_header()
            self.sections = self._read_sections() or self._segments()
        except (struct.error, OverflowError):  # an offset of 64 bits is more than any file has
            raise BadElf("the file ends within its headers") from None

    @property
    def name(self) -> str:
        """The file's name without its folder, for messages."""
        return os.path.basename(self.path)

    @property
    def relocatable(self) -> bool:
        """Whether addresses are yet to be given (ET_REL): symbols then hold offsets in their sections."""
        return self.kind == ET_REL

    @property
    def code_order(self) -> Literal["little", "big"]:
        """The byte order of instructions, which ARM and AArch64 have little-endian in big-endian images too."""
        little = self.machine == machines.EM_AARCH64 or self.flags & machines.EF_ARM_BE8
        return "little" if little and (self.machine in (machines.EM_AARCH64, machines.EM_ARM)) else self.order

    @property
    def machine_name(self) -> str:
        return machines.name(self.machine, self.bits)

    @property
    def targets(self) -> tuple[str, ...]:
        return machines.targets(self.machine, self.bits)

    @property
    def has_debug_info(self) -> bool:
        """Whether there is DWARF or BTF in it."""
        return not self.by_name.keys().isdisjoint((".debug_info", ".zdebug_info", ".BTF"))

    @functools.cached_property
    def by_name(self) -> Mapping[str, Section]:
        """Sections by name; of several of one name the first."""
        found: dict[str, Section] = {}
        for section in self.sections:
            found.setdefault(section.name, section)
        return found

    @functools.cached_property
    def symbols(self) -> Symbols:
        """The symbols of .symtab; none in a stripped file."""
        table = next((s for s in self.sections if s.type == SHT_SYMTAB), None)
        if table is None:
            return Symbols(b"", b"", self.bits, self.order)
        if not 0 < table.link < len(self.sections):
            raise BadElf(f"section {table.name} names string table {table.link} of {len(self.sections)}")
        more = next((s for s in self.sections if s.type == SHT_SYMTAB_SHNDX and s.link == table.index), None)
        indices = self.data(more) if more is not None else b""
        return Symbols(
            self.data(table), bytes(self.data(self.sections[table.link])), self.bits, self.order, indices
        )

    @functools.cached_property
    def executable(self) -> tuple[Section, ...]:
        """Sections with instructions, by address."""
        found = [s for s in self.sections if s.executable and s.allocated and s.has_bytes]
        return tuple(sorted(found, key=lambda section: (section.address, section.index)))

    def data(self, section: Section) -> Bytes:
        """The bytes of a section as they are used, without a copy unless they are compressed; b"" of .bss."""
        if section.type == SHT_NOBITS:
            return b""
        raw = self.image[section.offset : section.offset + section.size]
        return compressed.plain(raw, section.name, section.flags, self.bits, self.order)

    def relocations(self, section: Section) -> list[Relocation]:
        """What is to be added where in a section, by offset; empty in a linked file."""
        found = self._relocations.get(section.index)
        if found is None:
            found = self._relocations[section.index] = self._read_relocations(section)
        return found

    def relocations_in(self, section: Section, start: int, size: int) -> list[Relocation]:
        """Those that can write to `size` bytes from `start` of a section."""
        found = self.relocations(section)
        first = bisect.bisect_left(found, start - relocations.WIDEST, key=lambda one: one.offset)
        last = bisect.bisect_left(found, start + size, key=lambda one: one.offset)
        return found[first:last]

    def relocated(self, section: Section) -> Bytes:
        """The bytes of a section with every absolute relocation done, as if all sections stood at 0."""
        data, tables = self.data(section), self._tables.get(section.index, ())
        if not tables:
            return data
        done, widths = bytearray(data), machines.ABSOLUTE.get(self.machine, {})
        for table in tables:
            relocations.done(done, self.data(table), self, table.type == SHT_RELA, widths)
        return bytes(done)

    def place(self, name: str) -> tuple[Section, int] | None:
        """The section and the offset in it of a symbol; None if there is none, or none with bytes."""
        for symbol in self.symbols.named(name):
            if 0 < symbol.section < len(self.sections):
                section = self.sections[symbol.section]
                offset = symbol.value - section.address
                if section.has_bytes and 0 <= offset <= section.size:
                    return section, offset
        return None

    @functools.cached_property
    def _relocations(self) -> dict[int, list[Relocation]]:
        """By the index of the section that they are about, as far as they have been asked for."""
        return {}

    def _read_relocations(self, section: Section) -> list[Relocation]:
        found: list[Relocation] = []
        for table in self._tables.get(section.index, ()):
            found += relocations.read(self.data(table), self.bits, self.order, table.type == SHT_RELA)
        return sorted(found, key=lambda relocation: relocation.offset)

    @functools.cached_property
    def _tables(self) -> Mapping[int, list[Section]]:
        """The tables of relocations of a relocatable file by the index of the section that they are about."""
        found: dict[int, list[Section]] = {}
        for table in self.sections if self.relocatable else ():
            if table.type in (SHT_REL, SHT_RELA) and 0 < table.info < len(self.sections):
                found.setdefault(table.info, []).append(table)
        return found

    def _read_header(self) -> None:
        ident = bytes(self.image[:16])
        if ident[:4] != b"\x7fELF":
            raise BadElf("this is no ELF file")
        if len(ident) < 16 or ident[4] not in (1, 2) or ident[5] not in (1, 2):
            raise BadElf("the ELF header has an unknown class or byte order")
        self.bits = 32 * ident[4]
        self.order: Literal["little", "big"] = "little" if ident[5] == 1 else "big"
        self._struct = "<" if self.order == "little" else ">"
        wide = "Q" if self.bits == 64 else "I"
        header = struct.unpack_from(f"{self._struct}HHI{wide * 3}I6H", self.image, 16)
        self.kind: int = header[0]
        self.machine: int = header[1]
        self._segment_table, self._section_table, self.flags = header[4], header[5], header[6]
        self._segment_size, self._segment_count = header[8], header[9]
        self._section_size, self._section_count, self._names = header[10:13]

    def _read_sections(self) -> tuple[Section, ...]:
        if self._section_table == 0:
            return ()
        form = struct.Struct(f"{self._struct}{'IIQQQQIIQQ' if self.bits == 64 else '10I'}")
        if self._section_size != form.size:
            raise BadElf(f"section headers of {self._section_size} bytes, not {form.size}")
        zero = form.unpack_from(self.image, self._section_table)
        count = self._section_count or zero[5]  # 0xff00 and more are counted in the first header
        names = zero[6] if self._names == _SHN_XINDEX else self._names
        end = self._section_table + count * form.size
        if count > _MOST_SECTIONS or end > len(self.image):
            raise BadElf(f"{count:,} section headers do not fit into the file")
        rows = list(form.iter_unpack(self.image[self._section_table : end]))
        if not 0 <= names < len(rows):
            raise BadElf(f"section names are in section {names} of {len(rows)}")
        strings = self._names_of(rows[names])
        sections = tuple(Section(i, _string(strings, row[0]), *row[1:]) for i, row in enumerate(rows))
        self._check(sections)
        return sections

    def _names_of(self, row: tuple[int, ...]) -> bytes:
        offset, size = row[4], row[5]
        if offset + size > len(self.image):
            raise BadElf("the section names are outside of the file")
        return bytes(self.image[offset : offset + size])

    def _check(self, sections: tuple[Section, ...]) -> None:
        """Every section is within the file, and no two share bytes of it."""
        inside = sorted((s for s in sections if s.has_bytes and s.type), key=lambda s: (s.offset, s.index))
        end, last = 0, None
        for section in inside:
            if section.offset + section.size > len(self.image):
                raise BadElf(
                    f"section {section.index} {section.name} ends at {section.offset + section.size:#x}, "
                    f"the file at {len(self.image):#x}"
                )
            if last is not None and section.offset < end:
                raise BadElf(f"sections {last.name} and {section.name} overlap at {section.offset:#x}")
            end, last = section.offset + section.size, section

    def _segments(self) -> tuple[Section, ...]:
        """What is loaded, as sections, of a file whose section table has been stripped."""
        return tuple(self._loaded())

    def _loaded(self) -> Iterator[Section]:
        form = struct.Struct(f"{self._struct}{'IIQQQQQQ' if self.bits == 64 else '8I'}")
        if self._segment_count and self._segment_size != form.size:
            raise BadElf(f"program headers of {self._segment_size} bytes, not {form.size}")
        for index in range(self._segment_count):
            row = form.unpack_from(self.image, self._segment_table + index * form.size)
            if self.bits == 64:
                kind, flags, offset, address, _, size, _, align = row
            else:
                kind, offset, address, _, size, _, flags, align = row
            if kind == _PT_LOAD and size:
                if offset + size > len(self.image):
                    raise BadElf(f"segment {index} is outside of the file")
                executable = SHF_EXECINSTR if flags & _PF_X else 0
                yield Section(
                    index, f"segment {index}", SHT_PROGBITS, SHF_ALLOC | executable, address, offset, size,
                    0, 0, align, 0,
                )  # fmt: skip


def _string(strings: bytes, start: int) -> str:
    end = strings.find(b"\0", start)
    return strings[start : end if end >= 0 else len(strings)].decode("utf-8", "replace")


def _mapped(path: str) -> memoryview:
    """A file's bytes, paged in as they are looked at; OSError where it can't be opened."""
    with open(path, "rb", opener=_opened) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise BadElf("this is no plain file")
        if os.fstat(stream.fileno()).st_size < 52:  # the smallest header
            raise BadElf("this is no ELF file")
        return memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))


def _opened(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # opening a pipe would wait for ever
