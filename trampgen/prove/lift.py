"""From an instruction to p-code, holes as values: what moves with a hole is found by lifting it with several contents.

A Context of pypcode costs some 50 ms and is kept for each language. An instruction is lifted at two addresses as well:
what moves with them counts from where the code runs."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trampgen.model.record import record
from trampgen.prove import terms
from trampgen.prove.domain import Value
from trampgen.prove.machine import Machine
from trampgen.prove.program import IP, Slice, Step
from trampgen.prove.terms import add, extract, mul, sext, zext

if TYPE_CHECKING:
    import pypcode

_BASES = (
    0x1200_0000,
    0x2340_0000,
)  # multiples of any page; a branch of 2 GiB stays within 32 bits either way
_WITHIN = 0x7C0  # within a page; a multiple of what prefixed instructions are aligned to
_SAMPLES = 6
_SMALL = 5  # bits of a hole of which each content can be looked at by itself


class NotLifted(Exception):
    """An instruction that can't be lifted; the text says why."""


@record
class Node:
    """An operand: in space const a value, elsewhere an offset; `size` in bytes."""

    space: str
    at: Value
    size: int


@record
class Op:
    """One operation of p-code. `user` names what a CALLOTHER does; UNDEFINED leaves anything in its output."""

    name: str
    out: Node | None
    inputs: tuple[Node, ...]
    user: str = ""


class Decides(Exception):
    """A small hole that decides what an instruction does, such as a register's number; `name` is its param."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


Lifted = tuple[Op, ...]
UNDEFINED = "undefined"  # begins the names of variables for what a manual leaves open


@functools.cache
def context(language: str) -> pypcode.Context:
    """The lifter of a language."""
    import pypcode

    return pypcode.Context(language)


@functools.cache
def places(language: str) -> dict[str, tuple[int, int]]:
    """SLEIGH's registers: offset and size."""
    return {name: (node.offset, node.size) for name, node in context(language).registers.items()}


def raw(language: str, code: bytes, address: int) -> Lifted:
    """The p-code of one instruction. Raises NotLifted."""
    import pypcode

    try:
        made = context(language).translate(code, base_address=address, max_instructions=1)
    except (pypcode.BadDataError, pypcode.UnimplError, pypcode.LowlevelError) as error:
        raise NotLifted(f"pypcode does not know it ({error})") from None
    found = []
    for op in made.ops:
        name = op.opcode.name  # type: ignore[attr-defined]
        if name == "IMARK":
            if op.inputs[0].size != len(code):
                raise NotLifted("it is not one instruction")
            continue
        user, inputs = "", op.inputs
        if name in ("LOAD", "STORE"):
            if inputs[0].getSpaceFromConst().name != "ram":
                raise NotLifted("it reads what is no memory")
            inputs = inputs[1:]
        elif name == "CALLOTHER":
            user, inputs = inputs[0].getUserDefinedOpName(), inputs[1:]
        out = _node(op.output) if op.output is not None else None
        found.append(Op(name, out, tuple(map(_node, inputs)), user))
    if language.startswith("ARM") and _sets_link(found):
        context(language).reset()
    return tuple(found)


def _sets_link(ops: Sequence[Op]) -> bool:
    """Whether SLEIGH takes a jump behind `mov lr, pc` for a call.

    It notes that for the address, not for the code, and would find it again when other code is lifted there. Whether
    a jump is a call says the link register anyhow."""
    at, _ = places("ARM:LE:32:v7")["lr"]
    written = any(op.out is not None and (op.out.space, op.out.at) == ("register", at) for op in ops)
    return written and not any(op.name in ("LOAD", "CALL", "CALLIND") for op in ops)


def _node(node: pypcode.Varnode) -> Node:
    return Node(node.space.name, node.offset, node.size)


# ---- what moves ----------------------------------------------------------------------------------------


def lift(step: Step, machine: Machine) -> Lifted:
    """The p-code of a step, holes and the run address in it as values. Raises NotLifted."""
    lifter = _Lifter(step, machine)
    deciding = next((one for one in step.slices if one.bits <= _SMALL and one.decides), None)
    if deciding is not None:
        raise Decides(deciding.name)
    contents = [_sample(step, 0)] if step.slices else [()]
    first = lifter.at(contents[0], 0)
    moved = lifter.moved(first, contents[0])
    for index, one in enumerate(step.slices):
        _follow(lifter, index, one, contents[0], first, moved)
    ops = _with(first, moved)
    return ops if machine.amend is None else machine.amend(ops)


Contents = tuple[int, ...]
Moved = dict[tuple[int, int], Value]  # operation and operand (-1: the output) → the value that stands there


def _sample(step: Step, seed: int) -> Contents:
    """Contents for all slices that have nothing special about them."""
    drawn = random.Random(seed)
    return tuple(drawn.randrange((1 << one.bits) // 4, (1 << one.bits) // 2 + 1) for one in step.slices)


@record
class _Lifter:
    step: Step
    machine: Machine

    def at(self, contents: Contents, base: int) -> Lifted:
        number = self.step.number
        for one, content in zip(self.step.slices, contents, strict=True):
            number |= one.place(content)
        code = self._bytes(number)
        return raw(self.machine.language, code, self._base(base) + self.step.offset)

    def _base(self, base: int) -> int:
        """Where it is lifted. The second place is elsewhere in a page, but for what counts in pages."""
        within = 0 if any(one.page for one in self.step.slices) else _WITHIN
        return _BASES[base] + base * within

    def _bytes(self, number: int) -> bytes:
        size = self.step.size
        if self.step.unit == 1:
            return number.to_bytes(size, "little")
        if self.machine.isa == "thumb":  # two halfwords, the first one is the upper
            return (number >> 16).to_bytes(2, "little") + (number & 0xFFFF).to_bytes(2, "little")
        return number.to_bytes(size, self.machine.instruction_order)

    def moved(self, first: Lifted, contents: Contents) -> Moved:
        """Constants that count from the run address."""
        far = any(_depends_on_address(one) for one in self.step.slices)
        if not far and not any(_large(node) for op in first for node in op.inputs):
            return {}
        second = self.at(contents, 1)
        _check_shape(first, second)
        found: Moved = {}
        for at, (op, other) in enumerate(zip(first, second, strict=True)):
            for place, (node, moved) in enumerate(zip(op.inputs, other.inputs, strict=True)):
                if node.at != moved.at and node.space != "unique":
                    found[at, place] = self._relative(node, moved)
        return found

    def _relative(self, node: Node, moved: Node) -> Value:
        assert isinstance(node.at, int) and isinstance(moved.at, int)
        width = _width(node, self.machine)
        distance = moved.at - node.at & ((1 << width) - 1)
        if distance != self._base(1) - self._base(0):
            raise NotLifted("a number in it depends on the run address in an unknown way")
        ip = extract(terms.var(IP, 64), 0, width)
        return add(ip, node.at - _BASES[0], width)


def _width(node: Node, machine: Machine) -> int:
    """Bits of what stands there: of a place in memory those of an address."""
    return 8 * node.size if node.space == "const" else 8 * machine.word


def _large(node: Node) -> bool:
    """Whether a number may be an address, near the code or far from it."""
    return node.space == "ram" or (node.space == "const" and isinstance(node.at, int) and node.at >= 1 << 20)


def _depends_on_address(one: Slice) -> bool:
    return bool(one.page) or any(term.args[0] == IP for term in terms.variables(one.value))


def _check_shape(first: Lifted, second: Lifted) -> None:
    if _shape(first) != _shape(second):
        raise NotLifted("it does something else with another content of its hole")


def _shape(lifted: Lifted) -> list[Any]:
    """What an instruction does, without its numbers. Temporaries are numbered as they come."""
    temporaries: dict[Value, int] = {}
    found: list[Any] = []
    for op in lifted:
        found.append((op.name, op.user))
        for node in (*op.inputs, *([op.out] if op.out is not None else [])):
            at = temporaries.setdefault(node.at, len(temporaries)) if node.space == "unique" else 0
            found.append((node.space, node.size, node.at if node.space == "register" else at))
    return found


def _contents(bits: int) -> list[int]:
    """Two neighbours first, then some more, with the highest bit and without.

    Not those next to 0: a branch to the next instruction is often something else."""
    if bits <= 3:
        return list(range(1 << bits))
    full = (1 << bits) - 1
    drawn = random.Random(bits)
    middle = drawn.randrange(3, full // 2)
    more = [full, full >> 1, 1 << bits - 1, *(drawn.randrange(3, full) for _ in range(_SAMPLES))]
    return list(dict.fromkeys([middle, middle + 1, *more]))


def _follow(lifter: _Lifter, index: int, one: Slice, contents: Contents, first: Lifted, moved: Moved) -> None:
    """Find the constants that a slice decides, and put into `moved` what they are."""
    samples: dict[int, Lifted] = {}
    for content in _contents(one.bits):
        changed = (*contents[:index], content, *contents[index + 1 :])
        samples[content] = lifter.at(changed, 0)
        if one.bits <= _SMALL and one.whole and _shape(first) != _shape(samples[content]):
            raise Decides(one.name)
        _check_shape(first, samples[content])
    for at, op in enumerate(first):
        for place, node in enumerate(op.inputs):
            if node.space not in ("const", "ram"):
                continue
            values = {content: sample[at].inputs[place].at for content, sample in samples.items()}
            if any(value != node.at for value in values.values()):
                if (at, place) in moved and not isinstance(moved[at, place], int | terms.Term):
                    raise NotLifted("two holes decide one number")
                width = _width(node, lifter.machine)
                known = {content: value for content, value in values.items() if isinstance(value, int)}
                moved[at, place] = _decided(one, known, node, width, moved.get((at, place)), lifter)


def _decided(
    one: Slice, values: Mapping[int, int], node: Node, width: int, relative: Value | None, lifter: _Lifter
) -> Value:
    """The constant as a value of the slice: scaled, sign- or zero-extended, plus what it is without."""
    mask = (1 << width) - 1
    for signed in (False, True):
        fit = _fit(values, one.bits, signed, mask)
        if fit is None:
            continue
        scale, base = fit
        rest: Value = base
        if relative is not None:
            # It counts from the run address; what is relative to that is what the slice does not decide.
            rest = add(extract(terms.var(IP, 64), 0, width), base - _BASES[0], width)
        if one.page:
            page = terms.bitwise("and", one.value, -one.page & ((1 << 64) - 1), 64)
            return extract(page, 0, width)
        return (
            add(mul(_content(one, signed, width), scale, width), rest, width)
            if not one.whole
            else add(_whole(one, scale, signed, width), rest, width)
        )
    raise NotLifted(f"what `{one.name}` decides in it is no multiple of it")


def _fit(values: Mapping[int, int], bits: int, signed: bool, mask: int) -> tuple[int, int] | None:
    """Scale and constant of a line through all of these points; contents read as signed numbers or not."""
    points = [
        (content - (content >> bits - 1 << bits) if signed else content, value)
        for content, value in values.items()
    ]
    (a, at_a), (b, at_b) = points[0], points[1]
    if b - a not in (1, -1):
        return None
    scale = (at_b - at_a) * (b - a) & mask
    base = at_a - scale * a & mask
    return (scale, base) if all((scale * c + base - value) & mask == 0 for c, value in points) else None


def _content(one: Slice, signed: bool, width: int) -> Value:
    content = one.content()
    if one.bits > width:
        return extract(content, 0, width)
    return (sext if signed else zext)(content, one.bits, width)


def _whole(one: Slice, scale: int, signed: bool, width: int) -> Value:
    """A slice that holds all of a value: the value itself, where the instruction takes it for what it is."""
    step = 1 << one.field.low_bit
    value = extract(add(one.value, one.field.addend, 64), 0, width)
    if scale % step:
        return mul(_content(one, signed, width), scale, width)
    if one.bits + one.field.low_bit < width and signed != one.field.signed:
        return mul(_content(one, signed, width), scale, width)
    return mul(value, scale // step, width)


def _with(lifted: Lifted, moved: Moved) -> Lifted:
    if not moved:
        return lifted
    found = list(lifted)
    for (at, place), value in moved.items():
        op = found[at]
        inputs = list(op.inputs)
        inputs[place] = Node(inputs[place].space, value, inputs[place].size)
        found[at] = Op(op.name, op.out, tuple(inputs), op.user)
    return tuple(found)
