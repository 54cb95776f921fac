"""NAME.rs: the decoders of a spec's tables for Rust without `std`, a module for each; nothing else is Rust yet."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from trampgen.emit import tables
from trampgen.model.spec import Spec
from trampgen.model.tables import Table, TableVariant


def rust(spec: Spec, command: str) -> tuple[str, list[str]]:
    """The text, and notes on what is not there."""
    modules = [text for table in spec.tables for text in _modules(table)]
    notes = [] if modules else [f"{spec.name}.rs holds nothing: no table of this spec is looked up by word"]
    head = [f"// SPDX-License-Identifier: {spec.licence}"] if spec.licence else []
    head += [
        f"// Generated from {spec.name}.tramp by trampgen: do not edit. To regenerate:",
        f"//   {command}",
    ]
    return "\n".join([*head, *modules]) + "\n", notes


def _modules(table: Table) -> Iterator[str]:
    """Cases of a spec are modules of their own: which of them a build has, Rust does not know."""
    for variant in table.variants:
        if tables.is_looked_up(table, variant):
            yield _module(table, variant)


def _module(table: Table, variant: TableVariant) -> str:
    from trampgen.emit.rust_decoder import decoder

    name = "_".join([table.name, *(case for _, case in variant.when)])
    found = tables.asked(table.name, variant)
    text = decoder(found.rows, found.plan, found.shapes, found.trials).strip("\n")
    lines = [text, *_said(table, variant)]
    return f"\npub mod {name} {{\n{textwrap.indent(chr(10).join(lines), '    ', lambda line: bool(line.strip()))}\n}}"


def _said(table: Table, variant: TableVariant) -> Iterator[str]:
    """What the table says of the rows: classes and actions, by the number of the row as it is decoded."""
    entries = [None if row is None else variant.entries[row] for *_, row in variant.order]
    if any(entry is None for entry in entries):
        kept = ", ".join("false" if entry is None else "true" for entry in entries)
        yield "\n/// Whether a number stands for a row, and not for the words of a group that are in no row of it."
        yield from textwrap.wrap(f"pub static IS_ROW: [bool; ROWS] = [{kept}];", 100)
    if table.actions:
        yield "\n/// What is done with a row's words: the number of one of these, from 1 on, or 0."
        yield from textwrap.wrap(
            f"pub static ACTIONS: [&str; {len(table.actions)}] = [{_quoted(table.actions)}];", 100
        )
        numbers = (table.actions.index(e.action) + 1 if e is not None and e.action else 0 for e in entries)
        yield from textwrap.wrap(f"pub static ACTION: [u16; ROWS] = [{', '.join(map(str, numbers))}];", 100)
    if table.classes:
        yield "\n/// The classes of a row, a bit each in this order."
        yield from textwrap.wrap(
            f"pub static CLASSES: [&str; {len(table.classes)}] = [{_quoted(table.classes)}];", 100
        )
        bits = (
            sum(1 << table.classes.index(name) for name in e.classes) if e is not None else 0 for e in entries
        )
        yield from textwrap.wrap(f"pub static CLASS: [u64; ROWS] = [{', '.join(map(hex, bits))}];", 100)


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
