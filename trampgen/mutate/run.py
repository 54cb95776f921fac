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
from trampgen.mutate.faults import Fault, faults
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

    def judged(self, some: Sequence[Fault], worker: Worker) -> Iterator[Result]:
        """Each of some faults."""
        versions = self._versions(some, worker)
        for fault in some:
            yield self._one(fault, versions)

    def _versions(
        self, some: Sequence[Fault], worker: Worker
    ) -> dict[tuple[int, int], TemplateVariant | Report]:
        """By fault and instance what it makes of the code, or why there is no such code."""
        found: dict[tuple[int, int], TemplateVariant | Report] = {}
        for number, instance in enumerate(self.instances):
            own: list[tuple[int, Instance]] = []
            for fault in some:
                if number in fault.edits:
                    report = Report()
                    made = edited(instance, fault.edits[number], report)
                    if report.errors:
                        found[id(fault), number] = report
                    else:
                        own.append((id(fault), made))
            words = each([made for _, made in own], self.front.scope.values, lambda isa: Assembler(isa, worker))
            for (key, _), one in zip(own, words, strict=True):
                found[key, number] = _finished(one)
        return found

    def _one(self, fault: Fault, versions: dict[tuple[int, int], TemplateVariant | Report]) -> Result:
        own = {number: versions[id(fault), number] for number in fault.edits}
        sign = hashlib.sha256()
        differs: list[tuple[int, TemplateVariant]] = []
        for number, made in own.items():
            if isinstance(made, Report):
                return Result(fault, "lint", made.errors[0].code, made.errors[0].summary, "")
            if signature(made) != signature(self.judges[number].variant):
                differs.append((number, made))
                sign.update(repr((number, signature(made))).encode())
        if not differs:
            return Result(fault, "same", "", "", "")
        for number, made in differs:
            found = self.judges[number].found(made, fault.section)
            if found is not None:
                cases = ", ".join(case for _, case in made.when)
                return Result(fault, found.by, found.code, found.what, sign.hexdigest(), dict(found.numbers), cases)
        return Result(fault, "survived", "", "", sign.hexdigest())


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
