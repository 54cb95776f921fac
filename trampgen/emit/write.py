"""Outputs appear whole or not at all: written beside, then renamed; what has not changed is left alone."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write(folder: str, files: Mapping[str, bytes]) -> list[str]:
    """Write every file into a folder (made if need be); returns their paths. Raises OSError with nothing replaced
    unless a rename itself fails."""
    os.makedirs(folder, exist_ok=True)
    pending: list[tuple[str, str]] = []
    try:
        for name, data in files.items():
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
            if _unchanged(path, data):
                continue
            handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            pending.append((temporary, path))
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            os.chmod(temporary, 0o666 & ~_umask())
        while pending:
            temporary, path = pending[0]
            os.replace(temporary, path)
            del pending[0]
    finally:
        for temporary, _ in pending:
            os.unlink(temporary)
    return [os.path.join(folder, name) for name in files]


def _unchanged(path: str, data: bytes) -> bool:
    try:
        return Path(path).read_bytes() == data
    except OSError:
        return False


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
