"""What the decoder of x86 formats refuses knowingly, though capstone, Linux or AMD's processors take it."""

from __future__ import annotations

from tests import x86
from trampgen.isa.x86_decode import Why, decode

PREFIXES = frozenset({0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x66, 0x67, 0xF0, 0xF2, 0xF3})
X87 = {0xD9: range(0xD1, 0xE0), 0xDC: range(0xD0, 0xE0), 0xDD: range(0xC8, 0xD0), 0xDE: range(0xD0, 0xD8)}


def length(code: bytes, wide: bool) -> int | Why:
    """The model's answer: a length, or why there is none."""
    insn = x86.tried(decode, code, wide)
    return insn if isinstance(insn, Why) else insn.length


def stripped(code: bytes, wide: bool) -> tuple[set[int], bytes]:
    """The prefixes of an instruction, and what is behind them, a REX too."""
    at = 0
    while at < len(code) and (code[at] in PREFIXES or (wide and code[at] & 0xF0 == 0x40)):
        at += 1
    return set(code[:at]) & PREFIXES, code[at:] + b"\0\0\0"


def refused_knowingly(code: bytes, wide: bool, why: Why) -> str | None:
    """Why it is right that an instruction is refused that capstone reads; None if it is not."""
    prefixes, rest = stripped(code, wide)
    first, second = rest[:2]
    reg, register = second >> 3 & 7, second >= 0xC0
    if why is Why.VENDOR:
        return "66 before a near branch"
    if 0xF0 in prefixes:
        return "LOCK of what can't have it"
    if first == 0x0F:
        return _of_two_bytes(prefixes, rest, wide)
    known = {
        "a prefix before VEX or EVEX": first in (0xC4, 0xC5, 0x62) and (wide or register),
        "/6 of a shift": first in (0xC0, 0xC1, 0xD0, 0xD1, 0xD2, 0xD3) and reg == 6,
        "/1 of test": first in (0xF6, 0xF7) and reg == 1,
        "mov to cs": first == 0x8E and reg == 1,
        "no such segment register": first in (0x8C, 0x8E) and reg > 5,
        "XOP": first == 0x8F and bool(second & 0x1F) and reg != 0,
        "salc": first == 0xD6,
        "FMA4 and XOP's vpermil2": first == 0xC4 and second & 31 == 3 and rest[3] in FMA4,
        "another name of an x87 instruction": register and second in X87.get(first, range(0)),
        "ffreep": first == 0xDF and register and second < 0xE0,
    }
    return next((name for name, true in known.items() if true), None)


HEADS = (b"", b"\x66", b"\xf3", b"\xf2")
FMA4 = frozenset({0x48, 0x49, *range(0x5C, 0x60), *range(0x68, 0x70), *range(0x78, 0x80)})


def _of_two_bytes(prefixes: set[int], rest: bytes, wide: bool) -> str | None:
    mandatory, opcode, modrm = prefixes & {0x66, 0xF2, 0xF3}, rest[1], rest[2]
    known = {
        "3DNow!": opcode in (0x0E, 0x0F),
        "PadLock": opcode in (0xA6, 0xA7),
        "SSE4a": opcode in (0x2B, 0x78, 0x79) and bool(mandatory),
        "a leaf function of SGX, a return of FRED or a user interrupt": opcode == 0x01
        and modrm in (0xD7, 0xCA, 0xEC, 0xED),
        "swapgs in 32-bit mode": opcode == 0x01 and modrm == 0xF8 and not wide,
        "a prefix that makes it none": bool(mandatory) and any(_is_one(head + rest, wide) for head in HEADS),
    }
    return next((name for name, true in known.items() if true), None)


def _is_one(code: bytes, wide: bool) -> bool:
    return not isinstance(length(code, wide), Why)
