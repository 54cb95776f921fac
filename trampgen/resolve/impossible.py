"""Combinations of cases that no build has."""

from __future__ import annotations

from collections.abc import Mapping

from trampgen.diagnostics import Note, Report
from trampgen.resolve.names import tell_unknown
from trampgen.resolve.scope import Scope


def check(scope: Scope, report: Report) -> None:
    """Each names cases that exist, of different axes; two targets are never both chosen by accident."""
    for one in scope.impossible:
        taken: dict[str, str] = {}
        for name in one.cases:
            axis = scope.cases.get(name.text)
            if axis is None:
                tell_unknown(name, scope.cases, "case", report)
            elif axis in taken:
                what = f"`{name.text}` and `{taken[axis]}` are cases of one variant: they never hold together"
                report.error("mixed-axes", name.span, what)
            else:
                taken[axis] = name.text
    _check_targets(scope, report)


def _check_targets(scope: Scope, report: Report) -> None:
    """Cases of one axis choose the target: of two that do, neither could be said to win."""
    axes = dict.fromkeys(scope.cases[case] for case in scope.isas)
    if len(axes) > 1:
        first, second = [scope.axes[axis] for axis in axes][:2]
        what = f"`{first.name.text}` and `{second.name.text}` both choose the target"
        note = [Note("the other one", first.name.span)]
        report.error("mixed-axes", second.name.span, what, note, "name targets in the cases of one variant")


def is_impossible(cases: Mapping[str, str], scope: Scope) -> bool:
    """Whether a combination (axis → case) contains one that no build has."""
    chosen = set(cases.values())
    return any(chosen.issuperset(name.text for name in one.cases) for one in scope.impossible)
