"""The shape that every instruction set fills in: operand kinds, relocation operators, statement lowering."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from trampgen.model.record import record
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
    literal_low: int | None = (
        None  # a known number may be as low as this (an ARM offset has a bit that subtracts)
    )
    literal_high: int | None = None  # a literal may be written up to here (lis takes 0xffff)
    fresh: bool = False  # the instruction begins a register
    upper: bool = False  # the instruction fills the upper half of a register
    repeats: bool = False  # a register can stand twice in one word: `mr` is an `or` of a register with itself
    inverts: bool = False  # some bits are inverted by the sign: J1 and J2 of a Thumb branch
    spelling: str = "{:#x}"  # of a number, for the assembler
    as_offset: bool = False  # PC-relative, but the distance itself stands in the text: [pc, #0x10]
    loads: bool = False  # PC-relative, and what is there is loaded
    page: int = 0  # PC-relative, but counted in pages of so many bytes, from that in which the instruction is
    misread: bool = False  # the assembler takes the low bits of a target for those of the distance
    asked_high: int | None = (
        None  # the assembler is wrong beyond: what follows is the same arithmetic, untried
    )
    asked_low: int | None = None  # likewise
    # A power of two that the assembler is given where a value is open, because it has a shorter form for others.
    base: int = 0
    short: tuple[int, int] | None = None  # those others
    from_end: bool = False  # PC-relative from the end of the instruction, wherever that is
    names: tuple[str, ...] = ()  # of registers: what is spelt instead of a number,
    codes: tuple[int, ...] = ()  # and the numbers that they are when they are read back

    @property
    def low(self) -> int:
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.bits - 1 if self.signed else self.bits)) - self.align

    @property
    def known_low(self) -> int:
        """The lowest number that is not a hole's."""
        return self.low if self.literal_low is None else self.literal_low

    @property
    def positional(self) -> bool:
        """Whether an address stands in the text."""
        return self.pc_relative and not self.as_offset

    def operand(self, value: int, address: int) -> int:
        """The number that a reader of the instruction at an address sees for a value of this operand."""
        if self.codes:
            return self.codes[value]
        if self.page:
            return address - address % self.page + value * self.page
        return address + self.pc_base + value if self.positional else value

    def spelled(self, value: int, address: int) -> str:
        """What the assembler is given for it."""
        if self.names:
            return self.names[value]
        if self.misread:
            half = 1 << (self.bits - 1)
            return self.spelling.format(address + (value - address + half) % (2 * half) - half)
        return self.spelling.format(self.operand(value, address))


@record
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


@record
class Slot:
    """An operand whose value the spec leaves open: a hole, or bits of a symbolic constant."""

    kind: OperandKind
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Displacement:
    """A known PC-relative displacement, counted from its kind's `pc_base`."""

    value: int
    kind: OperandKind


Piece = str | Slot | Displacement


@record
class Encoded:
    """An instruction that no assembler is asked for: its bytes, first one first, the operand's all zero.

    The operand is `width` bytes from byte `at`, little-endian; there is none where `width` is 0. `unread`: capstone
    does not know it."""

    code: bytes
    at: int = 0
    width: int = 0
    unread: bool = False

    def with_operand(self, value: int) -> bytes:
        operand = (value & ((1 << 8 * self.width) - 1)).to_bytes(self.width, "little")
        return self.code[: self.at] + operand + self.code[self.at + self.width :]


@record
class Lowered:
    """One instruction in the assembler's own spelling; `shown` is the text for people, at rest."""

    mnemonic: str
    pieces: tuple[Piece, ...]
    numbers: tuple[int | None, ...]  # operands in order, None where a slot stands: what a read-back compares
    shown: str
    encoded: Encoded | None = None


@record
class Line:
    """One assembly statement of one variant, its interpolations evaluated.

    `used_at` is where the macro that it comes from is used; `size` counts words, and is 0 of an instruction of
    bytes that has not been measured."""

    mnemonic: str
    parts: tuple[str | tuple[Value, Span], ...]
    span: Span
    used_at: Span | None = None
    size: int = 1


@record
class Prefixed:
    """An instruction of two words that we encode ourselves: both words without the value that is spread over them.

    The prefix takes @h18 of the value, the suffix @l."""

    prefix: int
    suffix: int
    value: Value
    text: str
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


@record
class Pair:
    """Instructions of two words: the first has `value` under `mask`; none may cross a multiple of `boundary` bytes."""

    mask: int
    value: int
    boundary: int


@record
class Isa:
    """One target: sizes, how its assembler and disassembler are opened, and how a statement is lowered."""

    name: str
    unit: int  # bytes of an instruction word
    nop_word: int  # the instruction that does nothing
    pointer_bits: int
    keystone: tuple[
        int, int
    ]  # KS_ARCH_*, KS_MODE_*: words are assembled big-endian, which is value form, where it can be had
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
    # Whether capstone's (mnemonic, operands) at an address are the mnemonic and the numbers that were written.
    agrees: Callable[[str, list[int], tuple[str, str], int], bool]
    nop: str  # what the assembler calls it
    replaceable: Callable[[int], bool]  # whether a word may be replaced while another CPU may execute it
    rejected: Callable[[str, str], str] = lambda mnemonic, problem: ""  # help where the assembler takes none
    prefixed: Callable[[Line], Prefixed | None] = lambda line: None
    order: Literal["little", "big"] = "big"  # of the bytes that Keystone makes of an instruction
    capstone_order: Literal["little", "big"] = "big"  # of the bytes that capstone is given
    # The word of a statement at an address that Keystone does not know or gets wrong; None for any other.
    own_word: Callable[[str, int], int | None] = lambda text, address: None
    memory: str | None = None  # begins the macros that turn an instruction into what memory holds, and back
    condition: tuple[int, int] | None = None  # the bits that are an instruction's condition, and what is none
    gnu_as: tuple[str, ...] = ()  # flags for a second opinion
    gnu_as_order: Literal["little", "big"] = "big"
    gnu_as_head: tuple[str, ...] = ()  # directives before the code
    # A line in its own dialect, given params and externs, and how it is told their numbers: before the code and behind.
    gnu_as_text: Callable[[str, Mapping[str, int]], str] = lambda text, numbers: text
    gnu_as_prefix: str = ""  # of names there, where some would be words of the language
    gnu_as_settings: Callable[[Mapping[str, int]], tuple[list[str], list[str]]] = lambda numbers: (
        [f".set {name}, {value}" for name, value in sorted(numbers.items())],
        [],
    )
    gnu_as_freedom: Mapping[str, int] = field(default_factory=dict)  # mnemonic → bits that it may choose
    # The bytes of the one instruction that a number is in value form; 0 of one that is two instructions.
    size_alone: Callable[[int], int] = lambda word: 4
    literal_load: str = ""  # how a load relative to the program counter is written; empty where there is none
    pair: Pair | None = None  # None: every instruction is one word
    # Where words are bytes: whether code is nothing but instructions that do nothing.
    only_nops: Callable[[bytes], bool] = lambda code: False

    jumps: frozenset[str] = frozenset(("b",))  # unconditional branches relative to themselves
    breaks: frozenset[str] = frozenset(("trap", "udf", "bkpt", "brk"))  # instructions that end a step

    @property
    def of_bytes(self) -> bool:
        """Whether instructions are of one or more bytes each, and not of words."""
        return self.unit == 1

    @property
    def word_name(self) -> str:
        return "byte" if self.of_bytes else "word"
