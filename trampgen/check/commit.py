"""The field that makes an entry valid must be one that can be written at once."""

from __future__ import annotations

from trampgen.diagnostics import Report
from trampgen.model.spec import Spec


def check(spec: Spec, report: Report) -> None:
    """bad-commit: a commit field that is not one aligned word."""
    for layout in spec.layouts:
        for variant in layout.variants:
            field = next((f for f in variant.fields if f.name == layout.commit_last), None)
            if layout.commit_last and field is not None and field.kind != "word":
                report.error(
                    "bad-commit",
                    field.span,
                    f"`{field.name}` can't be the commit field: {field.size} bytes are not written at once",
                    help="commit with a `word`: one aligned 4-byte store",
                )
