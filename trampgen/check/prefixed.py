"""A prefixed instruction must not cross a 64-byte boundary (Power ISA 3.1B, Book I, section 1.6)."""

from __future__ import annotations

from trampgen.diagnostics import Report
from trampgen.model.spec import Spec

_BOUNDARY = 64


def check(spec: Spec, report: Report) -> None:
    """prefix-alignment: for some address that the layout's alignment allows, a pair stands at 60 mod 64."""
    for template in spec.templates:
        for variant in template.variants:
            layout = spec.layout_of(template, variant)
            align = min(layout.align, _BOUNDARY) if layout else spec.unit
            start = next((f.offset for f in layout.fields if f.name == template.field), 0) if layout else 0
            for index, word in variant.every_word():
                offset = start + index * spec.unit
                if word.kind != "prefix" or (_BOUNDARY - spec.unit - offset) % align:
                    continue
                where = f"with alignment {align}" if layout else "in no layout, so with alignment 4"
                report.error(
                    "prefix-alignment",
                    word.span,
                    "this prefixed instruction can cross a 64-byte boundary",
                    [
                        f"at offset {offset}, {where}, 60 mod 64 is possible: that raises an alignment interrupt"
                    ],
                    "align the layout to 8 and put the pair at a multiple of 8 (a nop before it)",
                    variant.when,
                )
