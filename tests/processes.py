"""Processes and time, for tests of what ends, hangs and is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


def children() -> set[int]:
    """Living children of this process, from /proc."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(entry.name))
    return found


class Late(BaseException):
    """A time limit of a test; no OSError and no Exception, so that nothing on the way takes it for its own."""


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Fail instead of hanging."""

    def late(number: int, frame: FrameType | None) -> None:
        raise Late(f"not done after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def soon(true: Callable[[], object], seconds: float = 1.0) -> bool:
    """Whether something becomes true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def processes(word: str | Path) -> set[int]:
    """Living processes with this among the words of their command line, and what they forked."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()  # that of a zombie is empty
            except OSError:
                continue
            if os.fsencode(word) in line.split(b"\0"):
                found.add(int(entry.name))
    return found
