"""Where code must not stand: whether its layout puts it there, or leaves it to whoever chooses the address."""

from __future__ import annotations

from trampgen.diagnostics import Note, Report
from trampgen.model.spec import Spec


def check(spec: Spec, report: Report) -> None:
    """always-misplaced: wherever an entry begins, the code is at a place that its contract rules out."""
    for template, variant, layout, field in spec.placements():
        for offset, never, promise in variant.nevers():
            place = field.offset + offset
            if not never.only(place, layout.align):
                continue
            what = f"`{never.label}` of `{template.name}`" if never.label else f"`{template.name}`"
            where = f"`{field.name}` is at {field.offset:#x} of an entry that is aligned to {layout.align}"
            report.error(
                "always-misplaced",
                promise.span,
                f"{what} always stands where it must not: at {place % never.modulus:#x} of {never.modulus}",
                [Note(where, field.span)],
                "move the field, or align the layout to less, so that there are other places",
                variant.when,
            )
