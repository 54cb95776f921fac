"""RISC-V: instructions are recognised and read, and none is assembled, since Keystone 0.9.2 does not know them.

From The RISC-V Instruction Set Manual, Volume I, chapters 2 (RV32I), 5 (RV64I) and 16 (C)."""

from __future__ import annotations

from typing import NoReturn

from trampgen.isa import arm_lines
from trampgen.isa.arm_operands import CANONICAL
from trampgen.isa.base import Isa, Line, OperandError

_NOP = 0x00000013  # addi x0, x0, 0
_ABI = (
    "zero ra sp gp tp fp s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t0 t1 t2 t3 t4 t5 t6 a0 a1 a2 a3 a4 a5 a6 a7"
)
_REGISTERS = frozenset([*_ABI.split(), *(f"x{number}" for number in range(32)), "memory", "all"])
_RISCV, _COMPRESSED = 15, 1 << 2  # CS_ARCH_RISCV, CS_MODE_RISCVC


def lower(line: Line) -> NoReturn:
    """No statement can be assembled."""
    raise OperandError(
        "not-this-target",
        f"there is no assembler for `{line.mnemonic}`",
        line.span,
        help="write its word, as `raw 0x00000013`, or a row of a table by its bits",
    )


def replaceable(word: int) -> bool:
    """Without fence.i another hart may go on executing what was there (chapter 6, Zifencei)."""
    return False


def _target(name: str, bits: int, mode: int) -> Isa:
    return Isa(
        name=name,
        unit=4,
        nop_word=_NOP,
        pointer_bits=bits,
        keystone=(0, 0),  # it has no such architecture
        order="little",
        capstone=(_RISCV, mode | _COMPRESSED),
        capstone_order="little",
        operators={},
        registers=_REGISTERS,
        mnemonics=frozenset(),
        operands=CANONICAL,
        lower=lower,
        word_kinds=arm_lines.words_alone,
        sign_extends=arm_lines.never_extends,
        agrees=lambda mnemonic, numbers, found, address: False,
        nop="nop",
        replaceable=replaceable,
    )


# CS_MODE_RISCV32, CS_MODE_RISCV64
ISAS = {isa.name: isa for isa in (_target("riscv32", 32, 1 << 0), _target("riscv64", 64, 1 << 1))}
