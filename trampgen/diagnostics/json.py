"""Diagnostics for programs: one JSON document with every finding."""

from __future__ import annotations

import json
from typing import Any

from trampgen.diagnostics.report import Diagnostic, Note
from trampgen.model.source import Span

_SPAN = ("file", "line", "column", "end_line", "end_column")


def _span(span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    return dict(zip(_SPAN, (span.path, span.line, span.column, span.end_line, span.end_column), strict=True))


def encode(diagnostic: Diagnostic) -> dict[str, Any]:
    """One finding as plain data."""
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
    return json.dumps({"diagnostics": [encode(d) for d in diagnostics]}, indent=2, ensure_ascii=False) + "\n"


def decode(data: dict[str, Any]) -> Diagnostic:
    """The finding that `encode` was given; its cases are part of the message."""
    notes = tuple(Note(note["text"], _placed(note["span"])) for note in data["notes"])
    place = _placed(data["span"])
    return Diagnostic(data["code"], data["severity"], data["message"], place, notes, data["help"] or "")


def _placed(data: dict[str, Any] | None) -> Span | None:
    return Span(*(data[field] for field in _SPAN)) if data else None
