"""docs/findings.md and docs/prove.md show what trampgen prints: their commands are run on a copy of the examples."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT

PAGE = (ROOT / "docs" / "findings.md").read_text()
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
SHOWN = SECTIONS | {"docs/prove.md": (ROOT / "docs" / "prove.md").read_text()}
KERNEL = tomllib.loads((ROOT / "tests" / "kernel" / "findings" / "findings.toml").read_text())
BOOT = re.compile(r"make kernel-test ARCH=(\S+) FINDINGS=(\S+)")

# What the specs of the kernel's own code are known for: each of these has to be on the page, and come out of a command.
HAZARDS = {
    "lost-write", "stale-slot", "sticky-restored", "red-zone", "register-written", "store-outside",
    "stack-alignment", "joint-mask-over-accepts", "mask-looser", "reach-differs", "condition-nibble",
}  # fmt: skip


def commands(section: str) -> list[tuple[str, list[str]]]:
    """Commands and the lines below them."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def plain(text: str) -> list[str]:
    """Lines without places, numbers of lines, and how far they are indented."""
    text = re.sub(r"^( *= )?\S+:\d+:\d+: ", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"^ *\d+ \|", "|", text, flags=re.MULTILINE)
    return [" ".join(line.split()) for line in text.splitlines()]


def stands(shown: list[str], printed: list[str]) -> str:
    """The first shown line that is not printed behind the one before it, or nothing."""
    rest = iter(printed)
    for wanted in plain("\n".join(shown)):
        if wanted == "…":
            continue
        if not any(got == wanted or got.startswith(f"{wanted}:") for got in rest):
            return wanted
    return ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the commands run: the examples, and a trampgen that is this one."""
    shutil.copytree(EXAMPLES / "linux", tmp_path / "examples" / "linux")
    program = tmp_path / "bin" / "trampgen"
    program.parent.mkdir()
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
    program.write_text(f'#!/bin/sh\n{python} -m trampgen "$@"\n')
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("title", SHOWN)
def test_the_page_shows_what_is_printed(title: str, folder: Path) -> None:
    pytest.importorskip("pypcode")
    for command, shown in commands(SHOWN[title]):
        if not BOOT.match(command):
            done = subprocess.run(
                ["bash", "-c", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, check=False, env=os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
            )  # fmt: skip
            failing = any(line.startswith(("error[", "warning[")) for line in shown)
            assert done.returncode == int(failing), done.stdout
            assert stands(shown, plain(done.stdout)) == "", done.stdout


def test_every_hazard_is_shown() -> None:
    """And by its command, not by the text alone."""
    shown = [line for part in SECTIONS.values() for _, lines in commands(part) for line in lines]
    codes = {found.group(1) for line in shown if (found := re.match(r"(?:error|warning)\[(\S+)\]", line))}
    assert codes == HAZARDS


def test_the_table_of_the_page_has_every_section() -> None:
    links = re.findall(r"^\| \[(.*?)\]\(#(.*?)\)", PAGE, re.MULTILINE)
    assert [title.lower() for title, _ in links] == [title.lower() for title in SECTIONS]
    assert all(link == title.lower().replace(" ", "-") for title, link in links)


def test_the_page_says_of_the_kernel_what_the_reproducers_expect() -> None:
    booted: dict[str, list[str]] = {}
    for section in SECTIONS.values():
        for command, shown in commands(section):
            if found := BOOT.match(command):
                booted[found.group(2)] = shown
                assert KERNEL[found.group(2)]["target"] == found.group(1)
    assert booted.keys() == KERNEL.keys()
    for name, entry in KERNEL.items():
        ends = [entry["trapped"], entry["optimised"] if entry["trapped"] == "works" else "-"]
        ends.append("works" if "mends" in entry else "-")
        assert booted[name][0].split()[:4] == [name, *ends]
        assert all(
            " ".join(new.split()[:3]) in " ".join(PAGE.split()) for _, _, new in entry.get("mends", ())
        )
        assert entry.get("function", entry["call"]) in booted[name][0]


def test_a_line_that_is_not_printed_is_noticed() -> None:
    printed = plain("spec.tramp:3:4: error[x]: one\n   12 |  code\n      = a.tramp:1:2: note: here\n")
    assert printed == ["error[x]: one", "| code", "= note: here"]
    assert stands(["error[x]: one", "…", "= note: here"], printed) == ""
    assert stands(["= note: here", "error[x]: one"], printed) == "error[x]: one"
    assert stands(["error[x]: two"], printed) == "error[x]: two"
