"""Where code must not stand: whether its layout puts it there, or leaves it to whoever chooses the address."""

from __future__ import annotations

from math import gcd

from trampgen.diagnostics import Note, Report
from trampgen.model.spec import LayoutField, LayoutVariant, Never, Spec, Template, TemplateVariant

_Placed = tuple[LayoutVariant, LayoutField]


def check(spec: Spec, report: Report) -> None:
    """always-misplaced: wherever an entry begins, the code is at a place that its contract rules out."""
    placements = {
        (template.name, variant.when): (layout, field)
        for template, variant, layout, field in spec.placements()
    }
    for template in spec.templates:
        for variant in template.variants:
            placed = placements.get((template.name, variant.when))
            if placed is not None:
                _check(template, variant, placed, report)


def _check(template: Template, variant: TemplateVariant, placed: _Placed, report: Report) -> None:
    layout, field = placed
    for offset, never, promise in variant.nevers():
        if possible(never, offset, placed) - set(never.offsets):
            continue
        at = (field.offset + offset) % never.modulus
        what = f"`{never.label}` of `{template.name}`" if never.label else f"`{template.name}`"
        report.error(
            "always-misplaced",
            promise.span,
            f"{what} always stands where it must not: at {at:#x} of {never.modulus}",
            [
                Note(
                    f"`{field.name}` is at {field.offset:#x} of an entry that is aligned to {layout.align}",
                    field.span,
                )
            ],
            "move the field, or align the layout to less, so that there are other places",
            variant.when,
        )


def possible(never: Never, offset: int, placed: _Placed | None) -> set[int]:
    """The places, modulo that of the rule, at which the alignment of the layout lets something stand."""
    align, start = (placed[0].align, placed[1].offset) if placed else (4, 0)
    step = gcd(align, never.modulus)
    return {(start + offset) % step + n * step for n in range(never.modulus // step)}
