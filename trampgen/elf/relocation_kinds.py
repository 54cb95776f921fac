"""What relocations fill: the bits of an instruction or datum, by which slice of an address, counted from where.

Types and fields from the psABI supplements: 64-bit ELF V2 ABI for Power (3.5), Power Architecture 32-bit ABI (4.13),
ELF for the Arm Architecture (5.6), ELF for AArch64 (5.7), System V ABI for AMD64 (4.4) and i386 (4.3)."""

from __future__ import annotations

import functools

from trampgen.elf.machines import EM_386, EM_AARCH64, EM_ARM, EM_PPC, EM_PPC64, EM_X86_64
from trampgen.model.record import record

# What a value is counted from: an address by itself, one that an operand relative to the program counter holds (and a
# branch's), the table of contents, the place of the datum or instruction; or likewise its slot in the global offset
# table.
ADDRESS, RELATIVE, BRANCH, TOC, DISTANCE = "address relative branch toc distance".split()
SLOT, SLOT_DISTANCE, NOTHING = "slot", "slot distance", "nothing"


@record
class Filled:
    """`mask` of the word, or of as many bytes from the relocation's place where `bytes` is not 0."""

    mask: int
    counted: str
    operator: str | None = None
    bytes: int = 0

    @property
    def page(self) -> bool:
        """Whether it is a slice of an address of which another instruction has the page."""
        return self.operator in ("pg_hi21", "lo12")


def filled(machine: int, type: int) -> Filled | None:
    """What a relocation of a machine fills; None for one that is not known here."""
    return _tables().get(machine, {}).get(type)


_HALF, _DS, _I, _B = 0xFFFF, 0xFFFC, 0x03FFFFFC, 0xFFFC
_MOVW, _THUMB_MOVW, _ARM_BRANCH = 0x000F0FFF, 0x040F70FF, 0x00FFFFFF
_THUMB_BRANCH, _THUMB_NEAR = 0x07FF2FFF, 0x043F2FFF
_LOW12, _PAGES, _MOV16 = 0xFFF << 10, 0x60FFFFE0, 0xFFFF << 5
_D34 = 0x3FFFF << 32 | 0xFFFF

_Row = tuple[tuple[int, ...], int, str, str | None]
# Numbers, then mask, what it is counted from and an operator: of Power, both widths.
_POWER: tuple[_Row, ...] = (
    ((10, 23, 18), _I, BRANCH, None), ((11, 12, 13), _B, BRANCH, None), ((3,), _HALF, ADDRESS, None),
    ((4,), _HALF, ADDRESS, "l"), ((5,), _HALF, ADDRESS, "h"), ((6,), _HALF, ADDRESS, "ha"),
    ((249,), _HALF, DISTANCE, None), ((250,), _HALF, DISTANCE, "l"), ((251,), _HALF, DISTANCE, "h"),
    ((252,), _HALF, DISTANCE, "ha"),
)  # fmt: skip
_POWER_64: tuple[_Row, ...] = (
    ((116,), _I, BRANCH, None), ((39,), _HALF, ADDRESS, "higher"), ((40,), _HALF, ADDRESS, "highera"),
    ((41,), _HALF, ADDRESS, "highest"), ((42,), _HALF, ADDRESS, "highesta"), ((110,), _HALF, ADDRESS, "h"),
    ((111,), _HALF, ADDRESS, "ha"), ((56,), _DS, ADDRESS, None), ((57,), _DS, ADDRESS, "l"),
    ((47,), _HALF, TOC, None), ((48,), _HALF, TOC, "l"), ((49,), _HALF, TOC, "h"), ((50,), _HALF, TOC, "ha"),
    ((63,), _DS, TOC, None), ((64,), _DS, TOC, "l"), ((128,), _D34, ADDRESS, None), ((132,), _D34, DISTANCE, None),
    ((133,), _D34, SLOT_DISTANCE, None),
)  # fmt: skip
_ARM: tuple[_Row, ...] = (
    ((1, 27, 28, 29), _ARM_BRANCH, BRANCH, None), ((43,), _MOVW, ADDRESS, "l"), ((44,), _MOVW, ADDRESS, "h"),
    ((45,), _MOVW, DISTANCE, "l"), ((46,), _MOVW, DISTANCE, "h"), ((10, 30), _THUMB_BRANCH, BRANCH, None),
    ((51,), _THUMB_NEAR, BRANCH, None), ((47,), _THUMB_MOVW, ADDRESS, "l"), ((48,), _THUMB_MOVW, ADDRESS, "h"),
    ((49,), _THUMB_MOVW, DISTANCE, "l"), ((50,), _THUMB_MOVW, DISTANCE, "h"), ((0, 40), 0, NOTHING, None),
)  # fmt: skip
_AARCH64: tuple[_Row, ...] = (
    ((282, 283), 0x03FFFFFF, BRANCH, None), ((280,), 0x7FFFF << 5, BRANCH, None), ((279,), 0x3FFF << 5, BRANCH, None),
    ((273,), 0x7FFFF << 5, RELATIVE, None), ((274,), _PAGES, RELATIVE, None),
    ((275, 276), _PAGES, RELATIVE, "pg_hi21"), ((277, 278, 284, 285, 286, 299), _LOW12, RELATIVE, "lo12"),
    ((263, 264), _MOV16, ADDRESS, "abs_g0"), ((265, 266), _MOV16, ADDRESS, "abs_g1"),
    ((267, 268), _MOV16, ADDRESS, "abs_g2"), ((269,), _MOV16, ADDRESS, "abs_g3"),
    ((311,), _PAGES, SLOT, "pg_hi21"), ((312,), _LOW12, SLOT, "lo12"),
    ((0, 256), 0, NOTHING, None),
)  # fmt: skip
# Numbers of bytes, and what is counted.
_BYTES = {
    EM_X86_64: {
        1: (8, ADDRESS), 2: (4, RELATIVE), 4: (4, BRANCH), 9: (4, SLOT), 10: (4, ADDRESS), 11: (4, ADDRESS),
        12: (2, ADDRESS), 14: (1, ADDRESS), 15: (1, BRANCH), 24: (8, DISTANCE), 41: (4, SLOT), 42: (4, SLOT),
    },
    EM_386: {1: (4, ADDRESS), 2: (4, RELATIVE), 4: (4, BRANCH), 20: (2, ADDRESS), 22: (1, ADDRESS), 23: (1, BRANCH)},
    EM_PPC64: {1: (4, ADDRESS), 26: (4, DISTANCE), 38: (8, ADDRESS), 44: (8, DISTANCE), 51: (8, TOC)},
    EM_PPC: {1: (4, ADDRESS), 26: (4, DISTANCE)},
    EM_ARM: {2: (4, ADDRESS), 3: (4, DISTANCE), 38: (4, ADDRESS), 42: (4, DISTANCE)},
    EM_AARCH64: {257: (8, ADDRESS), 258: (4, ADDRESS), 260: (8, DISTANCE), 261: (4, DISTANCE)},
}  # fmt: skip


@functools.cache
def _tables() -> dict[int, dict[int, Filled]]:
    rows: dict[int, tuple[_Row, ...]] = {
        EM_PPC64: (*_POWER, *_POWER_64),
        EM_PPC: _POWER,
        EM_ARM: _ARM,
        EM_AARCH64: _AARCH64,
    }
    found = {
        machine: {
            number: Filled(mask, counted, operator)
            for numbers, mask, counted, operator in table
            for number in numbers
        }
        for machine, table in rows.items()
    }
    for machine, sizes in _BYTES.items():
        own = found.setdefault(machine, {})
        own |= {number: Filled(0, counted, bytes=size) for number, (size, counted) in sizes.items()}
        own.setdefault(0, Filled(0, NOTHING))
    return found
