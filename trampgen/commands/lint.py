"""`trampgen lint`: everything a build checks, and nothing written."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.arguments import Usage
from trampgen.assemble.process import Worker
from trampgen.build import Request
from trampgen.commands import CLEAN, FINDINGS
from trampgen.commands.findings import Findings, refuse_unknown_defines
from trampgen.jobs import build_all
from trampgen.progress import Progress

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Compile every spec and print what was found."""
    prefix = options.gnu_as
    if prefix is not None and shutil.which(f"{prefix}as") is None:
        raise Usage(f"--gnu-as {prefix}: there is no {prefix}as (PREFIX is what stands before `as`)")
    given = arguments.given(options)
    specs = list(dict.fromkeys(options.specs))
    requests = [Request(spec, given, (), prefix) for spec in specs]
    progress = Progress(len(specs), sys.stderr, options.format == "text")
    with Worker() as worker:
        products = build_all(requests, worker, arguments.jobs(options.jobs, specs), progress.done)
    progress.clear()
    findings = Findings()
    for product in products:
        findings.add(product.findings, product.texts)
    findings.show(options.format, options.colour)
    if all(product.files is not None for product in products):
        refuse_unknown_defines(given.defines, (name for product in products for name in product.externs))
    return FINDINGS if findings.report.found else CLEAN
