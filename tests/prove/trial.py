"""Tries kinds of instructions: the executor against processors, from as many random states as are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from random import Random

from tests.prove import firmware, native, states, unicorns
from tests.prove.concrete import Code, Outcome, State
from tests.prove.kinds import Instance
from tests.prove.rules import differences
from tests.prove.states import TARGETS, Run

ISAS = tuple(sorted(TARGETS))


@dataclass
class Processors:
    """All that runs code; machines are started when they are first needed, and ended by `close`."""

    stack: ExitStack = field(default_factory=ExitStack)
    machines: dict[str, firmware.Running] = field(default_factory=dict)

    def run(self, isa: str, runs: Sequence[tuple[Code, State]]) -> list[Outcome | str]:
        if runs and runs[0][0].steps[0].text == "syscall":
            return native.run(runs)
        if isa not in firmware.BOARDS:
            return unicorns.run(isa, TARGETS[isa].room, runs)
        if isa not in self.machines:
            self.machines[isa] = self.stack.enter_context(firmware.running(isa))
        return self.machines[isa].run(runs)


@dataclass(frozen=True)
class Row:
    """What came of a kind: how many states, and what differed in how many."""

    isa: str
    kind: str
    states: int
    found: tuple[str, ...]
    wrong: int


def tried(kind: str, instances: Sequence[Instance], count: int, processors: Processors) -> Row:
    """One kind from `count` states in each byte order, its instances in turn."""
    isa = instances[0].isa
    found: list[str] = []
    wrong = total = 0
    for order in TARGETS[isa].orders:
        random = Random(f"{isa} {order} {kind}")
        runs = [states.drawn(instances[n % len(instances)], order, random) for n in range(count)]
        total += count
        for run, text in compared(isa, kind, runs, processors):
            wrong += 1
            if len(found) < 3:
                found.append(f"{run.what} ({order}-endian): {text}")
    return Row(isa, kind, total, tuple(found), wrong)


def compared(isa: str, kind: str, runs: Sequence[Run], processors: Processors) -> Iterator[tuple[Run, str]]:
    """The runs of which the executor made something else than the processor, and what."""
    outcomes = processors.run(isa, [(run.code, run.state) for run in runs])
    for run, outcome in zip(runs, outcomes, strict=True):
        texts = differences(isa, kind, run.expected, outcome, TARGETS[isa].room.data)
        if texts:
            yield run, "; ".join(texts)


def by_kind(instances: Sequence[Instance]) -> dict[tuple[str, str], list[Instance]]:
    """Instances of each kind of each target."""
    found: dict[tuple[str, str], list[Instance]] = {}
    for one in sorted(instances, key=lambda one: (one.isa, one.kind)):
        found.setdefault((one.isa, one.kind), []).append(one)
    return found
