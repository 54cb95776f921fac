"""A folder in which trampgen builds with a misbehaving Keystone library, loaded by the real worker."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import need
from tests.processes import at_most
from trampgen import cli
from trampgen.assemble import driver

TRIGGER = "addi 0x4,"  # the library misbehaves on statements that start so
BAD = 6  # the line of the first of them
SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64
stub s {
    code {
        addi r3, r3, 1
        addi r4, r4, 2
        nop
        blr
    }
}
"""
HOLE = SPEC.replace("stub s {", "stub s { param x").replace("r4, 2", "r4, ${x}")
AFTER_OTHERS = HOLE.replace("        nop", "        b ${&end}\n        nop\nend:")
OLD = {"spec.h": b"old header", "spec.s.be.bin": b"old blob", "notes.txt": b"somebody else's"}

LAUNCHER = """\
import ctypes, os, sys
os.environ |= {settings!r}
sys.path.insert(0, {folder!r})
import worker
worker._library = lambda: worker._declared(ctypes.CDLL({library!r}))
worker._CPU_SECONDS = 0.1
worker.main()
"""


def compile_library(folder: Path) -> Path:
    """The fake Keystone; without a compiler the test is skipped."""
    need("gcc")
    made = folder / "libkeystone.so"
    source = Path(__file__).with_name("fake_keystone.c")
    flags = ["-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"]
    subprocess.run(["gcc", *flags, "-o", str(made), str(source)], check=True)
    return made


@dataclass(frozen=True)
class Said:
    """How a build ended, and its errors as (line, code, message)."""

    status: int
    errors: list[tuple[int, str, str]]
    text: str

    @property
    def lines(self) -> set[int]:
        return {line for line, _, _ in self.errors}

    @property
    def codes(self) -> set[str]:
        return {code for _, code, _ in self.errors}


class Builder:
    """A folder with a spec and older outputs, built through the command line with the fake in the real worker."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.spec, self.out, self.mark = folder / "spec.tramp", folder / "out", folder / "mark"
        self.launcher, self.library = folder / "launcher.py", library
        self.out.mkdir()
        for name, data in OLD.items():
            (self.out / name).write_bytes(data)

    def prepare(self, deed: str, spec: str, trigger: str = TRIGGER, once: bool = False) -> list[str]:
        """Write the spec and the launcher; returns the command of the worker."""
        settings = {
            "FAKE_DEED": deed,
            "FAKE_TRIGGER": trigger,
            "FAKE_ONCE": "1" if once else "",
            "FAKE_MARK": str(self.mark),
        }
        folder = str(Path(driver.__file__).parent)
        self.spec.write_text(spec)
        self.launcher.write_text(LAUNCHER.format(settings=settings, folder=folder, library=str(self.library)))
        return [sys.executable, "-I", str(self.launcher)]

    def outputs(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.out.iterdir()}

    def build(self, capsys: pytest.CaptureFixture[str]) -> Said:
        capsys.readouterr()
        with at_most(8):
            status = cli.main(["build", "-q", "-o", str(self.out), str(self.spec)])
        said = capsys.readouterr()
        assert not said.out
        assert "Traceback" not in said.err
        found = re.findall(r"(?m)^.*spec\.tramp:(\d+):\d+: error\[([a-z-]+)\]: (.*)$", said.err)
        return Said(status, [(int(line), code, text) for line, code, text in found], said.err)

    def with_real_worker(self, capsys: pytest.CaptureFixture[str]) -> None:
        """The next build works."""
        assert self.build(capsys) == Said(0, [], "")
        assert self.outputs().keys() > OLD.keys()
        assert self.outputs()["spec.h"] != OLD["spec.h"]
