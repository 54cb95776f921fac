"""One module for each rule over a compiled spec; `ALL` is the order in which they run."""

from __future__ import annotations

from collections.abc import Callable

from trampgen.check import c_names, commit, condition, copies, fit, placed, prefixed
from trampgen.diagnostics import Report
from trampgen.model.spec import Spec

ALL: tuple[Callable[[Spec, Report], None], ...] = (
    fit.check,
    copies.check,
    prefixed.check,
    placed.check,
    commit.check,
    condition.check,
    c_names.check,
)


def run(spec: Spec, report: Report) -> None:
    """Every rule; findings go to the report."""
    for check in ALL:
        check(spec, report)
