"""Labels held against symbols: each must stand as far from the first byte as in the template."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trampgen.diagnostics import Note
from trampgen.model.source import Span
from trampgen.model.spec import Template, TemplateVariant
from trampgen.verify.model import Difference, Located


def compare(template: Template, variant: TemplateVariant, located: Located) -> Iterator[Difference]:
    """Every symbol of the template's labels that is not where its label is."""
    for label, symbol, offset, span in offsets(template, variant):
        places = found(located, symbol)
        if places and offset not in places:
            message = f"`{label}` is at {offset:#x} of `{template.name}`, and at {places[0]:#x} in {located.elf.name}"
            note = Note(f"its symbol is {symbol}, that of the first byte at {located.at()}")
            yield Difference("label-differs", message, span, partial(iter, (note,)), 8)


def known(template: Template, variant: TemplateVariant, located: Located) -> int:
    """How many labels have a symbol in the file."""
    return sum(bool(found(located, symbol)) for _, symbol, _, _ in offsets(template, variant))


def offsets(template: Template, variant: TemplateVariant) -> Iterator[tuple[str, str, int, Span]]:
    """Labels and regions, the symbol of each and its offset in bytes; TEMPLATE_LABEL unless the spec says another."""
    given = {one.label: one.symbol for one in template.label_symbols}
    places = {label.name: (label.offset, label.span) for label in variant.labels}
    for region in variant.regions:
        places.setdefault(region.name, (region.start * variant.unit, region.span))
    for name, (offset, span) in places.items():
        yield name, given.get(name, f"{template.name}_{name}"), offset, span


def found(located: Located, symbol: str) -> list[int]:
    """The offsets of a symbol from the template's first byte; empty where it is not in that section."""
    base = located.section.address + located.offset
    return [
        one.value - base for one in located.elf.symbols.named(symbol) if one.section == located.section.index
    ]
