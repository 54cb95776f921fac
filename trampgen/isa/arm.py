"""ARM (A32) for three versions of the architecture: what each of them has, and what may be replaced while it runs."""

from __future__ import annotations

import functools

from trampgen.isa import arm_formats, arm_lines
from trampgen.isa.arm_operands import CANONICAL, Dialect, Immediates
from trampgen.isa.arm_reading import CONDITIONS, SAME_NAME, agrees, parted, reading
from trampgen.isa.base import Isa, Line, Lowered, OperandError

_HINTS_SINCE = 7  # ARMv6K, in truth: what it has beyond ARMv5 is counted as ARMv7
DIALECT = Dialect(
    kinds=arm_formats.KINDS,
    indexed={"d": 0xFFF, "h": 0xFF},
    immediates=Immediates(arm_formats.rotated, "these are 8 bits rotated right by an even number"),
)


def lower(version: int, line: Line) -> Lowered:
    """A statement in Keystone's spelling."""
    name, condition = parted(line.mnemonic)
    if line.mnemonic.endswith(".w"):
        help = f"write `{line.mnemonic.removesuffix('.w')}`"
        raise OperandError("not-this-target", "`.w` chooses an encoding of Thumb", line.span, help=help)
    _check_version(version, line, name)
    known = arm_formats.formats().get(name)
    spelled = SAME_NAME.get(name, name) + condition  # Keystone does not know all of them
    lowered = arm_lines.lower(line, name, lambda text: spelled, known, DIALECT)
    if name == "nop" and version < _HINTS_SINCE:
        mnemonic, numbers = reading("mov" + condition, "r0, r0")
        return Lowered(mnemonic, (f"mov{condition} r0, r0",), tuple(numbers), lowered.shown)
    if name == "blx" and condition and len(lowered.pieces) > 1 and lowered.numbers == (None,):
        raise OperandError("invalid-form", "`blx` to an address has no condition", line.span)
    return lowered


def _check_version(version: int, line: Line, name: str) -> None:
    needed = arm_formats.since().get(name, 0)
    if needed <= version:
        return
    target = {5: "armv5", 7: "arm"}[needed]
    help = {"blx": "write `mov lr, pc` and `mov pc, …`", "bx": "write `mov pc, …`"}.get(name, "")
    if name in ("movw", "movt"):
        help = "load a literal: ldr r0, ${&value}"
    what = f"`{line.mnemonic}` is an instruction of {target}, not of armv{version}"
    raise OperandError("not-this-target", what, line.span, help=help)


# (mask, value) of what may be replaced: B, BL, NOP, BKPT, SVC, HVC, SMC (ARM ARM, A3.5.4).
_REPLACEABLE = (
    (0x0E000000, 0x0A000000), (0x0FFFFFFF, 0x0320F000), (0xFFF000F0, 0xE1200070), (0x0F000000, 0x0F000000),
    (0xFFF000F0, 0xE1400070), (0x0FFFFFF0, 0x01600070),
)  # fmt: skip


def replaceable(word: int) -> bool:
    """Whether a word may be replaced while another CPU may execute it (ARM ARM, A3.5.4).

    Both the old and the new one must be B, BL, NOP, BKPT, SVC, HVC or SMC. BLX to an address has the encoding of
    a branch whose condition is 0b1111, and is none of them; neither is an undefined instruction."""
    always = word >> 28 == 0xF
    return not always and any(word & mask == value for mask, value in _REPLACEABLE)


_NOP, _MOV_R0_R0 = 0xE320F000, 0xE1A00000  # a hint since ARMv6K (ARM ARM, A8.8.119)


def _names() -> frozenset[str]:
    """Every mnemonic whose operands are known, with and without a condition, whichever version it came with."""
    return frozenset(
        n + condition for n in arm_formats.formats() for condition in ("", "cs", "cc", *CONDITIONS)
    )


def _isa(name: str, version: int, march: str) -> Isa:
    return Isa(
        name=name,
        unit=4,
        nop_word=_NOP if version >= 7 else _MOV_R0_R0,
        pointer_bits=32,
        keystone=(1, 1 | 1 << 30),  # KS_ARCH_ARM, KS_MODE_ARM | KS_MODE_BIG_ENDIAN
        capstone=(0, 1 << 31),  # CS_ARCH_ARM, CS_MODE_ARM | CS_MODE_BIG_ENDIAN
        operators=arm_formats.OPERATORS,
        registers=arm_lines.CONTRACT_REGISTERS,
        mnemonics=_names(),
        operands=CANONICAL,
        lower=functools.partial(lower, version),
        word_kinds=arm_lines.words_alone,
        sign_extends=arm_lines.never_extends,
        agrees=agrees,
        nop="nop",
        replaceable=replaceable,
        memory="TRAMP_ARM",
        literal_load="ldr r0, ${&literal}",
        condition=(0xF0000000, 0xF0000000),
        gnu_as=(f"-march={march}",),
        gnu_as_order="little",
        gnu_as_head=(".syntax unified", ".arm"),
        gnu_as_text=arm_lines.gnu_text,
    )


ISAS = {
    "arm": _isa("arm", 7, "armv7-a"),
    "armv5": _isa("armv5", 5, "armv5te"),
    "armv4": _isa("armv4", 4, "armv4"),
}
