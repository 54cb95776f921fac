"""The C header: macros, struct views and pure functions over words in RAM. The text is templates/header.h.j2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trampgen.emit import c_text
from trampgen.emit.render import render
from trampgen.fields.arith import decoded, encoded
from trampgen.fields.expr import Var
from trampgen.model.spec import (
    Family,
    FamilyVariant,
    Hole,
    Layout,
    LayoutField,
    LayoutVariant,
    Param,
    Promise,
    Spec,
    SymbolBits,
    Template,
    TemplateVariant,
    Word,
)


@dataclass(frozen=True, slots=True)
class Branch:
    """One arm of an #if chain: the directive that opens it and the view of its variant (None: nothing there)."""

    directive: str | None
    view: object


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
    name: str
    macro: str
    buffer: str
    ip: str | None
    words: tuple[WordView, ...]
    size: int
    params: tuple[ParamView, ...]
    labels: tuple[tuple[str, int, int | None], ...]
    assertions: tuple[tuple[str, str], ...]
    room: str | None
    contract: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayoutView:
    name: str
    macro: str
    size: int
    align: int
    members: tuple[tuple[str, str, str], ...]  # (declaration, name, documentation)
    offsets: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str, str], ...]  # (field, macro, value)
    sizes: tuple[tuple[str, str, int], ...]
    order: tuple[tuple[str, str], ...]  # commit order: (field, "code" | "data" | "word")
    commits: bool


def header(spec: Spec, command: str) -> str:
    """The text of NAME.h; `command` is what regenerates it."""
    guard = f"TRAMP_{c_text.macro(spec.name)}_H"
    used = {e for t in spec.templates for v in t.variants for s in v.symbols for e in s.value.externs}
    externs = [(c_text.symbol_macro(spec.name, e.name), e) for e in spec.externs if e.name in used]
    return render(
        "header.h.j2",
        spec=spec,
        guard=guard,
        command=command,
        enumerators=enumerators,
        externs=externs,
        layouts=[(layout, _chain(spec, layout.axes, _layout_views(layout))) for layout in spec.layouts],
        common=_common,
        templates=[(t, _chain(spec, t.axes, _template_views(spec, t))) for t in spec.templates],
        families=[
            (f, f"{c_text.macro(f.name)}", _chain(spec, f.axes, _family_views(spec, f)))
            for f in spec.families
        ],
    )


def _chain(spec: Spec, axes: Sequence[str], views: dict[tuple[tuple[str, str], ...], object]) -> list[Branch]:
    """#if … #elif … #else over every combination of the axes, so that an earlier case hides a later one."""
    if not axes:
        return [Branch(None, view) for view in views.values()]
    branches: list[Branch] = []
    for when in _combinations(spec, axes):
        guard = c_text.guard_of(when, spec.axes)
        first = not branches
        directive = "#else" if guard is None else f"#{'if' if first else 'elif'} {guard}"
        if first and guard is None:
            directive = "#if 1"
        branches.append(Branch(directive, views.get(when)))
        if guard is None:
            break
    if branches[-1].directive != "#else":
        branches.append(Branch("#else", f'#error "{spec.name}: no case of {", ".join(axes)} holds"'))
    return branches


def _combinations(spec: Spec, axes: Sequence[str]) -> list[tuple[tuple[str, str], ...]]:
    found: list[tuple[tuple[str, str], ...]] = [()]
    for axis in (a for a in spec.axes if a.name in axes):
        found = [(*when, (axis.name, case.name)) for when in found for case in axis.cases]
    return found


def _common(branches: Sequence[Branch]) -> LayoutView | None:
    """The layout view that stands for all branches: the same C but for what macros say; None if they differ."""
    views = [branch.view for branch in branches if isinstance(branch.view, LayoutView)]
    if not views or any(branch.view is None for branch in branches):
        return None
    same = all(
        (v.align, v.members, v.order) == (views[0].align, views[0].members, views[0].order) for v in views
    )
    return views[0] if same else None


# ---- layouts -------------------------------------------------------------------------------------------


def _layout_views(layout: Layout) -> dict[tuple[tuple[str, str], ...], object]:
    return {variant.when: _layout_view(layout, variant) for variant in layout.variants}


def _layout_view(layout: Layout, variant: LayoutVariant) -> LayoutView:
    prefix = c_text.macro(layout.name)
    members: list[tuple[str, str, str]] = []
    end = 0
    for field in variant.fields:
        if field.offset > end:
            members.append(_padding(end, field.offset - end))
        members.append(_member(field))
        end = field.offset + field.size
    if variant.size > end:
        members.append(_padding(end, variant.size - end))
    named = [f for f in variant.fields if f.name is not None]
    order = sorted(named, key=lambda f: f.name == layout.commit_last)
    return LayoutView(
        layout.name,
        prefix,
        variant.size,
        variant.align,
        tuple(members),
        tuple((str(f.name), f.offset) for f in named),
        tuple(
            (str(f.name), f"{prefix}_{c_text.macro(str(f.name))}", f"{f.value:#x}")
            for f in named
            if f.value is not None
        ),
        tuple(
            (str(f.c_type), f"{prefix}_{c_text.macro(str(f.name))}_SIZE", f.size) for f in named if f.c_type
        ),
        tuple((str(f.name), f.kind) for f in order),
        layout.commit_last is not None,
    )


def _member(field: LayoutField) -> tuple[str, str, str]:
    match field.kind:
        case "code":
            return f"u32 {field.name}[{field.size // 4}]", str(field.name), field.doc
        case "word":
            return f"u32 {field.name}", str(field.name), field.doc
        case "data":
            return f"{field.c_type} {field.name}", str(field.name), field.doc
    return _padding(field.offset, field.size)


def _padding(offset: int, size: int) -> tuple[str, str, str]:
    return f"u8 pad_{offset}[{size}]", f"pad_{offset}", ""


# ---- templates -----------------------------------------------------------------------------------------


def _template_views(spec: Spec, template: Template) -> dict[tuple[tuple[str, str], ...], object]:
    return {variant.when: _template_view(spec, template, variant) for variant in template.variants}


def _template_view(spec: Spec, template: Template, variant: TemplateVariant) -> TemplateView:
    taken = {param.name for param in variant.params}
    buffer = _free(template.field or "code", taken)
    ip = _free("ip", taken | {buffer}) if any(param.pc_relative for param in variant.params) else None
    prefix = c_text.macro(template.name)
    return TemplateView(
        template.name,
        prefix,
        buffer,
        ip,
        tuple(_word(spec, variant, index, word, buffer, ip) for index, word in enumerate(variant.words)),
        variant.size,
        tuple(_param(prefix, param, spec.pointer_bits, buffer, ip) for param in variant.params),
        tuple((c_text.macro(label.name), label.offset, label.index) for label in variant.labels),
        tuple(
            _assertion(spec, symbol, variant.words[symbol.word])
            for symbol in variant.symbols
            if not symbol.operator
        ),
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
    symbols = [s for s in variant.symbols if s.word == index]
    symbol_terms = [c_text.symbol_bits(s, c_text.symbolic(s.value, spec.name)) for s in symbols]
    symbol_mask = sum(s.field.mask for s in symbols)
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


def _param(prefix: str, param: Param, pointer_bits: int, buffer: str, ip: str | None) -> ParamView:
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
        c_text.range_test("distance" if param.pc_relative else param.name, param.reach, name),
        c_text.align_test("distance" if param.pc_relative else param.name, param.reach),
        param.pc_relative,
        _fetched(param, group, pointer_bits, buffer, ip),
        distances,
    )


def _fetched(
    param: Param, group: Sequence[Hole], pointer_bits: int, buffer: str, ip: str | None
) -> tuple[str, ...]:
    """The statements that return a param's value."""
    wide = param.reach.high >> 32 or any(hole.field.top_bit > 32 or hole.field.addend for hole in group)
    names: dict[str | int, str] = {h.word: f"{'(u64)' if wide else ''}{buffer}[{h.word}]" for h in group}
    value = decoded([(hole.field, Var(hole.word)) for hole in group], pointer_bits, param.reach.low < 0)
    if not param.pc_relative:
        return tuple(c_text.returning(value, names))
    base = group[0].offset + group[0].pc_base
    distance = c_text.expression(value, names)
    return (f"long distance = {distance};", "", f"return {ip} + {f'{base} + ' if base else ''}distance;")


def promised(promise: Promise) -> list[str]:
    """A clause and, on the next line, its reason."""
    return [promise.text] + ([f"  because {promise.because}"] if promise.because else [])


def _assertion(spec: Spec, symbol: SymbolBits, word: Word) -> tuple[str, str]:
    text = c_text.symbolic(symbol.value, spec.name)
    tests = [f"(s64)({text}) <= {symbol.high:#x}"]
    if symbol.low < 0:
        tests.insert(0, f"(s64)({text}) >= {symbol.low:#x}")
    if symbol.align > 1:
        tests.append(f"({text}) % {symbol.align} == 0")
    return " &&\n\t      ".join(tests), f"{symbol.value.asm} does not fit {word.asm.split()[0]}"


# ---- families ------------------------------------------------------------------------------------------


def _family_views(spec: Spec, family: Family) -> dict[tuple[tuple[str, str], ...], object]:
    return {variant.when: _family_view(spec, family, variant) for variant in family.variants}


def _family_view(spec: Spec, family: Family, variant: FamilyVariant) -> dict[str, object]:
    prefix = c_text.macro(family.name)
    extracts = []
    for name in variant.extract:
        params = [(m, _extracted(spec, m, variant, name)) for m in variant.members]
        present = [(m, p) for m, p in params if p is not None]
        signed = any(p.reach.low < 0 for _, p in present)
        relative = any(p.pc_relative for _, p in present)
        kind = "unsigned long" if relative else "s64" if signed else "u64"
        extracts.append(
            (name, kind, [(m, f"{prefix}_{c_text.macro(m)}", p.pc_relative) for m, p in present], relative)
        )
    return {
        "name": family.name,
        "macro": prefix,
        "members": [(m, c_text.macro(m), f"{prefix}_{c_text.macro(m)}") for m in variant.members],
        "joint": [
            {"word": m.word, "value": f"{m.value & m.derived:#010x}", "mask": f"{m.derived:#010x}"}
            for m in variant.merged
        ],
        "extracts": extracts,
    }


def _extracted(spec: Spec, member: str, variant: FamilyVariant, name: str) -> Param | None:
    cases = dict(variant.when)
    for candidate in spec.template(member).variants:
        if all(cases.get(axis) == case for axis, case in candidate.when):
            return next((p for p in candidate.params if p.name == name), None)
    return None


def enumerators(family: Family) -> list[str]:
    """Every member that some variant has, in source order: the enum is one for all of them."""
    names: dict[str, None] = {}
    for variant in family.variants:
        names |= dict.fromkeys(variant.members)
    return list(names)
