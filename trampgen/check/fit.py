"""Code must fit the field it is copied into."""

from __future__ import annotations

from trampgen.diagnostics import Note, Report
from trampgen.model.spec import Spec, beginning


def check(spec: Spec, report: Report) -> None:
    """code-too-large: the code of a template is longer than its field."""
    for template, variant, _, field in spec.placements():
        if variant.size > field.size:
            first = beginning(variant.words, field.size // variant.unit)
            report.error(
                "code-too-large",
                template.span,
                f"`{template.name}` has {variant.size} bytes, "
                f"`{template.layout}.{template.field}` has room for {field.size}",
                [
                    Note(f"`{first.asm}` is the first that does not fit", first.span),
                    Note("the field", field.span),
                ],
                f"make the field {variant.size} bytes, or the code shorter",
                variant.when,
            )
