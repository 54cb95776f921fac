"""x86 of 64 and 32 bits as the kernel uses it: the System V ABI without a red zone, and regparm(3) on 32 bits."""

from __future__ import annotations

from trampgen.prove.machine import Machine, Part
from trampgen.prove.patches import x86 as patches

_FIRST = ("ax", "cx", "dx", "bx", "sp", "bp", "si", "di")
_ONE_BIT = ("CF", "PF", "AF", "ZF", "SF", "TF", "IF", "DF", "OF", "NT", "AC", "ID")
# Bits 0 to 21; RF, VM, VIF and VIP are 0 in the kernel.
_FLAGS: tuple[Part, ...] = (
    ("CF", 0, 1), (None, 1, 1), ("PF", 0, 1), (None, 0, 1), ("AF", 0, 1), (None, 0, 1), ("ZF", 0, 1), ("SF", 0, 1),
    ("TF", 0, 1), ("IF", 0, 1), ("DF", 0, 1), ("OF", 0, 1), ("IOPL", 0, 2), ("NT", 0, 1), (None, 0, 3), ("AC", 0, 1),
    (None, 0, 2), ("ID", 0, 1),
)  # fmt: skip


def _registers(bits: int) -> dict[str, tuple[Part, ...]]:
    found: dict[str, tuple[Part, ...]] = {}
    letter = "R" if bits == 64 else "E"
    for name in _FIRST:
        whole = f"{letter}{name.upper()}"
        found |= {f"r{name}": ((whole, 0, 64),)} if bits == 64 else {}
        found |= {f"e{name}": ((whole, 0, 32),), name: ((whole, 0, 16),)}
    for name in "acdb":
        whole = f"{letter}{name.upper()}X"
        found |= {f"{name}l": ((whole, 0, 8),), f"{name}h": ((whole, 8, 8),)}
    for number in range(8, 16) if bits == 64 else ():
        for end, width in (("", 64), ("d", 32), ("w", 16), ("b", 8)):
            found[f"r{number}{end}"] = ((f"R{number}", 0, width),)
    for name in ("sp", "bp", "si", "di") if bits == 64 else ():
        found[f"{name}l"] = ((f"R{name.upper()}", 0, 8),)
    for name in ("es", "cs", "ss", "ds", "fs", "gs"):
        found[name] = ((name.upper(), 0, 16),)
    flags: tuple[Part, ...] = (*_FLAGS, (None, 0, bits - 22))
    return found | {"rflags" if bits == 64 else "eflags": flags}


_ASSUMED = (
    "the code runs in the kernel: popf sets every flag, and RF, VM, VIF and VIP are 0",
    "a system call changes rax, rcx and r11 alone, and memory only where the contract says so",
)
_TRAPS = frozenset(("swi", "invalidInstructionException"))
_SEGMENTS = ("es", "cs", "ss", "ds", "fs", "gs")
_NAMED = [f"r{name}" for name in _FIRST] + [f"r{n}" for n in range(8, 16)]
_VOLATILE = frozenset(
    [*(f"r{name}" for name in ("ax", "cx", "dx", "si", "di")), "r8", "r9", "r10", "r11", "rflags"]
)
_FLAG_NAMES = frozenset((*_ONE_BIT, "IOPL"))
MACHINES = {
    "x86_64": Machine(
        isa="x86_64",
        language="x86:LE:64:default",
        word=8,
        sp="rsp",
        link=None,
        registers=_registers(64),
        kept_over=(*_NAMED, "rflags", *_SEGMENTS),
        volatile=_VOLATILE,
        linkage=frozenset(("r10", "r11", "rflags")),
        sticky=(),
        redzone=0,
        below=0,
        owned=(0, 0),
        align=8,
        entry_align=8,
        register_order="little",
        patches=patches.PATCHES_64,
        amend=patches.auxiliary_carry,
        flags=_FLAG_NAMES,
        traps=_TRAPS,
        assumptions=_ASSUMED,
        pushes_return=True,
    ),
    "x86_32": Machine(
        isa="x86_32",
        language="x86:LE:32:default",
        word=4,
        sp="esp",
        link=None,
        registers=_registers(32),
        kept_over=(*(f"e{name}" for name in _FIRST), "eflags", *_SEGMENTS),
        volatile=frozenset(("eax", "ecx", "edx", "eflags")),
        linkage=frozenset(("eflags",)),
        sticky=(),
        redzone=0,
        below=0,
        owned=(0, 0),
        align=4,
        entry_align=4,
        register_order="little",
        patches=patches.PATCHES,
        amend=patches.auxiliary_carry,
        flags=_FLAG_NAMES,
        traps=_TRAPS,
        assumptions=_ASSUMED[:1],
        pushes_return=True,
    ),
}
