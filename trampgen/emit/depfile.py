"""Dependencies in make's syntax: each output on every file that was read, and each file as a target of its own, so
that one which is removed is no error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def rule(targets: Sequence[str], prerequisites: Iterable[str]) -> str:
    """The rule for the outputs of one spec; its first prerequisite is the spec."""
    needed = [_escaped(path) for path in prerequisites]
    lines = [" ".join(map(_escaped, targets)) + ":", *(f"  {path}" for path in needed)]
    return " \\\n".join(lines) + "\n" + "".join(f"\n{path}:\n" for path in needed)


def _escaped(path: str) -> str:
    """As GNU make reads it: a backslash counts only before a space or `#`, a dollar is doubled.

    Like compilers, nothing is done about `%`, `;`, `=`, `|` and wildcards: make has no way to write some of
    them, and ninja would take a backslash before others for a part of the name."""
    return re.sub(r"(\\*)([ \t#:])", lambda m: m.group(1) * 2 + "\\" + m.group(2), path).replace("$", "$$")
