"""Slices of one param: which belong together, and whether together they are the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from trampgen.diagnostics import Note, Report
from trampgen.expand.promises import Promised
from trampgen.fields import arith
from trampgen.fields.reach import flaws
from trampgen.model.field import Field
from trampgen.model.spec import Hole, SymbolBits

Slice = TypeVar("Slice", Hole, SymbolBits)


def groups(holes: Sequence[Hole]) -> list[tuple[Hole, ...]]:
    """Holes that hold a value together: slices of one sum form a group, a whole operand is one by itself."""
    return gathered(holes, lambda hole: (hole.form, hole.field.addend))


def gathered(slices: Sequence[Slice], sum_of: Callable[[Slice], object]) -> list[tuple[Slice, ...]]:
    """Slices by the sum they are of, and whole operands each by itself.

    A value can be there twice, once with @ha and a sign-extended low half, once with @h and a plain one:
    then these are two groups."""
    found: list[tuple[Slice, ...]] = [(one,) for one in slices if one.operator is None]
    sliced = [one for one in slices if one.operator is not None]
    for total in dict.fromkeys(map(sum_of, sliced)):
        own = [one for one in sliced if sum_of(one) == total]
        carried = tuple(one for one in own if _carried(one.field))
        plain = tuple(one for one in own if not _carried(one.field))
        both = all(
            any(_is_low(one.field) for one in part) and not all(_is_low(one.field) for one in part)
            for part in (carried, plain)
        )
        found += [carried, plain] if both else [tuple(own)]
    return found


def _is_low(field: Field) -> bool:
    return field.low_bit < 8  # an alignment drops a few of its bits, no more


def _carried(field: Field) -> bool:
    """Whether a slice belongs to the form in which the low half is sign-extended."""
    return field.signed if _is_low(field) else field.carry_from is not None


def check(promised: Promised, together: Sequence[Sequence[Hole]], report: Report) -> bool:
    """Whether every group holds a value; what does not is reported."""
    before = len(report.errors)
    for group in together:
        _check_group(promised, group, report)
    _check_sums(promised, together, report)
    _check_whole(promised, together, report)
    if len(report.errors) > before:
        return False
    for group in together:
        _check_lone(promised, group, report)
    return True


def _check_lone(promised: Promised, group: Sequence[Hole], report: Report) -> None:
    """@ha or @h without the @l that belongs to it, unless the param is promised to need none."""
    low = 1 << min(hole.field.low_bit for hole in group)
    if (
        group[0].operator is None
        or any(_is_low(hole.field) for hole in group)
        or (promised.align or 1) % low == 0
    ):
        return
    lowest = _lowest(group[0].operator)
    report.warning(
        "lone-slice",
        group[0].span,
        f"only the upper bits of `{promised.name}` are encoded: it must be a multiple of {low:#x}",
        help=f"encode ${{{promised.name}@{lowest}}} too, or promise `align {low:#x}` if that is meant",
    )


def _lowest(operator: str) -> str:
    """The slice below the others, whatever its instruction set calls it."""
    return "lo12" if operator == "pg_hi21" else "abs_g0" if operator.startswith("abs_g") else "l"


def _check_group(promised: Promised, group: Sequence[Hole], report: Report) -> None:
    fields = [hole.field for hole in group]
    for flaw in flaws(fields):
        notes = [Note(f"also here: {_where(hole)}", hole.span) for hole in group[1:]]
        if flaw.code != "hole-gap":
            value = flaw.witness - fields[0].addend
            notes.insert(0, Note(f"{shown(value)} would give {shown(_executed(fields, value))}"))
        report.error(flaw.code, group[0].span, f"`{promised.name}`: {flaw.message}", notes, flaw.help)
    addend = fields[0].addend
    align = 1 << min(field.low_bit for field in fields)
    if group[0].operator is None and addend % align:
        report.error(
            "immediate-alignment",
            group[0].span,
            f"`{promised.name}` plus {addend} goes into a field that drops the low {align.bit_length() - 1} bits",
        )


def _executed(fields: Sequence[Field], value: int) -> int:
    """What instructions make of a value's slices: their sum, sign-extended where the instruction does that."""
    slices = {(field.low_bit, field.top_bit): replace(field, addend=0) for field in fields}
    total = value + fields[0].addend
    parts = [
        arith.decode([(field, 0)], [arith.encode(field, total)], 64, field.signed)
        for field in slices.values()
    ]
    return sum(parts) - fields[0].addend


def _check_sums(promised: Promised, together: Sequence[Sequence[Hole]], report: Report) -> None:
    """Upper slices of one sum and the low slice of another don't add up to either."""
    slices = [group for group in together if group[0].operator is not None]
    uppers = [group for group in slices if not all(_is_low(hole.field) for hole in group)]
    lowers = [group for group in slices if all(_is_low(hole.field) for hole in group)]
    for lower in lowers:
        for upper in uppers:
            if lower[0].form == upper[0].form and lower[0].field.addend != upper[0].field.addend:
                sum_of = [_sum(promised.name, group[0].field.addend) for group in (upper, lower)]
                report.error(
                    "mixed-sums",
                    lower[0].span,
                    f"the upper half is of {sum_of[0]}, the lower of {sum_of[1]}: together they are neither",
                    [Note("the upper half", upper[0].span)],
                    "write the same sum in both: the carry depends on it",
                )


def _check_whole(promised: Promised, together: Sequence[Sequence[Hole]], report: Report) -> None:
    """A whole value in one instruction and half of its slices in others: most likely a slice was forgotten."""
    whole = [group[0] for group in together if group[0].operator is None]
    for group in together:
        lows = [_is_low(hole.field) for hole in group]
        if whole and group[0].operator is not None and (all(lows) or not any(lows)):
            missing = "@ha or @h" if all(lows) else "@l"
            report.error(
                "half-sliced",
                whole[0].span,
                f"`{promised.name}` stands here whole, and elsewhere only as {_where(group[0])}",
                [Note("the slice", group[0].span)],
                f"write the other half here ({missing}), or use two params",
            )


def _sum(name: str, addend: int) -> str:
    return f"`{name} {'+' if addend > 0 else '-'} {abs(addend)}`" if addend else f"`{name}`"


def _where(hole: Hole) -> str:
    return f"@{hole.operator}" if hole.operator else "the whole value"


def shown(value: int) -> str:
    """A value for people: small ones in decimal."""
    return str(value) if abs(value) < 256 else hex(value)
