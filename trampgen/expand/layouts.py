"""Layouts get sizes and offsets, as the C compiler will give them; what C would pad silently is an error."""

from __future__ import annotations

from collections.abc import Mapping

from trampgen.diagnostics import Note, Report
from trampgen.expand.evaluate import Context, EvaluationError, number
from trampgen.expand.variants import combinations, seen_from
from trampgen.model.spec import Layout, LayoutField, LayoutVariant, When
from trampgen.resolve.axes import axes_of
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast

_WORD = 4
_MOST_BYTES = 1 << 20


def lay_out(scope: Scope, report: Report) -> list[Layout]:
    """All layouts in all their variants; those with errors are reported and laid out as far as possible."""
    done: list[Layout] = []
    for layout in scope.layouts.values():
        axes = axes_of(layout, scope)
        known = {d.name: d for d in done}
        variants = [_variant(layout, when, scope, known, report) for when in combinations(axes, scope)]
        last = layout.commit_last[0].text if layout.commit_last else None
        done.append(
            Layout(
                layout.name.text, axes, last, tuple(v for v in variants if v), layout.doc, layout.name.span
            )
        )
    return done


def _variant(
    layout: ast.Layout, when: When, scope: Scope, known: Mapping[str, Layout], report: Report
) -> LayoutVariant | None:
    laid_out = {name: seen for name, d in known.items() if (seen := seen_from(d.variants, dict(when)))}
    name = layout.name.text
    fields: list[LayoutField] = []
    end = 0
    try:
        context = Context(scope, dict(when), laid_out, name)
        align = number(layout.align, context, "an alignment") if layout.align else None
        for field in layout.fields:
            so_far = LayoutVariant(
                when, end, 1, tuple(fields)
            )  # a later field may be placed by an earlier one
            context = Context(scope, dict(when), {**laid_out, name: so_far}, name)
            placed, end = _place(field, end, fields, context, report)
            fields.append(placed)
        promised = number(layout.size, context, "a size") if layout.size else None
    except EvaluationError as error:
        report.error(error.code, error.span, error.message, help=error.help)
        return None
    natural = max((f.align for f in fields), default=1)
    align = _checked_align(align, natural, layout, report)
    size = _checked_size(end, promised, align, layout, report)
    return LayoutVariant(when, size, align, tuple(fields))


def _place(
    field: ast.Field, end: int, before: list[LayoutField], context: Context, report: Report
) -> tuple[LayoutField, int]:
    """The field at its offset (with the padding that `at` implies left to the emitters) and the new end."""
    size = _size(field, context)
    align = number(field.align, context, "an alignment") if field.align else _natural(field)
    offset = number(field.at, context, "an offset") if field.at else end
    name = field.name.text if field.name else "the padding"
    at = field.name.span if field.name else field.span
    if align < 1 or align & (align - 1):
        report.error("misaligned", at, f"an alignment is a power of two, not {align}")
        align = 1
    if offset < 0:
        raise EvaluationError("bad-size", at, f"an offset of {offset}")
    if offset < end:
        last = before[-1]
        note = Note(
            f"`{last.name or 'padding'}` takes {last.offset}…{last.offset + last.size - 1}", last.span
        )
        report.error("overlap", at, f"`{name}` at {offset} overlaps what ends at {end - 1}", [note])
    elif offset % align:
        missing = -offset % align
        report.error(
            "misaligned",
            at,
            f"`{name}` would start at {offset}, which is not a multiple of {align}",
            help=f"put `pad size {missing}` before it: the C compiler would, silently",
        )
    value = _word(field, context, report) if field.kind == "word" and field.value is not None else None
    placed = LayoutField(
        field.name.text if field.name else None,
        field.kind,
        offset,
        size,
        align,
        value,
        field.c_type.value if field.c_type else None,
        field.copied_as_one,
        field.doc,
        at,
    )
    return placed, max(end, offset + size)


def _natural(field: ast.Field) -> int:
    return 1 if field.kind == "pad" else _WORD


def _size(field: ast.Field, context: Context) -> int:
    if field.kind == "word":
        return _WORD
    assert field.size is not None
    size = number(field.size, context, "a size")
    if not 0 < size <= _MOST_BYTES:
        raise EvaluationError("bad-size", field.size.span, f"a size of {size} bytes")
    if field.kind == "code" and size % _WORD:
        raise EvaluationError(
            "bad-size", field.size.span, f"{size} bytes are no whole number of {_WORD}-byte words"
        )
    return size


def _word(field: ast.Field, context: Context, report: Report) -> int:
    assert field.value is not None
    value = number(field.value, context, "a word")
    if not -(1 << 31) <= value < 1 << 32:
        report.error("immediate-range", field.value.span, f"{value:#x} does not fit a 32-bit word")
    return value & 0xFFFFFFFF


def _checked_align(given: int | None, natural: int, layout: ast.Layout, report: Report) -> int:
    if given is None:
        return natural
    at = layout.align.span if layout.align else layout.span
    if given < 1 or given & (given - 1):
        report.error("misaligned", at, f"an alignment is a power of two, not {given}")
        return natural
    if given < natural:
        report.error("misaligned", at, f"align {given} is less than its fields need ({natural})")
    return max(given, natural)


def _checked_size(end: int, promised: int | None, align: int, layout: ast.Layout, report: Report) -> int:
    if promised is not None and end > promised:
        at = layout.size.span if layout.size else layout.span
        report.error(
            "layout-overflow", at, f"the fields of `{layout.name.text}` take {end} bytes, not {promised}"
        )
        return end
    size = end if promised is None else promised
    if size % align:
        missing = -size % align
        report.error(
            "misaligned",
            layout.name.span,
            f"`{layout.name.text}` has {size} bytes, which is not a multiple of its alignment {align}",
            help=f"end it with `pad size {missing}`: the C compiler would, silently",
        )
    return size
