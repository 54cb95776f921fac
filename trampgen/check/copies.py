"""Members of a field that is copied as one must have one size: a copy of the larger over-reads the smaller."""

from __future__ import annotations

from trampgen.check.placed import placements
from trampgen.diagnostics import Note, Report
from trampgen.model.spec import Spec, Template, TemplateVariant


def check(spec: Spec, report: Report) -> None:
    """copy-size: two templates in one field `copied as one` differ in size for one combination of cases."""
    seen: dict[
        tuple[str | None, str | None, frozenset[tuple[str, str]]], tuple[Template, TemplateVariant]
    ] = {}
    for template, variant, _, field in placements(spec):
        if not field.copied_as_one:
            continue
        key = (template.layout, template.field, frozenset(variant.when))
        first, other = seen.setdefault(key, (template, variant))
        if other.size != variant.size:
            longer, shorter = max(other.size, variant.size), min(other.size, variant.size)
            report.error(
                "copy-size",
                template.span,
                f"`{template.name}` has {variant.size} bytes and `{first.name}` {other.size}, "
                f"but `{template.layout}.{template.field}` is copied with one size",
                [
                    f"a copy of {longer} bytes reads {longer - shorter} beyond the shorter one",
                    Note("the other template", first.span),
                    Note("copied as one", field.span),
                ],
                "give both the same size (pad with nop), or copy each with its own and drop `copied as one`",
                variant.when,
            )
