"""Breakpoints and repeats as the templates that they amount to, so that all code is compared in one way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trampgen.model.repeats import Repeat, RepeatVariant
from trampgen.model.spec import Spec, Template, TemplateVariant, Word
from trampgen.model.tables import Breakpoint, BreakpointVariant


def templates(spec: Spec) -> Iterator[Template]:
    """Everything of a spec that is code, in the order of the kinds."""
    yield from spec.templates
    yield from map(_breakpoint, spec.breakpoints)
    yield from map(_repeat, spec.repeats)


def sized(template: Template, size: int | None) -> Template:
    """A repeat with as many elements as an array of so many bytes has; anything else as it is."""
    if template.kind != "repeat" or size is None:
        return template
    return replace(template, variants=tuple(_grown(one, size) for one in template.variants))


def _breakpoint(one: Breakpoint) -> Template:
    variants = tuple(_word(variant, one) for variant in one.variants)
    return Template(one.name, "breakpoint", None, None, one.axes, variants, one.doc, one.span, one.images)


def _word(variant: BreakpointVariant, one: Breakpoint) -> TemplateVariant:
    bits = 8 * variant.size
    word = Word(variant.word, (1 << bits) - 1, "insn", variant.asm, one.span)
    return TemplateVariant(variant.when, variant.isa, bits, (word,), (), (), (), (), (), unit=variant.size)


def _repeat(one: Repeat) -> Template:
    variants = tuple(_block(variant) for variant in one.variants)
    return Template(one.name, "repeat", None, None, one.axes, variants, one.doc, one.span, one.images)


def _block(variant: RepeatVariant) -> TemplateVariant:
    """The words of all elements, of one where only the C compiler knows how many there are."""
    count = variant.count if isinstance(variant.count, int) else 1
    return replace(variant.element, words=variant.block(count), holes=(), labels=(), params=())


def _grown(one: TemplateVariant, size: int) -> TemplateVariant:
    """The same words, first all code and then all data, as often as they fit."""
    times = max(1, size // one.size)
    code = [word for word in one.words if word.kind != "data"]
    data = [word for word in one.words if word.kind == "data"]
    return replace(one, words=(*code * times, *data * times))
