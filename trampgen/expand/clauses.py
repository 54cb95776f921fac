"""Clauses of a contract as data, for one combination of cases: constants are numbers, each `for` is unrolled."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.expand.evaluate import Context, EvaluationError, bounds, evaluate, number
from trampgen.model import contracts as model
from trampgen.model.record import record
from trampgen.model.values import Affine, Symbolic, one_word
from trampgen.resolve.contracts import MEMORY, is_file
from trampgen.syntax import ast
from trampgen.syntax.walk import spell

_MOST_FACTS = 4096  # of one clause, its `for` unrolled
AMOUNTS = ("redzone", "stack align", "callee owns")
_COMPARES = ("==", "!=", "<", "<=", ">", ">=")
Stated = ast.Clause | ast.Frame | ast.Facts | ast.Goes | ast.Runs | ast.Touches | ast.Allow


@record
class Speaker:
    """What names mean in a contract: params and literals by name, labels, states of regions, the round of a `for`,
    registers of the target."""

    context: Context
    given: frozenset[str]
    labels: frozenset[str]
    states: dict[str, tuple[str, str]]
    variables: dict[str, int]

    def round(self, name: str, value: int) -> Speaker:
        return Speaker(self.context, self.given, self.labels, self.states, {**self.variables, name: value})


def clauses(stated: Stated, at: str | None, speaker: Speaker) -> Iterator[model.Clause]:
    """What one clause says; `at` is the label that it stands at. Raises EvaluationError."""
    match stated:
        case ast.Clause():
            yield _clause(stated, at, speaker)
        case ast.Frame():
            yield model.Frame(stated.struct.text, term(stated.address, speaker))
        case ast.Facts():
            yield from _facts(stated, at, speaker)
        case ast.Goes():
            shown = ", ".join(spell(target) for target in stated.targets)
            yield model.Goes(at, tuple(term(target, speaker) for target in stated.targets), shown)
        case ast.Runs(param):
            yield model.Runs(at, param.text)
        case ast.Touches():
            places = [term(place, speaker) for place in stated.places]
            memory = tuple(place for place in places if isinstance(place, model.Memory))
            yield model.Touches("loads" if stated.verb == "loads" else "stores", memory)
        case ast.Allow():
            of = tuple(spell(one) for one in stated.of)
            yield model.Allow(stated.code.text, of, stated.because, stated.span)


def _clause(stated: ast.Clause, at: str | None, speaker: Speaker) -> model.Clause:
    names = tuple(name.text for name in stated.names)
    match stated.verb:
        case "redzone" | "stack align" | "callee owns" as verb:
            assert stated.value is not None
            return model.Amount(verb, _amount(stated, verb, speaker))
        case "clobbers" | "preserves" | "never writes" | "sticky" as verb:
            below = stated.below.text if stated.below else None
            return model.Registers(verb, names, tuple(name.text for name in stated.excepted), below)
        case _:
            assert stated.value is not None
            return _fact(stated.value, at, speaker)


def _amount(stated: ast.Clause, verb: str, speaker: Speaker) -> int:
    assert stated.value is not None
    value = number(stated.value, speaker.context, "a size")
    if not 0 <= value <= 1 << 20 or (verb == "stack align" and (not value or value & (value - 1))):
        what = "an alignment is a power of two" if verb == "stack align" else "no stack has that"
        raise EvaluationError("bad-argument", stated.value.span, f"{verb} {value}: {what}")
    return value


def _facts(stated: ast.Facts, at: str | None, speaker: Speaker) -> Iterator[model.Clause]:
    if stated.variable is None or stated.range is None:
        rounds = [speaker]
    else:
        low, high = bounds(stated.range, speaker.context)
        if high - low >= _MOST_FACTS:
            raise EvaluationError("too-many", stated.span, f"more than {_MOST_FACTS:,} rounds")
        rounds = [speaker.round(stated.variable.text, value) for value in range(low, high + 1)]
    for one in rounds:
        if stated.undefined:
            yield model.Undefined(at, tuple(term(expr, one) for expr in stated.exprs))
        else:
            yield from (_fact(expr, at, one) for expr in stated.exprs)


def _fact(expr: ast.Expr, at: str | None, speaker: Speaker) -> model.Fact:
    if not isinstance(expr, ast.Binary) or expr.operator not in _COMPARES:
        help = "a fact is a comparison, such as `ctr == r12`"
        raise EvaluationError("no-fact", expr.span, "this is nothing that could hold", help)
    left, right = term(expr.left, speaker), term(expr.right, speaker)
    return model.Fact(at, expr.operator, left, right, f"{_side(left)} {expr.operator} {_side(right)}")


def _side(term: model.Term) -> str:
    """A side of a comparison: what binds less tightly elsewhere is in parentheses there, too."""
    return _inner(term) if isinstance(term, model.Binary) and term.operator in "&|^" else shown(term)


def term(expr: ast.Expr, speaker: Speaker) -> model.Term:
    """What an expression of a contract means."""
    match expr:
        case ast.Name(text) if text in speaker.variables:
            return model.Number(speaker.variables[text])
        case ast.Name(text) if text in speaker.given:
            return model.Given(text)
        case ast.Name(text) if text in speaker.context.isa.registers:
            return model.Register(text)
        case ast.Address(label) if label.text in speaker.context.scope.structs:
            return model.Begin(label.text)
        case ast.Address(label) if label.text in speaker.labels:
            return model.Place(label.text)
        case ast.Member():
            return _member(expr, speaker)
        case ast.Choice(condition, then, otherwise):
            return model.Choice(
                _fact(condition, None, speaker), term(then, speaker), term(otherwise, speaker)
            )
        case ast.Unary("-" | "~" as operator, operand):
            return _folded(model.Unary(operator, term(operand, speaker)))
        case ast.Binary("+" | "-" | "*" | "&" | "|" | "^" | "<<" | ">>" as operator, left, right):
            return _folded(model.Binary(operator, term(left, speaker), term(right, speaker)))
    value = evaluate(expr, speaker.context)
    if isinstance(value, Affine) and value.addend == 0:
        return model.Given(value.param)
    if not isinstance(value, int | Symbolic):
        raise EvaluationError("needs-number", expr.span, f"`{spell(expr)}` is no value that a register has")
    return model.Number(value)


def _member(expr: ast.Member, speaker: Speaker) -> model.Term:
    steps = [step if isinstance(step, str) else _index(step, speaker) for step in expr.path]
    if expr.base.text in MEMORY and not isinstance(expr.path[0], str):
        return model.Memory(term(expr.path[0], speaker), MEMORY[expr.base.text])
    if is_file(expr.base.text, speaker.context.isa.registers) and isinstance(expr.path[0], ast.Expr):
        number = term(expr.path[0], speaker)
        if isinstance(number, model.Number):
            return model.Register(f"{expr.base.text}{number.value}")
        if isinstance(number, model.Given):
            return model.Indexed(expr.base.text, number.param)
    if expr.base.text == "entry":
        name = "".join(str(step) for step in steps)
        if name not in speaker.context.isa.registers:
            raise EvaluationError(
                "unknown-name", expr.span, f"{speaker.context.isa.name} has no register {name}"
            )
        return model.AtEntry(name)
    path = "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps)
    name = f"{expr.base.text}{path}"
    c_text = f"offsetof(struct {expr.base.text}, {path.removeprefix('.')})"
    supplied = None
    if None not in steps:
        supplied = speaker.context.scope.value_of(name, expr.span, speaker.context.cases)
    offset = Symbolic(c_text, one_word(name), (name,)) if supplied is None else supplied
    return model.Member(expr.base.text, name, offset)


def _index(step: ast.Expr, speaker: Speaker) -> int | None:
    value = term(step, speaker)
    return value.value if isinstance(value, model.Number) and isinstance(value.value, int) else None


def _folded(term: model.Unary | model.Binary) -> model.Term:
    """Numbers alone are a number."""
    match term:
        case model.Unary("-", model.Number(int(value))):
            return model.Number(-value)
        case model.Unary("~", model.Number(int(value))):
            return model.Number(~value)
        case model.Binary(operator, model.Number(int(left)), model.Number(int(right))):
            return model.Number(_computed(operator, left, right))
    return term


def _computed(operator: str, left: int, right: int) -> int:
    shift = min(max(right, 0), 64)
    return {
        "+": left + right, "-": left - right, "*": left * right, "&": left & right, "|": left | right,
        "^": left ^ right, "<<": left << shift, ">>": left >> shift,
    }[operator]  # fmt: skip


def shown(term: model.Term) -> str:
    """A term as the spec could have written it."""
    match term:
        case model.Number(value):
            if isinstance(value, int):
                return str(value) if abs(value) < 1024 else hex(value)
            alone = len(value.externs) == 1 and one_word(value.externs[0]) == value.asm
            return value.externs[0] if alone else value.asm
        case model.Register(name):
            return name
        case model.AtEntry(name):
            return f"entry.{name}"
        case model.Given(param):
            return param
        case model.Indexed(prefix, param):
            return f"{prefix}[{param}]"
        case model.Member():
            return term.name
        case model.Begin(struct):
            return f"&{struct}"
        case model.Place(label):
            return f"&{label}"
        case model.Choice(condition, then, otherwise):
            return f"{shown(then)} if {condition.text} else {shown(otherwise)}"
        case model.Memory(address, size):
            return f"{next(name for name, bytes in MEMORY.items() if bytes == size)}[{shown(address)}]"
        case model.Unary(operator, operand):
            return f"{operator}{_inner(operand)}"
        case model.Binary(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"


def _inner(term: model.Term) -> str:
    return f"({shown(term)})" if isinstance(term, model.Binary) else shown(term)
