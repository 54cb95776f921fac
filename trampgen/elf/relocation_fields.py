"""Which bits relocations write: what stands there in a relocatable file says nothing yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from trampgen.elf.machines import EM_ARM
from trampgen.elf.relocation_kinds import Filled, filled
from trampgen.elf.relocations import Relocation

Order = Literal["little", "big"]

_WORD = 4  # bytes of an instruction where those have one size
_THUMB = {10, 30, 47, 48, 49, 50, 51}  # of instructions that are two halfwords, the first one above
_UNKNOWN = Filled(0, "", bytes=_WORD)


def written(found: Iterable[Relocation], machine: int, order: Order, start: int, size: int) -> bytes:
    """A mask of `size` bytes from `start` of a section, in the order of memory: the bits that relocations write.

    Of one that is not known here that is all of four bytes."""
    mask = bytearray(size)
    for relocation in found:
        first, data = _bytes(relocation, machine, order)
        for place, byte in enumerate(data, first - start):
            if 0 <= place < size:
                mask[place] |= byte
    return bytes(mask)


def _bytes(relocation: Relocation, machine: int, order: Order) -> tuple[int, bytes]:
    """Where the mask of one begins, and its bytes."""
    one = filled(machine, relocation.type) or _UNKNOWN
    if one.bytes:
        return relocation.offset, b"\xff" * one.bytes
    if machine == EM_ARM and relocation.type in _THUMB:
        halves = one.mask >> 16, one.mask & 0xFFFF
        return relocation.offset, b"".join(half.to_bytes(2, order) for half in halves)
    # A relocation of half a word of PowerPC is at that half; a prefix is at the lower address in either order.
    words = [one.mask >> 32, one.mask & 0xFFFFFFFF] if one.mask >> 32 else [one.mask]
    return relocation.offset - relocation.offset % _WORD, b"".join(w.to_bytes(_WORD, order) for w in words)
