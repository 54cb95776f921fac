"""How a family looks in C: which member, joint masks, and extractors over all members."""

from __future__ import annotations

from trampgen.emit import c_text
from trampgen.model.spec import Family, FamilyVariant, Param, Spec, When, seen_from


def views(spec: Spec, family: Family) -> dict[When, dict[str, object]]:
    return {variant.when: _view(spec, family, variant) for variant in family.variants}


def _view(spec: Spec, family: Family, variant: FamilyVariant) -> dict[str, object]:
    prefix = c_text.macro(family.name)
    extracts = []
    for name in variant.extract:
        params = [(m, _extracted(spec, m, variant, name)) for m in variant.members]
        present = [(m, p) for m, p in params if p is not None]
        signed = any(p.reach.low < 0 for _, p in present)
        relative = any(p.pc_relative for _, p in present)
        kind = "unsigned long" if relative else "s64" if signed else "u64"
        extracts.append(
            (name, kind, [(m, f"{prefix}_{c_text.macro(m)}", p.pc_relative) for m, p in present], relative)
        )
    return {
        "name": family.name,
        "macro": prefix,
        "members": [(m, c_text.macro(m), f"{prefix}_{c_text.macro(m)}") for m in variant.members],
        "joint": [
            {
                "word": m.word,
                "value": c_text.word(m.value & m.derived, m.bits),
                "mask": c_text.word(m.derived, m.bits),
            }
            for m in variant.merged
        ],
        "unit": _unit(spec, variant),
        "extracts": extracts,
    }


def _unit(spec: Spec, variant: FamilyVariant) -> int:
    """Bytes of a word of the members, which are for one target."""
    seen = seen_from(spec.template(variant.members[0]).variants, variant.when)
    return spec.unit if seen is None else seen.unit


def _extracted(spec: Spec, member: str, variant: FamilyVariant, name: str) -> Param | None:
    seen = seen_from(spec.template(member).variants, variant.when)
    return next((p for p in seen.params if p.name == name), None) if seen else None


def enumerators(family: Family) -> list[str]:
    """Every member that some variant has, in source order: the enum is one for all of them."""
    names: dict[str, None] = {}
    for variant in family.variants:
        names |= dict.fromkeys(variant.members)
    return list(names)
