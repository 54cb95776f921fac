"""The command line: exit status, what is written and what is left alone, and that no failure is a traceback."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import EXAMPLES, ROOT
from trampgen import cli

POWERPC = EXAMPLES / "linux" / "powerpc"
SPECS = sorted(path for path in POWERPC.glob("*.tramp") if not path.name.endswith(".inc.tramp"))
GOOD = """\
//! SPDX-License-Identifier: MIT
target ppc64
extern const OFFSET as "offsetof(struct s, member)"
stub hop {
    param x
    code { addis r11, r2, ${x@ha}; addi r11, r11, ${x@l}; mtctr r11; bctr }
}
stub peek { code { ld r12, ${OFFSET}(r13) } }
"""
# Two findings: lines 6 and 7.
BAD = """\
//! SPDX-License-Identifier: MIT
target ppc64
stub broken {
    code {
        nop
        addi r3, r3, 0x12345
        ld r3, 2(r4)
    }
}
"""
# One warning: the joint mask of the family accepts more than its members.
WARNS = """\
//! SPDX-License-Identifier: MIT
target ppc64
stub a { code { nop } }
stub b { code { blr } }
family f { members a, b; merge words 0..0 }
"""


def trampgen(*arguments: str | Path, cwd: Path, seconds: int = 60) -> subprocess.CompletedProcess[str]:
    """One run of the program; never with a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "trampgen", *map(str, arguments)],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        stdin=subprocess.DEVNULL,
    )
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 2)
    return done


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder with a good spec, a bad one and one that warns."""
    for name, text in (("good", GOOD), ("bad", BAD), ("warns", WARNS)):
        (tmp_path / f"{name}.tramp").write_text(text)
    return tmp_path


def outputs(folder: Path) -> list[str]:
    """The outputs in a folder: no specs, no records of builds."""
    found = folder.iterdir() if folder.exists() else ()
    return sorted(path.name for path in found if path.suffix not in (".tramp", ".trampgen"))


# ---- exit status ---------------------------------------------------------------------------------------


def test_clean(work: Path) -> None:
    done = trampgen("build", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "hop" in done.stdout
    assert "no blob of good.peek: supply -D OFFSET=" in done.stdout
    assert "wrote out/good.h" in done.stdout
    assert outputs(work / "out") == ["good.h", "good.hop.be.bin", "good.hop.le.bin", "good.json"]


def test_quiet(work: Path) -> None:
    done = trampgen("build", "-q", "good.tramp", cwd=work)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "good.h" in outputs(work)


def test_findings(work: Path) -> None:
    done = trampgen("build", "bad.tramp", "-o", "out", cwd=work)
    assert done.returncode == 1
    assert "bad.tramp:6:" in done.stderr
    assert "bad.tramp:7:" in done.stderr
    assert "error[immediate-range]" in done.stderr
    assert "error[immediate-alignment]" in done.stderr
    assert "2 errors, 0 warnings" in done.stderr
    assert outputs(work / "out") == []


def test_a_warning_does_not_stop_a_build(work: Path) -> None:
    done = trampgen("build", "warns.tramp", "-o", "out", cwd=work)
    assert done.returncode == 0
    assert "warning[joint-mask-over-accepts]" in done.stderr
    assert "warns.h" in outputs(work / "out")


def test_unless_it_is_told_to(work: Path) -> None:
    done = trampgen("build", "-W", "warns.tramp", "-o", "out", cwd=work)
    assert done.returncode == 1
    assert outputs(work / "out") == []


@pytest.mark.parametrize(("spec", "status"), [("good", 0), ("bad", 1), ("warns", 1)])
def test_lint(spec: str, status: int, work: Path) -> None:
    done = trampgen("lint", f"{spec}.tramp", cwd=work)
    assert done.returncode == status
    assert outputs(work) == []


USAGE: list[tuple[list[str], str]] = [
    (["build"], "SPEC"),
    (["build", "good.tramp", "--emit", "hedaer"], "hedaer"),
    (["build", "good.tramp", "--emit", "header,,blobs"], "blobs"),
    (["build", "good.tramp", "-D", "OFFSET"], "OFFSET"),
    (["build", "good.tramp", "-D", "OFFSET=x"], "OFFSET"),
    (["build", "good.tramp", "-D", "=1"], "=1"),
    (["build", "good.tramp", "-D", "OFFSET=1", "-D", "OFFSET=2"], "twice"),
    (["build", "good.tramp", "sub/good.tramp"], "same files"),
    (["build", "good.tramp", "--format", "xml"], "xml"),
    (["biuld", "good.tramp"], "biuld"),
    (["build", "good.tramp", "--no-such-option"], "no-such-option"),
    (["explain", "no-such-code"], "no-such-code"),
    (["lint"], "SPEC"),
]


@pytest.mark.parametrize(("arguments", "said"), USAGE, ids=lambda value: " ".join(value) if value else None)
def test_usage(arguments: list[str], said: str, work: Path) -> None:
    done = trampgen(*arguments, cwd=work)
    assert done.returncode == 2
    assert said in done.stderr
    assert outputs(work) == []


@pytest.mark.parametrize("command", ["build", "lint"])
def test_unknown_define(command: str, work: Path) -> None:
    done = trampgen(command, "good.tramp", "-D", "OFSET=8", cwd=work)
    assert done.returncode == 2
    assert "OFSET" in done.stderr
    assert "did you mean `OFFSET`?" in done.stderr
    assert outputs(work) == []


def test_a_define_for_one_of_two_specs(work: Path) -> None:
    done = trampgen("build", "-q", "good.tramp", "warns.tramp", "-D", "OFFSET=8", cwd=work)
    assert done.returncode == 0
    assert json.loads((work / "good.json").read_text())["externs"][0]["value"] == "8"


@pytest.mark.parametrize("value", ["8", "0x8"])
def test_defines_are_numbers_in_any_base(value: str, work: Path) -> None:
    assert trampgen("build", "-q", "good.tramp", "-D", f"OFFSET={value}", cwd=work).returncode == 0
    assert json.loads((work / "good.json").read_text())["externs"][0]["value"] == "8"


# ---- files that are not what they should be ------------------------------------------------------------


def test_a_spec_that_is_not_there(work: Path) -> None:
    done = trampgen("build", "missing.tramp", "-o", "out", cwd=work)
    assert done.returncode in (1, 2)
    assert "missing.tramp" in done.stderr
    assert outputs(work / "out") == []


def test_a_spec_that_is_a_folder(work: Path) -> None:
    (work / "folder.tramp").mkdir()
    done = trampgen("build", "folder.tramp", "-o", "out", cwd=work)
    assert done.returncode in (1, 2)
    assert "folder.tramp" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_spec_that_can_t_be_read(work: Path) -> None:
    (work / "good.tramp").chmod(0)
    done = trampgen("build", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode in (1, 2)
    assert "good.tramp" in done.stderr


NO_TEXT = [
    b"",
    b"\n",
    b"\0",
    b"\xff\xfe",
    b"target ppc64\0",
    b"\xef\xbb\xbftarget ppc64\n",
    bytes(range(256)),
    b"\xc3",
]


def test_specs_that_are_no_text(work: Path) -> None:
    names = [f"odd{number}.tramp" for number in range(len(NO_TEXT))]
    for name, data in zip(names, NO_TEXT, strict=True):
        (work / name).write_bytes(data)
    done = trampgen("build", *names, "-o", "out", cwd=work)
    assert done.returncode == 1
    for name in names:
        assert re.search(rf"^{name}:\d+:\d+: error\[|error\[.*{name}", done.stderr, re.MULTILINE), name
    assert outputs(work / "out") == []


def test_an_output_folder_that_is_a_file(work: Path) -> None:
    (work / "out").write_text("mine")
    done = trampgen("build", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode == 2
    assert "out" in done.stderr
    assert (work / "out").read_text() == "mine"


def test_an_output_folder_below_a_file(work: Path) -> None:
    (work / "out").write_text("mine")
    done = trampgen("build", "good.tramp", "-o", "out/deeper", cwd=work)
    assert done.returncode == 2
    assert "out/deeper" in done.stderr


def test_an_output_that_is_a_folder(work: Path) -> None:
    (work / "out" / "good.json").mkdir(parents=True)
    done = trampgen("build", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode == 2
    assert "good.json" in done.stderr or "out" in done.stderr
    assert not [name for name in outputs(work / "out") if name.startswith(".")]  # nothing half-written


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_an_output_folder_that_is_not_writable(work: Path) -> None:
    (work / "out").mkdir()
    (work / "out").chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = trampgen("build", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode == 2
    assert "out" in done.stderr


def test_a_closed_pipe_is_no_failure_of_ours(work: Path) -> None:
    command = f"{sys.executable} -m trampgen build good.tramp -o out | true"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, shell=True, cwd=work, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


# ---- what is left alone --------------------------------------------------------------------------------


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_a_failing_spec_leaves_outputs_untouched(work: Path) -> None:
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 0
    before = snapshot(work / "out")
    (work / "good.tramp").write_text(GOOD.replace("mtctr r11", "mtctr r99"))
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 1
    assert snapshot(work / "out") == before


def test_one_failing_spec_of_several_stops_all_outputs(work: Path) -> None:
    done = trampgen("build", "good.tramp", "bad.tramp", "warns.tramp", "-o", "out", cwd=work)
    assert done.returncode == 1
    assert "bad.tramp:6:" in done.stderr
    assert "warns.tramp" in done.stderr  # findings of all specs in one run
    assert outputs(work / "out") == []


def test_unchanged_outputs_keep_their_time(work: Path) -> None:
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 0
    for path in (work / "out").iterdir():
        os.utime(path, ns=(10**18, 10**18))
    (work / "out" / ".good.trampgen").unlink()
    before = snapshot(work / "out")
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 0
    after = snapshot(work / "out")
    assert {name: after[name] for name in before} == before
    before = after
    # A comment moves the lines that the manifest tells, and nothing else.
    (work / "good.tramp").write_text(GOOD.replace("stub hop", "// new\nstub hop"))
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 0
    changed = [name for name, state in snapshot(work / "out").items() if state != before[name]]
    assert sorted(changed) == [".good.trampgen", "good.json"]


def test_outputs_get_the_usual_permissions(work: Path) -> None:
    assert trampgen("build", "good.tramp", "-o", "out", cwd=work).returncode == 0
    umask = os.umask(0)
    os.umask(umask)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (work / "out").iterdir()} == {0o666 & ~umask}


@pytest.mark.parametrize(
    ("emit", "expected"),
    [
        (["header"], ["good.h"]),
        (["blob"], ["good.hop.be.bin", "good.hop.le.bin"]),
        (["listing"], ["good.lst"]),
        (["header,json"], ["good.h", "good.json"]),
        (["json,json"], ["good.json"]),
    ],
)
def test_emit(emit: list[str], expected: list[str], work: Path) -> None:
    options = [part for kind in emit for part in ("--emit", kind)]
    assert trampgen("build", "good.tramp", "-o", "out", *options, cwd=work).returncode == 0
    assert outputs(work / "out") == expected


# ---- what is printed -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["build", "lint"])
def test_json_findings(command: str, work: Path) -> None:
    done = trampgen(command, "--format", "json", "bad.tramp", "warns.tramp", cwd=work)
    assert done.returncode == 1
    document: dict[str, Any] = json.loads(done.stdout)
    found = document["diagnostics"]
    assert [(d["code"], d["severity"]) for d in found] == [
        ("immediate-range", "error"),
        ("immediate-alignment", "error"),
        ("joint-mask-over-accepts", "warning"),
    ]
    for diagnostic in found:
        span = diagnostic["span"]
        assert set(span) == {"file", "line", "column", "end_line", "end_column"}
        text = (work / span["file"]).read_text().split("\n")[span["line"] - 1]
        assert 1 <= span["column"] < span["end_column"] <= len(text) + 1
    assert [d["span"]["line"] for d in found] == [6, 7, 5]


def test_json_without_findings(work: Path) -> None:
    done = trampgen("build", "--format", "json", "good.tramp", "-o", "out", cwd=work)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"diagnostics": []}


def test_json_of_a_file_that_is_not_there(work: Path) -> None:
    done = trampgen("lint", "--format", "json", "missing.tramp", cwd=work)
    [found] = json.loads(done.stdout)["diagnostics"]
    assert found["code"] == "cannot-read"
    assert found["span"] is None


def test_text_findings_show_the_line(work: Path) -> None:
    done = trampgen("lint", "bad.tramp", cwd=work)
    assert re.search(r"^ +6 \| +addi r3, r3, 0x12345\n +\| +\^+$", done.stderr, re.MULTILINE)


def test_help(work: Path) -> None:
    done = trampgen("--help", cwd=work)
    assert done.returncode == 0
    for word in ("build", "lint", "explain", "--version", "--include-dir", "exit status"):
        assert word in done.stdout
    for command in ("build", "lint", "explain"):
        assert trampgen(command, "--help", cwd=work).returncode == 0


def test_no_command_prints_the_help(work: Path) -> None:
    done = trampgen(cwd=work)
    assert done.returncode == 2
    assert "usage: trampgen" in done.stdout + done.stderr


def test_version(work: Path) -> None:
    assert re.fullmatch(r"trampgen \d+\.\d+\S*\n", trampgen("--version", cwd=work).stdout)


def test_include_dir(work: Path) -> None:
    done = trampgen("--include-dir", cwd=work)
    assert done.returncode == 0
    assert (Path(done.stdout.strip()) / "trampgen.h").is_file()


def test_explain(work: Path) -> None:
    done = trampgen("explain", cwd=work)
    assert done.returncode == 0
    codes = [line.split()[0] for line in done.stdout.strip().split("\n")]
    assert "immediate-range" in codes
    one = trampgen("explain", "immediate-range", cwd=work)
    assert one.returncode == 0
    assert "immediate-range" in one.stdout
    unknown = trampgen("explain", "imediate-range", cwd=work)
    assert unknown.returncode == 2
    assert "did you mean `immediate-range`?" in unknown.stderr


def test_examples_build(work: Path) -> None:
    done = trampgen(
        "build",
        *SPECS,
        "-o",
        "out",
        cwd=work,
    )
    assert done.returncode == 0
    assert {"module_stub.h", "module_stub_2016.h"} <= set(outputs(work / "out"))


# ---- no text is a traceback ----------------------------------------------------------------------------

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
ODD = """
variant;stub;${;};{;(;);/* x */;raw 0x1;&x;reladdr@ha;-1;0;99999999999999999999;";"";x:;if elfv1 {;else;param;
param x in 0..1;const A = A;const A = { elfv1: 1 };1/0;1<<99;size 0;align 3;merge words 0..9;extract nothing;
members a;b ${&l};l: nop;~reladdr;-reladdr;!PACATOC;PACATOC;PACATOC + reladdr;offsetof(x);sizeof(funcdata);
sizeof(ppc64_stub_entry);include "a.tramp";target ppc32;target arm64;@;@l@l;0x;0b;_;1_000;///;//!;&&;||;..;->;0..0;
rest 5;as written 0;in 5..1;: u8;: s64;align 8;= foo bar;stdu r1, -16(r1);b 8;bne ${&entry};€;\u0000;\t;\r;\f;\u00a0
""".replace("\n", "").split(";")


def mutate(text: str, rng: random.Random) -> str:
    """A few lines or tokens deleted, doubled, swapped, replaced or put in."""
    for _ in range(rng.choice([1, 1, 1, 2, 3, 6])):
        lines = rng.random() < 0.4
        parts = text.split("\n") if lines else TOKEN.findall(text)
        if len(parts) < 2:
            return text
        here, there = rng.randrange(len(parts)), rng.randrange(len(parts))
        match rng.randrange(5):
            case 0:
                del parts[here]
            case 1:
                parts.insert(here, parts[there])
            case 2:
                parts[here], parts[there] = parts[there], parts[here]
            case 3:
                parts[here] = rng.choice(ODD)
            case _:
                parts.insert(here, f" {rng.choice(ODD)} ")
        text = ("\n" if lines else "").join(parts)
    return text


def _run(arguments: Sequence[str | Path], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = cli.main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return status, printed.err


@pytest.mark.parametrize("seed", range(4))
def test_mutated_examples(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Some still build, the others have findings; the first 3 s of a random sequence, at most 60 texts."""
    rng = random.Random(seed)
    originals = [path.read_text(encoding="utf-8") for path in SPECS]
    path, until = tmp_path / "mutant.tramp", time.monotonic() + 3
    statuses: list[int] = []
    while len(statuses) < 60 and (time.monotonic() < until or set(statuses) != {0, 1}):
        text = mutate(rng.choice(originals), rng)
        path.write_text(text, encoding="utf-8", newline="")
        status, said = _run(
            ["build", "-q", path, "-o", tmp_path / "out", "--emit", "header,json,blob,listing"], capsys
        )
        assert status in (0, 1), f"{said}\n{text}"
        assert "Traceback" not in said
        assert (status == 1) == ("error[" in said), f"{said}\n{text}"
        assert not [name for name in outputs(tmp_path / "out") if name.startswith(".")]
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        statuses.append(status)
    assert len(statuses) > 10
    assert set(statuses) == {0, 1}


HOSTILE = {
    "deep parentheses": "const A = " + "(" * 20000 + "1" + ")" * 20000,
    "deep minus signs": "const A = " + "-" * 20000 + "1",
    "deep blocks": "stub s { code { " + "if 1 { " * 5000 + "nop" + " }" * 5000 + " } }",
    "a long sum": "const A = " + " + ".join(["1"] * 20000),
    "a huge number": "const A = " + "9" * 10000,
    "a huge shift": "const A = 1 << 99999999999",
    "a huge power": "const A = " + " * ".join(["0xffffffffffffffff"] * 50),
    "a huge layout": 'layout a { data x : ctype "u8" size 99999999999 }',
    "a long line": "stub s { code { nop " + "x" * 100000 + " } }",
    "many stubs": "\n".join(f"stub s{n} {{ code {{ nop }} }}" for n in range(500)),
    "an endless cycle": "const A = B, B = C, C = A\nstub s { code { addi r3, r3, ${A} } }",
    "many axes": "\n".join(f"variant a{n} {{ x{n} when \"X\"; y{n} }}" for n in range(40))
    + "\nstub s { code { " + "; ".join(f"if x{n} {{ nop }}" for n in range(40)) + " } }",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_specs(name: str, work: Path) -> None:
    (work / "hostile.tramp").write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{HOSTILE[name]}\n")
    done = trampgen("lint", "hostile.tramp", cwd=work, seconds=10)
    assert done.returncode in (0, 1, 2)
    assert done.returncode == 0 or "error" in done.stderr
