"""What a match holds: the value of each param, and what the bits of externs are that nobody supplied."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from trampgen.derive.symbols import groups, held
from trampgen.fields.arith import decoded
from trampgen.fields.expr import Node, Var, evaluate
from trampgen.model.field import Field
from trampgen.model.memory import from_memory
from trampgen.model.record import record
from trampgen.model.spec import Hole, Param, SymbolBits, TemplateVariant, Word
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
    """A pattern at a place, an offset into the buffer; `address` is where the code runs."""

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
    address = buffer.base + place
    found: list[Value] = []
    if pattern.code is not None:
        reader = _Reader(buffer.data[place : place + pattern.size], pattern, pattern.code, states)
        found += reader.params(address)
        found += reader.externs()
    return Match(pattern, place, address, states, tuple(found))


class _Reader:
    """The bytes of one match, and which of the code's holes are there."""

    def __init__(self, data: bytes, pattern: Pattern, code: TemplateVariant, states: States) -> None:
        self.data, self.pattern, self.code = data, pattern, code
        self.forms = {state.form for state in states if state.form is not None}
        self.patched = {
            word
            for part, state in zip(pattern.parts, states, strict=True)
            if state.form is not None
            for word in range(part.start // code.unit, part.end // code.unit)
        }
        self.words = _words(code, self.forms)

    def params(self, address: int) -> Iterable[Value]:
        for param in self.code.params:
            there = [group for group in param.groups if all(map(self._is_there, group))]
            if there and param.kind != "bits":
                values = [self._param(param, group, address) for group in there]
                yield Value(param.name, param.kind, values[0], _others(values), there[0])

    def externs(self) -> Iterable[Value]:
        there = [one for one in self.code.symbols if self._is_there(one)]
        found: dict[str, list[tuple[int, tuple[SymbolBits, ...]]]] = {}
        for group in groups(there):
            signed = held(group, self.code.pointer_bits).low < 0
            found.setdefault(group[0].value.c, []).append((self._value(group, signed), group))
        for name, pairs in found.items():
            values = [value for value, _ in pairs]
            yield Value(name, "extern", values[0], _others(values), pairs[0][1])

    def _is_there(self, one: Hole | SymbolBits) -> bool:
        return one.form in self.forms if one.form is not None else one.word not in self.patched

    def _param(self, param: Param, group: Sequence[Hole], address: int) -> int:
        value = self._value(group, param.reach.low < 0)
        relative = next((hole for hole in group if hole.pc_relative), None)
        if relative is None:
            return value
        return relative.origin(address) + value & (1 << self.code.pointer_bits) - 1

    def _value(self, group: Slices, signed: bool) -> int:
        numbers: dict[str | int, int] = {}
        bits = 8 * self.code.unit
        for one in group:
            if self.code.unit == 1:
                size = -(-max(run.insn_bit + run.count for run in one.field.runs) // 8)
                numbers[one.word] = int.from_bytes(self.data[one.word : one.word + size], "little")
                bits = 8 * size
            else:
                at = one.word * self.code.unit
                kind = self.words[one.word].kind
                word = self.data[at : at + self.code.unit]
                numbers[one.word] = from_memory(word, self.code.isa, kind, self.pattern.order)
        node = _node(tuple((one.field, one.word) for one in group), self.code.pointer_bits, signed, bits)
        value = evaluate(node, numbers)
        return value - (1 << 64) if signed and value >> 63 else value


@functools.lru_cache(4096)
def _node(group: tuple[tuple[Field, int], ...], pointer_bits: int, signed: bool, word_bits: int) -> Node:
    return decoded([(field, Var(word)) for field, word in group], pointer_bits, signed, word_bits)


def _words(code: TemplateVariant, forms: Iterable[str]) -> Mapping[int, Word]:
    """The words by index, those of forms in place of what rests."""
    found = dict(enumerate(code.words))
    wanted = set(forms)
    for region in code.regions:
        for form in region.forms:
            if form.name in wanted:
                found.update(enumerate(form.words, region.start))
    return found


def _others(values: Sequence[int]) -> tuple[int, ...]:
    return tuple(value for value in dict.fromkeys(values) if value != values[0])
