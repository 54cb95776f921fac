"""Places in source files, and the text they were read from."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of source text; lines and columns count from 1, `end_column` is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of another."""
        return Span(self.path, self.line, self.column, other.end_line, other.end_column)


@dataclass(slots=True, eq=False, repr=False)
class Sources:
    """Every file read in one run, by the path that messages show."""

    texts: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)  # split once: there can be many findings

    def line(self, span: Span) -> str:
        """The source line on which a span starts, without its newline."""
        if span.path not in self._lines:
            self._lines[span.path] = self.texts.get(span.path, "").split("\n")
        lines = self._lines[span.path]
        return lines[span.line - 1].rstrip("\r") if 0 < span.line <= len(lines) else ""
