"""Walks over tables, breakpoints, slots, call sites, repeats and rewrites; `expressions` is for every declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from trampgen.syntax import ast, walk
from trampgen.syntax.ast_tables import (
    AsmPattern,
    Breakpoint,
    Callsite,
    CopiedInsn,
    DescribedWord,
    Fill,
    Guarded,
    MaskPattern,
    NeverNop,
    Repeat,
    Replace,
    Rewrite,
    SitePart,
    Slot,
    Table,
)
from trampgen.syntax.walk import in_statements, of_value

Part = TypeVar("Part")


def expressions(node: object) -> Iterator[ast.Expr]:
    """The expressions that stand directly or in a block of a declaration of any kind."""
    yield from outside(node)
    if isinstance(node, Breakpoint | Repeat):
        yield from (expr for block in node.code for expr in in_statements(block))
    for word in words(node):
        if isinstance(word.pattern, AsmPattern):
            yield from in_statements(word.pattern.code)


def outside(node: object) -> Iterator[ast.Expr]:
    """The expressions of a declaration but those in the assembly of breakpoints, described words and repeats."""
    match node:
        case Table():
            yield from _conditions(node.condition, node.rows)
        case Rewrite():
            yield from _conditions(node.condition, node.parts)
        case Breakpoint():
            yield from filter(None, [node.condition])
        case Slot():
            yield from _in_slot(node)
        case Repeat():
            yield from of_value(node.count)
            yield from filter(None, [node.condition])
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
    yield from (size for part in leaves(slot.parts) if isinstance(part, CopiedInsn) for size in part.sizes)


def _in_word(word: DescribedWord) -> Iterator[ast.Expr]:
    if isinstance(word.pattern, MaskPattern):
        yield from (word.pattern.mask, word.pattern.value)
    yield from filter(None, [word.ignoring])


def _conditions(own: ast.Expr | None, parts: Sequence[Part | Guarded[Part]]) -> Iterator[ast.Expr]:
    yield from filter(None, [own])
    for part in parts:
        if isinstance(part, Guarded):
            yield from _conditions(part.condition, part.parts)


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
        yield from (row.word for row in leaves(node.rows))
    if isinstance(node, Callsite):
        for part in site_parts(node):
            if not isinstance(part, NeverNop):
                yield from (word.word for word in (part.words if isinstance(part, Replace) else (part,)))


def needed(node: object) -> Iterator[ast.Name]:
    """The table that a breakpoint is in, the breakpoint that fills a slot or that a site replaces."""
    if isinstance(node, ast.Template):
        yield from (over.breakpoint for over in node.overs)
    if isinstance(node, Breakpoint) and node.table is not None:
        yield node.table
    if isinstance(node, Slot):
        yield from (part.breakpoint for part in leaves(node.parts) if isinstance(part, Fill))


def site_parts(site: Callsite) -> Iterator[SitePart]:
    """The parts of a call site, those under a condition too."""
    return leaves(site.parts)
