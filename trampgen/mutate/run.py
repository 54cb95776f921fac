"""All faults of a spec judged, several at a time: seeded, assembled, told from each other, proved, compared."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any

from trampgen.assemble.driver import Assembler
from trampgen.assemble.each import each
from trampgen.assemble.process import Worker
from trampgen.assemble.words import Assembled
from trampgen.compile import Expanded
from trampgen.derive.params import variant
from trampgen.diagnostics import Report
from trampgen.expand.instances import Instance
from trampgen.model.record import record
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.mutate.edits import edited
from trampgen.mutate.effects import effects
from trampgen.mutate.faults import Fault, Key, faults
from trampgen.mutate.judge import Found, Judge, signature

CHUNK = 48  # faults that are assembled together


@record
class Result:
    """What became of a fault: by lint, refuted, unproven, equal (to the code or to another fault), equivalent, survived."""

    fault: Fault
    by: str
    code: str
    why: str
    sign: str
    numbers: dict[str, int] = field(default_factory=dict)
    cases: str = ""


@record
class Bench:
    """One template on the bench: its instances, its judges and its faults, in the order of its code."""

    front: Expanded
    spec: Spec
    template: Template
    instances: list[Instance]
    judges: list[Judge]
    faults: list[Fault]

    def judged(self, some: Sequence[Fault], worker: Worker) -> list[Result]:
        """Each of some faults, in their order. What one variant finds out is not looked for in the others."""
        found: dict[Key, Result] = {}
        for number, judge in enumerate(self.judges):
            left = [fault for fault in some if fault.key not in found and number in fault.edits]
            for fault, made in zip(left, self._versions(left, number, worker), strict=True):
                result = _judged(fault, made, judge)
                if result is not None and (result.by != "same" or number == max(fault.edits)):
                    found[fault.key] = result
        return [found.get(fault.key) or Result(fault, "survived", "", "", "") for fault in some]

    def _versions(
        self, some: Sequence[Fault], number: int, worker: Worker
    ) -> list[TemplateVariant | Report]:
        """What each fault makes of the code of one instance, or why there is no such code."""
        reports = [Report() for _ in some]
        made = [
            edited(self.instances[number], fault.edits[number], report)
            for fault, report in zip(some, reports, strict=True)
        ]
        fit = [one for one, report in zip(made, reports, strict=True) if not report.errors]
        words = iter(each(fit, self.front.scope.values, lambda isa: Assembler(isa, worker)))
        return [report if report.errors else _finished(next(words)) for report in reports]


def _judged(fault: Fault, made: TemplateVariant | Report, judge: Judge) -> Result | None:
    """What became of a fault in one variant; None where it survives there."""
    if isinstance(made, Report):
        return Result(fault, "lint", made.errors[0].code, made.errors[0].summary, "")
    own = signature(made)
    if own == signature(judge.variant):
        return Result(fault, "same", "", "", "")
    found = judge.found(made, fault.section)
    if found is None:
        return None
    sign = hashlib.sha256(repr((made.when, own)).encode()).hexdigest()
    cases = ", ".join(case for _, case in made.when)
    return Result(fault, found.by, found.code, found.what, sign, dict(found.numbers), cases)


def _finished(made: Assembled | Report) -> TemplateVariant | Report:
    if isinstance(made, Report):
        return made
    report = Report()
    found = variant(made, report)
    return report if report.errors else found


def benches(front: Expanded, spec: Spec, names: Sequence[str], cases: Sequence[str], seed: int, worker: Worker) -> Iterator[Bench]:
    """A bench for each template that was asked for."""
    from trampgen.prove.run import chosen

    for template in spec.templates:
        if names and template.name not in names:
            continue
        own = [one for one in front.instances if one.template.name.text == template.name]
        pairs = [
            (one, Judge(spec, template, made))
            for one, made in zip(own, template.variants, strict=True)
            if chosen(spec, made, cases)
        ]
        instances, judges = [one for one, _ in pairs], [judge for _, judge in pairs]
        yield Bench(front, spec, template, instances, judges, _seeded(front, instances, judges, seed, worker))


def _seeded(
    front: Expanded, instances: Sequence[Instance], judges: Sequence[Judge], seed: int, worker: Worker
) -> list[Fault]:
    seen = []
    for instance, judge in zip(instances, judges, strict=True):
        (measured,) = each([instance], front.scope.values, lambda isa: Assembler(isa, worker))
        assert isinstance(measured, Assembled)
        seen.append((instance, measured.instance, effects(judge.subject(judge.variant))))
    return faults(seen, seed)


def sample(found: Sequence[Fault], most: int | None, seed: int) -> list[Fault]:
    """So many of them at the most, any of them, in their order."""
    if most is None or len(found) <= most:
        return list(found)
    drawn = set(random.Random(seed).sample(range(len(found)), most))
    return [fault for index, fault in enumerate(found) if index in drawn]


__all__ = ["CHUNK", "Any", "Bench", "Callable", "Found", "Result", "benches", "sample"]
