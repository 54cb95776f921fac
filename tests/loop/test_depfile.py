"""Depfiles as make and ninja read them: files with odd names are dependencies, and may disappear."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import need
from trampgen.cli import main
from trampgen.emit.depfile import rule

BOTH = [
    "plain.t", "a b.t", "a  b.t", " lead.t", "a#b.t", "#x.t", "a:b.t", "C:x", "$x.t", "a$$b.t", "$(shell echo x).t",
    "~x.t", "a,b.t", "(x).t", "{a}.t", "a@b.t", "-x.t", "é.t", "a!b.t", "a+b.t", "a[b].t",
    "a\\b.t", "include x.t", "ifdef", "a\\ b.t", "a\\\\ b.t",
]  # fmt: skip
# ninja reads these otherwise, or not at all.
MAKE_ONLY = ["a'b.t", 'a"b.t', "a&b.t", "a\\#b.t", "a^b.t", "`x`.t", "a\\:b"]

Stale = Callable[[], str]


def _make(folder: Path, outputs: Mapping[str, str]) -> Stale:
    """A makefile for outputs, each from one file; what it says when run."""
    text = ["all: " + " ".join(outputs), "-include *.d", *(f"{out}: ; @echo {out}." for out in outputs)]
    (folder / "Makefile").write_text("\n".join(text) + "\n")
    return lambda: _run(folder, "make", "-rR")


def _ninja(folder: Path, outputs: Mapping[str, str]) -> Stale:
    """The same for ninja, which wants to have made an output itself before it trusts the depfile."""
    text = ["rule r", "  command = touch $out", "  depfile = $out.d", "  description = $out."]
    (folder / "build.ninja").write_text("\n".join([*text, *(f"build {out}: r" for out in outputs)]) + "\n")
    _run(folder, "ninja")
    return lambda: _run(folder, "ninja")


def _run(folder: Path, *command: str) -> str:
    environment = {
        name: value for name, value in os.environ.items() if "MAKE" not in name and name != "MFLAGS"
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("tool", "prepare", "names"),
    [("make", _make, BOTH + MAKE_ONLY), ("ninja", _ninja, BOTH)],
    ids=["make", "ninja"],
)
def test_odd_names_are_dependencies(
    tool: str, prepare: Callable[[Path, Mapping[str, str]], Stale], names: list[str], tmp_path: Path
) -> None:
    need(tool)
    outputs = {f"out{number}": name for number, name in enumerate(names)}
    for out, name in outputs.items():
        (tmp_path / name).write_text("")
        (tmp_path / out).write_text("")
        (tmp_path / f"{out}.d").write_text(rule([out], [name]))
    stale = prepare(tmp_path, outputs)
    said = stale()
    assert [name for out, name in outputs.items() if f"{out}." in said] == []
    for name in names:
        later = (tmp_path / "out0").stat().st_mtime + 100
        os.utime(tmp_path / name, (later, later))
    said = stale()
    assert [name for out, name in outputs.items() if f"{out}." not in said] == []
    for name in names:
        (tmp_path / name).unlink()
    stale()  # none of them is missed


def test_odd_names_of_outputs(tmp_path: Path) -> None:
    need("make")
    (tmp_path / "in").write_text("")
    for name in BOTH + MAKE_ONLY:
        out = tmp_path / f"{name}.h"
        out.write_text("")
        os.utime(out, (1000, 1000))
        (tmp_path / "Makefile").write_text(rule([out.name], ["in"]) + "\n%.h: ; @echo made\n")
        assert "made" in _run(tmp_path, "make", "-rR", "--", out.name), name


def test_a_build_names_what_it_was_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared.inc").write_text("const A = 8\n")
    (tmp_path / "n.txt").write_text("B = 8\n")
    (tmp_path / "s.tramp").write_text(
        '//! SPDX-License-Identifier: MIT\ntarget ppc64\ninclude "shared.inc"\nextern const B as "b"\n'
        "stub s { code { li r3, ${A}; li r4, ${B}; blr } }\n"
    )
    options = ["-q", "--constants", "n.txt", "-o", "o", "--depfile", "d/s.d", "--emit", "header"]
    for target, said in ((["--depfile-target", "x y"], "x\\ y"), ([], "o/s.h")):
        assert main(["build", *options, *target, "s.tramp"]) == 0
        first, *others = (tmp_path / "d" / "s.d").read_text().split("\n\n")
        assert first.split(" \\\n  ") == [f"{said}:", "s.tramp", "n.txt", "shared.inc"]
        assert [other.strip() for other in others] == ["s.tramp:", "n.txt:", "shared.inc:"]


@pytest.mark.parametrize(
    "name", ["a=b", "a;b", "a|b", "a%b", "a*b", "a?b", "a\tb", "a\nb", "a ", "a\\", "a&"]
)
def test_names_that_make_would_lose_are_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("//! SPDX-License-Identifier: MIT\ntarget ppc64\nstub s { code { blr } }\n")
    assert main(["build", "-q", "-o", "out", "--depfile", "d", "--depfile-target", "t", name]) == 2
    assert not Path("out").exists()
    assert f"--depfile: make has no way to write the file name {name!r}" in capsys.readouterr().err
    assert not Path("d").exists()
    assert main(["build", "-q", "-o", "out", name]) == 0
