"""Findings of all specs of a run, merged, ordered and printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.diagnostics import Diagnostic, Report
from trampgen.model.source import Sources

if TYPE_CHECKING:
    from trampgen.incremental.record import Record


class Findings:
    """What all specs of a run have to say; the same finding of two specs, in a file they share, is one."""

    def __init__(self) -> None:
        self.report = Report()
        self.sources = Sources()

    def add(self, found: Iterable[Diagnostic], texts: Mapping[str, str]) -> None:
        """Those of one spec, with the files it was read from."""
        self.sources.texts.update(texts)
        for diagnostic in found:
            self.report.add(diagnostic)

    def recall(self, known: Record) -> None:
        """Those of a spec that was not compiled again, with its files, which have not changed."""
        if known.findings:
            from trampgen.diagnostics.json import decode

            texts = {path: Path(path).read_bytes().decode("utf-8") for path in known.inputs}
            self.add(map(decode, known.findings), texts)

    def show(self, form: str, colour: bool) -> None:
        """JSON to standard output, text to standard error."""
        ordered = self.report.ordered()
        if form == "json":
            from trampgen.diagnostics.json import render as render_json

            print(render_json(ordered), end="")
            return
        from trampgen.diagnostics.text import count, render

        for diagnostic in ordered:
            print(render(diagnostic, self.sources, colour), file=sys.stderr)
        if ordered:
            errors = len(self.report.errors)
            counts = f"{count(errors, 'error')}, {count(len(ordered) - errors, 'warning')}"
            print(f"trampgen: {counts}", file=sys.stderr)


def refuse_unknown_defines(defines: Iterable[str], externs: Iterable[str]) -> None:
    """A -D must name an extern of at least one of the specs."""
    from trampgen.diagnostics.suggest import did_you_mean

    known = sorted(set(externs))
    for name in defines:
        if name not in known:
            hint = did_you_mean(name, known) or f"externs: {', '.join(known) or 'none'}"
            raise Usage(f"-D {name}: no such extern ({hint})")
