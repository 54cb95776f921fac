"""Tables, breakpoints, slots, call sites, bitmaps and their comparisons in the manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trampgen.emit import c_text
from trampgen.model import bitmaps as sets
from trampgen.model.field import Field
from trampgen.model.memory import orders, to_memory
from trampgen.model.spec import Spec, Template, When

if TYPE_CHECKING:
    from trampgen.model.bitmaps import Bitmap, Comparison, Difference
    from trampgen.model.repeats import Repeat
    from trampgen.model.tables import (
        Breakpoint,
        Callsite,
        Entry,
        Pattern,
        Predicate,
        Requirement,
        Slot,
        SlotForm,
        State,
        Table,
    )


def in_memory(isa: str, words: Sequence[tuple[int, str]]) -> dict[str, str | None]:
    """Words with their kinds as memory holds them, in each byte order that the target has."""
    found: dict[str, str | None] = {"little": None, "big": None, "be8": None}
    for order, _ in orders(isa):
        found[order] = b"".join(to_memory(word, isa, kind, order) for word, kind in words).hex()
    return found


def runs(field: Field) -> list[dict[str, int | None]]:
    """How the bits of a value move into a word."""
    return [
        {"value_bit": r.value_bit, "insn_bit": r.insn_bit, "count": r.count, "xnor": r.xnor}
        for r in field.runs
    ]


def manifest(spec: Spec) -> dict[str, Any]:
    """The parts of the manifest that hold these declarations."""
    return {
        "tables": [_table_of(spec, table) for table in spec.tables],
        "breakpoints": [_breakpoint_of(spec, breakpoint) for breakpoint in spec.breakpoints],
        "slots": [_slot_of(spec, slot) for slot in spec.slots],
        "callsites": [_callsite_of(spec, site) for site in spec.callsites],
    }


def bitmaps(spec: Spec) -> dict[str, Any]:
    """The parts of the manifest that hold bitmaps."""
    return {
        "bitmaps": [_bitmap_of(spec, bitmap) for bitmap in spec.bitmaps],
        "comparisons": [_comparison_of(spec, comparison) for comparison in spec.comparisons],
    }


def in_objects(thing: Template | Table | Breakpoint | Repeat | Bitmap) -> dict[str, Any]:
    """Where objects have something: nothing at all where the spec says nothing of it."""
    found: list[dict[str, Any]] = [
        {
            "symbol": image.symbol,
            "label": None,
            "end": image.end,
            "except": list(image.excepted),
            "because": image.because or None,
        }
        for image in thing.images
    ]
    for one in thing.label_symbols if isinstance(thing, Template) else ():
        found.append({"symbol": one.symbol, "label": one.label, "end": None, "except": [], "because": None})
    return {"symbols": found} if found else {}


def _head(spec: Spec, when: When) -> dict[str, Any]:
    return {"when": dict(when), "guard": c_text.guard_of(when, spec.axes)}


def _predicates(predicates: Sequence[Predicate]) -> list[dict[str, Any]]:
    return [{"name": p.name, "negated": p.negated, "among": list(p.among), "doc": p.doc} for p in predicates]


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "classes": list(entry.classes),
        "action": entry.action,
        "arguments": [str(value) for value in entry.arguments],
        "requires": [[_comparison(test) for test in one.tests] for one in entry.requires],
        "groups": list(entry.groups),
    }


def _comparison(one: Requirement) -> dict[str, Any]:
    value = None if one.other else str(one.value)
    return {"field": one.field, "equal": one.equal, "other": one.other, "value": value}


def _pattern(word: Pattern) -> dict[str, Any]:
    return {
        "mask": c_text.word(word.mask, word.width),
        "value": c_text.word(word.value, word.width),
        "ignored": c_text.word(word.ignored, word.width),
        "fields": [
            {
                "name": hole.param,
                "runs": runs(hole.field),
            }
            for hole in word.holes
        ],
        "asm": word.asm,
        "because": word.because or None,
        "doc": word.doc,
    }


def _table_of(spec: Spec, table: Table) -> dict[str, Any]:
    variants = [
        {
            **_head(spec, v.when),
            "rows": [
                {"name": name, **_pattern(row), **_entry(entry)}
                for (name, row), entry in zip(v.rows, v.entries, strict=True)
            ],
            "order": [
                {"mask": c_text.word(mask, v.width), "value": c_text.word(value, v.width), "row": row}
                for mask, value, row in v.order
            ],
        }
        for v in table.variants
    ]
    return {
        "name": table.name,
        "line": table.span.line,
        "doc": table.doc,
        "ordered": table.ordered,
        "classes": list(table.classes),
        "actions": list(table.actions),
        "predicates": _predicates(table.predicates),
        "variants": variants,
        **in_objects(table),
    }


def _breakpoint_of(spec: Spec, breakpoint: Breakpoint) -> dict[str, Any]:
    variants = [
        {
            **_head(spec, v.when),
            "word": f"{v.word:#010x}",
            "size": v.size,
            "asm": v.asm,
            "bytes": in_memory(v.isa, [(v.word, "insn" if v.size == 4 else "narrow")]),
            "row": v.row,
        }
        for v in breakpoint.variants
    ]
    return {
        "name": breakpoint.name,
        "line": breakpoint.span.line,
        "doc": breakpoint.doc,
        "table": breakpoint.table,
        "predicates": _predicates(breakpoint.predicates),
        "variants": variants,
        **in_objects(breakpoint),
    }


def _slot_of(spec: Spec, slot: Slot) -> dict[str, Any]:
    variants = [
        {
            **_head(spec, v.when),
            "size": v.size,
            "align": v.align,
            "page": v.page,
            "reserved": v.reserved,
            "copied": list(v.copied),
            "fill": c_text.word(v.filler, 8 * v.unit),
            "forms": [_slot_form(form) for form in v.forms],
        }
        for v in slot.variants
    ]
    return {
        "name": slot.name,
        "line": slot.span.line,
        "doc": slot.doc,
        "insn": slot.insn,
        "variants": variants,
    }


def _slot_form(form: SlotForm) -> dict[str, Any]:
    code = form.code
    return {
        "name": form.name,
        "doc": form.doc,
        "insn_offset": code.unit * form.at,
        "insn_max": form.most,
        "size": code.size,
        "words": [c_text.word(word.value, code.word_bits) for word in code.words],
        "masks": [c_text.word(word.mask, code.word_bits) for word in code.words],
        "asm": [word.asm for word in code.words],
        "params": [param.name for param in code.params],
        "resume": [{"offset": b.offset, "behind_insn": b.after, "state": b.state} for b in form.boundaries],
    }


def _callsite_of(spec: Spec, site: Callsite) -> dict[str, Any]:
    variants = [
        {
            **_head(spec, v.when),
            "states": [_state_of(state) for state in v.states],
            "never_nop": [
                {"word": rule.index, "state": rule.state, "because": rule.because or None} for rule in v.never
            ],
        }
        for v in site.variants
    ]
    return {"name": site.name, "line": site.span.line, "doc": site.doc, "variants": variants}


def _state_of(state: State) -> dict[str, Any]:
    return {
        "name": state.name,
        "doc": state.doc if state.name else "",
        "replaced": list(state.replaced),
        "words": [{"index": index, **_pattern(word)} for index, word in state.words],
    }


def _opcodes(bits: int) -> list[list[int]]:
    """A set as ranges, the first and the last of each."""
    return [list(run) for run in sets.runs(bits)]


def _bitmap_of(spec: Spec, bitmap: Bitmap) -> dict[str, Any]:
    variants = [
        {
            **_head(spec, v.when),
            "words": [f"{word:#010x}" for word in sets.words(v.bits, bitmap.width)],
            "listed": [{"opcodes": _opcodes(one.bits), "because": one.because} for one in v.listed],
        }
        for v in bitmap.variants
    ]
    return {
        "name": bitmap.name,
        "line": bitmap.span.line,
        "doc": bitmap.doc,
        "index": bitmap.index,
        "excludes": bitmap.excludes,
        "variants": variants,
        **in_objects(bitmap),
    }


def _comparison_of(spec: Spec, comparison: Comparison) -> dict[str, Any]:
    def side(found: Sequence[Difference]) -> list[dict[str, Any]]:
        return [
            {"opcodes": _opcodes(one.bits), "has": one.has or None, "lacks": one.lacks or None}
            for one in found
        ]

    variants = [
        {**_head(spec, v.when), "only_left": side(v.left), "only_right": side(v.right)}
        for v in comparison.variants
    ]
    return {
        "left": comparison.left,
        "right": comparison.right,
        "line": comparison.span.line,
        "variants": variants,
    }
