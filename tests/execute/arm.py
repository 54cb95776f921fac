"""Optimised probes of ARM under Unicorn: copies of the template run with random states, and what has to come of each.

A copy calls its handler through a literal. It then either goes where the handler says (the handler has emulated the
probed instruction), or executes a copy of that instruction with all registers restored and branches back."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from unicorn import UC_ARCH_ARM, UC_MODE_ARM, Uc, UcError
from unicorn import arm_const as uc_arm

from tests.conftest import EXAMPLES, compile_file
from tests.execute.patch import encoded
from trampgen.model.spec import TemplateVariant, seen_from

CODE = 0x10000
CALLBACK = 0x18000
NEXT = 0x20000
PROBED = NEXT - 4
# Where a handler may make the function go on.
LANDING, LANDING_SIZE = 0x30000, 0x8000
# Memory that the template may use, and that which the copied instruction uses.
STACK, STACK_SIZE = 0x40000, 0x1000
SP = range(STACK + 0x800, STACK + 0xC00, 4)
DATA, DATA_SIZE = 0x50000, 0x1000
UNDEFINED = 0xE7F000F0
MOST_INSTRUCTIONS = 100

NAMES = [*(f"r{n}" for n in range(13)), "sp", "lr", "pc", "cpsr"]
NUMBERS = {name: getattr(uc_arm, f"UC_ARM_REG_{name.upper()}") for name in NAMES}
PT_REGS = 72
SLOTS = {name: 4 * index for index, name in enumerate(NAMES)}
# Saved and restored as they are; pc and cpsr are more than that.
PLAIN = NAMES[:15]
VOLATILE = ("r0", "r1", "r2", "r3", "r12", "lr")

# Supervisor and others that have a privilege, so that each bit of the mode is sometimes set.
MODES = (0x13, 0x17, 0x1B, 0x1F)
THUMB = 0x20
FLAGS = 0xF80F0000  # NZCVQ and GE, which a callee need not preserve
MASKS = 0x000001C0  # A, I and F

Registers = dict[str, int]


@dataclass(frozen=True)
class Copy:
    """A patched template to be run at CODE, its literal leading to CALLBACK and its branch, if it has one, to NEXT."""

    words: Sequence[int]
    stack: int
    value: int
    insn: int | None = None


@cache
def template(arch: str) -> TemplateVariant:
    """The template, for one case of its axis, at rest."""
    spec = compile_file(EXAMPLES / "linux" / "arm" / "optprobe.tramp").spec
    assert spec is not None
    variant = seen_from(spec.template("optprobe_template").variants, [("arch", arch)])
    assert variant is not None
    return variant


def copy(arch: str, stack: int, value: int, insn: int | None = None) -> Copy:
    """A copy that keeps that much stack and hands a value to its handler; with an instruction, the direct form."""
    values = {"stack_protect": stack, "val": value, "call": CALLBACK, "next": NEXT, "original": insn or 0}
    patched = template(arch).patched(None if insn is not None else {})
    return Copy(encoded(patched, values, CODE), stack, value, insn)


@dataclass(frozen=True)
class State:
    """What a run starts with, what its handler changes in pt_regs, and what garbage it leaves in registers."""

    entry: Registers
    flips: Registers
    garbage: Registers
    stack: bytes
    data: bytes


def random_state(random: Random, writes: bool, direct: bool) -> State:
    """A handler that writes changes all slots; it says where the function goes on in any case."""
    mode = random.choice(MODES)
    entry, after, garbage = (random_registers(random, mode) for _ in range(3))
    flips = {name: entry[name] ^ after[name] if writes else 0 for name in NAMES}
    if not direct:
        flips["cpsr"] ^= random.choice((0, THUMB))
    aligned = -2 if flips["cpsr"] & THUMB else -4
    flips["pc"] = LANDING + random.randrange(LANDING_SIZE) & aligned
    return State(entry, flips, garbage, random.randbytes(STACK_SIZE), random.randbytes(DATA_SIZE))


def random_registers(random: Random, mode: int) -> Registers:
    """r9 points to data, for the copied instruction."""
    values = {name: random.getrandbits(32) for name in NAMES}
    cpsr = values["cpsr"] & (FLAGS | MASKS) | mode
    r9 = DATA + 4 * random.randrange(16, DATA_SIZE // 4 - 16)
    return values | {"sp": random.choice(SP), "cpsr": cpsr, "r9": r9}


def random_states(seed: str, count: int, direct: bool) -> list[State]:
    random = Random(seed)
    return [random_state(random, n % 2 == 0, direct) for n in range(count)]


@dataclass(frozen=True)
class Moment:
    """Registers and memory."""

    registers: Registers
    stack: bytes
    data: bytes

    def slot(self, pt_regs: int, name: str) -> int:
        at = pt_regs - STACK + SLOTS[name]
        return int.from_bytes(self.stack[at : at + 4], "little")


@dataclass(frozen=True)
class Record:
    """A run: as the handler is called, as it returns, and where the function goes on."""

    called: Moment
    returned: Moment
    end: Moment


class Machine:
    """A processor and its memory."""

    def __init__(self) -> None:
        self.uc = Uc(UC_ARCH_ARM, UC_MODE_ARM)
        self.uc.mem_map(CODE, LANDING + LANDING_SIZE - CODE)
        self.place(CODE, [UNDEFINED] * ((LANDING + LANDING_SIZE - CODE) // 4))
        self.uc.mem_map(STACK, STACK_SIZE)
        self.uc.mem_map(DATA, DATA_SIZE)

    def place(self, at: int, words: Sequence[int]) -> None:
        self.uc.mem_write(at, struct.pack(f"<{len(words)}I", *words))
        self.uc.ctl_remove_cache(at, at + 4 * len(words))

    def set(self, moment: Moment) -> None:
        self.uc.mem_write(STACK, moment.stack)
        self.uc.mem_write(DATA, moment.data)
        # The mode first: registers have banks.
        for name in ("cpsr", *PLAIN):
            self.uc.reg_write(NUMBERS[name], moment.registers[name])

    def now(self) -> Moment:
        registers = {name: int(self.uc.reg_read(number)) for name, number in NUMBERS.items()}
        stack, data = self.uc.mem_read(STACK, STACK_SIZE), self.uc.mem_read(DATA, DATA_SIZE)
        return Moment(registers, bytes(stack), bytes(data))

    def run(self, start: int, until: int) -> Moment:
        """From one place to another; wherever it ends if it does not get there."""
        self.uc.emu_start(start, until, count=MOST_INSTRUCTIONS)
        return self.now()


def execute(machine: Machine, copy: Copy, state: State) -> Record | str:
    """One run of a copy that has been placed, or how it failed."""
    sp = state.entry["sp"]
    pt_regs = sp - copy.stack
    try:
        machine.set(Moment(state.entry, state.stack, state.data))
        called = machine.run(CODE, CALLBACK)
        if called.registers["pc"] != CALLBACK or called.registers["cpsr"] & THUMB:
            return f"got to {called.registers['pc']:#x} instead of the handler"
        returned = handled(called, state, pt_regs)
        machine.set(returned)
        goes_on = NEXT if copy.insn is not None else returned.slot(pt_regs, "pc")
        return Record(called, returned, machine.run(called.registers["lr"], goes_on))
    except UcError as error:
        return str(error)


def handled(called: Moment, state: State, pt_regs: int) -> Moment:
    """What a handler leaves: pt_regs changed, garbage below its caller's stack and in the registers it may spoil."""
    stack = bytearray(called.stack)
    below = max(called.registers["sp"] - STACK, 0)
    stack[:below] = state.data[:below]
    moment = Moment({}, bytes(stack), b"")
    for name in NAMES:
        slot = 0 if name == "pc" else moment.slot(pt_regs, name)
        at = pt_regs - STACK + SLOTS[name]
        stack[at : at + 4] = (slot ^ state.flips[name]).to_bytes(4, "little")
    registers = called.registers | {name: state.garbage[name] for name in VOLATILE}
    cpsr = called.registers["cpsr"]
    registers["cpsr"] = cpsr & ~FLAGS | state.garbage["cpsr"] & FLAGS
    return Moment(registers, bytes(stack), called.data)


def complaints(machine: Machine, copy: Copy, state: State) -> list[str]:
    """What was wrong with one run of a copy that has been placed."""
    record = execute(machine, copy, state)
    if isinstance(record, str):
        return [record]
    return [*call_complaints(copy, state, record.called), *end_complaints(copy, state, record)]


def call_complaints(copy: Copy, state: State, called: Moment) -> list[str]:
    """Arguments, an aligned stack, the mode, every slot but pc as at entry, and nothing above pt_regs touched."""
    pt_regs = state.entry["sp"] - copy.stack
    got = {name: called.registers[name] for name in ("r0", "r1", "sp")}
    wanted = {"r0": copy.value, "r1": pt_regs, "sp": pt_regs & -8}
    got["mode"], wanted["mode"] = (r["cpsr"] & ~FLAGS for r in (called.registers, state.entry))
    slots = [name for name in NAMES if name != "pc"]
    got |= {f"pt_regs.{name}": called.slot(pt_regs, name) for name in slots}
    wanted |= {f"pt_regs.{name}": state.entry[name] for name in slots}
    above = pt_regs + PT_REGS - STACK
    touched = called.stack[above:] != state.stack[above:] or called.data != state.data
    return [*differences("call", got, wanted), *(["call: other memory touched"] if touched else [])]


def end_complaints(copy: Copy, state: State, record: Record) -> list[str]:
    """All registers as the handler left them in pt_regs, and then what the copied instruction does to them."""
    wanted = restored(record.returned, state.entry["sp"] - copy.stack)
    if copy.insn is not None:
        wanted = alone(copy.insn, wanted)
    found = differences("end", record.end.registers, wanted.registers)
    same_memory = (record.end.stack, record.end.data) == (wanted.stack, wanted.data)
    return [*found, *([] if same_memory else ["end: other memory touched"])]


def restored(returned: Moment, pt_regs: int) -> Moment:
    """The registers that pt_regs holds; a function that goes on in Thumb leaves a mark in the slot of pc."""
    registers = {name: returned.slot(pt_regs, name) for name in NAMES}
    if not registers["cpsr"] & THUMB:
        return replace(returned, registers=registers)
    stack = bytearray(returned.stack)
    stack[pt_regs - STACK + SLOTS["pc"]] |= 1
    return Moment(registers, bytes(stack), returned.data)


def alone(insn: int, before: Moment) -> Moment:
    """What an instruction does where it was before it was copied."""
    machine = single()
    machine.place(PROBED, [insn])
    machine.set(before)
    return machine.run(PROBED, NEXT)


@cache
def single() -> Machine:
    return Machine()


def differences(where: str, got: Registers, wanted: Registers) -> list[str]:
    return [
        f"{where}: {name} is {got[name]:#x}, not {value:#x}"
        for name, value in wanted.items()
        if got[name] != value
    ]
