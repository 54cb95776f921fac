"""Diagnostics for people: `file:line:col: error[code]: …`, the source line, a caret, notes, help."""

from __future__ import annotations

from trampgen.diagnostics.report import Diagnostic
from trampgen.model.source import Sources, Span

_WIDEST = 140  # columns of a source line that are shown


# What a terminal makes of it: SGR codes (ECMA-48 8.3.117).
_PAINT = {"error": "1;31", "warning": "1;33", "note": "36", "help": "32", "place": "1", "caret": "1;32"}


def paint(text: str, role: str, colour: bool) -> str:
    """Text in the colour of its role, or as it is."""
    return f"\x1b[{_PAINT[role]}m{text}\x1b[0m" if colour and text else text


def count(number: int, what: str) -> str:
    """`1 word`, `2 words`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def place(span: Span | None) -> str:
    """`file:line:col: ` or nothing."""
    return f"{span.path}:{span.line}:{span.column}: " if span else ""


def excerpt(span: Span, sources: Sources, colour: bool = False) -> list[str]:
    """The source line and a caret under the span (to the end of the line where it goes further)."""
    line = sources.line(span)
    if not line.strip():
        return []
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = min(span.column, len(line) + 1)
    lead = line[: start - 1].expandtabs(4)
    shown = line[start - 1 : max(end - 1, start)].expandtabs(4)
    whole, first, width = line.expandtabs(4), len(lead), max(len(shown), 1)
    if len(whole) > _WIDEST:  # show the part around the caret
        cut = max(0, first - _WIDEST // 4)
        tail = "…" if len(whole) > cut + _WIDEST else ""
        whole, first = ("…" if cut else "") + whole[cut : cut + _WIDEST] + tail, first - cut + bool(cut)
        width = min(width, len(whole) - first)
    return [f"{span.line:5} | {whole}", f"      | {' ' * first}{paint('^' * width, 'caret', colour)}"]


def render(diagnostic: Diagnostic, sources: Sources, colour: bool = False) -> str:
    """One diagnostic as lines of text, ending in a newline."""
    severity = paint(f"{diagnostic.severity}[{diagnostic.code}]:", diagnostic.severity, colour)
    lines = [f"{paint(place(diagnostic.span), 'place', colour)}{severity} {diagnostic.message}"]
    if diagnostic.span:
        lines += excerpt(diagnostic.span, sources, colour)
    for note in diagnostic.notes:
        first, *rest = note.text.split("\n")
        lines.append(f"      = {place(note.span)}{paint('note:', 'note', colour)} {first}")
        lines += [f"        {line}" for line in rest]
    if diagnostic.help:
        lines.append(f"      = {paint('help:', 'help', colour)} {diagnostic.help}")
    return "\n".join(lines) + "\n"
