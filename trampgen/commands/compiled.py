"""A spec as the commands want it that look at it and build nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.facts.gather import gather, of_files
from trampgen.model.source import Sources

if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.commands.findings import Findings
    from trampgen.compile import Expanded
    from trampgen.elf.file import Elf
    from trampgen.model.spec import Spec


def compiled(
    path: str,
    options: Namespace,
    findings: Findings,
    files: Sequence[Elf] | None = None,
    narrowed: Callable[[Expanded], Expanded] = lambda front: front,
) -> Spec | None:
    """A spec, or None: its errors are then among the findings.

    Its externs are supplied as the options say, by `files` where these are looked at anyway. `narrowed` leaves out what
    a command does not look at."""
    sources, report = Sources(), Report()
    spec = None
    try:
        given = arguments.given(options)
        facts = gather(given, sources, report) if files is None else of_files(given, files, sources, report)
        with Worker() as worker:
            spec = compile_spec(path, facts.values, sources, report, worker, facts, narrowed)
    except Abort:
        pass
    findings.add(report.found if spec is None or files is not None else (), sources.texts)
    return spec
