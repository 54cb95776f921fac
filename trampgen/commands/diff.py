"""`trampgen diff`: the words for which the tables of two versions of a spec differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen import isa as isas
from trampgen.arguments import Usage
from trampgen.assemble.readback import disassembly
from trampgen.commands import CLEAN, FINDINGS
from trampgen.commands.compiled import compiled
from trampgen.commands.findings import Findings
from trampgen.cubes.cube import Cube
from trampgen.cubes.difference import Changed, Difference, difference
from trampgen.cubes.ruler import ruler
from trampgen.diagnostics.text import count
from trampgen.model.spec import Spec
from trampgen.model.tables import Table, TableVariant

if TYPE_CHECKING:
    from argparse import Namespace

_NO_ROW = ""  # the name of a group where its words end, which no row has
_SHOWN = 16  # kinds of change in one table


def run(options: Namespace) -> int:
    """Print what changed; 1 if anything did, or if a spec has errors."""
    if len(options.specs) != 2:
        raise Usage(f"diff takes two specs, the old one and the new one, not {len(options.specs)}")
    findings = Findings()
    specs = [compiled(path, options, findings) for path in options.specs]
    old, new = specs
    if old is None or new is None:
        findings.show(options.format, options.colour)
        return FINDINGS
    lines = list(_changes(old, new))
    print("\n".join(lines or ["no table differs"]))
    return FINDINGS if lines else CLEAN


def _changes(old: Spec, new: Spec) -> Iterator[str]:
    before, after = ({table.name: table for table in spec.tables} for spec in (old, new))
    for name in dict.fromkeys([*before, *after]):
        if name not in after or name not in before:
            yield f"table {name}: {'new' if name in after else 'no longer there'}"
            continue
        yield from _table(before[name], after[name], new)


def _table(old: Table, new: Table, spec: Spec) -> Iterator[str]:
    """Each combination of cases that both have."""
    variants = {variant.when: variant for variant in old.variants}
    for variant in new.variants:
        cases = ", ".join(case for _, case in variant.when)
        title = f"table {new.name}{f' [{cases}]' if cases else ''}"
        before = variants.pop(variant.when, None)
        if before is None:
            yield f"{title}: in no such case before"
        elif before.width != variant.width:
            yield f"{title}: words of {before.width} bits are of {variant.width} now"
        else:
            yield from _variant(title, before, variant, spec)
    for when in variants:
        yield f"table {new.name} [{', '.join(case for _, case in when)}]: no longer in this case"


def _variant(title: str, old: TableVariant, new: TableVariant, spec: Spec) -> Iterator[str]:
    # Rows without an order share no word: any order is theirs.
    found = difference(list(_rows(old)), list(_rows(new)), ordered=True)
    firsts = [change for change in found.firsts if (change.old or None) != (change.new or None)]
    if not firsts and found.complete:
        return
    more = "" if found.complete else ", and more that were not looked for"
    yield f"{title}: {count(len(firsts), 'kind')} of change{more}"
    for change in firsts[:_SHOWN]:
        yield from _change(change, found, new.width, spec)
    if len(firsts) > _SHOWN:
        yield f"  and {len(firsts) - _SHOWN:,} more"


def _rows(variant: TableVariant) -> Iterator[tuple[str, Cube]]:
    for mask, value, row in variant.order:
        name = _NO_ROW if row is None else variant.rows[row][0]
        yield name, Cube(mask, value, variant.width)


def _change(change: Changed, found: Difference, width: int, spec: Spec) -> Iterator[str]:
    """A word for which it shows, and the patterns of all such words that were found."""
    alike = [one for one in found.changes if (one.old, one.new) == (change.old, change.new)]
    words = sum(one.cube.count for one in alike)
    isa = isas.load(spec.isa)
    text = f" {disassembly(isa, change.witness)}" if width == 8 * isa.unit else ""
    said = [f"`{name}`" if name else "in no row" for name in (change.old, change.new)]
    yield f"  {change.witness:0{width // 4}x}{text}: was {said[0]}, is {said[1]} ({count(words, 'word')})"
    shown = [(f"{one.cube.count:,}", one.cube) for one in alike[:4]]
    yield from (f"    {line}" for line in ruler(shown))
    if len(alike) > len(shown):
        yield f"    and {len(alike) - len(shown):,} more patterns"
