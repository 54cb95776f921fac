"""What a match holds: the value of each param, and what the bits of externs are that nobody supplied."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from trampgen import isa as isas
from trampgen.derive.symbols import groups, held
from trampgen.fields.arith import decoded
from trampgen.fields.expr import Node, Var, evaluate
from trampgen.model.field import Field
from trampgen.model.memory import from_memory
from trampgen.model.record import record
from trampgen.model.spec import Hole, Param, SymbolBits, TemplateVariant
from trampgen.scan.buffer import Buffer
from trampgen.scan.match import States
from trampgen.scan.patterns import Pattern

Slices = Sequence[Hole] | Sequence[SymbolBits]


@record
class Value:
    """A param's value, or an extern's (`kind` is then extern, and the name its C text).

    Of a branch it is an address; `others` are what further holes of it hold where that is something else. `slices` are
    what it was read from."""

    name: str
    kind: str  # number, branch, insn or extern
    value: int
    others: tuple[int, ...]
    slices: Slices


@record
class Match:
    """A pattern at a place, an offset into the buffer; `address` is where that would run."""

    pattern: Pattern
    place: int
    address: int
    states: States
    values: tuple[Value, ...]

    @property
    def forms(self) -> tuple[tuple[str, str | None], ...]:
        """Of each region what it is patched to, None at rest."""
        pairs = zip(self.pattern.parts, self.states, strict=True)
        return tuple((part.name, state.form) for part, state in pairs)


def read(buffer: Buffer, pattern: Pattern, place: int, states: States) -> Match:
    """What a match holds: the states are those that a Matcher has found there."""
    reader = _Reader(buffer, place, pattern, states)
    return Match(pattern, place, buffer.base + place, states, (*reader.params(), *reader.externs()))


def span_of(pattern: Pattern, one: Hole | SymbolBits) -> tuple[int, int] | None:
    """The bytes of a match in which bits stand: from, to. None where nobody knows."""
    start = pattern.origin + pattern.unit * one.word
    if start >= pattern.size:
        if pattern.away is None:
            return None
        start += pattern.away
    if pattern.unit > 1:
        return start, start + pattern.unit
    bits = max(run.insn_bit + run.count for run in one.field.runs)
    return start, start - -bits // 8


class _Reader:
    """One match, and which of the holes are there."""

    def __init__(self, buffer: Buffer, place: int, pattern: Pattern, states: States) -> None:
        self.data, self.place, self.pattern = buffer.data, place, pattern
        self.run_address = buffer.base + place + pattern.origin
        self.pointer_bits = isas.load(pattern.isa).pointer_bits
        self.forms = {state.form for state in states if state.form is not None}
        self.patched = {
            word
            for part, state in zip(pattern.parts, states, strict=True)
            if state.form is not None
            for word in range(part.start // pattern.unit, part.end // pattern.unit)
        }

    def params(self) -> Iterator[Value]:
        for param in self.pattern.params:
            there = [group for group in param.groups if all(map(self._is_there, group))]
            if there and param.kind != "bits":
                values = [self._param(param, group) for group in there]
                yield Value(param.name, param.kind, values[0], _others(values), there[0])

    def externs(self) -> Iterator[Value]:
        found: dict[str, list[tuple[int, tuple[SymbolBits, ...]]]] = {}
        for group in groups([one for one in self.pattern.symbols if self._is_there(one)]):
            signed = held(group, self.pointer_bits).low < 0
            found.setdefault(group[0].value.c, []).append((self._value(group, signed), group))
        for name, pairs in found.items():
            values = [value for value, _ in pairs]
            yield Value(name, "extern", values[0], _others(values), pairs[0][1])

    def _is_there(self, one: Hole | SymbolBits) -> bool:
        span = span_of(self.pattern, one)
        if span is None or self.place + span[1] > len(self.data):
            return False
        return one.form in self.forms if one.form is not None else one.word not in self.patched

    def _param(self, param: Param, group: Sequence[Hole]) -> int:
        value = self._value(group, param.reach.low < 0)
        relative = next((hole for hole in group if hole.pc_relative), None)
        if relative is None:
            return value
        return relative.origin(self.run_address) + value & (1 << self.pointer_bits) - 1

    def _value(self, group: Slices, signed: bool) -> int:
        numbers: dict[str | int, int] = {}
        bits = 0
        for one in group:
            start, end = span_of(self.pattern, one) or (0, 0)
            data, bits = self.data[self.place + start : self.place + end], 8 * (end - start)
            numbers[one.word] = self._number(data, one)
        node = _node(tuple((one.field, one.word) for one in group), self.pointer_bits, signed, bits)
        value = evaluate(node, numbers)
        return value - (1 << 64) if signed and value >> 63 else value

    def _number(self, data: bytes, one: Hole | SymbolBits) -> int:
        if self.pattern.unit == 1:
            return int.from_bytes(data, "little")
        code = self.pattern.code
        kind = "insn" if code is None else _kinds(code)[one.form, one.word]
        return from_memory(data, self.pattern.isa, kind, self.pattern.order)


@functools.lru_cache(4096)
def _node(group: tuple[tuple[Field, int], ...], pointer_bits: int, signed: bool, word_bits: int) -> Node:
    return decoded([(field, Var(word)) for field, word in group], pointer_bits, signed, word_bits)


@functools.lru_cache(256)
def _kinds(code: TemplateVariant) -> dict[tuple[str | None, int], str]:
    """The kind of each word, by form and index."""
    found: dict[tuple[str | None, int], str] = {(None, at): word.kind for at, word in enumerate(code.words)}
    for region in code.regions:
        for form in region.forms:
            found |= {(form.name, at): word.kind for at, word in enumerate(form.words, region.start)}
    return found


def _others(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(value for value in dict.fromkeys(values) if value != values[0])
