"""Encode and decode as expressions, and as the Python model that evaluates them."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.fields.expr import Bin, Node, Num, SignExtend, Var, evaluate, join, moved, plus
from trampgen.model.field import WORD_BITS, Field, Run


def encoded(field: Field, value: Node, word_bits: int = 0) -> Node:
    """The word's bits for a value: shifted into place and masked, everything else zero.

    A field that is a whole word of `word_bits` is not masked: what it is assigned to does that."""
    carry = 0 if field.carry_from is None else 1 << field.carry_from
    source = plus(value, field.addend + carry)
    return join("|", [_placed(run, source, word_bits) for run in field.runs])


def _placed(run: Run, source: Node, word_bits: int) -> Node:
    if run.count == word_bits:
        return moved(source, -run.value_bit)
    mask = ((1 << run.count) - 1) << run.insn_bit
    if run.xnor is not None:
        return _xnor(source, run.insn_bit - run.value_bit, run.insn_bit - run.xnor, mask)
    return Bin("&", moved(source, run.insn_bit - run.value_bit), Num(mask))


def _taken(run: Run, field: Field, word: Node, word_bits: int) -> Node:
    if run.xnor is not None:
        from_other = run.value_bit - _insn_bit(field, run.xnor)
        return _xnor(word, run.value_bit - run.insn_bit, from_other, 1 << run.value_bit)
    if run.count == word_bits:
        return moved(word, run.value_bit)
    mask = ((1 << run.count) - 1) << run.insn_bit
    return moved(Bin("&", word, Num(mask)), run.value_bit - run.insn_bit)


def _xnor(source: Node, left_by: int, other_left_by: int, mask: int) -> Node:
    """One bit: two bits of the source, each moved to the mask, compared."""
    both = Bin("^", moved(source, left_by), moved(source, other_left_by))
    return Bin("^", Bin("&", both, Num(mask)), Num(mask))


def _insn_bit(field: Field, value_bit: int) -> int:
    """Where in the word a bit of the value stands by itself."""
    runs = [r for r in field.runs if r.xnor is None and r.value_bit <= value_bit < r.value_bit + r.count]
    return runs[0].insn_bit + value_bit - runs[0].value_bit


def decoded(
    group: Sequence[tuple[Field, Node]], pointer_bits: int, signed: bool, word_bits: int = WORD_BITS
) -> Node:
    """The value that the fields of one group hold together; inverse of `encoded` for every value in reach.

    A group as wide as a 32-bit pointer holds every bit pattern: `signed` says which way it is read."""
    fields = [field for field, _ in group]
    top = max(field.top_bit for field in fields)
    extended = {f.top_bit for f in fields if f.signed and (not f.fresh or f.top_bit == top)}
    parts: list[Node] = []
    seen = 0
    for field, word in sorted(group, key=lambda pair: (pair[0].low_bit, -pair[0].top_bit)):
        runs = [run for run in field.runs if not seen & _covered(run)]
        if not runs:  # the same bits written twice: the first is read
            continue
        seen |= sum(_covered(run) for run in runs)
        part = join("|", [_taken(run, field, word, word_bits) for run in runs])
        parts.append(
            SignExtend(field.top_bit, part) if field.top_bit in extended and field.top_bit < 64 else part
        )
    value = plus(_summed(parts), -fields[0].addend)
    if top < pointer_bits or pointer_bits == 64 or (isinstance(value, Var) and not signed):
        return value
    return SignExtend(pointer_bits, value) if signed else Bin("&", value, Num((1 << pointer_bits) - 1))


def _covered(run: Run) -> int:
    return ((1 << run.count) - 1) << run.value_bit


def _summed(parts: list[Node]) -> Node:
    """Plain parts have no bit in common; a sign-extended one below others takes its carry back."""
    plain = [part for part in parts if not isinstance(part, SignExtend)]
    signed = [part for part in parts if isinstance(part, SignExtend)]
    if len(signed) == 1 and signed[0] is parts[-1] and plain:
        # Only the top part is signed: extend the whole instead, which reads better in C.
        return SignExtend(signed[0].bits, join("|", [*plain, signed[0].operand]))
    return join("+", [*reversed(signed), *([join("|", plain)] if plain else [])])


def encode(field: Field, value: int) -> int:
    """The Python model: the field's bits in place for a value."""
    return evaluate(encoded(field, Var("value")), {"value": value})


def decode(group: Sequence[tuple[Field, int]], words: Sequence[int], pointer_bits: int, signed: bool) -> int:
    """The Python model: the value that fields (each with its word index) hold; signed where `signed`."""
    node = decoded([(field, Var(index)) for field, index in group], pointer_bits, signed)
    value = evaluate(node, dict(enumerate(words)))
    return value - (1 << 64) if signed and value >> 63 else value
