"""Which template variant goes into which field of which layout variant: several rules ask."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.model.spec import LayoutField, LayoutVariant, Spec, Template, TemplateVariant


def layout_of(spec: Spec, template: Template, variant: TemplateVariant) -> LayoutVariant | None:
    """The layout variant that a template's variant stands in; None for a template in no layout."""
    if template.layout is None:
        return None
    cases = dict(variant.when)
    variants = spec.layout(template.layout).variants
    return next((v for v in variants if all(cases.get(a) == c for a, c in v.when)), None)


def placements(spec: Spec) -> Iterator[tuple[Template, TemplateVariant, LayoutVariant, LayoutField]]:
    """Every variant of every template that is in a layout, with its field."""
    for template in spec.templates:
        for variant in template.variants:
            layout = layout_of(spec, template, variant)
            if layout is not None:
                field = next(f for f in layout.fields if f.name == template.field)
                yield template, variant, layout, field
