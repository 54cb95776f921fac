"""A generated asm-offsets.h: lines `#define PACATOC 16 /* offsetof(struct paca_struct, kernel_toc) */`.

include/linux/kbuild.h of Linux makes the lines; what stands in the comment is the C text of the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trampgen.diagnostics import Report
from trampgen.facts.expression import Atom, Expression, evaluate, parse, terms
from trampgen.model.source import Sources, Span
from trampgen.syntax.read import MOST_BYTES, read

_LINE = re.compile(r"#define[ \t]+(\w+)[ \t]+(-?(?:0[xX][0-9A-Fa-f]+|[0-9]+))[ \t]*(?:/\*(.*?)\*/[ \t]*)?\r?")


class AsmOffsets:
    """Numbers by name and by C text. `name` is how messages call the source."""

    def __init__(self, name: str, rows: dict[str, int], texts: dict[str, str]) -> None:
        self.name = name
        self._rows = rows
        self._atoms: dict[Atom, int] = {}
        parsed = {row: found for row, text in texts.items() if (found := parse(text)) is not None}
        before = -1
        while before < len(self._atoms):  # one that becomes known may be all that another was waiting for
            before = len(self._atoms)
            for row, expression in parsed.items():
                self._solve(expression, rows[row])

    def named(self, extern: str) -> int | None:
        """The number that a name is defined as."""
        return self._rows.get(extern)

    def value(self, atom: Atom, unit: str | None = None) -> int | None:
        """What follows from a comment. Which unit is asked for says nothing here: a kernel has one such file."""
        found = self._atoms.get(atom)
        return self._rows.get(atom.of) if found is None and atom.kind == "name" else found

    def _solve(self, expression: Expression, total: int) -> None:
        """The one term of a sum that is not known, and is no sum itself, is the total less the others."""
        left: list[tuple[int, Expression]] = []
        for sign, term in terms(expression):
            value = evaluate(term, self.value)
            if value is None:
                left.append((sign, term))
            else:
                total -= sign * value
        for sign, term in left:
            if len(left) == 1 and isinstance(term, Atom):
                self._atoms[term] = sign * total


def read_asm_offsets(path: str, sources: Sources, report: Report) -> AsmOffsets | None:
    """The numbers of a file; None with the reason in the report."""
    text = read(path, None, MOST_BYTES, report)
    if text is None:
        return None
    sources.texts[path] = text
    rows: dict[str, int] = {}
    texts: dict[str, str] = {}
    for number, name, value, comment in _lines(text):
        if rows.setdefault(name, value) != value:
            at = Span(path, number, 1, number, len("#define"))
            report.error("constants-differ", at, f"{name} is {value} here and {rows[name]} further up")
        texts[name] = comment
    if not rows:
        at = Span(path, 1, 1, 1, 2)
        report.error("bad-constant", at, f"{path} has no line `#define NAME NUMBER /* C text */`")
        return None
    return AsmOffsets(path, rows, texts)


def _lines(text: str) -> Iterator[tuple[int, str, int, str]]:
    """Number of the line, name, value and comment."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.fullmatch(line)
        if found is not None:
            yield number, found.group(1), int(found.group(2), 0), (found.group(3) or "").strip()
