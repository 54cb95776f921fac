"""A child process that is asked in lines and answers in lines, and is never trusted to do either."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO

from trampgen.resources import PACKAGE

_LONGEST_ANSWER = 64 << 20


class Unusable(Exception):
    """The worker does not work at all: it can't be started, or is lost again and again."""


class ProcessLost(Exception):
    """The process ended, said nothing for too long, or said too much; the text says which."""


class LineProcess:
    """One child process with pipes that never block for longer than a deadline."""

    def __init__(self, command: list[str]) -> None:
        """Raises OSError where the command can't be started."""
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        self._unread = b""
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except OSError:
            self._errors.close()
            raise
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._in, self._out = self._child.stdin.fileno(), self._child.stdout.fileno()
        os.set_blocking(self._in, False)

    def send(self, line: bytes, seconds: float) -> None:
        """Write a line; the child may answer meanwhile. Raises ProcessLost."""
        unsent = memoryview(line + b"\n")
        deadline = time.monotonic() + seconds
        while unsent:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ProcessLost("it does not read what it is asked")
            readable, writable, _ = select.select([self._out], [self._in], [], left)
            try:
                if writable:
                    unsent = unsent[os.write(self._in, unsent[: 1 << 16]) :]
            except OSError:
                raise ProcessLost(self._fate()) from None
            if readable and not self._read():
                raise ProcessLost(self._fate())

    def receive(self, seconds: float) -> bytes:
        """The next line, without its newline. Raises ProcessLost."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0:
                raise ProcessLost("it gives no answer")
            ready, _, _ = select.select([self._out], [], [], left)
            if ready and not self._read():
                raise ProcessLost(self._fate())
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _read(self) -> bool:
        """Take what has arrived; False at the end of the stream."""
        more = os.read(self._out, 1 << 20)
        self._unread += more
        if len(self._unread) > _LONGEST_ANSWER:
            raise ProcessLost("its answer never ends")
        return bool(more)

    def _fate(self) -> str:
        """What became of the process, in words, with the last line it wrote to standard error."""
        try:
            status: int | None = self._child.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            status = None
        how = (
            "it closed its output"
            if status is None
            else "it did not finish: out of CPU time"
            if status == -27  # SIGPROF, the timer that the worker sets itself
            else f"it was ended by signal {-status}"
            if status < 0
            else f"it ended with status {status}"
        )
        self._errors.seek(0)
        said = self._errors.read(4096).decode("utf-8", "replace").strip().split("\n")[-1]
        return f"{how} ({said})" if said else how

    def close(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        self._child.kill()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        self._child.wait()
        self._errors.close()


class Worker:
    """Keystone's process: started once, again after a loss, shared by all specs of a run.

    Use as a context manager so that no process is left behind."""

    def __init__(self, command: list[str] | None = None) -> None:
        self._command = command or [
            sys.executable,
            "-I",
            os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py"),
        ]
        self._process: LineProcess | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> LineProcess:
        """Begin loading Keystone; the caller can do other work meanwhile."""
        if self._process is None:
            try:
                self._process = LineProcess(self._command)
            except OSError as error:
                raise Unusable(f"the worker can't be started: {error.strerror or error}") from None
        return self._process

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.close()
            self._process = None
