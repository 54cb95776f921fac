"""Text to syntax tree, with every syntax error of a file in one run.

After an error the statement it stands in is blanked out and the rest is read again, so that one slip costs
one message."""

from __future__ import annotations

import functools
import re

from lark import Lark, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.model.source import Span
from trampgen.resources import read_text
from trampgen.syntax import ast
from trampgen.syntax.build import Build
from trampgen.syntax.lines import Lines

_MOST_ERRORS = 20
# Terminals that a reader knows by another name than the grammar's.
_SPOKEN = {
    "_NL": "the end of the statement",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "MNEMONIC": "an instruction",
    "ASM_TEXT": "operands",
    "LABEL": "a label",
    "DOC": "`///`",
    "INNER_DOC": "`//!`",
    "BASE": "what it is measured from",
    "COMPARE": "a comparison",
    "SHIFT": "a shift",
    "$END": "the end of the file",
}
_OPERATORS = (
    "OR",
    "AND",
    "PIPE",
    "CARET",
    "AMP",
    "PLUS",
    "MINUS",
    "STAR",
    "SLASH",
    "PERCENT",
    "TILDE",
    "BANG",
)


@functools.cache
def _parser() -> Lark:
    return Lark(
        read_text("grammars", "tramp.lark"),
        parser="lalr",
        lexer="contextual",
        postlex=Lines(),
        propagate_positions=True,
        maybe_placeholders=True,
    )


@functools.cache
def keywords() -> frozenset[str]:
    """Every word the grammar gives a meaning to."""
    return frozenset(
        t.pattern.value for t in _parser().terminals if t.pattern.type == "str" and t.pattern.value.isalpha()
    )


def parse(path: str, text: str, report: Report) -> list[ast.Declaration]:
    """The declarations of one file; syntax errors go to the report and leave their statement out."""
    for _ in range(_MOST_ERRORS):
        try:
            tree = _parser().parse(text)
        except UnexpectedInput as error:
            at = _report(path, text, error, report)
            blanked = _without_statement(text, at)
            if blanked == text:
                return []
            text = blanked
            continue
        try:
            declarations: list[ast.Declaration] = Build(path).transform(tree)
        except VisitError as error:  # a defect of ours: let the command line say so
            raise error.orig_exc from error
        return declarations
    return []


def _report(path: str, text: str, error: UnexpectedInput, report: Report) -> int:
    """Say what is wrong; returns the offset in the text."""
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        lines = text.rstrip().split("\n")
        at = Span(path, len(lines), len(lines[-1]) + 1, len(lines), len(lines[-1]) + 2)
        report.error("syntax", at, f"the file ends too early: expected {_expected(error)}")
        return len(text)
    offset = (error.token.start_pos if isinstance(error, UnexpectedToken) else error.pos_in_stream) or 0
    # The token was read without regard to the place it stands in: only its start can be trusted.
    word = _word_at(text, offset)
    at = Span(path, error.line, error.column, error.line, error.column + len(word))
    if text.startswith("/*", offset):
        report.error(
            "foreign-comment", at, "`/*` starts no comment here", help="use //, to the end of the line"
        )
        return offset
    found = "the end of the statement" if word in ("\n", ";") else f"`{word}`"
    report.error("syntax", at, f"unexpected {found}: expected {_expected(error)}", help=_suggest(error, word))
    return offset


def _word_at(text: str, offset: int) -> str:
    word = re.compile(r"\w+|.", re.DOTALL).match(text, offset)
    return word.group() if word else " "


def _allowed(error: UnexpectedInput) -> list[str]:
    if isinstance(error, UnexpectedToken):
        return sorted(error.accepts or error.expected)
    return sorted(getattr(error, "allowed", None) or [])


def _words() -> dict[str, str]:
    return {t.name: t.pattern.value for t in _parser().terminals if t.pattern.type == "str"}


def _allowed_words(error: UnexpectedInput) -> list[str]:
    words = _words()
    return [words[name] for name in _allowed(error) if words.get(name, "").isalpha()]


def _expected(error: UnexpectedInput) -> str:
    words = _words()
    names = _allowed(error)
    operators = [name for name in names if name in _OPERATORS]
    shown = [f"`{words[n]}`" if n in words else _SPOKEN.get(n, n) for n in names if n not in operators]
    if len(operators) > 2:
        shown.append("an operator")
    shown = sorted(set(shown), key=lambda s: (s.startswith("`"), s))
    if len(shown) > 12:
        shown = [*shown[:12], "…"]
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown) or "nothing"


def _suggest(error: UnexpectedInput, word: str) -> str:
    if close := did_you_mean(word, _allowed_words(error)):
        return close
    if not isinstance(error, UnexpectedToken):
        return ""
    if error.token.type == "INNER_DOC":
        return "`//!` holds the file's licence: it stands alone on its line, at the top"
    if error.token.type == "DOC":
        return "`///` documents a layout, a field, a stub, a param or a family: it stands right before it"
    # A misspelt statement word is read as the name or the instruction before the token that surprises.
    previous = error.token_history[-1] if error.token_history else None
    if previous is not None and previous.type in ("MNEMONIC", "NAME"):
        return did_you_mean(str(previous), sorted(keywords()))
    return ""


def _without_statement(text: str, offset: int) -> str:
    """The text with the statement at an offset replaced by spaces; a block it opens goes with it."""
    start = max(text.rfind("\n", 0, offset), text.rfind(";", 0, offset)) + 1
    depth, end = 0, start
    while end < len(text):
        char = text[end]
        if char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}" and end >= offset:
            end += end == offset
            break
        elif char == "\n" and depth == 0 and end >= offset:
            break
        end += 1
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
