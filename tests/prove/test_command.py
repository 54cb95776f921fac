"""`trampgen prove` from the command line: what it prints, its exit status, and what it does without its packages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, need
from tests.prove.examples import LINUX
from trampgen.cli import main
from trampgen.prove import run

OPTPROBE = str(LINUX / "powerpc/optprobe.tramp")
STUB = str(LINUX / "powerpc/module_stub.tramp")


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", STUB, "--template", "ftrace_stub", "--case", "elfv2"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("proved   ftrace_stub [elfv2], little-endian: 45 obligations hold\n")
    assert "proved   ftrace_stub [elfv2], big-endian: " in out
    assert "assumed  memory that is reached through different registers does not overlap\n" in out
    assert not err


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", OPTPROBE, "--case", "elfv1", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["diagnostics"] == []
    first = document["verdicts"][0]
    assert (first["verdict"], first["byte_order"], first["cases"]) == ("proved", "little", ["ppc64", "elfv1"])
    assert {one["subject"] for one in first["refuted"]} == {"r1", "r13", "pt_regs.nip"}
    assert all(one["allowed"] and one["counterexample"] for one in first["refuted"])
    assert document["assumptions"]


def test_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.tramp"
    spec.write_text("//! SPDX-License-Identifier: MIT\ntarget ppc64\nstub s { code { li r3, 1; blr } }\n")
    assert main(["prove", str(spec)]) == 1
    out, err = capsys.readouterr()
    assert "refuted  s, little-endian: " in out
    assert "error[not-preserved]: r3 does not hold what it held at the beginning" in err
    assert "    3 | stub s { code { li r3, 1; blr } }" in err


def test_no_allow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", OPTPROBE, "--no-allow", "--case", "ppc64"]) == 1
    out, err = capsys.readouterr()
    assert set(re.findall(r"error\[(\S+)\]", err)) == {"stale-slot", "sticky-restored", "lost-write"}
    assert "allow" not in out + err
    assert "refuted  optprobe_template [ppc64, elfv1], little-endian: " in out
    assert "proved   optprobe_site [ppc64], little-endian: " in out


def test_debug_info_says_where_members_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those, too, of which only the contract speaks."""
    need("x86_64-linux-gnu-gcc")
    members = "r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss".split()
    (tmp_path / "regs.c").write_text(
        f"struct pt_regs {{ unsigned long {', '.join(members)}; }};\n"
        "void optimized_callback(void *op, struct pt_regs *regs) { regs->ip = 0; }\n"
    )
    subprocess.run(["x86_64-linux-gnu-gcc", "-g", "-c", "regs.c"], cwd=tmp_path, check=True)
    spec, regs = str(LINUX / "x86/optprobe.tramp"), str(tmp_path / "regs.o")
    status = main(["prove", spec, "--elf", regs, "--template", "optprobe_template", "--case", "x86_64"])
    out = capsys.readouterr().out
    assert (status, set(re.findall(r"^\w+(?= +optprobe_template \[)", out, re.MULTILINE))) == (
        0,
        {"proved"},
    ), out


def test_show_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", OPTPROBE, "--show-contract", "--case", "elfv2", "--case", "ppc64"]) == 0
    out = capsys.readouterr().out
    assert "optprobe_template [ppc64, elfv2], ppc64:\n" in out
    assert "  sticky r13  (default)\n" in out
    assert "  redzone 288  (a leaf function of either 64-bit ABI may use them without a frame)\n" in out
    assert "elfv1" not in out


def test_smt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    z3 = pytest.importorskip("z3")
    assert (
        main(["prove", STUB, "--template", "ftrace_stub", "--case", "pcrel", "--smt", str(tmp_path / "smt")])
        == 0
    )
    files = sorted((tmp_path / "smt").iterdir())
    assert len(files) == 2  # of each byte order: that the parts of a prefixed instruction are the param
    for path in files:
        solver = z3.Solver()
        solver.from_file(str(path))
        assert solver.check() == z3.unsat
    assert all(path.read_text().startswith("; ftrace_stub [pcrel]") for path in files)


@pytest.mark.parametrize("package", run.NEEDED)
def test_without_packages(
    package: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "find_spec", lambda name: None if name == package else True)
    assert main(["prove", STUB]) == 1
    out, err = capsys.readouterr()
    assert set(re.findall(r"^\w+", out, re.MULTILINE)) == {"unknown"}
    assert f"install {package}: pip install 'trampgen[prove]'" in out
    assert "warning[unproven]" in err


def test_wrong_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", STUB, "--template", "ftrace_stubs"]) == 2
    assert main(["prove", STUB, "--case", "elfv3"]) == 2
    assert "--case elfv3: there is elfv1, pcrel, elfv2" in capsys.readouterr().err


def test_a_build_loads_none_of_it() -> None:
    """The packages are large; only proofs need them."""
    code = (
        "import sys; from trampgen.cli import main; "
        f"status = main(['lint', {STUB!r}]); "
        "loaded = {name.split('.')[0] for name in sys.modules} | {name for name in sys.modules if 'trampgen' in name}; "
        "sys.exit(status or not loaded.isdisjoint(['pypcode', 'z3', 'trampgen.prove']))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_simplification_needs_no_solver() -> None:
    """An optprobe is proved without loading z3, which takes longer than the proof."""
    code = (
        "import sys; from trampgen.cli import main; "
        f"status = main(['prove', {OPTPROBE!r}]); sys.exit(status or 'z3' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode == 0
    )


def test_same_output_twice() -> None:
    command = [sys.executable, "-m", "trampgen", "prove", OPTPROBE, "--format", "json"]
    outputs = {
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.PIPE,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "pass").glob("*.tramp")), ids=lambda path: path.stem
)
def test_any_spec_gets_a_verdict(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever code there is: each configuration is proved, refuted or unknown, and nothing breaks."""
    assert main(["prove", str(path)]) in (0, 1)
    out, err = capsys.readouterr()
    assert "internal error" not in err
    verdicts = re.findall(r"^(\w+) ", out, re.MULTILINE)
    assert set(verdicts) <= {"proved", "refuted", "unknown", "allowed", "assumed"}


def test_a_part_of_a_spec_is_proved_as_with_the_rest(capsys: pytest.CaptureFixture[str]) -> None:
    """Other templates and cases are not even assembled."""
    spec = OPTPROBE
    assert main(["prove", spec]) == 0
    every = capsys.readouterr().out.splitlines()
    assert main(["prove", spec, "--template", "optprobe_template", "--case", "ppc64", "--case", "elfv2"]) == 0
    some = [line for line in capsys.readouterr().out.splitlines() if line.startswith("proved")]
    assert some == [line for line in every if line.startswith("proved   optprobe_template [ppc64, elfv2]")]
    assert len(some) == 2
