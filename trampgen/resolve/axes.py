"""Which axes a thing depends on, through the constants and layouts it uses."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Slot
from trampgen.syntax.walk import parts
from trampgen.syntax.walk_tables import expressions, needed


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
    yield from (value for value in values if isinstance(value, ast.Map))


def axis_of(value: ast.Map, scope: Scope) -> str | None:
    """The axis a map chooses by: that of its first known case."""
    return next((scope.cases[n.text] for n, _ in value.entries if n.text in scope.cases), None)


def axes_of(declaration: ast.Layout | ast.Stub | ast.Family | ast.Described, scope: Scope) -> tuple[str, ...]:
    """The axes on which a thing depends, through constants and layouts, in the order of the spec."""
    found: set[str] = set()
    _axes(declaration, scope, found, set())
    return tuple(axis for axis in scope.axes if axis in found)


def _axes(declaration: object, scope: Scope, found: set[str], visited: set[int]) -> None:
    if id(declaration) in visited:
        return
    visited.add(id(declaration))
    found |= {axis for value in maps_of(declaration) if (axis := axis_of(value, scope))}
    for expr in expressions(declaration):
        for part in parts(expr):
            if isinstance(part, ast.Name) and part.text in scope.cases:
                found.add(scope.cases[part.text])
            elif isinstance(part, ast.Name) and part.text in scope.consts:
                _axes(scope.consts[part.text], scope, found, visited)
            elif isinstance(part, ast.Call):
                for name in part.arguments:
                    if isinstance(name, ast.Name) and name.text in scope.layouts:
                        _axes(scope.layouts[name.text], scope, found, visited)
    if isinstance(declaration, ast.Stub) and declaration.layout and declaration.layout.text in scope.layouts:
        _axes(scope.layouts[declaration.layout.text], scope, found, visited)
    if isinstance(declaration, ast.Family):
        for member in declaration.members:
            if member.text in scope.stubs:
                _axes(scope.stubs[member.text], scope, found, visited)
    for name in needed(declaration):
        other = scope.tables.get(name.text) or scope.breakpoints.get(name.text)
        _axes(other, scope, found, visited)
