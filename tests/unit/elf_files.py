"""Relocatable ELF files made in memory, for any machine: sections with bytes, symbols, relocations."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trampgen.elf.machines import EM_386, EM_AARCH64, EM_ARM, EM_PPC, EM_PPC64, EM_RISCV, EM_X86_64

# e_machine, bits, byte order of data.
MACHINES = {
    "ppc64le": (EM_PPC64, 64, "little"),
    "ppc64be": (EM_PPC64, 64, "big"),
    "ppc32": (EM_PPC, 32, "big"),
    "arm": (EM_ARM, 32, "little"),
    "armbe": (EM_ARM, 32, "big"),
    "arm64": (EM_AARCH64, 64, "little"),
    "arm64be": (EM_AARCH64, 64, "big"),
    "x86_64": (EM_X86_64, 64, "little"),
    "x86_32": (EM_386, 32, "little"),
    "riscv64": (EM_RISCV, 64, "little"),
}
_TEXT_FLAGS, _DATA_FLAGS = 6, 3
_NOTYPE, _OBJECT, _FUNC = range(3)
_GLOBAL = 1 << 4


@dataclass(frozen=True)
class Sym:
    """A symbol: `section` by name, None for an undefined one."""

    name: str
    section: str | None
    value: int = 0
    size: int = 0
    kind: int = _NOTYPE


@dataclass(frozen=True)
class Rel:
    """A relocation of a section, with an explicit addend unless that is None."""

    section: str
    offset: int
    type: int
    symbol: str
    addend: int | None = 0


@dataclass
class Object:
    """What is in the file; `.text` holds code, any other section data."""

    machine: str
    sections: dict[str, bytes]
    symbols: Sequence[Sym]
    relocations: Sequence[Rel] = ()
    flags: int = 0
    kind: int = 1
    empty: dict[str, int] = field(default_factory=dict)  # sections without bytes in the file

    def write(self, path: Path) -> Path:
        path.write_bytes(self.image())
        return path

    def image(self) -> bytes:
        machine, bits, order = MACHINES[self.machine]
        sign, wide = "<" if order == "little" else ">", "Q" if bits == 64 else "I"
        names = [*self.sections, *self.empty]
        index = {name: number for number, name in enumerate(names, 1)}
        symtab, symbol_names = self._symbols(sign, bits, index)
        tables = self._relocations(sign, wide)
        strings = bytearray(b"\0")
        bodies: list[tuple[str, int, int, bytes, int, int, int, int]] = []
        for name, data in self.sections.items():
            flags = _TEXT_FLAGS if name.startswith(".text") else _DATA_FLAGS
            bodies.append((name, 1, flags, data, 0, 0, 16, len(data)))
        for name, size in self.empty.items():
            bodies.append((name, 8, _DATA_FLAGS, b"", 0, 0, 16, size))
        symtab_index = len(bodies) + len(tables) + 1
        for name, explicit, data, entry in tables:
            body = (".rela" if explicit else ".rel") + name
            bodies.append((body, 4 if explicit else 9, 0, data, symtab_index, index[name], entry, len(data)))
        bodies.append((".symtab", 2, 0, symtab, symtab_index + 1, 1, 24 if bits == 64 else 16, len(symtab)))
        bodies.append((".strtab", 3, 0, symbol_names, 0, 0, 0, len(symbol_names)))
        headers: list[tuple[int, ...]] = [(0,) * 10]
        out = bytearray(64 if bits == 64 else 52)
        for name, kind, flags, data, link, info, entry, size in [
            *bodies,
            (".shstrtab", 3, 0, b"", 0, 0, 0, 0),
        ]:
            at = len(strings)
            strings += name.encode() + b"\0"
            if name == ".shstrtab":
                data, size = bytes(strings), len(strings)
            out += bytes(-len(out) % 16)
            headers.append((at, kind, flags, 0, len(out), size, link, info, 16, entry))
            out += data
        out += bytes(-len(out) % 16)
        table = len(out)
        form = f"{sign}IIQQQQIIQQ" if bits == 64 else f"{sign}10I"
        for row in headers:
            out += struct.pack(form, *row)
        ident = b"\x7fELF" + bytes((bits // 32, 1 if order == "little" else 2, 1)) + bytes(9)
        size = 64 if bits == 64 else 52
        row = (
            self.kind,
            machine,
            1,
            0,
            0,
            table,
            self.flags,
            size,
            0,
            0,
            struct.calcsize(form),
            len(headers),
            len(headers) - 1,
        )
        out[:size] = ident + struct.pack(f"{sign}HHI{wide * 3}I6H", *row)
        return bytes(out)

    def _symbols(self, sign: str, bits: int, index: dict[str, int]) -> tuple[bytes, bytes]:
        strings, table = bytearray(b"\0"), bytearray(24 if bits == 64 else 16)
        for symbol in self.symbols:
            at, section = len(strings), 0 if symbol.section is None else index.get(symbol.section, 0xFFF1)
            strings += symbol.name.encode() + b"\0"
            info = _GLOBAL | symbol.kind
            if bits == 64:
                table += struct.pack(f"{sign}IBBHQQ", at, info, 0, section, symbol.value, symbol.size)
            else:
                table += struct.pack(f"{sign}IIIBBH", at, symbol.value, symbol.size, info, 0, section)
        return bytes(table), bytes(strings)

    def _relocations(self, sign: str, wide: str) -> list[tuple[str, bool, bytes, int]]:
        numbers = {symbol.name: number for number, symbol in enumerate(self.symbols, 1)}
        found: list[tuple[str, bool, bytes, int]] = []
        shift = 32 if wide == "Q" else 8
        for name in dict.fromkeys(one.section for one in self.relocations):
            own = [one for one in self.relocations if one.section == name]
            explicit = own[0].addend is not None
            form = f"{sign}{wide * 2}{wide.lower() if explicit else ''}"
            data = b"".join(
                struct.pack(
                    form,
                    one.offset,
                    numbers[one.symbol] << shift | one.type,
                    *([one.addend] if explicit else []),
                )
                for one in own
            )
            found.append((name, explicit, data, struct.calcsize(form)))
        return found
