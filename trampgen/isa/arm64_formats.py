"""What the operands of A64 instructions can be: formats, ranges, relocation operators, hints, system registers.

From the Arm Architecture Reference Manual for A-profile (ARM DDI 0487), chapters C5, C6 and D23; the operators are
those of the ELF ABI for AArch64 (AAELF64), section 5.7."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from trampgen.isa.arm_formats import table
from trampgen.isa.base import OperandKind, RelocationOperator

PAGE = 4096  # of adrp, whatever the kernel's pages are

# A number for 31 would be the zero register or sp: the assembler wants its name.
X = OperandKind("register", 5, signed=False, spelling="x{}", asked_high=30)
W = OperandKind("register", 5, signed=False, spelling="w{}", asked_high=30)
IMM12 = OperandKind("12-bit immediate", 12, signed=False)
IMM16 = OperandKind("16-bit immediate", 16, signed=False)
LITERAL = OperandKind("literal", 21, signed=True, align=4, pc_relative=True, loads=True)
TARGET = OperandKind("target", 28, signed=True, align=4, pc_relative=True)
TARGET_NEAR = OperandKind("target", 21, signed=True, align=4, pc_relative=True)
TARGET_BIT = OperandKind("target", 16, signed=True, align=4, pc_relative=True)
ADDRESS = OperandKind("address", 21, signed=True, pc_relative=True)
PAGES = OperandKind("page", 21, signed=True, pc_relative=True, page=PAGE)
UNSCALED = OperandKind("offset", 9, signed=True)
# Offsets by the size of what is moved: alone, and of a pair.
SCALED = {size: OperandKind("offset", 12 + size.bit_length() - 1, False, size) for size in (1, 2, 4, 8)}
PAIRED = {size: OperandKind("offset", 7 + size.bit_length() - 1, True, size) for size in (4, 8)}

# :abs_g0: to :abs_g3:, :lo12: and what adrp takes of an address.
OPERATORS = {
    op.name: op
    for op in (
        *(RelocationOperator(f"abs_g{n}", 16 * n, 16) for n in range(4)),
        RelocationOperator("lo12", 0, 12),
        RelocationOperator("pg_hi21", 12, 21, signed=True),
    )
}

# One letter for an operand: a register that is zr by number 31, one that is sp by it, one of 64 or of 32 bits, one
# that may be shifted, an immediate of 12 bits, of 16, one that may be shifted, any constant, a logical one, a plain
# number, memory for one register, for two and unscaled, a literal's label, targets of branches by their reach, adr's
# and adrp's, a barrier, a system register, another word.
KINDS: Mapping[str, OperandKind] = {
    "i": IMM12, "q": IMM16, "m": IMM16, "c": LITERAL, "L": TARGET, "C": TARGET_NEAR, "T": TARGET_BIT, "A": ADDRESS,
}  # fmt: skip
LOOKS: Mapping[str, str] = {
    "r": "register", "s": "register", "x": "x register", "w": "w register", "o": "register",
    "i": "#immediate", "q": "#immediate",
    "m": "#immediate", "v": "#immediate", "l": "#immediate", "n": "#number", "a": "[register, #offset]",
    "p": "[register, #offset]", "u": "[register, #offset]", "c": "${&literal}", "L": "${target}", "C": "${target}",
    "T": "${target}", "A": "${&label}", "P": "${target@pg_hi21}", "y": "name", "S": "system register", "t": "name",
}  # fmt: skip

_FORMATS = """
: eret clrex
ss rv: mov
rm: movz movn movk
ssi rro sso: add sub
rsi rro rso: adds subs
si ro so: cmp cmn
rro srl: and orr eor
rro rrl: ands
rro: bic bics orn eon
ro rl: tst
ro: neg negs mvn
ra rc: ldr
ra: str ldrsb ldrsh
wa: ldrb strb ldrh strh
xa xc: ldrsw
ru: ldur stur ldursb ldursh
wu: ldurb sturb ldurh sturh
xu: ldursw
rrp: ldp stp
xxp: ldpsw
xA: adr
xP: adrp
L: b bl
rC: cbz cbnz
rnT: tbz tbnz
x: br blr
x _: ret
q: brk hlt svc hvc smc udf
y _: isb
y: dsb dmb
xS: mrs
Sx Sn: msr
n: hint
t _: bti
t: psb tsb
"""

# In the order of their encoding (ARM DDI 0487, C1.2.4); cs and cc are other names of hs and lo.
CONDITIONS = "eq ne hs lo mi pl vs vc hi ls ge lt gt le al".split()
SAME_CONDITION = {"cs": "hs", "cc": "lo"}

# The hints that have names (C6.2, HINT): what their CRm:op2 is.
HINTS = {
    "nop": 0, "yield": 1, "wfe": 2, "wfi": 3, "sev": 4, "sevl": 5, "dgh": 6, "xpaclri": 7, "pacia1716": 8,
    "pacib1716": 10, "autia1716": 12, "autib1716": 14, "esb": 16, "psb csync": 17, "tsb csync": 18, "csdb": 20,
    "clearbhb": 22, "paciaz": 24, "paciasp": 25, "pacibz": 26, "pacibsp": 27, "autiaz": 28, "autiasp": 29,
    "autibz": 30, "autibsp": 31, "bti": 32, "bti c": 34, "bti j": 36, "bti jc": 38,
}  # fmt: skip

# Options of dsb and dmb by number (C6.2); isb has only the last one.
BARRIERS = {
    "oshld": 1, "oshst": 2, "osh": 3, "nshld": 5, "nshst": 6, "nsh": 7, "ishld": 9, "ishst": 10, "ish": 11,
    "ld": 13, "st": 14, "sy": 15,
}  # fmt: skip

# Those that kernel code reads and writes in trampolines and entries (D23.2), by what the assembler must be given.
_SYSTEM = """
nzcv daif fpcr fpsr currentel spsel sp_el0 sp_el1 elr_el1 elr_el2 spsr_el1 spsr_el2 esr_el1 far_el1 vbar_el1
vbar_el2 sctlr_el1 tcr_el1 ttbr0_el1 ttbr1_el1 mair_el1 tpidr_el0 tpidrro_el0 tpidr_el1 tpidr_el2 contextidr_el1
cntvct_el0 cntfrq_el0 midr_el1 mpidr_el1 mdscr_el1 hcr_el2 id_aa64pfr0_el1 id_aa64isar0_el1 id_aa64mmfr0_el1
ctr_el0 dczid_el0 par_el1
"""
_SYSTEM_BY_NUMBER = {
    "pan": "s3_0_c4_c2_3", "uao": "s3_0_c4_c2_4", "dit": "s3_3_c4_c2_5", "ssbs": "s3_3_c4_c2_6",
    "tco": "s3_3_c4_c2_7", "apiakeylo_el1": "s3_0_c2_c1_0", "apiakeyhi_el1": "s3_0_c2_c1_1",
}  # fmt: skip
STATUS_FIELDS = ("spsel", "daifset", "daifclr")  # that take a number of four bits


@functools.cache
def formats() -> dict[str, tuple[str, ...]]:
    """mnemonic → the operand lists it takes, one letter for each operand; `_` is none at all."""
    found = {name: tuple(f.replace("_", "") for f in lists) for name, lists in table(_FORMATS).items()}
    found |= {name: ("",) for name in HINTS if " " not in name and name != "bti"}
    return found | {f"b.{condition}": ("C",) for condition in (*CONDITIONS, *SAME_CONDITION)}


@functools.cache
def system_registers() -> Mapping[str, str]:
    """Name → what Keystone knows it by."""
    return {name: name for name in _SYSTEM.split()} | _SYSTEM_BY_NUMBER


@functools.cache
def spoken_registers() -> Mapping[str, str]:
    """What Keystone knows a system register by → its name."""
    return {spelled: name for name, spelled in system_registers().items()}


def moved(mnemonic: str, wide: bool) -> int:
    """The bytes that a load or store moves of each register; `wide` where that has 64 bits."""
    if mnemonic in ("ldrsw", "ldpsw"):
        return 4
    if mnemonic.endswith("b"):
        return 1
    return 2 if mnemonic.endswith("h") else 8 if wide else 4


def is_logical(value: int, bits: int) -> bool:
    """Whether a number is a logical immediate: a run of ones, rotated in an element that is repeated.

    DecodeBitMasks() of the shared pseudocode (ARM DDI 0487, chapter J1)."""
    for size in (size for size in (2, 4, 8, 16, 32, 64) if size <= bits):
        element = value & ((1 << size) - 1)
        if value == sum(element << at for at in range(0, bits, size)) and 0 < element < (1 << size) - 1:
            turned = [(element >> by | element << (size - by)) & ((1 << size) - 1) for by in range(size)]
            return any(not run & (run + 1) for run in turned)
    return False
