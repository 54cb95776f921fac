"""Names in `symbol` and `from`: symbols that an object can have, and labels of the template that a clause is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.diagnostics import Note, Report
from trampgen.resolve.names import tell_unknown
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Image, LabelSymbol
from trampgen.syntax.walk import in_blocks

ANY = "*"  # in a symbol: any text


def check(scope: Scope, report: Report) -> None:
    """Symbols that can be, each once for a thing; of templates labels that are, and nothing of them elsewhere."""
    for unit in scope.units:
        _check_symbol(unit, "a unit is that of one function", report)
    for thing in scope.in_objects:
        for one in thing.symbols:
            _check_symbols(one, report)
            if isinstance(thing, ast.Template):
                _check_labels(one, thing, report)
            else:
                _check_array(one, thing, report)
        _check_once([one.symbol for one in thing.symbols], f"a symbol of `{thing.name.text}`", report)
        if isinstance(thing, ast.Template) and thing.kind == "site":
            help = "a site replaces an instruction while the system runs: no object has it"
            report.error("misplaced-word", thing.symbols[0].span, "`symbol` in a site", help=help)


def _check_symbols(one: Image | LabelSymbol, report: Report) -> None:
    if isinstance(one, LabelSymbol):
        _check_symbol(one.symbol, "a label is at one symbol", report)
    elif one.end is not None:
        for symbol in (one.symbol, one.end):
            _check_symbol(symbol, "code `to` a symbol is in one place", report)
    else:
        _check_symbol(one.symbol, "", report)


def _check_symbol(symbol: ast.Text, one: str, report: Report) -> None:
    """bad-symbol: what no object can have, every symbol, or several where there is just one; `one` says why that is."""
    text = symbol.value
    if not text:
        report.error("bad-symbol", symbol.span, "an empty symbol")
    elif not text.isprintable() or " " in text:
        what = "a symbol has neither blanks nor control characters"
        report.error("bad-symbol", symbol.span, what)
    elif one and ANY in text:
        report.error(
            "bad-symbol", symbol.span, f"`{text}` can be many symbols", help=f"{one}: write its name"
        )
    elif not text.strip(ANY):
        help = 'write what their names have in common: `symbol "__SCT__*"`'
        report.error("bad-symbol", symbol.span, f"`{text}` is every symbol of an object", help=help)


def _check_once(names: Sequence[ast.Name | ast.Text], already: str, report: Report) -> None:
    seen: dict[str, ast.Name | ast.Text] = {}
    for name in names:
        text = name.text if isinstance(name, ast.Name) else name.value
        first = seen.setdefault(text, name)
        if first is not name:
            note = [Note("first here", first.span)]
            report.error("duplicate-name", name.span, f"`{text}` is already {already}", note)


def _check_labels(one: Image | LabelSymbol, template: ast.Template, report: Report) -> None:
    known = list(dict.fromkeys(_labels(template)))
    labels = one.excepted if isinstance(one, Image) else (one.label,)
    for label in labels:
        if label.text not in known:
            tell_unknown(label, known, f"label of this {template.kind}:", report)
    _check_once(labels, "excepted", report)
    if isinstance(one, Image) and one.excepted and not one.because.strip():
        help = "the reason is what tells an exception from a difference"
        report.error("empty", one.span, "`because` without a reason", help=help)


def _labels(template: ast.Template) -> Iterator[str]:
    """Labels, literals and regions; a region has the name of its first form."""
    for statement in (statement for block in template.code for statement in in_blocks(block)):
        match statement:
            case ast.Label(name) | ast.Literal(name):
                yield name.text
            case ast.Patch(forms):
                yield forms[0].name.text


def _check_array(one: Image | LabelSymbol, thing: ast.InObjects, report: Report) -> None:
    """misplaced-word: what is about code from one place to another."""
    kind = type(thing).__name__.lower()
    given: list[tuple[str, ast.Name | ast.Text]] = []
    if isinstance(one, LabelSymbol):
        given.append(("at", one.label))
    else:
        given += [("to", one.end)] if one.end else []
        given += [("except", one.excepted[0])] if one.excepted else []
    for word, name in given:
        help = f"a {kind} stands as a whole at one symbol: write `symbol NAME`"
        report.error("misplaced-word", name.span, f"`{word}` in a {kind}", help=help)
