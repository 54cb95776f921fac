"""The verdict on one variant in one configuration and byte order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal

from trampgen.model.contracts import Allow
from trampgen.model.field import Reach
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import Template, When
from trampgen.prove.obligation import Obligation
from trampgen.prove.solve import Answer

Status = Literal["proved", "refuted", "unknown"]


@record
class Refuted:
    """An obligation that does not hold, with numbers; `allowed` is the clause that says that it need not."""

    obligation: Obligation
    answer: Answer
    allowed: Allow | None


@record
class Verdict:
    """`held` obligations hold, `simplified` of them without a solver. Where the status is unknown, `why` says so."""

    template: Template
    when: When
    chosen: tuple[tuple[str, str], ...]
    order: str
    status: Status
    held: int
    simplified: int
    refuted: tuple[Refuted, ...]
    why: str = ""
    assumptions: tuple[str, ...] = ()
    reached: frozenset[str] = frozenset()
    spoken: Mapping[str, Span] = field(default_factory=dict)  # labels of the contract
    allowances: tuple[Allow, ...] = ()
    questions: tuple[tuple[Obligation, Mapping[str, Reach]], ...] = ()  # what simplification does not decide

    @property
    def allowed(self) -> list[Refuted]:
        return [one for one in self.refuted if one.allowed is not None]

    @property
    def findings(self) -> list[Refuted]:
        return [one for one in self.refuted if one.allowed is None]

    def strict(self) -> Verdict:
        """The same where nothing is allowed."""
        refuted = tuple(replace(one, allowed=None) for one in self.refuted)
        status: Status = "refuted" if refuted else self.status
        return replace(self, refuted=refuted, status=status, allowances=())

    def title(self) -> str:
        """What it is about: optprobe_template [ppc64, elfv2], at rest."""
        cases = f" [{', '.join(case for _, case in self.when)}]" if self.when else ""
        forms = "".join(f", {region} as {form}" for region, form in self.chosen)
        order = {"little": ", little-endian", "big": ", big-endian", "be8": ", BE8"}.get(self.order, "")
        return f"{self.template.name}{cases}{forms}{order}"
