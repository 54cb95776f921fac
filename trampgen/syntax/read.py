"""Bytes of a file to text, or why it is none."""

from __future__ import annotations

import errno
import os
import re
import stat

from trampgen.diagnostics import Report
from trampgen.model.source import Span

MOST_BYTES = 4 << 20  # of a specification and what it includes, together: some 10,000 templates
_SAVE = "save the file as UTF-8 text without a byte order mark"
_CONTROLS = re.compile(rb"\A\xef\xbb\xbf|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
# Of Unicode, what a terminal obeys, what some take for a line's end, and what shows text in another order.
_UNSEEN = re.compile("[\x80-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def read(path: str, included_at: Span | None, most: int, report: Report) -> str | None:
    """The text of a file of at most so many bytes, or None with the reason in the report."""
    try:
        data = _bytes(path, most + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        report.error("cannot-read", included_at, f"can't read {path}: {why}")
        return None
    if len(data) > most:
        together = "with what was read before, " if included_at else ""
        message = f"{together}{path} has more than {MOST_BYTES >> 10:,} KiB"
        report.error("too-long", included_at or Span(path, 1, 1, 1, 2), message, help=_SPLIT)
        return None
    return _text(path, data, report)


_SPLIT = "make several specifications of it: each gives its own header"


def _bytes(path: str, most: int) -> bytes:
    """The first bytes of a file; raises OSError. What is no file could block for ever, or never end."""
    kind = os.stat(path).st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):  # open() has its own words for a folder
        raise OSError(errno.EINVAL, "it is no regular file")
    with open(path, "rb") as file:
        return file.read(most)


def _text(path: str, data: bytes, report: Report) -> str | None:
    """The bytes as text, or None where they are none, which is reported."""
    bad = _CONTROLS.search(data)
    if bad:
        what = "a byte order mark" if len(bad.group()) > 1 else f"the control character {bad.group()[0]:#04x}"
        report.error("not-text", _place(path, data, bad.start()), f"{what} in a specification", help=_SAVE)
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = _place(path, data, error.start)
        report.error("not-text", at, f"byte {data[error.start]:#04x} is not UTF-8", help=_SAVE)
        return None
    unseen = _UNSEEN.search(text)
    if unseen:
        at = _place(path, data, len(text[: unseen.start()].encode()))
        message = f"the control character U+{ord(unseen.group()):04X} in a specification"
        report.error("not-text", at, message, help="remove it: it can't be seen, and changes what is seen")
        return None
    return text


def _place(path: str, data: bytes, offset: int) -> Span:
    """The place of a byte, in columns of characters as far as there are any before it."""
    line = data.count(b"\n", 0, offset) + 1
    before = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    column = len(before.decode("utf-8", "replace")) + 1
    return Span(path, line, column, line, column + 1)
