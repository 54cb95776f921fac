"""Several instructions of examples in a row, from random states: what one leaves is what the next one finds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random

import pytest

from tests.prove import concrete, states
from tests.prove.concrete import Code
from tests.prove.kinds import Instance, instances
from tests.prove.states import TARGETS, Run, Unsettled
from tests.prove.trial import ISAS, Processors, compared
from trampgen.prove.execute import patch_of
from trampgen.prove.lift import Lifted, lift
from trampgen.prove.program import IP, Step

PROGRAMS = 1000 if os.environ.get("TRAMPGEN_TRUST") else 40
LONGEST = 20
# What ends a program, or changes how what follows is run: the mode, where interrupts go, whether flags trap.
APART = (
    "b", "bl", "blr", "bctr", "br", "blx", "brk", "call", "jmp", "ret", "int3", "ud1", "syscall", "mtmsr", "msr", "popf",
    "ldmia sp, {r - pc}", "mov pc", "adrp",
)  # fmt: skip


def _alone(one: Instance) -> bool:
    return one.kind.split()[0].startswith("j") or any(
        one.kind == name or one.kind.startswith((f"{name} ", "popf")) for name in APART
    )


@pytest.mark.parametrize("isa", ISAS)
def test_programs(isa: str, processors: Processors) -> None:
    own = [one for one in instances() if one.isa == isa and not _alone(one)]
    kinds = sorted({one.kind for one in own})
    by_kind = {kind: [one for one in own if one.kind == kind] for kind in kinds}
    for order in TARGETS[isa].orders:
        random = Random(f"{isa} {order}")
        runs = [_drawn(isa, order, by_kind, random) for _ in range(PROGRAMS)]
        found = [f"{run.what}: {text}" for run, text in compared(isa, "", runs, processors)]
        assert found == []


def _drawn(isa: str, order: str, by_kind: dict[str, list[Instance]], random: Random) -> Run:
    """A program with a state that it can run from."""
    kinds = list(by_kind)
    while True:
        chosen = [
            random.choice(by_kind[random.choice(kinds)]) for _ in range(random.randrange(5, LONGEST + 1))
        ]
        while len(chosen) >= 5:
            try:
                code = _joined(chosen, random, isa)
                what = "; ".join(" ".join(one.step.text.split()) for one in chosen)
                return states.settled(isa, chosen[0].machine, order, code, random, what, "")
            except Unsettled:
                chosen.pop(random.randrange(len(chosen)))


def _joined(chosen: Sequence[Instance], random: Random, isa: str) -> Code:
    """Instructions behind each other, lifted anew where they are now."""
    room, steps, offset = TARGETS[isa].room, [], 0
    lifted: dict[int, Lifted] = {}
    ip = room.code + 0x1000
    for index, one in enumerate(chosen):
        (step,) = concrete.filled(one, random, room).steps
        whole = Step(index, offset, step.size, _number(step), (), "insn", step.text, step.span, step.unit)
        steps.append(whole)
        if patch_of(whole, one.machine) is None:
            ops = lift(whole, one.machine)
            lifted[index] = tuple(concrete.numbered(op, {IP: ip}) for op in ops)
        offset += step.size
    return Code(tuple(steps), lifted, ip)


def _number(step: Step) -> int:
    value = step.value()
    assert isinstance(value, int)
    return value
