"""`--check` compares and never writes; `-o -` prints one output."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.loop.conftest import Run, outputs, program

CHECK = ("build", "--check", "-o", "out")


def test_fresh_outputs_are_no_finding(run: Run) -> None:
    run("build", "-o", "out", "call.tramp")
    checked = run(*CHECK, "call.tramp")
    assert (checked.status, checked.out) == (0, "")
    assert checked.err == "trampgen: 2 outputs are up to date\n"
    assert run(*CHECK, "-q", "call.tramp").err == ""


@pytest.mark.parametrize("kind", ["header", "blob", "header,json,blob,listing"])
def test_the_difference_is_a_patch(kind: str, run: Run) -> None:
    """What is printed, fed to patch, makes the outputs what a build would write."""
    options = ("--emit", kind, "-D", "OFFSET=16", "call.tramp")
    run("build", "-o", "out", *options)
    before = outputs(Path("out"))
    Path("shared.inc").write_text("const STEP = 8\n")
    checked = run(*CHECK, *options)
    assert checked.status == 1
    assert outputs(Path("out")) == before
    for name in before:
        assert (f"+++ out/{name}" in checked.out) == (name in checked.err)
    if kind == "blob":
        assert "-000004  38 63 00 04\n+000004  38 63 00 08\n" in checked.out
        return
    text = "".join(part for part in checked.out.partition("--- ")[1:])
    if "blob" not in kind:
        subprocess.run(["patch", "-p0", "-s"], input=text, encoding="utf-8", check=True)
        assert run(*CHECK, *options).status == 0


def test_outputs_that_are_not_there(run: Run) -> None:
    checked = run(*CHECK, "call.tramp")
    assert checked.status == 1
    assert checked.out.startswith("--- /dev/null\n+++ out/call.h\n@@ -0,0 +1,")
    assert "trampgen: stale: call.h, call.json; " in checked.err
    assert not Path("out").exists()


def test_a_hand_edit_without_a_last_newline(run: Run) -> None:
    run("build", "-o", "out", "call.tramp")
    header = Path("out/call.h")
    header.write_text(header.read_text() + "#define MINE 1")
    checked = run(*CHECK, "call.tramp")
    assert checked.status == 1
    assert checked.out.endswith("-#define MINE 1\n\\ No newline at end of file\n")


def test_only_what_is_emitted_is_compared(run: Run) -> None:
    run("build", "-o", "out", "--emit", "header", "call.tramp")
    assert run(*CHECK, "--emit", "header", "call.tramp").status == 0
    assert run(*CHECK, "call.tramp").status == 1


def test_a_record_is_not_believed(run: Run) -> None:
    """A build would have nothing to do; a check looks."""
    run("build", "-o", "out", "call.tramp")
    record = Path("out/.call.trampgen").read_text()
    Path("out/call.h").write_text("mine\n")
    assert run(*CHECK, "call.tramp").status == 1
    assert Path("out/.call.trampgen").read_text() == record


def test_a_wrong_spec_is_a_finding_of_its_own(run: Run) -> None:
    Path("call.tramp").write_text("target ppc64\nstub\n")
    checked = run(*CHECK, "call.tramp")
    assert (checked.status, checked.out) == (1, "")
    assert "call.tramp:2:" in checked.err


def test_a_check_through_a_folder(run: Run) -> None:
    Path("out").mkdir()
    Path("out/call.h").mkdir()
    checked = run(*CHECK, "call.tramp")
    assert checked.status == 2
    assert "can't read out/call.h" in checked.err


# ---- -o - ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["header", "json", "listing"])
def test_one_output_is_printed(kind: str, work: Path) -> None:
    assert program("build", "--emit", kind, "-o", "out", "call.tramp").status == 0
    [written] = outputs(work / "out").values()
    printed = program("build", "--emit", kind, "-o", "-", "call.tramp")
    assert (printed.status, printed.out.encode(), printed.err) == (0, written, "")
    assert not list(work.glob(".*"))


def test_findings_do_not_mix_with_it(work: Path) -> None:
    printed = program("build", "--emit", "header", "-o", "-", "warns.tramp")
    assert printed.out.startswith("/* SPDX")
    assert "warning[" in printed.err
    assert "warning[" not in printed.out


REFUSED = {
    "several": (
        ("--emit", "header,json", "call.tramp"),
        "-o - writes one output, and these are 2: call.h, call.json",
    ),
    "none": (("--emit", "blob", "call.tramp"), "-o - writes one output, and these are 0: none"),
    "two specs": (("--emit", "header", "call.tramp", "warns.tramp"), "these are 2: call.h, warns.h"),
    "to check": (("--check", "call.tramp"), "--check compares with files"),
    "json findings": (
        ("--emit", "header", "--format", "json", "call.tramp"),
        "--format json prints there too",
    ),
    "no target": (("--emit", "header", "--depfile", "d", "call.tramp"), "needs --depfile-target"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_printed(name: str, run: Run) -> None:
    options, said = REFUSED[name]
    refused = run("build", "-o", "-", *options)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err


def test_a_depfile_for_what_is_printed(run: Run) -> None:
    options = ("--depfile", "call.d", "--depfile-target", "call.h")
    assert run("build", "-o", "-", "--emit", "header", *options, "call.tramp").status == 0
    assert Path("call.d").read_text().startswith("call.h: \\\n  call.tramp \\\n  shared.inc\n")
