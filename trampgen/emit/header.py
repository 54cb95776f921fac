"""The C header: an #if chain over the variants of each thing. The text is in templates/header.h.j2."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from trampgen import isa as isas
from trampgen.emit import c_family, c_layout, c_params, c_template, c_text
from trampgen.emit.c_layout import LayoutView
from trampgen.emit.render import comment, render
from trampgen.model.field import C_INTEGERS
from trampgen.model.record import compared
from trampgen.model.spec import Spec, TemplateVariant, When
from trampgen.model.values import Symbolic, one_word


@compared
class Branch:
    """One arm of an #if chain: the directive that opens it and the view of its variant (None: nothing there)."""

    directive: str | None
    view: object


def header(spec: Spec, command: str) -> str:
    """The text of NAME.h; `command` is what regenerates it."""
    guard = f"TRAMP_{c_text.macro(spec.name)}_H"
    repeated = [variant for repeat in spec.repeats for variant in repeat.variants]
    code = [*(v for t in spec.templates for v in t.variants), *(v.element for v in repeated)]
    code += [form.code for slot in spec.slots for v in slot.variants for form in v.forms]
    symbols = [symbol.value for variant in code for symbol in variant.symbols]
    symbols += [v.count for v in repeated if isinstance(v.count, Symbolic)]
    used = {extern for symbol in symbols for extern in symbol.externs}
    externs = [(c_text.symbol_macro(spec.name, e.name), e) for e in spec.externs if e.name in used]
    supplied = [extern for extern in spec.externs if extern.value is not None]
    return render(
        "header.h.j2",
        spec=spec,
        guard=guard,
        command=command,
        supplied=supplied,
        needs=_needs(
            spec,
            [e.struct or e.c for _, e in externs]
            + [f"{e.struct or e.c} (in the kernel)" for e in supplied]
            + [v.page for slot in spec.slots for v in slot.variants if isinstance(v.page, str)],
        ),
        prototype=c_text.prototype,
        memory={isas.load(name).memory for name in _in_memory(spec, code)},
        unaligned=any(v.unit == 1 and v.holes for v in code),
        broken=c_text.broken,
        wrapped=c_text.wrapped,
        one_word=one_word,
        comment=comment,
        params_of=c_params.params_of,
        enumerators=c_family.enumerators,
        externs=externs,
        layouts=[(layout, _chain(spec, layout.axes, c_layout.views(layout))) for layout in spec.layouts],
        common=_common,
        templates=[(t, _short(spec, t.axes, c_template.views(spec, t))) for t in spec.templates],
        families=[
            (f, f"{c_text.macro(f.name)}", _chain(spec, f.axes, c_family.views(spec, f)))
            for f in spec.families
        ],
        **_described(spec),
    )


def _described(spec: Spec) -> dict[str, object]:
    """What the templates for tables, bitmaps and their like are given; nothing without any."""
    if not spec.describes:
        return {"describes": False}
    from trampgen.emit import bitmaps, c_callsite, c_repeat, c_slot, c_table

    return {
        "describes": True,
        "tables": [(t, _short(spec, t.axes, c_table.views(t))) for t in spec.tables],
        "breakpoints": [(b, _short(spec, b.axes, c_table.words(b))) for b in spec.breakpoints],
        "slots": [(s, _short(spec, s.axes, c_slot.views(spec, s))) for s in spec.slots],
        "repeats": [(r, _chain(spec, r.axes, c_repeat.views(spec, r))) for r in spec.repeats],
        "data_of": c_repeat.documented,
        "callsites": [(s, _short(spec, s.axes, c_callsite.views(spec, s))) for s in spec.callsites],
        "bitmaps": [(b, _short(spec, b.axes, bitmaps.views(b))) for b in spec.bitmaps],
        "comparisons": [(c, bitmaps.told(c)) for c in spec.comparisons],
        **_rewrites(spec),
    }


def _rewrites(spec: Spec) -> dict[str, object]:
    if not spec.rewrites:
        return {"rewrites": []}
    from trampgen.emit import c_rewrite

    return {
        "decoder": _short(spec, *c_rewrite.decoders(spec)),
        "rewrites": [(r, _short(spec, r.axes, c_rewrite.rules(spec, r))) for r in spec.rewrites],
    }


def _in_memory(spec: Spec, code: Sequence[TemplateVariant]) -> list[str]:
    """The instruction sets of what is written to memory."""
    return [v.isa for v in code] + [v.isa for slot in spec.slots for v in slot.variants]


def _needs(spec: Spec, c_texts: Sequence[str]) -> list[str]:
    """What the including file must have declared: types of data fields, and what externs are made of."""
    types = [f.c_type for layout in spec.layouts for v in layout.variants for f in v.fields if f.c_type]
    return [need for need in dict.fromkeys([*types, *c_texts]) if need not in C_INTEGERS]


def _chain(spec: Spec, axes: Sequence[str], views: Mapping[When, object]) -> list[Branch]:
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
        branches.append(Branch(directive, _impossible(spec, when) or views.get(when)))
        if guard is None:
            break
    if branches[-1].directive != "#else":
        branches.append(Branch("#else", f'#error "{spec.name}: no case of {", ".join(axes)} holds"'))
    return branches


def _short(spec: Spec, axes: Sequence[str], views: Mapping[When, object]) -> list[Branch]:
    """The chain, or its one arm where all that a build can have are the same."""
    branches = _chain(spec, axes, views)
    possible = [branch.view for branch in branches if not isinstance(branch.view, str)]
    same = possible[0] is not None and all(view == possible[0] for view in possible)
    return [Branch(None, possible[0])] if same else branches


def _impossible(spec: Spec, when: When) -> str | None:
    """The #error for a combination that no build should have."""
    cases = {case for _, case in when}
    wrong = next((one for one in spec.impossible if cases.issuperset(one)), None)
    return f'#error "{spec.name}: {" and ".join(wrong)} can not hold together"' if wrong else None


def _combinations(spec: Spec, axes: Sequence[str]) -> list[When]:
    cases = [[(axis.name, case.name) for case in axis.cases] for axis in spec.axes if axis.name in axes]
    return list(itertools.product(*cases))


def _common(branches: Sequence[Branch]) -> LayoutView | None:
    """The layout view that stands for all branches: the same C but for what macros say; None if they differ."""
    views = [branch.view for branch in branches if isinstance(branch.view, LayoutView)]
    if not views or any(branch.view is None for branch in branches):
        return None
    same = all(
        (v.align, v.members, v.order) == (views[0].align, views[0].members, views[0].order) for v in views
    )
    return views[0] if same else None
