"""Terms with numbers, or with other values, in place of their variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trampgen.prove.domain import OPERATORS, Value, choose, equal, less, opaque, signed
from trampgen.prove.terms import Term, add, bitwise, concat, extract, invert, mul, order, sext


def evaluate(values: Sequence[Value], given: Mapping[str, int]) -> list[int]:
    """Values where every variable is a number; what is not given is 0."""
    found: dict[Term, int] = {}
    for term in order(values):
        found[term] = _evaluated(term, found, given)
    return [value if isinstance(value, int) else found[value] for value in values]


def _evaluated(term: Term, found: Mapping[Term, int], given: Mapping[str, int]) -> int:
    mask = (1 << term.width) - 1
    match term.kind:
        case "var":
            number: int = given.get(term.args[0], 0) & mask
            return number
        case "sum":
            parts: int = sum(found[part] * scale for part, scale in term.args[1])
            return (int(term.args[0]) + parts) & mask
        case "cat":
            total = at = 0
            for part, low, bits in term.args:
                total |= (low if part is None else found[part] >> low & ((1 << bits) - 1)) << at
                at += bits
            return total
    return _applied(term, [_number(part, found) for part in term.args]) & mask


def _number(part: Term | tuple[int, int] | int, found: Mapping[Term, int]) -> int:
    if isinstance(part, Term):
        return found[part]
    return part if isinstance(part, int) else part[0]


def _applied(term: Term, values: list[int]) -> int:
    match term.kind:
        case "mul":
            return values[0] * values[1]
        case "and":
            return values[0] & values[1]
        case "or":
            return values[0] | values[1]
        case "xor":
            return values[0] ^ values[1]
        case "not":
            return ~values[0]
        case "sext":
            return signed(values[0], term.args[0].width)
        case "eq":
            return int(values[0] == values[1])
        case "ult":
            return int(values[0] < values[1])
        case "ite":
            return values[1] if values[0] else values[2]
    return OPERATORS[term.kind](values, term.width)


def replaced(value: Value, by: Mapping[str, Value]) -> Value:
    """A value in which variables stand for others."""
    found: dict[Term, Value] = {}
    for term in order([value]):
        found[term] = _replaced(term, found, by)
    return value if isinstance(value, int) else found[value]


def _replaced(term: Term, found: Mapping[Term, Value], by: Mapping[str, Value]) -> Value:
    width = term.width
    match term.kind:
        case "var":
            return by.get(term.args[0], term)
        case "sum":
            total: Value = term.args[0]
            for part, scale in term.args[1]:
                total = add(total, found[part], width, scale)
            return total
        case "cat":
            parts = [
                ((low if part is None else extract(found[part], low, bits)), bits)
                for part, low, bits in term.args
            ]
            return concat(parts)
        case "sext":
            return sext(found[term.args[0]], term.args[0].width, width)
        case "not":
            return invert(found[term.args[0]], width)
    values = [found[p] if isinstance(p, Term) else p if isinstance(p, int) else p[0] for p in term.args]
    match term.kind:
        case "and" | "or" | "xor" as operator:
            return bitwise(operator, values[0], values[1], width)
        case "mul":
            return mul(values[0], values[1], width)
        case "eq":
            return equal(values[0], values[1], term.args[0].width)
        case "ult":
            return less(values[0], values[1], _width(term.args))
        case "ite":
            return choose(values[0], values[1], values[2], width)
    return opaque(term.kind, width, *values)


def _width(args: Sequence[Term | tuple[int, int]]) -> int:
    """The width that operands have."""
    first = args[0]
    return first.width if isinstance(first, Term) else first[1]
