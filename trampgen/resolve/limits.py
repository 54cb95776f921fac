"""How much one spec can hold: far beyond any trampoline, and no more work than its length makes one expect."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from trampgen.diagnostics import Report
from trampgen.model.source import Span
from trampgen.resolve import limits_described as described
from trampgen.resolve.axes import axes_of
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Comparison
from trampgen.syntax.walk import clauses, in_blocks, in_statements, literals, names, regions

Thing = ast.Layout | ast.Template | ast.Family | ast.Described
WithParts = ast.Variant | ast.Macro | Thing | Comparison

_KINDS: dict[str, type] = {
    "constants": ast.Const,
    "externs": ast.Extern,
    "variants": ast.Variant,
    "layouts": ast.Layout,
    "templates": ast.Template,
    "macros": ast.Macro,
    "impossible combinations": ast.Impossible,
    "extern structs": ast.ExternStruct,
    "families": ast.Family,
    **described.KINDS,
}
MOST_STATEMENTS, MOST_PARAMS, MOST_SYMBOLS = 10_000, 128, 64  # of a template
# Code may be longer than a conditional branch reaches, so that this is what one is told of.
_MOST = {
    "constants": 4096, "externs": 256, "variants": 64, "layouts": 128, "templates": 16_384, "macros": 256,
    "impossible combinations": 64, "extern structs": 64, "families": 64,
    "regions": 128, "checks": 128, "symbols": MOST_SYMBOLS,
    "cases": 1024, "fields": 256, "params": MOST_PARAMS, "statements": MOST_STATEMENTS, "clauses": 256, "members": 128,
    "places": 256,
    "masks": 1024, "uses of names": 4096,
    **described.MOST,
}  # fmt: skip
_LONGEST_DOC = 4000  # characters; it is copied for every combination of cases
_MOST_COMBINATIONS = 4096  # of cases, for one thing
# Of all things in all their combinations: what a second or two is enough for, and some for each that is written.
_MOST_LINES = 25_000
_LINES_EACH = 8


def check_counts(declarations: Sequence[ast.Declaration], report: Report) -> None:
    """too-many: more of something than a spec can have; too-long: documentation that is a book."""
    for what, kind in _KINDS.items():
        spans = [d.span for d in declarations if isinstance(d, kind)]
        _check_count(what, spans, "there are", report)
    for declaration in declarations:
        if isinstance(declaration, WithParts):
            for what, spans in _parts(declaration):
                _check_count(what, spans, f"`{declaration.name.text}` has", report)
        for doc, at in _docs(declaration):
            if len(doc) > _LONGEST_DOC:
                message = f"this has {len(doc):,} characters of documentation, more than {_LONGEST_DOC:,}"
                report.error("too-long", at, message)


def _check_count(what: str, spans: Sequence[Span], there_are: str, report: Report) -> None:
    most = _MOST[what]
    if len(spans) > most:
        report.error("too-many", spans[most], f"{there_are} {len(spans):,} {what}, more than {most:,}")


def _parts(declaration: WithParts) -> Iterator[tuple[str, list[Span]]]:
    """What a declaration can have many of, and where each of them is."""
    if isinstance(declaration, ast.InObjects):
        yield "symbols", [symbol.span for symbol in declaration.symbols]
    match declaration:
        case ast.Variant():
            yield "cases", [case.name.span for case in declaration.cases]
        case ast.Layout():
            yield "fields", [field.span for field in declaration.fields]
        case ast.Macro():
            yield "params", [param.span for param in declaration.params]
            yield "statements", [statement.span for statement in in_blocks(declaration.body)]
            exprs = in_statements(declaration.body)
            yield "uses of names", [name.span for expr in exprs for name in names(expr)]
        case ast.Template():
            own = [literal.span for block in declaration.code for literal in literals(block)]
            yield "params", [*(param.span for param in declaration.params), *own]
            yield "regions", [name.span for block in declaration.code for name in regions(block)]
            copies = [copy.span for copy in declaration.copies]
            yield "checks", [*copies, *(reach.span for reach in declaration.reaches)]
            yield "statements", [s.span for block in declaration.code for s in in_blocks(block)]
            exprs = (expr for block in declaration.code for expr in in_statements(block))
            yield "uses of names", [name.span for expr in exprs for name in names(expr)]
            said = list(clauses(declaration.contract))
            yield "clauses", [clause.span for clause in said]
            yield "places", [o.span for c in said if isinstance(c, ast.NeverAt) for o in c.offsets]
        case ast.Family():
            yield "members", [name.span for name in declaration.members]
            yield "params", [name.span for name in declaration.extract]
            yield "masks", [mask.span for merge in declaration.merges for mask in merge.written]
        case _:
            yield from described.parts(declaration)


def _docs(declaration: ast.Declaration) -> Iterator[tuple[str, Span]]:
    if isinstance(declaration, Thing):
        yield declaration.doc, declaration.name.span
        yield from described.docs(declaration)
    if isinstance(declaration, ast.Layout):
        yield from ((field.doc, field.span) for field in declaration.fields)
    if isinstance(declaration, ast.Template):
        yield from ((param.doc, param.span) for param in declaration.params)


def _things(scope: Scope) -> list[Thing | Comparison]:
    return [
        *scope.layouts.values(), *scope.templates.values(), *scope.families.values(), *scope.described,
        *scope.comparisons,
    ]  # fmt: skip


def most_lines(scope: Scope) -> int:
    """How many lines a spec can have in all its combinations of cases, loops and macros unrolled."""
    return _MOST_LINES + _LINES_EACH * sum(map(_lines, _things(scope)))


def check_combinations(scope: Scope, report: Report) -> None:
    """too-many-cases: a thing in too many combinations, or all of them together too many lines."""
    things = _things(scope)
    each = [_lines(thing) for thing in things]
    written = sum(each)
    lines, most = 0, most_lines(scope)
    for thing, own in zip(things, each, strict=True):
        axes = axes_of(thing, scope)
        count = math.prod(len(scope.axes[axis].cases) for axis in axes)
        if count > _MOST_COMBINATIONS:
            what = f"`{thing.name.text}` depends on {len(axes)} variants: {count:,} combinations of cases"
            help = f"{_MOST_COMBINATIONS:,} is the limit; let it depend on fewer"
            report.error("too-many-cases", thing.name.span, what, help=help)
            continue
        before, lines = lines, lines + count * (len(axes) + own)
        if before <= most < lines:
            what = f"up to `{thing.name.text}` there are {lines:,} lines, counted once for each combination of cases"
            help = f"{most:,} is the limit for {written:,} lines as they are written; let less depend on variants"
            report.error("too-many-cases", thing.name.span, what, help=help)


def _lines(thing: Thing | Comparison) -> int:
    """The work that a thing makes in one combination of cases, as lines of code."""
    parts = sum(len(part) for _, part in _parts(thing))
    # Each member of a family is held against each.
    pairs = len(thing.members) ** 2 if isinstance(thing, ast.Family) else 0
    return 1 + parts + (pairs + described.pairs(thing)) // 8
