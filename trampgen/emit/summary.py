"""What a build prints: templates, variants, words, each hole's exact range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from trampgen.derive.params import show
from trampgen.diagnostics.text import count
from trampgen.model.spec import Family, Param, Spec, Template, TemplateVariant
from trampgen.model.values import Symbolic

if TYPE_CHECKING:
    from trampgen.model.repeats import Repeat, RepeatVariant


def summary(spec: Spec, notes: list[str]) -> str:
    """A few lines for each template, the families' masks, and notes."""
    things = _described(spec, "counts")
    if spec.templates or not things:
        things = [count(len(spec.templates), "template"), *things]
    code = [variant.isa for t in spec.templates for variant in t.variants]
    code += [variant.element.isa for repeat in spec.repeats for variant in repeat.variants]
    targets = dict.fromkeys(code) or [spec.isa]
    named = f"target{'s' * (len(targets) > 1)} {', '.join(targets)}"
    lines = [f"{spec.path}: {named}, {', '.join(things)}"]
    for template in spec.templates:
        lines += _template(template)
    for family in spec.families:
        lines += _family(family)
    lines += _described(spec, "summary")
    for repeat in spec.repeats:
        lines += _repeat(repeat)
    lines += [f"  note: {note}" for note in notes]
    return "\n".join(lines) + "\n"


def _described(spec: Spec, what: Literal["counts", "summary"]) -> list[str]:
    if not spec.describes:
        return []
    from trampgen.emit import described

    return described.counts(spec) if what == "counts" else described.summary(spec)


def _template(template: Template) -> list[str]:
    lines = [f"  {template.name}: {count(len(template.variants), 'variant')}"]
    for variant in template.variants:
        name = ", ".join(case for _, case in variant.when) or "every build"
        symbols = open_externs(variant)
        open_words = f", {', '.join(symbols)} left to the C compiler" if symbols else ""
        lines.append(f"    {name}: {count(len(variant.words), variant.word_name)}{open_words}")
        for param in variant.params:
            holes = [hole for group in param.groups for hole in group]
            places = [f"{variant.word_name} {h.word}{f' @{h.operator}' if h.operator else ''}" for h in holes]
            where = ", ".join(dict.fromkeys(places))  # forms of a region have it in the same place
            lines.append(f"      {param.name} ({where}): {show(param.reach)}{_of_page(param)}")
    return lines


def _of_page(param: Param) -> str:
    return counted(param) if param.page else ""


def counted(param: Param) -> str:
    """What the reach of an address is counted from, in words."""
    if not param.pc_relative:
        return ""
    return ", from the start of the instruction's page" if param.page else ", from the instruction"


def _repeat(repeat: Repeat) -> list[str]:
    lines = [f"  {repeat.name}: repeat"]
    for variant in repeat.variants:
        cases = ", ".join(case for _, case in variant.when) or "every build"
        size = f"{count(variant.code_words, 'word')} of code, {len(variant.data)} of data each"
        lines.append(f"    {cases}: {elements(variant)}, {size}")
    return lines


def elements(variant: RepeatVariant) -> str:
    """How many there are, in words."""
    if isinstance(variant.count, Symbolic):
        return f"{variant.count.asm} elements (left to the C compiler)"
    return count(variant.count, "element")


def open_externs(variant: TemplateVariant) -> list[str]:
    """What the C compiler has to know; of a struct's members the name is enough: pt_regs.*"""
    return _short(e for s in variant.symbols for e in s.value.externs)


def open_counts(variant: RepeatVariant) -> list[str]:
    """What the C compiler has to know of a repeat: its count, and what is open in an element."""
    counted = variant.count.externs if isinstance(variant.count, Symbolic) else ()
    return _short((*counted, *open_externs(variant.element)))


def _short(externs: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(re.sub(r"[.\[].*", ".*", extern) for extern in externs))


def _family(family: Family) -> list[str]:
    lines = [
        f"  {family.name}: family of {', '.join(dict.fromkeys(m for v in family.variants for m in v.members))}"
    ]
    for variant in family.variants:
        if variant.merged:
            masks = " ".join(f"{m.derived:0{m.bits // 4}x}" for m in variant.merged)
            cases = ", ".join(case for _, case in variant.when)
            lines.append(f"    {cases or 'every build'}: joint masks {masks}")
    return lines
