"""Breakpoints: their word, its size, and the row of the table that it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trampgen.derive.patterns import Words, cube, known_word
from trampgen.derive.table_order import Disassemble
from trampgen.derive.tables import Targets, predicates, reader
from trampgen.diagnostics import Note, Report
from trampgen.expand.described import DraftBreakpoint, Drafts
from trampgen.isa.base import Isa
from trampgen.model.spec import Word, seen_from
from trampgen.model.tables import Breakpoint, BreakpointVariant, Table
from trampgen.syntax import ast_tables as ast

_SHOWN = 8  # rows of a table in a message


def breakpoints(
    drafts: Drafts,
    known: Mapping[str, Table],
    assembled: Words,
    targets: Targets,
    report: Report,
) -> list[Breakpoint]:
    """Every breakpoint in every combination of cases in which it exists."""
    found: list[Breakpoint] = []
    for declared, axes, own in drafts.breakpoints:
        table = known[declared.table.text] if declared.table is not None else None
        variants: list[BreakpointVariant] = []
        for draft in own:
            word = known_word(draft.code, assembled, report)
            if word is not None:
                isa = targets(draft.when)
                row = _row(declared, table, word, draft, reader(isa), report)
                _check_bytes(assembled[id(draft.code)].words, draft, report)
                written = assembled[id(draft.code)].words[0]
                size = _size(isa, written, draft, report)
                variants.append(BreakpointVariant(draft.when, isa.name, word, size, written.asm, row))
        found.append(
            Breakpoint(
                declared.name.text,
                table.name if table is not None else None,
                axes,
                predicates(declared.predicates),
                tuple(variants),
                declared.doc,
                declared.name.span,
            )
        )
    return found


def _check_bytes(words: Sequence[Word], draft: DraftBreakpoint, report: Report) -> None:
    """Of an instruction of bytes only one that is a single byte stands there at once, whatever was there."""
    if len(words) > 1:
        what = f"`{words[0].asm}` has {len(words)} bytes: a breakpoint is one that is written at once"
        report.error("bad-pattern", words[0].span, what, help="write int3", when=draft.when)


def _size(isa: Isa, word: Word, draft: DraftBreakpoint, report: Report) -> int:
    """Bytes of the instruction; two of them in one word are no breakpoint."""
    size = isa.size_alone(word.value)
    if not size:
        what = f"{word.value:08x} is two instructions of {isa.name}, and one is written over another"
        help = 'a narrow one is written as its halfword: raw 0xde18 "udf #24"'
        report.error("bad-pattern", word.span, what, help=help, when=draft.when)
    return size


def _row(
    declared: ast.Breakpoint,
    table: Table | None,
    word: int,
    draft: DraftBreakpoint,
    disassemble: Disassemble,
    report: Report,
) -> str | None:
    """The row that a breakpoint's word is in."""
    if table is None or declared.table is None:
        return None
    variant = seen_from(table.variants, draft.when)
    rows = variant.rows if variant is not None else ()
    for name, row in rows:
        if cube(row).holds(word):
            return name
    shown = [f"{row.value:08x} under {row.mask:08x}  {name}: {row.asm}" for name, row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        shown.append(f"and {len(rows) - _SHOWN} more")
    witness = f"{word:08x}  {disassemble(word)} is in none of its rows:"
    report.error(
        "breakpoint-not-in-table",
        declared.name.span,
        f"the word of `{declared.name.text}` is not in `{table.name}`",
        [
            "\n".join([witness, *shown]) if rows else "the table does not exist in these cases",
            Note("the table", table.span),
        ],
        "add a row for it: what asks the table would not know this word"
        if rows
        else "let the breakpoint exist in the same cases, with `if`",
        draft.when,
    )
    return None
