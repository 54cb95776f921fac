"""Instructions of x86 that are encoded here: Keystone relaxes branches by itself, and does not know all others.

From the Intel Software Developer's Manual, volume 2: chapters 3 to 5 and, for the multi-byte nops, table 4-12."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.isa.base import Encoded, OperandKind
from trampgen.isa.operands import number
from trampgen.isa.x86_reading import REGISTERS, SAME_CONDITION, same_name

NOPS = {
    "nop": "90", "nop1": "90", "nop2": "6690", "nop3": "0f1f00", "nop4": "0f1f4000", "nop5": "0f1f440000",
    "nop6": "660f1f440000", "nop7": "0f1f8000000000", "nop8": "0f1f840000000000", "nop9": "660f1f840000000000",
}  # fmt: skip
# Those of processors before the P6, which 32-bit code may run on: a mov or lea of esi to itself, with ds in front.
_OLD_NOPS = (
    "89f6", "8d7600", "8d742600", "3e8d742600", "8db600000000", "8db42600000000", "3e8db42600000000",
)  # fmt: skip
_FIXED = {
    64: {"endbr64": "f30f1efa", "sysretq": "480f07", "movsd": "a5"},
    32: {"endbr32": "f30f1efb", "movsd": "a5"},
}
_LOWEST = 1 << 63  # as a number of 64 bits, the same with a sign and without
# Keystone gives these a prefix that makes them 16 bits wide.
_SEGMENTS = {
    "push es": "06", "push cs": "0e", "push ss": "16", "push ds": "1e", "pop es": "07", "pop ss": "17", "pop ds": "1f",
}  # fmt: skip
_CONDITIONS = "o no b ae e ne be a s ns p np l ge le g".split()  # in the order of their encoding
_NEAR = {"jmp": b"\xe9", "call": b"\xe8"} | {
    "j" + name: bytes((0x0F, 0x80 + n)) for n, name in enumerate(_CONDITIONS)
}
_SHORT = {"jmp": b"\xeb"} | {"j" + name: bytes((0x70 + n,)) for n, name in enumerate(_CONDITIONS)}
_SHORT |= {"loopne": b"\xe0", "loope": b"\xe1", "loop": b"\xe2"}
_COUNT_IS_ZERO = {64: {"jrcxz": b"\xe3"}, 32: {"jecxz": b"\xe3"}}
_OTHER_NAMES = frozenset("j" + name for name in SAME_CONDITION) | {"loopz", "loopnz"}
BRANCHES = frozenset((*_NEAR, *_SHORT, *_OTHER_NAMES, "jrcxz", "jecxz", "jcxz"))


def fixed(bits: int, mnemonic: str, operands: Sequence[str]) -> Encoded | None:
    """An instruction without open values that no assembler is asked for."""
    text = f"{mnemonic} {', '.join(operands)}".strip()
    code = NOPS.get(text) or _FIXED[bits].get(text) or (_SEGMENTS.get(text) if bits == 32 else None)
    if code is None and mnemonic == "ud1" and len(operands) == 2:
        return _ud1(*operands)
    if code is None and mnemonic in ("mov", "movabs") and bits == 64 and len(operands) == 2:
        return _lowest(*operands)
    return None if code is None else Encoded(bytes.fromhex(code))


def _ud1(first: str, second: str) -> Encoded | None:
    """An undefined instruction with a ModRM byte, between two registers of the first eight."""
    reg, rm = REGISTERS.get(first), REGISTERS.get(second)
    if reg is None or rm is None or any(r.size != 4 or r.number > 7 for r in (reg, rm)):
        return None
    return Encoded(bytes((0x0F, 0xB9, 0xC0 | reg.number << 3 | rm.number)), unread=True)


def _lowest(register: str, value: str) -> Encoded | None:
    """A move of the one number that Keystone is not given, since it takes some of that size for others."""
    to, found = REGISTERS.get(register), number(value)
    if to is None or to.size != 8 or found not in (_LOWEST, -_LOWEST):
        return None
    code = bytes((0x48 | to.number >> 3, 0xB8 | to.number & 7)) + _LOWEST.to_bytes(8, "little")
    return Encoded(code)


def branch(bits: int, mnemonic: str, distance: str, size: int) -> tuple[Encoded, OperandKind] | None:
    """A branch relative to its end, short or near; None for one that does not exist.

    `distance` is short, near, or empty: then a branch that is known to need more than two bytes is near."""
    name = same_name(mnemonic)
    short = (_SHORT | _COUNT_IS_ZERO[bits]).get(name)
    near = _NEAR.get(name)
    is_short = distance == "short" or (not distance and short is not None and (size <= 2 or near is None))
    opcode = short if is_short else near
    if opcode is None:
        return None
    width = 1 if is_short else 4
    length = len(opcode) + width
    kind = OperandKind(
        f"rel{8 * width}", 8 * width, signed=True, pc_relative=True, pc_base=length, spelling="{:#x}"
    )
    return Encoded(opcode + bytes(width), len(opcode), width), kind


def has_near(mnemonic: str) -> bool:
    """Whether a branch has a form that reaches further than 127 bytes."""
    return same_name(mnemonic) in _NEAR


def is_nops(bits: int, code: bytes) -> bool:
    """Whether code is nothing but the nops above, one after the other."""
    texts = (*NOPS.values(), *(_OLD_NOPS if bits == 32 else ()))
    known = sorted({bytes.fromhex(text) for text in texts}, key=len, reverse=True)
    while code:
        one = next((nop for nop in known if code.startswith(nop)), None)
        if one is None:
            return False
        code = code[len(one) :]
    return True
