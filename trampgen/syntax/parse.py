"""Text to syntax tree, with every syntax error of a file in one run.

After an error the statement it stands in is blanked out and the rest is read again, so that one slip costs
one message. What a reader may have meant is syntax/slips.py's business."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.text import count
from trampgen.model.source import Span
from trampgen.syntax import ast, slips, tables
from trampgen.syntax.build import span_of
from trampgen.syntax.build_tables import Build
from trampgen.syntax.lines import MOST_WORDS, TooManyWords

_MOST_ERRORS = 20
_MOST_REREAD = 64 << 10  # characters before syntax errors: each error makes us start again
_DEEPEST = 150  # levels of the tree: a chain of as many operators, or blocks nested half as deep
_MOST_EXPECTED = 24  # words in a message
_LONGEST_WORD = 100  # characters of a name: it stands in messages
_LONGEST_TEXT = 500  # of C text, documentation, operands: they are copied for every combination of cases


@functools.cache
def _parser() -> Lark:
    return tables.parser()


@functools.cache
def words() -> dict[str, str]:
    """Terminal name → its text, for terminals that have just one."""
    return {t.name: t.pattern.value for t in _parser().terminals if t.pattern.type == "str"}


def keywords() -> frozenset[str]:
    """Every word the grammar gives a meaning to."""
    return frozenset(word for word in words().values() if word.isalpha())


def parse(path: str, text: str, report: Report) -> list[ast.Declaration]:
    """The declarations of one file; syntax errors go to the report and leave their statement out."""
    errors = reread = 0
    while errors < _MOST_ERRORS and reread <= _MOST_REREAD:
        try:
            tree = _parser().parse(text)
        except TooManyWords as error:
            what = f"a declaration has more than {MOST_WORDS:,} words and signs"
            report.error("too-long", span_of(path, error.word), what)
            return []
        except UnexpectedInput as error:
            at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
            if at_end and errors:  # what was blanked out may have held the brace that is missing now
                return []
            offset = len(text) if at_end else error.pos_in_stream or 0
            report_one(path, text, offset, error, report)
            # After the forms of a `patch` the one thing that can follow is missing: it is wrong as a whole.
            wants_rest = {words().get(name) for name in _allowed(error)} == {"or", "rest"}
            start = text.rfind("patch", 0, offset) if wants_rest else offset
            blanked = slips.without_statement(text, start)
            if blanked == text:
                return []
            text = blanked
            errors, reread = errors + 1, reread + offset
            continue
        return _built(path, tree, report)
    end = Span(path, text.count("\n") + 1, 1, text.count("\n") + 1, 2)
    what = f"{count(errors, 'syntax error')}: the rest of the file was not read"
    report.error("syntax", end, what)
    return []


def _built(path: str, tree: Tree[Token], report: Report) -> list[ast.Declaration]:
    """The syntax tree, unless it is nested so deeply, or has such long words, that later passes could not cope."""
    level: list[Tree[Token]] = [tree]
    for _ in range(_DEEPEST):
        for word in _too_long(level):
            message = f"this has {len(word):,} characters, more than {_longest(word)}"
            report.error("too-long", span_of(path, word), message)
            return []
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            break
    else:
        message = f"this is nested more than {_DEEPEST} levels deep"
        help = "name parts of an expression with const; join conditions with &&"
        report.error("too-deep", span_of(path, level[0].meta), message, help=help)
        return []
    try:
        declarations: list[ast.Declaration] = Build(path).transform(tree)
    except VisitError as error:  # a defect of ours: let the command line say so
        raise error.orig_exc from error
    return declarations


def _too_long(level: list[Tree[Token]]) -> Iterator[Token]:
    """Numbers are left to their evaluation, where one so long is too large."""
    words = (child for node in level for child in node.children if isinstance(child, Token))
    return (word for word in words if len(word) > _longest(word) and word.type != "NUMBER")


def _longest(word: Token) -> int:
    return _LONGEST_WORD if word.type in ("NAME", "LABEL", "MNEMONIC") else _LONGEST_TEXT


def report_one(path: str, text: str, offset: int, error: UnexpectedInput, report: Report) -> None:
    """Say what is wrong at an offset."""
    unclosed = slips.unclosed_brace(text, offset)
    notes = (
        [Note("this brace is not closed", span_at(path, text, unclosed, 1))] if unclosed is not None else []
    )
    if offset >= len(text):
        end = len(text.rstrip())
        at = notes[0].span if notes else span_at(path, text, end, 1)
        what = "a brace is not closed" if notes else f"the file ends too early: expected {_expected(error)}"
        report.error("syntax", at, what)
        return
    word = slips.word_at(text, offset)
    at = span_at(path, text, offset, len(word))
    foreign = slips.foreign(text, offset)
    if foreign is not None:
        code, message, help = foreign
        if code != "no-preprocessor" or all(d.code != code for d in report.found):
            report.error(code, at, message, help=help)
        return
    known = slips.Known(
        keywords(), frozenset(w for n, w in words().items() if n in _allowed(error) and w.isalpha())
    )
    found = "end of the statement" if word in ("\n", ";") else f"`{slips.visible(word)}`"
    belongs_outside = word in slips.OUTERMOST and unclosed is not None
    report.error(
        "syntax",
        at,
        f"unexpected {found}: expected {_expected(error)}",
        notes if belongs_outside else (),
        help="" if belongs_outside else slips.suggest(text, offset, word, known),
    )


def span_at(path: str, text: str, offset: int, width: int) -> Span:
    """The span of `width` characters at an offset of the text."""
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return Span(path, line, column, line, column + width)


# Terminals that a reader knows by another name than the grammar's.
_SPOKEN = {
    "_NL": "the end of the statement",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "MNEMONIC": "an instruction",
    "ASM_TEXT": "operands",
    "LABEL": "a label",
    "CALL": "a macro",
    "BITS": "bits",
    "BIT_FIELD": "`<field:5>`",
    "DOC": "`///`",
    "INNER_DOC": "`//!`",
    "BASE": "what it is measured from",
    "$END": "the end of the file",
}
_OPERATORS = frozenset("OR AND PIPE CARET AMP PLUS MINUS STAR SLASH PERCENT TILDE BANG COMPARE SHIFT".split())


def _allowed(error: UnexpectedInput) -> list[str]:
    if isinstance(error, UnexpectedToken):
        return sorted(error.accepts or error.expected)
    return sorted(getattr(error, "allowed", None) or [])


def _expected(error: UnexpectedInput) -> str:
    """What could stand here, as a list for people."""
    names = _allowed(error)
    shown = {_SPOKEN.get(name) or f"`{words().get(name, name)}`" for name in names if name not in _OPERATORS}
    ordered = sorted(shown, key=lambda s: (s.startswith("`"), s))
    if any(name in _OPERATORS for name in names):
        ordered.insert(0, "an operator")
    if len(ordered) > _MOST_EXPECTED:
        ordered = [*ordered[:_MOST_EXPECTED], "…"]
    return re.sub(r", ([^,]*)$", r" or \1", ", ".join(ordered)) or "nothing"
