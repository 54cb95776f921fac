"""Finds the bits of a hole by assembling its instruction with chosen values and comparing.

The assembler is asked only for values that our own tables call legal; that the map is linear is verified on
the limits and on 64 further values. What it can't be asked (carries, ranges, bias) is data in isa/."""

from __future__ import annotations

import random
from dataclasses import dataclass

from trampgen.assemble.batch import Batch
from trampgen.isa.base import Lowered, OperandKind, Slot
from trampgen.model.field import Run

_SAMPLES = 64


@dataclass(frozen=True, slots=True)
class Probes:
    """Where the results of one slot's probes will be: at rest, one for each bit, and the verification."""

    slot: int
    rest: int
    bits: tuple[tuple[int, int], ...]  # (value bit, request)
    verify: tuple[tuple[int, int], ...]  # (value, request)


class NotLinear(Exception):
    """The bits of a value do not simply move into the word; the text says with which value that shows."""


def slots_of(lowered: Lowered) -> list[Slot]:
    """The open operands of an instruction, in order."""
    return [piece for piece in lowered.pieces if isinstance(piece, Slot)]


def _bit_values(kind: OperandKind) -> list[tuple[int, int]]:
    """(bit, value that has just this bit): the sign bit alone is the lowest value."""
    first = kind.align.bit_length() - 1
    return [
        (bit, -(1 << bit) if kind.signed and bit == kind.bits - 1 else 1 << bit)
        for bit in range(first, kind.bits)
    ]


def _verification(kind: OperandKind) -> list[int]:
    steps = [kind.low, kind.high, kind.low + kind.align, kind.high - kind.align, kind.align]
    drawn = random.Random(kind.name)
    steps += [drawn.randrange(kind.low, kind.high + 1, kind.align) for _ in range(_SAMPLES)]
    return sorted({value for value in steps if kind.low <= value <= kind.high})


def plan(lowered: Lowered, batch: Batch) -> list[Probes]:
    """Put every probe of an instruction's slots into the batch."""
    slots = slots_of(lowered)
    probes: list[Probes] = []
    for index, slot in enumerate(slots):

        def ask(value: int, index: int = index) -> int:
            return batch.add(lowered, tuple(value if i == index else 0 for i in range(len(slots))))

        probes.append(
            Probes(
                index,
                ask(0),
                tuple((bit, ask(value)) for bit, value in _bit_values(slot.kind)),
                tuple((value, ask(value)) for value in _verification(slot.kind)),
            )
        )
    return probes


def discover(probes: Probes, kind: OperandKind, batch: Batch) -> tuple[Run, ...]:
    """The runs of a slot, from the results; raises NotLinear. All requests must have succeeded."""
    rest = _word(batch, probes.rest)
    where: list[tuple[int, int]] = []
    taken = rest
    for bit, request in probes.bits:
        changed = _word(batch, request) ^ rest
        if not changed or changed & taken or (changed.bit_count() > 1 and not kind.repeats):
            raise NotLinear(f"bit {bit} of the value changes bits {changed:#010x} of the word")
        taken |= changed
        where += [(bit, insn_bit) for insn_bit in range(32) if changed >> insn_bit & 1]
    for value, request in probes.verify:
        expected = rest
        for bit, insn_bit in where:
            expected |= ((value >> bit) & 1) << insn_bit
        if _word(batch, request) != expected:
            raise NotLinear(
                f"{value:#x} gives {_word(batch, request):08x}, its bits alone would give {expected:08x}"
            )
    return _runs(where)


def _word(batch: Batch, index: int) -> int:
    word = batch.word(index)
    assert word is not None
    return word


def _runs(where: list[tuple[int, int]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for bit, insn_bit in sorted(where, key=lambda pair: (pair[1] - pair[0], pair)):
        last = runs[-1] if runs else None
        if last and bit == last.value_bit + last.count and insn_bit == last.insn_bit + last.count:
            runs[-1] = Run(last.value_bit, last.insn_bit, last.count + 1)
        else:
            runs.append(Run(bit, insn_bit, 1))
    return tuple(runs)
