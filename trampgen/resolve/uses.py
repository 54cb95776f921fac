"""Unknown names, unused names, and which axes each thing depends on. Reads syntax only: no value is computed."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.resolve.scope import Scope, claim_local
from trampgen.syntax import ast
from trampgen.syntax.walk import clauses, expressions, names, of_value, parts

_FUNCTIONS = ("offsetof", "sizeof")


def check(scope: Scope, report: Report) -> None:
    """Every name that is used exists, and what exists is used."""
    used: set[str] = set()
    for const in scope.consts.values():
        _known(expressions(const), (), scope, used, report)
        _map_cases(const.value, scope, report)
    for extern in scope.externs.values():
        _known(expressions(extern), (), scope, used, report)
    for layout in scope.layouts.values():
        _layout(layout, scope, used, report)
    for stub in scope.stubs.values():
        _stub(stub, scope, used, report)
    for family in scope.families.values():
        _known(expressions(family), (), scope, used, report)
        _family(family, scope, report)
    _unused(scope, used, report)


def _known(
    exprs: Iterator[ast.Expr], local: tuple[str, ...], scope: Scope, used: set[str], report: Report
) -> None:
    for expr in exprs:
        for part in parts(expr):
            if isinstance(part, ast.Name):
                used.add(part.text)
                if part.text not in local and part.text not in scope.values:
                    _unknown(part, [*local, *scope.values], "name", report)
            elif isinstance(part, ast.Call) and part.function.text not in _FUNCTIONS:
                _unknown(part.function, _FUNCTIONS, "function", report)
            elif isinstance(part, ast.Relocation) and part.operator.text not in scope.isa.operators:
                _unknown(part.operator, scope.isa.operators, f"operator of {scope.isa.name}:", report)


def _unknown(name: ast.Name, known: object, what: str, report: Report) -> None:
    candidates = [str(k) for k in known]  # type: ignore[attr-defined]
    hint = did_you_mean(name.text, candidates)
    if not hint and len(candidates) <= 12:
        hint = f"known: {', '.join(candidates)}" if candidates else ""
    report.error("unknown-name", name.span, f"unknown {what} `{name.text}`", help=hint)


def _map_cases(value: ast.Value | None, scope: Scope, report: Report) -> None:
    """A map names cases of one axis, each once, and has an answer for every one of them."""
    if not isinstance(value, ast.Map):
        return
    seen: dict[str, ast.Name] = {}
    axis = axis_of(value, scope)
    for name, _ in value.entries:
        if name.text in seen:
            report.error("duplicate-name", name.span, f"case `{name.text}` stands twice in this map")
        seen[name.text] = name
        if name.text != "_" and name.text not in scope.cases:
            _unknown(name, scope.cases, "case", report)
        elif name.text != "_" and scope.cases[name.text] != axis:
            report.error(
                "mixed-axes",
                name.span,
                f"`{name.text}` is a case of {scope.cases[name.text]}, the others are of {axis}",
                help="a map chooses by one axis; nest constants for two",
            )
    if axis is None:
        report.error("mixed-axes", value.span, "a map of `_` alone depends on nothing", help="write the value itself")
    elif "_" not in seen:
        missing = [case.name.text for case in scope.axes[axis].cases if case.name.text not in seen]
        if missing:
            report.error(
                "missing-case",
                value.span,
                f"no value for {', '.join(missing)} of {axis}",
                help="add the case, or `_:` for every case not named",
            )


def axis_of(value: ast.Map, scope: Scope) -> str | None:
    """The axis a map chooses by: that of its first known case."""
    return next((scope.cases[n.text] for n, _ in value.entries if n.text in scope.cases), None)


def _layout(layout: ast.Layout, scope: Scope, used: set[str], report: Report) -> None:
    _known(expressions(layout), (), scope, used, report)
    claim_local([field.name for field in layout.fields if field.name], "layout", report)
    for field in layout.fields:
        for value in (field.size, field.value, field.align, field.at):
            _map_cases(value, scope, report)
    fields = [field.name.text for field in layout.fields if field.name]
    for name in layout.commit_last:
        if name.text not in fields:
            _unknown(name, fields, "field", report)
    for extra in layout.commit_last[1:]:
        report.error("duplicate-name", extra.span, "one field is written last")
    if not layout.fields:
        report.error("empty", layout.span, f"layout `{layout.name.text}` has no field")


def _stub(stub: ast.Stub, scope: Scope, used: set[str], report: Report) -> None:
    own = tuple(param.name.text for param in stub.params)
    mentioned: set[str] = set()
    _known(expressions(stub), own, scope, mentioned, report)
    used |= mentioned
    claim_local([param.name for param in stub.params], "stub", report)
    for param in stub.params:
        in_code = any(param.name.text == n.text for e in _code_of(stub) for n in names(e))
        if not in_code:
            report.error(
                "unused-name",
                param.name.span,
                f"param `{param.name.text}` is used nowhere in the code",
                help=f"put it where it belongs, as ${{{param.name.text}}}, or remove it",
            )
    if len(stub.code) != 1:
        at = stub.name.span
        report.error("one-code-block", at, f"a stub has one code block, not {len(stub.code)}")
    _placement(stub, scope, report)
    for clause in clauses(stub.contract):
        for name in (*clause.names, *clause.excepted, *_exit_names(clause)):
            if name.text not in scope.isa.registers:
                _unknown(name, scope.isa.registers, f"register of {scope.isa.name}:", report)


def _code_of(stub: ast.Stub) -> Iterator[ast.Expr]:
    from trampgen.syntax.walk import in_statements

    for block in stub.code:
        yield from in_statements(block)


def _exit_names(clause: ast.Clause) -> list[ast.Name]:
    return list(names(clause.value)) if clause.verb == "exit" and clause.value is not None else []


def _placement(stub: ast.Stub, scope: Scope, report: Report) -> None:
    if stub.layout is None or stub.field is None:
        return
    layout = scope.layouts.get(stub.layout.text)
    if layout is None:
        _unknown(stub.layout, scope.layouts, "layout", report)
        return
    code = [field.name.text for field in layout.fields if field.kind == "code" and field.name]
    if stub.field.text not in code:
        _unknown(stub.field, code, f"code field of {layout.name.text}:", report)


def _family(family: ast.Family, scope: Scope, report: Report) -> None:
    known = [name for name in family.members if name.text in scope.stubs]
    for name in family.members:
        if name.text not in scope.stubs:
            _unknown(name, scope.stubs, "stub", report)
    claim_local(list(family.members), "family", report)
    if not family.members:
        report.error("empty", family.span, f"family `{family.name.text}` has no members")
    for wanted in family.extract:
        for member in known:
            if wanted.text not in [p.name.text for p in scope.stubs[member.text].params]:
                report.error(
                    "unknown-name", wanted.span, f"member `{member.text}` has no param `{wanted.text}` to extract"
                )


def _unused(scope: Scope, used: set[str], report: Report) -> None:
    """Shared files may offer more than one spec needs: only names of the main file are held to this."""
    mapped = {n.text for v in _all_maps(scope) for n, _ in v.entries}
    for table, what in ((scope.consts, "constant"), (scope.externs, "extern")):
        for name, declaration in table.items():
            if name not in used and declaration.span.path == scope.main:  # type: ignore[attr-defined]
                at = declaration.name.span  # type: ignore[attr-defined]
                report.warning("unused-name", at, f"{what} `{name}` is used nowhere")
    for axis in scope.axes.values():
        if axis.span.path == scope.main and not any(c.name.text in used | mapped for c in axis.cases):
            report.warning("unused-name", axis.name.span, f"nothing depends on variant `{axis.name.text}`")


def _all_maps(scope: Scope) -> Iterator[ast.Map]:
    for const in scope.consts.values():
        if isinstance(const.value, ast.Map):
            yield const.value
    for layout in scope.layouts.values():
        for field in layout.fields:
            yield from (v for v in (field.size, field.value, field.align, field.at) if isinstance(v, ast.Map))


def axes_of(declaration: ast.Layout | ast.Stub | ast.Family, scope: Scope) -> tuple[str, ...]:
    """The axes on which a thing depends, through constants and layouts, in the order of the spec."""
    found: set[str] = set()
    _axes(declaration, scope, found, set())
    return tuple(axis for axis in scope.axes if axis in found)


def _axes(declaration: object, scope: Scope, found: set[str], visited: set[int]) -> None:
    if id(declaration) in visited:
        return
    visited.add(id(declaration))
    for value in _values(declaration):
        if isinstance(value, ast.Map) and (axis := axis_of(value, scope)):
            found.add(axis)
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


def _values(declaration: object) -> Iterator[ast.Value | None]:
    if isinstance(declaration, ast.Const):
        yield declaration.value
    elif isinstance(declaration, ast.Layout):
        for field in declaration.fields:
            yield from (field.size, field.value, field.align, field.at)


__all__ = ["axes_of", "axis_of", "check", "of_value"]
