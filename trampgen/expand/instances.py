"""A stub for one combination of cases: conditions decided, interpolations evaluated, contract chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trampgen.diagnostics import Note, Report
from trampgen.expand.evaluate import Context, EvaluationError, condition, evaluate, number
from trampgen.expand.raw import RawLine, raw_line
from trampgen.expand.variants import combinations
from trampgen.isa.base import Line
from trampgen.model.field import C_INTEGERS, Reach
from trampgen.model.source import Span
from trampgen.model.spec import Layout, Promise, When, seen_from
from trampgen.resolve.axes import axes_of
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import spell


@dataclass(frozen=True, slots=True)
class Promised:
    """What the spec says of a param: the reach it promises (None: whatever can be encoded), its value at rest."""

    name: str
    reach: Reach | None
    align: int | None  # promised without a range
    spoken: str
    rest: int | None
    base: str
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Instance:
    """One template, one combination of cases; labels stand before the line of their index."""

    stub: ast.Stub
    axes: tuple[str, ...]
    when: When
    lines: tuple[Line | RawLine, ...]
    labels: tuple[tuple[ast.Name, int], ...]
    params: tuple[Promised, ...]
    contract: tuple[Promise, ...]


def instances(scope: Scope, layouts: list[Layout], report: Report) -> list[Instance]:
    """Every stub in every combination of the axes it depends on, in source order."""
    found: list[Instance] = []
    for stub in scope.stubs.values():
        axes = axes_of(stub, scope)
        before = len(found), len(report.errors)
        for when in combinations(axes, scope):
            context = _context(stub, when, scope, layouts)
            try:
                if stub.condition is not None and not condition(stub.condition, context):
                    continue
            except EvaluationError as error:
                error.tell(report, context.cases.items())
                continue
            found.append(_instance(stub, axes, when, context, report))
        if before == (len(found), len(report.errors)):
            report.error(
                "never-true", stub.name.span, f"`{stub.name.text}` exists in no combination of cases"
            )
    return found


def alone(stub: ast.Stub, when: When, scope: Scope, layouts: list[Layout], report: Report) -> Instance:
    """A piece of code outside all stubs, such as a row of a table, as the instance of a stub of its own."""
    axes = tuple(axis for axis, _ in when)
    return _instance(stub, axes, when, _context(stub, when, scope, layouts), report)


def _context(stub: ast.Stub, when: When, scope: Scope, layouts: list[Layout]) -> Context:
    cases = dict(when)
    laid_out = {layout.name: seen for layout in layouts if (seen := seen_from(layout.variants, when))}
    params = frozenset(param.name.text for param in stub.params)
    own = stub.layout.text if stub.layout else None
    return Context(scope, cases, laid_out, own, params)


def _instance(
    stub: ast.Stub, axes: tuple[str, ...], when: When, context: Context, report: Report
) -> Instance:
    lines: list[Line | RawLine] = []
    labels: list[tuple[ast.Name, int]] = []
    chosen = [s for block in stub.code for s in _chosen(block, context, report)]
    names: dict[str, ast.Name] = {}
    for statement in chosen:
        if isinstance(statement, ast.Label):
            first = names.setdefault(statement.name.text.upper(), statement.name)
            if first is not statement.name:
                note = [Note("first here", first.span)]
                report.error(
                    "duplicate-name", statement.name.span, f"label `{statement.name.text}` stands twice", note
                )
    context = _with_labels(context, frozenset(name.text for name in names.values()))
    for statement in chosen:
        if isinstance(statement, ast.Label):
            labels.append((statement.name, len(lines)))
            continue
        try:
            lines.append(_line(statement, context))
        except EvaluationError as error:
            error.tell(report, context.cases.items())
    if not lines and not report.errors:
        report.error("empty", stub.name.span, f"`{stub.name.text}` has no code", when=when)
    params = tuple(p for param in stub.params if (p := _promised(param, context, report)))
    contract = tuple(_promises(stub.contract, context, report))
    return Instance(stub, axes, when, tuple(lines), tuple(labels), params, contract)


def _with_labels(context: Context, labels: frozenset[str]) -> Context:
    return Context(context.scope, context.cases, context.layouts, context.own_layout, context.params, labels)


def _chosen(
    block: tuple[ast.Statement, ...], context: Context, report: Report
) -> Iterator[ast.Asm | ast.Raw | ast.Label]:
    for statement in block:
        if not isinstance(statement, ast.If):
            yield statement
            continue
        try:
            branch = statement.then if condition(statement.condition, context) else statement.otherwise
        except EvaluationError as error:
            error.tell(report, context.cases.items())
            continue
        yield from _chosen(branch, context, report)


def _line(statement: ast.Asm | ast.Raw, context: Context) -> Line | RawLine:
    if isinstance(statement, ast.Raw):
        return raw_line(statement, context)
    parts = tuple(
        part if isinstance(part, str) else (evaluate(part.value, context), part.span)
        for part in statement.operands
    )
    return Line(statement.mnemonic.text, parts, statement.span)


def _promised(param: ast.Param, context: Context, report: Report) -> Promised | None:
    try:
        align = _promised_align(param, context)
        reach, spoken = _promised_reach(param, align or 1, context)
        rest = number(param.rest, context, "a value at rest") if param.rest else None
    except EvaluationError as error:
        error.tell(report, context.cases.items())
        return None
    return Promised(param.name.text, reach, align, spoken, rest, param.base, param.doc, param.span)


def _promised_align(param: ast.Param, context: Context) -> int | None:
    if param.align is None:
        return None
    align = number(param.align, context, "an alignment")
    if align < 1 or align & (align - 1):
        raise EvaluationError("misaligned", param.align.span, f"an alignment is a power of two, not {align}")
    return align


def _promised_reach(param: ast.Param, align: int, context: Context) -> tuple[Reach | None, str]:
    whole = _typed(param.type) if param.type is not None else None
    if param.range is not None:
        low = number(param.range.low, context, "a range")
        high = number(param.range.high, context, "a range")
        spoken, at = f"{spell(param.range.low)}..{spell(param.range.high)}", param.range.span
        if whole is not None and not whole.low <= low <= high <= whole.high and low <= high:
            message = f"{spoken} is not all within {whole.low}..{whole.high}, which is what its type holds"
            raise EvaluationError("range-outside-type", at, message, "leave the type out")
    elif whole is not None and param.type is not None:
        low, high, spoken, at = whole.low, whole.high, param.type.text, param.type.span
    else:
        return None, ""
    reach = Reach(low + -low % align, high - high % align, align)
    if reach.low > reach.high:
        what = f"no multiple of {align}" if low <= high else "nothing"
        raise EvaluationError("empty-range", at, f"{spoken} holds {what}")
    return reach, spoken


def _typed(name: ast.Name) -> Reach:
    if name.text not in C_INTEGERS:
        raise EvaluationError(
            "unknown-name", name.span, f"unknown type `{name.text}`", f"known: {', '.join(C_INTEGERS)}"
        )
    bits, half = C_INTEGERS[name.text], 1 << (C_INTEGERS[name.text] - 1)
    return Reach(-half, half - 1) if name.text.startswith("s") else Reach(0, (1 << bits) - 1)


def _promises(
    clauses: tuple[ast.Clause | ast.ClauseIf, ...], context: Context, report: Report
) -> Iterator[Promise]:
    for clause in clauses:
        try:
            if isinstance(clause, ast.ClauseIf):
                if condition(clause.condition, context):
                    yield from _promises(clause.clauses, context, report)
                continue
            yield Promise(_clause_text(clause, context), clause.because, clause.span)
        except EvaluationError as error:
            error.tell(report, context.cases.items())


def _clause_text(clause: ast.Clause, context: Context) -> str:
    text = clause.verb
    if clause.names:
        text += " " + ", ".join(name.text for name in clause.names)
    if clause.excepted:
        text += " except " + ", ".join(name.text for name in clause.excepted)
    if clause.value is not None:
        value = clause.value
        text += f" {spell(value) if clause.verb == 'exit' else number(value, context, 'a size')}"
    return text
