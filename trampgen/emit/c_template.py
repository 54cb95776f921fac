"""How a template looks in C: its words, encoder, recogniser and extractors as expressions."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from trampgen.derive import symbols
from trampgen.emit import c_text
from trampgen.fields.arith import decoded, encoded
from trampgen.fields.expr import Var
from trampgen.model.spec import Hole, Param, Promise, Spec, SymbolBits, Template, TemplateVariant, When, Word


@dataclass(frozen=True, slots=True)
class WordView:
    """A word as C: its value with symbolic bits, the same with holes filled in, its exact comparison."""

    rest: str
    filled: str
    test: str
    mask: str
    asm: str


@dataclass(frozen=True, slots=True)
class ParamView:
    """One param, as C text."""

    name: str
    macro: str
    low: str
    high: str
    align: int
    argument: str
    returned: str
    out_of_range: str | None
    misaligned: str | None
    pc_relative: bool
    fetched: tuple[str, ...]
    distances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateView:
    """One variant of a template, as C text."""

    name: str
    macro: str
    buffer: str
    ip: str | None
    distance: str
    arguments: tuple[str, ...]
    words: tuple[WordView, ...]
    size: int
    params: tuple[ParamView, ...]
    labels: tuple[tuple[str, int, int | None], ...]
    assertions: tuple[tuple[str, str], ...]
    room: str | None
    contract: tuple[str, ...]


def views(spec: Spec, template: Template) -> dict[When, TemplateView]:
    return {variant.when: _view(spec, template, variant) for variant in template.variants}


def _view(spec: Spec, template: Template, variant: TemplateVariant) -> TemplateView:
    taken = {param.name for param in variant.params}
    buffer = _free(template.field or "code", taken | {"bits", "distance"})
    ip = _free("ip", taken | {buffer}) if any(param.pc_relative for param in variant.params) else None
    distance = _free("distance", taken)
    arguments = [f"u32 *{buffer}", *([f"unsigned long {ip}"] if ip else [])]
    arguments += [f"{c_text.argument_type(param)} {param.name}" for param in variant.params]
    prefix = c_text.macro(template.name)
    return TemplateView(
        template.name,
        prefix,
        buffer,
        ip,
        distance,
        tuple(arguments),
        tuple(_word(spec, variant, index, word, buffer, ip) for index, word in enumerate(variant.words)),
        variant.size,
        tuple(_param(prefix, param, spec.pointer_bits, buffer, ip, distance) for param in variant.params),
        tuple((c_text.macro(label.name), label.offset, label.index) for label in variant.labels),
        tuple(_assertion(spec, group, variant) for group in symbols.groups(variant.symbols)),
        f"sizeof(((struct {template.layout} *)0)->{template.field})" if template.layout else None,
        tuple(line for promise in variant.contract for line in promised(promise)),
    )


def _free(wanted: str, taken: set[str]) -> str:
    """A name for a local that no param has."""
    while wanted in taken:
        wanted += "_"
    return wanted


def _word(
    spec: Spec, variant: TemplateVariant, index: int, word: Word, buffer: str, ip: str | None
) -> WordView:
    own = [s for s in variant.symbols if s.word == index]
    symbol_terms = [c_text.symbol_bits(s, c_text.symbolic(s.value, spec.name)) for s in own]
    symbol_mask = sum(s.field.mask for s in own)
    holes = [h for h in variant.holes if h.word == index]
    unsigned = {param.name for param in variant.params if param.reach.low >= 0}
    rest = " | ".join([f"{word.value:#010x}", *symbol_terms])
    bare = " | ".join([f"{word.value & word.mask:#010x}", *symbol_terms])
    filled = " | ".join([bare, *(_filled(hole, hole.param in unsigned, ip) for hole in holes)])
    mask = word.mask | symbol_mask
    fixed = f"({bare})" if symbol_terms else bare
    read = f"{buffer}[{index}]" if mask == 0xFFFFFFFF else f"({buffer}[{index}] & {mask:#010x})"
    return WordView(rest, filled, f"{read} == {fixed}", f"{word.mask:#010x}", word.asm)


def _filled(hole: Hole, unsigned: bool, ip: str | None) -> str:
    if hole.pc_relative:
        source = f"({_distance(hole, ip)})"
        return f"((u32){c_text.expression(encoded(hole.field, Var('v')), {'v': source})})"
    text = c_text.expression(
        encoded(hole.field, Var("v")), {"v": hole.param if unsigned else f"(u64){hole.param}"}
    )
    return f"(u32)({text})"


def _distance(hole: Hole, ip: str | None) -> str:
    base = hole.offset + hole.pc_base
    return f"{hole.param} - {ip}" + (f" - {base}" if base else "")


def _param(
    prefix: str, param: Param, pointer_bits: int, buffer: str, ip: str | None, distance: str
) -> ParamView:
    name = f"{prefix}_{c_text.macro(param.name)}"
    unsigned = param.reach.low >= 0
    group = param.groups[0]
    distances: tuple[str, ...] = ()
    if param.pc_relative:
        holes = [hole for g in param.groups for hole in g]
        distances = tuple(f"(long)({_distance(hole, ip)})" for hole in holes)
    return ParamView(
        param.name,
        name,
        c_text.literal(param.reach.low, unsigned),
        c_text.literal(param.reach.high, unsigned),
        param.reach.align,
        c_text.argument_type(param),
        param.c_type,
        c_text.range_test(distance if param.pc_relative else param.name, param.reach, name),
        c_text.align_test(distance if param.pc_relative else param.name, param.reach),
        param.pc_relative,
        fetched(param, group, pointer_bits, buffer, ip),
        distances,
    )


def fetched(
    param: Param, group: Sequence[Hole], pointer_bits: int, buffer: str, ip: str | None
) -> tuple[str, ...]:
    """The statements that return a param's value."""
    wide = param.reach.high >> 32 or any(hole.field.top_bit > 32 or hole.field.addend for hole in group)
    names: dict[str | int, str] = {h.word: f"{'(u64)' if wide else ''}{buffer}[{h.word}]" for h in group}
    value = decoded([(hole.field, Var(hole.word)) for hole in group], pointer_bits, param.reach.low < 0)
    if not param.pc_relative:
        return tuple(c_text.returning(value, names))
    base = group[0].offset + group[0].pc_base
    distance = f"long distance = {c_text.expression(value, names)};"
    return distance, "", f"return {ip} + {f'{base} + ' if base else ''}distance;"


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


def promised(promise: Promise) -> list[str]:
    """A clause and, on the next line, its reason."""
    return [promise.text] + ([f"  because {promise.because}"] if promise.because else [])


def _assertion(spec: Spec, group: Sequence[SymbolBits], variant: TemplateVariant) -> tuple[str, str]:
    """The C condition under which a symbolic value fits its bits, and what to say where it does not."""
    text = c_text.symbolic(group[0].value, spec.name)
    text_name = group[0].value.asm
    fits = symbols.held(group, spec.pointer_bits)
    tests = [f"(u64)({text}) <= {fits.high:#x}ULL"]
    if fits.low < 0:
        tests = [f"(s64)({text}) >= {fits.low:#x}LL", f"(s64)({text}) <= {fits.high:#x}LL"]
    promised = next((e for e in spec.externs if e.name == text_name), None)
    if promised is not None and promised.low is not None and promised.high is not None:
        kind = "u64" if promised.low >= 0 else "s64"
        low, high = (c_text.literal(limit, kind == "u64") for limit in (promised.low, promised.high))
        tests += [f"({kind})({text}) >= {low}"] if promised.low else []
        tests.append(f"({kind})({text}) <= {high}")
    if fits.align > 1:
        tests.append(f"({text}) % {fits.align} == 0")
    where = variant.words[group[0].word].asm.split()[0]
    return " &&\n\t      ".join(tests), f"{group[0].value.asm} does not fit {where}"
