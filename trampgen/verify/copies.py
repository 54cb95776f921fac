"""Copies of code for which the spec names no symbol: wherever its pattern is found, and what nearly is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.elf.file import Elf
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.scan.areas import Area, of_elf
from trampgen.scan.match import Near
from trampgen.scan.patterns import Pattern, of_template, order_of
from trampgen.scan.search import Finder
from trampgen.verify.model import Located

_LEAST = 96  # bits that have to agree: fewer are in other code by chance


def unnamed(spec: Spec) -> Iterator[Template]:
    """The templates that can only be found by what they look like."""
    for template in spec.templates:
        if template.kind != "site" and not template.images and any(map(_is_telling, template.variants)):
            yield template


def locate(elfs: Sequence[Elf], variant: TemplateVariant) -> Iterator[Located]:
    """Every place that has a variant's pattern, or nearly has."""
    for elf in elfs:
        if variant.isa in elf.targets and _is_telling(variant):
            finder = Finder(of_template("", "", variant, order_of(elf)))
            for area in of_elf(elf):
                for place in _places(finder, area):
                    if area.holds(variant.isa, place):
                        yield _located(elf, area, place, variant.size)


def _is_telling(variant: TemplateVariant) -> bool:
    return of_template("", "", variant, "little").fixed_bits >= _LEAST


def _places(finder: Finder, area: Area) -> list[int]:
    near = (one.place for one in finder.nearest(area.buffer) if _agreeing(finder.pattern, one) >= _LEAST)
    return sorted({*finder.find(area.buffer), *near})


def _agreeing(pattern: Pattern, near: Near) -> int:
    """The bits that are fixed, and as they should be."""
    mask = bytearray(pattern.mask)
    for part, state in zip(pattern.parts, near.states, strict=True):
        mask[part.start : part.end] = state.mask
    for word in near.wrong:
        mask[word * pattern.unit : (word + 1) * pattern.unit] = bytes(pattern.unit)
    return int.from_bytes(mask, "big").bit_count()


def _located(elf: Elf, area: Area, place: int, size: int) -> Located:
    assert area.section is not None
    symbol = elf.symbols.at(area.section.index, area.section.address + place)
    if symbol is None:
        return Located(elf, area.section, place, size, area.section.name, delta=place)
    delta = area.section.address + place - symbol.value
    return Located(elf, area.section, place, size, symbol.name, delta=delta)
