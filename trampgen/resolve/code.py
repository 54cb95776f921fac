"""Names in code: params, labels, regions, the variables of loops, macros and what they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.diagnostics.text import count
from trampgen.resolve import contracts
from trampgen.resolve.names import check_known, tell_unknown
from trampgen.resolve.scope import Scope, check_c_keywords, claim_local
from trampgen.syntax import ast
from trampgen.syntax.parse import keywords
from trampgen.syntax.walk import (
    expansions,
    expressions,
    in_blocks,
    in_statements,
    instructions,
    labels,
    loops,
    names,
    params_of,
    parts,
    regions,
)

RUN_ADDRESS = "ip"  # in a hand-written check: where the code will run
_DEEPEST = 20  # macros within macros


def check_template(template: ast.Template, scope: Scope, used: set[str], report: Report) -> None:
    """Every name of a template's is known, and every param is used."""
    if misplaced(template.code, scope, report):
        return  # the words after one are no operands: what is said of them would mislead
    mentioned: set[str] = set()
    known_before = len(report.errors)
    own = params_of(template)
    variables = [name for block in template.code for name in loops(block)]
    local = [name.text for name in (*own, *variables)]
    check_known(values(template, scope), local, scope, mentioned, report)
    for block in template.code:
        check_expansions(block, scope, mentioned, report)
    used |= mentioned
    claim_local(own, template.kind, report)
    check_c_keywords((name for block in template.code for name in regions(block)), report)
    for block in template.code:
        check_shadows(own, block, template.kind, scope, report)
    if not any(error.code == "unknown-name" for error in report.errors[known_before:]):
        _check_params_used(template, report)
    _check_code(template, report)
    _check_params_named(template, own, scope, used, report)
    _check_over(template, scope, report)
    _placement(template, scope, report)
    contracts.check(template, scope, used, report)


def check_macro(macro: ast.Macro, scope: Scope, used: set[str], report: Report) -> None:
    """A macro knows its params and what the whole spec knows; what it says must make sense more than once."""
    if misplaced((macro.body,), scope, report):
        return
    claim_local(list(macro.params), "macro", report)
    local = [name.text for name in (*macro.params, *loops(macro.body))]
    check_known(_without_registers(macro.body, expressions(macro), scope), local, scope, used, report)
    check_shadows(list(macro.params), macro.body, "macro", scope, report)
    check_expansions(macro.body, scope, used, report)
    for statement in in_blocks(macro.body):
        if isinstance(statement, ast.Label | ast.Patch | ast.Literal):
            what = {ast.Label: "a label", ast.Patch: "a patch region"}.get(type(statement), "a literal")
            message = f"{what} in a macro would stand once for each use of it"
            report.error("in-macro", statement.span, message, help="write it where the macro is used")
    mentioned = {name.text for expr in in_statements(macro.body) for name in names(expr)}
    for param in macro.params:
        if param.text not in mentioned:
            what = f"`{param.text}` of macro `{macro.name.text}` is used nowhere in it"
            report.error("unused-name", param.span, what, help="use it, or remove it")


def check_recursion(scope: Scope, report: Report) -> bool:
    """macro-cycle and too-deep; whether every macro comes to an end."""
    heights: dict[str, int] = {}
    return all(_follow(name, (), heights, scope, report) for name in scope.macros)


def _follow(name: str, path: tuple[str, ...], heights: dict[str, int], scope: Scope, report: Report) -> bool:
    """`heights` are the levels of the macros that have been followed to their end."""
    if name in heights or name not in scope.macros:
        return True
    at = scope.macros[name].name.span
    if name in path:
        through = " → ".join([*path[path.index(name) :], name])
        report.error("macro-cycle", at, f"`{name}` is made of itself: {through}")
        return False
    height = 1
    for inner in dict.fromkeys(expansion.macro.text for expansion in expansions(scope.macros[name].body)):
        if not _follow(inner, (*path, name), heights, scope, report):
            return False
        height = max(height, 1 + heights.get(inner, 0))
    if height > _DEEPEST:
        report.error("too-deep", at, f"macros within macros, more than {_DEEPEST} levels deep")
        return False
    heights[name] = height
    return True


def values(template: ast.Template, scope: Scope) -> Iterator[ast.Expr]:
    """Every expression of a template that has a value; registers given to macros have none."""
    statements = tuple(statement for block in template.code for statement in block)
    return _without_registers(statements, expressions(template), scope)


def _without_registers(
    block: tuple[ast.Statement, ...], exprs: Iterator[ast.Expr], scope: Scope
) -> Iterator[ast.Expr]:
    given = {id(argument) for expansion in expansions(block) for argument in expansion.arguments}
    for expr in exprs:
        is_register = isinstance(expr, ast.Name) and any(expr.text in isa.registers for isa in scope.targets)
        if not (is_register and id(expr) in given):
            yield expr


def check_expansions(block: tuple[ast.Statement, ...], scope: Scope, used: set[str], report: Report) -> None:
    """Every macro that is used exists, and is given as many arguments as it takes."""
    for expansion in expansions(block):
        used.add(expansion.macro.text)
        macro = scope.macros.get(expansion.macro.text)
        if macro is None:
            tell_unknown(expansion.macro, scope.macros, "macro", report)
            continue
        wanted, given = len(macro.params), len(expansion.arguments)
        if wanted != given:
            takes = f" ({', '.join(param.text for param in macro.params)})" if wanted else ""
            message = f"`{macro.name.text}` takes {count(wanted, 'argument')}{takes}, not {given}"
            report.error("bad-argument", expansion.span, message, [Note("the macro", macro.name.span)])


def _check_params_used(template: ast.Template, report: Report) -> None:
    written = {n.text for block in template.code for expr in in_statements(block) for n in names(expr)}
    written |= _operand_words(template)  # without an interpolation: the instruction's message says more
    written |= {copy.param.text for copy in template.copies}
    for param in template.params if template.code else ():
        if param.name.text not in written:
            report.error(
                "unused-name",
                param.name.span,
                f"param `{param.name.text}` is used nowhere in the code",
                help=f"put it where it belongs, as ${{{param.name.text}}}, or remove it",
            )


def _check_code(template: ast.Template, report: Report) -> None:
    if len(template.code) != 1:
        at = template.name.span
        what = f"{len(template.code)} code blocks: it takes one" if template.code else "no code block"
        report.error("one-code-block", at, f"`{template.name.text}` has {what}")
    for block in template.code:
        for patch in (s for s in in_blocks(block) if isinstance(s, ast.Patch)):
            for inner in (s for b in (*(f.body for f in patch.forms), patch.rest) for s in in_blocks(b)):
                if isinstance(inner, ast.Patch):
                    note = [Note("the outer one", patch.span)]
                    what = "a patch region within a patch region"
                    report.error("in-region", inner.span, what, note, "write one region with several forms")


def _check_params_named(
    template: ast.Template, own: list[ast.Name], scope: Scope, used: set[str], report: Report
) -> None:
    """What `copy` and `reach` speak of are params, `ip`, and values; labels are known once code is unrolled."""
    known = [name.text for name in own]
    for name in (*(copy.param for copy in template.copies), *(reach.param for reach in template.reaches)):
        if name.text not in known:
            tell_unknown(name, known, "param", report)
    known += [RUN_ADDRESS, *scope.values]
    for reach in template.reaches:
        for part in parts(reach.of) if reach.of is not None else ():
            if isinstance(part, ast.Name):
                used.add(part.text)
            if isinstance(part, ast.Name) and part.text not in known:
                tell_unknown(part, known, "name", report)
    for copy in template.copies if template.kind != "site" else ():
        help = "only a site takes over bits of the instruction that it replaces"
        report.error("misplaced-word", copy.span, f"`copy` in a {template.kind}", help=help)


def _check_over(template: ast.Template, scope: Scope, report: Report) -> None:
    """What a site replaces is one breakpoint."""
    for over in template.overs:
        if template.kind != "site":
            help = "only a site replaces what stands somewhere"
            report.error("misplaced-word", over.span, f"`over` in a {template.kind}", help=help)
        elif over.breakpoint.text not in scope.breakpoints:
            tell_unknown(over.breakpoint, scope.breakpoints, "breakpoint", report)
        elif over.under is not None and over.under.text != "stop_machine":
            tell_unknown(over.under, ["stop_machine"], "way to replace an instruction:", report)
    for other in template.overs[1:]:
        note = [Note("the other one", template.overs[0].span)]
        report.error("duplicate-name", other.span, "a site replaces one thing", note)


def _operand_words(template: ast.Template) -> set[str]:
    lines = (line for block in template.code for line in instructions(block))
    texts = (part for line in lines for part in line.operands if isinstance(part, str))
    return {word for text in texts for word in re.findall(r"\w+", text)}


def misplaced(code: tuple[tuple[ast.Statement, ...], ...], scope: Scope, report: Report) -> bool:
    """Whether words of the language stand where an instruction should: never silently assembly."""
    known = {mnemonic for isa in scope.targets for mnemonic in isa.mnemonics}
    found = False
    for line in (line for block in code for line in instructions(block)):
        word = line.mnemonic.text
        if word in known or word not in keywords() | scope.macros.keys():
            continue
        found = True
        help = ""
        if word in ("param", "contract", "code", "copy", "over", "reach", "symbol"):
            help = f"`{word}` stands beside the code block, not in it"
        if word in scope.macros:
            help = (
                f"`{word}` is a macro: write `{word}({', '.join(p.text for p in scope.macros[word].params)})`"
            )
        if word == "else":
            help = "`else` stands on the line of the brace that closes the block before it"
        if word in ("rest", "or"):
            help = f"`{word}` follows the brace that closes what a `patch` puts there"
        report.error("misplaced-word", line.mnemonic.span, f"`{word}` is no instruction", help=help)
    return found


def check_shadows(
    params: list[ast.Name], block: tuple[ast.Statement, ...], kind: str, scope: Scope, report: Report
) -> None:
    """A param, label, region or variable must not hide a name of the spec, nor one of them a param.

    Loops that follow each other may call their variable the same; one within another may not."""
    for outer in (statement for statement in in_blocks(block) if isinstance(statement, ast.For)):
        for inner in loops(outer.body):
            if inner.text.upper() == outer.name.text.upper():
                note = [Note("the outer one", outer.name.span)]
                what = f"`{inner.text}` is already the variable of the loop around this one"
                report.error("duplicate-name", inner.span, what, note)
    declared = {*scope.values, *scope.structs}
    for name in [*params, *labels(block), *regions(block), *loops(block)]:
        taken = next((p for p in params if p is not name and p.text.upper() == name.text.upper()), None)
        if name.text in declared:
            report.error(
                "duplicate-name", name.span, f"`{name.text}` already stands for something in this spec"
            )
        elif taken is not None and name not in params:
            note = [Note("the param", taken.span)]
            what = f"`{name.text}` is already a param of this {kind}"
            report.error("duplicate-name", name.span, what, note)


def _placement(template: ast.Template, scope: Scope, report: Report) -> None:
    if template.layout is None or template.field is None:
        return
    layout = scope.layouts.get(template.layout.text)
    if layout is None:
        tell_unknown(template.layout, scope.layouts, "layout", report)
        return
    code = [field.name.text for field in layout.fields if field.kind == "code" and field.name]
    if template.field.text not in code:
        hint = did_you_mean(template.field.text, code) or (f"it has {', '.join(code)}" if code else "")
        message = f"`{layout.name.text}` has no code field `{template.field.text}`"
        report.error("unknown-name", template.field.span, message, help=hint)
