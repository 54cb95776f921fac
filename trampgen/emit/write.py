"""Outputs appear whole or not at all: written beside, then renamed; what has not changed is left alone.

A folder is locked while it is written to, so that two builds can't interleave and what a killed build left
beside its outputs can be told from what a living one is writing. Signals to end wait for these milliseconds."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_PATIENCE = 30.0  # seconds for another build that writes into the same folder
_LATER = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Hold a folder, made if need be, against other builds. Raises OSError where that fails."""
    os.makedirs(folder, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(handle, folder)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _LATER)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    finally:
        os.close(handle)


def _lock(handle: int, folder: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise OSError(errno.EBUSY, "another build is writing to it", folder) from None
            time.sleep(0.02)
        except OSError:  # a file system without locks: renaming is still atomic
            return


def write(folder: str, files: Mapping[str, bytes]) -> set[str]:
    """Write every file into a locked folder; returns the names of those that changed.

    Raises OSError with nothing replaced unless a rename itself fails."""
    pending: dict[str, str] = {}
    _sweep(folder, files)
    try:
        for name, data in files.items():
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
            if not _unchanged(path, data):
                pending[name] = temporary = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
                with open(temporary, "xb") as out:
                    out.write(data)
        changed = set(pending)
        for name in list(pending):
            os.replace(pending[name], os.path.join(folder, name))
            del pending[name]
    finally:
        for temporary in pending.values():
            if os.path.lexists(temporary):
                os.unlink(temporary)
    return changed


def _sweep(folder: str, files: Mapping[str, bytes]) -> None:
    """Remove what a build that was killed left beside these outputs."""
    for left in os.listdir(folder):
        stem, _, process = left.removesuffix(".tmp").rpartition(".")
        if left.endswith(".tmp") and process.isdigit() and stem.removeprefix(".") in files:
            os.unlink(os.path.join(folder, left))


def _unchanged(path: str, data: bytes) -> bool:
    try:
        if not os.path.isfile(path) or os.path.getsize(path) != len(data):
            return False
        with open(path, "rb") as stream:
            return stream.read() == data
    except OSError:
        return False
