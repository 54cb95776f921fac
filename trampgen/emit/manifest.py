"""NAME.json: everything that is known of a spec, for other tools. docs/manifest.schema.json describes it.

64-bit numbers (limits, values of externs and words, values at rest) are decimal strings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from trampgen.emit import c_text, described_json
from trampgen.model.spec import (
    Family,
    Hole,
    Layout,
    Param,
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
        "externs": [{"name": e.name, "c": e.c, "value": _number(e.value)} for e in spec.externs],
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
        "bitmaps": [],
        "rewrites": _rewrites(spec),
    }


def _rewrites(spec: Spec) -> list[dict[str, Any]]:
    if not spec.rewrites:
        return []
    from trampgen.emit import described_rewrites

    return described_rewrites.manifest(spec)


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
    }


def _variant(spec: Spec, variant: TemplateVariant) -> dict[str, Any]:
    words = [(word.value, word.kind) for word in variant.words]
    return {
        "when": _when(variant.when),
        "guard": c_text.guard_of(variant.when, spec.axes),
        "isa": variant.isa,
        "size": variant.size,
        "words": [f"{word.value:#010x}" for word in variant.words],
        "masks": [f"{word.mask:#010x}" for word in variant.words],
        "kinds": [word.kind for word in variant.words],
        "asm": [word.asm for word in variant.words],
        "bytes": None if variant.symbols else described_json.in_memory(variant.isa, words),
        "labels": {label.name: {"offset": label.offset, "index": label.index} for label in variant.labels},
        "params": {param.name: _param(param) for param in variant.params},
        "holes": [_hole(hole) for hole in variant.holes],
        "symbols": [_symbol(symbol) for symbol in variant.symbols],
        "regions": [_region(region) for region in variant.regions],
        "contract": [{"clause": p.text, "because": p.because or None} for p in variant.contract],
    }


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
    return {"name": repeat.name, "line": repeat.span.line, "doc": repeat.doc, "variants": variants}


def _region(region: Region) -> dict[str, Any]:
    forms = [
        {
            "name": form.name,
            "words": [f"{word.value:#010x}" for word in form.words],
            "masks": [f"{word.mask:#010x}" for word in form.words],
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


def _param(param: Param) -> dict[str, Any]:
    return {
        "kind": param.kind,
        "min": str(param.reach.low),
        "max": str(param.reach.high),
        "align": param.reach.align,
        "rest": _number(param.rest),
        "c_type": param.c_type,
        "pc_bias": param.pc_base if param.pc_relative else None,
        "base": param.base or None,
        "doc": param.doc or None,
    }


def _hole(hole: Hole) -> dict[str, Any]:
    return {
        "param": hole.param,
        "operator": hole.operator,
        "form": hole.form,
        "offset": hole.offset,
        "width": hole.field.width,
        "runs": described_json.runs(hole.field),
        "carry_from": hole.field.carry_from,
        "signed": hole.field.signed,
        "addend": str(hole.field.addend),
    }


def _symbol(symbol: SymbolBits) -> dict[str, Any]:
    return {
        "extern": ", ".join(symbol.value.externs),
        "form": symbol.form,
        "offset": symbol.offset,
        "mask": f"{symbol.field.mask:#010x}",
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
                "value": f"{m.value & m.derived:#010x}",
                "derived": f"{m.derived:#010x}",
                "written": None if m.written is None else f"{m.written:#010x}",
                "accepted": m.accepted,
                "members": m.members,
                "witness": None if m.witness is None else f"{m.witness:#010x}",
                "disassembly": m.disassembly,
            }
            for m in variant.merged
        ]
        variants.append({"when": _when(variant.when), "members": list(variant.members), "merged": merged})
    return {"name": family.name, "variants": variants}
