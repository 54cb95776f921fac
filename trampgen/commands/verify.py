"""`trampgen verify`: a spec held against what was built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.arguments import Usage
from trampgen.assemble.process import Worker
from trampgen.commands import CLEAN, FINDINGS
from trampgen.commands.findings import Findings
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.model.source import Sources
from trampgen.model.spec import Spec
from trampgen.resolve.supplied import read_constants
from trampgen.verify.run import Outcome, verify

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print what was compared, and every difference."""
    elfs = [_opened(path) for path in dict.fromkeys(options.elf)]
    findings, sources, report = Findings(), Sources(), Report()
    outcome = None
    try:
        spec = _compiled(options, sources, report)
        _check_machines(spec, elfs)
        _check_cases(spec, options.cases)
        outcome = verify(spec, elfs, options.cases, report)
    except Abort:
        pass
    findings.add(report.found, sources.texts)
    findings.show(options.format, options.colour)
    if outcome is None:
        return FINDINGS
    print("\n".join(_lines(outcome)))
    return FINDINGS if report.errors or not outcome.checked else CLEAN


def _opened(path: str) -> Elf:
    try:
        return Elf(path)
    except OSError as error:
        raise Usage(f"{path}: {error.strerror or error}") from None
    except BadElf as error:
        raise Usage(f"{path}: {error}") from None


def _compiled(options: Namespace, sources: Sources, report: Report) -> Spec:
    with Worker() as worker:
        defines = arguments.defines(options.defines)
        supplied = read_constants(tuple(options.constants), defines, sources, report)
        return compile_spec(options.spec, supplied, sources, report, worker)


def _check_machines(spec: Spec, elfs: list[Elf]) -> None:
    """All files are of one machine, one for which the spec has code."""
    first = elfs[0]
    known = {variant.isa for template in spec.templates for variant in template.variants} or {spec.isa}
    for elf in elfs:
        if not known & set(elf.targets):
            raise Usage(f"{elf.path}: the spec is for {', '.join(sorted(known))}, the file for {elf.machine_name}")
        if (elf.machine, elf.bits, elf.order) != (first.machine, first.bits, first.order):
            raise Usage(f"{elf.path}: {elf.machine_name}, {elf.order}-endian, and {first.path} is not: verify them apart")


def _check_cases(spec: Spec, wanted: list[str]) -> None:
    known = [case.name for axis in spec.axes for case in axis.cases]
    for case in wanted:
        if case not in known:
            raise Usage(f"--case {case}: the spec has {', '.join(known) or 'no cases'}")


def _lines(outcome: Outcome) -> Iterator[str]:
    for one in outcome.checked:
        cases = f" [{', '.join(case for _, case in one.when)}]" if one.when else ""
        verdict = "differs" if one.differences else "ok"
        yield f"{verdict:8} {one.kind} {one.name}{cases}: {one.what}; {one.at}"
    for absent in outcome.absent:
        yield f"absent   {absent.kind} {absent.name}: no symbol {absent.looked_for}"
