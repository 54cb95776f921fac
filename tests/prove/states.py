"""Random states: registers of all kinds of numbers, such that what an instruction accesses is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from tests.prove import concrete
from tests.prove.concrete import Code, Outcome, Registers, Room, State, Unmapped
from tests.prove.kinds import Instance
from tests.prove.rules import ruled
from trampgen.prove.machine import Machine

_TRIES = 20
_DRAWS = 400
_NEAREST = 4  # registers; displacements are small


class Unsettled(Exception):
    """There is no state for code with these contents of its holes."""


@dataclass(frozen=True)
class Target:
    """What a state of a machine consists of. `masks` are bits of a register that may be set, `fixed` those that are."""

    room: Room
    names: tuple[str, ...]
    pointers: tuple[str, ...]  # what may be moved for an access to be where there is memory
    masks: Mapping[str, int]
    fixed: Mapping[str, int]
    orders: tuple[str, ...] = ("little",)
    behind: int | None = None  # a word that stands behind the code
    highest: int = 1 << 64  # from there on there is something that code must not come to


_LOW = "ax cx dx bx sp bp si di".split()
_X64 = (*(f"r{name}" for name in _LOW), *(f"r{n}" for n in range(8, 16)))
_X32 = tuple(f"e{name}" for name in _LOW)
_SEGMENTS = {"cs": 8, "ss": 16, "ds": 24, "es": 32, "fs": 40, "gs": 48}
_STATUS = 0x8D5 | 0x400  # and DF
_SYSTEM = 0x243200  # ID, AC, IOPL and IF; NT and TF change what iret and every instruction does
_ARM = (*(f"r{n}" for n in range(13)), "sp", "lr")
_ARM64 = (*(f"x{n}" for n in range(31)), "sp")
_PPC = tuple(f"r{n}" for n in range(32))
_PPC_OTHER = ("ctr", "lr", "xer", "cr", "msr", "dar", "dsisr")
_TRAP = 0x7FE00008  # tw 31, r0, r0
_NEAR = 160  # bytes
_LOWEST = 0x100_0000  # below are what runs the states, and those
_MODES = (0x13, 0x17, 0x1B, 0x1F, 0x11, 0x12)
TARGETS = {
    "x86_64": Target(
        Room(0x2_4000_0000, 0x7FFF_FFFB_0000), (*_X64, "rflags"), _X64, {"rflags": _STATUS | _SYSTEM}, {"rflags": 2}
    ),
    "x86_32": Target(
        Room(0x1234_0000, 0xFFFB_0000), (*_X32, "eflags", *_SEGMENTS), _X32, {"eflags": _STATUS | _SYSTEM},
        {"eflags": 2, **_SEGMENTS},
    ),
    **{
        isa: Target(Room(0x1234_0000, 0x7FFB_0000), (*_ARM, "cpsr"), _ARM, {"cpsr": 0xF80F_01C0}, {})
        for isa in ("arm", "armv5", "armv4")
    },
    "ppc64": Target(
        Room(0x300_0000, 0x280_0000), (*_PPC, *_PPC_OTHER), _PPC,
        {"msr": 0x0280_B906, "xer": 0xE00C007F, "dsisr": 0xFFFF_FFFF}, {"msr": 1 << 63}, ("big", "little"), _TRAP,
    ),
    "ppc32": Target(
        Room(0x300_0000, 0x280_0000), (*_PPC, *_PPC_OTHER), _PPC, {"msr": 0xB906, "xer": 0xE000007F}, {}, ("big",),
        _TRAP, 0x8000_0000,
    ),
    "arm64": Target(
        Room(0x2_4000_0000, 0x7FFF_FFFB_0000), (*_ARM64, "nzcv"), _ARM64, {"nzcv": 0xF000_0000}, {}
    ),
}  # fmt: skip


def number(random: Random, bits: int) -> int:
    """Any number, and often one at which a carry, a sign or a width ends."""
    top = 1 << bits
    special = (
        0,
        1,
        top - 1,
        top // 2,
        top // 2 - 1,
        0x7FFFFFFF,
        0x80000000,
        0xFFFFFFFF,
        0x7FFF,
        0x8000,
        0xFFFF,
    )
    chosen = random.random()
    if chosen < 0.7:
        return random.getrandbits(bits)
    if chosen < 0.9:
        return random.choice(special) % top
    return (random.choice(special) + random.choice((-2, -1, 1, 2)) * random.choice((1, 4, 0x100))) % top


@cache
def memory(isa: str, seed: int) -> tuple[bytes, bytes]:
    """What is in the two areas, but for the code itself."""
    random, room = Random(f"{isa} {seed}"), TARGETS[isa].room
    return random.randbytes(room.code_size), random.randbytes(room.data_size)


def registers(isa: str, machine: Machine, random: Random) -> Registers:
    target = TARGETS[isa]
    found: Registers = {}
    for name in target.names:
        value = number(random, machine.bits(name))
        found[name] = value & target.masks.get(name, -1) | target.fixed.get(name, 0)
        if name in _SEGMENTS:
            found[name] = target.fixed[name]
    if "cpsr" in found:
        found["cpsr"] |= random.choice(_MODES)
        if isa != "arm":
            found["cpsr"] &= ~0x000F_0100  # no GE, no A before version 6
        if isa == "armv4":
            found["cpsr"] &= ~0x0800_0000  # nor Q before 5
    return found


@dataclass(frozen=True)
class Run:
    """Code, a state, and what the executor makes of it."""

    isa: str
    order: str
    code: Code
    state: State
    expected: Outcome
    what: str


def drawn(instance: Instance, order: str, random: Random) -> Run:
    """One run of an instruction: holes, place and state at random."""
    machine, room = instance.machine, TARGETS[instance.isa].room
    for _ in range(_DRAWS):
        try:
            code = concrete.filled(instance, random, room)
            return settled(instance.isa, machine, order, code, random, instance.step.text, instance.kind)
        except Unsettled:
            continue
    raise AssertionError(f"{instance.where}: no state found for `{instance.step.text}`")


def settled(isa: str, machine: Machine, order: str, code: Code, random: Random, what: str, kind: str) -> Run:
    """A state for code. A register that an access depends on is moved until there is memory."""
    room = TARGETS[isa].room
    program, data = memory(isa, random.randrange(4))
    at = code.start - room.code
    placed = concrete.bytes_of(code, order)
    behind = TARGETS[isa].behind
    placed += b"" if behind is None else behind.to_bytes(4, "little" if order == "little" else "big")
    with_code = program[:at] + placed + program[at + len(placed) :]
    drawn_registers = ruled(isa, kind, registers(isa, machine, random))
    state = State(drawn_registers, with_code, data, program, len(placed))
    if order == "little" and isa == "ppc64":
        state.registers["msr"] |= 1
    for _ in range(_TRIES):
        try:
            outcome, _ = concrete.run(machine, order, code, state, room)
            state = _ending(isa, order, code, state, outcome)
            return Run(isa, order, code, state, outcome, what)
        except Unmapped as error:
            state = _moved(isa, machine, order, code, state, error, random)
    raise Unsettled(what)


def _ending(isa: str, order: str, code: Code, state: State, outcome: Outcome) -> State:
    """A trap where code of PowerPC goes on, if that is near. Unsettled where it comes to what is no place for it."""
    target, pc = TARGETS[isa], outcome.pc
    if target.behind is None or pc is None:
        return state
    pc &= (1 << 60) - 1
    at, start = pc - target.room.code, code.start - target.room.code
    end = start + sum(step.size for step in code.steps)
    if end <= at < start + _NEAR:
        trap = target.behind.to_bytes(4, "little" if order == "little" else "big")
        changed = state.code[:at] + trap + state.code[at + 4 :]
        return replace(state, code=changed, length=max(state.length, at + 4 - start))
    in_data = target.room.data <= pc < target.room.data + target.room.data_size
    if pc < _LOWEST or pc >= target.highest or 0 <= at < target.room.code_size or in_data:
        raise Unsettled(f"it goes to {pc:#x}")
    return state


def _moved(
    isa: str, machine: Machine, order: str, code: Code, state: State, error: Unmapped, random: Random
) -> State:
    """Some register set so that the access is in the data."""
    target = TARGETS[isa]
    room, mask = target.room, (1 << 8 * machine.word) - 1
    wanted = room.data + 0x400 + 8 * random.randrange((room.data_size - 0x800) // 8)
    away = {name: state.registers[name] - error.address & mask for name in target.pointers}
    for name in sorted(target.pointers, key=lambda name: min(away[name], mask - away[name]))[:_NEAREST]:
        moved = (state.registers[name] + wanted - error.address) & mask
        changed = replace(state, registers={**state.registers, name: moved})
        try:
            concrete.run(machine, order, code, changed, room)
            return changed
        except Unmapped as other:
            if other.address != error.address:
                return changed
    raise Unsettled(f"no register decides on the address {error.address:#x}")
