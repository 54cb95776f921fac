"""What the terms of a contract are in a state: registers now and at the beginning, params, slots, memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from trampgen.model import contracts as model
from trampgen.model.record import record
from trampgen.model.values import Symbolic
from trampgen.prove import terms
from trampgen.prove.cpu import Cpu, GivenUp
from trampgen.prove.domain import Value, choose, equal, less, shift_left, shift_right, signed_less
from trampgen.prove.program import Unsupplied, number_of
from trampgen.prove.terms import add, bitwise, extract, invert, mul, sub, zext


@record
class Sight:
    """A state as a contract sees it: `frames` are where structs begin, `slot` what memory does not say of members."""

    now: Cpu
    entry: Cpu
    known: Mapping[str, int]
    frames: Mapping[str, Value]
    given: Mapping[str, Value]
    slot: Callable[[model.Member], Value | None] = lambda member: None
    labels: Mapping[str, int] = field(default_factory=dict)  # offsets in bytes


def value(term: model.Term, sight: Sight) -> Value:
    """A term as a value as wide as an address. Raises Unsupplied."""
    width = 8 * sight.now.machine.word
    match term:
        case model.Number(number):
            return _number(number, sight, width)
        case model.Register(name):
            return _register(sight.now, name, width)
        case model.Indexed(prefix, param):
            return _register(sight.now, indexed(f"{prefix}[{param}]", sight.given), width)
        case model.AtEntry(name):
            return _register(sight.entry, name, width)
        case model.Given(param):
            return extract(sight.given.get(param, terms.var(param, 64)), 0, width)
        case model.Member():
            held = sight.slot(term)
            return sight.now.memory.load(address_of(term, sight), width // 8) if held is None else held
        case model.Begin(struct):
            return _frame(struct, sight)
        case model.Place(label):
            return add(extract(sight.now.ip, 0, width), _offset(label, sight), width)
        case model.Choice(condition, then, otherwise):
            left, right = value(condition.left, sight), value(condition.right, sight)
            which = holds(condition, left, right, width)
            return choose(which, value(then, sight), value(otherwise, sight), width)
        case model.Memory(address, size):
            size = size or width // 8
            return zext(sight.now.memory.load(value(address, sight), size), 8 * size, width)
        case model.Unary(operator, operand):
            inner = value(operand, sight)
            return sub(0, inner, width) if operator == "-" else invert(inner, width)
        case model.Binary(operator, left, right):
            return _APPLY[operator](value(left, sight), value(right, sight), width)


def _offset(label: str, sight: Sight) -> int:
    if label not in sight.labels:
        raise GivenUp(f"the contract has `&{label}`, and in these cases there is no such label")
    return sight.labels[label]


def indexed(name: str, given: Mapping[str, Value]) -> str:
    """x[rd] as the register that it is where rd is a number; any other name is itself."""
    prefix, bracket, param = name.partition("[")
    number = given.get(param.rstrip("]")) if bracket else None
    return f"{prefix}{number}" if isinstance(number, int) else name


def address_of(member: model.Member, sight: Sight) -> Value:
    """Where a member of a struct is."""
    width = 8 * sight.now.machine.word
    return add(_frame(member.struct, sight), offset_of(member, sight.known), width)


def offset_of(member: model.Member, known: Mapping[str, int]) -> int:
    """How far from the beginning of its struct it is. Raises Unsupplied."""
    if isinstance(member.offset, int):
        return member.offset
    number = number_of(member.offset, known)
    if number is None:
        raise Unsupplied(member.struct)
    return number


def holds(fact: model.Fact, left: Value, right: Value, width: int) -> Value:
    """One bit: whether a comparison does. Orders are of unsigned numbers."""
    match fact.operator:
        case "==":
            return equal(left, right, width)
        case "!=":
            return invert(equal(left, right, width), 1)
        case "<":
            return less(left, right, width)
        case ">":
            return less(right, left, width)
        case "<=":
            return invert(less(right, left, width), 1)
        case _:
            return invert(less(left, right, width), 1)


def _number(number: int | Symbolic, sight: Sight, width: int) -> Value:
    if isinstance(number, int):
        return number & ((1 << width) - 1)
    known = number_of(number, sight.known)
    if known is not None:
        return known & ((1 << width) - 1)
    if number.asm == number.externs[0]:
        return extract(sight.given.get(number.asm, terms.var(number.asm, 64)), 0, width)
    raise Unsupplied(", ".join(number.externs))


def _register(cpu: Cpu, name: str, width: int) -> Value:
    bits = cpu.machine.bits(name)
    held = cpu.read(name)
    return extract(held, 0, width) if bits > width else zext(held, bits, width)


def _frame(struct: str, sight: Sight) -> Value:
    if struct not in sight.frames:
        raise Unsupplied(f"where struct {struct} is: `frame {struct} at …`")
    return sight.frames[struct]


_APPLY: Mapping[str, Callable[[Value, Value, int], Value]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "&": lambda a, b, w: bitwise("and", a, b, w),
    "|": lambda a, b, w: bitwise("or", a, b, w),
    "^": lambda a, b, w: bitwise("xor", a, b, w),
    "<<": shift_left,
    ">>": shift_right,
}
__all__ = ["Sight", "address_of", "holds", "indexed", "offset_of", "signed_less", "value"]
