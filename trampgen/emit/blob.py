"""Bytes: a template's code, the whole layout it stands in, or a block of a repeat, in each byte order of the target."""

from __future__ import annotations

from collections.abc import Iterable

from trampgen.emit.summary import open_counts, open_externs
from trampgen.model.memory import ByteOrder, data_to_memory, orders, to_memory
from trampgen.model.spec import LayoutVariant, Spec, Template, TemplateVariant, Word
from trampgen.model.values import Symbolic


def code(variant: TemplateVariant, order: ByteOrder) -> bytes:
    """The code words at rest; symbolic bits are zero."""
    return _bytes(variant.words, variant.isa, order)


def _bytes(words: Iterable[Word], isa: str, order: ByteOrder) -> bytes:
    return b"".join(to_memory(word.value, isa, word.kind, order) for word in words)


def image(spec: Spec, template: Template, variant: TemplateVariant, order: ByteOrder) -> bytes:
    """What a consumer copies: the layout with code, words filled in, data and padding zero; or the bare code."""
    layout = spec.layout_of(template, variant)
    body = code(variant, order)
    return body if layout is None else _entry(layout, template, body, order)


def _entry(layout: LayoutVariant, template: Template, body: bytes, order: ByteOrder) -> bytes:
    out = bytearray(layout.size)
    for field in layout.fields:
        if field.value is not None:
            out[field.offset : field.offset + 4] = data_to_memory(field.value, order)
        elif field.name == template.field:
            out[field.offset : field.offset + len(body)] = body
    return bytes(out)


def blobs(spec: Spec) -> tuple[dict[str, bytes], list[str]]:
    """File name → bytes for every variant that is fully known, and a note for each that is not."""
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for template in spec.templates:
        for variant in template.variants:
            stem = _stem(spec, template.name, variant)
            if variant.symbols:
                notes.append(_missing(stem, open_externs(variant)))
                continue
            for order, suffix in orders(variant.isa):
                files[f"{stem}.{suffix}.bin"] = image(spec, template, variant, order)
    for repeat in spec.repeats:
        for repeated in repeat.variants:
            stem = _stem(spec, repeat.name, repeated.element)
            if isinstance(repeated.count, Symbolic) or repeated.element.symbols:
                notes.append(_missing(stem, open_counts(repeated)))
                continue
            for order, suffix in orders(repeated.element.isa):
                words = repeated.block(repeated.count)
                files[f"{stem}.{suffix}.bin"] = _bytes(words, repeated.element.isa, order)
    return files, notes


def _stem(spec: Spec, name: str, variant: TemplateVariant) -> str:
    return ".".join([spec.name, name, *(case for _, case in variant.when)])


def _missing(stem: str, externs: Iterable[str]) -> str:
    return f"no blob of {stem}: supply {', '.join(f'-D {name}=…' for name in externs)}"
