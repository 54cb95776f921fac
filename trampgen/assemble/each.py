"""Many versions of one instance at once: a version that can't be assembled does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from trampgen.assemble import holes
from trampgen.assemble.batch import Batch, bare
from trampgen.assemble.driver import Assembler
from trampgen.assemble.program import Places, ask, check_results, resolved, tell
from trampgen.assemble.sizes import measured_by, measures
from trampgen.assemble.words import Assembled, Planned, assembled
from trampgen.diagnostics import Report
from trampgen.expand.instances import Instance
from trampgen.isa.base import Isa, Line, Lowered, OperandError
from trampgen.model.values import LabelAddress


def each(
    instances: Sequence[Instance], names: Collection[str], assembler_of: Callable[[Isa], Assembler]
) -> list[Assembled | Report]:
    """For each instance its words, or why there are none. All are of one instruction set."""
    reports = [Report() for _ in instances]
    if not instances:
        return []
    isa = instances[0].isa
    if isa.of_bytes:
        instances = _sized(instances, names, assembler_of(isa), reports)
    made = _Each(isa, names, Batch(isa))
    planned = [
        [] if report.errors else made.plan(one, report)
        for one, report in zip(instances, reports, strict=True)
    ]
    made.batch.run(assembler_of(isa))
    found: list[Assembled | Report] = []
    for one, lines, report in zip(instances, planned, reports, strict=True):
        if not report.errors:
            made.check(lines, report)
        if not report.errors:
            words = assembled(one, lines, made.batch, report)
        found.append(report if report.errors else words)
    return found


def _sized(
    instances: Sequence[Instance], names: Collection[str], assembler: Assembler, reports: Sequence[Report]
) -> list[Instance]:
    batch = Batch(assembler.isa)
    asked = [measures(one, names, batch, report) for one, report in zip(instances, reports, strict=True)]
    batch.run(assembler)
    return [
        one if report.errors else measured_by(one, sections, batch, report)
        for one, sections, report in zip(instances, asked, reports, strict=True)
    ]


@dataclass(slots=True, eq=False)
class _Each:
    """What versions share: most of their lines. A line that names no label is the same wherever it stands."""

    isa: Isa
    names: Collection[str]
    batch: Batch
    lowered: dict[int, Lowered | OperandError] = field(default_factory=dict)
    plans: dict[int, Planned] = field(default_factory=dict)
    probes: dict[object, list[holes.Probes]] = field(default_factory=dict)
    kept: list[object] = field(default_factory=list)  # so that no other object gets an id that stands here
    fine: set[int] = field(default_factory=set)

    def plan(self, instance: Instance, report: Report) -> list[Planned]:
        places = Places.of(instance)
        found: list[Planned] = []
        for form, first, block in instance.code.sections():
            for line, start in zip(block.lines, block.starts(first), strict=False):
                known = self.plans.get(id(line))
                if known is not None:
                    found.append(replace(known, index=start, form=form))
                    continue
                plan = Planned(line, start, form)
                try:
                    if isinstance(line, Line):
                        self._line(plan, line, places)
                except OperandError as error:
                    tell(error, line, instance, self.names, report)
                    continue
                found.append(plan)
        return found

    def _line(self, plan: Planned, line: Line, places: Places) -> None:
        own = self.lowered.get(id(line))
        if own is None:
            self.kept.append(line)
            try:
                own = self.isa.lower(line)
            except OperandError as error:
                own = error
            self.lowered[id(line)] = own
        if isinstance(own, OperandError):
            raise own
        plan.lowered = resolved(own, plan.index * self.isa.unit, places, line, self.isa)
        if plan.lowered.encoded is None:
            plan.rest = ask(plan.lowered, self.batch)
            plan.probes = self.probes.setdefault(bare(plan.lowered), [])
            if not plan.probes:
                plan.probes += holes.plan(plan.lowered, self.batch)
        if not any(isinstance(slot.value, LabelAddress) for slot in holes.slots_of(own)):
            self.plans[id(line)] = plan

    def check(self, lines: Sequence[Planned], report: Report) -> None:
        for plan in lines:
            if id(plan.lowered) not in self.fine:
                check_results(plan, self.isa, self.batch, report)
                if not report.errors:
                    self.fine.add(id(plan.lowered))
                    self.kept.append(plan.lowered)
