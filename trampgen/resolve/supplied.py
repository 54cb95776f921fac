"""Constants files: `NAME = NUMBER` lines that supply externs, as -D does. Two values for one name are an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from trampgen.diagnostics import Note, Report
from trampgen.model import EXTERN
from trampgen.model.source import Sources, Span
from trampgen.syntax.read import MOST_BYTES, read

# Numbers are those of the language: decimal, 0x and 0b, `_` between digits.
_NUMBER = "-?(?:0[xX][0-9A-Fa-f][0-9A-Fa-f_]{0,99}|0[bB][01][01_]{0,99}|0|[1-9][0-9_]{0,99})"
_LINE = re.compile(rf"\s*(?:({EXTERN})\s*=\s*({_NUMBER}))?\s*(?://.*)?")
_MOST_ERRORS = 20


class Values(dict[str, int]):
    """Values by name, with the place of those that a file has; the others were given by -D."""

    def __init__(self, values: Mapping[str, int]) -> None:
        super().__init__(values)
        self.places: dict[str, Span] = {}

    def origin(self, name: str) -> str:
        """Who says so: a file, or -D."""
        return self.places[name].path if name in self.places else "-D"


def read_constants(
    paths: Iterable[str], defines: Mapping[str, int], sources: Sources, report: Report
) -> Values:
    """The values of all files and of -D, by name. Raises Abort where they are wrong or differ."""
    values = Values(defines)
    for path in dict.fromkeys(paths):
        text = read(path, None, MOST_BYTES, report)
        if text is not None:
            sources.texts[path] = text
            _take(path, text, values, report)
    report.stop_on_errors()
    return values


def _take(path: str, text: str, values: Values, report: Report) -> None:
    wrong = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            wrong += 1
            if wrong <= _MOST_ERRORS:
                _malformed(path, number, line, report)
            continue
        name, value = found.group(1), found.group(2)
        if name is not None:
            at = Span(path, number, found.start(1) + 1, number, found.end(1) + 1)
            _supply(name, _value(value), at, values, report)


def _value(text: str) -> int:
    return int(text.replace("_", ""), 0)


def _malformed(path: str, number: int, line: str, report: Report) -> None:
    start = len(line) - len(line.lstrip()) + 1
    at = Span(path, number, start, number, max(len(line.rstrip()), start) + 1)
    report.error("bad-constant", at, "this is no `NAME = NUMBER`", help="a comment starts with //")


def _supply(name: str, value: int, at: Span, values: Values, report: Report) -> None:
    if not -(1 << 63) <= value < 1 << 64:
        report.error("bad-constant", at, f"{name} = {value} has more than 64 bits")
        return
    places, is_new = values.places, name not in values
    known = values.setdefault(name, value)
    if known != value:
        other = Note(f"here it is {known}", places[name]) if name in places else Note(f"-D says {known}")
        report.error("constants-differ", at, f"{name} is {value} here and {known} elsewhere", [other])
    elif is_new:
        places[name] = at
