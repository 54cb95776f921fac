"""A copy of a folder of examples/build, built by its own tool with a trampgen that logs its calls."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import EXAMPLES, ROOT

BUILD = EXAMPLES / "build"
# What `make test` passes on to every make that it runs.
_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")


@dataclass(frozen=True)
class Project:
    """Where it is, what builds it, and its files that tests look at; all paths but `folder` are inside that."""

    example: str
    folder: Path
    command: tuple[str, ...]
    spec: str = "far_call.tramp"
    included: str = "frame.inc.tramp"
    header: str = "build/far_call.h"
    product: str = "build/demo"
    forgets: bool = True  # whether the tool drops a dependency that is one no more

    def copied(self) -> Project:
        """This, with the example's files and the logging trampgen in place."""
        shutil.copytree(BUILD / self.example, self.folder)
        program = self._bin / "trampgen"
        program.parent.mkdir()
        program.write_text(
            f'#!/bin/sh\necho "$*" >>{shlex.quote(str(self._log))}\n'
            f"PYTHONPATH={shlex.quote(str(ROOT))} "
            f'exec {shlex.quote(sys.executable)} -m trampgen "$@"\n'
        )
        program.chmod(0o755)
        return self

    @property
    def _bin(self) -> Path:
        return self.folder.parent / "bin"

    @property
    def _kept(self) -> Path:
        return self.folder.parent / "kept"

    @property
    def _log(self) -> Path:
        return self.folder.parent / "calls.log"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; both of its streams are in `stdout`."""
        environment = {name: value for name, value in os.environ.items() if name not in _MAKE}
        environment |= {"PATH": f"{self._bin}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )

    def succeed(self, *command: str) -> str:
        """Run a command that must not fail; what it says."""
        done = self.run(*command)
        assert done.returncode == 0, done.stdout[-4000:]
        return done.stdout

    def build(self, *more: str) -> list[str]:
        """Build; the specs that trampgen was run for."""
        self._log.write_text("")
        self.succeed(*self.command, *more)
        calls = self._log.read_text().splitlines()
        return sorted(call.rsplit("/")[-1].split(" ")[-1] for call in calls if call.startswith("build "))

    def fail(self) -> str:
        """Build what must not build; what is said about it."""
        done = self.run(*self.command)
        assert done.returncode != 0, done.stdout
        return done.stdout

    def keep(self) -> None:
        """Remember everything as it is now, times included: a build that need not be made again for each test."""
        shutil.copytree(self.folder, self._kept, symlinks=True)

    def restore(self) -> None:
        """Everything as it was kept."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder, symlinks=True)

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.folder / name).read_text()

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace something that stands in a file."""
        text = self.read(name)
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))

    def times(self) -> list[int]:
        """When the header and what is compiled from it were written."""
        return [(self.folder / name).stat().st_mtime_ns for name in (self.header, self.product)]
