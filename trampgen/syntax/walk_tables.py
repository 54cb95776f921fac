"""Walks over tables, breakpoints, slots and their like; `expressions` is for every declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from trampgen.syntax import ast, walk
from trampgen.syntax.ast_tables import (
    AsmPattern,
    Bitmap,
    Breakpoint,
    Callsite,
    Comparison,
    CopiedInsn,
    DescribedWord,
    Fill,
    Group,
    Guarded,
    MaskPattern,
    NeverNop,
    Repeat,
    Replace,
    Rewrite,
    Row,
    SitePart,
    Slot,
    SlotForm,
    Table,
)
from trampgen.syntax.walk import in_statements, of_range, of_value

Part = TypeVar("Part")


def expressions(node: object) -> Iterator[ast.Expr]:
    """The expressions that stand directly or in a block of a declaration of any kind."""
    yield from outside(node)
    if isinstance(node, Breakpoint | Repeat):
        yield from (expr for block in node.code for expr in in_statements(block))
    if isinstance(node, Slot):
        yield from (expr for form in forms(node) for expr in in_statements(form.code))
    for word in words(node):
        if isinstance(word.pattern, AsmPattern):
            yield from in_statements(word.pattern.code)


def outside(node: object) -> Iterator[ast.Expr]:
    """The expressions of a declaration but those in the assembly of breakpoints, described words and repeats."""
    match node:
        case Table():
            yield from _conditions(node.condition, node.rows)
            for row in table_rows(node):
                yield from row.action.arguments if row.action else ()
        case Rewrite():
            yield from _conditions(node.condition, node.parts)
        case Breakpoint():
            yield from filter(None, [node.condition])
        case Slot():
            yield from _in_slot(node)
        case Repeat():
            yield from of_value(node.count)
            yield from filter(None, [node.condition])
        case Bitmap():
            yield from _conditions(node.condition, node.listed)
            for item in items(node):
                yield from of_range(item) if isinstance(item, ast.Range) else (item,)
            yield from node.written.words if node.written else ()
        case Callsite():
            yield from _conditions(node.condition, node.parts)
            for part in site_parts(node):
                if isinstance(part, Replace):
                    yield from (word.index for word in part.words)
                else:
                    yield part.index
        case _:
            yield from walk.expressions(node)
    for word in words(node):
        yield from _in_word(word)


def _in_slot(slot: Slot) -> Iterator[ast.Expr]:
    for value in (slot.size, slot.align, slot.reserve):
        yield from of_value(value)
    yield from of_value(slot.page) if not isinstance(slot.page, ast.Text) else ()
    yield from _conditions(slot.condition, slot.parts)
    for part in slot_parts(slot):
        if isinstance(part, CopiedInsn):
            yield from part.sizes
            yield from of_range(part.range)
        elif isinstance(part, ast.Param):
            yield from walk.expressions(part)


def _in_table(rows: Sequence[Row | Group | Guarded[Row | Group]]) -> Iterator[Row | Group]:
    parts: Iterator[Row | Group] = leaves(rows)
    for part in parts:
        yield part
        if isinstance(part, Group):
            yield from _in_table(part.rows)


def table_rows(table: Table) -> list[Row]:
    """The rows of a table, those of groups and under a condition too."""
    return [part for part in _in_table(table.rows) if isinstance(part, Row)]


def table_groups(table: Table) -> list[Group]:
    """The groups of a table, those in others and under a condition too."""
    return [part for part in _in_table(table.rows) if isinstance(part, Group)]


def slot_parts(slot: Slot) -> list[ast.SlotPart]:
    """The parts of a slot, those under a condition too."""
    found: list[ast.SlotPart] = list(leaves(slot.parts))
    return found


def forms(slot: Slot) -> list[SlotForm]:
    """What a slot can hold, under a condition too."""
    return [part for part in slot_parts(slot) if isinstance(part, SlotForm)]


def _in_word(word: DescribedWord) -> Iterator[ast.Expr]:
    if isinstance(word.pattern, MaskPattern):
        yield from (word.pattern.mask, word.pattern.value)
    yield from filter(None, [word.ignoring])


def _conditions(own: ast.Expr | None, parts: Sequence[Part | Guarded[Part]]) -> Iterator[ast.Expr]:
    yield from filter(None, [own])
    for part in parts:
        if isinstance(part, Guarded):
            yield from _conditions(part.condition, part.parts)
        elif isinstance(part, Group):
            yield from _conditions(None, part.rows)


def leaves(parts: Sequence[Part | Guarded[Part]]) -> Iterator[Part]:
    """The parts of a declaration, those under a condition too."""
    for part in parts:
        if isinstance(part, Guarded):
            yield from leaves(part.parts)
        else:
            yield part


def words(node: object) -> Iterator[DescribedWord]:
    """Every word that a table or a call site describes."""
    if isinstance(node, Table):
        yield from (row.word for row in table_rows(node))
        yield from (group.word for group in table_groups(node))
        yield from (covers.word for covers in node.covers)
    if isinstance(node, Callsite):
        for part in site_parts(node):
            if not isinstance(part, NeverNop):
                yield from (word.word for word in (part.words if isinstance(part, Replace) else (part,)))


def items(bitmap: Bitmap) -> Iterator[ast.Expr | ast.Range]:
    """Each opcode and each range that a bitmap lists, those under a condition too."""
    return (item for opcodes in leaves(bitmap.listed) for item in opcodes.items)


def needed(node: object) -> Iterator[ast.Name]:
    """The table that a breakpoint is in, the breakpoint that fills a slot or that a site replaces, bitmaps compared."""
    if isinstance(node, Comparison):
        yield from (node.left, node.right)
    if isinstance(node, ast.Template):
        yield from (over.breakpoint for over in node.overs)
    if isinstance(node, Breakpoint) and node.table is not None:
        yield node.table
    if isinstance(node, Slot):
        yield from (part.breakpoint for part in slot_parts(node) if isinstance(part, Fill))


def site_parts(site: Callsite) -> Iterator[SitePart]:
    """The parts of a call site, those under a condition too."""
    return leaves(site.parts)
