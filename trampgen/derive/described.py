"""All that a spec describes of instructions, from drafts and assembled words to the model."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.assemble.words import Assembled
from trampgen.derive.bitmaps import bitmaps, comparisons
from trampgen.derive.breakpoints import breakpoints
from trampgen.derive.callsites import callsites
from trampgen.derive.repeats import repeats
from trampgen.derive.slots import slots
from trampgen.derive.tables import Targets, tables
from trampgen.diagnostics import Report
from trampgen.expand.described import Drafts
from trampgen.model.bitmaps import Bitmap, Comparison
from trampgen.model.record import record
from trampgen.model.repeats import Repeat
from trampgen.model.rewrites import Rewrite
from trampgen.model.tables import Breakpoint, Callsite, Slot, Table


@record
class Parts:
    """What goes into a spec beside its templates."""

    tables: tuple[Table, ...]
    breakpoints: tuple[Breakpoint, ...]
    slots: tuple[Slot, ...]
    callsites: tuple[Callsite, ...]
    repeats: tuple[Repeat, ...]
    bitmaps: tuple[Bitmap, ...]
    comparisons: tuple[Comparison, ...]
    rewrites: tuple[Rewrite, ...]


def described(drafts: Drafts, assembled: Sequence[Assembled], targets: Targets, report: Report) -> Parts:
    """Every declaration finished; `assembled` are the drafts' instances as words, in the same order.

    The instance of one is another than the draft's where it has been measured."""
    words = {id(draft): one for draft, one in zip(drafts.instances(), assembled, strict=True)}

    found = tables(drafts, words, targets, report)
    marks = breakpoints(drafts, {table.name: table for table in found}, words, targets, report)
    sites = callsites(drafts, words, targets, report)
    arrays = repeats(drafts, words, report)
    sets = bitmaps(drafts, report)
    differences = comparisons(drafts, {one.name: one for one in sets}, report)
    rules = _rewrites(drafts, report)
    report.stop_on_errors()
    places = slots(drafts, words, {mark.name: mark for mark in marks}, targets, report)
    return Parts(
        tuple(found),
        tuple(marks),
        tuple(places),
        tuple(sites),
        tuple(arrays),
        tuple(sets),
        tuple(differences),
        tuple(rules),
    )


def _rewrites(drafts: Drafts, report: Report) -> list[Rewrite]:
    """The decoder's tables are loaded for a rewrite alone."""
    if not drafts.rewrites:
        return []
    from trampgen.derive.rewrites import rewrites

    return rewrites(drafts, report)
