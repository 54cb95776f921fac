"""Arithmetic of p-code over two kinds of values: Python ints, for what is run, and terms, for what is proved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trampgen.prove import terms
from trampgen.prove.terms import (
    Term,
    add,
    bitwise,
    concat,
    extract,
    invert,
    make,
    mul,
    sext,
    sub,
    zext,
)

Value = int | Term


def signed(value: int, width: int) -> int:
    return value - (value >> (width - 1) << width)


# ---- comparisons: one bit ------------------------------------------------------------------------------


def equal(left: Value, right: Value, width: int) -> Value:
    """1 where both are the same."""
    if left is right or left == right:
        return 1
    difference = sub(left, right, width)
    if isinstance(difference, int):
        return int(difference == 0)
    if _differ(left, right, width):
        return 0
    if width == 1 and isinstance(right, int):
        return left if right else invert(left, 1)
    if isinstance(left, int) or (isinstance(right, Term) and right.number < left.number):
        left, right = right, left
    return make("eq", 1, left, right)


def _differ(left: Value, right: Value, width: int) -> bool:
    """Whether some bits are known on both sides and not the same."""
    known, value = _known(left, width)
    also, other = _known(right, width)
    return bool(known & also & (value ^ other))


def _known(value: Value, width: int) -> tuple[int, int]:
    """A mask of the bits that are known, and those."""
    mask = number = at = 0
    for term, low, bits in terms.pieces(value, width):
        if term is None:
            mask |= ((1 << bits) - 1) << at
            number |= low << at
        at += bits
    return mask, number


def bounds(value: Value, width: int) -> tuple[int, int]:
    """The least and the greatest that a value can be, as far as its pieces tell."""
    mask, number = _known(value, width)
    return number, number | ~mask & ((1 << width) - 1)


def less(left: Value, right: Value, width: int) -> Value:
    """1 where left < right, both unsigned."""
    if isinstance(left, int) and isinstance(right, int):
        return int(left < right)
    low, high = bounds(left, width)
    other_low, other_high = bounds(right, width)
    if high < other_low:
        return 1
    if low >= other_high or left is right:
        return 0
    return make("ult", 1, _wide(left, width), _wide(right, width))


def _wide(value: Value, width: int) -> tuple[int, int] | Term:
    """A number beside its width, where terms are asked for."""
    return value if isinstance(value, Term) else (value, width)


def signed_less(left: Value, right: Value, width: int) -> Value:
    """1 where left < right, both signed."""
    top = 1 << (width - 1)
    return less(bitwise("xor", left, top, width), bitwise("xor", right, top, width), width)


def choose(condition: Value, then: Value, otherwise: Value, width: int) -> Value:
    if isinstance(condition, int):
        return then if condition else otherwise
    if then is otherwise or then == otherwise:
        return then
    return make("ite", width, condition, _wide(then, width), _wide(otherwise, width))


# ---- shifts --------------------------------------------------------------------------------------------


def shift_left(value: Value, count: Value, width: int) -> Value:
    if not isinstance(count, int):
        return opaque("shl", width, value, count)
    if count >= width:
        return 0
    return concat([(0, count), (extract(value, 0, width - count), width - count)])


def shift_right(value: Value, count: Value, width: int) -> Value:
    if not isinstance(count, int):
        return opaque("lshr", width, value, count)
    if count >= width:
        return 0
    return zext(extract(value, count, width - count), width - count, width)


def shift_right_signed(value: Value, count: Value, width: int) -> Value:
    if not isinstance(count, int):
        return opaque("ashr", width, value, count)
    count = min(count, width - 1)
    return sext(extract(value, count, width - count), width - count, width)


def opaque(kind: str, width: int, *values: Value) -> Value:
    """An operator that is left to the solver; numbers are computed. All operands have the width of the result."""
    if all(isinstance(value, int) for value in values):
        return OPERATORS[kind]([value for value in values if isinstance(value, int)], width)
    return make(kind, width, *(_wide(value, width) for value in values))


def _divided(values: Sequence[int], width: int) -> int:
    return values[0] // values[1] if values[1] else (1 << width) - 1


def _remainder(values: Sequence[int], width: int) -> int:
    return values[0] % values[1] if values[1] else values[0]


def _signed_divided(values: Sequence[int], width: int) -> int:
    left, right = signed(values[0], width), signed(values[1], width)
    if not right:
        return 1 if left < 0 else (1 << width) - 1
    quotient = abs(left) // abs(right)
    return (quotient if (left < 0) == (right < 0) else -quotient) & ((1 << width) - 1)


def _signed_remainder(values: Sequence[int], width: int) -> int:
    left, right = signed(values[0], width), signed(values[1], width)
    remainder = abs(left) % abs(right) if right else abs(left)
    return (-remainder if left < 0 else remainder) & ((1 << width) - 1)


def _counted(values: Sequence[int], width: int) -> int:
    return values[0].bit_count()


def _leading(values: Sequence[int], width: int) -> int:
    return width - values[0].bit_length()


# What the solver calls them, on numbers.
OPERATORS: Mapping[str, Callable[[Sequence[int], int], int]] = {
    "shl": lambda v, w: v[0] << v[1] & ((1 << w) - 1) if v[1] < w else 0,
    "lshr": lambda v, w: v[0] >> min(v[1], w),
    "ashr": lambda v, w: signed(v[0], w) >> min(v[1], w) & ((1 << w) - 1),
    "udiv": _divided,
    "urem": _remainder,
    "sdiv": _signed_divided,
    "srem": _signed_remainder,
    "popcount": _counted,
    "lzcount": _leading,
}


# ---- p-code --------------------------------------------------------------------------------------------


def _resized(value: Value, bits: int, width: int) -> Value:
    return extract(value, 0, width) if bits > width else zext(value, bits, width)


def _bit(value: Value) -> Value:
    """What one bit is as a byte, p-code's truth."""
    return zext(value, 1, 8)


def _true(value: Value) -> Value:
    return extract(value, 0, 1)


def _carried(left: Value, right: Value, width: int) -> Value:
    total = add(zext(left, width, width + 1), zext(right, width, width + 1), width + 1)
    return extract(total, width, 1)


def _overflown(left: Value, right: Value, total: Value, width: int) -> Value:
    """Two numbers of one sign whose sum has the other."""
    top = width - 1
    signs = [extract(value, top, 1) for value in (left, right, total)]
    return bitwise("and", bitwise("xor", signs[0], signs[2], 1), bitwise("xor", signs[1], signs[2], 1), 1)


def _borrowed(left: Value, right: Value, width: int) -> Value:
    top, total = width - 1, sub(left, right, width)
    signs = [extract(value, top, 1) for value in (left, right, total)]
    return bitwise("and", bitwise("xor", signs[0], signs[1], 1), bitwise("xor", signs[0], signs[2], 1), 1)


_Apply = Callable[[list[Value], list[int], int], Value]
# Operands, their widths in bits, the result's width → the result.
PCODE: Mapping[str, _Apply] = {
    "COPY": lambda v, b, w: v[0],
    "INT_ADD": lambda v, b, w: add(v[0], v[1], w),
    "INT_SUB": lambda v, b, w: sub(v[0], v[1], w),
    "INT_MULT": lambda v, b, w: mul(v[0], v[1], w),
    "INT_2COMP": lambda v, b, w: sub(0, v[0], w),
    "INT_NEGATE": lambda v, b, w: invert(v[0], w),
    "INT_AND": lambda v, b, w: bitwise("and", v[0], v[1], w),
    "INT_OR": lambda v, b, w: bitwise("or", v[0], v[1], w),
    "INT_XOR": lambda v, b, w: bitwise("xor", v[0], v[1], w),
    "INT_LEFT": lambda v, b, w: shift_left(v[0], _resized(v[1], b[1], w) if b[1] < w else v[1], w),
    "INT_RIGHT": lambda v, b, w: shift_right(v[0], _resized(v[1], b[1], w) if b[1] < w else v[1], w),
    "INT_SRIGHT": lambda v, b, w: shift_right_signed(v[0], _resized(v[1], b[1], w) if b[1] < w else v[1], w),
    "INT_ZEXT": lambda v, b, w: zext(v[0], b[0], w),
    "INT_SEXT": lambda v, b, w: sext(v[0], b[0], w),
    "INT_EQUAL": lambda v, b, w: _bit(equal(v[0], v[1], b[0])),
    "INT_NOTEQUAL": lambda v, b, w: _bit(invert(equal(v[0], v[1], b[0]), 1)),
    "INT_LESS": lambda v, b, w: _bit(less(v[0], v[1], b[0])),
    "INT_LESSEQUAL": lambda v, b, w: _bit(invert(less(v[1], v[0], b[0]), 1)),
    "INT_SLESS": lambda v, b, w: _bit(signed_less(v[0], v[1], b[0])),
    "INT_SLESSEQUAL": lambda v, b, w: _bit(invert(signed_less(v[1], v[0], b[0]), 1)),
    "INT_CARRY": lambda v, b, w: _bit(_carried(v[0], v[1], b[0])),
    "INT_SCARRY": lambda v, b, w: _bit(_overflown(v[0], v[1], add(v[0], v[1], b[0]), b[0])),
    "INT_SBORROW": lambda v, b, w: _bit(_borrowed(v[0], v[1], b[0])),
    "INT_DIV": lambda v, b, w: opaque("udiv", w, v[0], v[1]),
    "INT_REM": lambda v, b, w: opaque("urem", w, v[0], v[1]),
    "INT_SDIV": lambda v, b, w: opaque("sdiv", w, v[0], v[1]),
    "INT_SREM": lambda v, b, w: opaque("srem", w, v[0], v[1]),
    "BOOL_NEGATE": lambda v, b, w: _bit(invert(_true(v[0]), 1)),
    "BOOL_AND": lambda v, b, w: _bit(bitwise("and", _true(v[0]), _true(v[1]), 1)),
    "BOOL_OR": lambda v, b, w: _bit(bitwise("or", _true(v[0]), _true(v[1]), 1)),
    "BOOL_XOR": lambda v, b, w: _bit(bitwise("xor", _true(v[0]), _true(v[1]), 1)),
    "PIECE": lambda v, b, w: concat([(v[1], b[1]), (v[0], b[0])]),
    "POPCOUNT": lambda v, b, w: _resized(opaque("popcount", b[0], v[0]), b[0], w),
    "LZCOUNT": lambda v, b, w: _resized(opaque("lzcount", b[0], v[0]), b[0], w),
}


def subpiece(value: Value, bits: int, drop: int, width: int) -> Value:
    """A value without its `drop` lowest bytes, cut or filled to the width."""
    return _resized(extract(value, 8 * drop, bits - 8 * drop), bits - 8 * drop, width)
