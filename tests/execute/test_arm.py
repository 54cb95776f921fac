"""The ARM probe runs under Unicorn with a thousand random states in each of its forms, and no bit of it is idle.

The processor is an ARMv7 for the older cases, too: that a load of pc changes to Thumb is shown for no other."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.execute import arm
from tests.execute.arm import PT_REGS, Copy, Machine, State
from tests.execute.patch import idle_bits, spoilt

STATES = 1000
COPIES = 20
SPOIL_STATES = 40
NOP, OLD_NOP = 0xE320F000, 0xE1A00000


INSTRUCTIONS = {
    "add r0, r1, r2": 0xE0810002,
    "adds r3, r4, r5, lsl #3": 0xE0943185,
    "adc r0, r0, r0": 0xE0A00000,
    "cmp r6, r7": 0xE1560007,
    "subs r12, lr, #1": 0xE25EC001,
    "mul r8, r0, r1": 0xE0080190,
    "umull r2, r3, r4, r5": 0xE0832594,
    "ldr r0, [r9, #8]": 0xE5990008,
    "ldrb r1, [r9, #-3]": 0xE5591003,
    "ldr lr, [sp, #4]": 0xE59DE004,
    "str r2, [r9], #4": 0xE4892004,
    "ldm r9!, {r0-r3}": 0xE8B9000F,
    "push {r4, r5}": 0xE92D0030,
    "stmdb r9, {r0, r6-r8, lr}": 0xE90941C1,
    "addeq r0, r0, #1": 0x02800001,
    "strne r3, [r9, #12]": 0x1589300C,
    "ldrcs r1, [r9]": 0x25991000,
    "movmi r1, r2": 0x41A01002,
    "rsbsvs r5, r6, #0": 0x62765000,
    "sel r0, r1, r2": 0xE6810FB2,
}

# (mask, value, bits of such a word from 2**0 up that may be anything): with one of them flipped it would only
IDLE = (
    (0xFFFFFFFF, 0xE88D7FFF, {15}),  # store pc as well: its slot is the handler's
    (0xFFFFFFFF, 0xE1A0100D, {20}),  # set flags that nobody reads; so in the next four
    (0xFFFFFFFF, 0xE04DD004, {20}),
    (0xFFFFFFFF, 0xE1A0E00F, {20}),
    (0xFFFFFFFF, 0xE20D4004, {20, 0, 1}),  # and take bits of sp that are zero
    (0xFFFFFFFF, 0xE08DD004, {20, 24}),  # and turn add into orr, of bits that are zero
    (0xFFFFFFFF, 0xE3110020, {24}),  # turn tst into ands; nobody reads its r0
    (0xFFFFFFFF, 0x159D203C, {30}),  # load the slot in any case: it is stored only after tst
    (0xFFFFFFFF, 0x13822001, {20, 24, 30}),  # set flags that stay ne, turn orr into add, or do it in any case
    (0xFFFFFFFF, 0x158D203C, {22}),  # store the one byte that has changed
)

ARCH = pytest.mark.parametrize("arch", ["v4", "v5", "v7"])
DIRECT = pytest.mark.parametrize("direct", [False, True], ids=["emulated", "direct"])


def copies(arch: str, direct: bool) -> list[Copy]:
    """Some that keep different amounts of stack; one for each instruction where those are copied."""
    random = Random(f"copies {direct}")
    stacks = [PT_REGS, 252, *(random.randrange(PT_REGS, 256, 4) for _ in range(COPIES - 2))]
    insns: list[int | None] = [*INSTRUCTIONS.values()] if direct else [None] * COPIES
    return [
        arm.copy(arch, stack, random.getrandbits(32), insn) for stack, insn in zip(stacks, insns, strict=True)
    ]


def complaints(machine: Machine, copy: Copy, states: list[State]) -> list[str]:
    """What is wrong with the first run of a copy that is not as it should be."""
    machine.place(arm.CODE, copy.words)
    judged = (arm.complaints(machine, copy, state) for state in states)
    return next((found for found in judged if found), [])


@ARCH
@DIRECT
def test_a_thousand_states(arch: str, direct: bool) -> None:
    machine = Machine()
    for number, each in enumerate(copies(arch, direct)):
        states = arm.random_states(f"{number} {direct}", STATES // COPIES, direct)
        assert complaints(machine, each, states) == [], number


@ARCH
@DIRECT
def test_every_spoilt_bit_is_noticed(arch: str, direct: bool) -> None:
    """One state after the other until it is noticed: some bits need certain flags, a certain mode or a high address."""
    whole = arm.copy(arch, 0xAC, 0x9A785634, INSTRUCTIONS["adds r3, r4, r5, lsl #3"] if direct else None)
    words = whole.words
    known = arm.copy(arch, whole.stack, whole.value).words if direct else []
    states = arm.random_states(f"spoils {direct}", SPOIL_STATES, direct)
    assert complaints(Machine(), whole, states) == []
    spoils = list(spoilt(words, [OLD_NOP, NOP], lambda index: idle_bits(words[index], IDLE), known))
    unnoticed = [
        str(spoil) for spoil in spoils if not complaints(Machine(), replace(whole, words=spoil.words), states)
    ]
    assert unnoticed == []
    assert len({spoil.index for spoil in spoils}) == (3 if direct else len(words) - 2)
