"""The diagnostic type and the collector that lets a phase report all its errors before it stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from trampgen.model.source import Span

_MOST_CASES = 6  # that a message names
_MOST_FINDINGS = 100  # of one severity
Severity = Literal["error", "warning"]
_SEVERITIES: tuple[Severity, ...] = ("error", "warning")


class Abort(Exception):
    """A phase found errors; they are in the report."""


@dataclass(frozen=True, slots=True)
class Note:
    """A further line under a diagnostic, with a place of its own where it has one."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: a registered code, what is wrong, where, the witness (notes), how to mend it (help).

    `cases` names the combinations of cases in which it was found; empty where that does not matter."""

    code: str
    severity: Severity
    summary: str
    span: Span | None
    notes: tuple[Note, ...] = ()
    help: str = ""
    cases: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, and in which cases."""
        if not self.cases:
            return self.summary
        more = f"; and {len(self.cases) - _MOST_CASES} more" if len(self.cases) > _MOST_CASES else ""
        return (
            f"{self.summary} (case{'s' * (len(self.cases) > 1)} {'; '.join(self.cases[:_MOST_CASES])}{more})"
        )


@dataclass(slots=True, eq=False, repr=False)
class Report:
    """Findings of one run in the order in which they were found; `ordered` gives the order of the source.

    Of many, the first are kept: after too many errors `error` raises `Abort`, as the end of a phase does."""

    found: list[Diagnostic] = field(default_factory=list)
    _places: dict[Diagnostic, int] = field(default_factory=dict)  # without cases → index in `found`
    _cases: list[set[str]] = field(default_factory=list)  # of each finding, to look up
    _left: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(_SEVERITIES, _MOST_FINDINGS))

    def error(
        self,
        code: str,
        span: Span | None,
        message: str,
        notes: Iterable[Note | str] = (),
        help: str = "",
        when: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Record an error; the phase goes on and stops at its end."""
        self._add("error", code, span, message, notes, help, when)
        if self._left["error"] < 0:
            raise Abort

    def warning(
        self,
        code: str,
        span: Span | None,
        message: str,
        notes: Iterable[Note | str] = (),
        help: str = "",
        when: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Record a finding that does not stop the outputs from being written."""
        self._add("warning", code, span, message, notes, help, when)

    def _add(
        self,
        severity: Severity,
        code: str,
        span: Span | None,
        message: str,
        notes: Iterable[Note | str],
        help: str,
        when: Iterable[tuple[str, str]],
    ) -> None:
        kept = tuple(note if isinstance(note, Note) else Note(note) for note in notes)
        case = ", ".join(case for _, case in when)
        self.add(Diagnostic(code, severity, message, span, kept, help, (case,) if case else ()))

    def add(self, new: Diagnostic) -> None:
        """The same finding in another combination of cases, or in another spec, is one finding."""
        plain = replace(new, cases=())
        index = self._places.get(plain)
        if index is not None:
            self._merge(index, new.cases)
        elif self._left[new.severity] > 0:
            self._left[new.severity] -= 1
            self._places[plain] = len(self.found)
            self.found.append(new)
            self._cases.append(set(new.cases))
        elif self._left[new.severity] == 0:
            self._left[new.severity] = -1
            what = f"{_MOST_FINDINGS} {new.severity}s: what else there is was left out"
            self.found.append(Diagnostic("too-many-findings", new.severity, what, new.span))
            self._cases.append(set())

    def _merge(self, index: int, cases: tuple[str, ...]) -> None:
        old, known = self.found[index], self._cases[index]
        more = tuple(case for case in dict.fromkeys(cases) if case not in known)
        known.update(more)
        self.found[index] = replace(old, cases=old.cases + more)

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
