"""The decoder of x86 formats against capstone and objdump: whole binaries, bytes at random, each form of the maps."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import capstone
import pytest

from tests import x86
from tests.conftest import need
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


def both(code: bytes, wide: bool) -> tuple[int | Why, int, str]:
    """Our answer, capstone's length (0: none), its mnemonic."""
    found = next(x86.disassembler(wide).disasm_lite(code, 0, 1), None)
    return length(code, wide), found[1] if found else 0, found[2] if found else ""


def agree(ours: int | Why, theirs: int, mnemonic: str) -> bool:
    """The same length; of ud0 and ud1 capstone leaves the ModRM out, which Intel's have, and it takes the immediate
    of a `ret` with 66 and REX.W for 4 bytes."""
    if theirs == 0 or isinstance(ours, Why):
        return theirs == 0 and isinstance(ours, Why)
    wrong = {"ud0": ours > theirs, "ud1": ours > theirs, "ret": ours == theirs - 2}
    return ours == theirs or wrong.get(mnemonic.split()[-1], False)


# ---- binaries ------------------------------------------------------------------------------------------


def test_whole_binaries_have_the_lengths_that_capstone_reads() -> None:
    seen: Counter[str] = Counter()
    for path in x86.binaries():
        for text in x86.texts(path):
            for at, theirs, mnemonic in walked(text[: x86.SOME], True):
                code = text[at : at + x86.LONGEST]
                ours = length(code, True)
                if agree(ours, theirs, mnemonic):
                    seen["the same"] += 1
                elif isinstance(ours, Why):
                    name = refused_knowingly(code, True, ours)
                    assert name, f"{code.hex()}  {mnemonic}: {ours.name}"
                    seen[f"refused: {name}"] += 1
                else:
                    assert theirs == 0, f"{code.hex()}  {mnemonic}: {ours}, and not {theirs}"
                    seen["not known to capstone"] += 1
    print(f"\n{dict(seen)}")
    assert seen["the same"] > 500_000
    assert seen["not known to capstone"] < seen["the same"] / 10_000  # tables that lie in the code


def walked(text: bytes, wide: bool) -> Iterator[tuple[int, int, str]]:
    """Instructions one behind the other as capstone reads them; what it does not know is one byte of length 0."""
    md = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64 if wide else capstone.CS_MODE_32)
    md.skipdata = True
    for at, size, mnemonic, _ in md.disasm_lite(text, 0):
        yield at, 0 if mnemonic == ".byte" else size, mnemonic


# ---- bytes at random -----------------------------------------------------------------------------------


@pytest.mark.parametrize("wide", [True, False], ids=["64", "32"])
def test_random_bytes_have_the_lengths_that_capstone_reads(wide: bool) -> None:
    seen: Counter[str] = Counter()
    for code in x86.random_codes(1_000_000 if x86.SWEEP else 100_000, 7):
        padded = code.ljust(x86.LONGEST, b"\x90")
        ours, theirs, mnemonic = both(padded, wide)
        if agree(ours, theirs, mnemonic):
            seen["the same"] += 1
        elif isinstance(ours, Why):
            name = refused_knowingly(padded, wide, ours)
            assert name, f"{padded.hex()}  {mnemonic}: {ours.name}"
            seen[f"refused: {name}"] += 1
        else:
            assert theirs == 0, f"{padded.hex()}  {mnemonic}: {ours}, and not {theirs}"
            seen["not known to capstone"] += 1
    print(f"\n{dict(seen)}")
    assert seen["the same"] > seen.total() * 0.95


# ---- objdump -------------------------------------------------------------------------------------------


def dumped(codes: list[bytes], wide: bool, folder: Path) -> list[tuple[int, str]]:
    """Length and text of each as objdump reads it, 0 for what it calls bad; one for each 32 bytes."""
    need("objdump")
    image = folder / "codes"
    image.write_bytes(b"".join(code.ljust(32, b"\x90") for code in codes))
    machine = "i386:x86-64" if wide else "i386"
    command = ["objdump", "-D", "-b", "binary", "-m", machine, "-M", "intel", "--insn-width=16", str(image)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = [(0, "")] * len(codes)
    for line in output.splitlines():
        read = re.match(r"\s*([0-9a-f]+):\t([0-9a-f ]+)\t(.*)", line)
        if read and int(read[1], 16) % 32 == 0 and "(bad)" not in read[3]:
            found[int(read[1], 16) // 32] = (len(read[2].split()), read[3])
    return found


def test_forms_that_capstone_does_not_know_have_the_lengths_that_objdump_reads(tmp_path: Path) -> None:
    codes = [code for code in x86.made_forms() if x86.read(code) is None]
    seen: Counter[str] = Counter()
    for code, (theirs, text) in zip(codes, dumped(codes, True, tmp_path), strict=True):
        if theirs:
            assert theirs == len(code), f"{code.hex()}  {text}"
        seen["the same" if theirs else "known to neither"] += 1
    print(f"\n{dict(seen)}")
    assert seen["the same"] > 500
