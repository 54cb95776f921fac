"""Reads a specification and what it includes: bytes to text, text to declarations, includes in place."""

from __future__ import annotations

import os
import re
from pathlib import Path

from trampgen.diagnostics import Report
from trampgen.model.source import Sources, Span
from trampgen.syntax import ast
from trampgen.syntax.parse import parse

_MOST_BYTES = 8 << 20


def load(path: str, sources: Sources, report: Report) -> list[ast.Declaration]:
    """All declarations of a file, those of included files where the include stands.

    Paths in messages are as given on the command line; an include is relative to the file that has it."""
    return _load(path, None, (), set(), sources, report)


def _load(
    path: str,
    included_at: Span | None,
    stack: tuple[str, ...],
    seen: set[str],
    sources: Sources,
    report: Report,
) -> list[ast.Declaration]:
    real = os.path.realpath(path)
    if real in [os.path.realpath(above) for above in stack]:
        through = [f"through {' → '.join([*stack, path])}"] if len(stack) > 1 else []
        report.error("include-cycle", included_at, f"{path} includes itself", through)
        return []
    if real in seen:  # a second include of the same file adds nothing
        return []
    seen.add(real)
    text = read(path, included_at, report)
    if text is None:
        return []
    sources.texts[path] = text
    declarations: list[ast.Declaration] = []
    for declaration in parse(path, text, report):
        if isinstance(declaration, ast.Include):
            target = os.path.join(os.path.dirname(path), declaration.path.value)
            below = _load(target, declaration.path.span, (*stack, path), seen, sources, report)
            # The licence of an included file is its own.
            declarations += [d for d in below if not isinstance(d, ast.Spdx)]
        else:
            declarations.append(declaration)
    return declarations


def read(path: str, included_at: Span | None, report: Report) -> str | None:
    """The text of a file, or None with the reason in the report."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        report.error("cannot-read", included_at, f"can't read {path}: {why}")
        return None
    if len(data) > _MOST_BYTES:
        report.error("cannot-read", included_at, f"{path} is larger than {_MOST_BYTES >> 20} MiB")
        return None
    bad = re.search(rb"\A\xef\xbb\xbf|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)", data)
    if bad:
        what = "a byte order mark" if len(bad.group()) > 1 else f"the control character {bad.group()[0]:#04x}"
        report.error("not-text", _place(path, data, bad.start()), f"{what} in a specification", help=_SAVE)
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = _place(path, data, error.start)
        report.error("not-text", at, f"byte {data[error.start]:#04x} is not UTF-8", help=_SAVE)
        return None


_SAVE = "save the file as UTF-8 text without a byte order mark"


def _place(path: str, data: bytes, offset: int) -> Span:
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = offset - (before.rfind(b"\n") + 1) + 1
    return Span(path, line, column, line, column + 1)
