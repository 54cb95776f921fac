"""The value of an expression for one combination of cases."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import LayoutVariant
from trampgen.model.values import Affine, LabelAddress, Register, Relocated, Symbolic, Value, one_word
from trampgen.resolve.scope import Offset, Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import spell

_MOST_BITS = 64
_MOST_MEMBERS = 512  # of extern structs
_LONGEST_TEXT = 2000  # of a symbolic value: sums of sums grow exponentially


@dataclass(eq=False)  # not frozen: the interpreter sets an exception's traceback
class EvaluationError(Exception):
    """An expression without a value, as a diagnostic at its place."""

    code: str
    span: Span
    message: str
    help: str = ""

    def tell(self, report: Report, when: Iterable[tuple[str, str]] = (), notes: Iterable[Note] = ()) -> None:
        """Put it into the report, with the combination of cases in which it was found."""
        report.error(self.code, self.span, self.message, notes, self.help, when)


@record
class Context:
    """What names mean here: the chosen case of each axis, the template's params and labels, laid-out structs."""

    scope: Scope
    cases: Mapping[str, str]  # axis → case
    layouts: Mapping[str, LayoutVariant] = field(default_factory=dict)
    own_layout: str | None = None
    params: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    variables: Mapping[str, Value] = field(default_factory=dict)  # of loops, and what macros were given
    known: dict[str, Value] = field(default_factory=dict, compare=False)  # constants, each evaluated once

    @property
    def isa(self) -> Isa:
        """The instruction set in these cases."""
        return self.scope.isa_of(self.cases.values())


def evaluate(expr: ast.Value, context: Context) -> Value:
    """A number, or an open value; raises EvaluationError."""
    match expr:
        case ast.Number(value, span):
            return _bounded(value, span)
        case ast.Map():
            return evaluate(chosen(expr, context), context)
        case ast.Name():
            return _name(expr, context)
        case ast.Address(label, span):
            if label.text not in context.labels:
                help = did_you_mean(label.text, context.labels)
                raise EvaluationError("unknown-name", span, f"there is no label `{label.text}` here", help)
            return LabelAddress(label.text)
        case ast.Relocation():
            return _relocation(expr, context)
        case ast.Call():
            return _call(expr, context)
        case ast.Member():
            return _member(expr, context)
        case ast.Unary():
            return _unary(expr, context)
        case ast.Choice():
            message = "a choice is a place where control goes, no number"
            raise EvaluationError("needs-number", expr.span, message)
        case ast.Binary():
            return _binary(expr, context)


def number(expr: ast.Value, context: Context, what: str) -> int:
    """A value that must be known now: a size, a bound, a condition."""
    expr = chosen(expr, context)
    value = evaluate(expr, context)
    if isinstance(value, int):
        return value
    if isinstance(value, Register):
        raise _not_a_number(expr, value)
    if isinstance(value, Symbolic):
        names = ", ".join(value.externs)
        raise EvaluationError(
            "needs-number",
            expr.span,
            f"{what} needs a number, and {names} is not known here",
            f"supply it: -D {value.externs[0]}=…",
        )
    raise EvaluationError("needs-number", expr.span, f"{what} needs a number, not a param or a label")


def ends(given: ast.Range, context: Context, what: str = "a range") -> tuple[int, int]:
    """The two numbers of a range, in whichever order they are."""
    return number(given.low, context, what), number(given.high, context, what)


def bounds(given: ast.Range, context: Context, what: str = "a range") -> tuple[int, int]:
    """The two numbers of a range that holds something: empty-range where it does not."""
    low, high = ends(given, context, what)
    if low > high:
        raise EvaluationError("empty-range", given.span, f"{low}..{high} holds nothing")
    return low, high


def condition(expr: ast.Expr, context: Context) -> bool:
    """Whether a condition holds for these cases."""
    return number(expr, context, "a condition") != 0


def chosen(expr: ast.Value, context: Context) -> ast.Expr:
    """The expression that a map has for these cases; any other expression is itself."""
    if not isinstance(expr, ast.Map):
        return expr
    values = {name.text: value for name, value in expr.entries}
    axis = next((context.scope.cases[case] for case in values if case in context.scope.cases), None)
    if axis is not None and axis not in context.cases:
        raise EvaluationError("needs-number", expr.span, f"this depends on {axis}, which is not chosen here")
    for case in (*context.cases.values(), "_"):
        if case in values:
            return values[case]
    raise EvaluationError("missing-case", expr.span, f"no value for {', '.join(context.cases.values())}")


def _name(name: ast.Name, context: Context) -> Value:
    scope, text = context.scope, name.text
    if text in context.variables:
        return context.variables[text]
    if text in context.params:
        return Affine(text)
    if text in scope.cases:
        axis = scope.cases[text]
        if axis not in context.cases:
            raise EvaluationError(
                "needs-number", name.span, f"`{text}` depends on {axis}, which is not chosen here"
            )
        return int(context.cases[axis] == text)
    if text in scope.consts:
        if text not in context.known:
            context.known[text] = evaluate(scope.consts[text].value, _outside(context))
        return context.known[text]
    if text in scope.externs:
        value = scope.value_of(text, name.span, context.cases)
        if value is not None:
            return value
        return Symbolic(scope.externs[text].c_text.value, text, (text,))
    raise EvaluationError("unknown-name", name.span, f"`{text}` has no value here")


def _outside(context: Context) -> Context:
    """Where constants are evaluated: what a template calls by a name means nothing there."""
    return replace(context, params=frozenset(), labels=frozenset(), variables={})


def _member(expr: ast.Member, context: Context) -> Value:
    """The offset of a struct's member: a number where it is supplied, else left to the C compiler."""
    steps = [step if isinstance(step, str) else number(step, context, "an index") for step in expr.path]
    if isinstance(steps[0], int):
        raise EvaluationError("bad-argument", expr.span, "a struct has members: its name is no array")
    if any(isinstance(step, int) and step < 0 for step in steps):
        raise EvaluationError("bad-argument", expr.span, "an index is not negative")
    path = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    name = f"{expr.base.text}{path}"
    c_text = f"offsetof(struct {expr.base.text}, {path.removeprefix('.')})"
    unit = context.scope.structs[expr.base.text].unit
    offset = Offset(expr.base.text, name, c_text, expr.span, unit.value if unit else None)
    context.scope.offsets.setdefault(name, offset)
    if len(context.scope.offsets) > _MOST_MEMBERS:
        raise EvaluationError("too-many", expr.span, f"more than {_MOST_MEMBERS:,} members of extern structs")
    value = context.scope.value_of(name, expr.span, context.cases)
    if value is not None:
        return value
    return Symbolic(c_text, one_word(name), (name,))


def _relocation(expr: ast.Relocation, context: Context) -> Value:
    base = evaluate(expr.operand, context)
    if isinstance(base, Relocated):
        raise EvaluationError("operator-operand", expr.span, "a slice of a slice")
    if isinstance(base, Register):
        raise _not_a_number(expr.operand, base)
    if expr.operator.text not in context.isa.operators:
        raise EvaluationError(
            "operator-operand",
            expr.operator.span,
            f"{context.isa.name} has no operator @{expr.operator.text}",
        )
    return Relocated(base, expr.operator.text)


def _call(expr: ast.Call, context: Context) -> Value:
    own = context.layouts.get(context.own_layout or "")
    fields = {f.name: f for f in own.fields if f.name} if own else {}
    argument = expr.arguments[0]
    if len(expr.arguments) != 1 or not isinstance(argument, ast.Name):
        help = f"one of the layout's fields: {', '.join(fields)}" if fields else ""
        raise EvaluationError("bad-argument", expr.span, f"{expr.function.text}() takes one name", help)
    found = fields.get(argument.text)
    if expr.function.text == "sizeof" and found is None and argument.text in context.layouts:
        return context.layouts[argument.text].size
    if found is None:
        help = did_you_mean(argument.text, fields)
        raise EvaluationError("unknown-name", argument.span, _no_such_field(argument.text, context), help)
    return found.offset if expr.function.text == "offsetof" else found.size


def _no_such_field(name: str, context: Context) -> str:
    if name in context.scope.layouts and name not in context.layouts:
        return f"layout `{name}` is declared after this use: move it up"
    if context.own_layout is None:
        return f"there is no field `{name}`: this stub is in no layout"
    return f"layout {context.own_layout} has no field `{name}` here"


def _not_a_number(expr: ast.Expr, register: Register) -> EvaluationError:
    what = f"`{spell(expr)}` is the register {register.name}, and a number is needed here"
    return EvaluationError("needs-number", expr.span, what)


def _unary(expr: ast.Unary, context: Context) -> Value:
    value = evaluate(expr.operand, context)
    if isinstance(value, Register):
        raise _not_a_number(expr.operand, value)
    if isinstance(value, int):
        return {"-": -value, "~": ~value, "!": int(not value)}[expr.operator]
    if isinstance(value, Symbolic):
        if expr.operator == "!":
            raise EvaluationError(
                "needs-number", expr.span, "`!` of a symbolic value", "supply the extern with -D"
            )
        return Symbolic(f"{expr.operator}({value.c})", f"{expr.operator}({value.asm})", value.externs)
    raise _not_affine(expr, context)


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "&": operator.and_, "|": operator.or_,
    "^": operator.xor, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


# Operators with one meaning for the C compiler, the assembler and us, whatever the sign and the type.
_SAME_EVERYWHERE = frozenset("+ - * & | ^ <<".split())


def _binary(expr: ast.Binary, context: Context) -> Value:
    left = evaluate(expr.left, context)
    if expr.operator in ("&&", "||") and isinstance(left, int) and bool(left) == (expr.operator == "||"):
        return int(bool(left))  # decided: the other side need not have a value
    right = evaluate(expr.right, context)
    for side, value in ((expr.left, left), (expr.right, right)):
        if isinstance(value, Register):
            raise _not_a_number(side, value)
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(_compute(expr, left, right), expr.span)
    if isinstance(left, int | Symbolic) and isinstance(right, int | Symbolic):
        if expr.operator not in _SAME_EVERYWHERE:
            message = f"`{expr.operator}` of a symbolic value is not the same in C, in assembly and here"
            raise EvaluationError(
                "needs-number", expr.span, message, "supply the extern with -D, or do without"
            )
        return _symbolic(expr, left, right)
    if expr.operator == "+" and isinstance(left, int):
        left, right = right, left
    if expr.operator in "+-" and isinstance(right, int) and isinstance(left, Affine | LabelAddress):
        addend = left.addend + (right if expr.operator == "+" else -right)
        if abs(addend) >= 1 << 63:
            raise EvaluationError("too-large", expr.span, "a constant of 64 bits beside a param")
        return replace(left, addend=addend)
    raise _not_affine(expr, context)


def _compute(expr: ast.Binary, left: int, right: int) -> int:
    op = expr.operator
    if op in ("/", "%"):
        if right == 0:
            raise EvaluationError("division-by-zero", expr.right.span, "division by zero")
        return left // right if op == "/" else left % right
    if op in ("<<", ">>"):
        if not 0 <= right <= _MOST_BITS:
            raise EvaluationError("too-large", expr.right.span, f"a shift by {right}")
        return left << right if op == "<<" else left >> right
    if op in ("&&", "||"):
        return int(bool(left) and bool(right)) if op == "&&" else int(bool(left) or bool(right))
    return int(_ARITHMETIC[op](left, right))


def _bounded(value: int, span: Span) -> int:
    if not -(1 << 63) <= value < 1 << 64:
        raise EvaluationError("too-large", span, "the value does not fit 64 bits")
    return value


def _symbolic(expr: ast.Binary, left: int | Symbolic, right: int | Symbolic) -> Symbolic:
    def text(side: int | Symbolic, c: bool) -> str:
        if isinstance(side, int):
            return str(side) if side < 1024 else hex(side)
        return f"({side.c})" if c else side.asm

    op = expr.operator
    if len(text(left, True)) + len(text(right, True)) > _LONGEST_TEXT:
        raise EvaluationError(
            "too-long", expr.span, f"the C text of this has more than {_LONGEST_TEXT:,} characters"
        )
    externs = [e for side in (left, right) if isinstance(side, Symbolic) for e in side.externs]
    return Symbolic(
        f"{text(left, True)} {op} {text(right, True)}",
        f"({text(left, False)} {op} {text(right, False)})",
        tuple(dict.fromkeys(externs)),
    )


def _not_affine(expr: ast.Expr, context: Context) -> EvaluationError:
    help = "compute the rest in the caller and pass the result as the param"
    if isinstance(expr, ast.Binary) and isinstance(expr.right, ast.Number) and context.isa.operators:
        if (expr.operator, expr.right.value) == ("&", 0xFFFF):
            help = (
                f"the low half is `{spell(expr.left)}@l`"
                if isinstance(expr.left, ast.Name)
                else "the low half is @l"
            )
        elif expr.operator == ">>" and expr.right.value in (16, 32, 48):
            help = "the upper halves are @h or, before a sign-extended low half, @ha (@higher, @highest further up)"
    message = "a hole holds a param or an address plus a constant, and nothing more"
    return EvaluationError("not-affine", expr.span, message, help)
