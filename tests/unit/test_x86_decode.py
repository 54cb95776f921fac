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
from tests.x86_refused import length, refused_knowingly
from trampgen.isa.x86_decode import Why


def agree(ours: int | Why, theirs: int, mnemonic: str) -> bool:
    """The same length; of ud0 and ud1 capstone leaves the ModRM out, which Intel's have, and it takes the immediate
    of a `ret` with 66 and REX.W for 4 bytes."""
    if theirs == 0 or isinstance(ours, Why):
        return theirs == 0 and isinstance(ours, Why)
    wrong = {"ud0": ours > theirs, "ud1": ours > theirs, "ret": ours == theirs - 2}
    return ours == theirs or wrong.get(mnemonic.split()[-1], False)


# ---- binaries ------------------------------------------------------------------------------------------


def outcome(code: bytes, wide: bool, theirs: int, mnemonic: str) -> str:
    """How our answer and capstone's length (0: none) agree; where they do not, why that is right."""
    ours = length(code, wide)
    if agree(ours, theirs, mnemonic):
        return "the same"
    if isinstance(ours, Why):
        name = refused_knowingly(code, wide, ours)
        assert name, f"{code.hex()}  {mnemonic}: {ours.name}"
        return f"refused: {name}"
    assert theirs == 0, f"{code.hex()}  {mnemonic}: {ours}, and not {theirs}"
    return "not known to capstone"


@pytest.mark.parametrize("wide", [True, False], ids=["64", "32"])
def test_whole_binaries_have_the_lengths_that_capstone_reads(wide: bool) -> None:
    paths = x86.binaries() if wide else [x86.NARROW]
    if not all(path.exists() for path in paths):
        pytest.skip(f"{x86.NARROW} is not installed")
    seen = Counter(
        outcome(text[at : at + x86.LONGEST], wide, theirs, mnemonic)
        for path in paths
        for text in x86.texts(path)
        for at, theirs, mnemonic in walked(text[: x86.SOME], wide)
    )
    print(f"\n{dict(seen)}")
    assert seen["the same"] > 200_000
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
        found = next(x86.disassembler(wide).disasm_lite(padded, 0, 1), None)
        seen[outcome(padded, wide, found[1] if found else 0, found[2] if found else "")] += 1
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
