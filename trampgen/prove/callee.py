"""What a call may do: the calling convention, and a handler that replaces every slot of the frame that it is given.

That it replaces them is the general case. Where it leaves them alone, each replacement is what was there before: one
execution serves both, the second by putting `before` for the variables."""

from __future__ import annotations

from collections.abc import Mapping

from trampgen.model import contracts as model
from trampgen.model.record import record
from trampgen.prove import terms
from trampgen.prove.contract import Contract
from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value
from trampgen.prove.machine import Machine
from trampgen.prove.meaning import offset_of
from trampgen.prove.program import Step
from trampgen.prove.stack import between, regions
from trampgen.prove.terms import add
from trampgen.prove.valuation import replaced

_FAR = 1 << 62  # bytes: further than anything


@record
class Call:
    """One call on a path: what it left in slots and sticky registers, and what was in the slots before."""

    name: str
    step: Step
    frames: Mapping[str, Value]
    slots: Mapping[str, Value]
    before: Mapping[str, Value]  # variable → value
    sticky: Mapping[str, Value]


def unchanged(value: Value, calls: tuple[Call, ...]) -> Value:
    """A value where every handler has left every slot alone."""
    for call in reversed(calls):
        value = replaced(value, call.before)
    return value


def returns(
    cpu: Cpu, name: str, step: Step, contract: Contract, frames: Mapping[str, Value], known: Mapping[str, int]
) -> Call:
    """Let a callee run and come back to the instruction behind the call."""
    machine = cpu.machine
    sticky = _registers(cpu, name, contract)
    if machine.pushes_return:
        cpu.write(machine.sp, add(cpu.read(machine.sp), machine.word, 8 * machine.word))
    _stack(cpu, name, contract)
    slots: dict[str, Value] = {}
    before: dict[str, Value] = {}
    saved = {slot.member.name: slot.of for slot in contract.saved(machine).values()}
    for struct, base in frames.items():
        _struct(cpu, name, struct, contract.members.get(struct, {}), base, saved, known, slots, before)
    return Call(name, step, frames, slots, before, sticky)


def _registers(cpu: Cpu, name: str, contract: Contract) -> dict[str, Value]:
    """Registers of which the callee may leave anything; what it may leave in sticky ones is theirs to keep."""
    machine = cpu.machine
    for register in sorted({*machine.volatile, *contract.sticky}):
        bits = machine.bits(register)
        cpu.write(register, terms.var(f"{register} after {name}", bits))
    for sleigh, number in machine.always.items():
        cpu.set_raw(sleigh, number)
    return {register: cpu.read(register) for register in contract.sticky}


def _stack(cpu: Cpu, name: str, contract: Contract) -> None:
    """Memory that may be another behind the call: all that is not on the stack or in the code, what is below the
    stack pointer, what the convention gives a callee above it, and what is above the frame."""
    machine = cpu.machine
    owned = contract.amount("callee owns")
    since = f" after {name}"
    on_stack = dict(regions(cpu, cpu.read(machine.sp)))
    code, _ = cpu.memory.split(cpu.ip)
    for region, cells in cpu.memory.regions.items():
        if region not in on_stack and region is not code:
            cells.lose(-_FAR, _FAR, since)
    cpu.memory.since = since
    for region, (low, high) in on_stack.items():
        cells = cpu.memory.cells(region)
        cells.lose(-_FAR, high, since)
        cells.lose(low + machine.owned[0], high + owned, since)
        begun = between(cpu, cpu.memory.stack, region) if region is not None else None
        if begun is not None:
            cells.lose(begun[0], _FAR, since)


def _struct(
    cpu: Cpu,
    name: str,
    struct: str,
    members: Mapping[str, model.Member],
    base: Value,
    saved: Mapping[str, str],
    known: Mapping[str, int],
    slots: dict[str, Value],
    before: dict[str, Value],
) -> None:
    """Every word of a struct gets a value of the handler's choice."""
    word, width = cpu.machine.word, 8 * cpu.machine.word
    offsets = {offset_of(member, known): member.name for member in members.values()}
    for own, place in known.items():
        if own.startswith(f"{struct}."):
            offsets.setdefault(place, own)
    for offset in range(0, max(offsets, default=-word) + word, word):
        offsets.setdefault(offset, f"{struct}+{offset:#x}")
    for offset in sorted(offsets):
        address = add(base, offset, width)
        own = f"{offsets[offset]} after {name}"
        variable = terms.var(own, width)
        before[own] = cpu.memory.load(address, word)
        left = _possible(cpu, variable, saved.get(offsets[offset]), width)
        slots[offsets[offset]] = left
        cpu.memory.store(address, left, word, None)


def _possible(cpu: Cpu, variable: Value, register: str | None, width: int) -> Value:
    """What a handler can mean a register to be: what is assumed of it is so there, too."""
    if register is None or register not in cpu.machine.assumed:
        return variable
    mask, known = cpu.machine.assumed[register]
    kept = terms.bitwise("and", variable, ~mask & ((1 << width) - 1), width)
    return terms.bitwise("or", kept, known, width)


def fixed(machine: Machine, register: str) -> int:
    """The bits of a register that are always the same, or that no instruction of a template changes."""
    mask = at = 0
    for sleigh, _, bits in machine.registers[register]:
        if sleigh is None:
            mask |= ((1 << bits) - 1) << at
        at += bits
    return (mask | machine.kept.get(register, 0)) & ((1 << at) - 1)
