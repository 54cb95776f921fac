"""Several instructions of examples in a row, from random states: what one leaves is what the next one finds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random

import pytest

from tests.prove import concrete, rules, states
from tests.prove.concrete import Code
from tests.prove.kinds import Instance, instances
from tests.prove.states import TARGETS, Run, Unsettled
from tests.prove.trial import ISAS, Processors, compared
from trampgen.prove.cpu import GivenUp
from trampgen.prove.execute import patch_of
from trampgen.prove.lift import Lifted, lift
from trampgen.prove.program import IP, Step

PROGRAMS = 1000 if os.environ.get("TRAMPGEN_TRUST") else 40
LONGEST = 20
# What only ends a program: branches, and what fills the stack pointer with anything.
ENDS = {"b", "bl", "br", "blx", "call", "jmp", "ret", "ldmia"}
# What changes how all that follows is run, or traps; adrp is right where its hole says so, not elsewhere.
APART = {"blr", "bctr", "brk", "int3", "ud1", "syscall", "mtmsr", "msr", "popfd", "popfq", "adrp"}


def _place(one: Instance) -> str:
    """Where an instruction may be. What leaves something undefined is not followed by anything."""
    mnemonic = one.kind.split()[0]
    if mnemonic in APART or any(entry.mask or entry.bytes[1] for entry in rules.of_kind(one.isa, one.kind)):
        return "nowhere"
    conditional = one.isa.startswith("x86") and mnemonic.startswith("j")
    return "end" if mnemonic in ENDS or conditional else "within"


@pytest.mark.parametrize("isa", ISAS)
def test_programs(isa: str, processors: Processors) -> None:
    found: dict[str, dict[str, list[Instance]]] = {"within": {}, "end": {}, "nowhere": {}}
    for one in instances():
        if one.isa == isa:
            found[_place(one)].setdefault(one.kind, []).append(one)
    for order in TARGETS[isa].orders:
        random = Random(f"{isa} {order}")
        runs = [_drawn(isa, order, found["within"], found["end"], random) for _ in range(PROGRAMS)]
        wrong = [f"{run.what}: {text}" for run, text in compared(isa, "", runs, processors)]
        assert wrong == []


def _drawn(isa: str, order: str, within: Kinds, ends: Kinds, random: Random) -> Run:
    """A program with a state that it can run from; every other one ends with a branch."""
    while True:
        chosen = [_any(within, random) for _ in range(random.randrange(5, LONGEST + 1))]
        if random.randrange(2):
            chosen[-1] = _any(ends, random)
        while len(chosen) >= 5:
            try:
                code = _joined(chosen, random, isa)
                what = "; ".join(" ".join(one.step.text.split()) for one in chosen)
                run = states.settled(isa, chosen[0].machine, order, code, random, what, "")
                if run.expected.steps == len(chosen):
                    return run
            except Unsettled:
                pass
            except GivenUp as error:
                if not str(error).startswith("there is no end"):  # a branch to itself
                    raise
            chosen.pop(random.randrange(len(chosen) - 1))


Kinds = dict[str, list[Instance]]


def _any(kinds: Kinds, random: Random) -> Instance:
    return random.choice(kinds[random.choice(list(kinds))])


def _joined(chosen: Sequence[Instance], random: Random, isa: str) -> Code:
    """Instructions behind each other, lifted anew where they are now."""
    room, steps, offset = TARGETS[isa].room, [], 0
    lifted: dict[int, Lifted] = {}
    ip = room.code + 0x1000
    for index, one in enumerate(chosen):
        if one.step.size == 8 and one.isa == "ppc64" and (ip + offset) % 64 == 60:
            raise Unsettled("it crosses a multiple of 64 bytes (Power ISA 3.1, Book I 1.6.3)")
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
