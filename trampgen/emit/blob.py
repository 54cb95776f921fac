"""Bytes: the code of a template, or the whole layout it stands in, in each byte order of the target."""

from __future__ import annotations

from trampgen.emit.summary import open_externs
from trampgen.model.memory import ByteOrder, orders, to_memory
from trampgen.model.spec import LayoutVariant, Spec, Template, TemplateVariant


def code(variant: TemplateVariant, order: ByteOrder) -> bytes:
    """The code words at rest; symbolic bits are zero."""
    return b"".join(to_memory(word.value, variant.isa, word.kind, order) for word in variant.words)


def image(spec: Spec, template: Template, variant: TemplateVariant, order: ByteOrder) -> bytes:
    """What a consumer copies: the layout with code, words filled in, data and padding zero; or the bare code."""
    layout = spec.layout_of(template, variant)
    body = code(variant, order)
    return body if layout is None else _entry(layout, template, body, variant.isa, order)


def _entry(layout: LayoutVariant, template: Template, body: bytes, isa: str, order: ByteOrder) -> bytes:
    out = bytearray(layout.size)
    for field in layout.fields:
        if field.value is not None:
            out[field.offset : field.offset + 4] = to_memory(field.value, isa, "data", order)
        elif field.name == template.field:
            out[field.offset : field.offset + len(body)] = body
    return bytes(out)


def blobs(spec: Spec) -> tuple[dict[str, bytes], list[str]]:
    """File name → bytes for every variant that is fully known, and a note for each that is not."""
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for template in spec.templates:
        for variant in template.variants:
            stem = ".".join([spec.name, template.name, *(case for _, case in variant.when)])
            if variant.symbols:
                missing = ", ".join(f"-D {name}=…" for name in open_externs(variant))
                notes.append(f"no blob of {stem}: supply {missing}")
                continue
            for order, suffix in orders(variant.isa):
                files[f"{stem}.{suffix}.bin"] = image(spec, template, variant, order)
    return files, notes
