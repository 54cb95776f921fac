"""Forms of a slot: what stands around a copied instruction, and what a task that is stopped in it may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trampgen.assemble.words import Assembled
from trampgen.derive.params import variant
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.text import count
from trampgen.expand.slots import DraftForm, DraftSlot
from trampgen.isa.base import Isa, Line
from trampgen.model.spec import TemplateVariant, instructions
from trampgen.model.tables import Boundary, SlotForm
from trampgen.model.values import LabelAddress
from trampgen.syntax.ast_tables import Slot


def forms(
    declared: Slot, draft: DraftSlot, words: Mapping[int, Assembled], isa: Isa, report: Report
) -> tuple[SlotForm, ...]:
    """Every form of a slot in one combination of cases; one for which there is no room is reported."""
    found = tuple(_form(one, draft, words[id(one.code)], isa, report) for one in draft.forms)
    most = max((form.most for form in found), default=draft.copied[-1])
    if 0 < most < draft.copied[-1]:
        largest = max(found, key=lambda form: form.most)
        what = f"no form of `{declared.name.text}` has room for an instruction of {most + isa.unit} bytes"
        note = Note(f"this one has most, for {most}", largest.span)
        help = f"make the slot larger, or copy {draft.copied[0]}..{most}"
        report.error("bad-slot", declared.name.span, what, [note], help, draft.when)
    return found


def _form(draft: DraftForm, slot: DraftSlot, done: Assembled, isa: Isa, report: Report) -> SlotForm:
    code = variant(done, report)
    at = next((label.offset for label in done.labels if label.name == slot.insn), 0) // isa.unit
    _check_labels(draft, slot, done, report)
    room = slot.size - code.size
    most = max((size for size in slot.copied if size <= room), default=0)
    if not most:
        what = f"form `{draft.declared.name.text}` has {count(code.size, 'byte')} beside the copy, a slot {slot.size}"
        help = f"write size {code.size + slot.copied[-1]} or more"
        report.error("bad-slot", draft.declared.name.span, what, help=help, when=slot.when)
    name = draft.declared.name
    found = tuple(_boundaries(code, at, isa))
    return SlotForm(name.text, code, at, most, found, draft.declared.doc, name.span)


def _check_labels(draft: DraftForm, slot: DraftSlot, done: Assembled, report: Report) -> None:
    """The distance over a copied instruction is not known: it is as long as that."""
    block = done.instance.code.block
    places = {name.text: index for name, index in block.labels}
    copied = places.get(slot.insn, 0)
    for index, line in enumerate(block.lines):
        for value, span in (part for part in getattr(line, "parts", ()) if not isinstance(part, str)):
            if not isinstance(line, Line) or not isinstance(value, LabelAddress):
                continue
            target = places.get(value.label, index)
            if value.label == slot.insn or (index < copied) != (target < copied or target == index < copied):
                what = f"`{slot.insn}` stands between this and `{value.label}`: how long it is is not known"
                report.error("label-operand", span, what, when=slot.when)


def _boundaries(code: TemplateVariant, at: int, isa: Isa) -> Iterator[Boundary]:
    """Before each instruction, and at the end."""
    starts = [own.start for own in instructions(code.words)]
    for start in (*(start for start in starts if start < at), at):
        yield Boundary(start * isa.unit, False, "slot" if start else "probed")
    behind = [start for start in starts if start >= at]
    if not behind or not _is_jump(code, behind[-1], isa):  # nothing stops behind a jump
        behind.append(len(code.words))
    for start in behind:
        yield Boundary(start * isa.unit, True, "next" if _is_done(code, start, at, isa) else "slot")


def _is_done(code: TemplateVariant, start: int, at: int, isa: Isa) -> bool:
    """Whether nothing is left but to go on behind the probe: the end, a jump away, a trap or what follows it."""
    rest = [code.words[own.start] for own in instructions(code.words) if own.start >= start]
    if not rest:
        last = [word for word in code.words[at:] if word.kind != "more"]
        return not last or last[-1].asm.split()[0] in isa.breaks
    return len(rest) == 1 and (rest[0].asm.split()[0] in isa.breaks or _is_jump(code, start, isa))


def _is_jump(code: TemplateVariant, start: int, isa: Isa) -> bool:
    """Whether an instruction goes to an address that is a param, whatever the state."""
    is_away = any(hole.pc_relative and start <= hole.word for hole in code.holes)
    return code.words[start].asm.split()[0] in isa.jumps and is_away
