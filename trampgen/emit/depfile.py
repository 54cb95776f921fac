"""Dependencies in make's syntax: each output on every file that was read, and each file as a target of its own, so
that one which is removed is no error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_UNREADABLE = re.compile(r"[=;|%*?\t\n]|[ \\&]\Z")


def unreadable(path: str) -> bool:
    """Whether make would take a file's name for something else, however it is written: `a=b` for a variable."""
    return bool(_UNREADABLE.search(path))


def rule(targets: Sequence[str], prerequisites: Iterable[str]) -> str:
    """The rule for the outputs of one spec; its first prerequisite is the spec."""
    needed = [_escaped(path) for path in prerequisites]
    lines = [" ".join(map(_escaped, targets)) + ":", *(f"  {path}" for path in needed)]
    return " \\\n".join(lines) + "\n" + "".join(f"\n{path}:\n" for path in needed)


def _escaped(path: str) -> str:
    """As GNU make reads it: a backslash counts only before a space or `#`, a dollar is doubled."""
    return re.sub(r"(\\*)([ \t#:])", lambda m: m.group(1) * 2 + "\\" + m.group(2), path).replace("$", "$$")
