"""PowerPC of 64 and 32 bits as Linux uses it: 64-bit ELF V2 ABI 2.2.2 and 2.2.3, and the 32-bit SVR4 supplement."""

from __future__ import annotations

from trampgen.prove.machine import Machine, Part
from trampgen.prove.patches import ppc as patches

_CR: tuple[Part, ...] = tuple((f"cr{n}", 0, 4) for n in reversed(range(8)))
_XER: tuple[Part, ...] = (
    ("xer_count", 0, 7), (None, 0, 11), ("xer_ca32", 0, 1), ("xer_ov32", 0, 1), (None, 0, 9),
    ("xer_ca", 0, 1), ("xer_ov", 0, 1), ("xer_so", 0, 1),
)  # fmt: skip
_XER_32: tuple[Part, ...] = (
    ("xer_count", 0, 7), (None, 0, 22), ("xer_ca", 0, 1), ("xer_ov", 0, 1), ("xer_so", 0, 1),
)  # fmt: skip
_PR = 1 << 14  # MSR[PR]: a program, which is not where templates run
_GPRS = [f"r{n}" for n in range(32)]
_KEPT = (*_GPRS, *(f"cr{n}" for n in range(8)), "ctr", "lr", "xer", "msr")
_VOLATILE = frozenset(
    [
        *(f"r{n}" for n in (0, *range(3, 14))),
        "r2",
        "cr0",
        "cr1",
        "cr5",
        "cr6",
        "cr7",
        "ctr",
        "lr",
        "xer",
        "dar",
        "dsisr",
    ]
)
_HARMLESS = frozenset(
    ("sync", "instructionSynchronize", "enforceInOrderExecutionIO", "lightweightSync", "isync")
)
_TRAPS = frozenset(("trapWord", "trapDoubleWord", "trapDoubleWordImmediate", "trapWordImmediate"))


def _registers(bits: int) -> dict[str, tuple[Part, ...]]:
    upper: tuple[Part, ...] = ((None, 0, bits - 32),) if bits > 32 else ()
    return {
        **{name: ((name, 0, bits),) for name in _GPRS},
        **{f"cr{n}": ((f"cr{n}", 0, 4),) for n in range(8)},
        "cr": _CR,
        "ctr": (("CTR", 0, bits),),
        "lr": (("LR", 0, bits),),
        "xer": (*_XER, *upper) if bits == 64 else _XER_32,
        "msr": (("MSR", 0, bits),),
        "dar": (("spr013", 0, bits),),
        "dsisr": (("spr012", 0, 32),),
    }


_FLAGS = frozenset(
    [*(f"cr{n}" for n in range(8)), "xer_so", "xer_ov", "xer_ov32", "xer_ca", "xer_ca32", "xer_count"]
)
_UNPRIVILEGED = (
    "MSR[PR] is 0, and no handler sets it or what mtmsr leaves alone: LE, ME and the upper half of MSR"
)
MACHINES = {
    "ppc64": Machine(
        isa="ppc64",
        language="PowerPC:BE:64:default",
        word=8,
        sp="r1",
        link="lr",
        registers=_registers(64),
        kept_over=_KEPT,
        volatile=_VOLATILE,
        linkage=frozenset(("r0", "r11", "r12", "ctr")),
        sticky=("r13",),
        redzone=288,
        below=288,
        owned=(8, 32),
        align=16,
        entry_align=16,
        register_order="big",
        patches=patches.PPC64,
        kept={"msr": ~0xFFFFEFFE | _PR},
        assumed={"msr": (_PR, 0)},
        flags=_FLAGS,
        harmless=_HARMLESS,
        traps=_TRAPS,
        assumptions=(_UNPRIVILEGED, "r13 is each CPU's own: a callee may return on another one"),
    ),
    "ppc32": Machine(
        isa="ppc32",
        language="PowerPC:BE:32:default",
        word=4,
        sp="r1",
        link="lr",
        registers=_registers(32),
        kept_over=_KEPT,
        volatile=_VOLATILE - {"r2", "r13"},
        linkage=frozenset(("r0", "r11", "r12", "ctr")),
        sticky=(),
        redzone=0,
        below=0,
        owned=(4, 8),
        align=16,
        entry_align=16,
        register_order="big",
        patches=patches.PPC32,
        kept={"msr": _PR},
        assumed={"msr": (_PR, 0)},
        flags=_FLAGS,
        harmless=_HARMLESS,
        traps=_TRAPS,
        assumptions=("MSR[PR] is 0, and no handler sets it",),
    ),
}
