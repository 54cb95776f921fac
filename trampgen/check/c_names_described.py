"""The names that tables, breakpoints, slots and all else that is described have in the header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.emit.c_callsite import stem, word_macro
from trampgen.emit.c_text import macro
from trampgen.model.repeats import Repeat
from trampgen.model.source import Span
from trampgen.model.spec import Spec
from trampgen.model.tables import Breakpoint, Callsite, Predicate, Slot, SlotForm, Table

Names = Iterator[tuple[str, str, Span]]


def names(spec: Spec) -> Names:
    """Every name with what it comes from, for people, and where that is."""
    for table in spec.tables:
        yield from _of_table(table)
    for breakpoint in spec.breakpoints:
        yield from _of_breakpoint(breakpoint)
    for slot in spec.slots:
        yield from _of_slot(slot)
    for site in spec.callsites:
        yield from _of_callsite(site)
    for repeat in spec.repeats:
        yield from _of_repeat(repeat)
    for bitmap in spec.bitmaps:
        for name in (bitmap.name, f"{bitmap.name}_test", f"{macro(bitmap.name)}_BITS"):
            yield name, f"bitmap `{bitmap.name}`", bitmap.span
    if spec.rewrites:
        yield from _of_rewrites(spec)


def _of_table(table: Table) -> Names:
    for variant in table.variants:
        for name, row in variant.rows:
            for suffix in ("MASK", "VALUE"):
                stem = f"{macro(table.name)}_{macro(name)}"
                yield f"{stem}_{suffix}", f"row `{name}` of `{table.name}`", row.span
    yield from _of_predicates(table.predicates)
    origin, own = f"table `{table.name}`", macro(table.name)
    for function in (
        "decode",
        "is",
        "entry",
        "allows",
        "read",
        "self_test",
        "place_decode",
        "place_self_test",
    ):
        yield f"{table.name}_{function}", origin, table.span
    for name in ("NONE", "ROWS", "PLACE_NONE", "PLACE_ROWS"):
        yield f"{own}_{name}", origin, table.span
    for name in dict.fromkeys(name for variant in table.variants for name, _ in variant.rows):
        yield f"{own}_{macro(name)}", f"row `{name}` of `{table.name}`", table.span
    for kind, names in (("IS", table.classes), ("DO", table.actions)):
        for name in names:
            yield f"{own}_{kind}_{macro(name)}", f"`{name}` of `{table.name}`", table.span


def _of_predicates(predicates: Sequence[Predicate]) -> Names:
    for predicate in predicates:
        yield predicate.name, f"predicate `{predicate.name}`", predicate.span


def _of_breakpoint(breakpoint: Breakpoint) -> Names:
    for suffix in ("INSN", "INSN_SIZE"):
        yield f"{macro(breakpoint.name)}_{suffix}", f"breakpoint `{breakpoint.name}`", breakpoint.span
    yield from _of_predicates(breakpoint.predicates)


def _of_slot(slot: Slot) -> Names:
    origin = f"slot `{slot.name}`"
    for suffix in ("SIZE", "ALIGN", "PAGE", "COUNT", "RESERVED", "FIRST", "FILL"):
        yield f"{macro(slot.name)}_{suffix}", origin, slot.span
    for function in ("address", "index", "encode"):
        yield f"{slot.name}_{function}", origin, slot.span
    for state in ("PROBED", "SLOT", "NEXT"):
        yield f"{macro(slot.name)}_RESUME_{state}", origin, slot.span
    for form in (form for variant in slot.variants for form in variant.forms):
        yield from _of_form(slot, form)


def _of_form(slot: Slot, form: SlotForm) -> Names:
    name, origin = f"{slot.name}_{form.name}", f"form `{form.name}` of `{slot.name}`"
    for suffix in ("INSN_OFFSET", "INSN_MAX", "AROUND", "CODE"):
        yield f"{macro(name)}_{suffix}", origin, form.span
    for function in ("encode", "resume"):
        yield f"{name}_{function}", origin, form.span
    for param in form.code.params:
        for suffix in ("MIN", "MAX", "ALIGN"):
            yield f"{macro(name)}_{macro(param.name)}_{suffix}", origin, param.span
        yield f"{name}_{param.name}_fits", origin, param.span


def _of_callsite(site: Callsite) -> Names:
    own, origin = macro(site.name), f"call site `{site.name}`"
    for name in (f"{own}_FIRST_WORD", f"{own}_LAST_WORD", f"{site.name}_may_nop"):
        yield name, origin, site.span
    for variant in site.variants:
        for state in variant.states:
            origin = f"state `{state.name}` of `{site.name}`" if state.name else f"call site `{site.name}`"
            yield f"{stem(site, state.name)}_match", origin, state.span
            indices = state.replaced if state.name else [index for index, _ in state.words]
            for index in indices:
                for suffix in ("MASK", "VALUE"):
                    yield f"{word_macro(site, state.name, index)}_{suffix}", origin, state.span
            for param in state.params:
                origin_of_field = f"field `{param.name}` of {origin}"
                yield f"{stem(site, state.name)}_get_{param.name}", origin_of_field, param.span


def _of_repeat(repeat: Repeat) -> Names:
    own, origin = macro(repeat.name), f"repeat `{repeat.name}`"
    for suffix in ("COUNT", "WORDS", "SIZE", "INSNS", "MASKS"):
        yield f"{own}_{suffix}", origin, repeat.span
    for name in (f"{repeat.name}_encode", f"{repeat.name}_match", f"struct {repeat.name}.code"):
        yield name, origin, repeat.span
    for param in (param for variant in repeat.variants for param in variant.element.params):
        origin = f"data `{param.name}` of `{repeat.name}`"
        for suffix in ("MIN", "MAX", "ALIGN"):
            yield f"{own}_{macro(param.name)}_{suffix}", origin, param.span
        for name in (f"get_{param.name}", f"{param.name}_fits"):
            yield f"{repeat.name}_{name}", origin, param.span
        yield f"struct {repeat.name}.{param.name}", origin, param.span


def _of_rewrites(spec: Spec) -> Names:
    """The decoder is named after the spec, its tables and functions like everything of it."""
    from trampgen.emit.c_rewrite import decoder_names

    for name in decoder_names(spec):
        yield name, "the decoder of instructions", spec.rewrites[0].span
    for rewrite in spec.rewrites:
        yield f"{rewrite.name}_rewrite", f"rewrite `{rewrite.name}`", rewrite.span
