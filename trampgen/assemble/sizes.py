"""Instructions of bytes are measured before anything is placed: the assembler says how long each of them is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from trampgen.assemble.batch import Batch
from trampgen.assemble.branches import Branch, branch, relax
from trampgen.assemble.driver import Assembler
from trampgen.assemble.process import Unusable
from trampgen.assemble.program import ask, report_failure, tell
from trampgen.diagnostics import Report
from trampgen.expand.code import AnyLine, width
from trampgen.expand.instances import Instance
from trampgen.expand.regions import measured, placed
from trampgen.isa.base import Isa, Line, OperandError
from trampgen.model.record import record


@record
class _Measure:
    """One line on its way: its size if that is known, else the request that tells; a branch that may grow."""

    line: AnyLine
    size: int
    request: int | None = None
    branch: Branch | None = None


def sized(
    instances: Sequence[Instance],
    names: Collection[str],
    assembler_of: Callable[[Isa], Assembler],
    report: Report,
) -> list[Instance]:
    """Every instance with its lines measured and its regions placed; those of words are as they were."""
    isas = {one.isa.name: one.isa for one in instances if one.isa.of_bytes}
    batches = {name: Batch(isa) for name, isa in isas.items()}
    asked = [
        measures(one, names, batches[one.isa.name], report) if one.isa.of_bytes else None for one in instances
    ]
    report.stop_on_errors()
    for name, batch in batches.items():
        _run(batch, assembler_of(isas[name]), instances, report)
    found = [
        one if sections is None else measured_by(one, sections, batches[one.isa.name], report)
        for one, sections in zip(instances, asked, strict=True)
    ]
    report.stop_on_errors()
    return found


def _run(batch: Batch, assembler: Assembler, instances: Sequence[Instance], report: Report) -> None:
    try:
        batch.run(assembler)
    except Unusable as why:
        at = next((line.span for one in instances for line in one.code.block.lines), None)
        report.error("assembler-died", at, str(why), help="is keystone-engine installed for this Python?")
        report.stop_on_errors()


def measures(
    instance: Instance, names: Collection[str], batch: Batch, report: Report
) -> list[list[_Measure]]:
    return [
        [_measure(line, instance, names, batch, report) for line in block.lines]
        for _, _, block in instance.code.sections()
    ]


def _measure(
    line: AnyLine, instance: Instance, names: Collection[str], batch: Batch, report: Report
) -> _Measure:
    if not isinstance(line, Line):
        return _Measure(line, width(line))
    try:
        lowered = instance.isa.lower(line)
    except OperandError as error:
        tell(error, line, instance, names, report)
        return _Measure(line, 1)
    if lowered.encoded is not None:
        return _Measure(line, len(lowered.encoded.code), branch=branch(line, lowered, instance.isa))
    return _Measure(line, 0, ask(lowered, batch))


def measured_by(
    instance: Instance, sections: Sequence[Sequence[_Measure]], batch: Batch, report: Report
) -> Instance:
    sizes = [[_size(one, instance.isa, batch, report) for one in section] for section in sections]
    relax(instance.code, sizes, [[one.branch for one in section] for section in sections])
    code = placed(measured(instance.code, sizes), instance.isa, instance.when, report)
    return replace(instance, code=code)


def _size(one: _Measure, isa: Isa, batch: Batch, report: Report) -> int:
    if one.request is None:
        return one.size
    result = batch.results[one.request]
    if result.code is None:
        assert isinstance(one.line, Line)
        report_failure(one.line, result, isa, report)
        return 1
    return len(result.code)
