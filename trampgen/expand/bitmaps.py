"""Bitmaps for one combination of cases at a time: their opcodes as numbers, in the order in which they are listed."""

from __future__ import annotations

from trampgen.expand.evaluate import EvaluationError, ends, number
from trampgen.expand.words import Place, present
from trampgen.model.bitmaps import WIDTHS, WORD
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import When
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Bitmap, Opcodes, Written


@record
class Item:
    """An opcode, or a range of them with both its ends; where it stands."""

    low: int
    high: int
    span: Span


@record
class DraftBitmap:
    """What is listed in these cases, and the words as somebody has them (None where there are none)."""

    when: When
    listed: tuple[tuple[Opcodes, tuple[Item, ...]], ...]
    written: tuple[int, ...] | None


def bitmap(declared: Bitmap, place: Place) -> DraftBitmap | None:
    """Every opcode that is listed here; None, and the reason in the report, where one is none."""
    before = len(place.report.errors)
    width = WIDTHS[declared.type.text]
    listed = [
        (opcodes, tuple(item for one in opcodes.items if (item := _item(one, width, place))))
        for opcodes in present(declared.listed, place)
    ]
    written = _written(declared.written, width, place) if declared.written else None
    if len(place.report.errors) > before:
        return None
    return DraftBitmap(place.when, tuple(listed), written)


def _item(item: ast.Expr | ast.Range, width: int, place: Place) -> Item | None:
    try:
        if not isinstance(item, ast.Range):
            opcode = _opcode(item, number(item, place.context, "an opcode"), width)
            return Item(opcode, opcode, item.span)
        low, high = ends(item, place.context, "an opcode")
        _opcode(item.low, low, width)
        _opcode(item.high, high, width)
        if low > high:
            raise EvaluationError("empty-range", item.span, f"{low:#04x}..{high:#04x} holds nothing")
        return Item(low, high, item.span)
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None


def _opcode(expr: ast.Expr, value: int, width: int) -> int:
    if 0 <= value < width:
        return value
    help = f"it is 0x00..{width - 1:#x}"
    if value >> 8 == 0x0F:
        help += (
            f"; the second byte of a two-byte opcode, {value & 0xFF:#04x}, belongs into a bitmap of its own"
        )
    raise EvaluationError("bad-opcode", expr.span, f"{value:#04x} is no opcode of one byte", help)


def _written(written: Written, width: int, place: Place) -> tuple[int, ...] | None:
    expected = width // WORD
    if len(written.words) != expected:
        what = f"{len(written.words)} words are written, and {width} opcodes are {expected}"
        help = f"a word has {WORD} bits, the lowest opcode in its lowest one"
        place.report.error("bad-bitmap", written.span, what, help=help)
        return None
    found = [_word(word, place) for word in written.words]
    return tuple(word for word in found if word is not None)


def _word(expr: ast.Expr, place: Place) -> int | None:
    try:
        value = number(expr, place.context, "a word of a bitmap")
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None
    if not 0 <= value < 1 << WORD:
        place.report.error("bad-bitmap", expr.span, f"{value:#x} is no word of {WORD} bits", when=place.when)
        return None
    return value
