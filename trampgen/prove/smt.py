"""What a solver is asked, as SMT-LIB 2: `unsat` says that the obligation holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trampgen.prove.verdict import Verdict


def files(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    """Name and text of a file for each obligation that is not 1 by simplification."""
    for verdict in verdicts:
        title = "-".join(
            [verdict.template.name, *(case for _, case in verdict.when), *_forms(verdict), verdict.order]
        )
        for number, (one, reaches) in enumerate(verdict.questions, 1):
            from trampgen.prove.solve import question

            solver, _ = question(one, reaches)
            name = re.sub(r"[^A-Za-z0-9._-]+", "_", f"{title}-{number:03}-{one.code}-{one.subject}")
            head = f"; {verdict.title()}\n; {one.code}: {one.message}\n; line {one.check.span.line}, {one.where}\n"
            yield f"{name[:150]}.smt2", f"{head}(set-logic QF_BV)\n{solver.to_smt2()}"


def _forms(verdict: Verdict) -> list[str]:
    return [f"{region}.{form}" for region, form in verdict.chosen]
