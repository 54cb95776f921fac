"""Numbers that tests of generated C share: values at every limit, bits of fields, exchange with a program."""

from __future__ import annotations

import functools
import struct
import sys
from array import array
from collections.abc import Sequence

from tests.run.cross import Machine
from trampgen.fields.arith import encoded
from trampgen.fields.expr import Node, Var, evaluate
from trampgen.model.field import Field, Reach

_U64 = (1 << 64) - 1


def boundaries(reach: Reach) -> tuple[list[int], list[int]]:
    """Values at and next to every limit there is, those in reach and those that are not."""
    centres = [0, reach.low, reach.high]
    for bit in (15, 16, 17, 18, 31, 32, 33, 34, 40, 48, 62):
        centres += [1 << bit, -(1 << bit)]
    centres += [0x7FFF8000, -0x7FFF8000, 0x7FFF7FFF, -0x80008000, (1 << 63) - 3, -(1 << 63) + 2]
    steps = {step * unit for step in range(-2, 3) for unit in (1, reach.align)}
    values = sorted({centre + step for centre in centres for step in steps})
    return [v for v in values if reach.holds(v)], [v for v in values if not reach.holds(v)]


@functools.cache
def _node(field: Field) -> Node:
    return encoded(field, Var("value"))


def bits(field: Field, value: int) -> int:
    """What arith.encode computes, without building its tree every time."""
    return evaluate(_node(field), {"value": value})


@functools.cache
def column(field: Field, values: tuple[int, ...]) -> list[int]:
    """The bits of one field for many values."""
    return [bits(field, value) for value in values]


def native(code: str, data: bytes, machine: Machine) -> array[int]:
    """Binary output as numbers of this host's byte order."""
    numbers = array(code, data)
    if machine.order != sys.byteorder:
        numbers.byteswap()
    return numbers


def packed(machine: Machine, values: Sequence[int]) -> bytes:
    """Numbers of 64 bits, with a sign or without, in a machine's byte order."""
    order = "<" if machine.order == "little" else ">"
    return struct.pack(f"{order}{len(values)}Q", *(value & _U64 for value in values))
