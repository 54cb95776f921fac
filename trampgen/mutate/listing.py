"""What became of faults, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from trampgen.diagnostics.text import count
from trampgen.model.record import record
from trampgen.mutate.run import Result

KILLED = ("lint", "refuted", "unproven", "told")


@record
class Reason:
    """Why a fault is none, in words: for those that no solver shows to do the same."""

    template: str
    what: str
    because: str


@record
class Tally:
    """The faults of one template."""

    spec: str
    template: str
    results: Sequence[Result]
    reasons: Sequence[Reason] = ()

    def reason(self, one: Result) -> str | None:
        """What somebody has written about it."""
        known = (r for r in self.reasons if (r.template, r.what) == (self.template, one.fault.what))
        return next((reason.because for reason in known), None)

    @property
    def killed(self) -> list[Result]:
        return [one for one in self.results if one.by in KILLED]

    @property
    def equivalent(self) -> list[Result]:
        return [o for o in self.results if o.by == "equivalent" or (o.by == "survived" and self.reason(o))]

    @property
    def survived(self) -> list[Result]:
        return [one for one in self.results if one.by == "survived" and not self.reason(one)]


def lines(tallies: Sequence[Tally]) -> Iterator[str]:
    """What survives, what does the same, and how many there are of each."""
    for tally in tallies:
        for one in tally.survived:
            yield f"survived   {_where(one)}: {one.fault.what}{_in(one)} ({one.fault.kind})"
        for one in tally.equivalent:
            how = tally.reason(one) or ("by a solver query" if one.code == "z3" else "by simplification")
            yield f"equivalent {_where(one)}: {one.fault.what}{_in(one)} ({how})"
    for tally in tallies:
        yield f"{tally.template}: {_summary([tally])}"
    if len(tallies) > 1:
        yield f"all: {_summary(tallies)}"


def _where(one: Result) -> str:
    return f"{one.fault.span.path}:{one.fault.span.line}"


def _in(one: Result) -> str:
    return f" [{one.cases}]" if one.cases else ""


def _summary(tallies: Sequence[Tally]) -> str:
    total = sum(len(tally.results) for tally in tallies)
    by = Counter(one.by for tally in tallies for one in tally.killed)
    killed, same = sum(by.values()), sum(len(tally.equivalent) for tally in tallies)
    left = sum(len(tally.survived) for tally in tallies)
    ways = [f"{by[way]} {_WAYS[way]}" for way in KILLED if by[way]]
    return f"{count(total, 'fault')}, {killed} killed ({', '.join(ways) or 'none'}), {same} equivalent, {left} survived"


_WAYS = {"lint": "by lint", "refuted": "refuted", "unproven": "unproven", "told": "by a warning"}


def document(tallies: Sequence[Tally]) -> dict[str, Any]:
    """The same as plain data, every fault with what became of it."""
    return {"templates": [_entry(tally) for tally in tallies]}


def _entry(tally: Tally) -> dict[str, Any]:
    return {
        "spec": tally.spec,
        "template": tally.template,
        "killed": len(tally.killed),
        "equivalent": len(tally.equivalent),
        "survived": len(tally.survived),
        "faults": [_fault(tally, one) for one in tally.results],
    }


def _fault(tally: Tally, one: Result) -> dict[str, Any]:
    reason = tally.reason(one) if one.by == "survived" else None
    return {
        "kind": one.fault.kind,
        "what": one.fault.what,
        "path": one.fault.span.path,
        "line": one.fault.span.line,
        "cases": one.cases,
        "result": "equivalent" if reason else one.by,
        "code": one.code or None,
        "why": reason or one.why or None,
        "counterexample": {name: f"{number:#x}" for name, number in one.numbers.items()},
    }
