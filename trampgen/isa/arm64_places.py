"""Memory operands, targets and system names of A64 statements, and which operand is which."""

from __future__ import annotations

import re

from trampgen.isa.arm64_formats import (
    BARRIERS,
    KINDS,
    OPERATORS,
    PAGES,
    PAIRED,
    SCALED,
    STATUS_FIELDS,
    UNSCALED,
    moved,
    system_registers,
)
from trampgen.isa.arm64_operands import Statement, constant, immediate, known, look, mended, register, small
from trampgen.isa.arm64_reading import NAMED
from trampgen.isa.base import OperandError, OperandKind, Piece, Slot
from trampgen.isa.operands import Open, Operand, literal, number, opened, slot
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Relocated

_MEMORY = re.compile(r"\[\s*([^],]+?)\s*(?:,\s*([^]]+?)\s*)?\]\s*(!?)\s*(?:,\s*(.+))?")


def lowered(statement: Statement, letter: str, operand: Operand) -> list[Piece]:
    """The pieces of one operand of a known instruction."""
    text, at = operand.text, operand.span
    if letter in "rsxwo":
        return register(statement, text, at)
    if letter in "iqm":
        return immediate(statement, letter, text, at)
    if letter in "vl":
        return [constant(statement, letter, text, at)]
    if letter == "n":
        return [f"#{small(statement, text, at):#x}"]
    if letter in "apu":
        return _memory(statement, letter, text, at)
    if letter in "LCTAPc":
        return _target(statement, letter, text, at)
    return [_named(statement, letter, text, at)]


def plain(statement: Statement, operand: Operand) -> str:
    """The text of one operand of an instruction that the tables lack: any register, number or word."""
    text, at = operand.text, operand.span
    seen = look(text)
    if seen in "rso":
        return "".join(map(str, register(statement, text, at)))
    if seen == "[":
        return "".join(map(str, _memory(statement, "u", text, at)))
    if seen in "#0":
        return f"#{known(statement, text.removeprefix('#'), at):#x}"
    if seen == "y":
        return text
    raise statement.bad(text, at)


def _memory(statement: Statement, letter: str, text: str, at: Span) -> list[Piece]:
    """[base], [base, #offset] with or without !, [base, register], [base], #offset."""
    match = _MEMORY.fullmatch(text)
    if match is None:
        raise statement.bad(text, at)
    base, offset, mark, after = match.groups()
    base = NAMED.get(base, base)
    if look(base) not in "rs" or base in ("xzr", "wzr", "wsp") or base.startswith("w"):
        raise statement.bad(base, at, "a base is one of 64 bits, or sp")
    pieces: list[Piece] = ["[", *register(statement, base, at)]
    size = moved(statement.line.mnemonic, statement.wide)
    if letter == "u" and (mark or after):
        raise statement.bad(text, at, "an unscaled access leaves its base alone: ldr and str write it back")
    if after is not None:
        if offset or mark:
            raise statement.bad(text, at)
        return [*pieces, "], ", *_offset(statement, PAIRED[size] if letter == "p" else UNSCALED, after, at)]
    if offset is None:
        if mark:
            raise statement.bad(text, at, "an offset of zero is written: [x1, #0]!")
        return [*pieces, "]"]
    kind = PAIRED[size] if letter == "p" else UNSCALED if mark or letter == "u" else SCALED[size]
    if letter == "a" and not mark and not offset.startswith("#"):
        return [*pieces, ", ", *_index(statement, offset, at), "]"]
    return [*pieces, ", ", *_offset(statement, kind, offset, at), "]!" if mark else "]"]


def _index(statement: Statement, text: str, at: Span) -> list[Piece]:
    """A register that is added to the base."""
    if look(text.partition(",")[0].strip()) != "r":
        raise statement.bad(text, at, mended(text, statement))
    return register(statement, text, at)


def _offset(statement: Statement, kind: OperandKind, text: str, at: Span) -> list[Piece]:
    if not text.startswith("#"):
        raise statement.bad(text, at, mended(text, statement))
    inner = text[1:].strip()
    hole = opened(inner, statement.opens)
    if hole is None:
        value = known(statement, inner, at)
        _check_unscaled(statement, kind, value, at)
        return [f"#{literal(value, kind, statement.line, at):#x}"]
    if isinstance(hole.value, Relocated) and kind in SCALED.values():
        kind = OperandKind(kind.name, OPERATORS["lo12"].width, False, kind.align)
    found = slot(hole.value, kind, OPERATORS, statement.line, hole.span)
    return ["#", found if isinstance(found, Slot) else f"{found:#x}"]


def _check_unscaled(statement: Statement, kind: OperandKind, value: int, at: Span) -> None:
    """An offset that only the unscaled form of the instruction has."""
    fits = kind.low <= value <= kind.high and not value % kind.align
    if fits or kind not in SCALED.values() or not UNSCALED.low <= value <= UNSCALED.high:
        return
    mnemonic = statement.line.mnemonic
    what = f"{value} does not fit: `{mnemonic}` takes multiples of {kind.align} in 0…{kind.high}"
    other = mnemonic.replace("ldr", "ldur").replace("str", "stur")
    raise OperandError("immediate-range", what, at, help=f"write `{other}`")


def _target(statement: Statement, letter: str, text: str, at: Span) -> list[Piece]:
    found = opened(text, statement.opens)
    kind = PAGES if letter == "P" else KINDS[letter]
    if found is None:
        literal(number(text) or 0, kind, statement.line, at)
        raise AssertionError("no number is a target")
    if letter == "P":
        _check_page(statement, found)
    if (
        letter == "c"
        and isinstance(found.value, LabelAddress)
        and moved(statement.line.mnemonic, statement.wide) > 4
    ):
        what = f"`{statement.line.mnemonic}` of an x register loads 64 bits, and literals have 32"
        help = "load a w register, or with ldrsw; movz and movk load 64 bits"
        raise OperandError("label-operand", what, found.span, help=help)
    piece = slot(found.value, kind, OPERATORS, statement.line, found.span)
    assert isinstance(piece, Slot)
    return [piece]


def _check_page(statement: Statement, found: Open) -> None:
    """What adrp takes: the page of an address that a param is."""
    value = found.value
    if isinstance(value, LabelAddress):
        what = "how many pages a label is away depends on where the code runs"
        raise OperandError("label-operand", what, found.span, help="use `adr`, which counts bytes")
    if not isinstance(value, Relocated) or value.operator != "pg_hi21":
        base = value.base if isinstance(value, Relocated) else value
        name = base.param if isinstance(base, Affine) else "target"
        what = "`adrp` takes the page of an address, not all of it"
        help = f"write ${{{name}@pg_hi21}}, and the rest with #${{{name}@lo12}}"
        raise OperandError("operator-operand", what, found.span, help=help)
    if not isinstance(value.base, Affine):
        what = "`adrp` to a number: where the code will run is not known"
        raise OperandError("bad-operand", what, found.span, help="make the target a param")


def _named(statement: Statement, letter: str, text: str, at: Span) -> str:
    """A barrier's option, a system register, a word."""
    mnemonic = statement.line.mnemonic
    if letter == "S":
        if text in STATUS_FIELDS and mnemonic == "msr":
            return text
        if text not in system_registers():
            what = f"`{text}` is no system register that is known here"
            help = "write the instruction with raw, and its text beside it"
            raise OperandError("bad-operand", what, at, help=help, word=text)
        return system_registers()[text]
    allowed = {"isb": ("sy",), "dsb": BARRIERS, "dmb": BARRIERS, "bti": ("c", "j", "jc")}.get(
        mnemonic, ("csync",)
    )
    if text not in allowed:
        raise statement.bad(text, at, f"it takes {', '.join(allowed)}")
    return text
