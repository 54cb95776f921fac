"""ARM: the program status register as a whole (ARM ARM, B9.3.8 and B9.3.11)."""

from __future__ import annotations

from trampgen.prove.cpu import Cpu, GivenUp
from trampgen.prove.machine import Patch
from trampgen.prove.program import Step
from trampgen.prove.terms import bitwise, zext

_T = 0x20
_NAMES = (*(f"r{n}" for n in range(13)), "sp", "lr")


def mrs(cpu: Cpu, step: Step) -> None:
    """J, T and IT, which say what is executed, are read as 0."""
    cpu.set_raw(_NAMES[step.number >> 12 & 15], zext(cpu.read("cpsr"), 32, 32))


def msr(cpu: Cpu, step: Step) -> None:
    """Of each byte whose bit is set in the mask every bit, but for J, T and IT."""
    mask = sum(0xFF << 8 * byte for byte in range(4) if step.number >> (16 + byte) & 1) & ~_T
    new = bitwise("and", cpu.raw(_NAMES[step.number & 15]), mask, 32)
    old = bitwise("and", cpu.read("cpsr"), ~mask & 0xFFFFFFFF, 32)
    cpu.write("cpsr", bitwise("or", old, new, 32))


def nothing_or_refused(cpu: Cpu, step: Step) -> None:
    """A number to the bytes of the mask; with none it is nop and its like."""
    if step.number >> 16 & 15:
        refused(cpu, step)


def refused(cpu: Cpu, step: Step) -> None:
    raise GivenUp(f"`{step.text}`: under a condition, and in Thumb code, nothing is known of what it does")


_LOST = "loses the mode, the interrupt masks and GE"
_APART = "takes the flags from another register than the mode"
PATCHES = (
    Patch(0xFFFF0FFF, 0xE10F0000, mrs, _LOST),
    Patch(0xFFF0FFF0, 0xE120F000, msr, _APART),
    Patch(0x0FFF0FFF, 0x010F0000, refused, _LOST),
    Patch(0x0FF0FFF0, 0x0120F000, refused, _APART),
    Patch(0x0FF0F000, 0x0320F000, nothing_or_refused, f"{_APART}; of no byte it is a hint"),
)
THUMB = (Patch(0xFFFFF0FF, 0xF3EF8000, refused, _LOST), Patch(0xFFF0F0FF, 0xF3808000, refused, _APART))
