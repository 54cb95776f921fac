"""The words that a file has at a place, in value form, and which of their bits a relocation has yet to write."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from trampgen.elf.relocation_fields import written
from trampgen.model.memory import ByteOrder, from_memory
from trampgen.model.spec import Word
from trampgen.verify.model import Located

Read = list[tuple[int, int]]  # (word, open bits)


def read(located: Located, words: Sequence[Word], isa: str, unit: int) -> Read:
    """As many words of an instruction set as there are of those that are expected; `unit` in bytes."""
    elf, size = located.elf, unit * len(words)
    data = bytes(elf.data(located.section)[located.offset : located.offset + size])
    found = elf.relocations_in(located.section, located.offset, size)
    order = elf.order if located.array else elf.code_order
    masks = written(found, elf.machine, order, located.offset, len(data))
    if unit == 1:
        return list(zip(data, masks, strict=True))
    read_one = partial(_word, located, isa)
    return [
        (read_one(data[at : at + unit], word.kind), read_one(masks[at : at + unit], word.kind))
        for at, word in zip(range(0, len(data) - unit + 1, unit), words, strict=False)
    ]


def _word(located: Located, isa: str, data: bytes, kind: str) -> int:
    elf = located.elf
    if located.array:
        return int.from_bytes(data, elf.order)
    if len(data) < 4:  # a halfword of Thumb
        return int.from_bytes(data, elf.code_order)
    order: ByteOrder = elf.order if elf.order == elf.code_order else "be8"
    return from_memory(data, isa, kind, order)
