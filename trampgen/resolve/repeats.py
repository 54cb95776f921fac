"""Names in repeats: what an element loads is its data, all of it is loaded, and nothing has a place of its own."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Report
from trampgen.resolve.code import check_shadows
from trampgen.resolve.names import tell_unknown
from trampgen.resolve.scope import Scope, claim_local
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Repeat
from trampgen.syntax.walk import in_blocks, in_statements, parts

KIND = "repeat"  # of the template that an element is


def element(declared: Repeat) -> ast.Template:
    """One element as a template of its own: the code, then its data as literals."""
    data = tuple(ast.Literal(one.name, one.type, None, one.name.span) for one in declared.data)
    code = declared.code[0] if declared.code else ()
    return ast.Template(
        KIND, declared.name, None, None, None, (), ((*code, *data),), (), (), (), (), "", declared.span
    )


def check(declared: Repeat, scope: Scope, report: Report) -> None:
    """One code block, data that is known by its name and loaded, no label, region or literal."""
    own = [one.name for one in declared.data]
    claim_local(own, KIND, report)
    if len(declared.code) != 1:
        what = f"{len(declared.code)} code blocks: it takes one" if declared.code else "no code block"
        report.error("one-code-block", declared.name.span, f"`{declared.name.text}` has {what}")
        return
    if not own:
        what = f"repeat `{declared.name.text}` has no data"
        help = "add `data NAME: u32`; code alone that repeats is a `for` in a stub"
        report.error("empty", declared.name.span, what, help=help)
    check_shadows(own, declared.code[0], KIND, scope, report)
    _check_places(declared.code[0], report)
    _check_loads(declared, report)


def _check_places(code: tuple[ast.Statement, ...], report: Report) -> None:
    """in-repeat: what stands for one place, in code that stands there many times."""
    for statement in in_blocks(code):
        if isinstance(statement, ast.Label | ast.Patch | ast.Literal):
            what = {ast.Label: "a label", ast.Patch: "a patch region"}.get(type(statement), "a literal")
            help = "a word of each element is `data NAME: u32` beside the code" if what == "a literal" else ""
            message = f"{what} in a repeat would stand once for each element"
            report.error("in-repeat", statement.span, message, help=help)


def _check_loads(declared: Repeat, report: Report) -> None:
    """Data is loaded by its address, and all of it is."""
    own = [one.name.text for one in declared.data]
    named = [name.text for name in _places_in(declared.code[0])]
    loaded: set[str] = set()
    before = len(report.errors)
    for part in (part for expr in in_statements(declared.code[0]) for part in parts(expr)):
        if isinstance(part, ast.Address):
            loaded.add(part.label.text)
            if part.label.text not in (*own, *named):
                tell_unknown(part.label, own, "data", report)
        elif isinstance(part, ast.Name) and part.text in own:
            loaded.add(part.text)
            message = f"`{part.text}` stands behind the code of all elements: only a load reaches it"
            report.error("in-repeat", part.span, message, help=f"write ${{&{part.text}}}")
    for one in declared.data if len(report.errors) == before else ():
        if one.name.text not in loaded:
            what = f"no code of an element loads `{one.name.text}`"
            report.error("unused-name", one.name.span, what, help=f"load it, with ${{&{one.name.text}}}")


def _places_in(code: tuple[ast.Statement, ...]) -> Iterator[ast.Name]:
    """Names of labels and literals, which have been refused: what speaks of them is no error too."""
    return (s.name for s in in_blocks(code) if isinstance(s, ast.Label | ast.Literal))
