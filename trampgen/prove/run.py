"""A proof on one screen: contract → configurations → run over values → obligations → answers → verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec

from trampgen.model.contracts import Allow
from trampgen.model.memory import orders
from trampgen.model.record import record
from trampgen.model.spec import Spec, Template, TemplateVariant, among
from trampgen.prove import terms
from trampgen.prove.contract import Contract, contract, parts_of
from trampgen.prove.cpu import Cpu, fresh
from trampgen.prove.execute import Executor, GivenUp, Path
from trampgen.prove.lift import Decides, Lifted, places
from trampgen.prove.machine import Machine
from trampgen.prove.machines import machine
from trampgen.prove.meaning import indexed
from trampgen.prove.obligation import Obligation
from trampgen.prove.obligations import Checks
from trampgen.prove.program import Program, Unsupplied, configurations, contents, program
from trampgen.prove.solve import Answer, answer
from trampgen.prove.supply import Supplied, supply
from trampgen.prove.verdict import Refuted, Status, Verdict

_MOST_WAYS = 256  # in which small params can be chosen
NEEDED = ("pypcode", "z3")
GENERAL = (
    "memory that is reached through different registers does not overlap",
    "a callee keeps to the calling convention and returns; of the frame it writes its own part and what it is given",
    "floating-point and vector registers are left alone by code and callees",
)


def missing() -> list[str]:
    """Packages that a proof needs and this Python has not."""
    return [name for name in NEEDED if find_spec(name) is None]


def prove(spec: Spec, names: Sequence[str] = (), cases: Sequence[str] = ()) -> Iterator[Verdict]:
    """Every template by these names (or all), in those of its variants that have all the cases of their axes."""
    for template in spec.templates:
        if names and template.name not in names:
            continue
        for variant in template.variants:
            if chosen(spec, variant, cases):
                yield from prove_variant(spec, template, variant)


def chosen(spec: Spec, variant: TemplateVariant, cases: Sequence[str]) -> bool:
    """Whether a variant is one of those that are asked for."""
    return among(variant.when, {case.name: axis.name for axis in spec.axes for case in axis.cases}, cases)


def prove_variant(spec: Spec, template: Template, variant: TemplateVariant) -> Iterator[Verdict]:
    """One variant: every configuration of its regions, in every byte order."""
    terms.forget()
    found = machine(variant.isa)
    lacking = missing()
    if found is None or lacking:
        why = (
            f"install {' and '.join(lacking)}: pip install 'trampgen[prove]'"
            if found is not None
            else f"there is no semantics of {variant.isa}"
        )
        yield Verdict(template, variant.when, (), "any", "unknown", 0, 0, (), why)
        return
    demanded = contract(template, variant, found)
    try:
        supplied = supply(spec, variant, demanded)
        for configuration in configurations(variant):
            subject = Subject(template, variant, found, demanded, supplied, {})
            yield from _configuration(subject.of(configuration), configuration, {})
    except (Unsupplied, GivenUp) as error:
        why = unsupplied(error) if isinstance(error, Unsupplied) else str(error)
        yield Verdict(template, variant.when, (), "any", "unknown", 0, 0, (), why)


def unsupplied(name: Unsupplied) -> str:
    return f"supply {name} (--elf or --constants)"


@record
class Subject:
    """What is proved: a variant on its machine, what is demanded of it and known for it."""

    template: Template
    variant: TemplateVariant
    machine: Machine
    contract: Contract
    supplied: Supplied
    lifted: dict[tuple[object, ...], Lifted]  # what was lifted for another configuration or byte order

    def of(self, configuration: Mapping[str, str]) -> Subject:
        """The same, with what is demanded of regions in these states."""
        if not any(promise.states for promise in self.variant.contract):
            return self
        return replace(self, contract=contract(self.template, self.variant, self.machine, configuration))


def _configuration(
    subject: Subject, configuration: Mapping[str, str], fixed: Mapping[str, int], ways: int = 1
) -> Iterator[Verdict]:
    """One configuration in every byte order. Where a small param decides what is done, each of its values."""
    made = program(subject.variant, configuration, subject.supplied.known, fixed)
    for order, _ in orders(subject.variant.isa):
        try:
            yield _proved(subject, made, order)
        except Decides as one:
            values = contents(subject.variant, one.name)
            if ways * len(values) > _MOST_WAYS:
                why = f"`{one.name}` and others decide what is done, in more than {_MOST_WAYS} ways together"
                title = (subject.template, subject.variant.when, made.chosen, "any")
                yield Verdict(*title, "unknown", 0, 0, (), why)
                return
            every: list[list[Verdict]] = []
            for value in values:
                chosen_too = {**fixed, one.name: value}
                every.append(list(_configuration(subject, configuration, chosen_too, ways * len(values))))
                if any(verdict.status == "unknown" for verdict in every[-1]):  # nor would be the other values
                    yield from every[-1]
                    return
            yield from (together(verdicts) for verdicts in zip(*every, strict=True))
            return


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict on all values of a param: the worst."""
    worst = max(verdicts, key=lambda verdict: ("proved", "unknown", "refuted").index(verdict.status))
    return replace(
        worst,
        held=sum(verdict.held for verdict in verdicts),
        simplified=sum(verdict.simplified for verdict in verdicts),
        refuted=tuple(one for verdict in verdicts for one in verdict.refuted),
        reached=frozenset(label for verdict in verdicts for label in verdict.reached),
        questions=tuple(one for verdict in verdicts for one in verdict.questions),
    )


def _proved(subject: Subject, made: Program, order: str) -> Verdict:
    """One configuration in one byte order."""
    demanded, found = subject.contract, subject.machine
    assumptions = (*GENERAL, *found.assumptions, *subject.supplied.assumptions)
    title = (subject.template, subject.variant.when, made.chosen, order)
    try:
        checks = obligations(subject, made, order)
    except (GivenUp, Unsupplied) as error:
        why = unsupplied(error) if isinstance(error, Unsupplied) else str(error)
        return Verdict(*title, "unknown", 0, 0, (), why, assumptions)
    answers = discharge(checks.found, made)
    refuted = tuple(
        Refuted(one, its, allowance(one, demanded.allowed, checks))
        for one, its in answers
        if its.holds is False
    )
    held = [its for _, its in answers if its.holds]
    open_ones = [f"{one.message}: {its.by}" for one, its in answers if its.holds is None]
    status: Status = "unknown" if open_ones else "proved"
    if any(one.allowed is None for one in refuted):
        status = "refuted"
    return Verdict(
        *title, status, len(held), sum(its.by == "simplified" for its in held), refuted, "".join(open_ones[:1]),
        assumptions, frozenset(checks.reached), demanded.spoken(), tuple(demanded.allowed),
        tuple((one, made.reaches) for one, its in answers if its.by != "simplified"),
    )  # fmt: skip


def obligations(subject: Subject, made: Program, order: str) -> Checks:
    """Run one configuration and collect what has to hold. Raises GivenUp, Unsupplied and Decides."""
    path, checks = begin(subject, made, order)
    Executor(made, subject.machine, checks.watch(), subject.lifted).run(path)
    checks.check_end()
    return checks


def begin(subject: Subject, made: Program, order: str) -> tuple[Path, Checks]:
    """The state that the code finds, on a path to its first instruction, and those who will watch."""
    found, template = subject.machine, subject.template
    cpu = fresh(found, places(found.language), "little" if order == "little" else "big")
    cpu.reaches = made.reaches
    store_literals(cpu, made)
    known, in_layout = subject.supplied.known, template.layout is not None
    return Path(cpu, 0), Checks(made, subject.contract, known, cpu.copy(), template.kind, in_layout)


def store_literals(cpu: Cpu, made: Program) -> None:
    """Data words of the code are in memory behind it."""
    for step in made.steps:
        if step.kind == "data":
            address = terms.add(cpu.ip, step.offset, 8 * cpu.machine.word)
            cpu.memory.store(address, step.value(), step.size, None)


def discharge(found: Iterable[Obligation], made: Program) -> list[tuple[Obligation, Answer]]:
    """An answer to each obligation; one that needs another that does not hold says nothing, and is left out."""
    answers: dict[int, Answer] = {}
    kept: list[tuple[Obligation, Answer]] = []
    for one in found:
        if any(answers[id(other)].holds is not True for other in one.needs):
            answers[id(one)] = Answer(None, {}, "needs another")
            continue
        its = answers[id(one)] = answer(one, made.reaches)
        kept.append((one, its))
    return kept


def allowance(one: Obligation, allowed: Sequence[Allow], checks: Checks) -> Allow | None:
    """The clause of a contract that says that an obligation need not hold."""
    found, numbers = checks.entry.machine, checks.program.given
    for clause in allowed:
        of = [indexed(name, numbers) for name in clause.of]
        names = {*of, *parts_of([name for name in of if name in found.registers], found)}
        if clause.code == one.code and (not clause.of or one.subject in names):
            return clause
    return None
