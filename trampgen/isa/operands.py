"""Helpers that instruction sets share: assembly text cut into operands, literals checked against their kind."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from trampgen.isa.base import Line, OperandError, OperandKind, Piece, RelocationOperator, Slot
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Register, Relocated, Symbolic, Value

_MARK = re.compile("\x01([0-9]+)\x02")
_NUMBER = re.compile(r"([-+]*)\s*(0[xX][0-9a-fA-F]+|0[bB][01]+|0|[1-9][0-9]*)")


@record
class Open:
    """An operand that is an interpolated open value, and nothing else."""

    value: Affine | LabelAddress | Symbolic | Relocated
    span: Span


@record
class Operand:
    """One operand: `text` with marks for open values, and its place; a base register follows as one of its own."""

    text: str
    is_base: bool
    span: Span


@record
class Instruction:
    """A statement and its open values, for whoever looks at one of its operands."""

    line: Line
    opens: list[Open]

    def bad(self, text: str, at: Span, help: str = "") -> OperandError:
        """An operand that is none."""
        what = f"`{spoken(text, self.opens)}` is no operand of `{self.line.mnemonic}`"
        if not text:
            what = f"an operand of `{self.line.mnemonic}` is missing"
        elif re.fullmatch(r"#?-?0[0-9]+", text):
            what = f"`{text}`: a leading zero means octal to some and nothing to others"
        return OperandError("bad-operand", what, at, help=help, word=text)

    def closed(self, text: str, at: Span, help: str) -> OperandError:
        """An open value where the number must be known."""
        return OperandError("open-operand", f"`{spoken(text, self.opens)}` is not known yet", at, help=help)


def number(text: str) -> int | None:
    """A literal with any run of signs (`-${FRAME}` with a negative constant gives two), or None."""
    match = _NUMBER.fullmatch(text.strip())
    if not match:
        return None
    value = int(match.group(2), 0) if len(match.group(2)) <= 100 else 1 << 100
    return -value if match.group(1).count("-") % 2 else value


def split(line: Line, foreign: str) -> tuple[list[Operand], list[Open]]:
    """The operands of a statement and its open values; known numbers become part of the text.

    `foreign` holds the characters that start comments for other assemblers and mean nothing here."""
    text, places, opens = _joined(line)
    _refuse_foreign(line, text, places, foreign)
    if not text.strip():
        return [], opens
    for opening, closing in ("()", "[]"):
        if text.count(opening) != text.count(closing):
            raise OperandError("bad-operand", f"unbalanced {opening} {closing}", line.span)
    operands: list[Operand] = []
    for start, end in _commas(text):
        operands += _operand(text, start, end, places)
    return operands, opens


def _joined(line: Line) -> tuple[str, list[Span], list[Open]]:
    """The operand text, the place of each of its characters in the source, and the open values it marks."""
    text = ""
    places: list[Span] = []
    opens: list[Open] = []
    name_end = line.span.column + len(line.mnemonic)
    column = name_end
    for part in line.parts:
        if isinstance(part, str):
            at = [_column(line.span, column + i) for i in range(len(part))]
            piece = part
            column += len(part)
        else:
            value, span = part
            known = value.name if isinstance(value, Register) else str(value)
            piece = known if isinstance(value, int | Register) else f"\x01{len(opens)}\x02"
            if not isinstance(value, int | Register):
                opens.append(Open(value, span))
            at = [span] * len(piece)
            column = span.end_column
        if _glued(text, piece):
            raise OperandError(
                "open-operand", "two values stand side by side", at[0], help="put a comma between them"
            )
        text += piece
        places += at
    return text, places, opens


def _glued(text: str, piece: str) -> bool:
    """Whether a number or an open value would become part of another one; a register's prefix is no number."""
    before = re.search(r"[A-Za-z0-9_\x02]+$", text)
    if before is None or not piece or piece[0] not in "0123456789\x01":
        return bool(piece) and piece[0].isalnum() and text.endswith("\x02")
    return re.fullmatch(r"r|cr|f|v|vs|x|w", before.group()) is None


def _column(line: Span, column: int) -> Span:
    return Span(line.path, line.line, column, line.line, column + 1)


def _place(places: list[Span], start: int, end: int) -> Span:
    return places[start].to(places[max(start, end - 1)])


def _refuse_foreign(line: Line, text: str, places: list[Span], foreign: str) -> None:
    comment = re.search(rf"(?:^|(?<=\s))@(?=\s|$)|[{re.escape(foreign)}]|/[*/]", text)
    if comment:
        raise OperandError(
            "foreign-comment",
            f"`{comment.group()}` starts no comment here",
            _place(places, *comment.span()),
            help="use //, to the end of the line",
        )
    bare = re.search(r"(\b[A-Za-z_]\w*|\))@(\w+)", text)
    if bare:
        raise OperandError(
            "bare-symbol",
            f"`{bare.group()}` is assembly text, and there are no symbols in it",
            _place(places, *bare.span()),
            help=f"put it into an interpolation: ${{{bare.group() if bare.group(1) != ')' else '(…)@…'}}}",
        )


def _commas(text: str) -> list[tuple[int, int]]:
    """Start and end of each operand."""
    cuts, depth = [-1], 0
    for index, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            cuts.append(index)
    cuts.append(len(text))
    return [(start + 1, end) for start, end in itertools.pairwise(cuts)]


def _operand(text: str, start: int, end: int, places: list[Span]) -> list[Operand]:
    """An operand, or a displacement and the base register behind it."""
    match = re.compile(r"(\s*)([^()]*?)(\s*)\(([^()]*)\)\s*").fullmatch(text, start, end)
    pieces = [match.span(2), match.span(4)] if match else [(start, end)]
    found: list[Operand] = []
    for is_base, (first, last) in enumerate(pieces):
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        at = _place(places, min(first, len(places) - 1), last)
        found.append(Operand(text[first:last], bool(is_base), at))
    return found


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
        case Register(name):
            return name
        case int():
            return str(value) if abs(value) < 1024 else hex(value)


def literal(value: int, kind: OperandKind, line: Line, at: Span) -> int:
    """The literal if the operand can hold it, as the signed or unsigned number the field means."""
    if kind.pc_relative:
        raise OperandError(
            "bad-operand",
            f"`{line.mnemonic}` to a number: where the code will run is not known",
            at,
            help="branch to a label, ${&again}, or make the target a param",
        )
    high = kind.high if kind.literal_high is None else kind.literal_high
    if not kind.known_low <= value <= max(high, kind.high):
        raise OperandError(
            "immediate-range",
            f"{value} does not fit: the {kind.name} operand of `{line.mnemonic}` holds {kind.known_low}…{high}",
            at,
        )
    if value % kind.align:
        raise OperandError(
            "immediate-alignment",
            f"{value} is not a multiple of {kind.align}: the {kind.name} operand of `{line.mnemonic}` drops "
            f"its low {(kind.align - 1).bit_length()} bits",
            at,
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
        if kind.pc_relative and not kind.page:
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
        if kind.upper and operator.shift == 0:
            carried = "use @ha before a sign-extended low half, @h before one that is not"
            raise OperandError(
                "operator-operand",
                f"`{line.mnemonic}` fills the upper half of a register: @{operator.name} is the lower half",
                at,
                help=carried if "ha" in operators else "use @h",
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


def listed(operands: Sequence[Sequence[Piece]]) -> list[Piece]:
    """The operands with commas between them."""
    pieces: list[Piece] = []
    for operand in operands:
        pieces += [", ", *operand] if pieces else operand
    return pieces


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbouring texts as one."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece != "":
            found.append(piece)
    return found
