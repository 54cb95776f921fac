"""Members of a field that is copied as one must have one size: a copy of the larger over-reads the smaller."""

from __future__ import annotations

import itertools

from trampgen.diagnostics import Note, Report
from trampgen.model.spec import LayoutField, Spec, Template, TemplateVariant, When

_Placed = tuple[Template, TemplateVariant, LayoutField]


def check(spec: Spec, report: Report) -> None:
    """copy-size: two templates in one field `copied as one` differ in size for some combination of cases.

    A template that does not depend on an axis stands for every case of it."""
    fields: dict[tuple[str | None, str | None], list[_Placed]] = {}
    for template, variant, _, field in spec.placements():
        if field.copied_as_one:
            fields.setdefault((template.layout, template.field), []).append((template, variant, field))
    for placed in fields.values():
        if len({variant.size for _, variant, _ in placed}) > 1:
            _compare(placed, report)


def _compare(placed: list[_Placed], report: Report) -> None:
    for (first, one, field), (second, other, _) in itertools.combinations(placed, 2):
        together = _together(one, other)
        if together is None or first is second or one.size == other.size:
            continue
        longer, shorter = max(one.size, other.size), min(one.size, other.size)
        report.error(
            "copy-size",
            second.span,
            f"`{second.name}` has {other.size} bytes and `{first.name}` {one.size}, "
            f"but `{first.layout}.{first.field}` is copied with one size",
            [
                f"a copy of {longer} bytes reads {longer - shorter} beyond the shorter one",
                Note("the other template", first.span),
                Note("copied as one", field.span),
            ],
            "give both the same size (pad with nop), or copy each with its own and drop `copied as one`",
            together,
        )


def _together(one: TemplateVariant, other: TemplateVariant) -> When | None:
    """The combination of cases in which both variants exist; None if some axis has different ones."""
    cases = dict(one.when)
    if any(cases.setdefault(axis, case) != case for axis, case in other.when):
        return None
    return tuple(cases.items())
