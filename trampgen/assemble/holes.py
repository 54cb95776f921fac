"""Finds the bits of a hole by assembling its instruction with chosen values and comparing.

The assembler is asked only for values that our own tables call legal; that the map is linear is verified on
the limits and on 64 further values. What it can't be asked (carries, ranges, bias) is data in isa/."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from trampgen.assemble.batch import Batch
from trampgen.fields.arith import encoded
from trampgen.fields.expr import Var, evaluate
from trampgen.isa.base import Lowered, OperandKind, Slot
from trampgen.model.field import Field, Run
from trampgen.model.record import record

_SAMPLES = 64


@record
class Probes:
    """Where the results of one slot's probes will be: at rest, two for each bit, and the verification.

    At rest a slot holds its kind's `base`, which is zero for most."""

    slot: int
    rest: int
    bits: tuple[tuple[int, int, int], ...]  # (value bit, request, request for a value without that bit)
    verify: tuple[tuple[int, int], ...]  # (value, request)


class NotLinear(Exception):
    """The bits of a value do not simply move into the word; the text says with which value that shows."""


def slots_of(lowered: Lowered) -> list[Slot]:
    """The open operands of an instruction, in order."""
    return [piece for piece in lowered.pieces if isinstance(piece, Slot)]


def _bit_values(kind: OperandKind) -> list[tuple[int, int, int]]:
    """(bit, value that has it, the same value without it): both keep to the form that any value has.

    The sign bit counts negative. Beside the bits of `base` another one is set, so that neither value is small."""
    found: list[tuple[int, int, int]] = []
    for bit in range(kind.align.bit_length() - 1, kind.bits):
        weight = -(1 << bit) if kind.signed and bit == kind.bits - 1 else 1 << bit
        other = kind.base if weight != kind.base else kind.base >> 1 or kind.base << 1
        found.append((bit, weight + other, other))
    return found


def _verification(kind: OperandKind) -> list[int]:
    low = kind.low if kind.asked_low is None else kind.asked_low
    high = kind.high if kind.asked_high is None else kind.asked_high
    steps = [low, high, low + kind.align, high - kind.align, kind.align]
    drawn = random.Random(kind.name)
    steps += [drawn.randrange(low, high + 1, kind.align) for _ in range(_SAMPLES)]
    short = kind.short or (1, 0)
    return sorted({v for v in steps if low <= v <= high and not short[0] <= v <= short[1]})


def plan(lowered: Lowered, batch: Batch) -> list[Probes]:
    """Put every probe of an instruction's slots into the batch."""
    slots = slots_of(lowered)
    probes: list[Probes] = []
    for index, slot in enumerate(slots):

        def ask(value: int, slot: Slot = slot) -> int:
            return batch.add(lowered, tuple(value if s is slot else s.kind.base for s in slots))

        probes.append(
            Probes(
                index,
                ask(slot.kind.base),
                tuple((bit, ask(with_it), ask(without)) for bit, with_it, without in _bit_values(slot.kind)),
                tuple((value, ask(value)) for value in _verification(slot.kind)),
            )
        )
    return probes


def discover(probes: Probes, kind: OperandKind, batch: Batch) -> tuple[Run, ...]:
    """The runs of a slot, from the results; raises NotLinear. All requests must have succeeded."""
    rest = _zero(probes, kind, batch)
    deciding = _deciding(probes, rest, kind, batch)
    found = Field(_runs(_single(deciding, rest)) + _inverted(deciding, rest), kind.signed)
    # Of up to 15 bytes the arithmetic sees those of the value.
    first = min(run.insn_bit for run in found.runs)
    runs = tuple(replace(run, insn_bit=run.insn_bit - first) for run in found.runs)
    encoder = encoded(replace(found, runs=runs), Var("value"))
    for value, request in probes.verify:
        expected = rest & ~found.mask | evaluate(encoder, {"value": value}) << first
        if _word(batch, request) != expected:
            raise NotLinear(
                f"{value:#x} gives {_word(batch, request):08x}, its bits alone would give {expected:08x}"
            )
    return found.runs


def _zero(probes: Probes, kind: OperandKind, batch: Batch) -> int:
    """The word without the bits of the value that the assembler was given at rest."""
    zero = _word(batch, probes.rest)
    for bit, request, without in probes.bits:
        if kind.base >> bit & 1:
            zero &= ~(_word(batch, request) ^ _word(batch, without))
    return zero


def _deciding(probes: Probes, rest: int, kind: OperandKind, batch: Batch) -> dict[int, list[int]]:
    """Bit of the word → bits of the value that change it: one, or where the sign inverts it two."""
    deciding: dict[int, list[int]] = {}
    for bit, request, without in probes.bits:
        changed = _word(batch, request) ^ _word(batch, without)
        own = 0
        for insn_bit in (at for at in range(changed.bit_length()) if changed >> at & 1):
            own += insn_bit not in deciding
            deciding.setdefault(insn_bit, []).append(bit)
        moves = own == changed.bit_count() and not changed & rest
        if not own or (own > 1 and not kind.repeats) or not (moves or kind.inverts):
            raise NotLinear(f"bit {bit} of the value changes bits {changed:#010x} of the word")
    return deciding


def _single(deciding: Mapping[int, list[int]], rest: int) -> list[tuple[int, int]]:
    """(value bit, bit of the word that it alone decides, and is)."""
    return [(bits[0], at) for at, bits in deciding.items() if len(bits) == 1 and not rest >> at & 1]


def _inverted(deciding: Mapping[int, list[int]], rest: int) -> tuple[Run, ...]:
    """Bits of the word that are set where two bits of the value are alike; the second one is the sign."""
    pairs = [(at, bits) for at, bits in deciding.items() if len(bits) == 2 and rest >> at & 1]
    return tuple(Run(bits[0], at, 1, xnor=bits[1]) for at, bits in sorted(pairs, reverse=True))


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
