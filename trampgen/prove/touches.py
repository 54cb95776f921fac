"""What has to hold of memory that the code reads and writes, of registers that it never may write, and of the stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trampgen.model import contracts as model
from trampgen.prove import stack
from trampgen.prove.contract import Origin
from trampgen.prove.cpu import Access, Cpu
from trampgen.prove.domain import Value, equal
from trampgen.prove.execute import Path
from trampgen.prove.meaning import Sight, value
from trampgen.prove.memory import spelled
from trampgen.prove.obligation import Obligation
from trampgen.prove.program import Step
from trampgen.prove.terms import Term, extract, sub

if TYPE_CHECKING:
    from trampgen.prove.obligations import Checks

_Places = list[tuple[model.Memory, Origin]]


def check(checks: Checks, path: Path, step: Step) -> None:
    """What an instruction has touched."""
    cpu = path.cpu
    for access in cpu.accesses:
        if access.writes:
            _store(checks, path, step, access)
        else:
            _load(checks, path, step, access)
    for offset, size in cpu.written:
        for name, origin in checks.contract.never_written.items():
            if _overlaps(cpu, name, offset, size):
                what = f"{name} is written, and the contract says that it never is"
                made = checks.demand(path, "register-written", name, 0, step, "here", what, 0, 0, origin)
                made.culprit = step
    cpu.written.clear()
    cpu.accesses.clear()


def _store(checks: Checks, path: Path, step: Step, access: Access) -> None:
    cpu = path.cpu
    if _declared(checks, path, access, checks.contract.stores):
        return
    place = stack.distance(cpu, access.address)
    redzone, origin = checks.contract.amounts["redzone"]
    if place is None or place[1] + access.size > 0:
        where = "above the stack pointer that the code began with" if place else "outside the stack"
        what = f"`{_text(step)}` writes {where}: {spelled(access.address)}"
        made = _touch(checks, path, "store-outside", what, step, access)
        made.help = '`stores memory[…] because "…"` in the contract says that this is meant'
    elif place[1] + access.size > -redzone:
        what = (
            f"`{_text(step)}` writes {-place[1]} bytes below the stack pointer that the code began with, in the "
            f"{redzone} bytes of the red zone"
        )
        _touch(checks, path, "red-zone", what, step, access).origin = origin
    elif _below(path, place[0], (_before(path), cpu.read(cpu.machine.sp))):
        what = f"`{_text(step)}` writes below the stack pointer, where an interrupt overwrites it"
        _touch(checks, path, "below-stack", what, step, access).origin = _fleeting(step)


def _load(checks: Checks, path: Path, step: Step, access: Access) -> None:
    cpu, contract = path.cpu, checks.contract
    own = stack.distance(cpu, access.address)
    if own is not None and own[1] + access.size <= 0:
        if _below(path, own[0], (_before(path),)):
            what = f"`{_text(step)}` reads below the stack pointer, where an interrupt may have been"
            _touch(checks, path, "below-stack", what, step, access).origin = _fleeting(step)
        return
    code = sub(access.address, cpu.ip, 8 * cpu.machine.word)
    inside = isinstance(code, int) and code + access.size <= checks.program.size
    if contract.loads is None or inside:
        return
    if not _declared(checks, path, access, [*contract.loads, *contract.stores]):
        what = f"`{_text(step)}` reads {spelled(access.address)}, which no clause names"
        made = _touch(checks, path, "load-outside", what, step, access)
        made.help, made.origin = "name it: `loads memory[…]`", contract.loads[0][1]


def _below(path: Path, place: int, tops: Sequence[Value]) -> bool:
    """Whether a place is surely below what nothing overwrites under one of these stack pointers."""
    cpu = path.cpu
    found = [stack.distance(cpu, top) for top in tops]
    return all(top is not None and place < top[0] - cpu.machine.below for top in found)


def _before(path: Path) -> Value:
    """The stack pointer as it was before the instruction."""
    before = path.notes.get("sp")
    assert isinstance(before, int | Term)
    return before


def _declared(checks: Checks, path: Path, access: Access, places: _Places) -> bool:
    """Whether a clause names this memory; its registers are those at the beginning."""
    entry = checks.sight(path).entry
    sight = Sight(entry, entry, checks.known, {}, checks.program.given)
    for place, _ in places:
        size = place.bytes or entry.machine.word
        distance = sub(access.address, value(place.address, sight), 8 * entry.machine.word)
        if isinstance(distance, int) and distance + access.size <= size:
            return True
    return False


def _touch(checks: Checks, path: Path, code: str, what: str, step: Step, access: Access) -> Obligation:
    origin = Origin("nothing but the code's own stack frame is written", "", step.span, True)
    address = access.address
    made = checks.demand(path, code, _text(step), 0, step, "here", what, address, address, origin)
    made.culprit = step
    return made


def _fleeting(step: Step) -> Origin:
    return Origin("nothing is kept below the stack pointer", "", step.span, True)


def _text(step: Step) -> str:
    return " ".join(step.text.split())


def stack_at_call(checks: Checks, path: Path, step: Step) -> None:
    """The stack pointer is aligned where something is called."""
    cpu, machine = path.cpu, path.cpu.machine
    align, origin = checks.contract.amounts["stack align"]
    bits, width = align.bit_length() - 1, 8 * machine.word
    if not bits:
        return
    pushed = machine.word if machine.pushes_return else 0
    top = sub(cpu.read(machine.sp), -pushed, width)
    begun = checks.sight(path).entry.read(machine.sp)
    known = min(bits, machine.entry_align.bit_length() - 1)
    moved = sub(top, begun, width)
    # Where it was aligned as much at the beginning, what counts is how far it has moved.
    got: Value = moved if known == bits else top
    goal = equal(extract(got, 0, bits), 0, bits)
    what = f"the stack pointer is not a multiple of {align} at the call"
    made = checks.demand(path, "stack-alignment", machine.sp, goal, step, "at the call", what, 0, top, origin)
    given = equal(extract(begun, 0, known), 0, known) if known else 1
    if isinstance(given, Term):
        made.given = (*made.given, given)
    site = cpu.writer(machine.sp)
    made.culprit = None if site is None else checks.program.steps[site]


def _overlaps(cpu: Cpu, name: str, offset: int, size: int) -> bool:
    for sleigh, _, _ in cpu.machine.registers[name]:
        if sleigh is not None:
            at, own = cpu.places[sleigh]
            if at < offset + size and offset < at + own:
                return True
    return False
