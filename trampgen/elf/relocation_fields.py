"""Which bits a relocation writes: what stands there in a relocatable file says nothing yet.

From the psABI supplements (see machines.py): Power Architecture 32-bit and 64-bit ELF V2, ELF for the Arm 32-bit and
64-bit Architectures, System V ABI for AMD64 and i386."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trampgen.elf.machines import EM_386, EM_AARCH64, EM_ARM, EM_PPC, EM_PPC64, EM_X86_64
from trampgen.elf.relocations import Relocation

Fields = Mapping[int, tuple[int, int]]  # type → (bytes, the bits of them that are written, as a number)


def _each(size: int, mask: int, *types: int) -> dict[int, tuple[int, int]]:
    return dict.fromkeys(types, (size, mask))


_HALF, _WORD, _DOUBLE = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_PPC_HALVES = _each(2, _HALF, 3, 4, 5, 6, 14, 15, 16, 17, 47, 48, 49, 50, 249, 250, 251, 252) | _each(
    2, 0xFFFC, 7, 8, 9, 11, 12, 13, 56, 57, 58, 59, 60, 63, 64
)
_PPC = _each(4, _WORD, 1, 26) | _each(4, 0x03FFFFFC, 2, 10, 18) | _PPC_HALVES
_PPC64 = (
    _PPC
    | _each(8, _DOUBLE, 38, 44, 51)
    | _each(4, 0x03FFFFFC, 116)  # REL24_NOTOC
    | _each(8, 0x0003FFFF_0000FFFF, 132, 133)  # PCREL34, GOT_PCREL34: the prefix first
)
_ARM = (
    _each(4, _WORD, 2, 3, 38)
    | _each(4, 0x00FFFFFF, 1, 27, 28, 29)
    | _each(4, 0x7FFFFFFF, 42)
    | _each(4, 0x000F0FFF, 43, 44, 45, 46)
    | _each(4, 0x07FF2FFF, 10, 30)  # THM_CALL, THM_JUMP24: the first halfword above
    | _each(4, 0x040F70FF, 47, 48, 49, 50)
    | _each(4, 0, 40)  # V4BX marks an instruction
)
_ARM64 = (
    _each(8, _DOUBLE, 257, 260)
    | _each(4, _WORD, 258, 261)
    | _each(4, 0x001FFFE0, *range(263, 270))
    | _each(4, 0x00FFFFE0, 273, 280, 311)
    | _each(4, 0x60FFFFE0, 274, 275, 276)
    | _each(4, 0x003FFC00, 277, 278, 284, 285, 286, 299, 312)
    | _each(4, 0x0007FFE0, 279)
    | _each(4, 0x03FFFFFF, 282, 283)
)
_X86 = _each(4, _WORD, 2, 3, 4, 9, 10, 11, 26, 41, 42) | _each(2, _HALF, 12, 13) | _each(1, 0xFF, 14, 15)
_X86_64 = _X86 | _each(8, _DOUBLE, 1, 24)
_I386 = _each(4, _WORD, 1, 2, 3, 4, 9, 10, 43) | _each(2, _HALF, 20, 21) | _each(1, 0xFF, 22, 23)

_FIELDS: Mapping[int, Fields] = {
    EM_PPC: _PPC, EM_PPC64: _PPC64, EM_ARM: _ARM, EM_AARCH64: _ARM64, EM_X86_64: _X86_64, EM_386: _I386,
}  # fmt: skip
_UNKNOWN = (4, _WORD)
# Fields in two parts that lie in memory one after the other: prefixed instructions and Thumb's of two halfwords.
_IN_PARTS = {EM_PPC64: {132, 133}, EM_ARM: {10, 30, 47, 48, 49, 50}}


def field(machine: int, type: int) -> tuple[int, int]:
    """The bytes that a relocation touches and the bits of them that it writes; of an unknown one all of four."""
    return _FIELDS.get(machine, {}).get(type, _UNKNOWN)


def written(found: Iterable[Relocation], machine: int, order: str, start: int, size: int) -> bytes:
    """A mask of some bytes of a section, in the order of memory: the bits that relocations write."""
    mask = bytearray(size)
    for relocation in found:
        width, bits = field(machine, relocation.type)
        if relocation.type in _IN_PARTS.get(machine, ()):
            half = 4 * width  # bits
            parts = [bits >> half, bits & (1 << half) - 1]
        else:
            parts = [bits]
        data = b"".join(_bytes(part, width // len(parts), order) for part in parts)
        for place, byte in enumerate(data, relocation.offset - start):
            if 0 <= place < size:
                mask[place] |= byte
    return bytes(mask)


def _bytes(value: int, size: int, order: str) -> bytes:
    return value.to_bytes(size, "little" if order == "little" else "big")
