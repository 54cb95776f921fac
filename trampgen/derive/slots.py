"""Slots: what stands in the words that the copied instruction leaves."""

from __future__ import annotations

from collections.abc import Mapping

from trampgen.assemble.readback import disassemble, first_of
from trampgen.assemble.words import Assembled
from trampgen.derive.slot_forms import forms
from trampgen.derive.tables import Targets
from trampgen.diagnostics import Note, Report
from trampgen.expand.described import Drafts
from trampgen.expand.slots import DraftSlot
from trampgen.isa.base import Isa
from trampgen.model.spec import seen_from
from trampgen.model.tables import Breakpoint, Slot, SlotVariant
from trampgen.syntax import ast_tables as ast
from trampgen.syntax.walk_tables import slot_parts

# What a disassembler knows as an instruction, and a processor refuses.
_REFUSED = frozenset(("udf", "unimp"))
_SOME_BYTES = 15


def slots(
    drafts: Drafts,
    words: Mapping[int, Assembled],
    known: Mapping[str, Breakpoint],
    targets: Targets,
    report: Report,
) -> list[Slot]:
    """Every slot in every combination of cases in which it exists."""
    found: list[Slot] = []
    for declared, axes, own in drafts.slots:
        variants = []
        for draft in own:
            isa = targets(draft.when)
            filler = _filler(declared, draft, known, isa, report)
            pair = (draft.pair.mask, draft.pair.value) if draft.pair is not None else None
            variants.append(
                SlotVariant(
                    draft.when,
                    isa.name,
                    draft.size,
                    draft.align,
                    draft.page,
                    draft.reserved,
                    draft.copied,
                    filler,
                    pair,
                    forms(declared, draft, words, isa, report),
                    isa.unit,
                )
            )
        insn = next(part.name.text for part in slot_parts(declared) if isinstance(part, ast.CopiedInsn))
        found.append(Slot(declared.name.text, axes, insn, tuple(variants), declared.doc, declared.name.span))
    return found


def _filler(
    declared: ast.Slot, draft: DraftSlot, known: Mapping[str, Breakpoint], isa: Isa, report: Report
) -> int:
    """The word that is not copied: that of a breakpoint, or zero where no processor runs on through zero."""
    if draft.fill is not None:
        name = draft.fill.breakpoint
        variant = seen_from(known[name.text].variants, draft.when)
        if variant is not None and variant.size == isa.unit:
            return variant.word
        if variant is not None:
            what = f"`{name.text}` has {variant.size} bytes, and words of {isa.unit} are filled"
            note = Note("declared here", known[name.text].span)
            report.error("bad-slot", name.span, what, [note], when=draft.when)
            return 0
        what = f"there is no breakpoint `{name.text}` here"
        note = Note("it is declared for other cases", known[name.text].span)
        report.error("bad-slot", name.span, what, [note], when=draft.when)
    elif draft.size > draft.copied[0]:
        _check_zero(declared, draft, isa, report)
    return 0


def _check_zero(declared: ast.Slot, draft: DraftSlot, isa: Isa, report: Report) -> None:
    """slot-fill: behind the copied instruction stand words that the processor would run."""
    found = first_of(isa, bytes(_SOME_BYTES)) if isa.of_bytes else disassemble(isa, 0)
    if found is None or found[0] in _REFUSED:
        return
    left = draft.size - draft.copied[0]
    report.error(
        "slot-fill",
        declared.name.span,
        f"{left} bytes of `{declared.name.text}` stay zero behind a copied instruction of {draft.copied[0]}",
        [
            f"{'00' * isa.unit}  {' '.join(found).strip()} is an instruction of {isa.name}: a task would run on into it"
        ],
        "write `fill NAME`, with a breakpoint of this spec",
        draft.when,
    )
