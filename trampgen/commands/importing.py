"""`trampgen import`: what other tools and object files have, in the language, on standard output."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.commands import CLEAN, FINDINGS
from trampgen.importing import rows, tramp
from trampgen.importing.decodetree import Unreadable, parse

if TYPE_CHECKING:
    from argparse import Namespace

_SHOWN = 20  # overlaps
_WIDTH = 32  # bits of an instruction


_FORMAT = "decodetree"
_OF_OBJECTS = ("to", "mask", "second", "target", "licence")


def run(options: Namespace) -> int:
    """Print a table from a file of patterns, or a spec from symbols of object files."""
    first, *rest = options.specs
    if first != _FORMAT:
        from trampgen.commands import import_objects

        return import_objects.run(options)
    if len(rest) != 1:
        raise Usage(f"import {_FORMAT} takes one file, not {len(rest)}")
    given = next((name for name in _OF_OBJECTS if getattr(options, name) is not None), None)
    if given:
        raise Usage(f"--{given} is for symbols of object files, not for `import {_FORMAT}`")
    return _table(rest[0], options.width or _WIDTH, options.name)


def _table(path: str, width: int, name: str | None) -> int:
    """Print the table, or everything that is wrong with the file."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{path}: {getattr(error, 'strerror', None) or 'is not UTF-8'}") from error
    try:
        group = parse(text, width)
    except Unreadable as unreadable:
        for wrong in unreadable.found:
            print(f"{path}:{wrong.line}: error: {wrong.message}", file=sys.stderr)
        return FINDINGS
    found = list(rows.overlaps(group))
    for overlap in found[:_SHOWN]:
        print(f"{path}:{overlap.second.line}: error: {_told(overlap, width)}", file=sys.stderr)
    if len(found) > _SHOWN:
        print(f"{path}: {len(found) - _SHOWN:,} more overlaps", file=sys.stderr)
    print(tramp.table(group, name or _name(path), width), end="")
    return FINDINGS if found else CLEAN


def _told(overlap: rows.Overlap, width: int) -> str:
    first, second = overlap.first, overlap.second
    word = f"{overlap.word:#0{2 + width // 4}x}"
    return f"{second.name} and {first.name}, line {first.line}, both hold {word}; put them into braces in their order"


def _name(path: str) -> str:
    """A table's name from that of the file."""
    return re.sub(r"\W", "_", re.sub(r"^(?=[0-9])", "_", Path(path).stem))
