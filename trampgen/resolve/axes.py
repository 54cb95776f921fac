"""Which axes a thing depends on, through the constants and layouts it uses."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import AsmPattern, Bitmap, Breakpoint, Comparison, Repeat, Slot
from trampgen.syntax.walk import expansions, parts, said
from trampgen.syntax.walk_tables import expressions, needed, words


def maps_of(declaration: object) -> Iterator[ast.Map]:
    """The maps that stand in a constant or a layout."""
    values: list[ast.Value | None] = []
    if isinstance(declaration, ast.Const):
        values = [declaration.value]
    elif isinstance(declaration, ast.Layout):
        for field in declaration.fields:
            values += [field.size, field.value, field.align, field.at]
    elif isinstance(declaration, Slot):
        page = () if isinstance(declaration.page, ast.Text) else (declaration.page,)
        values = [declaration.size, declaration.align, *page, declaration.reserve]
    elif isinstance(declaration, Repeat):
        values = [declaration.count]
    yield from (value for value in values if isinstance(value, ast.Map))


def axis_of(value: ast.Map, scope: Scope) -> str | None:
    """The axis a map chooses by: that of its first known case."""
    return next((scope.cases[n.text] for n, _ in value.entries if n.text in scope.cases), None)


def axes_of(
    declaration: ast.Layout | ast.Template | ast.Family | ast.Described | Comparison, scope: Scope
) -> tuple[str, ...]:
    """The axes on which a thing depends, through constants and layouts, in the order of the spec."""
    found: set[str] = set()
    _axes(declaration, scope, found, set())
    return tuple(axis for axis in scope.axes if axis in found)


def _axes(declaration: object, scope: Scope, found: set[str], visited: set[int]) -> None:
    if id(declaration) in visited:
        return
    visited.add(id(declaration))
    found |= {axis for value in maps_of(declaration) if (axis := axis_of(value, scope))}
    if (isinstance(declaration, ast.Template | ast.Described) and not isinstance(declaration, Bitmap)) or (
        isinstance(declaration, ast.Layout) and len({isa.unit for isa in scope.targets}) > 1
    ):
        found |= {scope.cases[case] for case in scope.isas}  # what code is, depends on the target
    for expr in _all_expressions(declaration):
        for part in parts(expr):
            if isinstance(part, ast.Name) and part.text in scope.cases:
                found.add(scope.cases[part.text])
            elif isinstance(part, ast.Name) and part.text in scope.consts:
                _axes(scope.consts[part.text], scope, found, visited)
            elif isinstance(part, ast.Call):
                for name in part.arguments:
                    if isinstance(name, ast.Name) and name.text in scope.layouts:
                        _axes(scope.layouts[name.text], scope, found, visited)
    for expansion in _expansions(declaration):
        if expansion.macro.text in scope.macros:
            _axes(scope.macros[expansion.macro.text], scope, found, visited)
    if (
        isinstance(declaration, ast.Template)
        and declaration.layout
        and declaration.layout.text in scope.layouts
    ):
        _axes(scope.layouts[declaration.layout.text], scope, found, visited)
    if isinstance(declaration, ast.Family):
        for member in declaration.members:
            if member.text in scope.templates:
                _axes(scope.templates[member.text], scope, found, visited)
    for name in needed(declaration):
        groups = (scope.tables, scope.breakpoints, scope.bitmaps)
        other = next((group[name.text] for group in groups if name.text in group), None)
        _axes(other, scope, found, visited)


def _all_expressions(declaration: object) -> Iterator[ast.Expr]:
    yield from expressions(declaration)
    if isinstance(declaration, ast.Template):
        yield from said(declaration.contract)
        yield from (reach.of for reach in declaration.reaches if reach.of is not None)


def _expansions(declaration: object) -> Iterator[ast.Expansion]:
    if isinstance(declaration, ast.Macro):
        yield from expansions(declaration.body)
    if isinstance(declaration, ast.Template | Breakpoint | Repeat):
        for block in declaration.code:
            yield from expansions(block)
    for word in words(declaration):
        if isinstance(word.pattern, AsmPattern):
            yield from expansions(word.pattern.code)
