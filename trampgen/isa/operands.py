"""Helpers that instruction sets share: assembly text cut into operands, literals checked against their kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trampgen.isa.base import Line, OperandError, OperandKind, RelocationOperator, Slot
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Relocated, Symbolic, Value

_MARK = re.compile("\x01([0-9]+)\x02")
_NUMBER = re.compile(r"([-+]*)\s*(0[xX][0-9a-fA-F]+|0[bB][01]+|0|[1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Open:
    """An operand that is an interpolated open value, and nothing else."""

    value: Affine | LabelAddress | Symbolic | Relocated
    span: Span


@dataclass(frozen=True, slots=True)
class Operand:
    """One comma-separated operand: `text` with marks for open values; `base` is what stood in `( )` after it."""

    text: str
    base: str | None


def number(text: str) -> int | None:
    """A literal with any run of signs (`-${FRAME}` with a negative constant gives two), or None."""
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        return None
    value = int(match.group(2), 0)
    return -value if match.group(1).count("-") % 2 else value


def split(line: Line) -> tuple[list[Operand], list[Open]]:
    """The operands of a statement and its open values; known numbers become part of the text."""
    text = ""
    opens: list[Open] = []
    for part in line.parts:
        if isinstance(part, str):
            text += part
        elif isinstance(part[0], int):
            text += str(part[0])
        else:
            text += f"\x01{len(opens)}\x02"
            opens.append(Open(part[0], part[1]))
    _refuse_foreign(line, text)
    if not text.strip():
        return [], opens
    return [_operand(piece) for piece in _commas(text)], opens


def _refuse_foreign(line: Line, text: str) -> None:
    comment = re.search(r"(^|\s)[#@](\s|$)|/[*/]", text)
    if comment:
        raise OperandError(
            "foreign-comment",
            f"`{comment.group().strip()}` starts no comment here",
            line.span,
            help="use //, to the end of the line",
        )
    bare = re.search(r"([A-Za-z_]\w*)@(\w+)", text)
    if bare:
        raise OperandError(
            "bare-symbol",
            f"`{bare.group()}` is assembly text, and there are no symbols in it",
            line.span,
            help=f"write ${{{bare.group()}}}",
        )


def _commas(text: str) -> list[str]:
    pieces, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            pieces.append(text[start:index])
            start = index + 1
    return [*pieces, text[start:]]


def _operand(text: str) -> Operand:
    match = re.fullmatch(r"(.*?)\(([^()]*)\)", text.strip(), re.DOTALL)
    if match:
        return Operand(match.group(1).strip(), match.group(2).strip())
    return Operand(text.strip(), None)


def opened(text: str, opens: list[Open]) -> Open | None:
    """The open value an operand consists of, if it is exactly one."""
    match = _MARK.fullmatch(text.strip())
    return opens[int(match.group(1))] if match else None


def spoken(text: str, opens: list[Open]) -> str:
    """Operand text for a message: marks become `${…}`."""
    return _MARK.sub("${…}", text)


def shown(text: str, opens: list[Open]) -> str:
    """Operand text for people: an open value by its name and operator."""
    return _MARK.sub(lambda match: named(opens[int(match.group(1))].value), text)


def named(value: Value) -> str:
    """An open value as the spec names it: `reladdr@ha`, `PACATOC`, `label`."""
    match value:
        case Relocated(base, operator):
            return f"{named(base)}@{operator}"
        case Affine(name, addend) | LabelAddress(name, addend):
            return name if addend == 0 else f"({name} {'+' if addend > 0 else '-'} {abs(addend)})"
        case Symbolic():
            return value.asm
        case int():
            return str(value) if abs(value) < 1024 else hex(value)


def literal(value: int, kind: OperandKind, line: Line, spelled: str) -> int:
    """The literal if the operand can hold it, as the signed or unsigned number the field means."""
    high = kind.high if kind.literal_high is None else kind.literal_high
    if not kind.low <= value <= max(high, kind.high):
        raise OperandError(
            "immediate-range",
            f"{value} does not fit: the {kind.name} operand of `{line.mnemonic}` holds {kind.low}…{high}",
            line.span,
            (f"written as `{spelled}`",) if spelled != str(value) else (),
        )
    if value % kind.align:
        raise OperandError(
            "immediate-alignment",
            f"{value} is not a multiple of {kind.align}: the {kind.name} operand of `{line.mnemonic}` drops "
            f"its low {(kind.align - 1).bit_length()} bits",
            line.span,
        )
    return value - (1 << kind.bits) if kind.signed and value > kind.high else value


def slot(
    value: Value, kind: OperandKind, operators: Mapping[str, RelocationOperator], line: Line, at: Span
) -> Slot | int:
    """A hole or symbolic operand, once it is clear that this kind of operand can hold such a value.

    A slice of a known number is a number: the field's bits, read the way the operand reads them."""
    base = value.base if isinstance(value, Relocated) else value
    if isinstance(base, LabelAddress) and (value is not base or not kind.pc_relative):
        raise OperandError(
            "label-operand",
            f"the {kind.name} operand of `{line.mnemonic}` can't hold a label's address",
            at,
            help="only branches take ${&label}, and whole: where the code will run is not known",
        )
    if isinstance(value, Relocated):
        if kind.pc_relative:
            raise OperandError(
                "operator-operand", f"`{line.mnemonic}` takes an address, not a slice (@{value.operator})", at
            )
        operator = operators[value.operator]
        if operator.width != kind.bits:
            raise OperandError(
                "operator-operand",
                f"@{operator.name} gives {operator.width} bits; the {kind.name} operand of `{line.mnemonic}` "
                f"has {kind.bits}",
                at,
            )
        if isinstance(value.base, int):
            bits = operator.apply(value.base)
            return bits - (1 << kind.bits) if kind.signed and bits > kind.high else bits
    if isinstance(value, Symbolic) and kind.pc_relative:
        raise OperandError(
            "needs-number",
            f"`{line.mnemonic}` to a symbolic constant: the distance is not known",
            at,
            help=f"make it a param, or supply it with -D {value.externs[0]}=…",
        )
    return Slot(kind, value, at)
