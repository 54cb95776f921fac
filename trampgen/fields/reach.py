"""What fields can represent, in closed form: the exact range and alignment of a group of holes, and its flaws."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.model.field import Field, Reach
from trampgen.model.record import record


@record
class Flaw:
    """Why a group of slices does not hold a value: a code, what is wrong, and a sum that is lost."""

    code: str
    message: str
    help: str
    witness: int


def reach(group: Sequence[Field], pointer_bits: int) -> Reach:
    """Every value v for which the fields of one group, read back together, give v again.

    The top field's sign decides the lower end; a carry (HA/LO) moves both ends down by half a low field.
    A group that reaches the pointer's width holds every value, signed or not: the range given is unsigned."""
    bits = top(group)
    align = 1 << min(field.low_bit for field in group)
    addend = group[0].addend
    if bits >= pointer_bits:
        phase = -addend % align
        return Reach(phase, (1 << bits) - align + phase, align, phase)
    signed = any(field.signed for field in group if field.top_bit == bits)
    carry = _carry(group)
    shift = 0 if carry is None else -(1 << carry)
    low = -(1 << (bits - 1)) if signed else 0
    high = (1 << (bits - 1 if signed else bits)) - align
    return Reach(low + shift - addend, high + shift - addend, align, -addend % align)


def top(group: Sequence[Field]) -> int:
    """How far all of a group's fields reach: of two that begin at one bit, the narrower one counts."""
    tops: dict[int, int] = {}
    for field in group:
        tops[field.low_bit] = min(field.top_bit, tops.get(field.low_bit, field.top_bit))
    return max(tops.values())


def _carry(group: Sequence[Field]) -> int | None:
    """The bit whose carry the upper part takes, where a lower part gives it."""
    for field in group:
        if field.carry_from is not None and any(f.low_bit <= field.carry_from < f.top_bit for f in group):
            return field.carry_from
    return None


def intersection(reaches: Sequence[Reach]) -> Reach | None:
    """What all of several groups can hold; None if that is nothing. Alignments are powers of two."""
    low, high = max(r.low for r in reaches), min(r.high for r in reaches)
    strict = max(reaches, key=lambda r: r.align)
    if any((strict.phase - r.phase) % r.align for r in reaches):
        return None
    low += (strict.phase - low) % strict.align
    high -= (high - strict.phase) % strict.align
    return Reach(low, high, strict.align, strict.phase) if low <= high else None


def flaws(group: Sequence[Field]) -> list[Flaw]:
    """Slices that don't add up to a value: a gap between them, a carry nobody adds or nobody needs."""
    found: list[Flaw] = []
    covered = 0
    group = tuple(dict.fromkeys(group))  # one param can have thousands of holes, but few kinds of them
    for field in group:
        for run in field.runs:
            covered |= ((1 << run.count) - 1) << run.value_bit
    low, top = (covered & -covered).bit_length() - 1, covered.bit_length()
    gap = ~covered & ((1 << top) - 1) & ~((1 << low) - 1)
    if gap:
        first, last = (gap & -gap).bit_length() - 1, gap.bit_length() - 1
        found.append(
            Flaw(
                "hole-gap",
                f"bits {first}…{last} are encoded nowhere",
                "encode every slice between",
                1 << first,
            )
        )
    for field in group:
        above = [other for other in group if other.low_bit >= field.top_bit]
        if field.signed and not field.fresh and any(other.carry_from != field.top_bit - 1 for other in above):
            found.append(
                Flaw(
                    "missing-carry",
                    f"bits {field.low_bit}…{field.top_bit - 1} are sign-extended: with bit {field.top_bit - 1} set "
                    "they take 1 from what is above",
                    "use @ha above them, or an instruction that does not extend (ori, oris) for them",
                    1 << (field.top_bit - 1),
                )
            )
        carry = field.carry_from
        if carry is not None and covered >> carry & 1 and not _extended_below(group, carry):
            found.append(
                Flaw(
                    "wrong-carry",
                    f"the carry of bit {carry} is added, but what is below is not sign-extended",
                    "use @h without the carry, or a sign-extending instruction (addi, ld) for the low half",
                    1 << carry,
                )
            )
    return found[:1]  # one cause is enough: mending it changes the others


def _extended_below(group: Sequence[Field], carry: int) -> bool:
    """Whether everything that ends at a carry's bit is sign-extended, and something does."""
    ending = [field.signed for field in group if field.top_bit == carry + 1]
    return bool(ending) and all(ending)
