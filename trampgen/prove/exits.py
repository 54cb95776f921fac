"""What has to hold where control leaves: registers kept, what a handler wrote not lost, conditions, the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trampgen.model import contracts as model
from trampgen.prove.callee import Call, fixed, unchanged
from trampgen.prove.contract import Origin
from trampgen.prove.cpu import Cpu, fresh
from trampgen.prove.domain import Value, equal
from trampgen.prove.execute import Leaving, Path
from trampgen.prove.meaning import Sight, holds, indexed, value
from trampgen.prove.obligation import Obligation
from trampgen.prove.program import Step
from trampgen.prove.terms import add, bitwise, extract, sub, zext

if TYPE_CHECKING:
    from trampgen.prove.obligations import Checks

_WAYS = {
    "jump": "where control leaves", "call": "at the call that ends it", "return": "at the return",
    "end": "behind the last instruction", "whole": "where the instruction in the param runs",
}  # fmt: skip


def check(checks: Checks, path: Path, leaving: Leaving) -> None:
    """Everything that the contract says of the end of a path. A trap is no end: nobody goes on from there."""
    if leaving.kind == "trap":
        return
    step, where = leaving.step, _WAYS.get(leaving.kind, "")
    if leaving.kind == "data" or (leaving.kind == "end" and checks.in_layout):
        what = (
            "control runs into data"
            if leaving.kind == "data"
            else "control runs on behind the last instruction"
        )
        origin = Origin("what follows is no code", "", step.span, True)
        checks.demand(path, "runs-into-data", what, 0, step, where, what, 0, 0, origin).culprit = step
        return
    checks.exits += leaving.kind != "whole"
    kept = _kept(checks, path, leaving, where)
    _not_lost(checks, path, step, where, kept)
    _sticky(checks, path, step, where)
    if leaving.kind != "whole":
        _conditions(checks, path, step, where)
        goes = [(one, origin) for one, origin in checks.contract.goes if one.label is None]
        check_target(checks, path, leaving, goes, where)


def begin_anew(checks: Checks, path: Path, step: Step) -> None:
    """An instruction that is a param may do anything: behind it, what it has left is what has to be kept."""
    order = path.cpu.memory.order
    cpu = fresh(path.cpu.machine, path.cpu.places, order, f" after {step.text.strip()}")
    cpu.reaches = path.cpu.reaches
    path.cpu = cpu
    cpu.site = step.index
    path.notes.clear()
    path.notes["entry"] = cpu.copy()


def _entry(checks: Checks, path: Path) -> Cpu:
    return checks.sight(path).entry


def _kept(checks: Checks, path: Path, leaving: Leaving, where: str) -> dict[str, Obligation]:
    """Registers that hold what they held, where handlers have left their slots alone."""
    cpu, entry, calls = path.cpu, _entry(checks, path), checks.calls(path)
    saved = checks.contract.saved(cpu.machine) if calls else {}
    found: dict[str, Obligation] = {}
    free = {
        *checks.contract.sticky,
        *(indexed(name, checks.program.given) for name in checks.contract.clobbered),
    }
    for name, origin in checks.contract.kept.items():
        if name in free or _gives_return_address(leaving, name, cpu):
            continue
        bits = cpu.machine.bits(name)
        got = cpu.read(name)
        if name in saved or calls:
            got = unchanged(got, calls) if name in saved else got
        want = entry.read(name)
        changes = ~cpu.machine.kept.get(name, 0) & ((1 << bits) - 1)
        goal = equal(bitwise("and", got, changes, bits), bitwise("and", want, changes, bits), bits)
        if name == cpu.machine.sp:
            goal, want = _balanced(checks, path, leaving, got, want, bits)
        what = f"{name} does not hold what it held at the beginning"
        got, want = _differing(got, want, name, cpu)
        made = checks.demand(path, "not-preserved", name, goal, leaving.step, where, what, want, got, origin)
        made.culprit = _writer(checks, cpu, name)
        made.needs = tuple(
            one for one in checks.found if (one.code, one.subject) == ("register-written", name)
        )
        if name in saved:
            made.needs += _held(path, saved[name].member)
        found[name] = made
    return found


def _differing(got: Value, want: Value, name: str, cpu: Cpu) -> tuple[Value, Value]:
    """Of a register that is put together of others the first of those that differs, to be shown."""
    at = 0
    parts = cpu.machine.registers[name]
    for sleigh, _, bits in parts if len(parts) > 1 else ():
        ours, theirs = extract(got, at, bits), extract(want, at, bits)
        if sleigh is not None and equal(ours, theirs, bits) != 1:
            return ours, theirs
        at += bits
    return got, want


def _gives_return_address(leaving: Leaving, name: str, cpu: Cpu) -> bool:
    """A call that ends the code sets the link register; that is what it is for."""
    return leaving.kind == "call" and name == cpu.machine.link


def _balanced(
    checks: Checks, path: Path, leaving: Leaving, got: Value, want: Value, bits: int
) -> tuple[Value, Value]:
    """The stack pointer, which calls and returns that use the stack move by a word."""
    machine = path.cpu.machine
    if not machine.pushes_return:
        return equal(got, want, bits), want
    if leaving.kind == "call":
        want = sub(want, machine.word, bits)
    goal = equal(got, want, bits)
    if leaving.kind == "return":  # of the caller's address, or of one that the code has pushed
        goal = bitwise("or", goal, equal(got, add(want, machine.word, bits), bits), 1)
    return goal, want


def _held(path: Path, member: model.Member) -> tuple[Obligation, ...]:
    held = path.notes.get("held", {})
    assert isinstance(held, dict)
    return (held[member.name],) if member.name in held else ()


def _not_lost(checks: Checks, path: Path, step: Step, where: str, kept: dict[str, Obligation]) -> None:
    """Registers that hold what a handler has written into their slots."""
    calls = checks.calls(path)
    if not calls:
        return
    last: Call = calls[-1]
    for name, slot in checks.contract.saved(path.cpu.machine).items():
        member = slot.member
        if name not in kept or member.name not in last.slots:
            continue
        bits, width = path.cpu.machine.bits(name), 8 * path.cpu.machine.word
        got = path.cpu.read(name)
        want = extract(sub(last.slots[member.name], slot.more, width), slot.low, bits)
        same = fixed(path.cpu.machine, name)
        changed = ~same & ((1 << bits) - 1)
        want = bitwise("or", bitwise("and", want, changed, bits), bitwise("and", got, same, bits), bits)
        what = f"what {last.name} writes to {member.name} is lost: {name} does not get it"
        origin = kept[name].origin
        goal = equal(got, want, bits)
        made = checks.demand(path, "lost-write", name, goal, step, where, what, want, got, origin)
        made.culprit = kept[name].culprit
        made.needs = (kept[name],)


def _sticky(checks: Checks, path: Path, step: Step, where: str) -> None:
    """Registers that nobody restores: they hold what the last callee left in them."""
    cpu, calls = path.cpu, checks.calls(path)
    for name, origin in checks.contract.sticky.items():
        want = calls[-1].sticky[name] if calls else _entry(checks, path).read(name)
        got = cpu.read(name)
        after = f"what {calls[-1].name} left in it" if calls else "what it held at the beginning"
        what = f"{name} is not {after}: it is restored from before"
        if not calls:
            what = f"{name} is not {after}"
        goal = equal(got, want, cpu.machine.bits(name))
        made = checks.demand(path, "sticky-restored", name, goal, step, where, what, want, got, origin)
        made.culprit = _writer(checks, cpu, name)


def _conditions(checks: Checks, path: Path, step: Step, where: str) -> None:
    sight = _at_exit(checks, path)
    for fact, origin in checks.contract.at(None):
        left, right = value(fact.left, sight), value(fact.right, sight)
        goal = holds(fact, left, right, 8 * path.cpu.machine.word)
        what = f"{where}, {fact.text} does not hold"
        made = checks.demand(path, "exit-fails", fact.text, goal, step, where, what, right, left, origin)
        made.culprit = checks.writer(fact.left, sight)


def _at_exit(checks: Checks, path: Path) -> Sight:
    """A state in which the members of structs are what the last handler has left."""
    sight, calls = checks.sight(path), checks.calls(path)
    slots = calls[-1].slots if calls else {}
    return Sight(
        sight.now, sight.entry, sight.known, sight.frames, sight.given,
        lambda member: slots.get(member.name), sight.labels,
    )  # fmt: skip


def check_target(
    checks: Checks, path: Path, leaving: Leaving, goes: list[tuple[model.Goes, Origin]], where: str
) -> None:
    """Where control goes is one of the places that the contract names."""
    if leaving.kind == "end" and not goes:
        return
    sight, width = _at_exit(checks, path), 8 * path.cpu.machine.word
    for one, origin in goes:
        goal: Value = 0
        wanted = [want for target in one.targets if (want := _target(target, sight)) is not None]
        for want in wanted:
            goal = bitwise("or", goal, _same_place(path, leaving.target, want, width), 1)
        code = "wrong-exit" if one.label is None else "wrong-call"
        what = f"{where}, control does not go to {one.text}"
        want = wanted[0] if len(wanted) == 1 else leaving.target  # of several there is no example
        checks.demand(path, code, one.text, goal, leaving.step, where, what, want, leaving.target, origin)


def _target(target: model.Term, sight: Sight) -> Value | None:
    """What a target is; None of a member of a struct that is nowhere on this path."""
    if isinstance(target, model.Member) and target.struct not in sight.frames:
        return None
    return value(target, sight)


def _same_place(path: Path, target: Value, want: Value, width: int) -> Value:
    """Targets without what chooses the instruction set: of ARM the lowest bit."""
    if path.cpu.machine.isa in ("arm", "armv5", "armv4", "thumb"):
        target, want = (zext(extract(one, 1, width - 1), width - 1, width) for one in (target, want))
    return equal(target, want, width)


def _writer(checks: Checks, cpu: Cpu, name: str) -> Step | None:
    site = cpu.writer(name)
    return None if site is None else checks.program.steps[site]
