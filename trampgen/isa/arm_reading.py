"""Names and operands of ARM and Thumb as numbers: what a spec wrote and what capstone reads become the same list."""

from __future__ import annotations

import re

REGISTERS = {f"r{n}": n for n in range(16)}
REGISTERS |= {"sb": 9, "sl": 10, "fp": 11, "ip": 12, "sp": 13, "lr": 14, "pc": 15}
SPELLED = (*(f"r{n}" for n in range(13)), "sp", "lr", "pc")  # by number, as the assembler is given them

# In the order of their encoding (ARM ARM, A8.3); cs and cc are other names of hs and lo.
CONDITIONS = "eq ne hs lo mi pl vs vc hi ls ge lt gt le al".split()
_SAME_CONDITION = {"cs": "hs", "cc": "lo", "al": ""}
# Other names of load and store multiple (ARM ARM, A8.8.58 and A8.8.199): ia is left out, stacks go by direction.
SAME_NAME = {
    "ldmia": "ldm", "ldmfd": "ldm", "ldmea": "ldmdb", "ldmfa": "ldmda", "ldmed": "ldmib",
    "stmia": "stm", "stmea": "stm", "stmfd": "stmdb", "stmfa": "stmib", "stmed": "stmda",
}  # fmt: skip
# Every instruction of which a condition or `.w` is known to be a suffix, and no part of the name.
NAMES = frozenset(
    """nop b bl bx blx mov movs mvn mvns cmp cmn tst teq add adds sub subs rsb rsbs adc adcs sbc sbcs rsc rscs
    and ands orr orrs eor eors bic bics orn orns addw subw movw movt ldr ldrb str strb ldrh strh ldrsb ldrsh
    ldm ldmia ldmib ldmda ldmdb ldmfd ldmea ldmfa ldmed stm stmia stmib stmda stmdb stmfd stmea stmfa stmed
    push pop mrs msr svc lsl lsls lsr lsrs asr asrs ror rors rrx rrxs""".split()
)

# Marks between the numbers, so that a register is no immediate and [r1, #4]! no [r1], #4.
REGISTER, MEMORY, END, INDEXED, SUBTRACTED, LIST, WRITTEN_BACK = (-(1 << 40) - i for i in range(7))
OPEN = "\x01"  # stands for an open value in operand text: it gives None
_TOKEN = re.compile(
    r"\{(?P<list>[^}]*)\}|(?P<mark>\]!|[\[\]!])|(?P<sign>-)(?=r|s|l|p|f|i)"
    r"|\b(?P<register>r1[0-5]|r[0-9]|sp|lr|pc|ip|fp|sl|sb)\b|(?P<hole>r\x01)"
    r"|(?P<number>-?0x[0-9a-f]+|-?[0-9]+|\x01)|(?P<word>[a-z_][a-z0-9_]*)"
)
_MARKS = {"[": MEMORY, "]": END, "]!": INDEXED, "!": WRITTEN_BACK}
_APPLICATION = {"apsr": "cpsr", "apsr_nzcvq": "cpsr_f", "apsr_g": "cpsr_s", "apsr_nzcvqg": "cpsr_fs"}


def parted(mnemonic: str) -> tuple[str, str]:
    """A name and its condition, `hs` and `lo` for `cs` and `cc`, nothing for `al`; without `.w`."""
    name = mnemonic.removesuffix(".w")
    if name not in NAMES and name[:-2] in NAMES:
        condition = _SAME_CONDITION.get(name[-2:], name[-2:])
        if not condition or condition in CONDITIONS:
            return name[:-2], condition
    return name, ""


def reading(mnemonic: str, operands: str) -> tuple[str, list[int | None]]:
    """One name for each instruction, whatever it is called, and its operands as numbers and marks."""
    name, condition = parted(mnemonic)
    name = SAME_NAME.get(name, name)
    found = numbers(operands)
    if name in ("push", "pop"):
        name, found = _stack(name, found)
    elif name in ("mov", "movs") and found[4:] and isinstance(found[4], int):
        # mov r0, r1, lsl #2 is lsl r0, r1, #2
        shift = next((s for s in ("lsl", "lsr", "asr", "ror", "rrx") if _word(s) == found[4]), None)
        if shift is not None:
            name, found = shift + name.removeprefix("mov"), found[:4] + found[5:]
    return name + condition, found


def _stack(name: str, found: list[int | None]) -> tuple[str, list[int | None]]:
    """push and pop are store and load multiple, or of one register a store and a load (ARM ARM, A8.8.131, 133)."""
    mask = found[1] or 0
    if mask.bit_count() != 1:
        return {"push": "stmdb", "pop": "ldm"}[name], [REGISTER, 13, WRITTEN_BACK, *found]
    register: list[int | None] = [REGISTER, mask.bit_length() - 1, MEMORY, REGISTER, 13]
    if name == "push":
        return "str", [*register, -4 & 0xFFFFFFFF, INDEXED]
    return "ldr", [*register, END, 4]


def numbers(operands: str) -> list[int | None]:
    """The operands in order. A list is a mask, an offset of zero is always there, another word its letters."""
    found: list[int | None] = []
    opened = 0
    for match in _TOKEN.finditer(operands):
        kind, text = match.lastgroup, match.group()
        if kind == "mark":
            if text == "[":
                opened = len(found)
            elif text != "!" and len(found) == opened + 3 and not operands[match.end() :].startswith(","):
                found.append(0)
            found.append(_MARKS[text])
        elif kind == "list":
            found += [LIST, mask_of(match.group("list"))]
        elif kind == "register":
            found += [REGISTER, REGISTERS[text]]
        elif kind == "hole":
            found += [REGISTER, None]
        elif kind == "sign":
            found.append(SUBTRACTED)
        elif kind == "number":
            found.append(None if text == OPEN else _number(text))
        else:
            found.append(_word(text))
    return found


def mask_of(names: str) -> int:
    """The bits of a register list without ranges."""
    return sum(1 << REGISTERS[name] for name in {name.strip() for name in names.split(",")})


def _number(text: str) -> int:
    """As 32 bits; `#-0` subtracts nothing, which is another word than adding it."""
    value = int(text, 0)
    return SUBTRACTED if value == 0 and text.startswith("-") else value & 0xFFFFFFFF


def _word(text: str) -> int:
    text = _APPLICATION.get(text, text)
    register, _, fields = text.partition("_")
    return int.from_bytes("_".join([register, *sorted(fields)]).encode(), "big")


def agrees(mnemonic: str, written: list[int], found: tuple[str, str], address: int) -> bool:
    """Whether the text is the instruction that was written."""
    name, read = reading(*found)
    return name == mnemonic and read == [n & 0xFFFFFFFF if -(1 << 32) <= n < 0 else n for n in written]
