"""Unknown names, unused names, maps without an answer. Reads syntax only: no value is computed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.model.source import Span
from trampgen.resolve import constants, described, limits
from trampgen.resolve.axes import axis_of, maps_of
from trampgen.resolve.scope import Scope, check_c_text, claim_local
from trampgen.syntax import ast
from trampgen.syntax.parse import keywords
from trampgen.syntax.slips import RESERVED
from trampgen.syntax.walk import (
    clauses,
    in_statements,
    instructions,
    labels,
    names,
    parts,
    spell,
)
from trampgen.syntax.walk_tables import expressions, outside

_FUNCTIONS = ("offsetof", "sizeof")
# After one of these, what looks unused was most likely misspelt, misplaced or declared twice.
_MISLEADING = ("unknown-name", "misplaced-word", "duplicate-name", "bad-name")


def check(scope: Scope, report: Report) -> None:
    """Every name that is used exists, and what exists is used."""
    used: set[str] = set()
    for const in scope.consts.values():
        _known(expressions(const), (), scope, used, report)
        for value in maps_of(const):
            _map_cases(value, scope, report)
    if not constants.check(scope, report):
        return
    for extern in scope.externs.values():
        _known(expressions(extern), (), scope, used, report)
        check_c_text(extern.c_text, "the C text of an extern", report)
    for layout in scope.layouts.values():
        _layout(layout, scope, used, report)
    for stub in scope.stubs.values():
        _stub(stub, scope, used, report)
    for family in scope.families.values():
        _known(expressions(family), (), scope, used, report)
        _family(family, scope, report)
    for thing in scope.described:
        _described(thing, scope, used, report)
    limits.check_combinations(scope, report)
    if not scope.stubs and not scope.layouts and not scope.described:
        at = Span(scope.main, 1, 1, 1, 2)
        report.error("empty", at, "nothing to build: no stub, layout, table, breakpoint, slot or call site")
    _unused(scope, used, report)


def _described(thing: ast.Described, scope: Scope, used: set[str], report: Report) -> None:
    stubs = described.stubs(thing, scope)
    misplaced = [_misplaced(stub, scope, report) for stub in stubs]
    if any(misplaced):
        return
    _known(outside(thing), (), scope, used, report)
    for stub in stubs:
        fields = tuple(param.name.text for param in stub.params)
        _known(expressions(stub), fields, scope, used, report)
    for value in maps_of(thing):
        _map_cases(value, scope, report)
    described.check(thing, scope, report)


def _known(
    exprs: Iterator[ast.Expr], local: tuple[str, ...], scope: Scope, used: set[str], report: Report
) -> None:
    known = {*local, *scope.values}
    for expr in exprs:
        for part in parts(expr):
            if isinstance(part, ast.Name):
                used.add(part.text)
                if part.text not in known:
                    _unknown(part, [*local, *scope.values], "name", report)
            elif isinstance(part, ast.Call) and part.function.text not in _FUNCTIONS:
                _unknown_function(part, report)
            elif isinstance(part, ast.Relocation) and part.operator.text not in scope.isa.operators:
                _unknown(part.operator, scope.isa.operators, f"operator of {scope.isa.name}:", report)


_KERNEL_MACROS = {"ha": "ha", "hi": "h", "lo": "l", "l": "l", "h": "h"}


def _unknown_function(call: ast.Call, report: Report) -> None:
    """PPC_HA(x) and its like are operators here."""
    operator = _KERNEL_MACROS.get(call.function.text.lower().removeprefix("ppc_"))
    if operator is None:
        _unknown(call.function, _FUNCTIONS, "function", report)
        return
    message = f"unknown function `{call.function.text}`"
    report.error(
        "unknown-name", call.function.span, message, help=f"write `{spell(call.arguments[0])}@{operator}`"
    )


def _unknown(name: ast.Name, known: Iterable[str], what: str, report: Report) -> None:
    candidates = list(known)
    hint = did_you_mean(name.text, candidates)
    if not hint and len(candidates) <= 12:
        hint = f"known: {', '.join(candidates)}" if candidates else ""
    report.error("unknown-name", name.span, f"unknown {what} `{name.text}`", help=hint)


def _map_cases(value: ast.Map, scope: Scope, report: Report) -> None:
    """A map names cases of one axis, each once, and has an answer for every one of them."""
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
    _known(expressions(layout), (), scope, used, report)
    claim_local([field.name for field in layout.fields if field.name], "layout", report)
    for value in maps_of(layout):
        _map_cases(value, scope, report)
    fields = [field.name.text for field in layout.fields if field.name]
    for name in layout.commit_last:
        if name.text not in fields:
            _unknown(name, fields, "field", report)
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


def _stub(stub: ast.Stub, scope: Scope, used: set[str], report: Report) -> None:
    own = tuple(param.name.text for param in stub.params)
    if _misplaced(stub, scope, report):
        return  # the words after one are no operands: what is said of them would mislead
    mentioned: set[str] = set()
    known_before = len(report.errors)
    _known(expressions(stub), own, scope, mentioned, report)
    used |= mentioned
    params = [param.name for param in stub.params]
    claim_local(params, "stub", report)
    _shadows([*params, *(label for block in stub.code for label in labels(block))], params, scope, report)
    misspelt = any(error.code == "unknown-name" for error in report.errors[known_before:])
    written = {name.text for block in stub.code for expr in in_statements(block) for name in names(expr)}
    written |= _operand_words(stub)  # without an interpolation: the instruction's message says more
    for param in () if misspelt or not stub.code else stub.params:
        if param.name.text not in written:
            report.error(
                "unused-name",
                param.name.span,
                f"param `{param.name.text}` is used nowhere in the code",
                help=f"put it where it belongs, as ${{{param.name.text}}}, or remove it",
            )
    if len(stub.code) != 1:
        at = stub.name.span
        what = f"{len(stub.code)} code blocks: it takes one" if stub.code else "no code block"
        report.error("one-code-block", at, f"`{stub.name.text}` has {what}")
    _placement(stub, scope, report)
    for clause in clauses(stub.contract):
        for name in (*clause.names, *clause.excepted, *_exit_names(clause)):
            if name.text not in scope.isa.registers:
                _unknown(name, scope.isa.registers, f"register of {scope.isa.name}:", report)


def _operand_words(stub: ast.Stub) -> set[str]:
    lines = (line for block in stub.code for line in instructions(block))
    texts = (part for line in lines for part in line.operands if isinstance(part, str))
    return {word for text in texts for word in re.findall(r"\w+", text)}


def _misplaced(stub: ast.Stub, scope: Scope, report: Report) -> bool:
    """Words of the language where an instruction stands: never silently assembly."""
    found = False
    for block in stub.code:
        for line in instructions(block):
            word = line.mnemonic.text
            if word in scope.isa.mnemonics or word not in keywords() | RESERVED:
                continue
            found = True
            help = (
                f"`{word}` is kept for a construct that this version does not have"
                if word in RESERVED
                else ""
            )
            if word in ("param", "contract", "code"):
                help = f"`{word}` stands in the stub, outside its code block"
            if word == "else":
                help = "`else` stands on the line of the brace that closes the block before it"
            report.error("misplaced-word", line.mnemonic.span, f"`{word}` is no instruction", help=help)
    return found


def _shadows(local: list[ast.Name], params: list[ast.Name], scope: Scope, report: Report) -> None:
    """A param or label must not hide a name of the spec, nor a label a param."""
    for name in local:
        taken = next((p for p in params if p is not name and p.text.upper() == name.text.upper()), None)
        if name.text in scope.values:
            report.error(
                "duplicate-name", name.span, f"`{name.text}` already stands for something in this spec"
            )
        elif taken is not None and name not in params:
            note = [Note("the param", taken.span)]
            report.error("duplicate-name", name.span, f"`{name.text}` is already a param of this stub", note)


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
        hint = did_you_mean(stub.field.text, code) or (f"it has {', '.join(code)}" if code else "")
        message = f"`{layout.name.text}` has no code field `{stub.field.text}`"
        report.error("unknown-name", stub.field.span, message, help=hint)


def _family(family: ast.Family, scope: Scope, report: Report) -> None:
    known = [name for name in family.members if name.text in scope.stubs]
    for name in family.members:
        if name.text not in scope.stubs:
            _unknown(name, scope.stubs, "stub", report)
    claim_local(list(family.members), "family", report)
    if not family.members:
        report.error("empty", family.span, f"family `{family.name.text}` has no members")
    claim_local(list(family.extract), "family", report)
    for wanted in family.extract:
        offered = {m.text: [p.name.text for p in scope.stubs[m.text].params] for m in known}
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
    for table, what in ((scope.consts, "constant"), (scope.externs, "extern")):
        for name, declaration in table.items():
            if name not in used and declaration.span.path == scope.main:
                at = declaration.name.span
                report.warning("unused-name", at, f"{what} `{name}` is used nowhere")
    for axis in scope.axes.values():
        if (
            axis.span.path == scope.main
            and axis.cases
            and not any(c.name.text in used | mapped for c in axis.cases)
        ):
            report.warning("unused-name", axis.name.span, f"nothing depends on variant `{axis.name.text}`")
