"""Tables and breakpoints: rows as masks and values that share no word, and the row that a breakpoint is in."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

from trampgen.assemble.readback import disassembly
from trampgen.derive.patterns import Words, cube, known_word, pattern
from trampgen.diagnostics import Note, Report
from trampgen.expand.described import DraftBreakpoint, Drafts, DraftTable
from trampgen.isa.base import Isa
from trampgen.model.spec import When, Word, seen_from
from trampgen.model.tables import (
    Breakpoint,
    BreakpointVariant,
    Pattern,
    Predicate,
    Table,
    TableVariant,
)
from trampgen.syntax import ast_tables as ast

Disassemble = Callable[[int], str]
Targets = Callable[[When], Isa]  # the instruction set in a combination of cases
_SHOWN = 8  # rows of a table in a message


def reader(isa: Isa) -> Disassemble:
    """Words of an instruction set as text."""
    return functools.partial(disassembly, isa)


def tables(drafts: Drafts, assembled: Words, targets: Targets, report: Report) -> list[Table]:
    """Every table in every combination of cases in which it exists."""
    found: list[Table] = []
    for declared, axes, own in drafts.tables:
        variants = tuple(_variant(draft, assembled, reader(targets(draft.when)), report) for draft in own)
        found.append(
            Table(
                declared.name.text,
                axes,
                _predicates(declared.predicates),
                variants,
                declared.doc,
                declared.name.span,
            )
        )
    return found


def _predicates(declared: Sequence[ast.Predicate]) -> tuple[Predicate, ...]:
    return tuple(Predicate(p.name.text, p.negated, p.doc, p.name.span) for p in declared)


def _variant(draft: DraftTable, assembled: Words, disassemble: Disassemble, report: Report) -> TableVariant:
    rows: list[tuple[ast.Row, Pattern]] = []
    for row, word in draft.rows:
        found = pattern(word, assembled, report)
        if found is not None:
            rows.append((row, found))
    _check_disjoint(rows, draft.when, disassemble, report)
    return TableVariant(draft.when, tuple((row.name.text, found) for row, found in rows))


def _check_disjoint(
    rows: Sequence[tuple[ast.Row, Pattern]], when: When, disassemble: Disassemble, report: Report
) -> None:
    """rows-overlap: a word that two rows accept."""
    # Numbers side by side: a table of many rows has very many pairs.
    bits = [(found.mask, found.value) for _, found in rows]
    for index, (mask, value) in enumerate(bits):
        for earlier in range(index):
            other_mask, other_value = bits[earlier]
            if not (value ^ other_value) & mask & other_mask:
                _report_overlap(rows[earlier], rows[index], when, disassemble, report)


def _report_overlap(
    first: tuple[ast.Row, Pattern],
    second: tuple[ast.Row, Pattern],
    when: When,
    disassemble: Disassemble,
    report: Report,
) -> None:
    (one, wide), (two, narrow) = first, second
    both = cube(wide).meets(cube(narrow))
    assert both is not None
    name, other = two.name.text, one.name.text
    note = Note(f"`{other}` is {wide.value:08x} under mask {wide.mask:08x}", one.name.span)
    if cube(wide) == cube(narrow):
        what, help = f"`{name}` is `{other}` again", "remove one of them"
    elif both.mask == narrow.mask:
        what, help = f"`{name}` is part of `{other}`", "remove it: the other row accepts all of its words"
    elif both.mask == wide.mask:
        what, help = f"`{other}` is part of `{name}`", f"remove `{other}`: `{name}` accepts all of its words"
    else:
        what = f"`{name}` and `{other}` share {both.count:,} words"
        help = "fix a bit in one of them that tells them apart: an unordered table has no first match"
    witness = f"{both.value:08x}  {disassemble(both.value)} is a word of both"
    report.error("rows-overlap", two.name.span, what, [witness, note], help, when)


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
                _predicates(declared.predicates),
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
