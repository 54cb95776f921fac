"""One thing that has to hold for a contract to be kept."""

from __future__ import annotations

from dataclasses import dataclass

from trampgen.prove.contract import Origin
from trampgen.prove.domain import Value
from trampgen.prove.program import Step
from trampgen.prove.terms import Term


@dataclass(slots=True, eq=False, repr=False)
class Obligation:
    """One bit that has to be 1 on a path. `given` are bits that are 1 there.

    `subject` is the register, member or place it is about. `check` is the step at which it has to hold, `where` says
    that in words, `culprit` is the step that last wrote what is wrong. Without what it `needs` it says nothing."""

    code: str
    subject: str
    goal: Value
    given: tuple[Term, ...]
    check: Step
    where: str
    culprit: Step | None
    message: str
    want: Value
    got: Value
    origin: Origin
    help: str = ""
    needs: tuple[Obligation, ...] = ()
