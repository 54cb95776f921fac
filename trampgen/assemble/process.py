"""A child process that is asked in lines and answers in lines, and is never trusted to do either."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO

from trampgen.resources import PACKAGE

_WORKER = [sys.executable, "-I", os.path.join(PACKAGE, "assemble", "worker.py")]
_LONGEST_ANSWER = 64 << 20
_LOOK = 0.1  # seconds between two looks whether a silent process still runs


class Unusable(Exception):
    """The worker does not work at all: it can't be started, or is lost before it was asked for anything."""


class ProcessLost(Exception):
    """The process ended, said nothing for too long, or said too much; the text says which."""


def readable(text: str, most: int = 200) -> str:
    """Text of a foreign program as part of one line of ours."""
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= most else shown[: most - 1] + "…"


class LineProcess:
    """One child process, in a process group of its own, with pipes that never block for longer than a deadline."""

    def __init__(self, command: list[str]) -> None:
        """Raises OSError where the command can't be started."""
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        self._unread = b""
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                process_group=0,
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
            answered, free = self._wait([self._in], deadline, "it does not read what it is asked")
            try:
                if free:
                    unsent = unsent[os.write(self._in, unsent[: 1 << 16]) :]
            except OSError:
                raise ProcessLost(self._fate()) from None
            if answered:
                self._read()

    def receive(self, seconds: float) -> bytes:
        """The next line, without its newline. Raises ProcessLost."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            self._wait([], deadline, "it gives no answer")
            self._read()
        line, _, self._unread = self._unread.partition(b"\n")
        return line

    def _wait(self, inputs: list[int], deadline: float, silence: str) -> tuple[bool, bool]:
        """Whether there is something to read, and room in one of the inputs: at least one of them, or ProcessLost.

        The end of its output does not show where a child of its own holds the pipe open."""
        while (left := deadline - time.monotonic()) > 0:
            ended = self._ended()  # before the look at the pipe: what it wrote until then is taken
            answered, free, _ = select.select([self._out], inputs, [], 0 if ended else min(left, _LOOK))
            if answered or free:
                return bool(answered), bool(free)
            if ended:
                raise ProcessLost(self._fate())
        raise ProcessLost(silence)

    def _read(self) -> None:
        """Take what has arrived; the end of the stream is the end of the process."""
        more = os.read(self._out, 1 << 20)
        if not more:
            raise ProcessLost(self._fate())
        self._unread += more
        if len(self._unread) > _LONGEST_ANSWER:
            raise ProcessLost("its answer never ends")

    def _ended(self) -> bool:
        """Whether the process has ended; then its children are ended too."""
        if self._child.returncode is None and self._child.poll() is not None:
            self._kill_group()
        return self._child.returncode is not None

    def _kill_group(self) -> None:
        with contextlib.suppress(OSError):  # the group is empty, or its last one is a zombie
            os.killpg(self._child.pid, signal.SIGKILL)

    def _fate(self) -> str:
        """What became of the process, in words, with the last line it wrote to standard error."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if not self._ended():
                self._child.wait(timeout=0.5)
                self._kill_group()
        status = self._child.returncode
        how = (
            "it closed its output"
            if status is None
            else "it did not finish: out of CPU time"
            if status == -27  # SIGPROF, the timer that the worker sets itself
            else f"it was ended by signal {-status}"
            if status < 0
            else f"it ended with status {status}"
        )
        self._errors.seek(max(0, self._errors.seek(0, os.SEEK_END) - 4096))
        said = readable(self._errors.read(4096).decode("utf-8", "replace").strip().split("\n")[-1])
        return f"{how} ({said})" if said else how

    def close(self) -> None:
        """End the process and its children, whatever they are doing, and wait until it is gone."""
        if not self._ended():
            self._kill_group()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                pipe.close()
        self._child.wait()
        self._errors.close()


class Worker:
    """Keystone's process: started once, again after a loss, shared by all specs of a run.

    Use as a context manager so that no process is left behind. It also dies with the thread that started it."""

    def __init__(self, command: list[str] | None = None) -> None:
        self._command = command or _WORKER
        self._process: LineProcess | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        """Whether it was started and not lost since."""
        return self._process is not None

    def start(self) -> LineProcess:
        """Begin loading Keystone; the caller can do other work meanwhile."""
        if self._process is None:
            try:
                self._process = LineProcess([*self._command, str(os.getpid())])
            except OSError as error:
                raise Unusable(f"the worker can't be started: {error.strerror or error}") from None
        return self._process

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.close()
            self._process = None
