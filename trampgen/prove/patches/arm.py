"""ARM: the program status register as a whole (ARM ARM, B9.3.8 and B9.3.11)."""

from __future__ import annotations

from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import bitwise
from trampgen.prove.machine import Patch
from trampgen.prove.program import Step
from trampgen.prove.terms import zext

_NAMES = (*(f"r{n}" for n in range(13)), "sp", "lr")


def mrs(cpu: Cpu, step: Step) -> None:
    """J, T and IT, which say what is executed, are read as 0."""
    cpu.set_raw(_NAMES[step.number >> 12 & 15], zext(cpu.read("cpsr"), 32, 32))


def msr(cpu: Cpu, step: Step) -> None:
    """Of each byte whose bit is set in the mask every bit, but for J, T and IT."""
    mask = sum(0xFF << 8 * byte for byte in range(4) if step.number >> (16 + byte) & 1)
    new = bitwise("and", cpu.raw(_NAMES[step.number & 15]), mask, 32)
    old = bitwise("and", cpu.read("cpsr"), ~mask & 0xFFFFFFFF, 32)
    cpu.write("cpsr", bitwise("or", old, new, 32))


PATCHES = (
    Patch(0xFFFF0FFF, 0xE10F0000, mrs, "loses the mode, the interrupt masks and GE"),
    Patch(0xFFF0FFF0, 0xE120F000, msr, "takes the flags from another register than the mode"),
)
