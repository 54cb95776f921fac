"""What a specification describes beside templates: instructions recognised, written, copied, repeated; opcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.syntax.ast import Expr, Name, Range, SlotPart, Statement, Text, Value

Part = TypeVar("Part", covariant=True)


@record
class Guarded(Generic[Part]):
    """`if … { }` around parts of a declaration."""

    condition: Expr
    parts: tuple[Part | Guarded[Part], ...]
    span: Span


@record
class Image:
    """`symbol NAME to NAME except LABEL, … because "…"`: where an object file has what is declared."""

    symbol: Text
    end: Text | None
    excepted: tuple[Name, ...]
    because: str
    span: Span


@record
class LabelSymbol:
    """`symbol NAME at LABEL`: what an object file calls a label or region of a template."""

    symbol: Text
    label: Name
    span: Span


@record
class AsmPattern:
    """`asm { tw ${to}, ${ra}, ${rb} }`: one instruction, its open names fields."""

    code: tuple[Statement, ...]
    span: Span


@record
class BitField:
    """Some bits of a pattern from the left: `011` and `--` as text, `<ra:5>` with its name and width in bits."""

    name: Name | None
    text: str
    width: int
    span: Span


@record
class BitPattern:
    """`011111 <to:5> …`, the most significant bit first."""

    fields: tuple[BitField, ...]
    span: Span


@record
class MaskPattern:
    """`mask 0xfc000000 value 0x0c000000`."""

    mask: Expr
    value: Expr
    span: Span


Pattern = AsmPattern | BitPattern | MaskPattern


@record
class DescribedWord:
    """A pattern with what is said of it: bits that the processor ignores, and why the pattern is here."""

    pattern: Pattern
    ignoring: Expr | None
    because: str
    doc: str


@record
class Action:
    """`do NAME(VALUE, …)`: what a consumer does with words of a row."""

    name: Name
    arguments: tuple[Expr, ...]
    span: Span


@record
class Row:
    """`NAME = pattern is CLASS, … do ACTION requires FIELD != …, …`, one row of a table."""

    name: Name
    word: DescribedWord
    classes: tuple[Name, ...]
    action: Action | None
    requires: tuple[Expr, ...]
    span: Span


@record
class Group:
    """`group NAME = pattern ordered { … }`: what a word of the pattern is, these rows alone say."""

    name: Name
    word: DescribedWord
    ordered: bool
    rows: tuple[Row | Group | Guarded[Row | Group], ...]
    span: Span


@record
class Covers:
    """`covers pattern`: every word of it is in a row."""

    word: DescribedWord
    span: Span


@record
class Predicate:
    """`predicate NAME`, `= none`, which is true where the other is false, or `= A or B` of rows and classes."""

    name: Name
    negated: bool
    among: tuple[Name, ...]
    doc: str
    span: Span


@record
class Table:
    """`table NAME: u32 unordered if … { … }`."""

    name: Name
    type: Name
    ordered: bool
    condition: Expr | None
    rows: tuple[Row | Group | Guarded[Row | Group], ...]
    covers: tuple[Covers, ...]
    predicates: tuple[Predicate, ...]
    doc: str
    span: Span
    symbols: tuple[Image | LabelSymbol, ...] = ()


@record
class Breakpoint:
    """`breakpoint NAME in TABLE if … { code { … } }`."""

    name: Name
    table: Name | None
    condition: Expr | None
    code: tuple[tuple[Statement, ...], ...]
    predicates: tuple[Predicate, ...]
    doc: str
    span: Span
    symbols: tuple[Image | LabelSymbol, ...] = ()


@record
class CopiedInsn:
    """`copied NAME: 4 or 8` or `copied NAME: 1..15`: how many bytes the instruction has that is copied into a slot."""

    name: Name
    sizes: tuple[Expr, ...]
    range: Range | None
    doc: str
    span: Span


@record
class Fill:
    """`fill NAME`: the breakpoint in the words that the copied instruction leaves."""

    breakpoint: Name
    span: Span


@record
class SlotForm:
    """`form NAME { … }`: what a slot holds beside the copied instruction, which stands in it by its name."""

    name: Name
    code: tuple[Statement, ...]
    doc: str
    span: Span


@record
class Slot:
    """`slot NAME size … align … page … reserve … if … { … }`; a page given as text is for the C compiler."""

    name: Name
    size: Value
    align: Value | None
    page: Value | Text
    reserve: Value | None
    condition: Expr | None
    parts: tuple[SlotPart | Guarded[SlotPart], ...]
    doc: str
    span: Span


@record
class SiteWord:
    """`word INDEX = pattern`."""

    index: Expr
    word: DescribedWord
    span: Span


@record
class Replace:
    """`replace NAME { word … }`: a state of a call site, by the words in which it differs."""

    name: Name
    words: tuple[SiteWord, ...]
    doc: str
    span: Span


@record
class NeverNop:
    """`never nop word INDEX in STATE`; without a state it is the one that the site begins in."""

    index: Expr
    state: Name | None
    because: str
    span: Span


SitePart = SiteWord | Replace | NeverNop


@record
class Callsite:
    """`callsite NAME if … { … }`."""

    name: Name
    condition: Expr | None
    parts: tuple[SitePart | Guarded[SitePart], ...]
    doc: str
    span: Span


@record
class ElementData:
    """`data NAME: u32` of a repeat: a word of each element, and the param that it holds."""

    name: Name
    type: Name
    doc: str
    span: Span


@record
class Repeat:
    """`repeat NAME count … if … { code { … } data … }`."""

    name: Name
    count: Value
    condition: Expr | None
    code: tuple[tuple[Statement, ...], ...]
    data: tuple[ElementData, ...]
    doc: str
    span: Span
    symbols: tuple[Image | LabelSymbol, ...] = ()


@record
class Opcodes:
    """`0x06, 0x60..0x62 because "…"`: opcodes that a bitmap lists for one reason."""

    items: tuple[Expr | Range, ...]
    because: str
    span: Span


@record
class Bitmap:
    """`bitmap NAME: opcode if … { all except { … } }`, or `only { … }`; `written`: its words as somebody has them."""

    name: Name
    type: Name
    condition: Expr | None
    excludes: bool
    listed: tuple[Opcodes | Guarded[Opcodes], ...]
    written: Written | None
    doc: str
    span: Span
    symbols: tuple[Image | LabelSymbol, ...] = ()


@record
class Written:
    """`as written WORD, …`."""

    words: tuple[Expr, ...]
    span: Span


@record
class Comparison:
    """`compare NAME with NAME`."""

    left: Name
    right: Name
    span: Span

    @property
    def name(self) -> Name:
        """What messages call it by."""
        return self.left


@record
class Course:
    """`stepped because …` or `followed because …`: who has control after the copied instruction."""

    kind: str
    because: str
    span: Span


@record
class Scratch:
    """`scratch from rsi, rdi`: the operand's base is the first of these that the instruction leaves free."""

    registers: tuple[Name, ...]
    span: Span


@record
class Adjust:
    """`adjust displacement`."""

    span: Span


@record
class OperandRule:
    """`when rip_relative { … }`."""

    operand: Name
    action: Scratch | Adjust
    span: Span


RewritePart = Course | OperandRule


@record
class Rewrite:
    """`rewrite NAME if … { … }`."""

    name: Name
    condition: Expr | None
    parts: tuple[RewritePart | Guarded[RewritePart], ...]
    doc: str
    span: Span
