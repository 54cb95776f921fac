"""Builds with debug info and asm-offsets.h: what they supply, and that a change of them is noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.loop.conftest import Run, program

COMPILER = "powerpc64le-linux-gnu-gcc"
REGS = """
struct pt_regs { unsigned long gpr[32], nip, msr; };
struct pt_regs regs;
int callback(struct pt_regs *regs) { return regs->nip; }
"""
SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64
extern struct pt_regs from callback
extern const REGS as "STACK_INT_FRAME_REGS"
stub save {
    code { std r3, ${pt_regs.nip}(r1); std r4, ${REGS + pt_regs.gpr[4]}(r1) }
}
"""
ASM_OFFSETS = """\
#define STACK_INT_FRAME_REGS 48 /* STACK_INT_FRAME_REGS */
#define _NIP 304 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, nip) */
#define GPR4 80 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, gpr[4]) */
"""
BUILD = ("build", "-o", "out", "-j1")


def make(name: str, text: str, *flags: str) -> None:
    source = Path(name).with_suffix(".c")
    source.write_text(text)
    subprocess.run([COMPILER, "-g", "-O1", "-c", *flags, str(source), "-o", name], check=True)


@pytest.fixture
def objects(work: Path) -> Path:
    """The folder with a spec, an object and what Kbuild would have generated."""
    need(COMPILER)
    Path("save.tramp").write_text(SPEC)
    Path("asm-offsets.h").write_text(ASM_OFFSETS)
    Path("folder").mkdir()
    make("folder/regs.o", REGS)
    return work


ELF = ("--elf", "folder/regs.o")
OFFSETS = ("--asm-offsets", "asm-offsets.h")


@pytest.mark.usefixtures("objects")
@pytest.mark.parametrize("given", [(*ELF, *OFFSETS), OFFSETS, (*ELF, "-D", "REGS=48")])
def test_values_from_each_source(given: tuple[str, ...], run: Run) -> None:
    assert run(*BUILD, *given, "save.tramp").status == 0
    manifest = json.loads(Path("out/save.json").read_text())
    assert {one["name"]: one["value"] for one in manifest["externs"]} == {
        "REGS": "48", "pt_regs.gpr[4]": "32", "pt_regs.nip": "256",
    }  # fmt: skip
    assert Path("out/save.save.le.bin").read_bytes()[:2] == (256).to_bytes(2, "little")


@pytest.mark.usefixtures("objects")
def test_outputs_name_no_file(run: Run) -> None:
    """They are those of the values, wherever these come from."""
    run(*BUILD, *ELF, *OFFSETS, "--emit", "header,json,listing", "save.tramp")
    made = {path.name: path.read_bytes() for path in Path("out").glob("save.*")}
    assert len(made) == 3
    assert not any(b"regs.o" in data or b"asm-offsets.h" in data for data in made.values())
    values = ("-D", "REGS=48", "-D", "pt_regs.gpr[4]=32", "-D", "pt_regs.nip=256")
    run(*BUILD, "-o", "other", *values, "--emit", "header,json,listing", "save.tramp")
    assert {path.name: path.read_bytes() for path in Path("other").glob("save.*")} == made


@pytest.mark.usefixtures("objects")
def test_the_output_on_standard_output(run: Run) -> None:
    printed = run("build", "-o", "-", "--emit", "header", *ELF, *OFFSETS, "save.tramp").out
    assert "static_assert((offsetof(struct pt_regs, nip)) == 256," in printed


@pytest.mark.usefixtures("objects")
def test_what_changed_is_noticed(run: Run, compiled: list[str]) -> None:
    def built(*given: str) -> bool:
        before = len(compiled)
        assert run(*BUILD, *given, "save.tramp").status == 0
        return len(compiled) > before

    assert built(*ELF, *OFFSETS)
    assert not built(*ELF, *OFFSETS)
    os.utime("folder/regs.o", ns=(10**18, 10**18))
    assert not built(*ELF, *OFFSETS)
    assert built(*OFFSETS)
    assert built(*ELF, *OFFSETS)
    shutil.copy("folder/regs.o", "folder/same.o")
    assert built("--elf", "folder/same.o", *OFFSETS)
    assert built(*ELF, *OFFSETS)
    Path("asm-offsets.h").write_text(
        ASM_OFFSETS.replace("48", "112").replace("304", "368").replace("80", "144")
    )
    assert built(*ELF, *OFFSETS)
    assert not built(*ELF, *OFFSETS)


@pytest.mark.usefixtures("objects")
def test_an_object_that_is_compiled_again(run: Run) -> None:
    given = (*BUILD, *ELF, "-D", "REGS=48", "save.tramp")
    run(*given)
    make("folder/regs.o", REGS + "int another;")
    assert "unchanged out/save.h" in run(*given).out
    make("folder/regs.o", REGS.replace("nip, msr", "msr, nip"))
    assert "wrote out/save.h" in run(*given).out
    Path("folder/regs.o").write_bytes(b"no longer an object")
    assert run(*given).status == 1
    Path("folder/regs.o").unlink()
    assert run(*given).status == 1


@pytest.mark.usefixtures("objects")
def test_a_second_build_loads_nothing_heavy() -> None:
    arguments = [*BUILD, *ELF, *OFFSETS, "save.tramp"]
    code = f"""
import sys
from trampgen.cli import main
status = main({arguments!r})
heavy = "lark jinja2 keystone capstone elftools dataclasses typing mmap trampgen.elf.file trampgen.facts.gather"
print([name for name in heavy.split() if name in sys.modules], status)
"""
    assert "mmap" in program(python=("-c", code)).out.split("\n")[-2]
    assert program(python=("-c", code)).out.split("\n")[-2] == "[] 0"


@pytest.mark.usefixtures("objects")
def test_they_are_dependencies(run: Run) -> None:
    run(*BUILD, *ELF, *OFFSETS, "--depfile", "save.d", "save.tramp")
    text = Path("save.d").read_text()
    for name in ("save.tramp", "folder/regs.o", "asm-offsets.h"):
        assert f"  {name}" in text
        assert f"\n{name}:\n" in text


@pytest.mark.usefixtures("objects")
def test_committed_outputs(run: Run) -> None:
    run(*BUILD, *ELF, *OFFSETS, "save.tramp")
    assert run("build", "-o", "out", "--check", *ELF, *OFFSETS, "save.tramp").status == 0
    make("folder/regs.o", REGS.replace("nip, msr", "msr, nip"))
    stale = run("build", "-o", "out", "--check", *ELF, "-D", "REGS=48", "save.tramp")
    assert stale.status == 1
    assert "pt_regs.nip=264" in stale.out


@pytest.mark.usefixtures("objects")
def test_several_specs_at_a_time(run: Run) -> None:
    Path("other.tramp").write_text(SPEC.replace("stub save", "stub other"))
    assert run("build", "-o", "out", "-j2", *ELF, *OFFSETS, "save.tramp", "other.tramp").status == 0
    assert run("lint", "-j2", *ELF, *OFFSETS, "save.tramp", "other.tramp").status == 0


@pytest.mark.usefixtures("objects")
def test_diff_and_lint_take_them(run: Run) -> None:
    make("folder/other.o", REGS.replace("nip", "pc"))
    for command in (("lint",), ("diff", "save.tramp")):
        assert run(*command, *ELF, *OFFSETS, "save.tramp").status == 0
        refused = run(*command, "--elf", "folder/other.o", *OFFSETS, "save.tramp")
        assert refused.status == 1
        assert "no member (DWARF of folder/other.o)" in refused.err


@pytest.mark.usefixtures("objects")
def test_findings_for_machines(run: Run) -> None:
    found = json.loads(run("lint", "--format", "json", "--elf", "save.tramp", "save.tramp").out)[
        "diagnostics"
    ]
    assert [(one["code"], one["message"]) for one in found] == [
        ("bad-elf", "save.tramp: this is no ELF file")
    ]
