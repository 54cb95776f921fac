"""What a specification says, before any name is looked up.

Nodes carry the span they were written at, and each is only itself: two that read alike are not equal."""

from __future__ import annotations

from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.syntax.ast_tables import (
    Bitmap,
    Breakpoint,
    Callsite,
    Comparison,
    CopiedInsn,
    Fill,
    Image,
    LabelSymbol,
    Repeat,
    Rewrite,
    Slot,
    SlotForm,
    Table,
)

# ---- expressions ---------------------------------------------------------------------------------------


@record
class Number:
    """A literal, in whatever base it was written."""

    value: int
    span: Span


@record
class Name:
    """An identifier where it stands."""

    text: str
    span: Span


@record
class Text:
    """A string literal, without its quotes."""

    value: str
    span: Span


@record
class Address:
    """`&label`."""

    label: Name
    span: Span


@record
class Relocation:
    """`operand@operator`, such as `reladdr@ha`."""

    operand: Expr
    operator: Name
    span: Span


@record
class Call:
    """`offsetof(field)`, `sizeof(name)`."""

    function: Name
    arguments: tuple[Expr, ...]
    span: Span


@record
class Unary:
    """`-x`, `~x`, `!x`."""

    operator: str
    operand: Expr
    span: Span


@record
class Binary:
    """`left operator right`."""

    operator: str
    left: Expr
    right: Expr
    span: Span


@record
class Member:
    """`pt_regs.gpr[n]`: the path below `base` holds names of members and the expressions of indices, in order."""

    base: Name
    path: tuple[str | Expr, ...]
    span: Span


@record
class Choice:
    """`then if condition else otherwise`: of places where control goes."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span


Expr = Number | Name | Address | Relocation | Call | Unary | Binary | Member | Choice


@record
class Map:
    """`{ elfv1: 40, _: 24 }`: a value for each case of one axis."""

    entries: tuple[tuple[Name, Expr], ...]
    span: Span


@record
class Range:
    """`low..high`, both included."""

    low: Expr
    high: Expr
    span: Span


Value = Expr | Map

# ---- statements of a code block ------------------------------------------------------------------------


@record
class Interpolation:
    """`${…}` in assembly text."""

    value: Expr
    span: Span


@record
class Asm:
    """One line of assembly: the mnemonic and, in order, text and interpolations."""

    mnemonic: Name
    operands: tuple[str | Interpolation, ...]
    span: Span


@record
class Raw:
    """An instruction given as words, with the assembly text they stand for."""

    words: tuple[Expr, ...]
    text: Text | None
    span: Span


@record
class Label:
    """`name:` in front of a statement."""

    name: Name
    span: Span


@record
class If:
    """`if … { } else …`; `otherwise` is empty without an else."""

    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]
    span: Span


@record
class For:
    """`for name in range { … }`."""

    name: Name
    range: Range
    body: tuple[Statement, ...]
    span: Span


@record
class Form:
    """What a region can be patched to; `pad` is the instruction that fills it up, where one may."""

    name: Name
    body: tuple[Statement, ...]
    pad: Name | None
    span: Span


@record
class Patch:
    """`patch FORM or FORM … rest { … }`: words that rest as one thing; the first form's name is the region's."""

    forms: tuple[Form, ...]
    rest: tuple[Statement, ...]
    span: Span


@record
class Literal:
    """`literal name: u32 rest 0`: a data word in the code, the label in front of it and the param it holds."""

    name: Name
    type: Name | None
    rest: Expr | None
    span: Span


@record
class Whole:
    """`${original}`: an instruction that is all param."""

    value: Expr
    span: Span


@record
class Expansion:
    """`load_imm64(r3, op)`: the body of a macro."""

    macro: Name
    arguments: tuple[Expr, ...]
    span: Span


Statement = Asm | Raw | Label | If | For | Patch | Literal | Whole | Expansion

# ---- contracts -----------------------------------------------------------------------------------------


@record
class Clause:
    """One promise: `clobbers r11, r12`, `never writes r2`, `sticky r13`, `exit ctr == r12`, `redzone 288`.

    `names` are registers; of memory, `below` says under which register it is excepted."""

    verb: str
    names: tuple[Name, ...]
    excepted: tuple[Name, ...]
    value: Expr | None
    because: str
    span: Span
    below: Name | None = None


@record
class Frame:
    """`frame pt_regs at r1 + 48`: where a struct lies while the code runs."""

    struct: Name
    address: Expr
    because: str
    span: Span


@record
class Facts:
    """Comparisons that hold, or slots that hold anything (`undefined`), for every value of a variable."""

    exprs: tuple[Expr, ...]
    undefined: bool
    variable: Name | None
    range: Range | None
    because: str
    span: Span


@record
class At:
    """`at label { … }`: what holds when control is there."""

    label: Name
    clauses: tuple[AnyClause, ...]
    span: Span


@record
class InForm:
    """`in jump { … }`: what holds with a region patched to that; `in jump.rest`: with the region at rest."""

    form: Name
    state: Name | None
    clauses: tuple[AnyClause, ...]
    span: Span

    @property
    def key(self) -> str:
        return f"{self.form.text}.{self.state.text}" if self.state is not None else self.form.text


@record
class Runs:
    """`runs original`: at a label, the whole instruction that a param is."""

    param: Name
    because: str
    span: Span


@record
class ClauseIf:
    """Clauses of a contract that hold where the condition does."""

    condition: Expr
    clauses: tuple[AnyClause, ...]
    span: Span


@record
class NeverAt:
    """`never at 0xff8, 0xffc of 4096`: where the code must not stand, or in `at label` what is at the label."""

    offsets: tuple[Expr, ...]
    modulus: Expr
    because: str
    span: Span


@record
class Goes:
    """`exit to back`, or in `at label` `calls handler`: where control goes, one of several. `verb` begins it."""

    verb: str
    targets: tuple[Expr, ...]
    because: str
    span: Span


@record
class Touches:
    """`stores memory[r1 + 24]`: memory outside the frame that the code writes, or with `loads` reads."""

    verb: str
    places: tuple[Expr, ...]
    because: str
    span: Span


@record
class Allow:
    """`allow lost-write of r1 because "…"`: a finding, of these things alone if any are named."""

    code: Name
    of: tuple[Expr, ...]
    because: str
    span: Span


AnyClause = Clause | Frame | Facts | At | InForm | ClauseIf | NeverAt | Goes | Runs | Touches | Allow


# ---- declarations --------------------------------------------------------------------------------------


@record
class Spdx:
    """`//! SPDX-License-Identifier: …`: the licence of every output."""

    identifier: str
    span: Span


@record
class Target:
    """`target ppc64`."""

    isa: Name
    span: Span


@record
class Include:
    """`include "file"`, relative to the file that has it."""

    path: Text
    span: Span


@record
class Case:
    """One case of an axis; without a guard it takes what is left. Its code is for `target`, if it names one."""

    name: Name
    guard: Text | None
    target: Name | None = None


@record
class Variant:
    """`variant abi { … }`: an axis and its cases, tested in order."""

    name: Name
    cases: tuple[Case, ...]
    span: Span


@record
class Impossible:
    """`impossible pcrel and ppc32`: a combination of cases that no build has."""

    cases: tuple[Name, ...]
    span: Span


@record
class Const:
    """`NAME = value`, one binding of a `const`."""

    name: Name
    value: Value
    span: Span


@record
class Extern:
    """`extern const NAME as "C text" from FUNCTION in range`."""

    name: Name
    c_text: Text
    unit: Text | None
    range: Range | None
    span: Span


@record
class ExternStruct:
    """`extern struct pt_regs from FUNCTION`: offsets of its members are externs.

    What the function is compiled with, its unit, has the struct."""

    name: Name
    unit: Text | None
    span: Span


@record
class Macro:
    """`macro NAME(a, b) { … }`: statements with names for what differs."""

    name: Name
    params: tuple[Name, ...]
    body: tuple[Statement, ...]
    doc: str
    span: Span


@record
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


@record
class Layout:
    """`layout NAME size … align … { … }`."""

    name: Name
    size: Expr | None
    align: Expr | None
    fields: tuple[Field, ...]
    commit_last: tuple[Name, ...]
    doc: str
    span: Span


@record
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


@record
class Copy:
    """`copy original[31:28] unless 0xf`: bits of an instruction that the first word takes over."""

    param: Name
    high: Expr
    low: Expr
    unless: Expr | None
    because: str
    span: Span


@record
class Over:
    """`over kprobe_breakpoint under stop_machine`: what a site replaces, and what keeps other CPUs away meanwhile."""

    breakpoint: Name
    under: Name | None
    span: Span


@record
class Reach:
    """`reach slot as written -4..4 of slot - ip`: a check as somebody wrote it by hand; without `of`, of the param."""

    param: Name
    type: Name | None
    range: Range | None
    align: Expr | None
    of: Expr | None
    because: str
    span: Span


@record
class Template:
    """`stub NAME in LAYOUT.FIELD if … { … }`; `kind` is stub, optprobe or site."""

    kind: str
    name: Name
    layout: Name | None
    field: Name | None
    condition: Expr | None
    params: tuple[Param, ...]
    code: tuple[tuple[Statement, ...], ...]
    copies: tuple[Copy, ...]
    overs: tuple[Over, ...]
    reaches: tuple[Reach, ...]
    contract: tuple[AnyClause, ...]
    doc: str
    span: Span
    symbols: tuple[Image | LabelSymbol, ...] = ()


@record
class Merge:
    """`merge words range as written …`."""

    words: Range
    written: tuple[Expr, ...]
    span: Span


@record
class Family:
    """`family NAME if … { … }`."""

    name: Name
    condition: Expr | None
    members: tuple[Name, ...]
    extract: tuple[Name, ...]
    merges: tuple[Merge, ...]
    doc: str
    span: Span


SlotPart = CopiedInsn | Fill | SlotForm | Param
Described = Table | Breakpoint | Slot | Callsite | Repeat | Bitmap | Rewrite
InObjects = Template | Table | Breakpoint | Repeat | Bitmap  # has `symbols`
Declaration = (
    Spdx
    | Target
    | Include
    | Variant
    | Impossible
    | Const
    | Extern
    | ExternStruct
    | Macro
    | Layout
    | Template
    | Family
    | Described
    | Comparison
)
