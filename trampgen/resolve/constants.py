"""Constants among themselves: none needs itself, and no chain of them is too long for later passes to follow."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Report
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import expressions, names

_DEEPEST = 150  # levels of operators and names, through all constants that a value needs
_SHOWN = 12  # names of a cycle


def check(scope: Scope, report: Report) -> bool:
    """constant-cycle and too-deep; whether later passes can follow every constant."""
    depths: dict[str, int] = {}
    for start in scope.consts:
        if start not in depths:
            _follow(start, depths, scope, report)
    name = next((name for name, depth in depths.items() if depth > _DEEPEST), None)
    if name is not None:
        message = f"the value of `{name}` goes through more than {_DEEPEST} levels of constants and operators"
        help = "write the value of one of the constants as a number"
        report.error("too-deep", scope.consts[name].name.span, message, help=help)
    return name is None


def _follow(start: str, depths: dict[str, int], scope: Scope, report: Report) -> None:
    """The depth of a constant and of all it needs, on a stack of our own: Python's is too short for some chains."""
    path: dict[str, Iterator[str]] = {start: _needs(start, scope)}
    while path:
        name = next(reversed(path))
        needed = next(path[name], None)
        if needed is None:
            del path[name]
            below = max((depths.get(need, 0) for need in _needs(name, scope)), default=0)
            depths[name] = below + max(map(_levels, expressions(scope.consts[name])), default=0)
        elif needed in path:
            _report_cycle([*path][[*path].index(needed) :], scope, report)
        elif needed not in depths:
            path[needed] = _needs(needed, scope)


def _needs(name: str, scope: Scope) -> Iterator[str]:
    for expr in expressions(scope.consts[name]):
        yield from (used.text for used in names(expr) if used.text in scope.consts)


def _levels(expr: ast.Expr) -> int:
    match expr:
        case ast.Unary() | ast.Relocation():
            return 1 + _levels(expr.operand)
        case ast.Binary():
            return 1 + max(_levels(expr.left), _levels(expr.right))
    return 1


def _report_cycle(cycle: list[str], scope: Scope, report: Report) -> None:
    """One finding for each cycle, at the constant at which it closes."""
    shown = cycle if len(cycle) <= _SHOWN else [*cycle[: _SHOWN - 1], "…", cycle[-1]]
    through = " → ".join([*shown, cycle[0]])
    at = scope.consts[cycle[0]].name.span
    report.error("constant-cycle", at, f"`{cycle[0]}` is defined by itself: {through}")
