"""Builds in an empty folder with a shared file, in process or as a program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import trampgen.build
from tests.conftest import ROOT
from trampgen.build import Product, Request
from trampgen.cli import main

SHARED = "const STEP = 4\n"
SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64
include "shared.inc"
extern const OFFSET as "offsetof(struct s, m)"
stub call {
    code {
        ld r12, ${OFFSET}(r13)
        addi r3, r3, ${STEP}
        bctr
    }
}
"""
WARNS = """\
//! SPDX-License-Identifier: MIT
target ppc64
stub a { code { nop; bctr } }
stub b { code { bctr; nop } }
family either { members a, b; merge words 0..1 }
"""


@dataclass(frozen=True)
class Ran:
    """What one run printed and how it ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two specs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shared.inc").write_text(SHARED)
    (tmp_path / "call.tramp").write_text(SPEC)
    (tmp_path / "warns.tramp").write_text(WARNS)
    return tmp_path


@pytest.fixture
def run(work: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command in this process."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        status = main(arguments)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


def environment() -> dict[str, str]:
    """Of a program that imports the package under test."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"}


def start(
    *arguments: str,
    python: tuple[str, ...] = ("-m", "trampgen"),
    out: int = subprocess.PIPE,
    error: int = subprocess.PIPE,
    env: dict[str, str] | None = None,
) -> subprocess.Popen[str]:
    """One command as a program of its own, which no signal passes by: who runs the tests may ignore some."""
    command = [sys.executable, *python, *arguments]
    return subprocess.Popen(
        command, env=env or environment(), stdout=out, stderr=error, encoding="utf-8", preexec_fn=_obeying
    )


def _obeying() -> None:
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def program(*arguments: str, python: tuple[str, ...] = ("-m", "trampgen")) -> Ran:
    """As `start`, and wait."""
    with start(*arguments, python=python) as process:
        out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err)


def outputs(folder: Path) -> dict[str, bytes]:
    """What a folder holds, without the records."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix != ".trampgen"}


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The specs that are compiled, in order."""
    paths: list[str] = []
    real = trampgen.build.build

    def build(request: Request, worker: object) -> Product:
        paths.append(request.path)
        return real(request, worker)  # type: ignore[arg-type]

    monkeypatch.setattr("trampgen.jobs.build", build)
    return paths
