"""A whole statement of ARM or Thumb: its format chosen, its operands spelled, and as numbers for the read-back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from trampgen.isa.arm_formats import GPR
from trampgen.isa.arm_operands import Dialect, Statement, choose, folded, lowered, plain
from trampgen.isa.arm_reading import END, INDEXED, LIST, MEMORY, OPEN, REGISTERS, WRITTEN_BACK, reading
from trampgen.isa.base import Line, Lowered, OperandError, Piece, Slot
from trampgen.isa.operands import Operand, listed, merged, shown, split

CONTRACT_REGISTERS = frozenset([*REGISTERS, "cpsr", "spsr", "memory", "all"])


def lower(
    line: Line,
    name: str,
    spelled: Callable[[str], str],
    formats: Sequence[str] | None,
    dialect: Dialect,
) -> Lowered:
    """A statement in Keystone's spelling: every number in hex, register lists without ranges, no symbols.

    `name` is the mnemonic without what is a suffix, `spelled` gives the assembler's for some operands."""
    operands, opens = split(line, foreign="|")
    operands = folded(operands)
    statement = Statement(line, opens, name, dialect)
    if any(operand.is_base for operand in operands):
        raise OperandError("bad-operand", "memory is in brackets: [r1, #4]", line.span)
    pieces = _known(statement, operands, formats) if formats else _unknown(statement, operands)
    text = "".join(map(_at_rest, pieces))
    mnemonic = spelled(text)
    read, numbers = reading(mnemonic, text)
    if formats:
        _check_form(line, read, numbers)
    said = ", ".join(shown(operand.text, opens) for operand in operands)
    return Lowered(
        read,
        tuple(merged([mnemonic, *([" "] if pieces else []), *pieces])),
        tuple(numbers),
        f"{line.mnemonic:<6} {said}".strip(),
    )


def _at_rest(piece: Piece) -> str:
    """A piece as text, an open value as a mark."""
    if isinstance(piece, Slot):
        return f"r{OPEN}" if piece.kind == GPR else OPEN
    return piece if isinstance(piece, str) else OPEN


def _known(statement: Statement, operands: list[Operand], formats: Sequence[str]) -> list[Piece]:
    letters = choose(statement, operands, formats)
    found: list[list[Piece]] = []
    for letter, operand in zip(letters, operands, strict=True):
        found.append(lowered(statement, letter, operand, found[0] if found else ()))
    if len(letters) < max(map(len, formats)) and letters[0] == "r":  # orr r2, #1 is orr r2, r2, #1
        found.insert(0, found[0])
        if not all(isinstance(piece, str) for piece in found[0]):
            at = operands[0]
            raise statement.closed(
                at.text, at.span, "write the register twice: the result and what it is made of"
            )
    return listed(found)


def _unknown(statement: Statement, operands: list[Operand]) -> list[Piece]:
    if statement.opens:
        raise OperandError(
            "unknown-operand",
            f"`{statement.line.mnemonic}` can't hold a hole: what its operands can represent is not known",
            statement.line.span,
            help="write the word with raw, or use an instruction that docs/language.md lists",
        )
    return listed([[plain(statement, operand)] for operand in operands])


def _check_form(line: Line, name: str, numbers: list[int | None]) -> None:
    """Unpredictable forms (ARM ARM, A8.8.58, 63, 199, 204): what known operands rule out."""
    if LIST in numbers:
        base, mask = numbers[1] or 0, numbers[-1] or 0
        if base == 15:
            raise OperandError("invalid-form", f"`{line.mnemonic}` has no base pc", line.span)
        lower = mask & ((1 << base) - 1)
        if WRITTEN_BACK in numbers and mask >> base & 1 and (name.startswith("ldm") or lower):
            what = f"`{line.mnemonic}` with ! is unpredictable where the base is in the list"
            raise OperandError("invalid-form", what, line.span)
    elif numbers[2:3] == [MEMORY] and (INDEXED in numbers or len(numbers) > _end(numbers) + 1):
        target, moved = numbers[1], numbers[4]
        if moved is not None and moved in (15, target):
            why = "the base is pc" if moved == 15 else "the base is the register that is moved"
            what = f"`{line.mnemonic}` that writes its base back is unpredictable where {why}"
            raise OperandError("invalid-form", what, line.span)


def _end(numbers: list[int | None]) -> int:
    """Where the memory operand ends, which the offset of a post-indexed one follows."""
    return numbers.index(END) if END in numbers else len(numbers)


_SLICE = re.compile(r"#?\s*(\w+|\([^()]*\))@([lh])\b")


def gnu_text(text: str, numbers: Mapping[str, int]) -> str:
    """A line for GNU as: `@` starts a comment there, and a number is no register."""
    text = _SLICE.sub(lambda m: f"#(({m.group(1)} >> {16 if m.group(2) == 'h' else 0}) & 0xffff)", text)
    return re.sub(r"\br([A-Za-z_]\w*)\b", lambda m: _numbered(m, numbers), text)


def _numbered(match: re.Match[str], numbers: Mapping[str, int]) -> str:
    name = match.group(1)
    return f"r{numbers[name]}" if name in numbers else match.group()


def words_alone(words: list[int]) -> list[str]:
    """Every word is an instruction, or in Thumb two: there are no prefixes."""
    return ["insn"] * len(words)


def never_extends(words: tuple[int, ...], index: int) -> bool:
    """The low half of no instruction is a sign-extended immediate."""
    return False
