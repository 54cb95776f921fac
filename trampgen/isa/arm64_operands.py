"""Operands of A64 statements: recognised by how they look, checked, and spelled for the assembler."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trampgen.isa.arm64_formats import (
    IMM12,
    KINDS,
    LOOKS,
    OPERATORS,
    W,
    X,
    is_logical,
)
from trampgen.isa.arm64_reading import NAMED, OPEN
from trampgen.isa.base import OperandError, OperandKind, Piece, Slot
from trampgen.isa.operands import Instruction, Open, Operand, literal, number, opened, slot, spoken
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Relocated

_REGISTER = re.compile(
    r"(?P<width>[xw])(?:(?P<number>30|[12]?[0-9])|zr|(?P<hole>\x01[0-9]+\x02))|(?P<sp>w?sp)"
)
_SHIFT = re.compile(r"(lsl|lsr|asr|ror|[us]xt[bhwx])(?:\s+#?\s*(\S+))?")
_OPEN = re.compile("\x01[0-9]+\x02")
_GNU_SLICE = re.compile(r"#?:(abs_g[0-3]|lo12|pg_hi21)(?:_nc|_s)?:\s*(\w+)")
# What may stand behind a mnemonic when it reaches the assembler.
_R, _N = r"(?:[xw](?:30|[12]?[0-9]|zr)|w?sp)", "-?0x[0-9a-f]+"
_BY = rf"(?:lsl|lsr|asr|ror|[us]xt[bhwx])(?: #{_N})?"
_ONE = rf"(?:{_R}|#?{_N}|{_BY}|\[{_R}(?:, (?:#{_N}|{_R}(?:, {_BY})?))?\]!?|[a-z][a-z0-9_]*)"
CANONICAL = re.compile(rf"{_ONE}(?:, {_ONE})*")

_RANGES = {"hint": (0, 127), "tbz": (0, 63), "tbnz": (0, 63), "msr": (0, 15)}


@record
class Statement(Instruction):
    """An A64 statement; `wide` where its first register has 64 bits, or where it has none."""

    wide: bool


def folded(operands: list[Operand]) -> list[Operand]:
    """The operands with shifts and post-index offsets as part of what they belong to."""
    found: list[Operand] = []
    for operand in operands:
        before = found[-1].text if found else ""
        shifted = _SHIFT.fullmatch(operand.text) and look(before) in ("r", "s", "#")
        if shifted or (before.startswith("[") and before.endswith("]")):
            found[-1] = Operand(f"{before}, {operand.text}", False, found[-1].span.to(operand.span))
        else:
            found.append(operand)
    return found


def look(text: str) -> str:
    """How an operand looks: one character."""
    if text[:1] in ("#", "["):
        return text[0]
    if match := _REGISTER.fullmatch(NAMED.get(text, text)):
        return "s" if match["sp"] else "r"
    if _OPEN.fullmatch(text):
        return OPEN
    if re.fullmatch(r"\w+\s*,\s*\S+(?:\s.*)?", text):
        return "o"
    return "0" if number(text) is not None else "y" if re.fullmatch(r"[a-z]\w*", text) else "?"


# Letter of a format → the looks that it takes; a number in the place of a target gets a message of its own.
_TAKES = dict.fromkeys("iqmvln", "#") | dict.fromkeys("LCTAPc", OPEN + "0") | dict.fromkeys("apu", "[")
_TAKES |= {"r": "r", "x": "r", "w": "r", "s": "rs", "o": "ro", "y": "y", "S": "y", "t": "y"}


def choose(statement: Statement, operands: list[Operand], formats: Sequence[str]) -> str:
    """The format whose operands look like these."""
    looks = [look(operand.text) for operand in operands]
    for letters in formats:
        if len(letters) == len(looks) and all(map(lambda a, b: b in _TAKES[a], letters, looks)):
            return letters
    mnemonic = statement.line.mnemonic
    same = [letters for letters in formats if len(letters) == len(looks)]
    unfit = [i for i, seen in enumerate(looks) if all(seen not in _TAKES[f[i]] for f in same)]
    if same and unfit:
        at = operands[unfit[0]]
        takes = " or ".join(dict.fromkeys(LOOKS[letters[unfit[0]]] for letters in same))
        raise statement.bad(at.text, at.span, mended(at.text, statement) or f"it takes {takes} there")
    forms = (f"{mnemonic} {', '.join(LOOKS[letter] for letter in letters)}".strip() for letters in formats)
    listed = " or ".join(f"`{form}`" for form in dict.fromkeys(forms))
    what = f"these are not the operands of `{mnemonic}`: it is {listed}"
    if list(formats) == [""]:
        what = f"`{mnemonic}` takes no operand"
    raise OperandError("operand-form", what, statement.line.span)


def mended(text: str, statement: Statement) -> str:
    """What was meant, where that is plain."""
    if number(text) is not None or (_OPEN.fullmatch(text) and statement.line.mnemonic not in ("b", "bl")):
        return f"write #{spoken(text, statement.opens)}"
    if match := _GNU_SLICE.fullmatch(text):
        return f"write #${{{match[2]}@{match[1]}}}"
    if text.lower() != text and look(text.lower()) in ("r", "s"):
        return f"write {text.lower()}"
    return "put the arithmetic inside: #${FRAME + 8}" if re.fullmatch(r"#?[-0-9xa-f]+[-+*/].*", text) else ""


def known(statement: Statement, text: str, at: Span) -> int:
    """A number, or what is wrong with it."""
    value = number(text.strip())
    if value is None and "\x01" in text:
        if _OPEN.fullmatch(text.strip()):
            raise statement.closed(text, at, "give a number")
        help = "put the arithmetic inside, as in #${x + 4}"
        what = f"`{spoken(text, statement.opens)}`: a value that is still open must be a whole operand"
        raise OperandError("open-operand", what, at, help=help)
    if value is None:
        raise statement.bad(text, at, mended(text if text.startswith(":") else f"#{text}", statement))
    return value


def register(statement: Statement, text: str, at: Span) -> list[Piece]:
    """A register with what may stand behind it: a shift or an extension."""
    name, _, shift = text.partition(",")
    name = NAMED.get(name.strip(), name.strip())
    match = _REGISTER.fullmatch(name)
    if match is None:
        raise statement.bad(name, at)
    pieces: list[Piece] = [name]
    if match["hole"]:
        found = opened(match["hole"], statement.opens)
        assert found is not None
        kind = X if match["width"] == "x" else W
        value = slot(found.value, kind, OPERATORS, statement.line, found.span)
        pieces = [value if isinstance(value, Slot) else kind.spelling.format(value)]
    return [*pieces, *([f", {by}"] if shift and (by := _shift(statement, shift.strip(), at)) else [])]


def _shift(statement: Statement, text: str, at: Span) -> str:
    """A shift in the assembler's spelling, nothing for one to the left by zero."""
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise statement.bad(text, at)
    kind, amount = match.groups()
    if amount is None:
        if kind in ("lsl", "lsr", "asr", "ror"):
            raise statement.bad(text, at, f"by how much? {kind} #2")
        return kind
    by = known(statement, amount, at)
    high = 63 if statement.wide else 31
    if not 0 <= by <= high:
        raise OperandError("immediate-range", f"{by} does not fit: `{kind}` shifts by 0…{high}", at)
    return f"{kind} #{by:#x}" if by or kind != "lsl" else ""


def immediate(statement: Statement, letter: str, text: str, at: Span) -> list[Piece]:
    """A plain immediate, with the shift that some may have."""
    inner, _, shift = text[1:].partition(",")
    kind, by = KINDS[letter], _places(statement, letter, shift.strip(), at)
    after = [f", lsl #{by:#x}"] if by else []
    hole = opened(inner.strip(), statement.opens)
    if hole is None:
        value = known(statement, inner, at)
        _check_shifted(statement, value, letter, at)
        return [f"#{literal(value, kind, statement.line, at):#x}", *after]
    _check_slice(statement, hole, kind, letter, by)
    found = slot(hole.value, kind, OPERATORS, statement.line, hole.span)
    return ["#", found if isinstance(found, Slot) else f"{found:#x}", *after]


def _places(statement: Statement, letter: str, shift: str, at: Span) -> int:
    """By how much an immediate is shifted."""
    if not shift:
        return 0
    match = _SHIFT.fullmatch(shift)
    if match is None or match[1] != "lsl" or match[2] is None:
        raise statement.bad(shift, at)
    allowed = {"i": (0, 12), "m": (0, 16, 32, 48) if statement.wide else (0, 16)}.get(letter, (0,))
    by = known(statement, match[2], at)
    if by not in allowed:
        what = f"{by} does not fit: `{statement.line.mnemonic}` shifts by {', '.join(map(str, allowed))}"
        raise OperandError("immediate-range", what, at)
    return by


def _check_shifted(statement: Statement, value: int, letter: str, at: Span) -> None:
    """A number that would fit shifted, or negated."""
    mnemonic, high = statement.line.mnemonic, KINDS[letter].high
    opposite = {"add": "sub", "sub": "add", "adds": "subs", "subs": "adds", "cmp": "cmn", "cmn": "cmp"}.get(
        mnemonic
    )
    help = ""
    if letter == "i" and value > high and not value & high and value >> 12 <= high:
        help = f"write #{value >> 12:#x}, lsl #12"
    elif letter == "i" and opposite and -high <= value < 0:
        help = f"write `{opposite}` with #{-value:#x}"
    elif letter == "m" and value > high:
        help = "movz loads 16 bits, and each movk 16 more: lsl #16, lsl #32, lsl #48"
    if help:
        what = f"{value:#x} does not fit: the {KINDS[letter].name} operand of `{mnemonic}` holds 0…{high}"
        raise OperandError("immediate-range", what, at, help=help)


def _check_slice(statement: Statement, hole: Open, kind: OperandKind, letter: str, by: int) -> None:
    """A slice goes where its bits belong."""
    value, mnemonic = hole.value, statement.line.mnemonic
    if not isinstance(value, Relocated):
        return
    operator = OPERATORS[value.operator]
    if mnemonic == "movn":
        what, help = "`movn` loads the complement of its operand", "load the value with movz and movk"
        raise OperandError("operator-operand", what, hole.span, help=help)
    if letter == "m" and operator.width == kind.bits and operator.shift != by:
        first = operator.shift
        what = f"`{mnemonic}` fills bits {by + 15}…{by}: @{operator.name} is bits {first + 15}…{first}"
        raise OperandError("operator-operand", what, hole.span, help=f"use @abs_g{by // 16}")
    if kind == IMM12 and by:
        what = f"`{mnemonic}` with lsl #12 adds bits 23…12: @{operator.name} is bits 11…0"
        raise OperandError("operator-operand", what, hole.span, help="leave the shift out")


def constant(statement: Statement, letter: str, text: str, at: Span) -> str:
    """Any constant that a register can hold, or one of those that logical instructions take."""
    bits = 64 if statement.wide else 32
    value = known(statement, text[1:], at)
    if not -(1 << (bits - 1)) <= value < 1 << bits:
        raise OperandError("immediate-range", f"{value} does not fit {bits} bits", at)
    value &= (1 << bits) - 1
    if letter == "l" and not is_logical(value, bits):
        what = f"{value:#x} is no immediate of `{statement.line.mnemonic}`"
        help = "those are a run of ones, rotated and repeated: load others into a register"
        raise OperandError("immediate-range", what, at, help=help)
    if letter == "v" and not _one_move(value, bits):
        what, help = (
            f"no one instruction loads {value:#x}",
            "load 16 bits with movz, and 16 more with each movk",
        )
        raise OperandError("immediate-range", what, at, help=help)
    return (
        f"#{value - (1 << 64) if value >> 63 else value:#x}"  # a number of 64 bits is kept from the assembler
    )


def _one_move(value: int, bits: int) -> bool:
    """Whether movz, movn or orr loads a number."""
    ones = (1 << bits) - 1
    moves = (given & ~(0xFFFF << at) == 0 for given in (value, ~value & ones) for at in range(0, bits, 16))
    return any(moves) or is_logical(value, bits)


def small(statement: Statement, text: str, at: Span) -> int:
    mnemonic = statement.line.mnemonic
    low, high = _RANGES[mnemonic]
    if not statement.wide:
        high = 31
    value = known(statement, text[1:], at)
    if not low <= value <= high:
        raise OperandError("immediate-range", f"{value} does not fit: `{mnemonic}` takes {low}…{high}", at)
    return value
