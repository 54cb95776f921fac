"""x86 instructions to try things on: texts of real binaries, the forms in them, forms that the opcode maps have."""

from __future__ import annotations

import functools
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

import capstone
import pytest
from elftools.elf.elffile import ELFFile

from tests.conftest import ROOT
from trampgen.derive.rewrites import forms, witness
from trampgen.isa.x86_decode import Refused, Why, decode

# A crypto library, full of hand-written AVX and AVX-512 code, and a C library; the first of each that is there.
_WANTED = (
    ("libssl3", ("/usr/lib/x86_64-linux-gnu/libcrypto.so.3", "/lib/x86_64-linux-gnu/libcrypto.so.3")),
    ("libc6", ("/usr/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6")),
)
# What the sweep reads besides, where it is installed: an interpreter, and two encoders written for AVX-512.
_MORE = (
    "/usr/bin/python3.11",
    "/usr/lib/x86_64-linux-gnu/libx265.so.199",
    "/usr/lib/x86_64-linux-gnu/libSvtAv1Enc.so.1.4.1",
)
NARROW = Path("/usr/lib32/libc.so.6")  # of Debian package libc6-i386
SWEEP = bool(os.environ.get("TRAMPGEN_SWEEP"))
SOME = None if SWEEP else 800_000  # bytes of a text that every run decodes
EXAMPLE = ROOT / "examples" / "linux" / "x86" / "rip_relative.tramp"
_RIP = re.compile(r"\[rip(?: [+-] (?:0x)?[0-9a-f]+)?\]")
LONGEST = 15
P = ParamSpec("P")
T = TypeVar("T")


def tried(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | Why:
    """What a function returns, or why it refuses the instruction."""
    try:
        return function(*given, **named)
    except Refused as refused:
        return refused.why


def binaries() -> list[Path]:
    """Those that every run reads, and with TRAMPGEN_SWEEP=1 more; skips where the first are not there."""
    found = []
    for package, paths in _WANTED:
        there = [Path(path) for path in paths if os.path.exists(path)]
        if not there:
            pytest.skip(f"needs the x86-64 library of Debian package {package}")
        found.append(there[0])
    return found + [Path(path) for path in _MORE if SWEEP and os.path.exists(path)]


@functools.cache
def texts(path: Path) -> tuple[bytes, ...]:
    """The executable sections of a binary."""
    with path.open("rb") as file:
        return tuple(s.data() for s in ELFFile(file).iter_sections() if s["sh_flags"] & 4)


@functools.cache
def disassembler(wide: bool = True) -> capstone.Cs:
    return capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64 if wide else capstone.CS_MODE_32)


def read(code: bytes, at: int = 0) -> tuple[int, str, str] | None:
    """Length, mnemonic and operands of the first instruction as capstone reads it."""
    found = next(disassembler().disasm_lite(code, at, 1), None)
    return None if found is None else (found[1], found[2], found[3])


@functools.cache
def found_forms() -> dict[tuple[str, str], bytes]:
    """(mnemonic, operands without the distance) → the first such instruction with a RIP-relative operand."""
    found: dict[tuple[str, str], bytes] = {}
    for path in binaries():
        for text in texts(path):
            md = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
            md.skipdata = True
            for at, size, mnemonic, operands in md.disasm_lite(text, 0):
                if "[rip" in operands:
                    found.setdefault((mnemonic, masked(operands)), text[at : at + size])
    return found


def masked(operands: str) -> str:
    """Operands in which a RIP-relative one has no distance."""
    return _RIP.sub("[rip]", operands)


@functools.cache
def made_forms() -> tuple[bytes, ...]:
    """For each form of the opcode maps, as they are and with each of the scratch registers named where it can be."""
    named = ((), (6,), (7,), (3,), (6, 7), (7, 3), (3, 6), (0,), (10, 11))
    made = dict.fromkeys(witness(form, registers) for form in forms() for registers in named)
    varied = (_varied(code, seed) for seed, code in enumerate(made))
    return tuple(dict.fromkeys(_filled(code) for code in (*made, *varied)))


def _filled(code: bytes) -> bytes:
    """The instruction with an immediate that makes a difference."""
    insn = decode(code, True)
    if not insn.immediate:
        return code
    return code[: insn.immediate_at] + random.Random(code).randbytes(insn.immediate)


def _varied(code: bytes, seed: int) -> bytes:
    """The instruction with other widths and registers in its prefix, where it stays one."""
    dice = random.Random(seed)
    insn = decode(code, True)
    out = bytearray(code)
    if insn.prefix is None:
        return bytes([0x40 | dice.randrange(16)]) + code if insn.map == 0 or code[0] == 0x0F else code
    if insn.kind == 0:
        out[insn.prefix] = 0x40 | dice.randrange(16)
    else:
        out[insn.prefix + 1] ^= (
            dice.randrange(8) << 5
        )  # R, X and B, of which the last two change nothing here
    if insn.kind == 1:
        out[insn.prefix + 2] ^= dice.choice([0, 4, 0x80, 0x84])
    elif insn.kind == 2:
        out[insn.prefix + 1] ^= dice.choice([0, 0x10])
        out[insn.prefix + 2] ^= dice.choice([0, 0x80])
        out[insn.prefix + 3] ^= dice.choice([0, 1, 0x10, 0x20, 0x40, 0x81])
    out[insn.modrm_at] ^= dice.randrange(8) << 3 if insn.kind else 0
    made = tried(decode, bytes(out), True)
    return code if isinstance(made, Why) or made.length != len(out) else bytes(out)


def random_codes(count: int, seed: int) -> Iterator[bytes]:
    """Bytes that are more often an instruction than chance would have it: prefixes and escapes come first."""
    dice = random.Random(seed)
    heads = (
        b"",
        b"\x66",
        b"\xf2",
        b"\xf3",
        b"\x48",
        b"\x41",
        b"\x4c",
        b"\x0f",
        b"\x0f\x38",
        b"\x0f\x3a",
        b"\xf0",
    )
    vectors = (b"\xc5", b"\xc4", b"\x62", b"\x67", b"\x64", b"\x0f\x01", b"\x0f\xae", b"\x0f\xc7")
    for _ in range(count):
        head = b"".join(dice.choices((*heads, *vectors), k=dice.randrange(4)))
        yield (head + dice.randbytes(LONGEST))[: dice.choice((LONGEST, LONGEST, dice.randrange(1, 16)))]


def instructions(text: bytes) -> Iterator[tuple[bytes, int]]:
    """Bytes from where an instruction begins, and its length; what is none is passed over, byte by byte."""
    at = 0
    while at < len(text):
        code = text[at : at + LONGEST]
        insn = tried(decode, code, True)
        if not isinstance(insn, Why):
            yield code, insn.length
        at += 1 if isinstance(insn, Why) else insn.length
