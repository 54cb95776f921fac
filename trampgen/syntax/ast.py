"""What a specification says, before any name is looked up.

Nodes carry the span they were written at, and each is only itself: two that read alike are not equal."""

from __future__ import annotations

from dataclasses import dataclass

from trampgen.model.source import Span
from trampgen.syntax.ast_tables import Breakpoint, Callsite, Slot, Table

# ---- expressions ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A literal, in whatever base it was written."""

    value: int
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """An identifier where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A string literal, without its quotes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Address:
    """`&label`."""

    label: Name
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Relocation:
    """`operand@operator`, such as `reladdr@ha`."""

    operand: Expr
    operator: Name
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """`offsetof(field)`, `sizeof(name)`."""

    function: Name
    arguments: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`-x`, `~x`, `!x`."""

    operator: str
    operand: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """`left operator right`."""

    operator: str
    left: Expr
    right: Expr
    span: Span


Expr = Number | Name | Address | Relocation | Call | Unary | Binary


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """`{ elfv1: 40, _: 24 }`: a value for each case of one axis."""

    entries: tuple[tuple[Name, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """`low..high`, both included."""

    low: Expr
    high: Expr
    span: Span


Value = Expr | Map

# ---- statements of a code block ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Interpolation:
    """`${…}` in assembly text."""

    value: Expr
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Asm:
    """One line of assembly: the mnemonic and, in order, text and interpolations."""

    mnemonic: Name
    operands: tuple[str | Interpolation, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Raw:
    """An instruction given as words, with the assembly text they stand for."""

    words: tuple[Expr, ...]
    text: Text | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """`name:` in front of a statement."""

    name: Name
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class If:
    """`if … { } else …`; `otherwise` is empty without an else."""

    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


Statement = Asm | Raw | Label | If

# ---- contracts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """One promise: `clobbers r11, r12`, `never writes r2`, `exit ctr == r12`, `redzone 288`."""

    verb: str
    names: tuple[Name, ...]
    excepted: tuple[Name, ...]
    value: Expr | None
    because: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ClauseIf:
    """Clauses of a contract that hold where the condition does."""

    condition: Expr
    clauses: tuple[Clause | ClauseIf, ...]
    span: Span


# ---- declarations --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Spdx:
    """`//! SPDX-License-Identifier: …`: the licence of every output."""

    identifier: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """`target ppc64`."""

    isa: Name
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Include:
    """`include "file"`, relative to the file that has it."""

    path: Text
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One case of an axis; without a guard it takes what is left."""

    name: Name
    guard: Text | None


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """`variant abi { … }`: an axis and its cases, tested in order."""

    name: Name
    cases: tuple[Case, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Const:
    """`NAME = value`, one binding of a `const`."""

    name: Name
    value: Value
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Extern:
    """`extern const NAME as "C text" in range`."""

    name: Name
    c_text: Text
    range: Range | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a layout: kind is code, word, data or pad."""

    kind: str
    name: Name | None
    size: Value | None
    value: Value | None
    c_type: Text | None
    align: Value | None
    at: Value | None
    copied_as_one: bool
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """`layout NAME size … align … { … }`."""

    name: Name
    size: Expr | None
    align: Expr | None
    fields: tuple[Field, ...]
    commit_last: tuple[Name, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Param:
    """One name of a `param`, with what all names of it share."""

    name: Name
    type: Name | None
    range: Range | None
    align: Expr | None
    rest: Expr | None
    base: str
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """`stub NAME in LAYOUT.FIELD if … { … }`."""

    name: Name
    layout: Name | None
    field: Name | None
    condition: Expr | None
    params: tuple[Param, ...]
    code: tuple[tuple[Statement, ...], ...]
    contract: tuple[Clause | ClauseIf, ...]
    doc: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Merge:
    """`merge words range as written …`."""

    words: Range
    written: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """`family NAME if … { … }`."""

    name: Name
    condition: Expr | None
    members: tuple[Name, ...]
    extract: tuple[Name, ...]
    merges: tuple[Merge, ...]
    doc: str
    span: Span


Described = Table | Breakpoint | Slot | Callsite
Declaration = Spdx | Target | Include | Variant | Const | Extern | Layout | Stub | Family | Described
