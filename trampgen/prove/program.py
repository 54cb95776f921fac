"""The code of one variant as steps: each instruction with its words, its holes as values, its place in the source."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trampgen.fields import arith
from trampgen.model.field import Field, Reach
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import Hole, Param, Region, SymbolBits, TemplateVariant, Word, instructions
from trampgen.model.values import Symbolic
from trampgen.prove import terms
from trampgen.prove.cpu import GivenUp
from trampgen.prove.domain import Value
from trampgen.prove.terms import Term, add, extract, sub

IP = "ip"  # the address at which the code runs
_MOST_BITS = 8  # of a param of which each value is tried
_MOST_FORMS = 64  # configurations of one variant
_ARITHMETIC = re.compile(r"[\w\s+\-*&|^~()<]*")


class Unsupplied(Exception):
    """A number that the proof needs and nobody supplied; the text names it."""


@record
class Slice:
    """Bits of an instruction that a value fills. `at` is where they begin in the number that the instruction is.

    `value` is the param (of a branch: less what the hole counts from). Where `whole`, the slice holds all of it: what
    the instruction makes of the slice is the value again, since encoders refuse what does not fit."""

    field: Field
    at: int
    value: Value
    whole: bool
    page: int
    name: str
    part: Value | None = None  # what stands there, where the value is put together of such parts
    decides: bool = False  # bits that are copied from an instruction, of which they are the condition

    @property
    def bits(self) -> int:
        return self.field.top_bit - self.field.low_bit

    def content(self) -> Value:
        """What stands there, as a number of `bits` bits."""
        if self.part is not None:
            return self.part
        width = 64
        carry = 0 if self.field.carry_from is None else 1 << self.field.carry_from
        moved = add(self.value, self.field.addend + carry, width)
        return extract(moved, self.field.low_bit, self.bits)

    def place(self, content: int) -> int:
        """The bits of the instruction for such a number."""
        plain = replace(self.field, addend=0, carry_from=None)
        return arith.encode(plain, content << self.field.low_bit) << self.at


@record
class Step:
    """One instruction: `number` is what it is with all slices zero, `offset` in bytes from the start of the code.

    `kind` is insn, data, or whole for an instruction that is a param."""

    index: int
    offset: int
    size: int
    number: int
    slices: tuple[Slice, ...]
    kind: str
    text: str
    span: Span
    unit: int

    @property
    def key(self) -> tuple[object, ...]:
        """What is the same of two steps of one variant that do the same."""
        return (self.offset, self.number, *((one.name, one.at, one.field) for one in self.slices))

    @property
    def mask(self) -> int:
        """The bits that no slice covers."""
        covered = 0
        for one in self.slices:
            covered |= one.place((1 << one.bits) - 1)
        return ((1 << 8 * self.size) - 1) & ~covered

    def value(self) -> Value:
        """The instruction as a number, its slices filled: words in order, the first one highest."""
        width = 8 * self.size
        total: Value = self.number
        for one in self.slices:
            content = one.content()
            for run in one.field.runs:
                bit = run.value_bit - one.field.low_bit
                part = extract(content, bit, run.count)
                low = run.insn_bit + one.at
                shifted = terms.concat([(0, low), (part, run.count), (0, width - low - run.count)])
                total = terms.bitwise("or", total, shifted, width)
        return total


@record
class Program:
    """A variant in one configuration of its regions; `chosen` says which form each region has."""

    variant: TemplateVariant
    chosen: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    labels: Mapping[str, int]
    reaches: Mapping[str, Reach]  # of variables: params and externs
    given: Mapping[str, Value]  # params, of 64 bits

    @property
    def size(self) -> int:
        return self.variant.size

    def at(self, offset: int) -> Step | None:
        """The step that begins at an offset."""
        return next((step for step in self.steps if step.offset == offset), None)


def configurations(variant: TemplateVariant) -> Iterator[dict[str, str]]:
    """Every way in which code can be there: holes filled, alternatives at rest or patched. region → form."""
    filled = {region.name: region.name for region in variant.regions if region.is_hole}
    choices = [_choices(region) for region in variant.regions if not region.is_hole]
    total = 1
    for choice in choices:
        total *= len(choice)
    if total <= _MOST_FORMS:
        for chosen in itertools.product(*choices):
            yield filled | dict(chosen)
        return
    first = [choice[0] for choice in choices]
    for index, choice in enumerate(choices):
        for one in choice if not index else choice[1:]:
            yield filled | dict([*first[:index], one, *first[index + 1 :]])


def _choices(region: Region) -> list[tuple[str, str]]:
    return [(region.name, "rest"), *((region.name, form.name) for form in region.forms)]


def program(
    variant: TemplateVariant,
    chosen: Mapping[str, str],
    known: Mapping[str, int],
    fixed: Mapping[str, int] | None = None,
) -> Program:
    """The steps of a variant. `known` are externs with a number, `fixed` params; others stay open.

    Those of structs, whose members are in sums, raise Unsupplied."""
    there = variant.patched({name: form for name, form in chosen.items() if form != "rest"})
    maker = _Maker(there, known, fixed or {})
    steps = tuple(maker.step(index, own) for index, own in enumerate(instructions_of(there)))
    named = tuple((region.name, chosen[region.name]) for region in variant.regions if not region.is_hole)
    labels = {label.name: label.offset for label in variant.labels}
    return Program(there, named, steps, labels, maker.reaches, maker.given)


def instructions_of(variant: TemplateVariant) -> Iterator[range]:
    """The indices of each instruction's words; the two of a prefixed one together."""
    if variant.unit == 1:
        yield from _runs_of_bytes(variant)
        return
    skip = False
    for index, word in enumerate(variant.words):
        if not skip:
            yield range(index, index + 1 + (word.kind == "prefix"))
        skip = word.kind == "prefix" and not skip


def _runs_of_bytes(variant: TemplateVariant) -> Iterator[range]:
    """Of literals each is one, as wide as its hole."""
    yield from instructions(variant.words)


class _Maker:
    """Makes steps of words, and notes what the values in them can be."""

    reaches: dict[str, Reach]

    def __init__(self, variant: TemplateVariant, known: Mapping[str, int], fixed: Mapping[str, int]) -> None:
        self.variant, self.known, self.fixed, self.reaches = variant, known, fixed, {}
        self.parts: dict[
            tuple[str, int, int, int], Value
        ] = {}  # param, addend, lowest bit, the one above the highest
        self.given: dict[str, Value] = {}
        for param in variant.params:
            self.given[param.name] = fixed.get(param.name) or self._put_together(param)
        self.given |= fixed
        for name in dict.fromkeys(name for one in variant.symbols for name in one.value.externs):
            own = [
                one.field for one in variant.symbols if one.value.externs == (name,) and one.operator is None
            ]
            self.given[name] = _narrow(name, own) if own and name not in known else terms.var(name, 64)

    def _put_together(self, param: Param) -> Value:
        """A param as what instructions have of it. Encoders refuse values that those don't add up to.

        Where a part depends on those below (@ha on @l), they are variables, and the param is their sum."""
        carried = (
            group for group in param.groups if any(hole.field.carry_from is not None for hole in group)
        )
        group = next(carried, None)
        if group is None:
            alone = [group[0] for group in param.groups if len(group) == 1]
            own = [hole.field for hole in alone if hole.operator is None and not hole.pc_relative]
            return _narrow(param.name, own) if own else terms.var(param.name, 64)
        total: Value = -group[0].field.addend & ((1 << 64) - 1)
        # A part that stands in the code twice is one part of the param.
        own = {(hole.field.low_bit, hole.field.top_bit): hole for hole in group}
        for (low, top), hole in own.items():
            part = terms.var(f"{param.name}@{hole.operator}", top - low)
            self.parts[param.name, hole.field.addend, low, top] = part
            total = add(total, terms.sext(part, top - low, 64), 64, 1 << low)
        return total

    def step(self, index: int, own: range) -> Step:
        words = [self.variant.words[place] for place in own]
        unit = self.variant.unit
        size = unit * len(words)
        number = _number(words, unit)
        slices = tuple(self._slices(own, number, size))
        kind = "data" if words[0].kind == "data" else "insn"
        if kind == "insn" and unit != 1 and any(one.bits == 8 * unit and one.whole for one in slices):
            kind = "whole"
        for one in slices:
            number &= ~one.place((1 << one.bits) - 1)
        fixed = self._filled(own, number)
        return Step(index, own.start * unit, size, fixed, slices, kind, words[0].asm, words[0].span, unit)

    def _filled(self, own: range, number: int) -> int:
        """Symbolic bits whose value is known are bits like any other."""
        for hole in self.variant.holes:
            if hole.word in own and hole.param in self.fixed:
                number |= arith.encode(hole.field, self.fixed[hole.param]) << self._at(hole.word, own)
        for symbol in self.variant.symbols:
            if symbol.word in own and (value := number_of(symbol.value, self.known)) is not None:
                placed = arith.encode(symbol.field, value)
                number = number | placed << self._at(symbol.word, own)
        return number

    def _slices(self, own: range, number: int, size: int) -> Iterator[Slice]:
        groups = {
            id(hole): group for param in self.variant.params for group in param.groups for hole in group
        }
        for hole in self.variant.holes:
            if hole.word in own and hole.param not in self.fixed:
                yield self._slice(hole, groups.get(id(hole), (hole,)), own)
        for symbol in self.variant.symbols:
            if symbol.word in own and number_of(symbol.value, self.known) is None:
                yield self._symbol(symbol, own)

    def _at(self, word: int, own: range) -> int:
        """Where a word begins in the number that the instruction is."""
        if self.variant.unit == 1:
            return 8 * (word - own.start)
        return 8 * self.variant.unit * (own.stop - 1 - word)

    def _slice(self, hole: Hole, group: Sequence[Hole], own: range) -> Slice:
        value = self.given.get(hole.param, terms.var(hole.param, 64))
        place = (hole.param, hole.field.addend, hole.field.low_bit, hole.field.top_bit)
        param = next((param for param in self.variant.params if param.name == hole.param), None)
        if param is not None and _open_from_below(value, hole.param) and not hole.pc_relative:
            self.reaches[hole.param] = param.reach
        if hole.pc_relative and not hole.page:
            base = add(terms.var(IP, 64), hole.offset + hole.pc_base, 64)
            value = sub(value, base, 64)
        alone = len(group) == 1 and (hole.operator is None or bool(hole.page))
        decides = param is not None and param.kind == "bits"
        return Slice(
            hole.field,
            self._at(hole.word, own),
            value,
            alone,
            hole.page,
            hole.param,
            self.parts.get(place),
            decides,
        )

    def _symbol(self, symbol: SymbolBits, own: range) -> Slice:
        if len(symbol.value.externs) != 1 or symbol.value.asm != symbol.value.externs[0]:
            raise Unsupplied(", ".join(symbol.value.externs))
        name = symbol.value.externs[0]
        alone = symbol.operator is None
        return Slice(symbol.field, self._at(symbol.word, own), self.given[name], alone, 0, name)


def _open_from_below(value: Value, name: str) -> bool:
    """Whether a param is a variable of its own name, extended or not: then limits of one are those of the other."""
    return isinstance(value, Term) and any(
        part is not None and part.kind == "var" and part.args[0] == name and low == 0
        for part, low, _ in terms.pieces(value.args[0] if value.kind == "sext" else value, value.width)[:1]
    )


def _narrow(name: str, fields: Sequence[Field]) -> Value:
    """A value that each of these fields holds as a whole: no more bits of it are open than the least of them has."""
    if any(field.addend for field in fields):
        return terms.var(name, 64)
    top, low = min(field.top_bit for field in fields), max(field.low_bit for field in fields)
    if top >= 64:
        return terms.var(name, 64)
    signed = any(field.signed for field in fields)
    value = terms.concat([(0, low), (terms.var(name, top - low), top - low)])
    return (terms.sext if signed else terms.zext)(value, top, 64)


def contents(variant: TemplateVariant, name: str) -> list[int]:
    """Every value of a param that has a few bits, without those that an encoder refuses."""
    param = next(param for param in variant.params if param.name == name)
    fields = [hole.field for hole in variant.holes if hole.param == name]
    low, top = min(field.low_bit for field in fields), max(field.top_bit for field in fields)
    refused = param.refused
    if top - low > _MOST_BITS:
        raise GivenUp(
            f"`{name}` decides what an instruction does, and has too many values to try each of them"
        )
    return [
        value
        for value in range(0, 1 << top, 1 << low)
        if (param.kind == "bits" or param.reach.holds(value))
        and (refused is None or value & refused.mask != refused.value)
    ]


def _number(words: Sequence[Word], unit: int) -> int:
    """The words of an instruction as one number: bytes from the lowest one up, words from the highest one down."""
    if unit == 1:
        return sum(word.value << 8 * place for place, word in enumerate(words))
    total = 0
    for word in words:
        total = total << 8 * unit | word.value
    return total


def number_of(symbolic: Symbolic, known: Mapping[str, int]) -> int | None:
    """The number that an expression over externs is; None where one is not known."""
    if any(name not in known for name in symbolic.externs):
        return None
    text = symbolic.asm
    from trampgen.model.values import one_word

    values = {one_word(name): known[name] for name in symbolic.externs}
    if _ARITHMETIC.fullmatch(text) is None:
        return None
    return int(eval(text, {"__builtins__": {}}, values))  # our own text: numbers, names and operators
