"""Whether a name that is used exists, and what may have been meant where it does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import parts, spell

_FUNCTIONS = ("offsetof", "sizeof")
_KERNEL_MACROS = {"ha": "ha", "hi": "h", "lo": "l", "l": "l", "h": "h"}


def check_known(
    exprs: Iterable[ast.Expr], local: Collection[str], scope: Scope, used: set[str], report: Report
) -> None:
    """unknown-name: names, functions, structs and relocation operators; what is used goes to `used`."""
    known = {*local, *scope.values}
    for expr in exprs:
        for part in parts(expr):
            match part:
                case ast.Name(text):
                    used.add(text)
                    if text in scope.structs:
                        what = f"`{text}` is a struct: only its members have a place"
                        report.error("unknown-name", part.span, what, help=f"write `{text}.MEMBER`")
                    elif text not in known:
                        tell_unknown(part, [*local, *scope.values], "name", report)
                case ast.Member(base):
                    check_struct(base, scope, used, report)
                case ast.Call(function) if function.text not in _FUNCTIONS:
                    _unknown_function(part, report)
                case ast.Relocation():
                    _check_operator(part.operator, scope, report)


def check_struct(name: ast.Name, scope: Scope, used: set[str], report: Report) -> None:
    """unknown-name: a struct that is not declared extern."""
    used.add(name.text)
    if name.text not in scope.structs:
        help = did_you_mean(name.text, scope.structs) or f"declare it: `extern struct {name.text}`"
        report.error("unknown-name", name.span, f"unknown struct `{name.text}`", help=help)


def _check_operator(operator: ast.Name, scope: Scope, report: Report) -> None:
    targets = scope.targets
    known = dict.fromkeys(name for isa in targets for name in isa.operators)
    if not known:
        of = " and ".join(isa.name for isa in targets)
        what = f"`@{operator.text}`: {of} ha{'s' if len(targets) == 1 else 've'} no slices of values"
        help = "an operand holds a value as a whole"
        report.error("operator-operand", operator.span, what, help=help)
    elif operator.text not in known:
        of = ", ".join(isa.name for isa in targets)
        tell_unknown(operator, known, f"operator of {of}:", report)


def _unknown_function(call: ast.Call, report: Report) -> None:
    """PPC_HA(x) and its like are operators here."""
    operator = _KERNEL_MACROS.get(call.function.text.lower().removeprefix("ppc_"))
    if operator is None:
        tell_unknown(call.function, _FUNCTIONS, "function", report)
        return
    message = f"unknown function `{call.function.text}`"
    report.error(
        "unknown-name", call.function.span, message, help=f"write `{spell(call.arguments[0])}@{operator}`"
    )


def tell_unknown(name: ast.Name, known: Iterable[str], what: str, report: Report) -> None:
    """An unknown name, with the one that may have been meant."""
    candidates = list(known)
    hint = did_you_mean(name.text, candidates)
    if not hint and len(candidates) <= 12:
        hint = f"known: {', '.join(candidates)}" if candidates else ""
    report.error("unknown-name", name.span, f"unknown {what} `{name.text}`", help=hint)
