"""What tables, breakpoints, slots and all else that is described can have many of, and how many they can have."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.model.source import Span
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import (
    AsmPattern,
    Bitmap,
    BitPattern,
    Breakpoint,
    Callsite,
    Comparison,
    CopiedInsn,
    DescribedWord,
    Fill,
    NeverNop,
    OperandRule,
    Repeat,
    Replace,
    Rewrite,
    RewritePart,
    Scratch,
    Slot,
    Table,
)
from trampgen.syntax.walk import in_blocks, in_statements
from trampgen.syntax.walk_tables import (
    forms,
    items,
    leaves,
    site_parts,
    slot_parts,
    table_groups,
    table_rows,
    words,
)

KINDS: dict[str, type] = {
    "tables": Table,
    "breakpoints": Breakpoint,
    "slots": Slot,
    "call sites": Callsite,
    "repeats": Repeat,
    "bitmaps": Bitmap,
    "comparisons": Comparison,
    "rewrites": Rewrite,
}
# Each open name of an assembled row costs some hundred questions to the assembler.
MOST = {
    "tables": 64, "breakpoints": 256, "slots": 64, "call sites": 64, "repeats": 64, "bitmaps": 64,
    "comparisons": 64, "rewrites": 64, "registers": 16,
    "rows": 2048, "predicates": 256, "parts": 32, "sizes": 8, "states": 16, "words": 128, "rules": 128,
    "pattern bits": 64, "interpolations": 1024, "data words": 32, "opcodes": 512,
}  # fmt: skip


def parts(declaration: object) -> Iterator[tuple[str, list[Span]]]:
    """What a declaration can have many of, and where each of them is."""
    match declaration:
        case Table():
            groups = [group.span for group in table_groups(declaration)]
            yield "rows", [*(row.span for row in table_rows(declaration)), *groups]
            yield "predicates", [predicate.span for predicate in declaration.predicates]
        case Breakpoint():
            yield "predicates", [predicate.span for predicate in declaration.predicates]
            yield "statements", [s.span for block in declaration.code for s in in_blocks(block)]
        case Slot():
            own = slot_parts(declaration)
            yield "parts", [part.span for part in own]
            yield "sizes", [s.span for part in own if isinstance(part, CopiedInsn) for s in part.sizes]
            yield "statements", [s.span for form in forms(declaration) for s in in_blocks(form.code)]
            exprs = [expr for form in forms(declaration) for expr in in_statements(form.code)]
            yield "interpolations", [expr.span for expr in exprs]
        case Callsite():
            sites = list(site_parts(declaration))
            yield "states", [part.span for part in sites if isinstance(part, Replace)]
            yield "rules", [part.span for part in sites if isinstance(part, NeverNop)]
            yield "words", [word.pattern.span for word in words(declaration)]
        case Bitmap():
            yield "opcodes", [item.span for item in items(declaration)]
            yield "words", [word.span for word in (declaration.written.words if declaration.written else ())]
        case Rewrite():
            rules: list[RewritePart] = list(leaves(declaration.parts))
            yield "parts", [rule.span for rule in rules]
            scratches = [part.action for part in rules if isinstance(part, OperandRule)]
            taken = [name for action in scratches if isinstance(action, Scratch) for name in action.registers]
            yield "registers", [name.span for name in taken]
        case Repeat():
            yield "data words", [data.span for data in declaration.data]
            yield "statements", [s.span for block in declaration.code for s in in_blocks(block)]
            exprs = [expr for block in declaration.code for expr in in_statements(block)]
            yield "interpolations", [expr.span for expr in exprs]
    for word in words(declaration):
        if isinstance(word.pattern, BitPattern):
            yield "pattern bits", [part.span for part in word.pattern.fields]
        if isinstance(word.pattern, AsmPattern):
            yield "statements", [s.span for s in in_blocks(word.pattern.code)]
    yield "interpolations", [expr.span for word in words(declaration) for expr in _interpolated(word)]


def _interpolated(word: DescribedWord) -> Iterator[ast.Expr]:
    return in_statements(word.pattern.code) if isinstance(word.pattern, AsmPattern) else iter(())


def docs(declaration: object) -> Iterator[tuple[str, Span]]:
    """Documentation below that of the declaration itself; reasons are no longer than a string can be."""
    for word in words(declaration):
        yield word.doc, word.pattern.span
    match declaration:
        case Table() | Breakpoint():
            yield from ((predicate.doc, predicate.span) for predicate in declaration.predicates)
        case Slot():
            said = (part for part in slot_parts(declaration) if not isinstance(part, Fill | ast.Param))
            yield from ((part.doc, part.span) for part in said)
        case Callsite():
            states = (part for part in leaves(declaration.parts) if isinstance(part, Replace))
            yield from ((state.doc, state.span) for state in states)
        case Repeat():
            yield from ((data.doc, data.span) for data in declaration.data)


def pairs(declaration: ast.Declaration) -> int:
    """How many comparisons of two rows, or of two states, one combination of cases takes."""
    if isinstance(declaration, Table):
        return len(table_rows(declaration)) ** 2 // 64  # most are told apart by a few bits
    if isinstance(declaration, Callsite):
        states = sum(isinstance(part, Replace) for part in leaves(declaration.parts))
        return (1 + states) ** 2 * len(list(words(declaration)))
    return 0
