"""Holes from what is beside an array: a mask whose zero bits are open, or a second array that differs there."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.assemble.process import Worker
from trampgen.importing.drafts import Line, Statement
from trampgen.importing.model import CannotImport, Extent, joined
from trampgen.importing.naming import Names, identifier
from trampgen.importing.operands import Found, operands
from trampgen.importing.pairing import pairs
from trampgen.isa.base import Isa
from trampgen.model.values import Affine, Relocated, Value

_BRANCH, _INSN = "branch", "insn"


def open_bits(mask: Extent, extent: Extent, lines: Sequence[Line]) -> list[int]:
    """By line the bits of its value that a mask leaves open; what is behind a shorter mask is fixed."""
    if mask.size > extent.size:
        what = f"`{mask.symbol}` has {mask.size} bytes, and `{extent.symbol}` has {extent.size}"
        raise CannotImport(f"{mask.path}: {what}")
    return [_open(line, mask) for line in lines]


def _open(line: Line, mask: Extent) -> int:
    piece = line.piece
    own = mask.data[piece.offset : piece.end]
    own += b"\xff" * (piece.size - len(own))
    unit = piece.unit
    words = [int.from_bytes(own[i : i + unit], mask.elf.order) for i in range(0, piece.size, unit)]
    return ~joined(tuple(words), unit) & ((1 << 8 * piece.size) - 1) & ~piece.linked


def open_operands(
    lines: Sequence[Line], bits: Sequence[int], isa: Isa, names: Names, worker: Worker, touching: bool = False
) -> list[int]:
    """Give lines a choice in which the operands of these bits are holes, before all others.

    The result is, by line, the bits that such a choice leaves fixed though they should be open."""
    asked = [i for i, line in enumerate(lines) if bits[i] and not line.piece.is_data]
    found: list[Found | None] = [None] * len(lines)
    for i, one in zip(
        asked, operands([(lines[i].piece, bits[i]) for i in asked], isa, worker, touching), strict=True
    ):
        found[i] = None if one is None or (touching and bits[i] & ~one.mask) else one
    chosen = _named(lines, found, names)
    for i, one in enumerate(found):
        if one is not None:
            lines[i].choices.insert(0, one.opened(isa, chosen[i]))
    for high, low in pairs(found):
        _pair(
            lines,
            found,
            chosen,
            (high.number, high.item, high.operator),
            (low.number, low.item, low.operator),
            isa,
            names,
        )
    return [own & ~(one.mask if one is not None else 0) for own, one in zip(bits, found, strict=True)]


def _named(lines: Sequence[Line], found: Sequence[Found | None], names: Names) -> list[dict[int, Value]]:
    """A param for each operand: one by itself is called after its word, several have letters behind that."""
    named: list[dict[int, Value]] = []
    for line, one in zip(lines, found, strict=True):
        own: dict[int, Value] = {}
        for number, (item, hole) in enumerate(one.holes.items() if one is not None else ()):
            place = line.piece.offset // line.piece.unit
            letter = f"_{chr(ord('a') + number % 26)}" if one is not None and len(one.holes) > 1 else ""
            name = identifier(f"{'byte' if line.piece.unit == 1 else 'word'}{place}{letter}", names.taken)
            names.add(
                name, _BRANCH if hole.relative else "", "", None if hole.relative else hole.rest(line.piece)
            )
            own[item] = _like(hole.value, name)
        named.append(own)
    return named


def _like(value: Value, name: str) -> Value:
    """The same value of another param."""
    if isinstance(value, Relocated):
        return Relocated(Affine(name), value.operator)
    return type(value)(name) if isinstance(value, Affine) else value


def _pair(
    lines: Sequence[Line],
    found: Sequence[Found | None],
    chosen: Sequence[dict[int, Value]],
    high: tuple[int, int, str],
    low: tuple[int, int, str],
    isa: Isa,
    names: Names,
) -> None:
    """Both halves as slices of one param, as the first choice of both lines."""
    name = identifier(f"value{lines[high[0]].piece.offset // lines[high[0]].piece.unit}", names.taken)
    rest: int | None = 0
    for number, item, operator in (high, low):
        one = found[number]
        assert one is not None
        rest = (
            None
            if rest is None or one.holes[item].relative
            else rest + _part(one, item, lines[number], operator, isa)
        )
        values: dict[int, Value] = {**chosen[number], item: Relocated(Affine(name), operator)}
        lines[number].choices.insert(0, one.opened(isa, values))
    names.add(name, "", "", rest)


def _part(found: Found, item: int, line: Line, operator: str, isa: Isa) -> int:
    """What a slice adds to the value: @ha and the @l behind it are sign-extended, the others are bits."""
    bits, slice_of = found.holes[item].rest(line.piece), isa.operators[operator]
    return (bits if found.holes[item].signed else bits & (1 << slice_of.width) - 1) << slice_of.shift


def whole(line: Line, names: Names) -> Statement:
    """All of a word open: an instruction that is a param."""
    name = identifier(f"insn{line.piece.offset // line.piece.unit}", names.taken)
    names.add(name, _INSN, "", line.piece.value)
    return Statement("", (Affine(name),))
