"""Bits that a site takes over from the instruction it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trampgen.assemble.words import Assembled
from trampgen.diagnostics import Note, Report
from trampgen.expand.promises import Copied, Promised
from trampgen.model.field import ALL_BITS, Field, Reach, Run
from trampgen.model.spec import Hole, Param, Refused, Word


def taken_over(assembled: Assembled, report: Report) -> tuple[list[Word], dict[str, tuple[Copied, Hole]]]:
    """The words with such bits left open, and by param what is copied and its hole."""
    words = list(assembled.words)
    found: dict[str, tuple[Copied, Hole]] = {}
    for copied in assembled.instance.copies:
        run = Run(copied.low, copied.low, copied.high - copied.low + 1)
        bits = Field((run,), signed=False)
        first = words[0]
        region = next((region for region in assembled.regions if region.start == 0), None)
        if region is not None:
            what = f"the first word is in region `{region.name}`: it does not keep what is copied"
            report.error("in-region", copied.span, what, [Note("the region", region.span)])
        elif bits.mask & ~first.mask:
            what = (
                f"bits {copied.high}…{copied.low} of the first word are not fixed: something else fills them"
            )
            others = [other for other, hole in found.values() if hole.field.mask & bits.mask]
            notes = [Note("taken over here", other.span) for other in others]
            report.error("overlap", copied.span, what, notes or [Note("the word", first.span)])
        elif copied.param in found:
            note = [Note("the other bits", found[copied.param][0].span)]
            what = f"`{copied.param}` gives bits twice"
            report.error("duplicate-name", copied.span, what, note, "write one range, or use two params")
        else:
            words[0] = replace(first, value=first.value & ~bits.mask, mask=first.mask & ~bits.mask)
            hole = Hole(copied.param, None, 0, 0, bits, pc_relative=False, pc_base=0, span=copied.span)
            found[copied.param] = copied, hole
    return words, found


def param(promised: Promised, others: Sequence[Hole], given: tuple[Copied, Hole], report: Report) -> Param:
    """The instruction that is replaced: any word, but for those that `unless` rules out."""
    copied, hole = given
    for other in others:
        what = f"`{promised.name}` is the instruction that is replaced: it stands in no other place"
        report.error("param-kind", other.span, what, [Note("copied here", copied.span)])
    if promised.kind != "insn":
        what = f"bits of `{promised.name}` are copied: it is an instruction"
        report.error("param-kind", promised.span, what, help=f"declare it: `param {promised.name}: insn`")
    whole = Reach(0, ALL_BITS)
    refused = None if copied.unless is None else Refused(hole.field.mask, copied.unless << copied.low)
    return Param(
        promised.name, whole, "u32", None, False, 0, promised.base, promised.doc, ((hole,),), promised.span,
        "bits", refused,
    )  # fmt: skip
