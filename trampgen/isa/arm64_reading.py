"""Names and operands of A64 as numbers: what a spec wrote and what capstone reads become the same list.

Capstone prints the preferred alias of an encoding (ARM DDI 0487, C6.2): both sides are reduced to what the alias is
of, and a constant that is moved to what it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trampgen.isa.arm64_formats import BARRIERS, HINTS, SAME_CONDITION, spoken_registers

# Marks between the numbers, so that no register is an immediate and [x1, #8]! is not [x1], #8.
X, W, SP, WSP, MEMORY, END, INDEXED = (-(1 << 80) - i for i in range(7))
OPEN = "\x01"  # stands for an open value in operand text: it gives None
NAMED = {"lr": "x30", "fp": "x29", "ip0": "x16", "ip1": "x17"}  # what the procedure call standard calls them

_MASK = (1 << 64) - 1
_TOKEN = re.compile(
    r"(?P<mark>\]!|[\[\]])|\b(?P<sp>w?sp)\b|\b(?P<width>[xw])(?P<register>30|[12]?[0-9]|zr|\x01)(?![a-z0-9_])"
    r"|#?(?P<number>-?0x[0-9a-f]+|-?[0-9]+\b|\x01)|(?P<word>[a-z_][a-z0-9_]*)"
)
_MARKS = {"[": MEMORY, "]": END, "]!": INDEXED}
# Alias → what it is of, and where the zero register stands there: behind the first operand, or before it.
_ALIASES = {
    "cmp": ("subs", 0), "cmn": ("adds", 0), "tst": ("ands", 0), "neg": ("sub", 2), "negs": ("subs", 2),
    "mvn": ("orn", 2),
}  # fmt: skip

Numbers = list[int | None]


def numbers(operands: str) -> Numbers:
    """The operands in order: registers behind marks for their widths, an offset of zero always there."""
    found: Numbers = []
    opened = 0
    for match in _TOKEN.finditer(operands):
        kind, text = match.lastgroup, match.group()
        if kind == "mark":
            if text == "[":
                opened = len(found)
            elif len(found) == opened + 3 and not operands[match.end() :].startswith(","):
                found.append(0)
            found.append(_MARKS[text])
        elif kind == "sp":
            found += [WSP if text == "wsp" else SP, 31]
        elif kind == "register":
            found += [X if match["width"] == "x" else W, _register(match["register"])]
        elif kind == "number":
            found.append(None if match["number"] == OPEN else int(match["number"], 0))
        else:
            found.append(_word(text))
    return found


def _register(text: str) -> int | None:
    return None if text == OPEN else 31 if text == "zr" else int(text)


def _word(text: str) -> int:
    text = spoken_registers().get(text, text)
    return int.from_bytes(text.encode(), "big")


def agrees(mnemonic: str, written: list[int], found: tuple[str, str], address: int) -> bool:
    """Whether the text is the instruction that was written."""
    name, operands = found
    read = [number for number in numbers(operands) if number is not None]
    return reduced(mnemonic, written) == reduced(" ".join([name, *_words(operands)]), read)


def _words(operands: str) -> list[str]:
    """The operand of a hint that is part of its name: bti c."""
    return [operands] if re.fullmatch("c|j|jc|csync", operands) else []


def reduced(mnemonic: str, given: Sequence[int]) -> tuple[str, list[int]]:
    """One name and one list for each instruction, whatever it is called."""
    name, read = mnemonic, [n if n < -_MASK else n & _MASK for n in given]
    if name in HINTS:
        return "hint", [HINTS[name]]
    if name.startswith("b."):
        condition = name.removeprefix("b.")
        return f"b.{SAME_CONDITION.get(condition, condition)}", read
    if name in _ALIASES:
        name, at = _ALIASES[name]
        read = [*read[:at], X if read[0] in (X, SP) else W, 31, *read[at:]]
    if name in ("movz", "movn", "mov", "orr", "add"):
        return _moved(name, read)
    if name in ("tbz", "tbnz"):
        return name, read[1:]  # of a w register and of an x register, it is the same one
    if name == "ret":
        return name, read or [X, 30]
    if name in ("isb", "dsb", "dmb"):
        options = {_word(option): number for option, number in BARRIERS.items()}
        return name, [options.get(n, n) for n in read] or [BARRIERS["sy"]]
    return name, read


def _moved(name: str, read: list[int]) -> tuple[str, list[int]]:
    """A move of a register or of a constant, by whatever instruction."""
    if name == "orr" and read[2:4] in ([X, 31], [W, 31]) and len(read) in (5, 6):
        name, read = "mov", [*read[:2], *read[4:]]
    if name == "add" and {read[0], read[2]} & {SP, WSP} and read[4:] == [0]:
        name, read = "mov", read[:4]
    if name in ("orr", "add") or (len(read) == 4 and read[2] < 0):
        return name, read
    value = read[2] << (read[4] if read[4:] else 0)
    if name == "movn":
        value = ~value
    return "mov", [*read[:2], value & ((1 << (64 if read[0] in (X, SP) else 32)) - 1)]
