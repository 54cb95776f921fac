"""Where the time of a run goes: the profiler's figures by package and by part of the compiler."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.timing import once

_PROBE = Path(__file__).with_name("probe.py")
_LEAST = 0.01  # of the whole: what is less is not listed by itself

# The first that is found in a function's file decides; the name is what the table shows.
_PARTS: Sequence[tuple[str, str]] = (
    (r"/trampgen/prebuilt/header", "jinja2: the header's template"),
    (r"/jinja2/|/markupsafe/", "jinja2: the header's template"),
    (r"/trampgen/assemble/(readback|capstone)", "capstone: read-back"),
    (r"/trampgen/syntax/", "syntax tree"),
    (r"/lark/", "lark: lexer and parser"),
    (r"/trampgen/(resolve|expand)/", "names, cases, expressions"),
    (r"/trampgen/isa/", "instructions to operands"),
    (r"/trampgen/assemble/", "requests, holes, words"),
    (r"/trampgen/(derive|check|cubes|fields)/", "ranges and rules"),
    (r"/trampgen/emit/(write|depfile|stale)|/trampgen/incremental/", "files and records"),
    (r"/trampgen/emit/", "header, manifest, blobs"),
    (r"/trampgen/", "command line and the rest of ours"),
    (r"/json/", "json"),
    (r"/dataclasses\.py", "dataclasses, made and copied"),
    (r"/re/", "compiling regular expressions"),
    (r"/argparse\.py|/gettext\.py|/textwrap\.py", "argparse"),
    (r"^<frozen importlib|^<frozen zipimport", "finding and loading modules"),
    (r"^<frozen|/encodings/", "standard library, the rest"),
    (r"", "standard library, the rest"),
)
_WAITING = re.compile(r"select\.select|posix\.waitpid")


@dataclass(frozen=True, slots=True)
class Profile:
    """Parts of a run with their shares of what was profiled, the largest first."""

    shares: Mapping[str, float]


def profile(python: str, arguments: Sequence[str], output: Path, environment: Mapping[str, str]) -> Profile:
    """Run trampgen once under the profiler."""
    once([python, str(_PROBE), str(output), *arguments], environment)
    return summed(json.loads(output.read_text(encoding="utf-8")))


def summed(rows: Sequence[tuple[str, str, float, Sequence[tuple[str, float]]]]) -> Profile:
    """Seconds by part; a built-in function counts for its caller, but waiting for the worker for itself."""
    seconds: dict[str, float] = defaultdict(float)
    for file, _, own, builtins in rows:
        if not file:
            continue
        part = part_of(file)
        seconds[part] += own
        for name, spent in builtins:
            seconds["waiting for Keystone" if _WAITING.search(name) else part] += spent
    whole = sum(seconds.values()) or 1.0
    ordered = sorted(seconds.items(), key=lambda item: -item[1])
    shares = {part: spent / whole for part, spent in ordered if spent / whole >= _LEAST}
    return Profile(shares | {"less than one percent each": 1.0 - sum(shares.values())})


def part_of(file: str) -> str:
    """The part of the program that a file belongs to."""
    return next(part for pattern, part in _PARTS if re.search(pattern, file))
