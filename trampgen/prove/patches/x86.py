"""x86: the flags as pushf and popf move them, and system calls (Intel SDM volume 2; volume 1, 3.4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.prove import terms
from trampgen.prove.cpu import Cpu
from trampgen.prove.lift import Lifted, Node, Op
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


# SLEIGH's flags, one byte each, and temporaries that it does not use.
_AF, _OF, _TEMPORARIES = 0x204, 0x20B, 0x1000_0000


def auxiliary_carry(ops: Lifted) -> Lifted:
    """AF, which SLEIGH never computes: the carry out of the lowest four bits of a sum or a difference.

    Where OF is anything else (logical instructions, shifts, products) it is undefined, or taken for it (adc, sbb)."""
    found = [
        at
        for at, op in enumerate(ops)
        if op.out is not None and op.out.space == "register" and op.out.at == _OF
    ]
    if not found or any(op.out is not None and op.out.space == "register" and op.out.at == _AF for op in ops):
        return ops
    first, kind = ops[found[0]], _CARRIES.get(ops[found[0]].name)
    flag = Node("register", _AF, 1)
    known = kind is not None and len(found) == 1
    added = tuple(_carry(first, kind, flag)) if known and kind else (Op("UNDEFINED", flag, ()),)
    return (*ops[: found[0]], *added, *ops[found[0] :])


_CARRIES = {"INT_SCARRY": "INT_ADD", "INT_SBORROW": "INT_LESS"}


def _carry(op: Op, kind: str, flag: Node) -> Iterator[Op]:
    size = op.inputs[0].size
    left, right, total, top = (Node("unique", _TEMPORARIES + 16 * n, size) for n in range(4))
    for made, node in ((left, op.inputs[0]), (right, op.inputs[1])):
        yield Op("INT_AND", made, (node, Node("const", 0xF, size)))
    if kind == "INT_LESS":
        yield Op("INT_LESS", flag, (left, right))
        return
    yield Op("INT_ADD", total, (left, right))
    yield Op("INT_AND", top, (total, Node("const", 0x10, size)))
    yield Op("INT_NOTEQUAL", flag, (top, Node("const", 0, size)))


PATCHES = (
    Patch(0xFF, 0x9C, pushf, "leaves out bit 1 and IOPL"),
    Patch(0xFF, 0x9D, popf, "leaves IOPL as it is"),
)
PATCHES_64 = (*PATCHES, Patch(0xFFFF, 0x050F, syscall, "is only named"))
