"""NAME.json: everything that is known of a spec, for other tools. docs/manifest.schema.json describes it.

64-bit numbers (limits, values of externs and words, values at rest) are decimal strings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trampgen.emit import c_text, described_json
from trampgen.model.field import WORD_BITS
from trampgen.model.spec import (
    Extern,
    Family,
    Hole,
    Layout,
    Param,
    Promise,
    Region,
    Spec,
    SymbolBits,
    Template,
    TemplateVariant,
    When,
)
from trampgen.model.values import Symbolic

if TYPE_CHECKING:
    from trampgen.model.repeats import Repeat

SCHEMA = "trampgen-manifest-1"


def manifest(spec: Spec) -> str:
    """The JSON text, with a final newline; key order is fixed."""
    return json.dumps(_spec(spec), indent=2, ensure_ascii=False) + "\n"


def _spec(spec: Spec) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "name": spec.name,
        "license": spec.licence,
        "target": {"isa": spec.isa, "unit": spec.unit},
        "externs": [_extern(extern) for extern in spec.externs],
        "axes": [
            {"name": a.name, "cases": [{"name": c.name, "guard": c.guard} for c in a.cases]}
            for a in spec.axes
        ],
        "templates": [_template(spec, template) for template in spec.templates],
        "layouts": [_layout(layout) for layout in spec.layouts],
        "families": [_family(family) for family in spec.families],
        **described_json.manifest(spec),
        "repeats": [_repeat(spec, repeat) for repeat in spec.repeats],
        "sites": [],
        **described_json.bitmaps(spec),
        "rewrites": _rewrites(spec),
    }


def _rewrites(spec: Spec) -> list[dict[str, Any]]:
    if not spec.rewrites:
        return []
    from trampgen.emit import described_rewrites

    return described_rewrites.manifest(spec)


def _extern(extern: Extern) -> dict[str, Any]:
    unit = {"unit": extern.unit} if extern.unit else {}
    return {"name": extern.name, "c": extern.c, "value": _number(extern.value), **unit}


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _when(when: When) -> dict[str, str]:
    return dict(when)


def _template(spec: Spec, template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "kind": template.kind,
        "layout": template.layout,
        "field": template.field,
        "line": template.span.line,
        "doc": template.doc,
        "variants": [_variant(spec, variant) for variant in template.variants],
        **described_json.in_objects(template),
    }


def _variant(spec: Spec, variant: TemplateVariant) -> dict[str, Any]:
    words = [(word.value, word.kind) for word in variant.words]
    return {
        "when": _when(variant.when),
        "guard": c_text.guard_of(variant.when, spec.axes),
        "isa": variant.isa,
        "size": variant.size,
        "words": [c_text.word(word.value, variant.word_bits) for word in variant.words],
        "masks": [c_text.word(word.mask, variant.word_bits) for word in variant.words],
        "kinds": [word.kind for word in variant.words],
        "asm": [word.asm for word in variant.words],
        "bytes": None if variant.symbols else described_json.in_memory(variant.isa, words),
        "labels": {label.name: {"offset": label.offset, "index": label.index} for label in variant.labels},
        "params": {param.name: _param(param, variant.unit) for param in variant.params},
        "holes": [_hole(hole, variant.unit) for hole in variant.holes],
        "symbols": [_symbol(symbol, variant.unit) for symbol in variant.symbols],
        "regions": [_region(region, variant.word_bits) for region in variant.regions],
        "contract": [_clause(promise, variant) for promise in variant.contract],
    }


def _clause(promise: Promise, variant: TemplateVariant) -> dict[str, Any]:
    found = {"clause": promise.text, "because": promise.because or None}
    rules = [(offset, never) for offset, never, of in variant.nevers() if of is promise]
    never = [{"offset": o, "at": list(n.offsets), "of": n.modulus} for o, n in rules]
    return found | {"never": never[0] if never else None}


def _repeat(spec: Spec, repeat: Repeat) -> dict[str, Any]:
    variants = [
        {
            "count": None if isinstance(v.count, Symbolic) else v.count,
            "count_c": v.count.c if isinstance(v.count, Symbolic) else None,
            "code_words": v.code_words,
            "element": _variant(spec, v.element),
        }
        for v in repeat.variants
    ]
    return {
        "name": repeat.name,
        "line": repeat.span.line,
        "doc": repeat.doc,
        "variants": variants,
        **described_json.in_objects(repeat),
    }


def _region(region: Region, word_bits: int) -> dict[str, Any]:
    forms = [
        {
            "name": form.name,
            "words": [c_text.word(word.value, word_bits) for word in form.words],
            "masks": [c_text.word(word.mask, word_bits) for word in form.words],
            "kinds": [word.kind for word in form.words],
            "asm": [word.asm for word in form.words],
        }
        for form in region.forms
    ]
    words = region.end - region.start
    return {
        "name": region.name,
        "index": region.start,
        "words": words,
        "hole": region.is_hole,
        "forms": forms,
    }


def _param(param: Param, unit: int) -> dict[str, Any]:
    return {
        "kind": param.kind,
        "min": str(param.reach.low),
        "max": str(param.reach.high),
        "align": param.reach.align,
        "rest": _number(param.rest),
        "c_type": param.c_type,
        "pc_bias": _bias(param.groups[0][0], unit),
        "base": param.base or None,
        "doc": param.doc or None,
    }


def _bias(hole: Hole, unit: int) -> int | None:
    """What a distance is counted from, in bytes after the hole's own word."""
    return hole.offset + hole.pc_base - hole.word * unit if hole.pc_relative else None


def _hole(hole: Hole, unit: int) -> dict[str, Any]:
    return {
        "param": hole.param,
        "operator": hole.operator,
        "form": hole.form,
        "offset": hole.word * unit,
        "width": hole.field.width,
        "runs": described_json.runs(hole.field),
        "carry_from": hole.field.carry_from,
        "signed": hole.field.signed,
        "addend": str(hole.field.addend),
        "page": hole.page or None,
        "pc_bias": _bias(hole, unit),
    }


def _symbol(symbol: SymbolBits, unit: int) -> dict[str, Any]:
    return {
        "extern": ", ".join(symbol.value.externs),
        "form": symbol.form,
        "offset": symbol.word * unit,
        "mask": c_text.word(symbol.field.mask, 64 if symbol.field.width > WORD_BITS else WORD_BITS),
        "c": c_text.symbol_bits(symbol, f"({symbol.value.c})"),
    }


def _layout(layout: Layout) -> dict[str, Any]:
    variants = []
    for variant in layout.variants:
        fields = [
            {"name": f.name, "offset": f.offset, "size": f.size, "kind": f.kind, "value": _number(f.value)}
            for f in variant.fields
        ]
        variants.append(
            {"when": _when(variant.when), "size": variant.size, "align": variant.align, "fields": fields}
        )
    return {"name": layout.name, "commit": layout.commit_last, "variants": variants}


def _family(family: Family) -> dict[str, Any]:
    variants = []
    for variant in family.variants:
        merged = [
            {
                "word": m.word,
                "value": c_text.word(m.value & m.derived, m.bits),
                "derived": c_text.word(m.derived, m.bits),
                "written": None if m.written is None else c_text.word(m.written, m.bits),
                "accepted": m.accepted,
                "members": m.members,
                "witness": None if m.witness is None else c_text.word(m.witness, m.bits),
                "disassembly": m.disassembly,
            }
            for m in variant.merged
        ]
        variants.append({"when": _when(variant.when), "members": list(variant.members), "merged": merged})
    return {"name": family.name, "variants": variants}
