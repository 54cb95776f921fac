"""The command line of `trampgen import OBJ:SYMBOL`: what it says of what can't be imported, and its exit status."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, need
from tests.unit.elf_files import MACHINES, Object, Rel, Sym
from trampgen.cli import main

ALL = ".described, behind, described, far, long, mask, number, odd, space, stub, table"
NOP = (0x60000000).to_bytes(4, "little")
SYMBOLS = [
    Sym("stub", ".text", 0, 8),
    Sym("odd", ".text", 0, 6),
    Sym("mask", ".data", 0, 12),
    Sym("behind", ".text", 16),
    Sym("far", None),
    Sym("number", "none", 5),
    Sym("space", ".bss", 0, 8),
    Sym("long", ".text", 0, 400),
    Sym("table", ".data", 0, 8),
    Sym("described", ".opd", 0, 24),
    Sym(".described", ".text", 0, 8),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sections = {".text": NOP * 4, ".data": NOP * 3, ".opd": bytes(24)}
    relocations = [Rel(".text", 4, 107, "far")]
    Object("ppc64le", sections, SYMBOLS, relocations, empty={".bss": 16}).write(tmp_path / "o.o")
    return tmp_path


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trampgen", "import", *words]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def said(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> tuple[int, str, str]:
    """Status, output and errors of a run in this process; the folder is left out of what is said."""
    status = main(["import", *(word.replace("o.o", str(folder / "o.o")) for word in words)])
    out, err = capsys.readouterr()
    return status, out, err.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("o.o", "/o.o: expected OBJ:SYMBOL, or decodetree FILE"),
        ("o.o:", "/o.o:: expected OBJ:SYMBOL, or decodetree FILE"),
        ("o.o:stubb", "o.o: there is no symbol `stubb` (did you mean `stub`?)"),
        ("o.o:zzz", "o.o: there is no symbol `zzz` (symbols: " + ALL + ")"),
        ("o.o:far", "o.o: `far` is not defined in this file"),
        ("o.o:number", "o.o: `number` is in no section"),
        ("o.o:space", "o.o: `space` is in .bss, which has no bytes in the file"),
        ("o.o:odd", "o.o: `odd` has 6 bytes, no multiple of 4: give its end with --to SYMBOL"),
        ("o.o:behind", "o.o: `behind` has no bytes"),
        ("o.o:long", "o.o: `long` goes on behind the end of its section, .text"),
        ("o.o:described", "o.o: `described` is the descriptor of a function: its code is `.described`"),
        ("o.o:behind --to stub", "o.o: `stub` is not behind `behind`"),
        ("o.o:stub --to mask", "o.o: `mask` is in .data, and `stub` in .text"),
        ("o.o:stub --to nowhere", "o.o: there is no symbol `nowhere` (symbols: " + ALL + ")"),
        ("o.o:stub --target thumb", "o.o: this is code of 64-bit PowerPC (ppc64), not of thumb"),
        ("o.o:stub --mask mask", "o.o: `mask` has 12 bytes, and `stub` has 8"),
        ("o.o:stub --second mask", "o.o: `mask` has 12 bytes, and `stub` has 8: both must be as long"),
        ("o.o:stub --mask table --second table", "--mask and --second both say what is open: give one of them"),
        ("o.o:stub --width 32", "--width is for `import decodetree`: an object says itself what its instructions are"),
        ("o.o:stub o.o:table --to behind", "--to is about one symbol, and 2 are imported"),
        ("o.o:stub o.o:table --name x", "--name is about one symbol, and 2 are imported"),
        ("o.o:stub --name 1x", "--name 1x: a name has letters, digits and underscores"),
        ("o.o:stub --licence a;b", "--licence a;b: this is no SPDX identifier"),
        ("nowhere:stub", "nowhere: No such file or directory"),
        ("/dev/null:stub", "/dev/null: this is no plain file"),
        ("decodetree o.o x", "import decodetree takes one file, not 2"),
        ("decodetree", "import decodetree takes one file, not 0"),
        ("decodetree o.o --to x", "--to is for symbols of object files, not for `import decodetree`"),
    ],
)  # fmt: skip
def test_what_can_t_be_imported(
    words: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, folder, *words.split())
    assert (status, out, err.replace("trampgen: error: /", "trampgen: error: ")) == (
        2,
        "",
        f"trampgen: error: {message.removeprefix('/')}\n",
    )


def test_files_that_are_no_objects(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "t").write_text("#!/bin/sh\n" + "x" * 100)
    assert said(capsys, folder, f"{folder / 't'}:stub")[2] == "trampgen: error: t: this is no ELF file\n"
    image = bytearray((folder / "o.o").read_bytes())
    image[18] = 22
    (folder / "s390").write_bytes(image)
    message = "trampgen: error: s390: no target has code of this machine, 64-bit machine 22\n"
    assert said(capsys, folder, f"{folder / 's390'}:stub")[2] == message


def test_code_that_is_too_long(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused before it is read; of bytes, once it is known how many instructions they are."""
    symbols = [Sym("t", ".text", 0, 40_004)]
    Object("ppc64le", {".text": NOP * 10_001}, symbols).write(tmp_path / "p.o")
    most = "the code of a template has 10,000 statements at most"
    assert said(capsys, tmp_path, f"{tmp_path / 'p.o'}:t")[2] == (
        f"trampgen: error: p.o: `t` has 40,004 bytes: {most}\n"
    )
    Object("x86_64", {".text": b"\x90" * 10_001}, [Sym("t", ".text", 0, 10_001)]).write(tmp_path / "x.o")
    assert said(capsys, tmp_path, f"{tmp_path / 'x.o'}:t")[2] == (
        f"trampgen: error: x.o: `t` has 10,001 instructions: {most}\n"
    )


def test_more_places_than_a_template_has_params(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"f{n}" for n in range(129)]
    symbols = [Sym("t", ".text", 0, 4 * 129), *(Sym(name, None) for name in names)]
    relocations = [Rel(".text", 4 * n, 10, name) for n, name in enumerate(names)]
    Object("ppc64le", {".text": (0x48000001).to_bytes(4, "little") * 129}, symbols, relocations).write(
        tmp_path / "o.o"
    )
    assert said(capsys, tmp_path, "o.o:t")[2] == (
        "trampgen: error: o.o: `t` refers to 129 places: a template has 128 params at most\n"
    )


def test_codes_of_several_targets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    symbols = [Sym("a", ".text", 0, 4), Sym("t", ".text", 4, 4), Sym("$a", ".text"), Sym("$t", ".text", 4)]
    Object("arm", {".text": bytes.fromhex("1eff2fe1 7047 00bf")}, symbols).write(tmp_path / "o.o")
    assert said(capsys, tmp_path, "o.o:a", "o.o:t")[2] == (
        "trampgen: error: code of arm and of thumb: a spec has one target, so import it in parts\n"
    )


# ---- what goes well --------------------------------------------------------------------------------------


def test_a_relocation_without_a_hole_is_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys, folder, "o.o:stub")
    assert status == 1
    assert err == "o.o:stub: note: 0x4: relocation type 107 (far) is not known here: no hole\n"
    assert out.startswith("// A first version, imported from o.o: stub, 8 bytes of .text.\n")
    assert (
        "// Which licence it has can't be known: add `//! SPDX-License-Identifier: …` as the first line.\n"
        in out
    )


def test_words_that_are_left_raw_are_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = NOP + (0x7C00_04AD).to_bytes(4, "little") + (0x1234).to_bytes(4, "little")
    Object("ppc64le", {".data": data}, [Sym("t", ".data")]).write(tmp_path / "o.o")
    status, out, err = said(capsys, tmp_path, "o.o:t", "--licence", "GPL-2.0-only")
    assert status == 1
    assert err.splitlines() == [
        "o.o:t: note: `t` has no size: taken up to the end of .data",
        "o.o:t: note: 0x4: `raw 0x7c0004ad` is raw: no instruction that is known",
        "o.o:t: note: 0x8: `raw 0x00001234` is raw: no instruction that is known",
    ]
    assert out.startswith(
        "//! SPDX-License-Identifier: GPL-2.0-only\n// A first version, imported from o.o: t, "
    )
    assert "12 bytes of .data, an array of words." in out.splitlines()[1]


def test_several_symbols_make_one_spec(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Templates have different names, whatever the symbols are; what is clean exits with 0."""
    symbols = [Sym("a_entry", ".text", 0, 4), Sym("A", ".text", 4, 4), Sym("a.b", ".text", 8, 4)]
    Object("ppc64le", {".text": NOP * 3}, symbols).write(tmp_path / "o.o")
    status, out, err = said(capsys, tmp_path, "o.o:a_entry", "o.o:A", "o.o:a.b", "o.o:A")
    assert (status, err) == (0, "")
    assert [line for line in out.splitlines() if line.startswith("stub ")] == [
        "stub a {",
        "stub A_2 {",
        "stub a_b {",
    ]


def test_a_file_whose_name_has_a_colon(tmp_path: Path) -> None:
    Object("ppc64le", {".text": NOP}, [Sym("t", ".text", 0, 4)]).write(tmp_path / "a:b.o")
    done = run(tmp_path, "./a:b.o:t", "--name", "call")
    assert (done.returncode, done.stderr) == (0, "")
    assert "imported from a:b.o: t, 4 bytes" in done.stdout
    assert "stub call {\n    symbol t\n" in done.stdout


def test_nothing_of_the_place_is_in_the_spec(folder: Path) -> None:
    """The same file elsewhere gives the same bytes."""
    (folder / "deep").mkdir()
    (folder / "deep" / "o.o").write_bytes((folder / "o.o").read_bytes())
    outputs = {run(folder, word).stdout for word in ("o.o:stub", "deep/o.o:stub", f"{folder}/o.o:stub")}
    assert len(outputs) == 1


@pytest.mark.parametrize("machine", MACHINES)
def test_spoilt_objects_are_refused_or_imported(
    machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any byte may be wrong: there is a spec, or a line that says why not."""
    monkeypatch.setenv("TRAMPGEN_DEBUG", "1")  # what is unforeseen ends the test
    draw = random.Random(machine)
    data = draw.randbytes(32)
    symbols = [Sym("t", ".text", 0, 32), Sym("l", ".text", 8), Sym("far", None), Sym("$d", ".text", 28)]
    relocations = [Rel(".text", 4 * n, draw.randrange(64), "far") for n in range(8)]
    whole = Object(machine, {".text": data}, symbols, relocations).image()
    path = tmp_path / "o.o"
    for _ in range(25):
        image = bytearray(whole)
        for _ in range(draw.randrange(1, 4)):
            image[draw.randrange(len(image))] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))
        path.write_bytes(image[: len(image) if draw.random() < 0.8 else draw.randrange(len(image))])
        status = main(["import", f"{path}:t"])
        assert status in (0, 1, 2)


def test_the_help_text_says_both(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    text = capsys.readouterr().out
    assert "decodetree FILE" in text
    assert "OBJ:SYMBOL" in text


def test_the_page_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    need("powerpc64le-linux-gnu-gcc")
    page = (ROOT / "docs" / "import.md").read_text()
    [arrays] = re.findall(r"^```c\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [spec] = re.findall(r"^```\n(//!.*?)^```$", page, re.MULTILINE | re.DOTALL)
    [words] = re.findall(r"`trampgen (import stubs\.o:.*?)`", page)
    monkeypatch.chdir(tmp_path)
    Path("stubs.c").write_text(f"typedef unsigned int u32;\n{arrays}")
    subprocess.run(["powerpc64le-linux-gnu-gcc", "-c", "stubs.c"], check=True)
    assert main(words.split()) == 0
    assert capsys.readouterr().out == spec
