"""Every case of the powerpc probe runs under qemu with a thousand random states, and no bit of it is idle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from tests.execute import ppc
from tests.execute.patch import idle_bits, spoilt
from tests.execute.ppc import NOP, PROBES, Job, Judge, Probe, Record, State, World

STATES = 1000
COPIES = 20
SPOIL_STATES = 4
# Values whose halves are zero, all ones, or of the sign that a later load might spread.
EDGES = [0, (1 << 64) - 1, 0x8000800080008000, 0x00007FFF00000001, 0x1122334455667788]
# Negative, with the lowest bits of the upper word set: where sldi fails to shift or clears too much, it shows.
SPOIL_VALUES = (0x912233478566778F, 0x99AABBCFDDEEFF0F)

# (mask, value, bits of such a word from 2**0 up that may be anything): with one of them flipped it is
IDLE = (
    (0xFC1FFFFF, 0x38000000, {26}),  # li rN, 0: still 0, by lis
    (0xFC1FFFFF, 0x7C000026, {*range(12, 20)}),  # mfcr: the same, they are reserved
    (0xFC0007FF, 0x7C0002A6, {6}),  # mfspr: mftb, which qemu takes for mfspr
    (0xFC0007FF, 0x7C0003A6, {0}),  # mtspr: the same, it is reserved
    (0xF8000000, 0x60000000, {27}),  # ori, oris: xori, xoris; the bits are zero before
    (0xFC00FFFF, 0x780007C6, {0}),  # sldi: sldi. with CR0, which nobody reads before mtcr
    (0xFFFF0000, 0x38610000, {27}),  # addi r3, r1, N: addic with CA, which nobody reads before mtxer
    (0xFFFF0000, 0x38810000, {27}),  # addi r4, r1, N: the same
)
# The bits in which lq and lwa differ from ld, and stq from std.
LQ, LWA, STQ = 27, 1, 1

ELFV2 = next(probe for probe in PROBES if probe.case == "elfv2")
PROBE = pytest.mark.parametrize("probe", PROBES, ids=str)


def values(probe: Probe, count: int) -> list[tuple[int, int]]:
    """op and insn for some copies."""
    random = Random(f"{probe}: values")
    wide = [*EDGES, *(random.getrandbits(64) for _ in range(count - len(EDGES)))]
    fitting = [value & (1 << probe.bits) - 1 for value in wide]
    return list(zip(fitting, reversed(fitting), strict=True))


def complaints(probe: Probe, states: list[State], records: list[Record], op: int, insn: int) -> list[str]:
    """What is wrong with the first record that is not as it should be."""
    judged = (
        Judge(probe, state, op, insn).complaints(record)
        for state, record in zip(states, records, strict=True)
    )
    return next((found for found in judged if found), [])


@PROBE
def test_a_thousand_states(probe: Probe, program: Callable[[World], str]) -> None:
    states = ppc.random_states(probe, STATES)
    each = STATES // COPIES
    chosen = dict(zip(range(0, STATES, each), values(probe, COPIES), strict=True))
    jobs = [Job(ppc.code(probe, *both), first, each) for first, both in chosen.items()]
    results = ppc.execute(program(probe), probe, states, jobs)
    for (first, both), records in zip(chosen.items(), results, strict=True):
        assert complaints(probe, states[first : first + each], records, *both) == []


@PROBE
def test_a_write_to_the_slot_of_r1_is_lost(probe: Probe, program: Callable[[World], str]) -> None:
    """As in the kernel: the tail computes r1 anew and never loads its slot. An emulated `stdu r1` would need it."""
    states = ppc.random_states(probe, 4)
    assert [state.callees[1].flips.get("gpr[1]", 0) != 0 for state in states] == [True, True, False, False]
    ((*records,),) = ppc.execute(program(probe), probe, states, [Job(ppc.code(probe, 0, 0), 0, 4)])
    ends = [record.stops[-1].registers["r1"] for record in records]
    assert ends == [state.entry["r1"] for state in states]


@PROBE
def test_every_spoilt_bit_is_noticed(probe: Probe, program: Callable[[World], str]) -> None:
    op, insn = (value & (1 << probe.bits) - 1 for value in SPOIL_VALUES)
    words = ppc.code(probe, op, insn)
    # Without a TOC one word is another.
    known = ppc.code(ELFV2, op, insn) if probe.case == "pcrel" else []
    spoils = list(spoilt(words, [NOP], lambda index: idle(probe, words, index), known))
    states = ppc.random_states(probe, SPOIL_STATES)
    jobs = [Job(code, 0, len(states)) for code in [words, *(spoil.words for spoil in spoils)]]
    whole, *results = ppc.execute(program(probe), probe, states, jobs)
    assert complaints(probe, states, whole, op, insn) == []
    unnoticed = [
        str(spoil)
        for spoil, records in zip(spoils, results, strict=True)
        if not complaints(probe, states, records, op, insn)
    ]
    assert unnoticed == []
    assert len(spoils) > 20 * len({spoil.index for spoil in spoils})


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe.redzone], ids=str)
def test_a_frame_without_room_for_the_red_zone_is_noticed(
    probe: Probe, program: Callable[[World], str]
) -> None:
    """Three words agree on the size of the frame, so that no single bit spoils this and nothing else."""
    small = replace(probe, frame=probe.frame - 288)
    states = ppc.random_states(probe, SPOIL_STATES)
    words = [resized(word, probe.frame, small.frame) for word in ppc.code(probe, 0, 0)]
    ((record, *_),) = ppc.execute(program(probe), probe, states, [Job(words, 0, SPOIL_STATES)])
    found = Judge(small, states[0], 0, 0).complaints(record)
    assert {text.split(" is ")[0] for text in found} == {
        f"{region}: memory from the red zone up" for region in ("call_handler", "call_emulate", "ret")
    }


def resized(word: int, frame: int, small: int) -> int:
    """A word that makes, measures or removes a frame, for a frame of another size."""
    if word == 0xF8210001 | -frame & 0xFFFF:
        return 0xF8210001 | -small & 0xFFFF
    return word - frame + small if word in (0x38010000 + frame, 0x38210000 + frame) else word


def idle(probe: Probe, words: list[int], index: int) -> set[int]:
    """The bits of a word that do not change what it does, where it is."""
    big = probe.machine.order == "big"
    in_order = idle_in_big(words, index) if big else idle_in_little(words, index)
    return idle_bits(words[index], IDLE) | in_order | idle_of_toc(words[index], big)


def idle_of_toc(word: int, big: bool) -> set[int]:
    """lq for ld r2, N(r13): that half of 16 bytes which r2 gets may be at N, and r3 is not needed there."""
    is_it = word & 0xFFFF0003 == 0xE84D0000
    return {LQ} if is_it and word & 0xF == (0 if big else 8) else set()


def idle_in_big(words: list[int], index: int) -> set[int]:
    """A quadword store or load of a pair, of which the second half is stored or loaded once more behind it."""
    word, later = words[index], words[index + 1 :]
    if word >> 21 & 1:
        return set()
    if word >> 26 == 62 and any(w & 0xFC1FFFFF == (word & 0xFC1FFFFF) + 8 for w in later):
        return {STQ}
    return {LQ} if word >> 26 == 58 and later[0] == word + (1 << 21) + 8 else set()


def idle_in_little(words: list[int], index: int) -> set[int]:
    """Of a doubleword that goes to mtxer, mtcr or mtdsisr the lower half is enough."""
    reads_half = {0x7CA103A6, 0x7CAFF120, 0x7CB203A6}
    return {LWA} if words[index] >> 26 == 58 and words[index + 1] in reads_half else set()
