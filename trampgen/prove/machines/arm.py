"""ARM as Linux uses it: AAPCS, in a privileged mode."""

from __future__ import annotations

from dataclasses import replace

from trampgen.prove.machine import Machine, Part
from trampgen.prove.patches import arm as patches

_NAMES = (*(f"r{n}" for n in range(13)), "sp", "lr")
_ALIASES = {"r13": "sp", "r14": "lr", "sb": "r9", "sl": "r10", "fp": "r11", "ip": "r12"}
_CPSR: tuple[Part, ...] = (
    ("cpsr", 0, 5), ("TB", 0, 1), ("cpsr", 6, 4), (None, 0, 6), ("GE1", 0, 1), ("GE2", 0, 1), ("GE3", 0, 1),
    ("GE4", 0, 1), (None, 0, 7), ("Q", 0, 1), ("OV", 0, 1), ("CY", 0, 1), ("ZR", 0, 1), ("NG", 0, 1),
)  # fmt: skip
_REGISTERS: dict[str, tuple[Part, ...]] = {
    **{name: ((name, 0, 32),) for name in _NAMES},
    **{alias: ((name, 0, 32),) for alias, name in _ALIASES.items()},
    "cpsr": _CPSR,
}
_ARM = Machine(
    isa="arm",
    language="ARM:LE:32:v7",
    word=4,
    sp="sp",
    link="lr",
    registers=_REGISTERS,
    kept_over=(*_NAMES, "cpsr"),
    volatile=frozenset(("r0", "r1", "r2", "r3", "r12", "lr", "cpsr")),
    linkage=frozenset(("r12", "cpsr")),
    sticky=(),
    redzone=0,
    below=0,
    owned=(0, 0),
    align=8,
    entry_align=4,
    register_order="little",
    instruction_order="little",
    patches=patches.PATCHES,
    kept={"cpsr": 0x20},
    always={"TB": 0},
    flags=frozenset(("TB", "GE1", "GE2", "GE3", "GE4", "Q", "OV", "CY", "ZR", "NG")),
    harmless=frozenset(
        ("setISAMode", "DataMemoryBarrier", "DataSynchronizationBarrier", "InstructionSynchronizationBarrier")
    ),
    traps=frozenset(("software_udf", "software_bkpt", "software_interrupt")),
    assumptions=("the code runs in a privileged mode: msr changes the mode and the interrupt masks",),
)
MACHINES = {
    "arm": _ARM,
    "armv5": replace(_ARM, isa="armv5"),
    "armv4": replace(_ARM, isa="armv4"),
    "thumb": replace(_ARM, isa="thumb", language="ARM:LE:32:v8T", patches=patches.THUMB),
}
