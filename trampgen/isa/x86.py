"""x86: the names of its targets and their modes; no assembly yet, so every template is refused."""

from __future__ import annotations

import re

from trampgen.isa.base import Isa, Line, Lowered, OperandError


def _lower(line: Line) -> Lowered:
    raise OperandError(
        "assembler-rejects", f"`{line.mnemonic}`: no code can be written for x86 yet", line.span
    )


def _isa(name: str, bits: int) -> Isa:
    return Isa(
        name=name,
        unit=4,
        nop_word=0x90909090,
        pointer_bits=bits,
        keystone=(4, bits // 8),  # KS_ARCH_X86, KS_MODE_32 or KS_MODE_64
        capstone=(3, bits // 8),  # CS_ARCH_X86, CS_MODE_32 or CS_MODE_64
        operators={},
        registers=frozenset(),
        mnemonics=frozenset(),
        operands=re.compile(r"(?!)"),
        lower=_lower,
        word_kinds=lambda words: ["insn"] * len(words),
        sign_extends=lambda words, index: False,
        agrees=lambda mnemonic, numbers, found, address: True,
        nop="nop",
        replaceable=lambda word: False,
    )


ISAS = {"x86_32": _isa("x86_32", 32), "x86_64": _isa("x86_64", 64)}
