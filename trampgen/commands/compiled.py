"""A spec as the commands want it that look at it and build nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.model.source import Sources
from trampgen.resolve.supplied import read_constants

if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.commands.findings import Findings
    from trampgen.model.spec import Spec


def compiled(path: str, options: Namespace, findings: Findings) -> Spec | None:
    """A spec, or None: its errors are then among the findings."""
    sources, report = Sources(), Report()
    try:
        with Worker() as worker:
            defines = arguments.defines(options.defines)
            supplied = read_constants(tuple(options.constants), defines, sources, report)
            spec = compile_spec(path, supplied, sources, report, worker)
            findings.add((), sources.texts)
            return spec
    except Abort:
        findings.add(report.found, sources.texts)
        return None
