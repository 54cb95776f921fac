"""x86 under Unicorn, of 64 and of 32 bits: a machine, its registers and its memory, and states to run from."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from unicorn import UC_ARCH_X86, UC_HOOK_INSN, UC_MODE_32, UC_MODE_64, Uc, UcError
from unicorn import x86_const as uc_x86

from tests.conftest import EXAMPLES, compile_file
from tests.execute.patch import encoded
from trampgen.model.spec import TemplateVariant, seen_from

# A function that is probed, traced or called; where it goes on.
SITE, LANDING = 0x10000, 0x14000
# A copy of a template, the function that it calls, and the caller of the function at SITE.
CODE, CALLBACK, PARENT = 0x20000, 0x28000, 0x2C000
END = 0x30000
# A stack pointer has memory below it, which code may use, and above it, which it must leave alone.
STACK_SIZE = 0x1000
SP = range(0x800, 0xC00)  # from the stack's base; no code here needs it aligned
TABLE = 0x50000  # of descriptors
MOST_INSTRUCTIONS = 150
INT3 = 0xCC

# Status, DF, IF, IOPL, AC and ID: all that code of the kernel can change and nothing here depends on.
FLAGS = 0x243ED5
STATUS, DF, AC = 0x8D5, 0x400, 0x40000
ALWAYS = 0x2

LOW = "ax cx dx bx si di bp".split()
Registers = dict[str, int]


@dataclass(frozen=True)
class Width:
    """What differs between 64 and 32 bits: pt_regs, where arguments are, what a callee may overwrite."""

    name: str
    word: int
    stack: int  # the upper bits of its address are set, for none of them to be lost unnoticed
    general: tuple[str, ...]
    pt_regs: tuple[str, ...]
    volatile: tuple[str, ...]
    arguments: tuple[str, ...]

    @property
    def bits(self) -> int:
        return 8 * self.word

    @property
    def sp(self) -> str:
        return "rsp" if self.word == 8 else "esp"

    @property
    def bp(self) -> str:
        return "rbp" if self.word == 8 else "ebp"

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.general, self.sp, "flags", "ip")


BITS64 = Width(
    "x86_64",
    8,
    0x7FFFFFFB0000,
    (*("r" + low for low in LOW), *(f"r{n}" for n in range(8, 16))),
    tuple("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_ax ip cs flags rsp ss".split()),
    tuple("rax rcx rdx rsi rdi r8 r9 r10 r11".split()),
    ("rdi", "rsi", "rdx", "rcx"),
)
BITS32 = Width(
    "x86_32",
    4,
    0xFFFFF000,
    tuple("e" + low for low in LOW),
    tuple("ebx ecx edx esi edi ebp eax ds es fs gs orig_ax ip cs flags esp ss".split()),
    tuple("eax ecx edx".split()),
    ("eax", "edx", "ecx"),
)
SEGMENTS = {"cs": 8, "ss": 16, "ds": 24, "es": 32, "fs": 40, "gs": 48}  # as they are set up for 32 bits


@cache
def variant(spec: str, template: str, *cases: tuple[str, str]) -> TemplateVariant:
    """A template of an example at rest, in some cases."""
    compiled = compile_file(EXAMPLES / "linux" / "x86" / f"{spec}.tramp").spec
    assert compiled is not None
    found = seen_from(compiled.template(template).variants, cases)
    assert found is not None
    return found


def code(template: TemplateVariant, address: int, **values: int) -> bytes:
    """The bytes of a patched template for these values of its params."""
    return bytes(encoded(template, values, address))


@dataclass(frozen=True)
class Moment:
    """Registers and the stack."""

    width: Width
    registers: Registers
    stack: bytes

    @property
    def sp(self) -> int:
        return self.registers[self.width.sp]

    def at(self, address: int) -> int:
        """A word of the stack."""
        place = address - self.width.stack
        return int.from_bytes(self.stack[place : place + self.width.word], "little")

    def slots(self, pt_regs: int) -> Registers:
        """pt_regs by the names of its members."""
        return {
            name: self.at(pt_regs + self.width.word * index) for index, name in enumerate(self.width.pt_regs)
        }

    def above(self, sp: int) -> bytes:
        """The memory that belongs to a function and its callers."""
        return self.stack[sp - self.width.stack :]

    def written(self, at: int, *values: int) -> Moment:
        """With other words on the stack."""
        data = b"".join(value.to_bytes(self.width.word, "little") for value in values)
        place = at - self.width.stack
        stack = self.stack[:place] + data + self.stack[place + len(data) :]
        return Moment(self.width, self.registers, stack)

    def having(self, **registers: int) -> Moment:
        """With other registers."""
        return Moment(self.width, self.registers | registers, self.stack)


class Machine:
    """A processor and its memory, all of it int3 where no code has been put."""

    def __init__(self, width: Width) -> None:
        self.width = width
        self.uc = Uc(UC_ARCH_X86, UC_MODE_64 if width.word == 8 else UC_MODE_32)
        self.uc.ctl_set_cpu_model(uc_x86.UC_CPU_X86_BROADWELL)  # which has SMAP
        self.numbers = {name: self._number(name) for name in width.names}
        self.uc.mem_map(SITE, END - SITE)
        self.uc.mem_write(SITE, bytes([INT3]) * (END - SITE))
        self.uc.mem_map(width.stack, STACK_SIZE)
        if width.word == 4:
            self._segments()

    def _number(self, name: str) -> int:
        prefix = "R" if self.width.word == 8 else "E"
        name = {"flags": f"{prefix}FLAGS", "ip": f"{prefix}IP"}.get(name, name.upper())
        number: int = getattr(uc_x86, f"UC_X86_REG_{name}")
        return number

    def _segments(self) -> None:
        """Every segment is all of memory, and has a selector of its own."""
        self.uc.mem_map(TABLE, 0x1000)
        data, program = (struct.pack("<HHBBBB", 0xFFFF, 0, 0, kind, 0xCF, 0) for kind in (0x93, 0x9B))
        self.uc.mem_write(TABLE, bytes(8) + program + 5 * data)
        self.uc.reg_write(uc_x86.UC_X86_REG_GDTR, (0, TABLE, 55, 0))
        for name, selector in SEGMENTS.items():
            self.uc.reg_write(getattr(uc_x86, f"UC_X86_REG_{name.upper()}"), selector)

    def place(self, at: int, data: bytes) -> None:
        self.uc.mem_write(at, data)
        self.uc.ctl_remove_cache(at, at + max(len(data), 1))

    def set(self, moment: Moment) -> None:
        self.uc.mem_write(self.width.stack, moment.stack)
        for name in (*self.width.general, self.width.sp, "flags"):
            self.uc.reg_write(self.numbers[name], moment.registers[name])
        if self.width.word == 4:
            for name in ("ss", "ds", "es", "fs", "gs"):  # spoilt code can have loaded another
                self.uc.reg_write(getattr(uc_x86, f"UC_X86_REG_{name.upper()}"), SEGMENTS[name])

    def now(self) -> Moment:
        registers = {name: int(self.uc.reg_read(number)) for name, number in self.numbers.items()}
        return Moment(self.width, registers, bytes(self.uc.mem_read(self.width.stack, STACK_SIZE)))

    def run(self, start: int, until: int) -> Moment | str:
        """From one place to another, or how that failed."""
        try:
            self.uc.emu_start(start, until, count=MOST_INSTRUCTIONS)
        except UcError as error:
            return str(error)
        found = self.now()
        if found.registers["ip"] != until:
            return f"got to {found.registers['ip']:#x}, not to {until:#x}"
        return found

    def on_syscall(self, what: object) -> None:
        """Call this for each syscall instruction."""
        self.uc.hook_add(UC_HOOK_INSN, what, None, 1, 0, uc_x86.UC_X86_INS_SYSCALL)


@dataclass(frozen=True)
class State:
    """What a run starts with, what a handler changes in pt_regs, and what garbage it leaves behind."""

    entry: Moment
    flips: Registers
    garbage: Registers
    below: bytes


def random_registers(random: Random, width: Width) -> Registers:
    values = {name: random.getrandbits(width.bits) for name in (*width.general, "flags")}
    return values | {width.sp: width.stack + random.choice(SP), "flags": values["flags"] & FLAGS | ALWAYS}


def random_states(seed: str, count: int, width: Width) -> list[State]:
    """Every other handler changes all slots that are registers."""
    random = Random(seed)
    return [_random_state(random, width, n % 2 == 0) for n in range(count)]


def _random_state(random: Random, width: Width, writes: bool) -> State:
    entry, after, garbage = (random_registers(random, width) for _ in range(3))
    flips = {name: entry[name] ^ after[name] if writes else 0 for name in (*width.general, "flags")}
    moment = Moment(width, entry, random.randbytes(STACK_SIZE))
    return State(moment, flips, garbage, random.randbytes(STACK_SIZE))


def handled(called: Moment, state: State, pt_regs: int, slots: Sequence[str]) -> Moment:
    """A handler has run and returned: it has changed these slots, memory below and the registers that it may."""
    width = called.width
    below = max(called.sp - width.stack, 0)
    now = replace(called, stack=state.below[:below] + called.stack[below:])
    for name in slots:
        at = pt_regs + width.word * width.pt_regs.index(name)
        now = now.written(at, now.at(at) ^ state.flips[name])
    garbage = {name: state.garbage[name] for name in width.volatile}
    flags = called.registers["flags"] & ~STATUS | state.garbage["flags"] & STATUS
    return now.having(**garbage, flags=flags, **{width.sp: called.sp + width.word})


def differences(where: str, got: Registers, wanted: Registers) -> list[str]:
    return [
        f"{where}: {name} is {got[name]:#x}, not {value:#x}"
        for name, value in wanted.items()
        if got[name] != value
    ]
