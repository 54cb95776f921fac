"""AArch64 as Linux uses it: AAPCS64."""

from __future__ import annotations

from trampgen.prove.machine import Machine, Part

_NZCV: tuple[Part, ...] = (
    (None, 0, 28),
    ("OV", 0, 1),
    ("CY", 0, 1),
    ("ZR", 0, 1),
    ("NG", 0, 1),
    (None, 0, 32),
)
_REGISTERS: dict[str, tuple[Part, ...]] = {
    **{f"x{n}": ((f"x{n}", 0, 64),) for n in range(31)},
    **{f"w{n}": ((f"x{n}", 0, 32),) for n in range(31)},
    "sp": (("sp", 0, 64),),
    "wsp": (("sp", 0, 32),),
    "fp": (("x29", 0, 64),),
    "lr": (("x30", 0, 64),),
    "nzcv": _NZCV,
}
MACHINES = {
    "arm64": Machine(
        isa="arm64",
        language="AARCH64:LE:64:v8A",
        word=8,
        sp="sp",
        link="x30",
        registers=_REGISTERS,
        kept_over=(*(f"x{n}" for n in range(31)), "sp", "nzcv"),
        volatile=frozenset([*(f"x{n}" for n in range(19)), "x30", "nzcv"]),
        linkage=frozenset(("x16", "x17", "nzcv")),
        sticky=(),
        redzone=0,
        below=0,
        owned=(0, 0),
        align=16,
        entry_align=16,
        register_order="little",
        instruction_order="little",
        flags=frozenset(("NG", "ZR", "CY", "OV")),
        harmless=frozenset(
            ("DataMemoryBarrier", "DataSynchronizationBarrier", "InstructionSynchronizationBarrier")
        ),
        traps=frozenset(
            ("SoftwareBreakpoint", "UndefinedInstructionException", "CallSupervisor", "CallHyperVisor")
        ),
    ),
}
