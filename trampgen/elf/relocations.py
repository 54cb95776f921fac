"""Relocations: where something is to be added, and the sections in which that can be done here and now."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trampgen.elf.file import Elf as File

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
    shift = _shift(bits)
    kinds = (1 << shift) - 1
    return [
        Relocation(row[0], row[1] & kinds, row[1] >> shift, row[2] if explicit else None)
        for row in _rows(table, bits, order, explicit)
    ]


def done(
    data: bytearray, table: bytes | memoryview, elf: File, explicit: bool, widths: Mapping[int, int]
) -> None:
    """Do the absolute relocations of a table, each by the value of its symbol; leave the others alone.

    There are millions of them in debug info: none of them becomes an object. `widths` are the bytes that each
    type writes."""
    shift, order, size = _shift(elf.bits), elf.order, len(data)
    kinds, values = (1 << shift) - 1, elf.symbols.values
    count = len(values)
    for row in _rows(table, elf.bits, order, explicit):
        start, info = row[0], row[1]
        width = widths.get(info & kinds)
        if width is None or start + width > size:
            continue
        addend = row[2] if explicit else int.from_bytes(data[start : start + width], order)
        symbol = info >> shift
        value = addend + (values[symbol] if symbol < count else 0)
        data[start : start + width] = (value & (1 << 8 * width) - 1).to_bytes(width, order)


def _shift(bits: int) -> int:
    """r_info: the symbol stands above so many bits of the type."""
    return 32 if bits == 64 else 8


def _rows(table: bytes | memoryview, bits: int, order: str, explicit: bool) -> Iterator[tuple[int, ...]]:
    wide, signed = ("Q", "q") if bits == 64 else ("I", "i")
    form = struct.Struct(f"{'<' if order == 'little' else '>'}{wide * 2}{signed if explicit else ''}")
    return form.iter_unpack(table[: len(table) - len(table) % form.size])
