"""The diagnostic type and the collector that lets a phase report all its errors before it stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from trampgen.model.source import Span

Severity = Literal["error", "warning"]


class Abort(Exception):
    """A phase found errors; they are in the report."""


@dataclass(frozen=True, slots=True)
class Note:
    """A further line under a diagnostic, with a place of its own where it has one."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a registered code, what is wrong, where, the witness (notes), how to mend it (help)."""

    code: str
    severity: Severity
    message: str
    span: Span | None
    notes: tuple[Note, ...] = ()
    help: str = ""


@dataclass(slots=True)
class Report:
    """Findings of one run in the order in which they were found; `ordered` gives the order of the source."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(
        self, code: str, span: Span | None, message: str, notes: Iterable[Note | str] = (), help: str = ""
    ) -> None:
        """Record an error; the phase goes on and stops at its end."""
        self._add("error", code, span, message, notes, help)

    def warning(
        self, code: str, span: Span | None, message: str, notes: Iterable[Note | str] = (), help: str = ""
    ) -> None:
        """Record a finding that does not stop the outputs from being written."""
        self._add("warning", code, span, message, notes, help)

    def _add(
        self,
        severity: Severity,
        code: str,
        span: Span | None,
        message: str,
        notes: Iterable[Note | str],
        help: str,
    ) -> None:
        kept = tuple(note if isinstance(note, Note) else Note(note) for note in notes)
        diagnostic = Diagnostic(code, severity, message, span, kept, help)
        if diagnostic not in self.found:  # the same root cause seen in several variants
            self.found.append(diagnostic)

    @property
    def errors(self) -> list[Diagnostic]:
        """Only what stops a build."""
        return [d for d in self.found if d.severity == "error"]

    def stop_on_errors(self) -> None:
        """End of a phase: raise `Abort` if anything so far is an error."""
        if self.errors:
            raise Abort

    def ordered(self) -> list[Diagnostic]:
        """By file, line and column, and those without a place first; stable within one place."""
        return sorted(self.found, key=lambda d: (d.span is not None, d.span or Span("", 0, 0, 0, 0)))
