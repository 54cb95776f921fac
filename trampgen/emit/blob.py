"""Bytes: the code of a template, or the whole layout it stands in, in either byte order."""

from __future__ import annotations

from typing import Literal

from trampgen.emit.summary import open_externs
from trampgen.model.spec import LayoutVariant, Spec, Template, TemplateVariant

ByteOrder = Literal["little", "big"]
ORDERS: tuple[tuple[ByteOrder, str], ...] = (("little", "le"), ("big", "be"))


def code(variant: TemplateVariant, order: ByteOrder) -> bytes:
    """The code words at rest; symbolic bits are zero."""
    return b"".join(word.value.to_bytes(4, order) for word in variant.words)


def image(spec: Spec, template: Template, variant: TemplateVariant, order: ByteOrder) -> bytes:
    """What a consumer copies: the layout with code, words filled in, data and padding zero; or the bare code."""
    layout = spec.layout_of(template, variant)
    return code(variant, order) if layout is None else _entry(layout, template, code(variant, order), order)


def _entry(layout: LayoutVariant, template: Template, body: bytes, order: ByteOrder) -> bytes:
    out = bytearray(layout.size)
    for field in layout.fields:
        if field.value is not None:
            out[field.offset : field.offset + 4] = field.value.to_bytes(4, order)
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
            for order, suffix in ORDERS:
                files[f"{stem}.{suffix}.bin"] = image(spec, template, variant, order)
    return files, notes
