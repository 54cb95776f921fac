"""Prefixed instructions of the Power ISA: a displacement or immediate of 34 bits over two words.

Keystone knows none of them, so that they are encoded here (Power ISA 3.1B, Book I, section 1.6.3: MLS:D and 8LS:D
forms), and held against GNU as in the tests."""

from __future__ import annotations

import re

from trampgen.isa.base import Line, OperandError, Prefixed
from trampgen.isa.operands import Open, Operand, number, opened, shown, split
from trampgen.model.values import LabelAddress, Relocated, Value

_BITS = 34
_MLS, _8LS = 0x06000000, 0x04000000  # prefix opcode 1 and its type
_R = 1 << 20  # relative to the instruction: RA is then 0
# mnemonic → prefix, primary opcode of the suffix. Those of loads and stores take D(RA), the others RA and SI.
_STORAGE = {
    "plbz": (_MLS, 34), "plhz": (_MLS, 40), "plha": (_MLS, 42), "plwz": (_MLS, 32), "plwa": (_8LS, 41),
    "pld": (_8LS, 57), "pstb": (_MLS, 38), "psth": (_MLS, 44), "pstw": (_MLS, 36), "pstd": (_8LS, 61),
}  # fmt: skip
_PADDI = (_MLS, 14)
MNEMONICS = frozenset((*_STORAGE, "paddi", "pli"))
_REGISTER = re.compile(r"r([0-9]+)")


def prefixed(line: Line) -> Prefixed | None:
    """The two words of a prefixed instruction, its 34 bits zero, and what belongs into them; None for any other."""
    if line.mnemonic not in MNEMONICS:
        return None
    operands, opens = split(line, foreign="#!|")
    is_relative = _relative(line, operands)
    target, base, at = _taken_apart(line, operands)
    (prefix, opcode), rt, ra = _STORAGE.get(line.mnemonic, _PADDI), _register(target), _register(base)
    if is_relative and ra:
        what = f"relative to the instruction (R = 1) `{line.mnemonic}` has no base register: RA is 0"
        raise OperandError("invalid-form", what, base.span if base is not None else line.span)
    value = _value(line, at, opens)
    text = f"{line.mnemonic:<6} " + ", ".join(_shown(operands, opens))
    return Prefixed(
        prefix | (_R if is_relative else 0), opcode << 26 | rt << 21 | ra << 16, value, text.strip(), at.span
    )


def text_of(prefix: int, suffix: int) -> tuple[str, str] | None:
    """Mnemonic and operands of both words; None where they are no instruction that is encoded here."""
    kind, opcode = prefix & ~(_R | (1 << 18) - 1), suffix >> 26
    value = (prefix & (1 << 18) - 1) << 16 | suffix & 0xFFFF
    value -= (value & 1 << (_BITS - 1)) << 1
    rt, ra, end = suffix >> 21 & 31, suffix >> 16 & 31, ", 1" if prefix & _R else ""
    if end and ra:
        return None
    if (kind, opcode) == _PADDI:
        return ("paddi", f"r{rt}, r{ra}, {value}{end}") if ra or end else ("pli", f"r{rt}, {value}")
    name = next((name for name, one in _STORAGE.items() if one == (kind, opcode)), None)
    return None if name is None else (name, f"r{rt}, {value}({f'r{ra}' if ra else 0}){end}")


def _relative(line: Line, operands: list[Operand]) -> bool:
    """Takes R off the end: the last operand beyond those that there must be."""
    needed = 2 if line.mnemonic == "pli" else 3
    if len(operands) == needed:
        return False
    if len(operands) != needed + 1 or line.mnemonic == "pli" or number(operands[-1].text) not in (0, 1):
        raise _wrong(line)
    return number(operands[-1].text) == 1


def _taken_apart(line: Line, operands: list[Operand]) -> tuple[Operand, Operand | None, Operand]:
    """RT, RA (None: there is none) and the displacement or immediate."""
    if line.mnemonic in _STORAGE:
        target, at, base = operands[:3]
        if not base.is_base:
            raise _wrong(line)
        return target, base, at
    if any(operand.is_base for operand in operands):
        raise _wrong(line)
    if line.mnemonic == "pli":
        return operands[0], None, operands[1]
    return operands[0], operands[1], operands[2]


def _wrong(line: Line) -> OperandError:
    form = {"pli": "GPR, SI", "paddi": "GPR, RA, SI, R"}.get(line.mnemonic, "GPR, D(RA), R")
    what = f"these are not the operands of `{line.mnemonic}`: it is `{line.mnemonic} {form}`"
    help = "R can be left out: it is 1 where the distance is from the instruction" if form[-1] == "R" else ""
    return OperandError("operand-form", what, line.span, help=help)


def _register(operand: Operand | None) -> int:
    if operand is None:
        return 0
    named = _REGISTER.fullmatch(operand.text)
    value = int(named.group(1)) if named else number(operand.text)
    if value is None or not 0 <= value < 32:
        what = (
            f"`{operand.text}` is no register here"
            if "\x01" not in operand.text
            else "a register must be known here"
        )
        raise OperandError("bad-operand", what, operand.span)
    return value


def _value(line: Line, at: Operand, opens: list[Open]) -> Value:
    hole = opened(at.text, opens)
    value = hole.value if hole is not None else number(at.text)
    if isinstance(value, LabelAddress | Relocated) or value is None:
        what = f"`{line.mnemonic}` takes a whole number of {_BITS} bits here"
        help = "a slice is taken of it by itself: write the param" if isinstance(value, Relocated) else ""
        raise OperandError("bad-operand", what, at.span, help=help)
    low, high = -(1 << (_BITS - 1)), (1 << (_BITS - 1)) - 1
    if isinstance(value, int) and not low <= value <= high:
        what = f"{value} does not fit: `{line.mnemonic}` holds {low}…{high}"
        raise OperandError("immediate-range", what, at.span)
    return value


def _shown(operands: list[Operand], opens: list[Open]) -> list[str]:
    """The operands for people, a base register in the parentheses behind its displacement."""
    texts: list[str] = []
    for operand in operands:
        text = shown(operand.text, opens)
        if operand.is_base:
            texts[-1] += f"({text})"
        else:
            texts.append(text)
    return texts
