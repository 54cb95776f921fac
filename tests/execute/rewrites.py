"""x86-64 under Unicorn: one instruction from random registers, flags and memory, and all that it leaves behind."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Any

import unicorn
from unicorn import x86_const

from trampgen.isa.x86_decode import Insn
from trampgen.isa.x86_rewrite import REGISTERS, Copied

# The same places as in stepper.c. FAR is out of reach of a displacement, NEAR is not; where a `bt` with a bit number of
# 32 bits gets to from the operand, 256 MiB in both directions, there is nothing else.
CODE, NEAR, FAR, DATA, STACK = 0x18000000, 0x50000000, 0x700000000000, 0x30000000, 0x78000000
SIZE, MIDDLE = 0x2000, 0x1000
OPERAND = DATA + MIDDLE
ELSEWHERE = CODE + 0x123
_ROOM = 0x1000000  # of code, so that no place is used twice: what was translated stays
_GENERAL = [getattr(x86_const, f"UC_X86_REG_{name.upper()}") for name in REGISTERS]
_RIP, _FLAGS = x86_const.UC_X86_REG_RIP, x86_const.UC_X86_REG_EFLAGS
_VECTORS = [getattr(x86_const, f"UC_X86_REG_YMM{n}") for n in range(16)]
_OTHERS = [_FLAGS, x86_const.UC_X86_REG_MXCSR, *(x86_const.UC_X86_REG_ST0 + n for n in range(8))]
_ARITHMETIC = 0xCD5  # CF, PF, AF, ZF, SF, DF, OF


@dataclass(frozen=True)
class Left:
    """What an instruction leaves: registers, memory, where it goes on, or the error that it ends with."""

    general: tuple[int, ...]
    others: tuple[Any, ...]
    data: bytes
    stack: bytes
    ip: int
    error: int

    def corrected(self, start: int, to: int, size: int) -> Left:
        """As whoever steps a copy at `to` corrects it: the instruction pointer, the return address of a call."""
        ip = self.ip + start - to if 0 <= self.ip - to <= size else self.ip
        stack, top = self.stack, slice(MIDDLE - 8, MIDDLE)
        if int.from_bytes(stack[top], "little") == to + size:
            stack = stack[: top.start] + (start + size).to_bytes(8, "little") + stack[top.stop :]
        return replace(self, ip=ip, stack=stack)

    def differs(self, other: Left) -> list[str]:
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


class Processor:
    """One Unicorn for many instructions; each runs at a place of its own."""

    def __init__(self) -> None:
        self.uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64)
        for area in (CODE, NEAR, FAR):
            self.uc.mem_map(area, _ROOM)
        for area in (DATA, STACK):
            self.uc.mem_map(area, SIZE)
        self.used = 0
        self.fresh = self.uc.context_save()

    def place(self) -> int:
        """How far into its area the next instruction stands."""
        self.used += 32
        return self.used % _ROOM

    def begin(self, seed: int, insn: Insn) -> Any:
        """A state that can be gone back to; the operand holds an address if control goes there."""
        dice = random.Random(seed)
        self.uc.context_restore(self.fresh)  # the last one may be that of an error, which would stay
        for name, register in zip(REGISTERS, _GENERAL, strict=True):
            small = name == "rdx" and dice.randrange(2)  # half of the divisions have a quotient
            self.uc.reg_write(register, 0 if small else dice.getrandbits(dice.choice((8, 32, 64))))
        self.uc.reg_write(x86_const.UC_X86_REG_RSP, STACK + MIDDLE)
        self.uc.reg_write(_FLAGS, 2 | dice.getrandbits(12) & _ARITHMETIC)
        for register in _VECTORS:
            self.uc.reg_write(register, dice.getrandbits(256))
        data = dice.randbytes(SIZE)
        if insn.control in ("leaves", "call"):
            data = data[:MIDDLE] + ELSEWHERE.to_bytes(8, "little") + data[MIDDLE + 8 :]
        return self.uc.context_save(), data, dice.randbytes(SIZE)

    def original(self, state: Any, code: bytes, at: int) -> Left:
        return self._run(state, code, at, None, 0)

    def copy(self, state: Any, copied: Copied, start: int, to: int) -> Left:
        """The copy from the same state, with its scratch register set before and restored after."""
        size = len(copied.code)
        return self._run(state, copied.code, to, copied.scratch, start + size).corrected(start, to, size)

    def _run(self, state: Any, code: bytes, at: int, scratch: int | None, value: int) -> Left:
        context, data, stack = state
        uc = self.uc
        uc.context_restore(context)
        uc.mem_write(DATA, data)
        uc.mem_write(STACK, stack)
        uc.mem_write(at, code)
        held = uc.reg_read(_GENERAL[scratch]) if scratch is not None else 0
        if scratch is not None:
            uc.reg_write(_GENERAL[scratch], value)
        error = 0
        try:
            uc.emu_start(at, 0, count=1)
        except unicorn.UcError as found:
            error = found.errno
        if scratch is not None:
            uc.reg_write(_GENERAL[scratch], held)
        general = tuple(uc.reg_read(register) for register in _GENERAL)
        others = tuple(uc.reg_read(register) for register in (*_VECTORS, *_OTHERS))
        memory = bytes(uc.mem_read(DATA, SIZE)), bytes(uc.mem_read(STACK, SIZE))
        return Left(general, others, *memory, uc.reg_read(_RIP), error)
