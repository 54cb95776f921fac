"""Processors under Unicorn that run one instruction or a few from a given state."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

from unicorn import (
    UC_ARCH_ARM,
    UC_ARCH_ARM64,
    UC_ARCH_X86,
    UC_ERR_EXCEPTION,
    UC_ERR_FETCH_UNMAPPED,
    UC_ERR_INSN_INVALID,
    UC_HOOK_INTR,
    UC_MODE_32,
    UC_MODE_64,
    UC_MODE_ARM,
    Uc,
    UcError,
    arm64_const,
    arm_const,
    x86_const,
)

from tests.prove.concrete import Code, Outcome, Registers, Room, State, bytes_of

_GDT = 0x7000
SELECTORS = {"cs": 8, "ss": 16, "ds": 24, "es": 32, "fs": 40, "gs": 48}


class Processor:
    """One processor with a room for code and one for data."""

    def __init__(self, isa: str, room: Room) -> None:
        self.room = room
        self.uc = _MAKERS[isa.rstrip("0123456789") if isa.startswith("armv") else isa](isa)
        self.uc.mem_map(room.code, room.code_size)
        self.uc.mem_map(room.data, room.data_size)
        self.uc.hook_add(UC_HOOK_INTR, self._stopped)
        self.trapped = False
        self.numbers: dict[str, int] = {}
        self.isa = isa
        if isa == "x86_32":
            self._segments()

    def _stopped(self, uc: Uc, number: int, data: object) -> None:
        self.trapped = True
        uc.emu_stop()

    def _segments(self) -> None:
        """Every segment is all of memory, and has a selector of its own."""
        self.uc.mem_map(_GDT, 0x1000)
        data, program = (struct.pack("<HHBBBB", 0xFFFF, 0, 0, kind, 0xCF, 0) for kind in (0x93, 0x9B))
        self.uc.mem_write(_GDT, bytes(8) + program + 5 * data)
        self.uc.reg_write(x86_const.UC_X86_REG_GDTR, (0, _GDT, 55, 0))
        for name, selector in SELECTORS.items():
            self.uc.reg_write(self._number(name), selector)

    def _number(self, name: str) -> int:
        found = self.numbers.get(name)
        if found is None:
            constants, prefix = _CONSTANTS[self.isa[:3]]
            if self.isa == "arm64":
                constants, prefix = arm64_const, "UC_ARM64_REG_"
            found = self.numbers[name] = getattr(constants, prefix + name.upper())
        return found

    def run(self, code: Code, state: State) -> Outcome | str:
        """One run, or how it failed."""
        uc, room = self.uc, self.room
        data = bytes_of(code, "little")
        uc.mem_write(room.code, state.code)
        uc.mem_write(code.start, data)
        uc.ctl_remove_cache(room.code, room.code + room.code_size)
        uc.mem_write(room.data, state.data)
        for name in sorted(
            state.registers, key=lambda name: name != "cpsr"
        ):  # first the mode: registers have banks
            if not (self.isa.startswith("x86") and name in SELECTORS):
                uc.reg_write(self._number(name), state.registers[name])
        self.trapped = False
        try:
            uc.emu_start(code.start, 0, count=len(code.steps))
        except UcError as error:
            if error.errno in (UC_ERR_EXCEPTION, UC_ERR_INSN_INVALID):
                self.trapped = True
            elif error.errno != UC_ERR_FETCH_UNMAPPED:  # where it goes to there is nothing
                return str(error)
        found = {name: int(uc.reg_read(self._number(name))) for name in state.registers}
        pc = None if self.trapped else int(uc.reg_read(self._number(_PC.get(self.isa, "pc"))))
        return Outcome(found, pc, bytes(uc.mem_read(room.data, room.data_size)))


def _x86(isa: str) -> Uc:
    uc = Uc(UC_ARCH_X86, UC_MODE_64 if isa == "x86_64" else UC_MODE_32)
    uc.ctl_set_cpu_model(x86_const.UC_CPU_X86_BROADWELL)  # which has SMAP
    if isa == "x86_64":
        uc.reg_write(x86_const.UC_X86_REG_CR4, int(uc.reg_read(x86_const.UC_X86_REG_CR4)) | 1 << 21)
    return uc


def _arm(isa: str) -> Uc:
    uc = Uc(UC_ARCH_ARM, UC_MODE_ARM)
    models = {"armv4": arm_const.UC_CPU_ARM_SA1110, "armv5": arm_const.UC_CPU_ARM_926}
    uc.ctl_set_cpu_model(models.get(isa, arm_const.UC_CPU_ARM_CORTEX_A15))
    return uc


def _arm64(isa: str) -> Uc:
    return Uc(UC_ARCH_ARM64, UC_MODE_ARM)


_MAKERS = {"x86_64": _x86, "x86_32": _x86, "arm": _arm, "armv": _arm, "arm64": _arm64}
_CONSTANTS = {"x86": (x86_const, "UC_X86_REG_"), "arm": (arm_const, "UC_ARM_REG_")}
_PC = {"x86_64": "rip", "x86_32": "eip"}


@cache
def processor(isa: str, room: Room) -> Processor:
    return Processor(isa, room)


def run(isa: str, room: Room, runs: Sequence[tuple[Code, State]]) -> list[Outcome | str]:
    """All runs, one after the other."""
    found = processor(isa, room)
    return [found.run(code, state) for code, state in runs]


__all__ = ["Registers", "run"]
