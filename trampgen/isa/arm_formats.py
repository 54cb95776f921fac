"""What the operands of ARM (A32) instructions can be: formats, ranges, versions of the architecture.

From the ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition (ARM DDI 0406C), chapters A5 and A8."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from trampgen.isa.base import OperandKind, RelocationOperator

GPR = OperandKind("register", 4, signed=False, spelling="r{}")
IMM8 = OperandKind("immediate", 8, signed=False)  # of a modified immediate that is not rotated
IMM16 = OperandKind("16-bit immediate", 16, signed=False)
IMM16_HIGH = OperandKind("16-bit immediate", 16, signed=False, upper=True)
OFFSET12 = OperandKind("offset", 12, signed=False, literal_low=-0xFFF)
OFFSET8 = OperandKind("offset", 8, signed=False, literal_low=-0xFF)
LITERAL = OperandKind(
    "literal", 12, signed=False, literal_low=-0xFFF, pc_relative=True, pc_base=8, as_offset=True, loads=True
)
TARGET = OperandKind("target", 26, signed=True, align=4, pc_relative=True, pc_base=8)
TARGET_THUMB = OperandKind("Thumb target", 26, signed=True, align=2, pc_relative=True, pc_base=8)
IMM24 = OperandKind("immediate", 24, signed=False)

OPERATORS = {op.name: op for op in (RelocationOperator("l", 0, 16), RelocationOperator("h", 16, 16))}

# One letter for an operand: a register, a register that may be shifted, a modified immediate, 16 and 12 plain
# bits, a word or byte in memory, a halfword there, a literal's label, a list, a base with or without !, a target.
KINDS: Mapping[str, OperandKind] = {
    "r": GPR, "m": IMM8, "w": IMM16, "W": IMM16_HIGH, "d": OFFSET12, "h": OFFSET8, "c": LITERAL,
    "L": TARGET, "X": TARGET_THUMB, "v": IMM24,
}  # fmt: skip
LOOKS: Mapping[str, str] = {
    "r": "register", "o": "register", "m": "#immediate", "w": "#immediate", "W": "#immediate", "q": "#immediate",
    "v": "#immediate", "d": "[register, #offset]", "h": "[register, #offset]", "c": "${&literal}",
    "g": "{registers}", "b": "register", "L": "${target}", "X": "${target}", "K": "${target}", "B": "${target}",
    "p": "cpsr", "P": "cpsr_fields",
}  # fmt: skip

_FORMATS = """
: nop
ro rm: mov movs mvn mvns cmp cmn tst teq
rro rrm rr rm: add adds sub subs rsb rsbs adc adcs sbc sbcs rsc rscs and ands orr orrs eor eors bic bics
rw: movw
rW: movt
rd rc: ldr
rd: ldrb str strb
rh: ldrh strh ldrsb ldrsh
bg: ldm ldmia ldmib ldmda ldmdb ldmfd ldmea ldmfa ldmed stm stmia stmib stmda stmdb stmfd stmea stmfa stmed
g: push pop
L: b bl
r: bx
r X: blx
rp: mrs
Pr: msr
v: svc
"""

# The version that an instruction came with, where that is after ARMv4 (ARM ARM, A8, and DDI 0100I, A4).
_SINCE = """
5: bx blx clz bkpt ldrd strd pld
7: movw movt bfi bfc ubfx sbfx mls rbit dmb dsb isb sev wfe wfi yield clrex ldrex ldrexb ldrexh ldrexd strex
7: strexb strexh strexd rev rev16 revsh uxtb uxth sxtb sxth uxtab uxtah sxtab sxtah sel ssat usat cps cpsie
7: cpsid setend smc hvc pldw pli ldrht strht ldrsbt ldrsht
"""


def table(text: str) -> dict[str, tuple[str, ...]]:
    """mnemonic → the operand lists it takes, one letter for each operand."""
    found: dict[str, tuple[str, ...]] = {}
    for row in text.strip("\n").split("\n"):
        letters, _, mnemonics = row.partition(":")
        found |= dict.fromkeys(mnemonics.split(), tuple(letters.split()) or ("",))
    return found


@functools.cache
def formats() -> dict[str, tuple[str, ...]]:
    """mnemonic without a condition → the operand lists it takes."""
    return table(_FORMATS)


@functools.cache
def since() -> dict[str, int]:
    """mnemonic → the version that it came with; what is not there is older than all targets.

    What came with ARMv6 counts as 7: there is no target between."""
    rows = (row.partition(":") for row in _SINCE.strip().split("\n"))
    return {mnemonic: int(version) for version, _, names in rows for mnemonic in names.split()}


@functools.cache
def rotated() -> tuple[int, ...]:
    """All modified immediates in order: 8 bits rotated right by an even number (ARM ARM, A5.2.4)."""
    return tuple(sorted({ror(bits, by) for by in range(0, 32, 2) for bits in range(1 << 8)}))


def ror(value: int, by: int) -> int:
    """32 bits rotated right."""
    return (value >> by | value << (32 - by)) & 0xFFFFFFFF
