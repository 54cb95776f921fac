"""How a template looks in C: its words, regions, params, encoder and recogniser as expressions."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

from trampgen import isa as isas
from trampgen.cubes.cube import joint
from trampgen.derive import symbols
from trampgen.derive.overlap import cubes_at
from trampgen.emit import c_params, c_regions, c_text, c_words
from trampgen.emit.c_params import ParamView
from trampgen.emit.c_regions import RegionView
from trampgen.emit.c_words import Names, WordView
from trampgen.model.record import compared
from trampgen.model.spec import (
    Param,
    Promise,
    Replaced,
    Spec,
    SymbolBits,
    Template,
    TemplateVariant,
    When,
    beginning,
)

ARGS = "args"
_LINE = 84  # columns behind the first tab


@compared
class TemplateView:
    """One variant of a template, as C text. `members` are those of the encoder's struct of arguments, if it has one."""

    name: str
    macro: str
    buffer: str
    ip: str | None
    distance: str
    local: tuple[str, ...]  # a counter, the bytes at rest and their masks, where words are bytes
    arguments: tuple[str, ...]
    members: tuple[tuple[str, str], ...]
    words: tuple[WordView, ...]
    masks: tuple[int, ...]
    size: int
    params: tuple[ParamView, ...]
    always: tuple[ParamView, ...]  # those that the encoder needs whatever it is told of alternatives
    regions: tuple[RegionView, ...]
    refusals: tuple[str, ...]  # what bits that are taken over never are
    labels: tuple[tuple[str, int, int | None], ...]
    assertions: tuple[tuple[str, str], ...]
    room: str | None
    replaces: Replaced | None
    contract: tuple[str, ...]
    places: (
        tuple[str, ...] | None
    )  # comparisons that hold where the code may stand; None: nothing is said of that
    is_number: bool  # a site's instruction is not as memory holds it
    unit: int  # bytes of a word

    @property
    def compared(self) -> list[str]:
        """The comparisons of a recogniser: each fixed word, and each region as a whole, in their order."""
        tests: list[str] = []
        for index, word in enumerate(self.words):
            if self.unit == 1 and not word.symbolic and self.region_at(index) is None:
                continue  # bytes are compared by their masks
            if (region := self.region_at(index)) is not None:
                tests.append(f"{self.name}_{region.name}_form({self.buffer}) >= 0")
            elif word.test is not None and not self.in_region(index):
                tests.append(word.test)
        return [*tests, *self.refusals]

    def listed(self, comment: Callable[[str], str]) -> list[str]:
        """The words at rest as lines of a macro, each beside its instruction, or below it where that is too long."""
        lines: list[str] = []
        for group in c_words.by_instruction(self.words):
            last = group[-1] is self.words[-1]
            rest = ", ".join(word.rest for word in group)
            value, end = rest + ("" if last else ","), "" if last else " \\"
            value = c_text.rows(value, _LINE)
            tabs = max((24 if len(group) > 1 or self.unit == 1 else 12) - len(value), 1) // 8
            gap = "\t" * (1 + (tabs if self.unit == 1 else " | " not in rest))
            beside = value + gap + f"/* {comment(group[0].asm)} */{end}"
            if len(beside.expandtabs(8)) <= _LINE:
                lines.append(beside)
            else:
                lines += [f"/* {comment(group[0].asm)} */ \\", value + end]
        return lines

    @property
    def mask_lines(self) -> list[str]:
        """The masks as lines of a macro, those of one instruction on one line."""
        masks = iter(self.masks)
        rows = [
            ", ".join(c_text.word(next(masks), 8 * self.unit) for _ in group)
            for group in c_words.by_instruction(self.words)
        ]
        return [f"{row}, \\" for row in rows[:-1]] + rows[-1:]

    @property
    def type(self) -> str:
        return f"u{8 * self.unit}"

    @property
    def units(self) -> str:
        """What the words are called in names of macros and functions."""
        return "bytes" if self.unit == 1 else "words"

    def stored(self, index: int) -> list[str]:
        """How an encoder writes a word outside of regions; a byte that it has copied from those at rest stays."""
        word = self.words[index]
        if self.unit == 1 and not word.varies:
            return []
        return c_words.stores([word], self.buffer, index)

    def region_at(self, word: int) -> RegionView | None:
        """The region that begins at a word."""
        return next((region for region in self.regions if region.start == word), None)

    def in_region(self, word: int) -> bool:
        return any(region.start <= word < region.start + region.count for region in self.regions)

    def param(self, name: str) -> ParamView:
        return next(param for param in self.params if param.name == name)


def views(spec: Spec, template: Template) -> dict[When, TemplateView]:
    return {variant.when: _view(spec, template, variant) for variant in template.variants}


def _view(spec: Spec, template: Template, variant: TemplateVariant) -> TemplateView:
    names, distance = _names(spec, template, variant)
    prefix = c_text.macro(template.name)
    params = tuple(c_params.view(prefix, param, variant, names, distance) for param in variant.params)
    regions = _regions(prefix, template, variant, names, params)
    members = _members(variant, regions)
    buffer = [f"{names.type} *{names.buffer}", *([f"unsigned long {names.ip}"] if names.ip else [])]
    given = [f"{kind} {name}" for kind, name in members]
    if template.kind == "optprobe":
        given = [f"const struct {template.name}_args *{ARGS}"] if members else []
    optional = {word for r in variant.regions if not r.is_hole for word in range(r.start, r.end)}
    fixed = {hole.param for hole in variant.holes if hole.form is None and hole.word not in optional}
    fixed |= {name for region in regions if region.is_hole for form in region.forms for name in form.params}
    return TemplateView(
        template.name,
        prefix,
        names.buffer,
        names.ip,
        distance,
        _local(members, names),
        (*buffer, *given),
        members if template.kind == "optprobe" else (),
        tuple(c_words.views(variant.patched({}), names)),
        tuple(_masks(variant)),
        variant.size,
        params,
        tuple(param for param in params if param.name in fixed),
        regions,
        tuple(_refusal(param, names) for param in variant.params if param.refused is not None),
        tuple(
            (c_text.macro(label.name), label.offset, label.index if variant.unit > 1 else None)
            for label in variant.labels
        ),
        assertions(spec, variant),
        f"sizeof(((struct {template.layout} *)0)->{template.field})" if template.layout else None,
        variant.replaces,
        tuple(part for promise in variant.contract for line in promised(promise) for part in _broken(line)),
        _places(spec, template, variant, names.ip or "ip"),
        template.kind == "site" and variant.unit > 1,
        variant.unit,
    )


def _refusal(param: Param, names: Names) -> str:
    assert param.refused is not None
    read = names.loaded(param.groups[0][0].word, "insn")
    return f"({read} & {param.refused.mask:#010x}) != {param.refused.value:#010x}"


def _names(spec: Spec, template: Template, variant: TemplateVariant) -> tuple[Names, str]:
    """What the functions of a template call things, and the name for a distance."""
    taken = {param.name for param in variant.params} | {region.name for region in variant.regions}
    buffer = c_text.free(
        template.field or ("insn" if template.kind == "site" else "code"), taken | {"bits", "distance"}
    )
    ip = c_text.free("ip", taken | {buffer}) if any(param.pc_relative for param in variant.params) else None
    by_args = template.kind == "optprobe"
    params = {p.name: f"{ARGS}->{p.name}" if by_args else p.name for p in variant.params}
    # What goes to a site is handed to the function that patches text, which wants numbers.
    memory = None if template.kind == "site" else isas.load(variant.isa).memory
    names = Names(spec.name, buffer, ip, params, memory, word_bits=variant.word_bits)
    return names, c_text.free("distance", taken)


def _local(members: Sequence[tuple[str, str]], names: Names) -> tuple[str, ...]:
    """What functions call their counter, the bytes at rest and the masks."""
    taken = {name for _, name in members} | {names.buffer, names.ip or ""}
    return tuple(c_text.free(name, taken) for name in ("i", "rest", "masks"))


def _regions(
    prefix: str, template: Template, variant: TemplateVariant, names: Names, params: Sequence[ParamView]
) -> tuple[RegionView, ...]:
    fallible = {param.name for param in params if param.fallible}
    choice = f"{ARGS}->" if template.kind == "optprobe" else ""
    return tuple(
        c_regions.view(prefix, region, variant, names, f"{choice}{region.name}", fallible)
        for region in variant.regions
    )


def _members(variant: TemplateVariant, regions: Sequence[RegionView]) -> tuple[tuple[str, str], ...]:
    """Type and name of all that an encoder is given: params, and what to do with alternatives."""
    given = [(c_text.argument_type(param), param.name) for param in variant.params]
    return (*given, *(("int", region.name) for region in regions if not region.is_hole))


def _places(spec: Spec, template: Template, variant: TemplateVariant, ip: str) -> tuple[str, ...] | None:
    """What an address must be, as far as the layout leaves that open."""
    if not any(promise.never for other in template.variants for promise in other.contract):
        return None
    layout = spec.layout_of(template, variant)
    start = next((f.offset for f in layout.fields if f.name == template.field), 0) if layout else 0
    align = layout.align if layout else spec.unit
    tests: dict[str, None] = {}
    for offset, never, _ in variant.nevers():
        away = f"({ip} + {offset})" if offset else ip
        place = f"({away} & {never.modulus - 1:#x})"
        reached = never.open(start + offset, align)
        tests |= {f"{place} != {c_text.hexadecimal(at)}": None for at in reached}
    return tuple(tests)


def _masks(variant: TemplateVariant) -> list[int]:
    """The bits of each word that are the same whatever holes hold and regions are patched to."""
    return [joint(list(forms.values())).mask for forms in cubes_at(variant)]


def _broken(clause: str) -> list[str]:
    """A clause as lines of a comment, none of more than 100 columns."""
    return textwrap.wrap(clause, 94, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def promised(promise: Promise) -> list[str]:
    """A clause and, on the next line, its reason."""
    return [promise.text] + ([f"  because {promise.because}"] if promise.because else [])


def assertions(spec: Spec, variant: TemplateVariant) -> tuple[tuple[str, str], ...]:
    """Each condition once, with the first instruction that it is there for."""
    found: dict[str, str] = {}
    for group in symbols.groups(variant.symbols):
        found.setdefault(*_assertion(spec, group, variant))
    return tuple(found.items())


def _assertion(spec: Spec, group: Sequence[SymbolBits], variant: TemplateVariant) -> tuple[str, str]:
    """The C condition under which a symbolic value fits its bits, and what to say where it does not."""
    text = c_text.symbolic(group[0].value, spec.name)
    fits = symbols.held(group, variant.pointer_bits)
    tests = [f"(u64)({text}) <= {fits.high:#x}ULL"]
    if fits.low < 0:
        tests = [f"(s64)({text}) >= {fits.low:#x}LL", f"(s64)({text}) <= {fits.high:#x}LL"]
    promised = spec.extern_of(group[0].value)
    if promised is not None and promised.low is not None and promised.high is not None:
        kind = "u64" if promised.low >= 0 else "s64"
        low, high = (c_text.literal(limit, kind == "u64") for limit in (promised.low, promised.high))
        tests += [f"({kind})({text}) >= {low}"] if promised.low else []
        tests.append(f"({kind})({text}) <= {high}")
    if fits.align > 1:
        tests.append(f"({text}) % {fits.align} == 0")
    where = beginning(variant.words_of(group[0].form), group[0].word).asm.split()[0]
    return " &&\n\t      ".join(tests), f"{group[0].value.asm} does not fit {where}"
