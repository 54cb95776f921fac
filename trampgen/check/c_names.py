"""Names in the header are made of parts: no two things may come out with one name."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Note, Report
from trampgen.emit.c_text import form_macro, macro, symbol_macro
from trampgen.model.source import Span
from trampgen.model.spec import Family, Layout, Region, Spec, Template, TemplateVariant


def check(spec: Spec, report: Report) -> None:
    """c-name: one macro, function, member or enumerator from two declarations."""
    taken: dict[str, tuple[str, Span]] = {}
    reported: set[tuple[str, str]] = set()
    for name, origin, span in _names(spec):
        first, where = taken.setdefault(name, (origin, span))
        if first != origin and (first, origin) not in reported:
            reported.add((first, origin))
            report.error(
                "c-name",
                span,
                f"{origin} becomes {name} in C, and so does {first}",
                [Note(first, where)],
                "rename one of them",
            )


def _names(spec: Spec) -> Iterator[tuple[str, str, Span]]:
    for extern in spec.externs:
        yield symbol_macro(spec.name, extern.name), f"extern `{extern.name}`", extern.span
    for layout in spec.layouts:
        yield from _of_layout(layout)
    for template in spec.templates:
        yield from _of_template(template)
    for family in spec.families:
        yield from _of_family(family)
    if spec.describes:
        from trampgen.check import c_names_described

        yield from c_names_described.names(spec)


def _of_layout(layout: Layout) -> Iterator[tuple[str, str, Span]]:
    own, origin = macro(layout.name), f"layout `{layout.name}`"
    for suffix in ("SIZE", "ALIGN"):
        yield f"{own}_{suffix}", origin, layout.span
    for field in (f for v in layout.variants for f in v.fields if f.name):
        prefix, origin = f"{own}_{macro(str(field.name))}", f"field `{field.name}` of `{layout.name}`"
        for suffix in {"word": ("", "_OFFSET"), "data": ("_OFFSET", "_SIZE")}.get(field.kind, ("_OFFSET",)):
            yield prefix + suffix, origin, field.span
        yield f"struct {layout.name}.{field.name}", origin, field.span
    for variant in layout.variants:
        for pad in (f for f in variant.fields if f.kind == "pad"):
            yield f"struct {layout.name}.pad_{pad.offset}", f"padding of `{layout.name}`", pad.span
    for function in ("match", "commit"):
        yield f"{layout.name}_{function}", f"layout `{layout.name}`", layout.span


def _of_template(template: Template) -> Iterator[tuple[str, str, Span]]:
    own = macro(template.name)
    of_bytes = bool(template.variants) and template.variants[0].unit == 1
    for suffix in (*(() if of_bytes else ("WORDS",)), "SIZE", "INSNS", "MASKS"):
        yield f"{own}_{suffix}", f"{template.kind} `{template.name}`", template.span
    for function in ("encode", "match", *(["args"] if template.kind == "optprobe" else [])):
        yield f"{template.name}_{function}", f"{template.kind} `{template.name}`", template.span
    if any(variant.replaces for variant in template.variants):
        yield f"{own}_REPLACE_NEEDS_STOP_MACHINE", f"{template.kind} `{template.name}`", template.span
    if any(promise.never for variant in template.variants for promise in variant.contract):
        yield f"{template.name}_placed", f"{template.kind} `{template.name}`", template.span
    for variant in template.variants:
        for region in variant.regions:
            yield from _of_region(region, template, variant)
        for label in variant.labels:
            for suffix in ("OFFSET",) if variant.unit == 1 else ("OFFSET", "IDX"):
                origin = f"label `{label.name}` of `{template.name}`"
                yield f"{own}_{macro(label.name)}_{suffix}", origin, label.span
        for param in variant.params:
            origin = f"param `{param.name}` of `{template.name}`"
            for suffix in ("MIN", "MAX", "ALIGN"):
                yield f"{own}_{macro(param.name)}_{suffix}", origin, param.span
            yield f"{template.name}_get_{param.name}", origin, param.span
            yield f"{template.name}_{param.name}_fits", origin, param.span


def _of_region(
    region: Region, template: Template, variant: TemplateVariant
) -> Iterator[tuple[str, str, Span]]:
    origin = f"region `{region.name}` of `{template.name}`"
    own = f"{macro(template.name)}_{macro(region.name)}"
    yield f"{own}_{'SIZE' if variant.unit == 1 else 'WORDS'}", origin, region.span
    yield f"{own}_FORM_REST", origin, region.span
    yield f"{template.name}_{region.name}_form", origin, region.span
    for form in region.forms:
        origin = f"form `{form.name}` of `{template.name}`"
        yield f"{own}_FORM_{form_macro(region, form)}", origin, form.span
        yield f"{template.name}_{form.name}_{variant.word_name}s", origin, form.span


def _of_family(family: Family) -> Iterator[tuple[str, str, Span]]:
    own = macro(family.name)
    for suffix in ("NONE", "JOINT_FIRST_WORD", "JOINT_FIRST_BYTE", "JOINT_VALUES", "JOINT_MASKS"):
        yield f"{own}_{suffix}", f"family `{family.name}`", family.span
    for function in ("match", *(f"get_{name}" for v in family.variants for name in v.extract)):
        yield f"{family.name}_{function}", f"family `{family.name}`", family.span
    for member in dict.fromkeys(m for v in family.variants for m in v.members):
        yield f"{own}_{macro(member)}", f"member `{member}` of `{family.name}`", family.span
