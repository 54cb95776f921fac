"""Counterexamples under Unicorn: the code without a fault and the code with it, from the state that the proof names.

What they do is a list of events: the state at each call, and that where control leaves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import unicorn
from unicorn import arm64_const, arm_const, x86_const

from trampgen.model.spec import TemplateVariant
from trampgen.mutate.judge import Found, Judge
from trampgen.prove import terms
from trampgen.prove.meaning import offset_of
from trampgen.prove.program import configurations, program
from trampgen.prove.run import Subject
from trampgen.prove.valuation import evaluate

CODE, TARGETS, STACK = 0x20000, 0x40000, 0x70000000
STACK_SIZE, PAGE = 0x4000, 0x1000
MOST = 400  # instructions
Events = list[tuple[str, Mapping[str, int], bytes]]


@dataclass(frozen=True)
class Arch:
    """A processor: Unicorn's names for it, and how a callee returns."""

    uc: tuple[int, int]
    numbers: Mapping[str, int]
    pc: str
    sp: str
    link: str | None
    word: int


def _numbers(module: Any, prefix: str, names: str) -> dict[str, int]:
    return {name: getattr(module, f"UC_{prefix}_REG_{name.upper()}") for name in names.split()}


X86 = "rax rbx rcx rdx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rflags rip"
ARM = " ".join(f"r{number}" for number in range(13)) + " sp lr pc cpsr"
A64 = " ".join(f"x{number}" for number in range(31)) + " sp pc nzcv"
ARCHES = {
    "x86_64": Arch(
        (unicorn.UC_ARCH_X86, unicorn.UC_MODE_64), _numbers(x86_const, "X86", X86), "rip", "rsp", None, 8
    ),
    "arm": Arch(
        (unicorn.UC_ARCH_ARM, unicorn.UC_MODE_ARM), _numbers(arm_const, "ARM", ARM), "pc", "sp", "lr", 4
    ),
    "arm64": Arch(
        (unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM),
        _numbers(arm64_const, "ARM64", A64),
        "pc",
        "sp",
        "x30",
        8,
    ),
}
FLAGS = {"rflags": (0x8D5, 0x2), "cpsr": (0xF80F01C0, 0x13), "nzcv": (0xF0000000, 0)}
PSR = {"ng": 31, "zr": 30, "cy": 29, "ov": 28, "q": 27}


def anything(name: str, bits: int = 64) -> int:
    """A number for what a counterexample says nothing of: the same in both runs."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") & ((1 << bits) - 1)


@dataclass
class Run:
    """One version of the code from one state."""

    subject: Subject
    numbers: Mapping[str, int]
    rewrites: bool  # whether the callee writes into slots what the counterexample has
    events: Events = field(default_factory=list)

    def __post_init__(self) -> None:
        self.arch = ARCHES[self.subject.variant.isa]
        self.uc = unicorn.Uc(*self.arch.uc)
        self.code = self._code()
        self.steps = 0
        self.returning: int | None = None

    def go(self) -> Events:
        uc = self.uc
        self._state()
        uc.hook_add(unicorn.UC_HOOK_CODE, self._step)
        uc.hook_add(unicorn.UC_HOOK_MEM_UNMAPPED, self._map)
        uc.hook_add(unicorn.UC_HOOK_MEM_WRITE, self._write)
        at = CODE
        while at:
            self.returning = None
            try:
                uc.emu_start(at, (1 << 8 * self.arch.word) - 16)
            except unicorn.UcError as error:
                self.note(f"stopped: {error}")
            at = self.returning or 0
        return self.events

    def _state(self) -> None:
        for at, size in ((CODE, PAGE), (STACK, STACK_SIZE)):
            self.uc.mem_map(at, size)
        self.uc.mem_write(STACK, bytes(anything(f"stack {at}", 8) for at in range(STACK_SIZE)))
        for name, number in self.numbers.items():
            if found := re.fullmatch(r"stack\[(-?0x[0-9a-f]+)\]", name):
                at = STACK + STACK_SIZE // 2 + int(found.group(1), 16)
                self.uc.mem_write(at, number.to_bytes(self.arch.word, "little"))
        self.uc.mem_write(CODE, self.code)
        for name in self.arch.numbers:
            if name not in (self.arch.pc, self.arch.sp):
                self.set(name, self.numbers.get(f"entry.{name}", anything(name, 8 * self.arch.word)))
        if "cpsr" in self.arch.numbers:
            bits = {f"entry.{name}": bit for name, bit in PSR.items() if f"entry.{name}" in self.numbers}
            known = sum(self.numbers[name] << bit for name, bit in bits.items())
            self.set("cpsr", self.get("cpsr") & ~sum(1 << bit for bit in bits.values()) | known)
        self.set(self.arch.sp, STACK + STACK_SIZE // 2)

    def get(self, name: str) -> int:
        return int(self.uc.reg_read(self.arch.numbers[name]))

    def set(self, name: str, value: int) -> None:
        mask, fixed = FLAGS.get(name, ((1 << 8 * self.arch.word) - 1, 0))
        self.uc.reg_write(self.arch.numbers[name], value & mask | fixed)

    def note(self, kind: str) -> None:
        """The registers, and the stack from its pointer up; where a callee returns to moves with the code."""
        sp = self.get(self.arch.sp)
        inside = STACK <= sp < STACK + STACK_SIZE
        own = bytes(self.uc.mem_read(sp, STACK + STACK_SIZE - sp)) if inside else b""
        hidden = {self.arch.link, self.arch.pc} if kind == "call" else set()
        if kind == "call" and self.arch.link is None:
            own = own[self.arch.word :]
        state = {name: self.get(name) for name in self.arch.numbers if name not in hidden}
        self.events.append((kind, state, own))

    def _code(self) -> bytes:
        """The code as it is for these numbers, in the first configuration."""
        configuration = next(iter(configurations(self.subject.variant)))
        made = program(self.subject.variant, configuration, self.subject.supplied.known)
        code = b""
        for step in made.steps:
            value = step.value()
            free = {
                term.args[0]: self._param(term.args[0]) & ((1 << term.width) - 1)
                for term in terms.variables(value)
            }
            code += evaluate([value], free)[0].to_bytes(step.size, "little")
        return code

    def _param(self, name: str) -> int:
        """The code's address, those of what it branches to, and what the counterexample has."""
        params = {param.name: param for param in self.subject.variant.params}
        if name == "ip":
            return CODE
        if name in params and (params[name].pc_relative or "call" in name):
            return TARGETS + PAGE * list(params).index(name)
        low = max(0, params[name].reach.low) if name in params else 0
        return self.numbers.get(name, low or anything(name, 12))

    def _step(self, uc: unicorn.Uc, address: int, size: int, data: object) -> None:
        self.steps += 1
        if CODE <= address < CODE + len(self.code) and self.steps < MOST:
            return
        uc.emu_stop()
        calls = sum(kind == "call" for kind, _, _ in self.events)
        behind = self._behind()
        if self.steps < MOST and calls < 2 and behind is not None:
            self.events.append((f"to {address:#x}", {}, b""))
            self.note("call")
            self._callee()
            self.returning = behind
            self.set(self.arch.pc, behind)
            return
        self.note(f"leaves to {address:#x}" if self.steps < MOST else "never leaves")

    def _behind(self) -> int | None:
        """Where a callee returns to, if control came here by a call."""
        if self.arch.link is not None:
            at = self.get(self.arch.link)
        else:
            at = int.from_bytes(self.uc.mem_read(self.get(self.arch.sp), self.arch.word), "little")
        return at if CODE < at < CODE + len(self.code) else None

    def _callee(self) -> None:
        """Leave in slots and registers what the counterexample has, or what is in them already."""
        sp, word = self.get(self.arch.sp), self.arch.word
        if self.arch.link is None:
            sp += word
            self.set(self.arch.sp, sp)
        label = next(iter(self.subject.contract.labels()), "")
        base = self.get("r1") if self.arch.word == 4 else sp
        if self.rewrites and STACK <= base < STACK + STACK_SIZE - PAGE:
            self._slots(base, label)
        for name in sorted(self.subject.machine.volatile & set(self.arch.numbers) - set(FLAGS)):
            self.set(name, self.numbers.get(f"{name} after {label}", anything(f"{name} after", 8 * word)))

    def _slots(self, base: int, label: str) -> None:
        for members in self.subject.contract.members.values():
            for name, member in members.items():
                value = self.numbers.get(f"{name} after {label}")
                if value is not None:
                    at = base + offset_of(member, self.subject.supplied.known)
                    self.uc.mem_write(at, value.to_bytes(self.arch.word, "little"))

    def _write(self, uc: unicorn.Uc, access: int, address: int, size: int, value: int, data: object) -> None:
        """What lies outside the stack others see at once."""
        if not STACK <= address < STACK + STACK_SIZE:
            self.events.append((f"writes {size} bytes at {address:#x}", {}, b""))

    def _map(self, uc: unicorn.Uc, access: int, address: int, size: int, value: int, data: object) -> bool:
        for page in {address & -PAGE, (address + size - 1) & -PAGE}:
            uc.mem_map(page & ((1 << 8 * self.arch.word) - 1), PAGE)
        return True


def placeable(judge: Judge, numbers: Mapping[str, int]) -> bool:
    """Whether the state can be set up as it is: the stack stands where it does, other memory is what it is."""
    sp = ARCHES[judge.variant.isa].sp
    # Of ARM, a mode is not any number, and what the callee leaves in pc is where control goes.
    if "entry.cpsr" in numbers or any("uregs[15]" in name for name in numbers):
        return False
    return f"entry.{sp}" not in numbers and not any(name.startswith("memory[") for name in numbers)


def events(judge: Judge, variant: TemplateVariant, found: Found) -> Events:
    """What a version does in the state of a counterexample. Registers are kept where handlers keep them."""
    rewrites = found.code not in ("not-preserved", "fact-fails")
    return Run(judge.subject(variant), found.numbers, rewrites).go()
