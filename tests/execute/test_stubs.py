"""Every stub of powerpc runs under qemu with a thousand random states: it gets to its target and changes what it says.

That no bit of the stubs of module_stub*.tramp is idle is shown by tests/run/test_execute.py; of the others, here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from tests.execute.patch import idle_bits, spoilt
from tests.execute.ppc import NOP, Job, State, World, execute
from tests.execute.stubs import (
    STUBS_32,
    Copy,
    Place,
    StaticCall,
    Stub,
    complaints,
    module_stubs,
    random_state,
)
from tests.run.cross import MACHINES

STATES = 1000
COPIES = 20
SPOIL_STATES = 16  # among them some with and some without each bit of CR

# (mask, value, bits of such a word from 2**0 up that may be anything): with one of them flipped it is
IDLE = (
    (0xFFFFFFFF, 0x4E800420, {*range(11, 23), 24}),  # bctr: with a hint, or a condition that nobody asks
    (0xFFFFFFFF, 0x4E800020, {*range(11, 23), 24}),  # blr: the same
    (0xFFFFFFFF, 0x7D8903A6, {0}),  # mtctr: the same, it is reserved
    (0xFFFFFFFF, 0x38600000, {26}),  # li r3, 0: still 0, by lis
)


def run(program: str, world: Place, copies: list[Copy], states: list[list[State]]) -> list[list[str]]:
    """What is wrong with the first bad run of each copy, in its own states."""
    counts = [len(own) for own in states]
    firsts = [sum(counts[:n]) for n in range(len(counts))]
    jobs = [Job(c.words, first, count) for c, first, count in zip(copies, firsts, counts, strict=True)]
    results = execute(program, world, [state for own in states for state in own], jobs)
    found = []
    for copy, own, records in zip(copies, states, results, strict=True):
        judged = (complaints(world, copy, state, r) for state, r in zip(own, records, strict=True))
        found.append(next((wrong for wrong in judged if wrong), []))
    return found


@pytest.mark.parametrize("stub", [*STUBS_32, *module_stubs(MACHINES)], ids=str)
def test_a_thousand_states(stub: Stub, program: Callable[[World], str]) -> None:
    random = Random(str(stub))
    worlds = stub.worlds(COPIES)
    for world in worlds:
        copies = [stub.copy(world, random) for _ in range(COPIES // len(worlds))]
        states = [[random_state(world, c, random) for _ in range(STATES // COPIES)] for c in copies]
        assert run(program(world), world, copies, states) == [[] for _ in copies]
    assert len(worlds) in (1, COPIES)


@pytest.mark.parametrize("stub", STUBS_32, ids=str)
def test_every_spoilt_bit_is_noticed(stub: Stub, program: Callable[[World], str]) -> None:
    world = stub.worlds(COPIES)[-1]
    random = Random(f"{stub}: spoils")
    whole = stub.copy(world, random)
    states = [random_state(world, whole, random) for _ in range(SPOIL_STATES)]
    spoils = list(spoilt(whole.words, [NOP], lambda index: idle_bits(whole.words[index], IDLE)))
    if isinstance(stub, StaticCall):
        spoils = [spoil for spoil in spoils if spoil.index in stub.executed]
    copies = [whole, *(replace(whole, words=spoil.words) for spoil in spoils)]
    right, *found = run(program(world), world, copies, [states] * len(copies))
    assert right == []
    assert [str(spoil) for spoil, wrong in zip(spoils, found, strict=True) if not wrong] == []


def test_each_word_of_the_static_call_is_spoilt_in_some_form() -> None:
    forms = [stub for stub in STUBS_32 if isinstance(stub, StaticCall)]
    assert {index for stub in forms for index in stub.executed} == set(range(len(forms[0].template.words)))
