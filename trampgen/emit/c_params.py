"""Params as C: limits, whether a value fits, and how it is read back."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace

from trampgen.emit import c_text
from trampgen.emit.c_words import Names, distance, page, whole_bytes
from trampgen.fields.arith import decoded
from trampgen.fields.expr import Node, SignExtend, Var
from trampgen.model.field import WORD_BITS
from trampgen.model.record import compared
from trampgen.model.spec import Hole, Param, Template, TemplateVariant


@compared
class ParamView:
    """One param, as C text; `value` is what the encoder calls it, `fetched` is empty where nothing can be read back."""

    name: str
    value: str
    macro: str
    low: str | None
    high: str | None
    align: int
    argument: str
    returned: str
    out_of_range: str | None
    misaligned: str | None
    refused: str | None
    pc_relative: bool
    where: str | None  # in which state of a region the param is there to be read
    fetched: tuple[str, ...]
    distances: tuple[str, ...]
    kind: str  # the C type of a distance
    origin: str | None  # what the limits are counted from, where that is no instruction

    @property
    def fallible(self) -> bool:
        """Whether there are values that do not fit."""
        return bool(self.pc_relative or self.out_of_range or self.misaligned or self.refused)


def view(prefix: str, param: Param, variant: TemplateVariant, names: Names, distance_name: str) -> ParamView:
    """A param of a variant; `prefix` is the template's macro."""
    name = f"{prefix}_{c_text.macro(param.name)}"
    unsigned = param.reach.low >= 0
    checked = distance_name if param.pc_relative else param.name
    is_number = param.kind not in ("insn", "bits")  # those are any word: nothing to check
    own = replace(names, params={param.name: param.name})
    holes = param.distances
    return ParamView(
        param.name,
        names.params[param.name],
        name,
        c_text.literal(param.reach.low, unsigned) if is_number else None,
        c_text.literal(param.reach.high, unsigned) if is_number else None,
        param.reach.align,
        c_text.argument_type(param),
        param.c_type,
        c_text.range_test(checked, param.reach, name)
        if is_number and not _anywhere(param, variant)
        else None,
        c_text.align_test(checked, param.reach) if is_number else None,
        _refused(param),
        param.pc_relative,
        _where(param.groups[0][0], variant),
        _fetched(param, variant, own) if param.kind != "bits" else (),
        tuple(f"(long)({distance(hole, own)})" for hole in holes),
        _distance_type(param),
        page(holes[0], names.ip)[1:-1] if param.page else None,
    )


def _anywhere(param: Param, variant: TemplateVariant) -> bool:
    """Whether a distance is as wide as a pointer: then it reaches everything."""
    width = param.reach.high - param.reach.low + param.reach.align
    return param.pc_relative and width >> variant.pointer_bits > 0


def _distance_type(param: Param) -> str:
    """A long, but where all of its 32 bits could not be compared with the limits."""
    return "long" if param.reach.low > -(1 << 31) and param.reach.high < (1 << 31) - 1 else "s64"


def _where(hole: Hole, variant: TemplateVariant) -> str | None:
    if hole.form is not None:
        return f"where {hole.form} is patched"
    resting = (region.name for region in variant.regions if region.start <= hole.word < region.end)
    return next((f"where {name} rests" for name in resting), None)


def _refused(param: Param) -> str | None:
    if param.refused is None:
        return None
    return f"({param.name} & {param.refused.mask:#010x}) == {param.refused.value:#010x}"


def _fetched(param: Param, variant: TemplateVariant, names: Names) -> tuple[str, ...]:
    group = param.groups[0]
    words = variant.words_of(group[0].form)
    if names.word_bits == 8:
        return _fetched_bytes(param, variant.pointer_bits, names)
    read = {hole.word: names.loaded(hole.word, words[hole.word].kind) for hole in group}
    return fetched(param, variant.pointer_bits, read, names.ip)


def _fetched_bytes(param: Param, pointer_bits: int, names: Names) -> tuple[str, ...]:
    (hole,) = param.groups[0]  # there are no slices of a value where there are bytes
    bits = whole_bytes(hole)
    place = f"{names.buffer}{f' + {hole.word}' if hole.word else ''}"
    text = f"get_unaligned_le{bits}({place})" if bits else f"{names.buffer}[{hole.word}]"
    return fetched(param, pointer_bits, {hole.word: text}, names.ip, bits or 8)


def fetched(
    param: Param, pointer_bits: int, read: Mapping[int, str], ip: str | None, word_bits: int = WORD_BITS
) -> tuple[str, ...]:
    """The statements that return a param's value; `read` has the C text of each word as a number."""
    group = param.groups[0]
    wide = param.reach.high >> 32 or any(hole.field.top_bit > 32 or hole.field.addend for hole in group)
    names: dict[str | int, str] = {word: f"{'(u64)' if wide else ''}{text}" for word, text in read.items()}
    fields = [(hole.field, Var(hole.word)) for hole in group]
    value = decoded(fields, pointer_bits, param.reach.low < 0, word_bits)
    if not param.pc_relative:
        return tuple(c_text.returning(value, names))
    first = next(hole for hole in group if hole.pc_relative)
    if first.page:
        return (*_counted_in_pages(value, names), "", f"return {page(first, ip)} + distance;")
    counted = f"{_distance_type(param)} distance = {c_text.expression(value, names)};"
    base = first.offset + first.pc_base
    before, after = f"{base} + " if base > 0 else "", f" - {-base}" if base < 0 else ""
    return counted, "", f"return {ip} + {before}distance{after};"


def _counted_in_pages(value: Node, names: Mapping[str | int, str]) -> tuple[str, ...]:
    """The distance from a page, in statements that fit a line."""
    assert isinstance(value, SignExtend), "pages are counted in both directions"
    bits = c_text.broken(f"u64 bits = {c_text.expression(value.operand, names)};")
    shift = 64 - value.bits
    lines = [line.removeprefix("\t") for line in bits.split("\n")]
    return (*lines, f"s64 distance = (s64)(bits << {shift}) >> {shift};")


def params_of(template: Template) -> list[str]:
    """What the spec says of a template's params, as lines of its comment; each param once."""
    params: dict[str, Param] = {}
    for param in (p for variant in template.variants for p in variant.params):
        params.setdefault(param.name, param)
    lines: list[str] = []
    for param in params.values():
        if said := param.doc or param.base:
            base = f" ({param.base})" if param.base and param.doc else ""
            lines += textwrap.wrap(f"@{param.name}{base}: {said}", 88, subsequent_indent="    ")
    return ["", *lines] if lines else []
