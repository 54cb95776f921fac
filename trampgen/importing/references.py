"""What relocations of an extent refer to: params, or labels of it, and the bits that they fill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from trampgen.elf.machines import EM_ARM
from trampgen.elf.relocation_kinds import (
    BRANCH,
    DISTANCE,
    NOTHING,
    RELATIVE,
    SLOT,
    SLOT_DISTANCE,
    Filled,
    filled,
)
from trampgen.elf.relocations import Relocation
from trampgen.elf.symbols import STT_FUNC, STT_SECTION
from trampgen.importing import reading
from trampgen.importing.drafts import Target
from trampgen.importing.model import Extent, Piece
from trampgen.importing.naming import Names
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.values import Affine, Relocated, Value

_AHEAD = {"arm": 8, "armv5": 8, "armv4": 8, "thumb": 4}  # of a branch: where its distance is counted from


@record
class Wanted:
    """Bits of a piece's value that are `value`; `offset` is set where that is a place inside the extent."""

    mask: int
    value: Value | None
    offset: int | None = None


def wanted(
    extent: Extent, pieces: Sequence[Piece], isa: Isa, names: Names, lost: list[str]
) -> tuple[list[Piece], dict[int, list[Wanted]]]:
    """The pieces with the bits that are for the linker, and by offset what is wanted in them.

    What no hole can be made of is `lost`."""
    found: dict[int, list[Wanted]] = {}
    done: list[Piece] = []
    places = iter(extent.relocations)
    relocation = next(places, None)
    for piece in pieces:
        linked = 0
        while relocation is not None and relocation.offset < piece.end:
            for one in _one(extent, piece, relocation, isa, names, lost):
                linked |= one.mask
                found.setdefault(piece.offset, []).append(one)
            relocation = next(places, None)
        done.append(replace(piece, linked=linked) if linked else piece)
    return done, found


def _one(
    extent: Extent, piece: Piece, relocation: Relocation, isa: Isa, names: Names, lost: list[str]
) -> Iterator[Wanted]:
    kind = filled(extent.elf.machine, relocation.type)
    if kind is None:
        name = _symbol(extent, relocation.symbol, 0)[0]
        lost.append(
            f"{relocation.offset:#x}: relocation type {relocation.type} ({name}) is not known here: no hole"
        )
    elif kind.counted != NOTHING:
        mask = _mask(piece, relocation, kind, isa)
        if mask is None:
            lost.append(f"{relocation.offset:#x}: a relocation fills more than one instruction: no hole")
            return
        yield _wanted(extent, piece, relocation, kind, mask, isa, names)


def _mask(piece: Piece, relocation: Relocation, kind: Filled, isa: Isa) -> int | None:
    """Bits of the piece's value; None where the field is not within it."""
    at = relocation.offset - piece.offset
    if not kind.bytes:
        # Of a big-endian word of Power, the place of its lower half.
        fits = at == 0 or (at == 2 and kind.mask >> 16 == 0 and isa.name.startswith("ppc"))
        within = kind.mask < 1 << 8 * piece.size and piece.unit == 4 and not piece.is_part
        return kind.mask if fits and within else None
    if at + kind.bytes > piece.size:
        return None
    if piece.unit == 4 and at:
        return None
    return ((1 << 8 * kind.bytes) - 1) << 8 * at if piece.unit == 1 else (1 << 8 * piece.size) - 1


def _wanted(
    extent: Extent,
    piece: Piece,
    relocation: Relocation,
    kind: Filled,
    mask: int,
    isa: Isa,
    names: Names,
) -> Wanted:
    addend = relocation.addend
    if addend is None:
        addend = _in_place(piece, mask, kind, isa)
    if kind.counted in (DISTANCE, SLOT_DISTANCE):
        addend -= relocation.offset
    elif kind.counted in (BRANCH, RELATIVE, SLOT):
        addend += piece.end - relocation.offset if isa.of_bytes else _AHEAD.get(isa.name, 0)
    symbol, addend, place = _symbol(extent, relocation.symbol, addend)
    if kind.counted in (BRANCH, RELATIVE) and not kind.operator and place is not None:
        inside = place - extent.start
        if 0 <= inside < extent.size:
            return Wanted(mask, None, inside)
    is_branch = isa.of_bytes and kind.counted == RELATIVE and reading.relative(isa, piece) is not None
    param = names.param(symbol, addend, BRANCH if is_branch else kind.counted)
    if kind.operator:
        return Wanted(mask, Relocated(Affine(param), kind.operator))
    return Wanted(mask, Target(param) if kind.counted in (BRANCH, RELATIVE) else Affine(param))


def _symbol(extent: Extent, index: int, addend: int) -> tuple[str, int, int | None]:
    """A symbol's name, what is added, and the place in the extent's own section if it is there."""
    elf = extent.elf
    if not 0 < index < len(elf.symbols):
        return "absolute", addend, None
    symbol = elf.symbols[index]
    if symbol.kind == STT_SECTION and 0 < symbol.section < len(elf.sections):
        named = elf.symbols.at(symbol.section, symbol.value + addend)
        own = symbol.section == extent.section.index
        place = symbol.value + addend - extent.section.address if own else None
        if named is not None and named.value == symbol.value + addend and not named.name.startswith(".L"):
            return named.name, 0, place
        return elf.sections[symbol.section].name, addend, place
    odd = elf.machine == EM_ARM and symbol.kind == STT_FUNC
    own = symbol.section == extent.section.index
    place = (symbol.value & ~odd) + addend - extent.section.address if own else None
    return symbol.name or "unnamed", addend, place


def _in_place(piece: Piece, mask: int, kind: Filled, isa: Isa) -> int:
    """The addend that stands in the field itself (ELF for the Arm Architecture, 5.6.1; i386, 4.3)."""
    low = (mask & -mask).bit_length() - 1
    bits, value = mask.bit_count(), (piece.value & mask) >> low
    if kind.bytes or isa.of_bytes:
        return _signed(value, bits)
    if kind.counted == BRANCH:
        return _thumb_branch(piece.value, bits) if isa.name == "thumb" else _signed(value, bits) << 2
    if isa.name == "thumb":  # imm4:i:imm3:imm8 of movw and movt
        word = piece.value
        value = word >> 4 & 0xF000 | word >> 15 & 0x800 | word >> 4 & 0x700 | word & 0xFF
    else:  # imm4:imm12
        value = piece.value >> 4 & 0xF000 | piece.value & 0xFFF
    return _signed(value, 16)


def _thumb_branch(word: int, bits: int) -> int:
    """S:J1:J2:imm6:imm11 of a conditional branch, S:I1:I2:imm10:imm11 of any other (ARM ARM, A8.8.18 and 25)."""
    sign, j1, j2 = word >> 26 & 1, word >> 13 & 1, word >> 11 & 1
    if bits == 20:
        value = sign << 19 | j2 << 18 | j1 << 17 | (word >> 16 & 0x3F) << 11 | word & 0x7FF
        return _signed(value, 20) << 1
    i1, i2 = 1 ^ j1 ^ sign, 1 ^ j2 ^ sign
    value = sign << 23 | i1 << 22 | i2 << 21 | (word >> 16 & 0x3FF) << 11 | word & 0x7FF
    return _signed(value, 24) << 1


def _signed(value: int, bits: int) -> int:
    return value - ((value & 1 << (bits - 1)) << 1)
