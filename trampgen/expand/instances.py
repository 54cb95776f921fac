"""Templates, one combination of cases at a time: their code unrolled, params, checks and contract evaluated."""

from __future__ import annotations

from trampgen.diagnostics import Note, Report
from trampgen.expand.code import Code, WholeWord, expand
from trampgen.expand.contracts import promises
from trampgen.expand.evaluate import Context, EvaluationError, condition
from trampgen.expand.promises import Copied, Promised, Written, copied, promised, written
from trampgen.expand.regions import placed
from trampgen.expand.variants import combinations
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.spec import Layout, Promise, When, seen_from
from trampgen.model.values import Symbolic
from trampgen.resolve.axes import axes_of
from trampgen.resolve.limits import most_lines
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import params_of


@record
class Instance:
    """One template, one combination of cases, and the instruction set it is for.

    `repeated` is how often an element is there, its literals behind the code of all; None for code by itself."""

    template: ast.Template
    axes: tuple[str, ...]
    when: When
    isa: Isa
    code: Code
    params: tuple[Promised, ...]
    copies: tuple[Copied, ...]
    written: tuple[Written, ...]
    contract: tuple[Promise, ...]
    repeated: int | Symbolic | None = None

    @property
    def code_words(self) -> int:
        """Words that are no literal."""
        return self.code.block.starts()[-1] - len(self.code.literals)


def instances(scope: Scope, layouts: list[Layout], report: Report) -> list[Instance]:
    """Every stub in every combination of the axes it depends on, in source order."""
    found: list[Instance] = []
    steps, most = 0, most_lines(scope)
    for template in scope.templates.values():
        axes = axes_of(template, scope)
        before = len(found), len(report.errors)
        for when in combinations(axes, scope):
            context = _context(template, when, scope, layouts)
            try:
                if template.condition is not None and not condition(template.condition, context):
                    continue
            except EvaluationError as error:
                error.tell(report, context.cases.items())
                continue
            found.append(_instance(template, axes, when, context, report))
            steps += found[-1].code.steps
            if steps > most:
                what = f"unrolling all code up to `{template.name.text}` goes through more than {most:,} statements"
                help = "each combination of cases counts, and each round of a loop"
                report.error("too-many", template.name.span, what, help=help)
                return found
        if before == (len(found), len(report.errors)):
            report.error(
                "never-true", template.name.span, f"`{template.name.text}` exists in no combination of cases"
            )
    return found


def alone(
    template: ast.Template,
    when: When,
    scope: Scope,
    layouts: list[Layout],
    report: Report,
    may_be_empty: bool = False,
) -> Instance:
    """A piece of code outside all templates, such as a row of a table, as the instance of a stub of its own."""
    axes = tuple(axis for axis, _ in when)
    context = _context(template, when, scope, layouts)
    return _instance(template, axes, when, context, report, may_be_empty)


def _context(template: ast.Template, when: When, scope: Scope, layouts: list[Layout]) -> Context:
    cases = dict(when)
    laid_out = {layout.name: seen for layout in layouts if (seen := seen_from(layout.variants, when))}
    params = frozenset(param.name.text for param in template.params)
    own = template.layout.text if template.layout else None
    return Context(scope, cases, laid_out, own, params)


def _instance(
    template: ast.Template,
    axes: tuple[str, ...],
    when: When,
    context: Context,
    report: Report,
    may_be_empty: bool = False,
) -> Instance:
    code = expand(tuple(s for block in template.code for s in block), context, report)
    if not context.isa.of_bytes:  # those are placed once they are measured
        code = placed(code, context.isa, when, report)
    _check_labels(code, report)
    _check_whole(code, template, report)
    if not code.block.lines and not may_be_empty and not report.errors:
        report.error("empty", template.name.span, f"`{template.name.text}` has no code", when=when)
    params = [p for param in template.params if (p := promised(param, context, report))]
    params += [p for literal in code.literals if (p := _literal(literal, context, report))]
    given = [name.text for name in params_of(template)]
    contract = tuple(promises(template, given, context, report))
    copies = tuple(copied(template, context, report))
    checks = tuple(written(template, context, report))
    return Instance(template, axes, when, context.isa, code, tuple(params), copies, checks, contract)


def _check_labels(code: Code, report: Report) -> None:
    """A name stands for one place: labels, literals, regions and what those can be patched to."""
    names = [name for name, _ in code.places()]
    names += [form.name for region in code.regions for form in region.forms[1:]]
    first: dict[str, ast.Name] = {}
    for name in sorted(names, key=lambda name: name.span):
        other = first.get(name.text.upper())
        if other is name:
            what = f"`{name.text}` stands in a loop: it would be there once for each round"
            report.error("duplicate-name", name.span, what)
        elif other is not None:
            same = "" if other.text == name.text else f" and `{other.text}` give one macro name, which"
            what = f"`{name.text}`{same} stands for two places"
            report.error("duplicate-name", name.span, what, [Note("first here", other.span)])
        else:
            first[name.text.upper()] = name


def _check_whole(code: Code, template: ast.Template, report: Report) -> None:
    """A whole instruction is declared as one: any other param would be checked, and narrowed, as a number."""
    params = {param.name.text: param for param in template.params}
    for _, _, block in code.sections():
        for line in block.lines:
            param = params.get(line.param) if isinstance(line, WholeWord) else None
            if param is not None and (param.type is None or param.type.text != "insn"):
                note = [Note("declared here", param.name.span)]
                help = f"declare it: `param {param.name.text}: insn`"
                what = f"`{param.name.text}` stands here as a whole instruction"
                report.error("param-kind", line.span, what, note, help)


def _literal(literal: ast.Literal, context: Context, report: Report) -> Promised | None:
    """A literal is a param of one 32-bit word; among bytes it can have 64 bits."""
    typed = literal.type or ast.Name("u32", literal.name.span)
    of_bytes = context.isa.of_bytes
    if typed.text not in ("u32", "s32", *(["u64"] if of_bytes else [])):
        known = "has 32 or 64 bits, u32, s32 or u64" if of_bytes else "is a word of 32 bits, u32 or s32"
        what = f"a literal {known}, not `{typed.text}`"
        report.error("bad-literal", typed.span, what, when=context.cases.items())
        return None
    param = ast.Param(literal.name, typed, None, None, literal.rest, "", "", literal.name.span)
    return promised(param, context, report)
