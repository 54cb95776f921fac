"""Unknown names, unused names, maps without an answer. Reads syntax only: no value is computed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.model.source import Span
from trampgen.resolve import bitmaps, code, constants, described, impossible, limits
from trampgen.resolve.axes import axis_of, maps_of
from trampgen.resolve.names import check_known, tell_unknown
from trampgen.resolve.scope import Scope, check_c_text, claim_local
from trampgen.syntax import ast
from trampgen.syntax.walk import loops, params_of, regions
from trampgen.syntax.walk_tables import expressions, outside

# After one of these, what looks unused was most likely misspelt, misplaced or declared twice.
_Named = ast.Const | ast.Extern | ast.ExternStruct | ast.Macro
_MOST_FORMS = 128  # of all regions of a family's members
_MISLEADING = ("unknown-name", "misplaced-word", "duplicate-name", "bad-name")


def check(scope: Scope, report: Report) -> None:
    """Every name that is used exists, and what exists is used."""
    used: set[str] = set()
    for const in scope.consts.values():
        check_known(expressions(const), (), scope, used, report)
        for value in maps_of(const):
            _map_cases(value, scope, report)
    if not constants.check(scope, report):
        return
    for extern in scope.externs.values():
        check_known(expressions(extern), (), scope, used, report)
        check_c_text(extern.c_text, "the C text of an extern", report)
    for layout in scope.layouts.values():
        _layout(layout, scope, used, report)
    impossible.check(scope, report)
    for macro in scope.macros.values():
        code.check_macro(macro, scope, used, report)
    if not code.check_recursion(scope, report):
        return
    for template in scope.templates.values():
        code.check_template(template, scope, used, report)
    for family in scope.families.values():
        check_known(expressions(family), (), scope, used, report)
        _family(family, scope, report)
    for thing in scope.described:
        _described(thing, scope, used, report)
    if scope.in_objects or scope.units:
        from trampgen.resolve import images

        images.check(scope, report)
    for comparison in scope.comparisons:
        bitmaps.check_comparison(comparison, scope, report)
    limits.check_combinations(scope, report)
    if not scope.templates and not scope.layouts and not scope.described:
        at = Span(scope.main, 1, 1, 1, 2)
        report.error(
            "empty",
            at,
            "nothing to build: no template, layout, table, breakpoint, slot, call site, repeat, bitmap or rewrite",
        )
    _unused(scope, used, report)


def _described(thing: ast.Described, scope: Scope, used: set[str], report: Report) -> None:
    pieces = described.templates(thing, scope)
    misplaced = [code.misplaced(piece.code, scope, report) for piece in pieces]  # all of them are reported
    if any(misplaced):
        return
    check_known(outside(thing), (), scope, used, report)
    used |= described.required(thing, scope)
    for piece in pieces:
        local = [*params_of(piece), *(name for block in piece.code for name in loops(block))]
        check_known(code.values(piece, scope), [name.text for name in local], scope, used, report)
        for block in piece.code:
            code.check_expansions(block, scope, used, report)
    for value in maps_of(thing):
        _map_cases(value, scope, report)
    described.check(thing, scope, report)


def _map_cases(value: ast.Map, scope: Scope, report: Report) -> None:
    """A map names cases of one axis, each once, and has an answer for every one of them."""
    seen: dict[str, ast.Name] = {}
    axis = axis_of(value, scope)
    for name, _ in value.entries:
        if name.text in seen:
            report.error("duplicate-name", name.span, f"case `{name.text}` stands twice in this map")
        seen[name.text] = name
        if name.text != "_" and name.text not in scope.cases:
            tell_unknown(name, scope.cases, "case", report)
        elif name.text != "_" and scope.cases[name.text] != axis:
            report.error(
                "mixed-axes",
                name.span,
                f"`{name.text}` is a case of {scope.cases[name.text]}, the others are of {axis}",
                help="a map chooses by one axis; nest constants for two",
            )
    if axis is None:
        report.error(
            "mixed-axes", value.span, "a map of `_` alone depends on nothing", help="write the value itself"
        )
    elif axis is not None and "_" not in seen and all(scope.cases.get(name) == axis for name in seen):
        missing = [case.name.text for case in scope.axes[axis].cases if case.name.text not in seen]
        if missing:
            report.error(
                "missing-case",
                value.span,
                f"no value for {', '.join(missing)} of {axis}",
                help="add the case, or `_:` for every case not named",
            )


def _layout(layout: ast.Layout, scope: Scope, used: set[str], report: Report) -> None:
    check_known(expressions(layout), (), scope, used, report)
    claim_local([field.name for field in layout.fields if field.name], "layout", report)
    for value in maps_of(layout):
        _map_cases(value, scope, report)
    fields = [field.name.text for field in layout.fields if field.name]
    for name in layout.commit_last:
        if name.text not in fields:
            tell_unknown(name, fields, "field", report)
    for extra in layout.commit_last[1:]:
        report.error("duplicate-name", extra.span, "one field is written last")
    for field in layout.fields:
        text = field.c_type
        if (
            text is not None
            and check_c_text(text, "a C type", report)
            and re.search(r"[][(){},]", text.value)
        ):
            what = "a field's name can't follow this C type"
            report.error("bad-c-text", text.span, what, help="declare a typedef, and name that")
    if all(field.kind == "pad" for field in layout.fields):
        what = "nothing but padding" if layout.fields else "no field"
        report.error("empty", layout.name.span, f"layout `{layout.name.text}` has {what}")


def _family(family: ast.Family, scope: Scope, report: Report) -> None:
    known = [name for name in family.members if name.text in scope.templates]
    for name in family.members:
        if name.text not in scope.templates:
            tell_unknown(name, scope.templates, "stub", report)
    forms = sum(1 for m in known for block in scope.templates[m.text].code for _ in regions(block))
    if forms > _MOST_FORMS:  # those of each are held against those of each other
        what = f"the members of `{family.name.text}` have {forms:,} forms of regions, more than {_MOST_FORMS}"
        report.error("too-many", family.name.span, what)
    claim_local(list(family.members), "family", report)
    if not family.members:
        report.error("empty", family.span, f"family `{family.name.text}` has no members")
    claim_local(list(family.extract), "family", report)
    for wanted in family.extract:
        offered = {m.text: [p.text for p in params_of(scope.templates[m.text])] for m in known}
        lacking = [member for member, params in offered.items() if wanted.text not in params]
        if lacking:
            hint = did_you_mean(wanted.text, {p for member in lacking for p in offered[member]})
            without = f"member{'s' * (len(lacking) > 1)} {', '.join(f'`{m}`' for m in lacking)}"
            report.error("unknown-name", wanted.span, f"{without} have no param `{wanted.text}`", help=hint)


def _unused(scope: Scope, used: set[str], report: Report) -> None:
    """Shared files may offer more than one spec needs: only names of the main file are held to this."""
    if any(error.code in _MISLEADING for error in report.errors):
        return
    declared = (*scope.consts.values(), *scope.layouts.values(), *scope.described)
    mapped = {name.text for d in declared for value in maps_of(d) for name, _ in value.entries}
    tables: tuple[tuple[Mapping[str, _Named], str], ...] = (
        (scope.consts, "constant"),
        (scope.externs, "extern"),
        (scope.structs, "extern struct"),
        (scope.macros, "macro"),
    )
    for table, what in tables:
        for name, declaration in table.items():
            if name not in used and declaration.span.path == scope.main:
                at = declaration.name.span
                report.warning("unused-name", at, f"{what} `{name}` is used nowhere")
    for axis in scope.axes.values():
        if (
            axis.span.path == scope.main
            and axis.cases
            and not any(c.name.text in used | mapped or c.target for c in axis.cases)
        ):
            report.warning("unused-name", axis.name.span, f"nothing depends on variant `{axis.name.text}`")
