"""A param of which only upper slices are encoded loses its low bits."""

from __future__ import annotations

from trampgen.diagnostics import Report
from trampgen.model.spec import Spec


def check(spec: Spec, report: Report) -> None:
    """lone-slice: @ha or @h without the @l that belongs to it."""
    for template in spec.templates:
        for variant in template.variants:
            for param in variant.params:
                for group in param.groups:
                    low = min(hole.field.low_bit for hole in group)
                    if group[0].operator is None or low < 16:
                        continue
                    report.warning(
                        "lone-slice",
                        group[0].span,
                        f"only the upper bits of `{param.name}` are encoded: it must be a multiple of {1 << low:#x}",
                        help=f"encode ${{{param.name}@l}} too, or promise `align {1 << low:#x}` if that is meant",
                    )
