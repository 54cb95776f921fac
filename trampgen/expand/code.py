"""A code block for one combination of cases, as a list of lines: conditions decided, loops and macros unrolled."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from trampgen.diagnostics import Note, Report
from trampgen.expand.evaluate import Context, EvaluationError, bounds, condition, evaluate
from trampgen.expand.raw import RawLine, prefixed_line, raw_line
from trampgen.isa.base import Line, OperandError
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Affine, Register, Value
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import places_of

_MOST_LINES = 10_000  # of one code block in one combination of cases, once all of it is unrolled
_MOST_STEPS = 4 * _MOST_LINES  # statements looked at, and rounds of loops, which can be empty
_DEEPEST = 150  # blocks within blocks, through macros too


@record
class WholeWord:
    """A word that is one param from end to end: a data word (a literal, of several bytes of code), or a whole
    instruction."""

    param: str
    kind: str  # data, insn
    span: Span
    signed: bool = False  # as a literal can be
    size: int = 1  # in words
    is_long: bool = False  # of 64 bits

    @property
    def text(self) -> str:
        """The word as a listing shows it."""
        directive = ".quad" if self.is_long else ".long"
        return f"{directive} {self.param}" if self.kind == "data" else self.param


AnyLine = Line | RawLine | WholeWord


@record
class Block:
    """Lines, and labels that stand before the line of their index."""

    lines: tuple[AnyLine, ...]
    labels: tuple[tuple[ast.Name, int], ...]

    def starts(self, first: int = 0) -> list[int]:
        """The word at which each line begins, and that after the end."""
        return list(itertools.accumulate(map(width, self.lines), initial=first))


def width(line: AnyLine) -> int:
    """How many words a line takes; 0 of an instruction of bytes that has not been measured."""
    match line:
        case RawLine():
            return len(line.words)
        case Line():
            return line.size
        case WholeWord():
            return line.size


@record
class Form:
    """What a region can be patched to; `pad` asks for nops behind it."""

    name: ast.Name
    block: Block
    pad: ast.Name | None = None


@record
class Region:
    """Words `start` … `end - 1` of a template rest as they are, and can be patched to one of the forms.

    `lines` are those of the block at rest, the first one and that behind the last one."""

    name: ast.Name
    lines: tuple[int, int]
    forms: tuple[Form, ...]
    start: int = 0
    end: int = 0


@record
class Code:
    """A code block at rest, the regions in it and the literals that it declares."""

    block: Block
    regions: tuple[Region, ...]
    literals: tuple[ast.Literal, ...]
    steps: int  # statements gone through, once loops and macros are unrolled

    def sections(self) -> Iterator[tuple[str | None, int, Block]]:
        """The code at rest, which begins at word 0, and every form under its name with the word it begins at."""
        yield None, 0, self.block
        for region in self.regions:
            yield from ((form.name.text, region.start, form.block) for form in region.forms)

    def places(self) -> Iterator[tuple[ast.Name, int]]:
        """Every label, in the forms of regions too, and every region, with its word."""
        for _, start, block in self.sections():
            starts = block.starts(start)
            yield from ((name, starts[index]) for name, index in block.labels)
        yield from ((region.name, region.start) for region in self.regions)


class TooMuch(Exception):
    """Unrolled, the code is longer than any trampoline; it has been reported."""


@dataclass(slots=True, eq=False, repr=False)
class _Expander:
    """One code block on its way. `used_at` are the uses of macros that lead to the present statement."""

    scope: Scope
    report: Report
    steps: int = 0
    depth: int = 0
    lines: list[AnyLine] = field(default_factory=list)
    labels: list[tuple[ast.Name, int]] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    literals: list[ast.Literal] = field(default_factory=list)
    used_at: list[ast.Expansion] = field(default_factory=list)

    def block(self, statements: tuple[ast.Statement, ...], context: Context) -> None:
        """Every statement of a block; one that is wrong is reported and left out."""
        self.depth += 1
        for statement in statements:
            if self.depth > _DEEPEST:
                what = f"unrolled, these blocks are nested more than {_DEEPEST} levels deep"
                self.refuse("too-deep", statement, what)
            try:
                self.statement(statement, context)
            except EvaluationError as error:
                error.tell(self.report, context.cases.items(), self.notes())
            self.count(statement)
        self.depth -= 1

    def count(self, statement: ast.Statement) -> None:
        """One step more: a statement, or a round of a loop. Raises TooMuch."""
        self.steps += 1
        if len(self.lines) > _MOST_LINES:
            self.refuse("too-many", statement, f"unrolled, this code has more than {_MOST_LINES:,} lines")
        if self.steps > _MOST_STEPS:
            what = f"unrolling this code goes through more than {_MOST_STEPS:,} statements"
            self.refuse("too-many", statement, what)

    def refuse(self, code: str, statement: ast.Statement, what: str) -> NoReturn:
        """End it here; of a macro's statement, the template shows where it is used."""
        at = self.used_at[0] if self.used_at else statement
        self.report.error(code, at.span, what)
        raise TooMuch

    def notes(self) -> list[Note]:
        """Where the macros that the present statement comes from are used."""
        return [Note(f"in `{use.macro.text}`, used here", use.span) for use in reversed(self.used_at)]

    def statement(self, statement: ast.Statement, context: Context) -> None:
        match statement:
            case ast.Label():
                self.labels.append((statement.name, len(self.lines)))
            case ast.If():
                holds = condition(statement.condition, context)
                self.block(statement.then if holds else statement.otherwise, context)
            case ast.For():
                self.loop(statement, context)
            case ast.Expansion():
                self.expansion(statement, context)
            case ast.Patch():
                self.patch(statement, context)
            case ast.Literal():
                self.labels.append((statement.name, len(self.lines)))
                self.literals.append(statement)
                self.lines.append(_literal(statement, context))
            case ast.Whole():
                self.lines.append(_whole(statement, context))
            case ast.Raw():
                self.lines.append(raw_line(statement, context))
            case ast.Asm():
                used_at = self.used_at[0].span if self.used_at else None
                line = _line(statement, context, used_at)
                self.lines.append(_prefixed(line, context) or line)

    def loop(self, loop: ast.For, context: Context) -> None:
        low, high = bounds(loop.range, context)
        for value in range(low, high + 1):
            self.count(loop)
            self.block(loop.body, _with(context, {loop.name.text: value}))

    def expansion(self, use: ast.Expansion, context: Context) -> None:
        macro = self.scope.macros[use.macro.text]
        values = {p.text: _argument(a, context) for p, a in zip(macro.params, use.arguments, strict=True)}
        # A macro knows what it is given and what the whole spec knows, nothing of the code around it.
        inside = replace(context, variables=values, params=frozenset(), labels=frozenset())
        self.used_at.append(use)
        self.block(macro.body, inside)
        self.used_at.pop()

    def patch(self, patch: ast.Patch, context: Context) -> None:
        first = len(self.lines)
        forms = tuple(Form(form.name, self.form(form, context), form.pad) for form in patch.forms)
        self.block(patch.rest, context)
        self.regions.append(Region(patch.forms[0].name, (first, len(self.lines)), forms))

    def form(self, form: ast.Form, context: Context) -> Block:
        inner = _Expander(self.scope, self.report, self.steps, self.depth, used_at=self.used_at)
        inner.block(form.body, context)
        self.steps = inner.steps
        self.literals += inner.literals
        return Block(tuple(inner.lines), tuple(inner.labels))


def expand(statements: tuple[ast.Statement, ...], context: Context, report: Report) -> Code:
    """The lines of a code block; what is wrong with it is in the report."""
    expander = _Expander(context.scope, report)
    labels = frozenset(name.text for name in places_of(statements))
    try:
        expander.block(statements, replace(context, labels=labels))
    except TooMuch:
        return Code(Block((), ()), (), (), expander.steps)
    block = Block(tuple(expander.lines), tuple(expander.labels))
    return Code(block, tuple(expander.regions), tuple(expander.literals), expander.steps)


def _with(context: Context, variables: Mapping[str, Value]) -> Context:
    return replace(context, variables={**context.variables, **variables})


def _argument(argument: ast.Expr, context: Context) -> Value:
    """What a macro is given: a register by its name, or a value."""
    text = argument.text if isinstance(argument, ast.Name) else ""
    if text in context.isa.registers and text not in context.variables:
        return Register(text)
    return evaluate(argument, context)


def _literal(literal: ast.Literal, context: Context) -> WholeWord:
    kind = literal.type.text if literal.type is not None else "u32"
    is_long = kind == "u64"
    size = (8 if is_long else 4) if context.isa.of_bytes else 1
    return WholeWord(literal.name.text, "data", literal.span, kind == "s32", size, is_long)


def _whole(statement: ast.Whole, context: Context) -> WholeWord:
    if context.isa.of_bytes:
        help = "end the template before it: what stands behind it is a template of its own"
        raise EvaluationError(
            "open-operand", statement.span, "an instruction of bytes is of any length", help
        )
    value = evaluate(statement.value, context)
    if not isinstance(value, Affine) or value.addend:
        help = "a known instruction is written as assembly, or with raw"
        raise EvaluationError("open-operand", statement.span, "a whole instruction is a param", help)
    return WholeWord(value.param, "insn", statement.span)


def _prefixed(line: Line, context: Context) -> RawLine | None:
    """The words of an instruction that no assembler is asked for."""
    try:
        found = context.isa.prefixed(line)
    except OperandError as error:
        raise EvaluationError(error.code, error.span, error.message, error.help) from None
    return None if found is None else prefixed_line(found, context, line.span)


def _line(statement: ast.Asm, context: Context, used_at: Span | None) -> Line:
    parts = tuple(
        part if isinstance(part, str) else (evaluate(part.value, context), part.span)
        for part in statement.operands
    )
    return Line(
        statement.mnemonic.text, parts, statement.span, used_at, size=0 if context.isa.of_bytes else 1
    )
