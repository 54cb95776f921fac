"""Bitmaps as sets: what is listed twice, all or nothing, not the words as written; two held against each other."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from trampgen.diagnostics import Note, Report
from trampgen.expand.bitmaps import DraftBitmap, Item
from trampgen.expand.described import Drafts
from trampgen.model.bitmaps import (
    WIDTHS,
    WORD,
    Bitmap,
    BitmapVariant,
    Comparison,
    ComparisonVariant,
    Difference,
    Opcodes,
    lowest,
    runs,
    shown,
    span_bits,
)
from trampgen.model.spec import When, seen_from
from trampgen.syntax import ast_tables as ast

_SHOWN = 8  # ranges of opcodes in a message


def bitmaps(drafts: Drafts, report: Report) -> list[Bitmap]:
    """Every bitmap in every combination of cases in which it exists."""
    return [
        Bitmap(
            declared.name.text,
            declared.type.text,
            WIDTHS[declared.type.text],
            declared.excludes,
            axes,
            tuple(_variant(declared, draft, report) for draft in own),
            declared.doc,
            declared.name.span,
        )
        for declared, axes, own in drafts.bitmaps
    ]


def _variant(declared: ast.Bitmap, draft: DraftBitmap, report: Report) -> BitmapVariant:
    seen: list[tuple[Item, int]] = []
    listed = tuple(
        Opcodes(sum(_new(item, seen, draft.when, report) for item in items), opcodes.because, opcodes.span)
        for opcodes, items in draft.listed
    )
    every = span_bits(0, WIDTHS[declared.type.text] - 1)
    named = sum(opcodes.bits for opcodes in listed)
    bits = every & ~named if declared.excludes else named
    variant = BitmapVariant(draft.when, bits, listed)
    if bits in (0, every):
        what = (
            f"`{declared.name.text}` holds {'every opcode' if bits else 'no opcode'}: there is nothing to ask"
        )
        help = "an `if` after `opcode` leaves the whole bitmap out"
        report.warning("trivial-bitmap", declared.name.span, what, help=help, when=draft.when)
    if declared.written and draft.written:
        _check_written(declared, declared.written, draft.written, variant, report)
    return variant


def _new(item: Item, seen: list[tuple[Item, int]], when: When, report: Report) -> int:
    """The opcodes of an item; opcode-twice for those that an earlier one has, which it then does not get."""
    own = span_bits(item.low, item.high)
    again = sum(own & bits for _, bits in seen)
    if again:
        first = next(other for other, bits in seen if own & bits)
        opcodes, more = _said(again), "" if again == own else "; the others are not"
        verb = "is" if again.bit_count() == 1 else "are"
        what = f"{opcodes} {verb} already listed{more}"
        help = "an opcode is listed once: take it out of one of them"
        report.error("opcode-twice", item.span, what, [Note("first here", first.span)], help, when)
    seen.append((item, own & ~again))
    return own & ~again


def _said(bits: int) -> str:
    """A set for a message: what it begins with, and how many there are."""
    first = sum(span_bits(low, high) for low, high in itertools.islice(runs(bits), _SHOWN))
    text, more = ", ".join(shown(first, "0x")), (bits & ~first).bit_count()
    return f"{text} and {more} more" if more else text


def _check_written(
    declared: ast.Bitmap, at: ast.Written, words: Sequence[int], variant: BitmapVariant, report: Report
) -> None:
    """bitmap-differs: opcodes that are in the words and not in the bitmap, or the other way round."""
    written = sum(word << WORD * index for index, word in enumerate(words))
    more, less = written & ~variant.bits, variant.bits & ~written
    if not more and not less:
        return
    notes = []
    if more:
        notes += [f"{_said(more)}: in the words, and not in the bitmap{_all(more)}", *_why(more, variant)]
    if less:
        notes += [f"{_said(less)}: in the bitmap, and not in the words{_all(less)}", *_why(less, variant)]
    first = lowest(more | less)
    notes.append(f"opcode {first:#04x} is bit {first % WORD} of word {first // WORD}")
    what = f"the words as written are not `{declared.name.text}`"
    help = "mend the words where the reasons hold, and the list where they don't"
    report.error("bitmap-differs", at.span, what, notes, help, variant.when)


def _all(bits: int) -> str:
    return f" ({bits.bit_count()} opcodes)" if bits.bit_count() > 1 else ""


def _why(bits: int, variant: BitmapVariant) -> list[Note | str]:
    """Where the first opcode of a set is listed, if it is."""
    first = lowest(bits)
    found = next((one for one in variant.listed if one.bits >> first & 1), None)
    return [Note(f"{first:#04x} is listed here, because {found.because}", found.span)] if found else []


# ---- comparisons ---------------------------------------------------------------------------------------


def comparisons(drafts: Drafts, known: Mapping[str, Bitmap], report: Report) -> list[Comparison]:
    """Each two bitmaps in every combination of cases in which both exist."""
    found: list[Comparison] = []
    for declared, axes, combinations in drafts.comparisons:
        left, right = known[declared.left.text], known[declared.right.text]
        variants = [
            ComparisonVariant(when, _only(left, one, right, other), _only(right, other, left, one))
            for when in combinations
            if (one := seen_from(left.variants, when)) and (other := seen_from(right.variants, when))
        ]
        if not variants:
            what = f"`{left.name}` and `{right.name}` exist together in no combination of cases"
            report.error("never-true", declared.span, what)
        found.append(Comparison(left.name, right.name, axes, tuple(variants), declared.span))
    return found


def _only(has: Bitmap, own: BitmapVariant, lacks: Bitmap, other: BitmapVariant) -> tuple[Difference, ...]:
    """What only the first of two bitmaps has, by the reasons that both give."""
    found: dict[tuple[str, str], int] = {}
    for low, high in runs(own.bits & ~other.bits):
        for opcode in range(low, high + 1):
            reasons = _reason(has, own, opcode), _reason(lacks, other, opcode)
            found[reasons] = found.get(reasons, 0) | 1 << opcode
    return tuple(Difference(bits, *reasons) for reasons, bits in found.items())


def _reason(bitmap: Bitmap, variant: BitmapVariant, opcode: int) -> str:
    return next((listed.because for listed in variant.listed if listed.bits >> opcode & 1), "")
