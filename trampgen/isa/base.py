"""The shape that every instruction set fills in: operand kinds, relocation operators, statement lowering."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from trampgen.model.source import Span
from trampgen.model.values import Value


@dataclass(frozen=True, slots=True)
class OperandKind:
    """What one operand of an instruction can hold.

    `bits` counts the low bits that `align` implies (a DS-form displacement has 16 bits and align 4).
    `pc_base` is what a PC-relative displacement is counted from, in bytes after the instruction's start."""

    name: str
    bits: int
    signed: bool
    align: int = 1
    pc_relative: bool = False
    pc_base: int = 0
    literal_high: int | None = None  # a literal may be written up to here (lis takes 0xffff)
    fresh: bool = False  # the instruction begins a register
    repeats: bool = False  # a register can stand twice in one word: `mr` is an `or` of a register with itself

    @property
    def low(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.bits - 1 if self.signed else self.bits)) - self.align


@dataclass(frozen=True, slots=True)
class RelocationOperator:
    """A slice of a value: bits `shift` … `shift + width - 1` of it, after adding bit `carry_from` to itself.

    Adding 1 << carry_from before the shift is what `@ha` does: the low half will be sign-extended."""

    name: str
    shift: int
    width: int
    carry_from: int | None = None
    signed: bool = False  # the top bit is the value's sign wherever the field stands

    def apply(self, value: int) -> int:
        """The field's bits for a value, as an unsigned number."""
        carry = 0 if self.carry_from is None else 1 << self.carry_from
        return ((value + carry) >> self.shift) & ((1 << self.width) - 1)


@dataclass(frozen=True, slots=True)
class Slot:
    """An operand whose value the spec leaves open: a hole, or bits of a symbolic constant."""

    kind: OperandKind
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Displacement:
    """A known PC-relative displacement in assembly text, rendered as an absolute address."""

    value: int


Piece = str | Slot | Displacement


@dataclass(frozen=True, slots=True)
class Lowered:
    """One instruction in the assembler's own spelling; `shown` is the text for people, at rest."""

    mnemonic: str
    pieces: tuple[Piece, ...]
    numbers: tuple[int | None, ...]  # operands in order, None where a slot stands: what a read-back compares
    shown: str


@dataclass(frozen=True, slots=True)
class Line:
    """One assembly statement of one variant, its interpolations evaluated."""

    mnemonic: str
    parts: tuple[str | tuple[Value, Span], ...]
    span: Span


@dataclass(eq=False)  # not frozen: the interpreter sets an exception's traceback
class OperandError(Exception):
    """An operand that is not what the instruction takes; becomes a diagnostic at the statement."""

    code: str
    message: str
    span: Span
    notes: tuple[str, ...] = ()
    help: str = ""
    word: str = ""  # what stands where an operand should


@dataclass(frozen=True, slots=True)
class Pair:
    """Instructions of two words: the first has `value` under `mask`; none may cross a multiple of `boundary` bytes."""

    mask: int
    value: int
    boundary: int


@dataclass(frozen=True, slots=True)
class Isa:
    """One target: sizes, how its assembler and disassembler are opened, and how a statement is lowered."""

    name: str
    unit: int  # bytes of an instruction word
    pointer_bits: int
    keystone: tuple[int, int]  # KS_ARCH_*, KS_MODE_*: words are always assembled big-endian
    capstone: tuple[int, int]
    operators: Mapping[str, RelocationOperator]
    registers: frozenset[str]  # that a contract can name
    mnemonics: frozenset[str]  # whose operands are known
    operands: re.Pattern[str]  # what may stand behind a mnemonic when it reaches the assembler
    lower: Callable[[Line], Lowered]
    word_kinds: Callable[[list[int]], list[str]]
    sign_extends: Callable[
        [tuple[int, ...], int], bool
    ]  # whether word i of a raw instruction extends its low half
    aliases: Mapping[str, tuple[str, ...]]
    gnu_as: tuple[str, ...] = ()  # flags for a second opinion
    gnu_as_freedom: Mapping[str, int] = field(default_factory=dict)  # mnemonic → bits that it may choose
    pair: Pair | None = None  # None: every instruction is one word
