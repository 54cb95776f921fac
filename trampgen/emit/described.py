"""Tables, breakpoints, slots, call sites and rewrites in listing and summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.derive.params import show
from trampgen.diagnostics.text import count
from trampgen.emit.c_template import promised
from trampgen.model.field import Field
from trampgen.model.spec import Promise, Spec, When
from trampgen.model.tables import (
    Callsite,
    CallsiteVariant,
    Pattern,
    Slot,
    SlotVariant,
)

# ---- listing -------------------------------------------------------------------------------------------


def listing(spec: Spec) -> list[str]:
    """A block of lines for each declaration in each combination of cases."""
    blocks = [_rows(table.name, v.when, v.rows) for table in spec.tables for v in table.variants]
    for breakpoint in spec.breakpoints:
        for word in breakpoint.variants:
            where = f", row {word.row} of {breakpoint.table}" if breakpoint.table else ""
            blocks.append(
                [f"{_named(breakpoint.name, word.when)}: {word.word:0{2 * word.size}x}  {word.asm}{where}"]
            )
    blocks += [_slot(slot, v) for slot in spec.slots for v in slot.variants]
    blocks += [_site(site, v) for site in spec.callsites for v in site.variants]
    if spec.rewrites:
        from trampgen.emit import described_rewrites

        blocks += described_rewrites.listing(spec)
    return ["\n".join(block) for block in blocks]


def _named(name: str, when: When) -> str:
    cases = ", ".join(case for _, case in when)
    return f"{name} [{cases}]" if cases else name


def _rows(name: str, when: When, rows: Sequence[tuple[str, Pattern]]) -> list[str]:
    lines = [f"{_named(name, when)}: table of {count(len(rows), 'row')}"]
    for row, word in rows:
        lines += _word(f"{row:<12}", word)
    return lines


def _word(head: str, word: Pattern) -> list[str]:
    """A described word: value and mask, the instruction, where its fields are, what is said of it."""
    fields = ", ".join(f"{hole.param} {_bits(hole.field)}" for hole in word.holes)
    text = f"  {head} {word.value:08x} & {word.mask:08x}  {word.asm:<32} line {word.span.line:<4}"
    lines = [(text + (f"; {fields}" if fields else "")).rstrip()]
    if word.ignored:
        lines.append(f"    ignored {word.ignored:08x}")
    return lines + ([f"    because {word.because}"] if word.because else [])


def _bits(field: Field) -> str:
    runs = sorted(field.runs, key=lambda run: -run.insn_bit)
    return "".join(f"[{run.insn_bit + run.count - 1}:{run.insn_bit}]" for run in runs)


def _slot(slot: Slot, variant: SlotVariant) -> list[str]:
    return [
        f"{_named(slot.name, variant.when)}: slots of {variant.size} bytes, align {variant.align}, in a page of "
        f"{variant.page}; {variant.reserved} reserved",
        f"  {slot.insn}: {' or '.join(map(str, variant.copied))} bytes, then {variant.filler:08x}",
    ]


def _site(site: Callsite, variant: CallsiteVariant) -> list[str]:
    lines = [f"{_named(site.name, variant.when)}: call site of {count(len(variant.states[0].words), 'word')}"]
    for state in variant.states:
        lines += [f"{state.name}:"] if state.name else []
        for index, word in state.words:
            if not state.name or index in state.replaced:
                lines += _word(f"word {index:>3}", word)
        for param in state.params:
            relative = ", from the instruction" if param.pc_relative else ""
            lines.append(f"  field {param.name}: {show(param.reach)}{relative} ({param.c_type})")
    for rule in variant.never:
        text = f"never nop word {rule.index}" + (f" in {rule.state}" if rule.state else "")
        lines += [f"  {line}" for line in promised(Promise(text, rule.because, rule.span))]
    return lines


# ---- summary -------------------------------------------------------------------------------------------


def counts(spec: Spec) -> list[str]:
    """How many of each kind there are, of those that there are."""
    kinds: list[tuple[str, Sequence[object]]] = [
        ("table", spec.tables),
        ("breakpoint", spec.breakpoints),
        ("slot", spec.slots),
        ("call site", spec.callsites),
        ("repeat", spec.repeats),
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
