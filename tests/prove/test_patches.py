"""Every patch of the lifter's semantics does what processors do, and is needed: without it something differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import cast

import pytest

from tests.prove import states
from tests.prove.concrete import Code, State, run
from tests.prove.kinds import kind_of
from tests.prove.states import TARGETS, Unsettled
from tests.prove.trial import Processors, compared
from trampgen.model.source import Span
from trampgen.prove.cpu import GivenUp
from trampgen.prove.lift import raw
from trampgen.prove.machine import Machine, Patch
from trampgen.prove.machines import machine
from trampgen.prove.program import Step

ISAS = ("ppc64", "ppc32", "arm", "armv5", "armv4", "x86_64", "x86_32")
STATES = 40
REFUSING = {"refused", "nothing_or_refused"}  # they say that nothing is known, and claim nothing
PATCHES = [(isa, patch) for isa in (*ISAS, "thumb") for patch in cast(Machine, machine(isa)).patches]
AMENDED = [isa for isa in ISAS if cast(Machine, machine(isa)).amend is not None]
# Elsewhere: see below. The emulated processor of 32 bits has no isel; the function is the one tried on 64.
APART = {("ppc64", "mtdsisr"), ("ppc32", "mtdsisr"), ("ppc32", "isel")}
TRIED = [
    (isa, patch)
    for isa, patch in PATCHES
    if (isa, patch.apply.__name__) not in APART and patch.apply.__name__ not in REFUSING
]
# How rules call the kinds that they are about.
TEXTS = {
    0xE120F000: "msr cpsr_cxsf, r1", 0x7C000124: "mtmsr r1", 0x7C0103A6: "mtxer r1", 0x050F: "syscall", 0x9D: "popfq",
}  # fmt: skip
NEAR = 0x1000  # of the code's room: where instructions are that count from their own address


def _named(value: object) -> str:
    return f"{value.apply.__name__}-{value.value:x}" if isinstance(value, Patch) else str(value)


@pytest.mark.parametrize(("isa", "patch"), TRIED, ids=_named)
def test_a_patch_is_right_and_needed(isa: str, patch: Patch, processors: Processors) -> None:
    target = cast(Machine, machine(isa))
    without = replace(target, patches=tuple(one for one in target.patches if one is not patch))

    def make(random: Random) -> Step:
        return _patched(isa, patch, random)

    assert _complaints(isa, target, make, processors) == []
    assert _complaints(isa, without, make, processors) != []


@pytest.mark.parametrize("isa", AMENDED)
def test_flags_that_are_added_are_right_and_needed(isa: str, processors: Processors) -> None:
    target = cast(Machine, machine(isa))

    def make(random: Random) -> Step:
        return _arithmetic(isa, random)

    assert _complaints(isa, target, make, processors) == []
    assert _complaints(isa, replace(target, amend=None), make, processors) != []


@pytest.mark.parametrize(
    ("isa", "patch"), [one for one in PATCHES if one[1].apply.__name__ in REFUSING], ids=_named
)
def test_what_is_not_known_is_refused(isa: str, patch: Patch) -> None:
    """Nothing comes of such an instruction but the answer that nothing is known."""
    number = patch.value | (1 << 16 if patch.apply.__name__ == "nothing_or_refused" else 0)
    step = _step(number, 4, 4 if isa != "thumb" else 2, "msr")
    target, room = cast(Machine, machine(isa)), TARGETS["arm"].room
    state = State({"r0": 0, "cpsr": 0}, b"", b"", b"", 0)
    with pytest.raises(GivenUp, match="nothing is known"):
        run(target, "little", Code((step,), {}, room.code), state, room)


def test_dsisr_has_32_bits() -> None:
    """mtdsisr, mfdsisr: the emulator has a register of 64 bits (QEMU 7.2), the manual one of 32 (Book III, 7.2)."""
    target = cast(Machine, machine("ppc64"))
    assert target.patches[2].apply.__name__ == "mtdsisr"
    for patches, bits in ((target.patches, 32), ((*target.patches[:2], *target.patches[3:]), 64)):
        read = replace(_step(0x7C9202A6, 4, 4, "mfdsisr r4"), index=1, offset=4)
        steps = (_step(0x7C7203A6, 4, 4, "mtdsisr r3"), read)
        room, one = TARGETS["ppc64"].room, replace(target, patches=patches)
        names = dict.fromkeys(TARGETS["ppc64"].names, 0) | {"r3": 0x1234_5678_9ABC_DEF0}
        state = State(names, b"", b"", b"", 0)
        outcome, _ = run(one, "big", Code(steps, {}, room.code), state, room)
        assert outcome.registers["r4"] == 0x1234_5678_9ABC_DEF0 & (1 << bits) - 1


def _complaints(
    isa: str, target: Machine, make: Callable[[Random], Step], processors: Processors
) -> list[str]:
    """What differs, or can't be run at all."""
    found: list[str] = []
    for order in TARGETS[isa].orders:
        random = Random(f"{isa} {order}")
        runs = []
        for _ in range(STATES):
            step = make(random)
            kind = kind_of(isa, step)
            code = Code((step,), {}, TARGETS[isa].room.code + NEAR)
            try:
                runs.append(states.settled(isa, target, order, code, random, step.text, kind))
            except Unsettled:
                continue
            except Exception as error:  # the executor knows nothing of it, or has read what nobody has set
                return [repr(error)]
        assert len(runs) > STATES // 3
        found += [text for _, text in compared(isa, kind, runs, processors)]
    return found


def _step(number: int, size: int, unit: int, text: str) -> Step:
    return Step(0, 0, size, number, (), "insn", text, Span("", 1, 1, 1, 1), unit)


def _patched(isa: str, patch: Patch, random: Random) -> Step:
    """An instruction that a patch is for; its open bits are random, as far as they are registers or numbers."""
    text = TEXTS.get(patch.value, patch.apply.__name__)
    if isa.startswith("x86"):
        size = (patch.mask.bit_length() + 7) // 8
        return _step(patch.value, size, 1, text.replace("popfq", "popfd") if isa == "x86_32" else text)
    if patch.value >> 32:
        return _prefixed(patch, random)
    number = patch.value | random.getrandbits(32) & ~patch.mask
    if isa.startswith("arm"):
        register = random.choice([*range(13), 14])
        if patch.apply.__name__ == "mrs":
            number = patch.value | register << 12
        else:
            number = patch.value | random.randrange(1, 16) << 16 | random.randrange(13)
    return _step(number, 4, 4, text)


def _prefixed(patch: Patch, random: Random) -> Step:
    """From a register with a small displacement, or from its own address to data."""
    room, target = TARGETS["ppc64"].room, random.randrange(32)
    relative = random.randrange(2)
    if relative:
        base, displacement = 0, room.data + 0x400 + random.randrange(0x800) - room.code - NEAR
    else:
        base, displacement = random.randrange(1, 32), random.randrange(-0x800, 0x800)
    displacement &= (1 << 34) - 1
    fields = relative << 52 | displacement >> 16 << 32 | displacement & 0xFFFF | target << 21 | base << 16
    return _step(patch.value | fields, 8, 4, patch.apply.__name__)


def _arithmetic(isa: str, random: Random) -> Step:
    """add, sub or cmp of a register and a byte."""
    code = (
        0x83 | (0xC0 | random.choice((0, 5, 7)) << 3 | random.randrange(8)) << 8 | random.randrange(256) << 16
    )
    return _step(code, 3, 1, "add")


def test_what_was_lifted_before_does_not_matter() -> None:
    """SLEIGH takes a jump behind `mov lr, pc` for a call, and remembers that of the address."""
    move, jump = (number.to_bytes(4, "little") for number in (0xE1A0E00F, 0xE12FFF12))  # mov lr, pc; bx r2

    def lifted() -> list[str]:
        return [op.name for op in raw("ARM:LE:32:v7", jump, 0x7004)]

    before = lifted()
    raw("ARM:LE:32:v7", move, 0x7000)
    assert lifted() == before
