"""A64, the instruction set of AArch64: every instruction is a word, and little-endian in memory whatever data is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trampgen.isa import arm_lines
from trampgen.isa.arm64_formats import (
    CONDITIONS,
    HINTS,
    OPERATORS,
    PAGE,
    SAME_CONDITION,
    formats,
)
from trampgen.isa.arm64_operands import CANONICAL, Statement, choose, folded, look
from trampgen.isa.arm64_places import lowered, plain
from trampgen.isa.arm64_reading import END, INDEXED, MEMORY, NAMED, OPEN, SP, Numbers, agrees, numbers
from trampgen.isa.base import Isa, Line, Lowered, OperandError, Piece, Slot
from trampgen.isa.operands import Operand, listed, merged, shown, split

_NOP = 0xD503201F


def lower(line: Line) -> Lowered:
    """A statement in Keystone's spelling: every number in hex, hints by number, no symbols."""
    if (line.mnemonic[:1], line.mnemonic[1:]) in {("b", c) for c in (*CONDITIONS, *SAME_CONDITION)}:
        help = f"write `b.{line.mnemonic[1:]}`"
        raise OperandError("not-this-target", f"`{line.mnemonic}` is of A32", line.span, help=help)
    operands, opens = split(line, foreign="|")
    if any(operand.is_base for operand in operands):
        raise OperandError("bad-operand", "memory is in brackets: [x1, #8]", line.span)
    operands = folded(operands)
    statement = Statement(line, opens, _wide(operands))
    known = formats().get(line.mnemonic)
    pieces = _known(statement, operands, known) if known else _unknown(statement, operands)
    text = "".join(map(_at_rest, pieces))
    read = numbers(text)
    _check_form(line, read)
    said = ", ".join(shown(operand.text, opens) for operand in operands)
    hint = HINTS.get(f"{line.mnemonic} {text}".strip())
    mnemonic, spelled = line.mnemonic, [line.mnemonic, *([" "] if pieces else []), *pieces]
    if hint is not None:
        mnemonic, read, spelled = "hint", [hint], [f"hint #{hint:#x}"]
    return Lowered(mnemonic, tuple(merged(spelled)), tuple(read), f"{line.mnemonic:<6} {said}".strip())


def _wide(operands: Sequence[Operand]) -> bool:
    """Whether the first register has 64 bits; an instruction without registers has that width."""
    first = next((operand.text for operand in operands if look(operand.text) in ("r", "s", "o")), "x")
    return not first.startswith("w")


def _at_rest(piece: Piece) -> str:
    """A piece as text, an open value as a mark."""
    if isinstance(piece, Slot):
        return piece.kind.spelling.replace("{}", OPEN).replace("{:#x}", OPEN)
    return piece if isinstance(piece, str) else OPEN


def _known(statement: Statement, operands: list[Operand], known: Sequence[str]) -> list[Piece]:
    letters = choose(statement, operands, known)
    pairs = list(zip(letters, operands, strict=True))
    _check_widths(statement, pairs)
    return listed([lowered(statement, letter, operand) for letter, operand in pairs])


def _check_widths(statement: Statement, operands: Sequence[tuple[str, Operand]]) -> None:
    """Registers of one instruction are all of 64 bits or all of 32."""
    for letter, operand in operands:
        wide = not NAMED.get(operand.text, operand.text).startswith("w")
        if (letter, wide) in (("x", False), ("w", True)):
            what = f"`{statement.line.mnemonic}` takes a register of {64 if letter == 'x' else 32} bits there"
            help = f"write {letter}{shown(operand.text[1:], statement.opens)}"
            raise OperandError("bad-operand", what, operand.span, help=help)
        if letter in "rso" and wide != statement.wide:
            what = f"`{operand.text}` is not as wide as the first register of `{statement.line.mnemonic}`"
            raise OperandError("bad-operand", what, operand.span, help="registers are all x or all w")


def _unknown(statement: Statement, operands: list[Operand]) -> list[Piece]:
    if statement.opens:
        what = f"`{statement.line.mnemonic}` can't hold a hole: what its operands can represent is not known"
        help = "write the word with raw, or use an instruction that docs/language.md lists"
        raise OperandError("unknown-operand", what, statement.line.span, help=help)
    return listed([[plain(statement, operand)] for operand in operands])


def _check_form(line: Line, read: Numbers) -> None:
    """Unpredictable forms (ARM DDI 0487, C6.2, LDR and LDP): what known operands rule out."""
    if MEMORY not in read:
        return
    at = read.index(MEMORY)
    names, base = [read[i] for i in range(1, at, 2)], (read[at + 1], read[at + 2])
    back = INDEXED in read or (END in read and read.index(END) < len(read) - 1)
    loads = line.mnemonic.startswith("ld")
    if back and base[0] != SP and base[1] is not None and base[1] in names:
        what = f"`{line.mnemonic}` that writes its base back is unpredictable where the base is moved"
        raise OperandError("invalid-form", what, line.span)
    if loads and len(names) == 2 and names[0] is not None and names[0] == names[1]:
        what = f"`{line.mnemonic}` of one register twice is unpredictable"
        raise OperandError("invalid-form", what, line.span)


# ---- what Keystone does not know or gets wrong ---------------------------------------------------------

_OWN = re.compile(r"(adrp?) x(zr|[0-9]+), (-?0x[0-9a-f]+)|udf #(0x[0-9a-f]+)")


def own_word(text: str, address: int) -> int | None:
    """adr, adrp and udf (ARM DDI 0487, C6.2).

    Keystone 0.9.2 counts adr from the page's number and refuses an adrp to below 0; it has no udf."""
    match = _OWN.fullmatch(text)
    if match is None:
        return None
    name, register, target, number = match.groups()
    if number is not None:
        return int(number, 16)
    distance = int(target, 16) - address
    if name == "adrp":
        distance = (int(target, 16) // PAGE) - address // PAGE
    bits = distance & 0x1FFFFF
    page = 1 << 31 if name == "adrp" else 0
    return (
        page | (bits & 3) << 29 | 0x10000000 | (bits >> 2) << 5 | (31 if register == "zr" else int(register))
    )


# (mask, value) of what may be replaced: B, BL, BRK, SVC, HVC, SMC, ISB, NOP.
_REPLACEABLE = (
    (0x7C000000, 0x14000000), (0xFFE0001F, 0xD4200000), (0xFFE0001F, 0xD4000001), (0xFFE0001F, 0xD4000002),
    (0xFFE0001F, 0xD4000003), (0xFFFFF0FF, 0xD50330DF), (0xFFFFFFFF, _NOP),
)  # fmt: skip


def replaceable(word: int) -> bool:
    """Whether a word may be replaced while another PE may execute it (ARM DDI 0487, B2.2.5).

    Both the old and the new one must be B, BL, BRK, HVC, ISB, NOP, SMC or SVC."""
    return any(word & mask == value for mask, value in _REPLACEABLE)


def rejected(mnemonic: str, problem: str) -> str:
    """Help where the assembler takes none."""
    known = {
        "sb": "0xd50330ff", "retaa": "0xd65f0bff", "retab": "0xd65f0fff", "ssbb": "0xd503309f", "pssbb": "0xd503349f",
    }  # fmt: skip
    if mnemonic in known:
        return f'Keystone does not know it: write raw {known[mnemonic]} "{mnemonic}"'
    return ""


# ---- a second opinion ----------------------------------------------------------------------------------

_SLICE = re.compile(r"#?\s*(\w+|\([^()]*\))@(abs_g[0-3]|lo12|pg_hi21)\b")


def gnu_text(text: str, known: Mapping[str, int]) -> str:
    """A line for GNU as: slices of a number are numbers, those of an address its own operators."""
    text = _SLICE.sub(lambda match: _gnu_slice(match.group(1), match.group(2), known), text)
    return re.sub(r"\b([xw])([A-Za-z_]\w*)\b", lambda match: _gnu_register(match, known), text)


def _gnu_slice(value: str, operator: str, known: Mapping[str, int]) -> str:
    if operator == "pg_hi21":
        return value
    slice_of = OPERATORS[operator]
    if operator == "lo12" and not set(re.findall(r"[A-Za-z_]\w*", value)) & set(known):
        return f":lo12:{value}"
    return f"#(({value} >> {slice_of.shift}) & {(1 << slice_of.width) - 1:#x})"


def _gnu_register(match: re.Match[str], known: Mapping[str, int]) -> str:
    width, name = match.groups()
    return f"{width}{known[name]}" if name in known else match.group()


_REGISTERS = [
    *(f"{w}{n}" for w in "xw" for n in range(31)),
    "xzr",
    "wzr",
    "sp",
    "wsp",
    *NAMED,
    "pc",
    "nzcv",
    "daif",
]

ISAS = {
    "arm64": Isa(
        name="arm64",
        unit=4,
        nop_word=_NOP,
        pointer_bits=64,
        keystone=(2, 0),  # KS_ARCH_ARM64, KS_MODE_LITTLE_ENDIAN: it has no other
        order="little",
        capstone=(1, 1 << 31),  # CS_ARCH_ARM64, CS_MODE_BIG_ENDIAN
        operators=OPERATORS,
        registers=frozenset([*_REGISTERS, "memory", "all"]),
        mnemonics=frozenset(formats()),
        operands=CANONICAL,
        lower=lower,
        word_kinds=arm_lines.words_alone,
        sign_extends=arm_lines.never_extends,
        agrees=agrees,
        own_word=own_word,
        rejected=rejected,
        nop="nop",
        replaceable=replaceable,
        memory="TRAMP_A64",
        literal_load="ldr w0, ${&literal}",
        gnu_as=("-march=armv8.5-a+memtag",),
        gnu_as_order="little",
        gnu_as_text=gnu_text,
    )
}
