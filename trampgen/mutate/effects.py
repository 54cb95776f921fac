"""What the instructions of a template read and write: neighbours that have nothing to do with each other are no fault
in any order, and what reads nothing that it writes can be done twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from trampgen.model.memory import orders
from trampgen.model.record import record
from trampgen.model.spec import TemplateVariant
from trampgen.prove import terms
from trampgen.prove.cpu import Access
from trampgen.prove.execute import Executor, GivenUp, Path, Watch
from trampgen.prove.lift import Decides, Lifted
from trampgen.prove.program import Program, Step, configurations, contents, program
from trampgen.prove.run import Subject, begin

Place = tuple[str | None, int]  # the form that a region has, and an offset in the code
Bytes = set[int]  # of SLEIGH's registers


@record
class Effect:
    """`flow`: control may go elsewhere; `ends`: it never comes to what stands behind.

    `flags` are registers of one bit."""

    reads: Bytes
    writes: Bytes
    flow: bool
    ends: bool
    flags: Bytes
    touched: list[Access] = field(default_factory=list)


Effects = Mapping[Place, Effect | None]


def effects(subject: Subject) -> Effects:
    """Of every instruction that control comes to, in every form of every region."""
    found: dict[Place, Effect | None] = {}
    for configuration in configurations(subject.variant):
        _collect(subject.of(configuration), configuration, {}, found)
    return found


def _collect(
    subject: Subject,
    configuration: Mapping[str, str],
    fixed: Mapping[str, int],
    found: dict[Place, Effect | None],
) -> None:
    made = program(subject.variant, configuration, subject.supplied.known, fixed)
    touched: dict[int, list[Access]] = {}
    path, checks = begin(subject, made, next(iter(orders(subject.variant.isa)))[0])
    watch = checks.watch()

    def before(path: Path, step: Step) -> None:
        touched.setdefault(step.index, [])
        watch.before(path, step)

    def after(path: Path, step: Step) -> None:
        touched.setdefault(step.index, []).extend(path.cpu.accesses)
        watch.after(path, step)

    try:
        Executor(made, subject.machine, Watch(before, after, watch.call, watch.left), subject.lifted).run(
            path
        )
    except Decides as one:
        for value in contents(subject.variant, one.name)[:1]:
            _collect(subject, configuration, {**fixed, one.name: value}, found)
        return
    except GivenUp:
        return
    flags = _flags(subject)
    for step in made.steps:
        if step.index in touched:
            own = _effect(subject.lifted.get(step.key), flags, touched[step.index])
            found.setdefault((section(subject.variant, configuration, step.offset), step.offset), own)


def section(variant: TemplateVariant, configuration: Mapping[str, str], offset: int) -> str | None:
    """The form that is at an offset, in words that are there in one configuration."""
    for region in variant.regions:
        if region.start <= offset // variant.unit < region.end:
            form = configuration[region.name]
            return None if form == "rest" else form
    return None


def _flags(subject: Subject) -> Bytes:
    from trampgen.prove.lift import places

    known = places(subject.machine.language)
    return {known[name][0] for name in subject.machine.flags}


_FLOW = frozenset(("BRANCH", "CBRANCH", "BRANCHIND", "CALL", "CALLIND", "RETURN", "CALLOTHER"))


def _effect(ops: Lifted | None, flags: Bytes, touched: list[Access]) -> Effect | None:
    if ops is None:
        return None
    reads: Bytes = set()
    writes: Bytes = set()
    for op in ops:
        for node in op.inputs:
            if node.space == "register" and isinstance(node.at, int):
                reads |= set(range(node.at, node.at + node.size)) - writes
        if op.out is not None and op.out.space == "register" and isinstance(op.out.at, int):
            writes |= set(range(op.out.at, op.out.at + op.out.size))
    ends = ops[-1].name in ("BRANCH", "BRANCHIND", "RETURN") if ops else False
    return Effect(reads, writes, any(op.name in _FLOW for op in ops), ends, flags, touched)


def depend(one: Effect | None, other: Effect | None) -> bool:
    """Whether the order of two instructions matters. Of flags it does not who wrote them last, but who reads them."""
    if one is None or other is None or one.flow or other.flow:
        return True
    if one.writes & other.reads or one.reads & other.writes or (one.writes & other.writes) - one.flags:
        return True
    return any(_overlap(a, b) for a in one.touched for b in other.touched if a.writes or b.writes)


def repeatable(one: Effect | None) -> bool:
    """Whether it can be done twice as well as once."""
    if one is None or one.flow:
        return one is not None and one.ends
    if one.reads & one.writes:
        return False
    return not any(_overlap(a, b) for a in one.touched for b in one.touched if a.writes and not b.writes)


def _overlap(one: Access, other: Access) -> bool:
    width = one.address.width if isinstance(one.address, terms.Term) else 64
    apart = terms.sub(one.address, other.address, width)
    if not isinstance(apart, int):
        return True
    signed = apart - (apart >> (width - 1) << width)
    return -one.size < signed < other.size


__all__ = ["Effect", "Effects", "Program", "depend", "effects", "repeatable", "section"]
