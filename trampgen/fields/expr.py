"""A very small expression language: what encoders and extractors compute. Evaluated here, printed as C elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trampgen.model.record import compared

_WORD64 = (1 << 64) - 1


@compared
class Var:
    """A param by its name, or an instruction word by its index."""

    name: str | int


@compared
class Num:
    """An unsigned number of 64 bits."""

    value: int


@compared
class Bin:
    """Unsigned 64-bit arithmetic: + - & | ^ << >>."""

    operator: str
    left: Node
    right: Node


@compared
class SignExtend:
    """The low `bits` bits of the operand as a signed number."""

    bits: int
    operand: Node


Node = Var | Num | Bin | SignExtend


def evaluate(node: Node, values: Mapping[str | int, int]) -> int:
    """The value as an unsigned 64-bit number."""
    match node:
        case Var(name):
            return values[name] & _WORD64
        case Num(value):
            return value & _WORD64
        case SignExtend(bits, operand):
            low = evaluate(operand, values) & ((1 << bits) - 1)
            return (low - ((low >> (bits - 1)) << bits)) & _WORD64
        case Bin(operator, left, right):
            return _binary(operator, evaluate(left, values), evaluate(right, values)) & _WORD64


def _binary(operator: str, left: int, right: int) -> int:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "&":
            return left & right
        case "|":
            return left | right
        case "^":
            return left ^ right
        case "<<":
            return left << right
        case ">>":
            return left >> right
    raise ValueError(operator)


def join(operator: str, nodes: Sequence[Node]) -> Node:
    """All nodes under one associative operator, left to right; at least one."""
    joined = nodes[0]
    for node in nodes[1:]:
        joined = Bin(operator, joined, node)
    return joined


def moved(node: Node, left_by: int) -> Node:
    """The node shifted left, or right where the count is negative."""
    if left_by == 0:
        return node
    return Bin("<<" if left_by > 0 else ">>", node, Num(abs(left_by)))


def plus(node: Node, constant: int) -> Node:
    """The node plus a constant, without a `+ 0`."""
    if constant == 0:
        return node
    return Bin("+", node, Num(constant)) if constant > 0 else Bin("-", node, Num(-constant))
