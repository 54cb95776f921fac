"""Diagnostics for programs: one JSON document with every finding."""

from __future__ import annotations

import json
from typing import Any

from trampgen.diagnostics.report import Diagnostic
from trampgen.model.source import Span


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return {
        "file": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _one(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "span": _span(diagnostic.span),
        "notes": [{"text": note.text, "span": _span(note.span)} for note in diagnostic.notes],
        "help": diagnostic.help or None,
    }


def render(diagnostics: list[Diagnostic]) -> str:
    """`{"diagnostics": [{code, severity, message, span, notes, help}]}` with a final newline."""
    return json.dumps({"diagnostics": [_one(d) for d in diagnostics]}, indent=2, ensure_ascii=False) + "\n"
