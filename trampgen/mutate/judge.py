"""Whether a faulty version is found out: by what a build checks, else by the proof of one of its configurations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from trampgen.model.memory import orders
from trampgen.model.record import record
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.prove.contract import contract
from trampgen.prove.execute import GivenUp
from trampgen.prove.lift import Decides, Lifted
from trampgen.prove.machines import machine
from trampgen.prove.program import Program, Slice, Step, Unsupplied, configurations, contents, program
from trampgen.prove.run import Subject, allowance, obligations
from trampgen.prove.solve import answer
from trampgen.prove.supply import supply


@record
class Found:
    """How a fault was found out: `by` is lint, refuted or unproven; `numbers` are those of a counterexample."""

    by: str
    code: str
    what: str
    numbers: Mapping[str, int] = field(default_factory=dict)


Fixed = Mapping[str, int]
Lifts = dict[tuple[object, ...], Lifted]  # by the steps' keys
Shape = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, int], ...]]


@record
class Reference:
    """The program as it is without a fault, in one configuration; what was lifted of it serves again."""

    made: Program
    lifted: Lifts
    reached: set[str]


@record
class Judge:
    """One variant of a template without a fault."""

    spec: Spec
    template: Template
    variant: TemplateVariant
    known: dict[Shape, Reference] = field(default_factory=dict)

    def subject(self, variant: TemplateVariant) -> Subject:
        """What is proved of it. Raises Unsupplied."""
        found = machine(variant.isa)
        assert found is not None
        demanded = contract(self.template, variant, found)
        supplied = supply(self.spec, variant, demanded)
        return Subject(self.template, variant, found, demanded, supplied, {})

    def found(self, variant: TemplateVariant, section: str | None) -> Found | None:
        """What a proof says of a version whose fault is in one section; None where it says nothing."""
        try:
            subject = self.subject(variant)
            for configuration in configurations(self.variant):  # a fault may make a hole of a region
                if section is None or section in configuration.values():
                    found = self._configuration(subject.of(configuration), configuration, {})
                    if found is not None:
                        return found
        except Unsupplied as name:
            return Found("unproven", "unproven", f"{name} is not supplied")
        except GivenUp as why:
            return Found("unproven", "unproven", str(why))
        return None

    def _configuration(
        self, subject: Subject, configuration: Mapping[str, str], fixed: Fixed
    ) -> Found | None:
        made = program(subject.variant, configuration, subject.supplied.known, fixed)
        before = self._reference(configuration, fixed)
        subject = replace(subject, lifted=shared(made, before))
        for order, _ in orders(subject.variant.isa):
            try:
                found = self._run(subject, made, order, before)
            except Decides as one:
                return self._each(subject, configuration, fixed, one.name)
            if found is not None:
                return found
        return None

    def _each(
        self, subject: Subject, configuration: Mapping[str, str], fixed: Fixed, name: str
    ) -> Found | None:
        for value in contents(subject.variant, name):
            found = self._configuration(subject, configuration, {**fixed, name: value})
            if found is not None:
                return found
        return None

    def _run(self, subject: Subject, made: Program, order: str, before: Reference) -> Found | None:
        checks = obligations(subject, made, order)
        held: dict[int, bool] = {}
        for one in checks.found:
            if not all(held[id(other)] for other in one.needs):
                held[id(one)] = False
                continue
            its = answer(one, made.reaches)
            held[id(one)] = its.holds is True
            if its.holds is None:
                return Found("unproven", "unproven", f"{one.message}: {its.by}")
            if its.holds is False and allowance(one, subject.contract.allowed, checks) is None:
                return Found("refuted", one.code, one.message, its.numbers)
        lost = sorted(before.reached & set(subject.contract.spoken()) - checks.reached)
        return Found("refuted", "unreached", f"control never comes to {lost[0]}") if lost else None

    def _reference(self, configuration: Mapping[str, str], fixed: Fixed) -> Reference:
        shape = (tuple(configuration.items()), tuple(fixed.items()))
        if shape not in self.known:
            self.known[shape] = self._referred(configuration, fixed)
        return self.known[shape]

    def _referred(self, configuration: Mapping[str, str], fixed: Fixed) -> Reference:
        subject = self.subject(self.variant).of(configuration)
        made = program(subject.variant, configuration, subject.supplied.known, fixed)
        found = Reference(made, subject.lifted, set())
        for order, _ in orders(subject.variant.isa):
            try:
                found.reached.update(obligations(subject, made, order).reached)
            except (Decides, GivenUp):
                break
        return found


def shared(made: Program, before: Reference) -> Lifts:
    """What need not be lifted again: an instruction that is the same, at the same place."""
    there = {step.offset: step for step in before.made.steps}
    return {
        step.key: before.lifted[own.key]
        for step in made.steps
        if (own := there.get(step.offset)) is not None and own.key in before.lifted and _same(step, own)
    }


def _same(one: Step, other: Step) -> bool:
    alike = (one.number, one.size, one.kind) == (other.number, other.size, other.kind)
    return alike and list(map(_content, one.slices)) == list(map(_content, other.slices))


def _content(one: Slice) -> tuple[object, ...]:
    runs = tuple((run.value_bit, run.insn_bit, run.count, run.xnor) for run in one.field.runs)
    bits = (one.field.signed, one.field.carry_from, one.field.addend)
    return (*runs, *bits, one.at, one.value, one.whole, one.page, one.name, one.part, one.decides)


def signature(variant: TemplateVariant) -> tuple[object, ...]:
    """What tells versions apart: words, holes and what fills them, regions, labels."""
    words = tuple((index, word.value, word.mask, word.kind) for index, word in variant.every_word())
    slices = tuple(sorted(_slices(variant)))
    places = tuple((label.name, label.offset) for label in variant.labels)
    return words, slices, places


def _slices(variant: TemplateVariant) -> Iterator[tuple[str, ...]]:
    for hole in variant.holes:
        yield from _bits(hole.param, hole.form, hole.word, hole.field.addend, hole.operator, hole.field.runs)
    for one in variant.symbols:
        yield from _bits(one.value.asm, one.form, one.word, one.field.addend, one.operator, one.field.runs)


def _bits(*parts: object) -> Iterator[tuple[str, ...]]:
    *rest, runs = parts
    shown = [f"{run.value_bit} {run.insn_bit} {run.count} {run.xnor}" for run in runs]  # type: ignore[attr-defined]
    yield (*map(str, rest), *shown)
