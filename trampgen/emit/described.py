"""Tables, breakpoints, slots and all else that is described in listing and summary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trampgen.cubes.cube import Cube
from trampgen.derive.params import show
from trampgen.derive.table_order import order_matters
from trampgen.diagnostics.text import count
from trampgen.emit import bitmaps
from trampgen.emit.c_template import promised
from trampgen.emit.summary import counted
from trampgen.model.bitmaps import Bitmap, BitmapVariant, Comparison, ComparisonVariant
from trampgen.model.field import Field
from trampgen.model.spec import Promise, Spec, When, instructions
from trampgen.model.tables import (
    Callsite,
    CallsiteVariant,
    Entry,
    Pattern,
    Requirement,
    Slot,
    SlotForm,
    SlotVariant,
    Table,
    TableVariant,
)

# ---- listing -------------------------------------------------------------------------------------------


def listing(spec: Spec) -> list[str]:
    """A block of lines for each declaration in each combination of cases."""
    blocks = [_table(table, v) for table in spec.tables for v in table.variants]
    for breakpoint in spec.breakpoints:
        for word in breakpoint.variants:
            where = f", row {word.row} of {breakpoint.table}" if breakpoint.table else ""
            blocks.append(
                [f"{_named(breakpoint.name, word.when)}: {word.word:0{2 * word.size}x}  {word.asm}{where}"]
            )
    blocks += [_slot(slot, v) for slot in spec.slots for v in slot.variants]
    blocks += [_site(site, v) for site in spec.callsites for v in site.variants]
    blocks += [_bitmap(bitmap, v) for bitmap in spec.bitmaps for v in bitmap.variants]
    blocks += [_comparison(one, v) for one in spec.comparisons for v in one.variants]
    if spec.rewrites:
        from trampgen.emit import described_rewrites

        blocks += described_rewrites.listing(spec)
    return ["\n".join(block) for block in blocks]


def _named(name: str, when: When) -> str:
    cases = ", ".join(case for _, case in when)
    return f"{name} [{cases}]" if cases else name


def _table(table: Table, variant: TableVariant) -> list[str]:
    """The rows with what is said of them, and where their order matters a word that shows it."""
    order = ", the first match counts" if table.ordered else ""
    lines = [f"{_named(table.name, variant.when)}: table of {count(len(variant.rows), 'row')}{order}"]
    for (name, word), entry in zip(variant.rows, variant.entries, strict=True):
        lines += _word(f"{'  ' * len(entry.groups)}{name:<12}", word)
        lines += [f"    {said}" for said in _said(entry)]
    names = [None if row is None else variant.rows[row][0] for *_, row in variant.order]
    for pair in order_matters([Cube(mask, value, variant.width) for mask, value, _ in variant.order]):
        first, second = names[pair.earlier], names[pair.later]
        if first is not None and second is not None:
            shown = f"{pair.witness or 0:0{variant.width // 4}x}"
            lines.append(f"  order: {shown} is {first}, and would be {second}")
    return lines


def _said(entry: Entry) -> Iterator[str]:
    if entry.classes:
        yield f"is {', '.join(entry.classes)}"
    if entry.action:
        yield f"do {entry.action}" + (f"({', '.join(map(str, entry.arguments))})" if entry.arguments else "")
    if entry.requires:
        yield "requires " + ", ".join(" or ".join(map(_comparison_of, one.tests)) for one in entry.requires)


def _comparison_of(one: Requirement) -> str:
    return f"{one.field} {'==' if one.equal else '!='} {one.other or one.value}"


def _word(head: str, word: Pattern) -> list[str]:
    """A described word: value and mask, the instruction, where its fields are, what is said of it."""
    fields = ", ".join(f"{hole.param} {_bits(hole.field)}" for hole in word.holes)
    digits = word.width // 4
    bits = f"{word.value:0{digits}x} & {word.mask:0{digits}x}"
    text = f"  {head} {bits}  {word.asm:<32} line {word.span.line:<4}"
    lines = [(text + (f"; {fields}" if fields else "")).rstrip()]
    if word.ignored:
        lines.append(f"    ignored {word.ignored:08x}")
    return lines + ([f"    because {word.because}"] if word.because else [])


def _bits(field: Field) -> str:
    runs = sorted(field.runs, key=lambda run: -run.insn_bit)
    return "".join(f"[{run.insn_bit + run.count - 1}:{run.insn_bit}]" for run in runs)


def _slot(slot: Slot, variant: SlotVariant) -> list[str]:
    sizes = " or ".join(map(str, variant.copied))
    if variant.unit == 1:
        sizes = f"{variant.copied[0]}…{variant.copied[-1]}"
    lines = [
        f"{_named(slot.name, variant.when)}: slots of {variant.size} bytes, align {variant.align}, in a page of "
        f"{variant.page}; {variant.reserved} reserved",
        f"  {slot.insn}: {sizes} bytes, then {variant.filler:0{2 * variant.unit}x}",
    ]
    return lines + [line for form in variant.forms for line in _form(slot, form)]


def _form(slot: Slot, form: SlotForm) -> Iterator[str]:
    """The code of a form, and at each place what becomes of a task that is stopped there."""
    yield f"  form {form.name}, up to {form.most} bytes of {slot.insn}:"
    states = {(b.offset, b.after): b.state for b in form.boundaries}
    yield from (
        _form_line(form, own, False, states) for own in instructions(form.code.words) if own.start < form.at
    )
    before = states[form.code.unit * form.at, False]
    yield f"    {form.code.unit * form.at:4}  {'…':<23}  {slot.insn:<32} {before}"
    yield from (
        _form_line(form, own, True, states) for own in instructions(form.code.words) if own.start >= form.at
    )
    if (form.code.size, True) in states:
        yield f"    {f'+{form.code.size}':>4}  {'':<23}  {'':<32} {states[form.code.size, True]}"


def _form_line(form: SlotForm, own: range, after: bool, states: Mapping[tuple[int, bool], str]) -> str:
    offset = form.code.unit * own.start
    word = form.code.words[own.start]
    digits = 2 * form.code.unit
    value = " ".join(f"{form.code.words[index].value:0{digits}x}" for index in own)
    place = f"+{offset}" if after else f"{offset}"
    return f"    {place:>4}  {value:<23}  {word.asm:<32} {states[offset, after]}"


def _site(site: Callsite, variant: CallsiteVariant) -> list[str]:
    lines = [f"{_named(site.name, variant.when)}: call site of {count(len(variant.states[0].words), 'word')}"]
    for state in variant.states:
        lines += [f"{state.name}:"] if state.name else []
        for index, word in state.words:
            if not state.name or index in state.replaced:
                lines += _word(f"word {index:>3}", word)
        for param in state.params:
            relative = counted(param)
            lines.append(f"  field {param.name}: {show(param.reach)}{relative} ({param.c_type})")
    for rule in variant.never:
        text = f"never nop word {rule.index}" + (f" in {rule.state}" if rule.state else "")
        lines += [f"  {line}" for line in promised(Promise(text, rule.because, rule.span))]
    return lines


def _bitmap(bitmap: Bitmap, variant: BitmapVariant) -> list[str]:
    head = f"{_named(bitmap.name, variant.when)}: bitmap, {_of(bitmap, variant)}"
    return [head, *(f"  {line}".rstrip() for line in bitmaps.about(bitmap, variant))]


def _of(bitmap: Bitmap, variant: BitmapVariant) -> str:
    return f"{variant.bits.bit_count()} of {bitmap.width} {bitmap.index}s"


def _comparison(comparison: Comparison, variant: ComparisonVariant) -> list[str]:
    head = f"{_named(_compared(comparison), variant.when)}: {bitmaps.counted(comparison, variant)}"
    return [head, *(f"  {line}" for line in bitmaps.differences(comparison, variant))]


def _compared(comparison: Comparison) -> str:
    return f"{comparison.left} compared with {comparison.right}"


# ---- summary -------------------------------------------------------------------------------------------


def counts(spec: Spec) -> list[str]:
    """How many of each kind there are, of those that there are."""
    kinds: list[tuple[str, Sequence[object]]] = [
        ("table", spec.tables),
        ("breakpoint", spec.breakpoints),
        ("slot", spec.slots),
        ("call site", spec.callsites),
        ("repeat", spec.repeats),
        ("bitmap", spec.bitmaps),
        ("rewrite", spec.rewrites),
    ]
    return [count(len(things), what) for what, things in kinds if things]


def summary(spec: Spec) -> list[str]:
    """A line for each declaration, and one for each combination of cases in which it is something else."""
    lines: list[str] = []
    for table in spec.tables:
        functions = "".join(f", {predicate.name}()" for predicate in table.predicates)
        lines += _told(
            f"{table.name}: table{functions}", [(v.when, count(len(v.rows), "row")) for v in table.variants]
        )
    for breakpoint in spec.breakpoints:
        words = [(v.when, f"{v.word:0{2 * v.size}x}  {v.asm}") for v in breakpoint.variants]
        lines += _told(f"{breakpoint.name}: breakpoint", words)
    for slot in spec.slots:
        sizes = [(v.when, f"{v.size} bytes each, {v.reserved} reserved") for v in slot.variants]
        lines += _told(f"{slot.name}: slots", sizes)
    for site in spec.callsites:
        states = [(v.when, _states(v)) for v in site.variants]
        lines += _told(f"{site.name}: call site", states)
    for bitmap in spec.bitmaps:
        lines += _told(f"{bitmap.name}: bitmap", [(v.when, _of(bitmap, v)) for v in bitmap.variants])
    for one in spec.comparisons:
        lines += _told(f"{_compared(one)}", [(v.when, bitmaps.counted(one, v)) for v in one.variants])
    if spec.rewrites:
        from trampgen.emit import described_rewrites

        for rewrite in spec.rewrites:
            lines += _told(f"{rewrite.name}: rewrite", described_rewrites.summary(rewrite))
    return lines


def _states(variant: CallsiteVariant) -> str:
    indices = [index for index, _ in variant.states[0].words]
    names = "".join(f", {state.name}" for state in variant.states[1:])
    return f"words {min(indices)}…{max(indices)}{names}"


def _told(head: str, said: list[tuple[When, str]]) -> Iterator[str]:
    """The head, then what is said with the cases in which it is; once for all variants that say the same."""
    yield f"  {head}"
    for text in dict.fromkeys(text for _, text in said):
        cases = [", ".join(case for _, case in when) or "every build" for when, own in said if own == text]
        where = (
            "; ".join(cases) if len(cases) == 1 or len(cases) < len(said) else f"all {len(cases)} variants"
        )
        yield f"    {where}: {text}"
