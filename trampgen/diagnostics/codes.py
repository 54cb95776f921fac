"""The registry of codes: codes.toml beside this file, read when somebody asks."""

from __future__ import annotations

import functools
import textwrap
import tomllib
from collections.abc import Mapping
from dataclasses import field
from importlib import resources

from trampgen.model.record import record


@record
class Entry:
    """One code: what it says, why it matters, and a spec (with the -D it needs) that triggers it."""

    summary: str
    why: str
    example: str = ""
    defines: Mapping[str, int] = field(default_factory=dict)


@functools.cache
def registry() -> Mapping[str, Entry]:
    """code → entry, in the order of the phases that find them."""
    text = (resources.files("trampgen.diagnostics") / "codes.toml").read_text(encoding="utf-8")
    return {code: Entry(**entry) for code, entry in tomllib.loads(text).items()}


def explain(code: str) -> str:
    """An entry as text; KeyError for an unknown code."""
    entry = registry()[code]
    parts = [f"{code}: {entry.summary}", textwrap.fill(entry.why, 100)]
    if entry.example:
        parts.append("For example:\n\n" + textwrap.indent(entry.example.strip(), "    "))
    return "\n\n".join(parts) + "\n"
