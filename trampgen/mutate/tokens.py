"""An assembly line as tokens that a fault can change: registers, numbers, open values, and the text between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from trampgen.isa.base import Line
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Register, Relocated, Symbolic, Value

_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*|0[xX][0-9a-fA-F]+|[0-9]+")


@record
class Token:
    """`kind` is register, number, open or text. `memory`: part of an address; `minus`: a minus stands before it."""

    kind: str
    text: str
    value: Value | None = None
    span: Span | None = None
    memory: bool = False
    minus: bool = False


def tokens(line: Line, registers: re.Pattern[str]) -> list[Token]:
    """The operands of a line. What is known of interpolations is text like any other."""
    found: list[Token] = []
    pending = ""
    for part in line.parts:
        if isinstance(part, str):
            pending += part
        elif isinstance(part[0], int | Register):
            pending += part[0].name if isinstance(part[0], Register) else str(part[0])
        else:
            found += _cut(pending, registers)
            pending = ""
            found.append(Token("open", shown(part[0]), part[0], part[1]))
    found += _cut(pending, registers)
    return list(_placed(found))


def _cut(text: str, registers: re.Pattern[str]) -> Iterator[Token]:
    at = 0
    for word in _WORD.finditer(text):
        if word.start() > at:
            yield Token("text", text[at : word.start()])
        at = word.end()
        if _NUMBER.fullmatch(word.group()):
            yield Token("number", word.group(), int(word.group(), 0))
        else:
            yield Token("register" if registers.fullmatch(word.group()) else "text", word.group())
    if at < len(text):
        yield Token("text", text[at:])


def _placed(found: Sequence[Token]) -> Iterator[Token]:
    """Tokens that know where they stand: between brackets, or in front of `(r1)`."""
    depth = 0
    for index, token in enumerate(found):
        if token.kind == "text":
            depth += token.text.count("[") - token.text.count("]")
            yield token
            continue
        behind = found[index + 1].text if index + 1 < len(found) else ""
        before = found[index - 1].text.rstrip() if index else ""
        minus = before.endswith("-") and token.kind == "number"
        yield replace(token, memory=depth > 0 or behind.lstrip().startswith("("), minus=minus)


def line_of(line: Line, operands: Sequence[Token], mnemonic: str | None = None) -> Line:
    """The line with other operands."""
    parts: list[str | tuple[Value, Span]] = []
    for token in operands:
        if token.kind == "open":
            assert token.value is not None and token.span is not None
            parts.append((token.value, token.span))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += token.text
        else:
            parts.append(token.text)
    return replace(line, mnemonic=mnemonic or line.mnemonic, parts=tuple(parts))


def spoken(line: Line) -> str:
    """A line for people."""
    text = ""
    for part in line.parts:
        text += part if isinstance(part, str) else shown(part[0])
    return f"{line.mnemonic} {text.strip()}".strip()


def shown(value: Value) -> str:
    """A value as a spec has it."""
    match value:
        case Register(name):
            return name
        case Affine(param, addend):
            return f"${{{param}{_plus(addend)}}}"
        case LabelAddress(label, addend):
            return f"${{&{label}{_plus(addend)}}}"
        case Relocated(base, operator):
            return f"{shown(base)[:-1]}@{operator}}}" if not isinstance(base, int) else f"{base}@{operator}"
        case Symbolic():
            return f"${{{value.asm}}}"
    return str(value)


def _plus(addend: int) -> str:
    return f" {'+' if addend > 0 else '-'} {abs(addend)}" if addend else ""
