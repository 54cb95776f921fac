"""Reads a specification and what it includes: bytes to text, text to declarations, includes in place."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from trampgen.diagnostics import Report
from trampgen.model.source import Sources, Span
from trampgen.syntax import ast
from trampgen.syntax.parse import parse
from trampgen.syntax.read import MOST_BYTES, read

_MOST_FILES = 64  # read for one specification; no chain of includes is longer either


@dataclass(slots=True, eq=False, repr=False)
class _Loader:
    """What has been read so far; files are told apart by their real path, messages show the given one."""

    sources: Sources
    report: Report
    seen: set[str] = field(default_factory=set)
    left: int = MOST_BYTES


def load(path: str, sources: Sources, report: Report) -> list[ast.Declaration]:
    """All declarations of a file, those of included files where the include stands.

    Paths in messages are as given on the command line; an include is relative to the file that has it."""
    return _load(path, None, {}, _Loader(sources, report))


def _load(
    path: str, included_at: Span | None, stack: dict[str, str], loader: _Loader
) -> list[ast.Declaration]:
    """The stack is of the files that are being read: real path → path as given."""
    real = os.path.realpath(path)
    if real in stack:
        through = [f"through {' → '.join([*stack.values(), path])}"] if len(stack) > 1 else []
        loader.report.error("include-cycle", included_at, f"{path} includes itself", through)
        return []
    if real in loader.seen:  # a second include of the same file adds nothing
        return []
    if len(loader.seen) == _MOST_FILES:
        message = f"a specification is made of {_MOST_FILES} files at most"
        loader.report.error("too-many", included_at, message, help="put small files together")
        return []
    loader.seen.add(real)
    text = _read(path, included_at, loader)
    if text is None:
        return []
    loader.sources.texts[path] = text
    below = {**stack, real: path}
    declarations: list[ast.Declaration] = []
    for declaration in parse(path, text, loader.report):
        if isinstance(declaration, ast.Include):
            target = os.path.join(os.path.dirname(path), declaration.path.value)
            found = _load(target, declaration.path.span, below, loader)
            # The licence of an included file is its own.
            declarations += [d for d in found if not isinstance(d, ast.Spdx)]
        else:
            declarations.append(declaration)
    return declarations


def _read(path: str, included_at: Span | None, loader: _Loader) -> str | None:
    text = read(path, included_at, loader.left, loader.report)
    loader.left -= len(text.encode()) if text is not None else 0
    return text
