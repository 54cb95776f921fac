"""All faults of a spec judged, several at a time: seeded, assembled, told from each other, proved, compared."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from trampgen.assemble.driver import Assembler
from trampgen.assemble.each import each
from trampgen.assemble.process import Worker
from trampgen.assemble.words import Assembled
from trampgen.compile import Expanded, finished
from trampgen.derive.params import variant
from trampgen.diagnostics import Abort, Report
from trampgen.expand.instances import Instance
from trampgen.model.record import record
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.mutate.edits import edited
from trampgen.mutate.effects import effects
from trampgen.mutate.equivalent import equivalent
from trampgen.mutate.faults import Fault, Key, faults
from trampgen.mutate.judge import Found, Judge, signature
from trampgen.prove import terms
from trampgen.prove.explain import tell
from trampgen.prove.run import chosen, prove


@record
class Result:
    """What became of a fault. `by` is lint, refuted or unproven; told, where only a proof of the whole says something;
    same, where the words are as before; equivalent, with `code` saying how that is shown; or survived."""

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
    usual: frozenset[str] = frozenset()  # what lint says of it anyhow

    def forget(self) -> None:
        """Drop what is kept for the next fault: a proof begins with terms of its own."""
        terms.forget()
        for judge in self.judges:
            judge.known.clear()

    def judged(self, some: Sequence[Fault], worker: Worker) -> list[Result]:
        """Each of some faults, in their order. What one variant finds out is not looked for in the others."""
        found: dict[Key, Result] = {}
        for number, judge in enumerate(self.judges):
            left = [fault for fault in some if fault.key not in found and number in fault.edits]
            for fault, made in zip(left, self._versions(left, number, worker), strict=True):
                result = _judged(fault, made, judge)
                if result is not None and (result.by != "same" or number == max(fault.edits)):
                    found[fault.key] = result
        return [found.get(fault.key) or self._survivor(fault, worker) for fault in some]

    def _survivor(self, fault: Fault, worker: Worker) -> Result:
        """One that no proof of a variant finds: it may do the same, or a build or a whole proof may say something."""
        versions = {number: self._versions([fault], number, worker)[0] for number in fault.edits}
        made = {number: one for number, one in versions.items() if isinstance(one, TemplateVariant)}
        differs = {n: one for n, one in made.items() if signature(one) != signature(self.judges[n].variant)}
        sign = _sign(*differs.values())
        cases = "; ".join(", ".join(case for _, case in one.when) for one in differs.values())
        ways = [equivalent(self.judges[number], one, fault.section) for number, one in differs.items()]
        if all(ways):
            return Result(fault, "equivalent", "z3" if "z3" in ways else "simplified", "", sign, {}, cases)
        found = self._told(fault, worker)
        if found is not None:
            return Result(fault, found.by, found.code, found.what, sign, {}, cases)
        return Result(fault, "survived", "", "", sign, {}, cases)

    def _told(self, fault: Fault, worker: Worker) -> Found | None:
        """What lint and prove print of the whole spec with a fault, beside what they print without."""
        faulty: dict[int, Instance] = {}
        for number, edits in fault.edits.items():
            faulty[id(self.instances[number])] = edited(self.instances[number], edits, Report())
        front = replace(self.front, instances=[faulty.get(id(one), one) for one in self.front.instances])
        report = Report()
        try:
            spec = finished(front, report, worker)
        except Abort:
            return Found("lint", report.errors[0].code, report.errors[0].summary)
        lint = [one for one in report.found if one.code not in self.usual]
        if lint:
            return Found("lint", lint[0].code, lint[0].summary)
        report = Report()
        tell(list(prove(spec, [self.template.name])), report)
        self.forget()
        return Found("told", report.found[0].code, report.found[0].summary) if report.found else None

    def _versions(self, some: Sequence[Fault], number: int, worker: Worker) -> list[TemplateVariant | Report]:
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
    sign = _sign(made)
    cases = ", ".join(case for _, case in made.when)
    return Result(fault, found.by, found.code, found.what, sign, dict(found.numbers), cases)


def _sign(*made: TemplateVariant) -> str:
    return hashlib.sha256(repr([(one.when, signature(one)) for one in made]).encode()).hexdigest()


def _finished(made: Assembled | Report) -> TemplateVariant | Report:
    if isinstance(made, Report):
        return made
    report = Report()
    found = variant(made, report)
    return report if report.errors else found


def benches(
    front: Expanded,
    spec: Spec,
    names: Sequence[str],
    cases: Sequence[str],
    seed: int,
    worker: Worker,
    usual: frozenset[str] = frozenset(),
) -> Iterator[Bench]:
    """A bench for each template that was asked for."""
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
        found = _seeded(front, instances, judges, seed, worker)
        yield Bench(front, spec, template, instances, judges, found, usual)


def _seeded(
    front: Expanded, instances: Sequence[Instance], judges: Sequence[Judge], seed: int, worker: Worker
) -> list[Fault]:
    seen = []
    for instance, judge in zip(instances, judges, strict=True):
        (measured,) = each([instance], front.scope.values, lambda isa: Assembler(isa, worker))
        assert isinstance(measured, Assembled)
        seen.append((instance, measured.instance, effects(judge.subject(judge.variant))))
    return faults(seen, seed)


def sampled(benches: Sequence[Bench], most: int | None, seed: int) -> list[tuple[Bench, Sequence[Fault]]]:
    """So many faults of all together at the most, any of them, in their order."""
    every = [(number, fault) for number, bench in enumerate(benches) for fault in bench.faults]
    if most is not None and len(every) > most:
        drawn = sorted(random.Random(seed).sample(range(len(every)), most))
        every = [every[index] for index in drawn]
    return [(bench, [fault for at, fault in every if at == number]) for number, bench in enumerate(benches)]
