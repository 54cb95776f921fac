"""Finds the data files of the package, and tells one content of a file from another.

Plain paths: importlib.resources takes longer to load than a build that has nothing to do."""

from __future__ import annotations

import hashlib
import os

TYPE_CHECKING = False  # see cli.py
if TYPE_CHECKING:
    from io import BufferedReader

PACKAGE = os.path.dirname(os.path.abspath(__file__))


def folder(name: str) -> str:
    """A folder of data files, of the installed package or of the checkout that the package is run from."""
    packaged = os.path.join(PACKAGE, name)
    if os.path.isdir(packaged):
        return packaged
    # In a checkout grammars/ and templates/ stand beside the package; the wheel has them inside.
    return os.path.join(os.path.dirname(PACKAGE), name)


def read_text(name: str, file: str) -> str:
    """The text of a data file."""
    with open(os.path.join(folder(name), file), encoding="utf-8", newline="") as stream:
        return stream.read()


def names(name: str) -> list[str]:
    """The data files of a folder."""
    return sorted(os.listdir(folder(name)))


def digest(data: bytes) -> str:
    """What identifies the content of a file."""
    return hashlib.sha256(data).hexdigest()


def digest_of_stream(stream: BufferedReader) -> str:
    """The same of an open file, which need not fit into memory."""
    return hashlib.file_digest(stream, "sha256").hexdigest()
