"""Relocations: where something is to be added, and the sections in which that can be done here and now."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trampgen.elf.machines import ABSOLUTE
from trampgen.elf.symbols import Symbols

WIDEST = 8  # bytes that one relocation writes


@dataclass(frozen=True, slots=True)
class Relocation:
    """`symbol` is an index; `addend` is None where it stands in the section itself (SHT_REL)."""

    offset: int
    type: int
    symbol: int
    addend: int | None


def read(table: bytes | memoryview, bits: int, order: str, explicit: bool) -> list[Relocation]:
    """All rows of one SHT_REL or, with `explicit` addends, SHT_RELA section."""
    wide, signed = ("Q", "q") if bits == 64 else ("I", "i")
    form = struct.Struct(f"{'<' if order == 'little' else '>'}{wide * 2}{signed if explicit else ''}")
    shift = 32 if bits == 64 else 8
    kinds = (1 << shift) - 1
    whole = len(table) - len(table) % form.size
    return [
        Relocation(row[0], row[1] & kinds, row[1] >> shift, row[2] if explicit else None)
        for row in form.iter_unpack(table[:whole])
    ]


def done(
    data: bytearray,
    found: Iterable[Relocation],
    machine: int,
    order: Literal["little", "big"],
    symbols: Symbols,
) -> bytes:
    """Bytes with the absolute relocations done, each by the value of its symbol; the others are left alone."""
    widths = ABSOLUTE.get(machine, {})
    for relocation in found:
        width = widths.get(relocation.type)
        end = relocation.offset + (width or 0)
        if width is None or end > len(data):
            continue
        addend = relocation.addend
        if addend is None:
            addend = int.from_bytes(data[relocation.offset : end], order)
        value = symbols.value(relocation.symbol) + addend
        data[relocation.offset : end] = (value & (1 << 8 * width) - 1).to_bytes(width, order)
    return bytes(data)
