"""Contracts for one combination of cases: the clauses that hold there, as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trampgen.diagnostics import Report
from trampgen.expand.clauses import Speaker, clauses
from trampgen.expand.evaluate import Context, EvaluationError, bounds, condition, evaluate, number
from trampgen.model.record import record
from trampgen.model.spec import Never, Promise
from trampgen.syntax import ast
from trampgen.syntax.walk import places_of, spell, states_of

_Plain = ast.Clause | ast.Frame | ast.Facts | ast.NeverAt | ast.Goes | ast.Runs | ast.Touches | ast.Allow


def promises(
    template: ast.Template, params: Iterable[str], context: Context, report: Report
) -> Iterator[Promise]:
    """Every clause that holds in these cases; what stands at a label names it. `params` are a contract's to name."""
    labels = frozenset(name.text for block in template.code for name in places_of(block))
    speaker = Speaker(context, frozenset(params), labels, states_of(template), {})
    yield from _promises(template.contract, Where(), speaker, report)


@record
class Where:
    """What clauses are about: a label, and states of regions; `text` is how that was said."""

    label: str | None = None
    states: tuple[tuple[str, str], ...] = ()
    text: str = ""


def _promises(
    given: tuple[ast.AnyClause, ...], at: Where, speaker: Speaker, report: Report
) -> Iterator[Promise]:
    context = speaker.context
    for clause in given:
        try:
            match clause:
                case ast.ClauseIf():
                    if condition(clause.condition, context):
                        yield from _promises(clause.clauses, at, speaker, report)
                case ast.At():
                    label = clause.label.text
                    there = Where(label, at.states, f"{at.text}at {label}: ")
                    yield from _promises(clause.clauses, there, speaker, report)
                case ast.InForm():
                    states = (*at.states, speaker.states[clause.key])
                    there = Where(at.label, states, f"{at.text}in {clause.key}: ")
                    yield from _promises(clause.clauses, there, speaker, report)
                case _:
                    yield _promise(clause, at, speaker)
        except EvaluationError as error:
            error.tell(report, context.cases.items())


def _promise(clause: _Plain, at: Where, speaker: Speaker) -> Promise:
    text = at.text + _text(clause, speaker.context)
    if isinstance(clause, ast.NeverAt):
        return Promise(text, clause.because, clause.span, _never(clause, at.label, speaker.context))
    said = tuple(clauses(clause, at.label, speaker))
    return Promise(text, clause.because, clause.span, None, said, at.states)


def _never(clause: ast.NeverAt, at: str | None, context: Context) -> Never:
    """Places at which an instruction could stand, of a power of two of bytes."""
    modulus, unit = number(clause.modulus, context, "a number of bytes"), context.isa.unit
    if modulus & (modulus - 1) or not unit < modulus <= 1 << 30:
        what = f"places are counted within a power of two of bytes, more than {unit}: {modulus} is none"
        raise EvaluationError("bad-place", clause.modulus.span, what)
    offsets = [number(offset, context, "a place") for offset in clause.offsets]
    for offset, expr in zip(offsets, clause.offsets, strict=True):
        if not 0 <= offset < modulus or offset % unit:
            what = f"no instruction is at {offset:#x} of {modulus}"
            help = f"give multiples of {unit} from 0 to {modulus - unit:#x}"
            raise EvaluationError("bad-place", expr.span, what, help)
    return Never(at, tuple(sorted(set(offsets))), modulus)


def _text(clause: _Plain, context: Context) -> str:
    match clause:
        case ast.Goes():
            return f"{clause.verb} {', '.join(spell(_known(expr, context)) for expr in clause.targets)}"
        case ast.Runs(param):
            return f"runs {param.text}"
        case ast.Touches():
            return f"{clause.verb} {', '.join(spell(_known(expr, context)) for expr in clause.places)}"
        case ast.Allow():
            of = ", ".join(spell(_known(expr, context)) for expr in clause.of)
            return f"allow {clause.code.text}{f' of {of}' if of else ''}"
        case ast.NeverAt():
            places = ", ".join(hex(number(offset, context, "a place")) for offset in clause.offsets)
            return f"never at {places} of {number(clause.modulus, context, 'a number of bytes')}"
        case ast.Clause():
            return _clause_text(clause, context)
        case ast.Frame():
            return f"frame {clause.struct.text} at {spell(_known(clause.address, context))}"
        case ast.Facts():
            facts = ", ".join(spell(_known(expr, context)) for expr in clause.exprs)
            facts = f"undefined {facts}" if clause.undefined else facts
            if clause.variable is None or clause.range is None:
                return facts
            low, high = bounds(clause.range, context)
            return f"{facts} for {clause.variable.text} in {low}..{high}"


def _clause_text(clause: ast.Clause, context: Context) -> str:
    text = clause.verb
    if clause.names:
        text += " " + ", ".join(name.text for name in clause.names)
    if clause.excepted:
        text += " except " + ", ".join(name.text for name in clause.excepted)
    if clause.below is not None:
        text += f" below {clause.below.text}"
    if clause.value is not None:
        value = clause.value
        text += f" {spell(value) if clause.verb == 'exit' else number(value, context, 'a size')}"
    return text


def _known(expr: ast.Expr, context: Context) -> ast.Expr:
    """The expression with numbers for the constants in it."""
    match expr:
        case ast.Name(text, span) if text in context.scope.consts:
            value = evaluate(expr, context)
            return ast.Number(value, span) if isinstance(value, int) else expr
        case ast.Binary(operator, left, right, span):
            return ast.Binary(operator, _known(left, context), _known(right, context), span)
        case ast.Choice(condition, then, otherwise, span):
            known = _known(condition, context), _known(then, context), _known(otherwise, context)
            return ast.Choice(*known, span)
        case ast.Member(base, path, span):
            steps = tuple(step if isinstance(step, str) else _known(step, context) for step in path)
            return ast.Member(base, steps, span)
        case ast.Unary(operator, operand, span):
            return ast.Unary(operator, _known(operand, context), span)
    return expr
