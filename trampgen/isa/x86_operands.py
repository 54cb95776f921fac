"""What immediates and displacements of x86 can hold, and in which of their forms.

Where a value is open an instruction has its long form: 32 bits of displacement or of a sign-extended immediate.
`byte` before the value asks for the short one (SDM volume 2, sections 2.1 and 2.2.1.3)."""

from __future__ import annotations

from trampgen.isa.base import OperandKind
from trampgen.isa.x86_reading import LOW, SHIFTS, Memory, codes

ARITHMETIC = frozenset("add or adc sbb and sub xor cmp imul".split())  # with an imm8 that is sign-extended
_BIT_TESTS = frozenset("bt btc btr bts".split())
_BYTE = (-0x80, 0x7F)
_FAR = 1 << 30  # of 32 bits, no sign-extended byte


def immediate(name: str, place: int, size: int, bits: int, is_short: bool) -> OperandKind | None:
    """What the immediate of an instruction on operands of `size` bytes holds; None where there is no such form."""
    if name == "push":
        high = None if bits == 64 else (1 << 32) - 1
        wide = OperandKind("imm32", 32, signed=True, literal_high=high, base=_FAR, short=_BYTE)
        return _short("imm8") if is_short else wide
    if is_short:
        return _short("imm8") if name in ARITHMETIC and size > 1 else None
    if name in ("ret", "retn", "retf") or (name == "enter" and place == 0):
        return OperandKind("imm16", 16, signed=False)
    if name in ("mov", "movabs", "test") or name in ARITHMETIC:
        return _wide(name, size)
    if name in _BIT_TESTS:  # the assembler takes no more; the processor looks at 5 or 6 bits
        return OperandKind("bit number", 7, signed=False)
    if name in SHIFTS:  # a shift by one has an opcode of its own
        return OperandKind("imm8", 8, signed=False, base=4, short=(1, 1))
    return OperandKind("imm8", 8, signed=False)


def _wide(name: str, size: int) -> OperandKind:
    """An immediate as wide as the operands, up to 32 bits; beyond, it is sign-extended."""
    width = 8 * size
    if name == "movabs":
        # The lowest value of all is a number that must not be asked for.
        low = -(1 << 63)
        return OperandKind(
            "imm64",
            64,
            signed=True,
            literal_high=(1 << 64) - 1,
            base=1,
            asked_low=low + 1,
            asked_high=(1 << 63) - 1,
        )
    if size == 1 or (size < 8 and name in ("mov", "test")):
        return OperandKind(f"imm{width}", width, signed=False, literal_low=-(1 << (width - 1)))
    literal_high = None if size == 8 else (1 << width) - 1
    bits = min(width, 32)
    has_short = name in ARITHMETIC
    return OperandKind(
        f"imm{bits}",
        bits,
        signed=True,
        literal_high=literal_high,
        base=1 << (bits - 2) if has_short else 0,
        short=_BYTE if has_short else None,
    )


def _short(name: str) -> OperandKind:
    return OperandKind(name, 8, signed=True)


def displacement(memory: Memory, bits: int, is_short: bool) -> OperandKind | None:
    """What a displacement holds; None where there is no such form."""
    if is_short:
        # Zero would need no displacement at all.
        return OperandKind("disp8", 8, signed=True, base=1 << 6, short=(0, 0)) if memory.base else None
    if not memory.base:  # there is one form, and in 32 bits an address
        return OperandKind("disp32", 32, signed=bits == 64)
    return OperandKind("disp32", 32, signed=True, base=_FAR, short=_BYTE)


RIP_RELATIVE = OperandKind("rip-relative", 32, signed=True, pc_relative=True, from_end=True, as_offset=True)


def register(bits: int, size: int) -> OperandKind | None:
    """One of the first eight registers: the number stands in the opcode or in ModRM.

    None of a size at which not all of them have names of one kind."""
    if size not in ((8, 4, 2) if bits == 64 else (4, 2)):
        return None
    names = tuple({8: "r", 4: "e", 2: ""}[size] + low for low in LOW)
    return OperandKind("register", 3, signed=False, names=names, codes=codes(names))
