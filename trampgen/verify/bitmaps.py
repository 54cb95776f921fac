"""Sets of opcodes held against the arrays that a file has of them."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Note
from trampgen.diagnostics.text import count
from trampgen.model.bitmaps import WORD, Bitmap, BitmapVariant, shown, words
from trampgen.verify.model import Difference, Located


def compare(bitmap: Bitmap, variant: BitmapVariant, located: Located) -> Iterator[Difference]:
    """The opcodes that only one of both has, with the spec's reasons."""
    size = bitmap.width // 8
    if located.size not in (None, size):
        yield Difference(
            "size-differs",
            f"`{bitmap.name}` has {count(size, 'byte')}, and {count(located.size or 0, 'byte')} in {located.elf.name}",
            bitmap.span,
            lambda: (Note(f"at {located.at()}"),),
            8,
        )
        return
    there = _bits(located, size)
    wrong = there ^ variant.bits
    if wrong:
        yield Difference(
            "opcodes-differ",
            f"`{bitmap.name}` is another set of opcodes in {located.elf.name}",
            bitmap.span,
            lambda: _notes(variant, there, bitmap, located),
            wrong.bit_count(),
        )


def _bits(located: Located, size: int) -> int:
    data = bytes(located.elf.data(located.section)[located.offset : located.offset + size])
    parts = [int.from_bytes(data[at : at + WORD // 8], located.elf.order) for at in range(0, size, WORD // 8)]
    return sum(part << WORD * index for index, part in enumerate(parts))


def _notes(variant: BitmapVariant, there: int, bitmap: Bitmap, located: Located) -> Iterator[Note]:
    yield Note(f"at {located.at()}")
    more, fewer = there & ~variant.bits, variant.bits & ~there
    for what, bits in (("only the file has", more), ("only the spec has", fewer)):
        if bits:
            yield Note(f"{what} {', '.join(shown(bits, '0x'))}")
    for listed in variant.listed:
        if bits := listed.bits & (there ^ variant.bits):
            yield Note(f"{', '.join(shown(bits, '0x'))}: {listed.because}", listed.span)
    expected, found = words(variant.bits, bitmap.width), words(there, bitmap.width)
    for index, (one, other) in enumerate(zip(expected, found, strict=True)):
        if one != other:
            yield Note(
                f"word {index}, {located.at(index * WORD // 8)}: expected {one:#010x}, found {other:#010x}"
            )
