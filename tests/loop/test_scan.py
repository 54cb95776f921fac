"""`trampgen scan` on the command line: what it prints, how it ends, what it says of files that it can't use."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loop.conftest import Ran, Run
from tests.run.planted import ARM, PPC64LE, X86_64
from trampgen.cli import main

SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64
variant abi { old when "CONFIG_OLD"; new }
extern const SAVE as "SAVE_AREA" in 0..248
stub near {
    param func: branch
    code {
        patch call { bl ${func} } or none { nop } rest { trap }
        std r2, ${SAVE}(r1)
        if old { ld r2, 8(r11) } else { ld r2, 16(r11) }
    }
}
breakpoint trap_word { code { trap } }
site lone { param slot: branch; code { bne cr7, ${slot} } }
table traps: u32 unordered {
    tw = asm { tw ${to}, ${ra}, ${rb} }
    predicate is_trap
}
"""
TEXT = """
        .text
        .globl f0, f1
f0:     bl f1
        std 2, 24(1)
        ld 2, 16(11)
        nop
        std 2, 24(1)
        ld 2, 8(11)
f1:     trap
        std 2, 24(1)
        ld 2, 16(11)
        .data
        .globl words
words:  trap
"""
BASE = 0x10000000


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "near.tramp"
    path.write_text(SPEC)
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return PPC64LE.linked(tmp_path, TEXT, BASE)


@pytest.fixture
def scan(spec: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs it on the spec with more words."""

    def run(*words: str | Path) -> Ran:
        status = main(["scan", str(spec), *map(str, words)])
        return Ran(status, *capsys.readouterr())

    return run


def test_lines(scan: Run, program: Path) -> None:
    ran = scan("--elf", program)
    assert ran == Ran(
        0,
        "0000000010000000  f0  near (new; patched)  func=0x10000018 → f1, SAVE_AREA=24\n"
        "000000001000000c  f0+0xc  near (old; call none)  SAVE_AREA=24\n"
        "0000000010000018  f1  near (new; at rest)  SAVE_AREA=24\n"
        "0000000010000018  f1  trap_word\n",
        "",
    )


def test_what_is_known_is_compared(scan: Run, program: Path) -> None:
    assert scan("--elf", program, "-D", "SAVE=24", "--template", "near").out.count("\n") == 3
    assert scan("--elf", program, "-D", "SAVE=32", "--template", "near") == Ran(1, "", "")


def test_some_of_it(scan: Run, program: Path) -> None:
    assert scan("--elf", program, "--template", "trap_word").out == "0000000010000018  f1  trap_word\n"
    assert scan("--elf", program, "--case", "old", "--template", "near").out.split()[1:3] == [
        "f0+0xc",
        "near",
    ]
    assert scan("--elf", program, "--section", ".data", "--template", "trap_word").out.split()[1] == "words"
    everywhere = scan("--elf", program, "--all-sections", "--template", "trap_word").out.splitlines()
    assert [line.split()[1] for line in everywhere] == ["f1", "words"]
    few = scan("--elf", program, "--limit", "1")
    assert [line.split()[2] for line in few.out.splitlines()] == ["near", "trap_word"]
    assert few.err == "trampgen: near: only the first matches are shown (--limit)\n"


def test_rows(scan: Run, program: Path) -> None:
    ran = scan("--elf", program, "--table", "traps")
    assert ran.out == "0000000010000018  f1  traps.tw  to=31, ra=0, rb=0  7fe00008  trap\n"
    assert scan("--elf", program, "--table", "traps", "--template", "lone").out == ran.out
    (match,) = json.loads(scan("--elf", program, "--table", "traps", "--format", "json").out)["matches"]
    assert (match["name"], match["row"], match["word"], match["text"]) == (
        "traps",
        "tw",
        "0x7fe00008",
        "trap",
    )


def test_json(scan: Run, program: Path) -> None:
    found = json.loads(scan("--elf", program, "--template", "near", "--format", "json").out)
    assert found["schema"] == "trampgen-scan-1"
    assert len(found["matches"]) == 3
    assert found["matches"][0] == {
        "file": str(program),
        "section": ".text",
        "address": "0x10000000",
        "symbol": {"symbol": "f0", "offset": 0},
        "name": "near",
        "kind": "stub",
        "target": "ppc64",
        "cases": [{"abi": "new"}],
        "size": 12,
        "state": None,
        "regions": {"call": "call"},
        "values": [
            {
                "name": "func",
                "kind": "branch",
                "value": "0x10000018",
                "others": [],
                "target": {"symbol": "f1", "offset": 0},
            },
            {"name": "SAVE_AREA", "kind": "extern", "value": "24", "others": [], "target": None},
        ],
    }
    assert json.loads(scan("--elf", program, "--template", "lone", "--format", "json").out) == {
        "schema": "trampgen-scan-1",
        "matches": [],
    }


def test_objects(scan: Run, tmp_path: Path) -> None:
    path = PPC64LE.object(tmp_path, "nop\nbl outside\nstd 2, 24(1)\nld 2, 16(11)\n")
    assert scan("--elf", path, "--template", "near").out == (
        ".text+0x4    near (new; patched)  func → outside, SAVE_AREA=24\n".replace("    ", "  ")
    )


@pytest.mark.parametrize("order", ["little", "big"])
def test_a_raw_image(order: str, scan: Run, tmp_path: Path) -> None:
    words = [0x60000000, 0x48000101, 0xF8410018, 0xE84B0010]
    image = tmp_path / "image"
    image.write_bytes(b"".join(word.to_bytes(4, order) for word in words))  # type: ignore[arg-type]
    ran = scan("--raw", image, "--base", "0xc000000000000000", "--order", order)
    assert ran.out == "c000000000000004  near (new; patched)  func=0xc000000000000104, SAVE_AREA=24\n"
    assert scan("--raw", image, "--order", {"little": "big", "big": "little"}[order]).status == 1


def test_several_files(scan: Run, program: Path, tmp_path: Path) -> None:
    (tmp_path / "o").mkdir()
    other = PPC64LE.object(tmp_path / "o", "trap\n")
    lines = scan("--elf", program, other, "--template", "trap_word").out.splitlines()
    assert lines == [f"{program}: 0000000010000018  f1  trap_word", f"{other}: .text+0x0  trap_word"]


def test_what_is_wrong_with_a_file(scan: Run, program: Path, tmp_path: Path) -> None:
    """It is said, the other files are looked at, and the status is 2."""
    (tmp_path / "o").mkdir()
    foreign = X86_64.object(tmp_path / "o", "nop\n")
    text = tmp_path / "text"
    text.write_text("no ELF file, though it is long enough to be the header of one")
    ran = scan("--elf", foreign, text, tmp_path / "nowhere", tmp_path, program, "--template", "trap_word")
    assert ran.status == 2
    assert ran.out == f"{program}: 0000000010000018  f1  trap_word\n"
    assert ran.err.splitlines() == [
        f"trampgen: error: {foreign}: the spec is for ppc64, and this file is x86-64",
        f"trampgen: error: {text}: this is no ELF file",
        f"trampgen: error: {tmp_path / 'nowhere'}: No such file or directory",
        f"trampgen: error: {tmp_path}: Is a directory",
    ]
    assert scan("--elf", program, "--section", ".nowhere").err == (
        f"trampgen: error: {program}: there is no section .nowhere that is loaded\n"
    )
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    raw = scan("--raw", empty, tmp_path, "--order", "big")
    assert raw.status == 2
    assert [line.partition(": error: ")[2] for line in raw.err.splitlines()] == [
        f"{empty}: the file is empty",
        f"{tmp_path}: Is a directory",
    ]


USAGE = [
    ([], "scan needs something to look at: --elf FILE, or --raw FILE"),
    (["more.tramp", "--elf", "x"], "scan takes one spec, not 2"),
    (["--elf", "x", "--template", "neer"], "--template neer: {} has nothing of that name (did you mean `near`?)"),
    (["--elf", "x", "--case", "other"], "--case other: {} has nothing of that name (there are: old, new)"),
    (["--elf", "x", "--table", "t"], "--table t: {} has nothing of that name (there are: traps)"),
    (["--elf", "x", "-D", "SAFE=1"], "-D SAFE: no such extern (did you mean `SAVE`?)"),
    (["--raw", "x"], "--raw needs --order: ppc64 has little, big"),
    (["--raw", "x", "--order", "be8"], "--order be8: ppc64 has little, big"),
    (["--raw", "x", "--target", "arm"], "--target arm: the spec is for ppc64"),
    (["--raw", "x", "--order", "big", "--base", "here"], "--base here: expected an address"),
    (["--raw", "x", "--order", "big", "--base", "-1"], "--base -1: expected an address"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), USAGE, ids=[message[:30] for _, message in USAGE])
def test_usage(words: list[str], message: str, scan: Run, spec: Path) -> None:
    assert scan(*words) == Ran(2, "", f"trampgen: error: {message.format(spec)}\n")


def test_errors_of_the_spec(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.tramp"
    path.write_text("target ppc64\nstub s { code { addi r3 } }\n")
    assert main(["scan", str(path), "--elf", "x"]) == 2
    assert "error[" in capsys.readouterr().err


def test_what_fixes_nothing_is_not_looked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "any.tramp"
    path.write_text(
        "//! SPDX-License-Identifier: MIT\ntarget ppc64\nstub any { param i: insn; code { ${i} } }\n"
    )
    image = tmp_path / "image"
    image.write_bytes(bytes(16))
    assert main(["scan", str(path), "--raw", str(image), "--order", "big"]) == 1
    assert capsys.readouterr().err == "trampgen: any: no bit is fixed: it would be everywhere\n"


def test_big_endian_means_be8_where_there_is_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.tramp"
    path.write_text(
        "//! SPDX-License-Identifier: MIT\ntarget arm\nstub s { code { bx r12; literal w: u32 } }\n"
    )
    image = tmp_path / "image"
    image.write_bytes(bytes.fromhex("1cff2fe1 00000010"))
    for order in ("be8", "big"):
        assert main(["scan", str(path), "--raw", str(image), "--order", order]) == 0
        assert capsys.readouterr().out == "00000000  s  w=16\n"


def test_a_reader_that_goes_away(spec: Path, tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.write_bytes((0x7FE00008).to_bytes(4, "big") * 100_000)
    words = [sys.executable, "-m", "trampgen", "scan", str(spec), "--raw", str(image), "--order", "big"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "0000000000000000  trap_word\n"
        running.stdout.close()
        assert running.stderr is not None
        assert running.stderr.read() == ""


@pytest.mark.parametrize("tools", [PPC64LE, ARM], ids=["ppc64le", "arm"])
@pytest.mark.parametrize("linked", [True, False])
def test_damaged_files(
    linked: bool, tools: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A few bytes changed, in headers and tables above all: a message, or matches; never anything else."""
    text = TEXT if tools is PPC64LE else "f0: .globl f0\nbl f0\nbx r12\n.word 5\n.thumb\nnop\n"
    target = "ppc64" if tools is PPC64LE else "arm"
    made = tools.linked(tmp_path, text, BASE) if linked else tools.object(tmp_path, text)  # type: ignore[attr-defined]
    whole, rng = made.read_bytes(), random.Random(target)
    table = int.from_bytes(whole[40:48] if target == "ppc64" else whole[32:36], "little")
    files: list[str] = []
    for number in range(250):
        data = bytearray(whole[: rng.randrange(len(whole))] if number % 10 == 0 else whole)
        for _ in range(rng.randrange(1, 6)):
            at = rng.choice([rng.randrange(64), rng.randrange(len(whole)), table + rng.randrange(512)])
            if at < len(data):
                data[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
        path = tmp_path / f"{number}"
        path.write_bytes(data)
        files.append(str(path))
    spec = tmp_path / "s.tramp"
    spec.write_text(
        f"//! SPDX-License-Identifier: MIT\ntarget {target}\nstub s {{ param x: branch; code {{ bl ${{x}} }} }}\n"
    )
    assert main(["scan", str(spec), "--elf", *files]) == 2
    told = capsys.readouterr()
    line = re.compile(rf"trampgen: error: {tmp_path}/\d+: [^\n]+\n")
    assert line.sub("", told.err) == ""
    assert told.out.count(" s  x") > 50
