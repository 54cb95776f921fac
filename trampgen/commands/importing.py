"""`trampgen import`: instruction tables of other tools as tables of the language, on standard output."""

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


def run(options: Namespace) -> int:
    """Print the table, or everything that is wrong with the file."""
    try:
        text = Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Usage(f"{options.file}: {getattr(error, 'strerror', None) or 'is not UTF-8'}") from error
    try:
        group = parse(text, options.width)
    except Unreadable as unreadable:
        for wrong in unreadable.found:
            print(f"{options.file}:{wrong.line}: error: {wrong.message}", file=sys.stderr)
        return FINDINGS
    found = list(rows.overlaps(group))
    for overlap in found[:_SHOWN]:
        print(
            f"{options.file}:{overlap.second.line}: error: {_told(overlap, options.width)}", file=sys.stderr
        )
    if len(found) > _SHOWN:
        print(f"{options.file}: {len(found) - _SHOWN:,} more overlaps", file=sys.stderr)
    print(tramp.table(group, options.name or _name(options.file), options.width), end="")
    return FINDINGS if found else CLEAN


def _told(overlap: rows.Overlap, width: int) -> str:
    first, second = overlap.first, overlap.second
    word = f"{overlap.word:#0{2 + width // 4}x}"
    return f"{second.name} and {first.name}, line {first.line}, both hold {word}; put them into braces in their order"


def _name(path: str) -> str:
    """A table's name from that of the file."""
    return re.sub(r"\W", "_", re.sub(r"^(?=[0-9])", "_", Path(path).stem))
