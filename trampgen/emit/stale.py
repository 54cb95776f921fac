"""`--check`: a unified diff between what is on disk and what a build would write; blobs as a word a line."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping


def differences(folder: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """File name → the diff, for each output that is missing or differs. Raises OSError for one that can't be read."""
    found: dict[str, str] = {}
    for name, wanted in files.items():
        path = os.path.join(folder, name)
        present = _read(path)
        if present != wanted:
            found[name] = "".join(_diff(path, present, wanted))
    return found


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def _diff(path: str, present: bytes | None, wanted: bytes) -> Iterator[str]:
    binary = path.endswith(".bin")
    old = [] if present is None else _lines(present, binary)
    before = "/dev/null" if present is None else path
    yield from difflib.unified_diff(old, _lines(wanted, binary), before, path)


def _lines(data: bytes, binary: bool) -> list[str]:
    if binary:
        return [f"{at:06x}  {data[at : at + 4].hex(' ')}\n" for at in range(0, len(data), 4)]
    lines = data.decode("utf-8", "backslashreplace").split("\n")
    last = [f"{lines[-1]}\n\\ No newline at end of file\n"] if lines[-1] else []
    return [f"{line}\n" for line in lines[:-1]] + last
