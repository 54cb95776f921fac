"""Thumb-2 (T32), wide instructions only: each is one word in value form, its first halfword the upper half.

From the ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition (ARM DDI 0406C), chapters A6 and A8."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from trampgen.isa import arm_formats, arm_lines
from trampgen.isa.arm_formats import IMM16, IMM16_HIGH, ror
from trampgen.isa.arm_operands import CANONICAL, Dialect, Immediates
from trampgen.isa.arm_reading import CONDITIONS, LIST, agrees, parted
from trampgen.isa.base import Isa, Line, Lowered, OperandError, OperandKind

IMM8 = OperandKind("immediate", 8, signed=False)
IMM12 = OperandKind("12-bit immediate", 12, signed=False)
OFFSET12 = OperandKind("offset", 12, signed=False, literal_low=-0xFF)
LITERAL = OperandKind(
    "literal", 12, signed=False, literal_low=-0xFFF, pc_relative=True, pc_base=4, as_offset=True, loads=True
)
# Keystone counts the reach of `b.w` from the instruction and not from its PC base, and refuses the last four bytes.
TARGET = OperandKind(
    "target", 25, signed=True, align=2, pc_relative=True, pc_base=4, inverts=True, asked_high=0xFFFFFA
)
TARGET_LINK = OperandKind("target", 25, signed=True, align=2, pc_relative=True, pc_base=4, inverts=True)
TARGET_ARM = OperandKind("ARM target", 25, signed=True, align=4, pc_relative=True, pc_base=4, inverts=True)
# Keystone checks the target of a conditional branch, and then takes its low bits for those of the distance.
TARGET_NEAR = OperandKind("target", 21, signed=True, align=2, pc_relative=True, pc_base=4, misread=True)

_FORMATS = """
: nop.w
ro rm: mov.w movs.w mvn.w mvns.w cmp.w cmn.w tst.w teq
rro rrm rr rm: add.w adds.w sub.w subs.w rsb.w rsbs.w adc.w adcs.w sbc.w sbcs.w
rro rrm rr rm: and.w ands.w orr.w orrs.w eor.w eors.w bic.w orn orns
rrq: addw subw
rw: movw
rW: movt
rd rc: ldr.w
rd: ldrb.w str.w strb.w ldrh.w strh.w ldrsb.w ldrsh.w
bg: ldm.w ldmia.w stm.w stmia.w ldmdb stmdb
g: push.w pop.w
L: b.w
K: bl
X: blx
rp: mrs
Pr: msr
"""

KINDS = {
    "m": IMM8, "w": IMM16, "W": IMM16_HIGH, "q": IMM12, "d": OFFSET12, "c": LITERAL,
    "L": TARGET, "K": TARGET_LINK, "X": TARGET_ARM, "B": TARGET_NEAR,
}  # fmt: skip


@functools.cache
def formats() -> dict[str, tuple[str, ...]]:
    """mnemonic, with `.w` where there is a narrow instruction too → the operand lists it takes."""
    found = arm_formats.table(_FORMATS)
    return found | {f"b{condition}.w": ("B",) for condition in CONDITIONS if condition != "al"}


@functools.cache
def expanded() -> tuple[int, ...]:
    """All modified immediates in order (ARM ARM, A6.3.2)."""
    found: set[int] = set()
    for bits in range(1 << 8):
        found |= {bits, bits << 16 | bits, bits << 24 | bits << 8, bits * 0x01010101}
        found |= {ror(0x80 | bits & 0x7F, by) for by in range(8, 32)}
    return tuple(sorted(found))


DIALECT = Dialect(
    kinds=KINDS,
    indexed={"d": 0xFF},
    immediates=Immediates(
        expanded, "these are 8 bits shifted left, or repeated as 0x00XY00XY, 0xXY00XY00, 0xXYXYXYXY"
    ),
)


def lower(line: Line) -> Lowered:
    """A statement in Keystone's spelling."""
    mnemonic = line.mnemonic
    same = mnemonic.replace("cs.w", "hs.w").replace("cc.w", "lo.w") if mnemonic.startswith("b") else mnemonic
    if same not in formats():
        same = same.removesuffix(".w") if same.removesuffix(".w") in formats() else same
    known = formats().get(same)
    if known is None and f"{same}.w" in formats():
        help = f"write `{mnemonic}.w`" + (" (${&label} or a param)" if mnemonic == "b" else "")
        raise OperandError("narrow-instruction", f"`{mnemonic}` may be 16 bits wide", line.span, help=help)
    name, condition = parted(same)
    if condition and name != "b":
        raise OperandError("not-this-target", f"`{mnemonic}` needs an IT block, which is narrow", line.span)
    found = arm_lines.lower(line, name, functools.partial(_spelled, same), known, DIALECT)
    _check_list(line, found)
    return found


def _spelled(mnemonic: str, operands: str) -> str:
    """Keystone's name: `.w` is unknown to it where the operands have no narrow encoding."""
    bare = mnemonic.removesuffix(".w")
    if "[" in operands:
        moved = "]!" in operands or "], #" in operands or ("#-" in operands and "[pc" not in operands)
        return bare if moved else mnemonic
    immediate = ", #" in operands
    wide_only = bare in ("adc", "adcs", "sbc", "sbcs") if immediate else bare in ("rsb", "rsbs")
    return bare if wide_only else mnemonic


def _check_list(line: Line, lowered: Lowered) -> None:
    """Unpredictable register lists (ARM ARM, A8.8.58, 131, 133, 199, encodings T2)."""
    if LIST not in lowered.numbers:
        return
    mask, loads = lowered.numbers[-1] or 0, lowered.mnemonic.startswith("ldm")
    wrong = (
        "sp" if mask >> 13 & 1
        else "pc" if mask >> 15 and not loads
        else "both lr and pc" if mask >> 14 == 3
        else "one register" if mask.bit_count() == 1
        else ""
    )  # fmt: skip
    if wrong:
        what = f"a list of {wrong} is unpredictable for `{line.mnemonic}`"
        if wrong != "one register":
            what = f"{wrong} in the list is unpredictable for `{line.mnemonic}`"
        raise OperandError("invalid-form", what, line.span)


def rejected(mnemonic: str, problem: str) -> str:
    """Help where the assembler makes a narrow instruction."""
    if "2 bytes" not in problem:
        return ""
    return f'only wide instructions stand alone: is there `{mnemonic}.w`? Or write two: raw 0x4770bf00 "bx lr; nop"'


# (mask, value) of halfwords: B, BKPT, SVC, NOP; of words: BL, BLX to an address, B.W with and without a condition.
_NARROW = ((0xF800, 0xE000), (0xFF00, 0xBE00), (0xFF00, 0xDF00), (0xFFFF, 0xBF00))
_WIDE = ((0xF800D000, 0xF000D000), (0xF800D001, 0xF000C000), (0xF800D000, 0xF0009000))


def replaceable(word: int) -> bool:
    """Whether a word may be replaced while another CPU may execute it (ARM ARM, A3.5.4).

    Of narrow instructions B, NOP, BKPT and SVC may. Of wide ones BL, BLX to an address and B.W may, by another of the
    same kind that differs in one halfword only; a conditional B.W keeps its condition."""
    if word >> 27 < 0b11101:  # two narrow ones
        return all(any(half & mask == value for mask, value in _NARROW) or _conditional(half)
                   for half in (word >> 16, word & 0xFFFF))  # fmt: skip
    conditional = word & 0xF800D000 == 0xF0008000 and word >> 23 & 7 != 7
    return conditional or any(word & mask == value for mask, value in _WIDE)


def size_alone(word: int) -> int:
    """The bytes of the instruction that a number is in value form: a narrow one is its halfword (ARM ARM, A6.1)."""
    if word >> 16:
        return 4 if word >> 27 >= 0b11101 else 0
    return 2 if word >> 11 < 0b11101 else 0


def gnu_text(text: str, numbers: Mapping[str, int]) -> str:
    """A line for GNU as; a word by its number is two halfwords, as instructions are."""
    match = re.fullmatch(r"\.long 0x([0-9a-f]{4})([0-9a-f]{4})", text)
    return f".short 0x{match[1]}, 0x{match[2]}" if match else arm_lines.gnu_text(text, numbers)


def _conditional(half: int) -> bool:
    """B with a condition; 0b1110 and 0b1111 are UDF and SVC (ARM ARM, A6.2.6)."""
    return half >> 12 == 0xD and half >> 8 & 0xF < 0xE


ISAS = {
    "thumb": Isa(
        name="thumb",
        unit=4,
        nop_word=0xF3AF8000,
        pointer_bits=32,
        keystone=(1, 16 | 1 << 30),  # KS_ARCH_ARM, KS_MODE_THUMB | KS_MODE_BIG_ENDIAN
        capstone=(0, 1 << 4 | 1 << 31),  # CS_ARCH_ARM, CS_MODE_THUMB | CS_MODE_BIG_ENDIAN
        operators=arm_formats.OPERATORS,
        registers=arm_lines.CONTRACT_REGISTERS,
        mnemonics=frozenset(formats()) | {mnemonic.removesuffix(".w") for mnemonic in formats()},
        operands=CANONICAL,
        lower=lower,
        word_kinds=arm_lines.words_alone,
        sign_extends=arm_lines.never_extends,
        agrees=agrees,
        nop="nop.w",
        memory="TRAMP_THUMB",
        literal_load="ldr.w r0, ${&literal}",
        replaceable=replaceable,
        size_alone=size_alone,
        rejected=rejected,
        gnu_as=("-march=armv7-a", "-mthumb"),
        gnu_as_order="little",
        gnu_as_head=(".syntax unified", ".thumb"),
        gnu_as_text=gnu_text,
    )
}
