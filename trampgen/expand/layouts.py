"""Layouts get sizes and offsets, as the C compiler will give them; what C would pad silently is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trampgen.diagnostics import Note, Report
from trampgen.expand.evaluate import Context, EvaluationError, chosen, number
from trampgen.expand.variants import combinations
from trampgen.model.field import C_INTEGERS
from trampgen.model.source import Span
from trampgen.model.spec import Layout, LayoutField, LayoutVariant, When, seen_from
from trampgen.resolve.axes import axes_of
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast

_WORD = 4
_MOST_BYTES = 1 << 20


def lay_out(scope: Scope, report: Report) -> list[Layout]:
    """All layouts in all their variants; one may use the sizes of those declared before it."""
    done: list[Layout] = []
    for layout in scope.layouts.values():
        axes = axes_of(layout, scope)
        known = {d.name: d for d in done}
        variants = tuple(_variant(layout, when, scope, known, report) for when in combinations(axes, scope))
        last = layout.commit_last[0].text if layout.commit_last else None
        done.append(Layout(layout.name.text, axes, last, variants, layout.doc, layout.name.span))
    return done


@dataclass(slots=True, eq=False, repr=False)
class _Layout:
    """One variant while it is laid out. After a first error, what follows from it is not reported too."""

    declared: ast.Layout
    when: When
    scope: Scope
    others: Mapping[str, LayoutVariant]
    report: Report
    fields: list[LayoutField] = field(default_factory=list)
    end: int = 0
    sound: bool = True

    @property
    def unit(self) -> int:
        """Bytes of an instruction word."""
        return self.scope.isa_of(case for _, case in self.when).unit

    def context(self) -> Context:
        """Names as the next field sees them: the fields so far can be asked for their offsets."""
        name = self.declared.name.text
        so_far = LayoutVariant(self.when, self.end, 1, tuple(self.fields))
        return Context(self.scope, dict(self.when), {**self.others, name: so_far}, name)

    def error(
        self, code: str, span: Span, message: str, notes: tuple[Note, ...] = (), help: str = ""
    ) -> None:
        if self.sound or code not in ("overlap", "misaligned", "layout-overflow"):
            self.report.error(code, span, message, notes, help, self.when)
        self.sound = False

    def number(self, value: ast.Value | None, what: str, otherwise: int) -> int:
        """The number that a value is; an error is reported, and the default stands for it."""
        if value is None:
            return otherwise
        try:
            return number(value, self.context(), what)
        except EvaluationError as error:
            self.error(error.code, error.span, error.message, help=error.help)
            return otherwise

    def power_of_two(self, value: ast.Value | None, otherwise: int) -> int:
        align = self.number(value, "an alignment", otherwise)
        if value is not None and (not 0 < align <= _MOST_BYTES or align & (align - 1)):
            at = chosen(value, self.context()).span
            self.error("misaligned", at, f"an alignment is a power of two, not {align}")
            return otherwise
        return align


def _variant(
    layout: ast.Layout, when: When, scope: Scope, known: Mapping[str, Layout], report: Report
) -> LayoutVariant:
    others = {name: seen for name, d in known.items() if (seen := seen_from(d.variants, when))}
    out = _Layout(layout, when, scope, others, report)
    for declared in layout.fields:
        _place(declared, out)
    natural = max((f.align for f in out.fields), default=1)
    align = out.power_of_two(layout.align, natural)
    if align < natural and layout.align is not None:
        out.error("misaligned", layout.align.span, f"align {align} is less than its fields need ({natural})")
    return LayoutVariant(when, _total(out, align), max(align, natural), tuple(out.fields))


def _place(declared: ast.Field, out: _Layout) -> None:
    """Put a field at its offset; the padding that `at` implies is left to the emitters."""
    size = _size(declared, out)
    own_align = {"pad": 1, "code": out.unit}.get(declared.kind, _WORD)
    align = out.power_of_two(declared.align, own_align)
    offset = out.number(declared.at, "an offset", out.end)
    name = declared.name.text if declared.name else "the padding"
    at = declared.name.span if declared.name else declared.span
    if not 0 <= offset <= _MOST_BYTES:
        out.error("bad-size", at, f"an offset of {offset}")
        offset = out.end
    if offset < out.end:
        last = out.fields[-1]
        note = Note(
            f"`{last.name or 'padding'}` takes {last.offset}…{last.offset + last.size - 1}", last.span
        )
        out.error("overlap", at, f"`{name}` at {offset} overlaps what ends at {out.end - 1}", (note,))
    elif offset % align:
        out.error(
            "misaligned",
            at,
            f"`{name}` would start at {offset}, which is not a multiple of {align}",
            help=f"put `pad size {-offset % align}` before it: the C compiler would, silently",
        )
    own = declared.name.text if declared.name else None
    c_type = declared.c_type.value if declared.c_type else None
    value = _word(declared, out)
    out.fields.append(
        LayoutField(
            own,
            declared.kind,
            offset,
            size,
            align,
            value,
            c_type,
            declared.copied_as_one,
            declared.doc,
            at,
            out.unit,
        )
    )
    out.end = max(out.end, offset + size)


def _size(declared: ast.Field, out: _Layout) -> int:
    if declared.size is None:
        return _WORD
    size = out.number(declared.size, "a size", _WORD)
    at = chosen(declared.size, out.context()).span
    if not 0 < size <= _MOST_BYTES:
        out.error("bad-size", at, f"a size of {size} bytes")
        return _WORD
    name = declared.c_type.value if declared.c_type else ""
    bits = C_INTEGERS.get(name, size * 8)
    if size * 8 != bits:
        out.error("bad-size", at, f"a {name} has {bits // 8} bytes, not {size}")
    if declared.kind == "code" and size % out.unit:
        out.error("bad-size", at, f"{size} bytes are no whole number of {_WORD}-byte words")
    return size


def _word(declared: ast.Field, out: _Layout) -> int | None:
    if declared.value is None:
        return None
    value = out.number(declared.value, "a word", 0)
    if not -(1 << 31) <= value < 1 << 32:
        at = chosen(declared.value, out.context()).span
        out.error("immediate-range", at, f"{value:#x} does not fit a 32-bit word")
    return value & 0xFFFFFFFF


def _total(out: _Layout, align: int) -> int:
    """The layout's size: what it promises, or what its fields take."""
    layout = out.declared
    size = out.number(layout.size, "a size", out.end)
    if layout.size is not None and not 0 < size <= _MOST_BYTES:
        out.error("bad-size", layout.size.span, f"a size of {size} bytes")
        return out.end
    if out.end > size and layout.size is not None:
        message = f"the fields of `{layout.name.text}` take {out.end} bytes, not {size}"
        out.error("layout-overflow", layout.size.span, message)
        return out.end
    if size % align:
        out.error(
            "misaligned",
            layout.name.span,
            f"`{layout.name.text}` has {size} bytes, which is not a multiple of its alignment {align}",
            help=f"end it with `pad size {-size % align}`: the C compiler would, silently",
        )
    return size
