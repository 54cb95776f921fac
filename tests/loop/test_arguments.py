"""@files, --jobs, --color, progress: what the command line means, and what it says when it means nothing."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest

from tests.loop.conftest import Run, environment, outputs, program, start
from trampgen import arguments

COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# ---- @files --------------------------------------------------------------------------------------------


def test_arguments_from_files(run: Run) -> None:
    Path("options").write_text("-o 'out put' # where\n--emit=header\n@more\n")
    Path("more").write_text('-D\n"OFFSET=16"')
    assert run("build", "@options", "call.tramp").status == 0
    assert sorted(outputs(Path("out put"))) == ["call.h"]
    Path("all").write_text("build -q call.tramp -o all-of-it")
    assert run("@all").status == 0
    assert Path("all-of-it/call.h").exists()


REFUSED = {
    "missing": ("", "@nothing: No such file or directory"),
    "itself": ("@nothing", "more than 10 argument files within each other"),
    "a quote": ("-D 'OFFSET", "@nothing: No closing quotation"),
    "no text": ("\udcff", "@nothing: 'utf-8' codec can't decode"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_files_that_are_refused(name: str, run: Run) -> None:
    content, said = REFUSED[name]
    if content:
        Path("nothing").write_text(content, errors="surrogateescape")
    refused = run("build", "@nothing")
    assert refused.status == 2
    assert said in refused.err


def test_a_pipe_is_not_waited_for(run: Run) -> None:
    os.mkfifo("nothing")
    assert "@nothing: this is no file" in run("build", "@nothing").err


def test_options_between_specs(run: Run) -> None:
    assert run("build", "call.tramp", "-o", "out", "warns.tramp", "-q").status == 0
    assert {"call.h", "warns.h"} <= set(outputs(Path("out")))


@pytest.mark.parametrize(
    "words",
    [("build", "call.tramp", "--colour=never"), ("explain", "syntax", "x"), ("build", "call.tramp", "-x")],
)
def test_arguments_that_mean_nothing(
    words: tuple[str, ...], run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2
    assert f"unrecognized arguments: {words[-1]}" in capsys.readouterr().err


def test_a_member_of_a_struct_is_supplied_by_its_name(run: Run) -> None:
    text = "//! SPDX-License-Identifier: MIT\ntarget ppc64\nextern struct pt_regs\n"
    Path("save.tramp").write_text(text + "stub save { code { std r2, ${pt_regs.gpr[2]}(r1); blr } }\n")
    assert run("build", "-q", "-D", "pt_regs.gpr[2]=16", "--emit", "listing", "save.tramp").status == 0
    assert "f8410010 & ffffffff" in Path("save.lst").read_text()
    for unknown in ("ptregs.gpr[2]", "pt_regs.gpr[3]", "pt_regs", "gpr[2]"):
        done = run("lint", "-D", f"{unknown}=16", "save.tramp")
        assert (done.status, "no such extern" in done.err) == (2, True), unknown
    assert "did you mean `pt_regs.gpr[2]`" in run("lint", "-D", "ptregs.gpr[2]=16", "save.tramp").err


# ---- --jobs --------------------------------------------------------------------------------------------


def specs(count: int) -> list[str]:
    names = [f"call{n}.tramp" for n in range(count)]
    for n, name in enumerate(names):
        Path(name).write_text(Path("call.tramp").read_text().replace("stub call", f"stub call{n}"))
    return names


@pytest.mark.parametrize("jobs", ["2", "5", "auto"])
def test_jobs_make_no_difference(jobs: str, run: Run) -> None:
    names = [*specs(5), "warns.tramp"]
    one = run("build", "-j1", "-o", "out", *names)
    kept = outputs(Path("out"))
    for path in Path("out").iterdir():
        path.unlink()
    several = run("build", "-j", jobs, "-o", "out", *names)
    assert (several, outputs(Path("out"))) == (one, kept)


@pytest.mark.parametrize("command", ["build", "lint"])
def test_findings_come_in_the_order_of_the_source(command: str, run: Run) -> None:
    names = specs(4)
    for name in names[1:]:
        Path(name).write_text(Path(name).read_text().replace("r12", "r99"))
    said = run(command, "-j4", *names)
    assert said.status == 1
    assert re.findall(r"^(call\d)", said.err, re.MULTILINE) == ["call1", "call2", "call3"]


@pytest.mark.usefixtures("work")
def test_small_specs_are_not_worth_another_process() -> None:
    Path("large.tramp").write_text("/" * (1 << 20))
    assert arguments.jobs("auto", ["call.tramp", "warns.tramp", "missing.tramp"]) == 1
    assert arguments.jobs("auto", ["call.tramp", "large.tramp"]) == len(os.sched_getaffinity(0))
    assert arguments.jobs("7", ["call.tramp"]) == 7


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1000", ""])
def test_jobs_that_are_refused(jobs: str, run: Run) -> None:
    refused = run("build", f"--jobs={jobs}", "call.tramp")
    assert refused.status == 2
    assert f"--jobs {jobs}: expected a number from 1 to 256, or auto" in refused.err


# ---- colour and progress -------------------------------------------------------------------------------


def test_colour_is_for_terminals(run: Run) -> None:
    plain = run("lint", "warns.tramp").err
    coloured = run("lint", "--color", "always", "warns.tramp").err
    assert not COLOUR.search(plain)
    assert "\x1b[1;33mwarning[joint-mask-over-accepts]:\x1b[0m" in coloured
    assert COLOUR.sub("", coloured) == plain


def on_terminal(*arguments: str, **variables: str) -> str:
    """What a terminal shows of standard error."""
    try:
        shown, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminal to be had here: {error}")
    kept = environment()
    kept.pop("NO_COLOR", None)
    env = {**kept, "TERM": "xterm", **variables}
    with start(*arguments, out=subprocess.DEVNULL, error=theirs, env=env) as process:
        os.close(theirs)
        said = b""
        try:
            while data := os.read(shown, 4096):
                said += data
        except OSError:  # the other end is closed
            pass
        process.wait(30)
    os.close(shown)
    return said.decode()


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    ("options", "variables", "coloured"),
    [
        ((), {}, True),
        ((), {"NO_COLOR": "1"}, False),
        ((), {"NO_COLOR": ""}, True),  # no-color.org: present and not empty
        ((), {"TERM": "dumb"}, False),
        (("--color", "never"), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
    ],
)
def test_colour_on_a_terminal(options: tuple[str, ...], variables: dict[str, str], coloured: bool) -> None:
    said = on_terminal("lint", *options, "warns.tramp", **variables)
    assert "warning[joint-mask-over-accepts]" in said
    assert bool(COLOUR.search(said)) == coloured


def test_progress_of_a_long_build(work: Path) -> None:
    """More specs than half a second is enough for."""
    names = specs(40)
    text = "\n".join(f"stub other{n} {{ code {{ addi r3, r3, {n}; bctr }} }}" for n in range(150))
    for name in names:
        (work / name).write_text((work / name).read_text() + text)
    said = on_terminal("build", "-q", "-o", "out", *names)
    assert said == ""
    said = on_terminal("build", "-o", "out", *names, "--no-record")
    assert re.search(r"\r\x1b\[K\[#+\.*\] \d+/40 call\d+\.tramp", said)
    assert said.endswith("\r\x1b[K")
    assert program("build", "-o", "out", *names, "--no-record").err == ""
