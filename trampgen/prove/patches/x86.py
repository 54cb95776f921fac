"""x86: the flags as pushf and popf move them, and system calls (Intel SDM volume 2; volume 1, 3.4.3)."""

from __future__ import annotations

from trampgen.prove import terms
from trampgen.prove.cpu import Cpu
from trampgen.prove.machine import Patch
from trampgen.prove.program import Step
from trampgen.prove.terms import add, sub


def _flags(cpu: Cpu) -> str:
    return "rflags" if cpu.machine.word == 8 else "eflags"


def pushf(cpu: Cpu, step: Step) -> None:
    """All flags but RF and VM, which are pushed as 0; bit 1 is always set."""
    machine, width = cpu.machine, 8 * cpu.machine.word
    top = sub(cpu.read(machine.sp), machine.word, width)
    cpu.write(machine.sp, top)
    cpu.store(top, cpu.read(_flags(cpu)), machine.word)


def popf(cpu: Cpu, step: Step) -> None:
    """Outside of user space every flag, IOPL too; RF, VIF and VIP become 0, VM stays."""
    machine, width = cpu.machine, 8 * cpu.machine.word
    top = cpu.read(machine.sp)
    cpu.write(_flags(cpu), cpu.load(top, machine.word))
    cpu.write(machine.sp, add(top, machine.word, width))


def syscall(cpu: Cpu, step: Step) -> None:
    """The next address goes to rcx and the flags to r11; rax is the result, and everything else is kept."""
    behind = step.offset + step.size
    cpu.write("r11", cpu.read("rflags"))
    cpu.write("rcx", add(cpu.ip, behind, 64))
    cpu.write("rax", terms.var(f"rax after the system call at {step.offset:#x}", 64))


PATCHES = (
    Patch(0xFF, 0x9C, pushf, "leaves out bit 1 and IOPL"),
    Patch(0xFF, 0x9D, popf, "leaves IOPL as it is"),
)
PATCHES_64 = (*PATCHES, Patch(0xFFFF, 0x050F, syscall, "is only named"))
