"""Names in all that is described beside templates; what of them can be seen without any value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.resolve import bitmaps, repeats
from trampgen.resolve.scope import Scope, check_c_text
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import (
    AsmPattern,
    Bitmap,
    BitPattern,
    Breakpoint,
    Callsite,
    CopiedInsn,
    DescribedWord,
    NeverNop,
    Repeat,
    Replace,
    Rewrite,
    Slot,
    SlotForm,
    Table,
)
from trampgen.syntax.walk import in_blocks, in_statements, instructions, names
from trampgen.syntax.walk_tables import forms, leaves, needed, slot_parts, table_groups, table_rows, words

_TOO_CLOSE = 0.8  # to a constant's name, to be a field's


def fields(code: tuple[ast.Statement, ...], scope: Scope) -> tuple[ast.Name, ...]:
    """The names of interpolations and raw words that stand for nothing in the spec, each where it stands first."""
    found: dict[str, ast.Name] = {}
    for statement in in_blocks(code):
        exprs: tuple[ast.Expr, ...] = ()
        if isinstance(statement, ast.Asm):
            exprs = tuple(part.value for part in statement.operands if isinstance(part, ast.Interpolation))
        elif isinstance(statement, ast.Raw):
            exprs = statement.words
        for name in (name for expr in exprs for name in names(expr)):
            if name.text not in scope.values:
                found.setdefault(name.text, name)
    return tuple(found.values())


def stub(pattern: AsmPattern, owner: ast.Name, scope: Scope) -> ast.Template:
    """A pattern as a stub of its own, its fields the params: what finds holes in code finds them here."""
    params = tuple(
        ast.Param(name, None, None, None, None, "", "", name.span) for name in fields(pattern.code, scope)
    )
    return _stub(owner, params, pattern.code, pattern)


def code_stub(declared: Breakpoint) -> ast.Template:
    """A breakpoint's code as a stub: without params, so that an unknown name in it is an error."""
    return _stub(declared.name, (), declared.code[0] if declared.code else (), declared)


def nop_stub(site: Callsite) -> ast.Template:
    """The target's nop, at the name of a call site."""
    nop = ast.Asm(ast.Name("nop", site.name.span), (), site.name.span)
    return _stub(site.name, (), (nop,), site)


def form_stub(form: SlotForm, slot: Slot) -> ast.Template:
    """What stands around a copied instruction, as a stub in which that has no words and a label."""
    copied = {part.name.text for part in slot_parts(slot) if isinstance(part, CopiedInsn)}
    code = tuple(_marked(form.code, copied))
    used = {name.text for expr in in_statements(code) for name in names(expr)}
    params = [part for part in slot_parts(slot) if isinstance(part, ast.Param)]
    return _stub(form.name, tuple(param for param in params if param.name.text in used), code, form)


def _marked(code: tuple[ast.Statement, ...], copied: Collection[str]) -> Iterator[ast.Statement]:
    """The name of the copied instruction is the place of the copy."""
    for statement in code:
        if isinstance(statement, ast.Asm) and statement.mnemonic.text in copied and _is_bare(statement):
            yield ast.Label(statement.mnemonic, statement.span)
        elif isinstance(statement, ast.If):
            then, otherwise = (tuple(_marked(b, copied)) for b in (statement.then, statement.otherwise))
            yield ast.If(statement.condition, then, otherwise, statement.span)
        else:
            yield statement


def _is_bare(statement: ast.Asm) -> bool:
    return all(isinstance(part, str) and not part.strip() for part in statement.operands)


def _stub(
    owner: ast.Name,
    params: tuple[ast.Param, ...],
    code: tuple[ast.Statement, ...],
    at: AsmPattern | Breakpoint | Callsite | SlotForm,
) -> ast.Template:
    return ast.Template("stub", owner, None, None, None, params, (code,), (), (), (), (), "", at.span)


def templates(thing: ast.Described, scope: Scope) -> list[ast.Template]:
    """Every piece of assembly in a declaration."""
    if isinstance(thing, Breakpoint):
        return [code_stub(thing)]
    if isinstance(thing, Repeat):
        return [repeats.element(thing)]
    if isinstance(thing, Slot):
        return [form_stub(form, thing) for form in forms(thing)]
    patterns = (word.pattern for word in words(thing))
    return [stub(pattern, thing.name, scope) for pattern in patterns if isinstance(pattern, AsmPattern)]


def check(thing: ast.Described, scope: Scope, report: Report) -> None:
    """Unknown tables, breakpoints and states, names taken twice, declarations without content."""
    for name in needed(thing):
        known, what = (
            (scope.breakpoints, "breakpoint") if isinstance(thing, Slot) else (scope.tables, "table")
        )
        if name.text not in known:
            hint = did_you_mean(name.text, known)
            report.error("unknown-name", name.span, f"unknown {what} `{name.text}`", help=hint)
    for word in words(thing):
        _fields(word, scope, report)
    match thing:
        case Table():
            _table(thing, scope, report)
        case Breakpoint():
            _breakpoint(thing, report)
        case Slot():
            _slot(thing, report)
        case Callsite():
            _callsite(thing, report)
        case Repeat():
            repeats.check(thing, scope, report)
        case Bitmap():
            bitmaps.check(thing, report)
        case Rewrite():
            from trampgen.resolve import rewrites

            rewrites.check(thing, report)


def _fields(word: DescribedWord, scope: Scope, report: Report) -> None:
    """A field stands once, and is not what looks like a misspelt constant."""
    code = word.pattern.code if isinstance(word.pattern, AsmPattern) else ()
    for name in fields(code, scope):
        near = did_you_mean(name.text, scope.values, _TOO_CLOSE)
        if near:
            what = f"`{name.text}` is no constant, and too much like one to be a field"
            report.error("unknown-name", name.span, what, help=f"{near} A field needs another name")
    seen: dict[str, ast.Name] = {}
    for name in _places(word, scope):
        first = seen.setdefault(name.text, name)
        if first is not name:
            report.error(
                "bad-pattern",
                name.span,
                f"field `{name.text}` stands twice: a mask can't say that two fields hold the same",
                [Note("first here", first.span)],
                "give them two names, and compare them in C",
            )


def _places(word: DescribedWord, scope: Scope) -> Iterator[ast.Name]:
    """Where fields stand; slices in a raw word are parts of one field."""
    match word.pattern:
        case BitPattern(bits):
            yield from (part.name for part in bits if part.name is not None)
        case AsmPattern(code):
            for line in instructions(code):
                exprs = [part.value for part in line.operands if isinstance(part, ast.Interpolation)]
                found = (name for expr in exprs for name in names(expr))
                yield from (name for name in found if name.text not in scope.values)


def required(thing: ast.Described, scope: Scope) -> set[str]:
    """The constants that rows of a table require of their fields, whose names are not known here."""
    rows = table_rows(thing) if isinstance(thing, Table) else []
    found = (name.text for row in rows for expr in row.requires for name in names(expr))
    return {name for name in found if name in scope.values}


def _table(table: Table, scope: Scope, report: Report) -> None:
    widths = ("u16", "u32", "u64")
    if table.type.text not in widths and not scope.isa.of_bytes:  # those have no tables at all
        what = f"unknown type `{table.type.text}` of an instruction word"
        report.error("unknown-name", table.type.span, what, help="it is u16, u32 or u64")
    if not table.rows:
        help = "a row is `NAME = asm { … }`, `NAME = 0111 <field:5> …` or `NAME = mask … value …`"
        report.error("empty", table.name.span, f"table `{table.name.text}` has no row", help=help)
    for group in table_groups(table):
        if not group.rows:
            help = "a row of the group's pattern says the same: that its words are of one kind"
            report.error("empty", group.name.span, f"group `{group.name.text}` has no row", help=help)
    names = {row.name.text.upper(): row.name for row in table_rows(table)}
    classes = {name.text: name for row in table_rows(table) for name in row.classes}
    for name in classes.values():
        if (row := names.get(name.text.upper())) is not None:
            what = f"`{name.text}` is a row of this table, and can be no class of it"
            report.error("duplicate-name", name.span, what, [Note("the row", row.span)])


def _breakpoint(declared: Breakpoint, report: Report) -> None:
    if len(declared.code) != 1:
        what = f"{len(declared.code)} code blocks: it takes one" if declared.code else "no code block"
        report.error("one-code-block", declared.name.span, f"`{declared.name.text}` has {what}")


def _slot(slot: Slot, report: Report) -> None:
    if isinstance(slot.page, ast.Text):
        check_c_text(slot.page, "the C text of a page", report)
    parts = slot_parts(slot)
    seen: dict[str, ast.Name] = {}
    for name in (part.name for part in parts if isinstance(part, SlotForm | ast.Param | CopiedInsn)):
        first = seen.setdefault(name.text.upper(), name)
        if first is not name and not _alike(first, name, parts):
            note = [Note("first here", first.span)]
            report.error("duplicate-name", name.span, f"`{name.text}` is already a name of this slot", note)
    used = {n.text for form in forms(slot) for expr in in_statements(form.code) for n in names(expr)}
    for param in (part for part in parts if isinstance(part, ast.Param)):
        if param.name.text not in used:
            what = f"param `{param.name.text}` is in no form of this slot"
            report.error("unused-name", param.name.span, what)


def _alike(one: ast.Name, other: ast.Name, parts: Sequence[object]) -> bool:
    """Whether two names are of things that may stand once for each case: forms, and what is copied."""
    kinds = {type(part) for part in parts if getattr(part, "name", None) in (one, other)}
    return len(kinds) == 1 and ast.Param not in kinds and one.text == other.text


def _callsite(site: Callsite, report: Report) -> None:
    states = [part.name for part in leaves(site.parts) if isinstance(part, Replace)]
    known = [state.text for state in states]
    for part in leaves(site.parts):
        if isinstance(part, NeverNop) and part.state is not None and part.state.text not in known:
            hint = did_you_mean(part.state.text, known)
            report.error("unknown-name", part.state.span, f"unknown state `{part.state.text}`", help=hint)
