"""Sites: what they replace, and whether that is allowed while another CPU may run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from trampgen import isa as isas
from trampgen.assemble.readback import disassembly
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.text import count
from trampgen.model.spec import Replaced, TemplateVariant, instructions, seen_from
from trampgen.syntax import ast

if TYPE_CHECKING:
    from trampgen.model.tables import Breakpoint


def replacing(
    template: ast.Template, variant: TemplateVariant, known: Mapping[str, Breakpoint], report: Report
) -> TemplateVariant:
    """The variant of a site with what it replaces; needs-stop-machine where that can't be done as the spec has it."""
    found = len(list(instructions(variant.words))) if template.kind == "site" else 1
    if found != 1:
        one = "instruction" if variant.unit == 1 else "word"
        at, what = template.name.span, f"`{template.name.text}` has {count(found, one)}"
        help = f"what is written while others may run it is one {one}; put the rest into the code that it branches to"
        report.error(
            "site-words", at, f"{what}: a site replaces one instruction", help=help, when=variant.when
        )
    for over in template.overs[:1]:
        declared = known.get(over.breakpoint.text)
        mark = seen_from(declared.variants, variant.when) if declared is not None else None
        if mark is None:
            what = f"there is no breakpoint `{over.breakpoint.text}` here"
            report.error("unknown-name", over.breakpoint.span, what, when=variant.when)
            continue
        if over.under is None:
            _check_free(over, mark.word, variant, report)
        return replace(variant, replaces=Replaced(over.breakpoint.text, mark.word, over.under is not None))
    return variant


def _check_free(over: ast.Over, before: int, variant: TemplateVariant, report: Report) -> None:
    """Both the word that stands there and the one that is written must be of those that a CPU may meet half-way."""
    isa = isas.load(variant.isa)
    after = variant.words[0].value & variant.words[0].mask | _usual_condition(variant)
    bad = [word for word in (before, after) if not isa.replaceable(word)]
    if not bad:
        return
    notes: list[Note | str] = [
        "the architecture allows that for a few instructions only, which its manual lists"
    ]
    notes += [f"{word:08x}  {disassembly(isa, word)} is none of them" for word in bad]
    report.error(
        "needs-stop-machine",
        over.span,
        f"`{over.breakpoint.text}` can't be replaced while another CPU may run it",
        [*notes, Note("what replaces it", variant.words[0].span)],
        "write `under stop_machine`: the header then says so, and the caller must see to it",
        variant.when,
    )


def _usual_condition(variant: TemplateVariant) -> int:
    """The bits that a site takes over from the instruction it replaces, as they mostly are: always."""
    condition = isas.load(variant.isa).condition
    copied = sum(h.field.mask for p in variant.params if p.kind == "bits" for g in p.groups for h in g)
    return 0xE0000000 & copied if condition is not None else 0
