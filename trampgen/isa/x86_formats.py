"""The opcode maps as tables of numbers for one mode: what the decoder looks up, here and in C."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trampgen.isa.x86_opcodes import MAPS
from trampgen.model.record import record

PREFIXES = ("np", "66", "f3", "f2")
REGISTERS = ("ax", "cx", "dx", "bx")
IMMEDIATES = ("none", "ib", "iw", "iz", "iv", "ia", "ip", "iwb", "relz")
FLAGS = ("gpr", "byte", "vgpr", "lock", "sib")
# What an instruction does to the address of the next one; `next` goes on behind itself.
CONTROLS = ("next", "relative", "leaves", "call", "saves", "masks")
MODRM_NONE, MODRM_ANY, MODRM_REGISTERS = range(3)
ALL = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Leaf:
    """What there is to know of an instruction's form: indices into IMMEDIATES and CONTROLS, a set of FLAGS as bits,
    the registers that it uses unnamed as bits (rax is bit 0)."""

    immediate: int = 0
    control: int = 0
    flags: int = 0
    implied: int = 0

    def has(self, flag: str) -> bool:
        return bool(self.flags >> FLAGS.index(flag) & 1)


UNDEFINED = Leaf(control=len(CONTROLS))


@dataclass(frozen=True, slots=True)
class Row:
    """An opcode with one mandatory prefix: a leaf for each ModRM.reg of memory operands and of registers.

    Without a ModRM the leaf is the first of `memory`. `bytes` has a bit for each ModRM from 0xc0 that there is."""

    modrm: int
    memory: tuple[Leaf, ...]
    registers: tuple[Leaf, ...]
    bytes: int


NOTHING = Row(MODRM_NONE, (UNDEFINED,) * 8, (UNDEFINED,) * 8, 0)


@record
class Formats:
    """`maps` has 256 indices into `entries` for each key of MAPS; an entry is four indices into `rows`, by prefix.

    Index 0 is what is undefined. `leaves` are those of rows, in the order in which they are met."""

    wide: bool
    maps: dict[tuple[int, int], tuple[int, ...]]
    entries: tuple[tuple[int, ...], ...]
    rows: tuple[Row, ...]
    leaves: tuple[Leaf, ...]

    def row(self, kind: int, map: int, opcode: int, prefix: int) -> Row:
        """The row of an opcode; NOTHING of one that is undefined."""
        found = self.maps.get((kind, map))
        return self.rows[self.entries[found[opcode]][prefix]] if found else NOTHING


@record
class _Line:
    opcodes: tuple[int, ...]
    words: frozenset[str]
    prefixes: tuple[int, ...]
    regs: tuple[int, ...]
    bytes: int  # of a ModRM of registers, one bit each from 0xc0
    leaf: Leaf


def _numbers(words: Iterable[str], base: int) -> Iterator[int]:
    """00-07 10 → 0 … 7, 16."""
    for word in words:
        first, _, last = word.partition("-")
        yield from range(int(first, base), int(last or first, base) + 1)


def _line(text: str) -> _Line:
    opcodes, _, rest = text.partition(":")
    words = rest.split()
    exact = list(_numbers((word[1:] for word in words if word[0] == "="), 16))
    # "=d0 =d8-df" and "/2 /4-7": the sign stands before each.
    regs = tuple(_numbers((word[1:] for word in words if word[0] == "/"), 8)) or tuple(range(8))
    bytes_ = sum(1 << (byte - 0xC0) for byte in exact)
    if not exact and {"rm", "reg", "cr"} & set(words):
        bytes_ = sum(0xFF << 8 * reg for reg in regs)
    prefixes = tuple(PREFIXES.index(word) for word in words if word in PREFIXES) or (0, 1, 2, 3)
    return _Line(tuple(_numbers(opcodes.split(), 16)), frozenset(words), prefixes, regs, bytes_, _leaf(words))


def _leaf(words: list[str]) -> Leaf:
    immediate = next((word for word in words if word in IMMEDIATES), "ib" if "rel8" in words else "none")
    relative = "relative" if {"rel8", "relz"} & set(words) else "next"
    control = next((word for word in words if word in CONTROLS), relative)
    flags = sum(1 << index for index, flag in enumerate(FLAGS) if flag in words)
    implied = sum(1 << index for index, name in enumerate(REGISTERS) if name in words)
    return Leaf(IMMEDIATES.index(immediate), CONTROLS.index(control), flags, implied)


def _merged(row: Row, line: _Line) -> Row:
    """A row with what a line adds to it; no two lines say something of the same encoding."""
    taken = row.modrm if row is not NOTHING else None
    modrm = MODRM_REGISTERS if "cr" in line.words else MODRM_ANY
    if not {"rm", "mem", "reg", "cr"} & line.words and not line.bytes:
        modrm = MODRM_NONE
    assert taken in (None, modrm) and not row.bytes & line.bytes, line.opcodes
    memory, registers = list(row.memory), list(row.registers)
    if modrm == MODRM_NONE:
        assert row is NOTHING, line.opcodes
        memory[0] = line.leaf
    elif "rm" in line.words or "mem" in line.words:
        for reg in line.regs:
            assert memory[reg] == UNDEFINED, (line.opcodes, reg)
            memory[reg] = line.leaf
    for reg in range(8):
        if line.bytes >> 8 * reg & 0xFF:
            assert registers[reg] in (UNDEFINED, line.leaf), (line.opcodes, reg)
            registers[reg] = line.leaf
    return Row(modrm, tuple(memory), tuple(registers), row.bytes | line.bytes)


@functools.cache
def formats(wide: bool) -> Formats:
    """The tables of 64-bit mode, or of 32-bit mode."""
    other = "32" if wide else "64"
    rows: dict[Row, int] = {NOTHING: 0}
    entries: dict[tuple[int, ...], int] = {(0, 0, 0, 0): 0}
    maps = {}
    for key, text in MAPS.items():
        found = [[NOTHING] * 4 for _ in range(256)]
        for line in map(_line, text.strip().split("\n")):
            for opcode in line.opcodes if other not in line.words else ():
                for prefix in line.prefixes:
                    found[opcode][prefix] = _merged(found[opcode][prefix], line)
        indices = (tuple(rows.setdefault(row, len(rows)) for row in four) for four in found)
        maps[key] = tuple(entries.setdefault(entry, len(entries)) for entry in indices)
    leaves = dict.fromkeys([UNDEFINED, *(leaf for row in rows for leaf in (*row.memory, *row.registers))])
    return Formats(wide, maps, tuple(entries), tuple(rows), tuple(leaves))
