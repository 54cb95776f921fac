"""Bitmaps and their comparisons as text for people, and as what the header's template is given."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from trampgen.emit import c_text
from trampgen.model.bitmaps import (
    WORD,
    Bitmap,
    BitmapVariant,
    Comparison,
    ComparisonVariant,
    Difference,
    shown,
    words,
)
from trampgen.model.record import compared
from trampgen.model.spec import When

_WIDTH = 92
_ROW = 16  # opcodes in a line of the picture
_SHOWN = 12  # opcodes and ranges in one line
_SAME = "the same opcodes are in both"


@compared
class BitmapView:
    """One variant in C: its words, each with the opcodes that it holds, and what the comment above says."""

    name: str
    macro: str
    words: tuple[tuple[str, str], ...]
    about: tuple[str, ...]


def views(bitmap: Bitmap) -> dict[When, BitmapView]:
    """What the header has in each combination of cases."""
    return {variant.when: _view(bitmap, variant) for variant in bitmap.variants}


def _view(bitmap: Bitmap, variant: BitmapVariant) -> BitmapView:
    held = [
        (f"{word:#010x}", f"{index * WORD:02x}..{index * WORD + WORD - 1:02x}")
        for index, word in enumerate(words(variant.bits, bitmap.width))
    ]
    macro = c_text.macro(bitmap.name)
    return BitmapView(bitmap.name, macro, tuple(held), tuple(about(bitmap, variant)))


def about(bitmap: Bitmap, variant: BitmapVariant) -> list[str]:
    """A picture, sixteen opcodes to a line, then what is listed with its reasons."""
    lines = ["    " + " ".join(f"{column:x}" for column in range(_ROW))]
    for row in range(0, bitmap.width, _ROW):
        marks = ["1" if variant.bits >> row + column & 1 else "." for column in range(_ROW)]
        lines.append(f"{row:02x}  {' '.join(marks)}")
    if variant.listed:
        lines += ["", "Left out:" if bitmap.excludes else "In it:"]
    for opcodes in variant.listed:
        lines += _wrapped(opcodes.bits, opcodes.because)
    return lines


def _wrapped(bits: int, text: str) -> list[str]:
    """Opcodes and what is said of them, as indented lines."""
    line = f"{', '.join(shown(bits))}: {text}" if text else ", ".join(shown(bits))
    return textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="    ")


def differences(comparison: Comparison, variant: ComparisonVariant) -> list[str]:
    """What only one of two bitmaps has, with the reasons that each of them gives."""
    left, right = comparison.left, comparison.right
    lines = [*_only(left, right, variant.left), *_only(right, left, variant.right)]
    return lines or [_SAME]


def _only(has: str, lacks: str, found: Sequence[Difference]) -> Iterator[str]:
    if found:
        yield f"Only in {has}:"
    for one in found:
        reasons = [f"{why} ({name})" for name, why in ((has, one.has), (lacks, one.lacks)) if why]
        yield from _wrapped(one.bits, "; ".join(reasons))


def told(comparison: Comparison) -> list[str]:
    """The differences of every combination of cases, once where they are the same."""
    found: dict[tuple[str, ...], list[str]] = {}
    for variant in comparison.variants:
        cases = ", ".join(case for _, case in variant.when)
        found.setdefault(tuple(differences(comparison, variant)), []).append(cases)
    if len(found) == 1:
        return list(*found)
    return [line for lines, cases in found.items() for line in (f"Where {'; '.join(cases)}:", *lines)]


def counted(comparison: Comparison, variant: ComparisonVariant) -> str:
    """How many opcodes are in one of two bitmaps alone, and which."""
    if not variant.left and not variant.right:
        return _SAME
    sides = ((comparison.left, variant.left), (comparison.right, variant.right))
    return "; ".join(_side(name, sum(one.bits for one in found)) for name, found in sides)


def _side(name: str, bits: int) -> str:
    parts = shown(bits)
    which = ", ".join([*parts[:_SHOWN], *(["…"] if len(parts) > _SHOWN else [])])
    return f"{bits.bit_count() or 'none'} only in {name}{f' ({which})' if which else ''}"
