"""Encode and decode as expressions, and as the Python model that evaluates them."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.fields.expr import Bin, Node, Num, SignExtend, Var, evaluate, join, moved, plus
from trampgen.model.field import Field, Run


def encoded(field: Field, value: Node) -> Node:
    """The word's bits for a value: shifted into place and masked, everything else zero."""
    carry = 0 if field.carry_from is None else 1 << field.carry_from
    source = plus(value, field.addend + carry)
    return join("|", [_placed(run, source) for run in field.runs])


def _placed(run: Run, source: Node) -> Node:
    mask = ((1 << run.count) - 1) << run.insn_bit
    return Bin("&", moved(source, run.insn_bit - run.value_bit), Num(mask))


def _taken(run: Run, word: Node) -> Node:
    mask = ((1 << run.count) - 1) << run.insn_bit
    return moved(Bin("&", word, Num(mask)), run.value_bit - run.insn_bit)


def decoded(group: Sequence[tuple[Field, Node]], bits: int, signed: bool) -> Node:
    """The value that the fields of one group hold together; inverse of `encoded` for every value in reach.

    `bits` is the width of the result where it is unsigned and narrower than 64 bits."""
    fields = [field for field, _ in group]
    carry = next((field.carry_from for field in fields if field.carry_from is not None), None)
    top = max(field.top_bit for field in fields)
    lower: list[Node] = []
    upper: list[Node] = []
    seen = 0
    for field, word in sorted(group, key=lambda pair: pair[0].low_bit):
        for run in field.runs:
            covered = ((1 << run.count) - 1) << run.value_bit
            if seen & covered:  # the same bits written twice: the first is read
                continue
            seen |= covered
            (lower if carry is not None and run.value_bit <= carry else upper).append(_taken(run, word))
    value = _sum(lower, upper, carry, top, signed)
    value = plus(value, -fields[0].addend)
    narrow = not signed and bits < 64 and (carry is not None or fields[0].addend != 0)
    return Bin("&", value, Num((1 << bits) - 1)) if narrow else value


def _sum(lower: list[Node], upper: list[Node], carry: int | None, top: int, signed: bool) -> Node:
    extend = signed and top < 64
    if carry is None or not lower:
        whole = join("|", upper or lower)
        return SignExtend(top, whole) if extend else whole
    low = SignExtend(carry + 1, join("|", lower))
    if not upper:
        return low
    high = join("|", upper)
    return Bin("+", SignExtend(top, high) if extend else high, low)


def encode(field: Field, value: int) -> int:
    """The Python model: the field's bits in place for a value."""
    return evaluate(encoded(field, Var("value")), {"value": value})


def decode(group: Sequence[tuple[Field, int]], words: Sequence[int], bits: int, signed: bool) -> int:
    """The Python model: the value that fields (each with its word index) hold; signed where `signed`."""
    node = decoded([(field, Var(index)) for field, index in group], bits, signed)
    value = evaluate(node, dict(enumerate(words)))
    return value - (1 << 64) if signed and value >> 63 else value
