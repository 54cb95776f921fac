"""Patterns of what a spec describes beside templates: breakpoints, repeats, call sites, joint masks of families."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.record import record
from trampgen.model.spec import Family, FamilyVariant, Spec, When
from trampgen.model.values import Symbolic
from trampgen.scan.patterns import (
    Pattern,
    in_memory,
    merged,
    of_template,
    patterns,
    possible,
    step_of,
)

if TYPE_CHECKING:
    from trampgen.model.repeats import Repeat, RepeatVariant
    from trampgen.model.tables import Breakpoint, BreakpointVariant, Callsite, CallsiteVariant, State
    from trampgen.model.tables import Pattern as Words


@record
class Wanted:
    """What is to be looked for: in code of which targets, in which byte order, for which cases."""

    spec: Spec
    targets: Collection[str]
    order: ByteOrder
    cases: Collection[str] = ()

    def has(self, isa: str, when: When) -> bool:
        return isa in self.targets and possible(self.spec, when, self.cases)


def code_targets(spec: Spec) -> list[str]:
    """The targets that anything in a spec is for, the spec's own first."""
    found = [spec.isa, *(v.isa for template in spec.templates for v in template.variants)]
    found += [v.isa for mark in spec.breakpoints for v in mark.variants]
    found += [v.element.isa for repeat in spec.repeats for v in repeat.variants]
    found += [v.isa for site in spec.callsites for v in site.variants]
    return list(dict.fromkeys(found))


def known(spec: Spec) -> list[str]:
    """The names that can be asked for."""
    things = (spec.templates, spec.breakpoints, spec.repeats, spec.callsites, spec.families)
    return [thing.name for kind in things for thing in kind]


def chosen(wanted: Wanted, names: Collection[str] = ()) -> list[Pattern]:
    """The patterns of everything, or of what is named; call sites and families only if they are.

    The name of a family stands for its members, and for what its joint masks take for one."""
    spec = wanted.spec
    families = [family for family in spec.families if family.name in names]
    members = {name for family in families for variant in family.variants for name in variant.members}
    templates = [n for n in names if n in {t.name for t in spec.templates}] + sorted(members - set(names))
    found: list[Pattern] = []
    if templates or not names:
        found += patterns(spec, wanted.targets, wanted.order, templates, wanted.cases)
    for mark in spec.breakpoints:
        if not names or mark.name in names:
            found += merged(_breakpoints(mark, wanted))
    for repeat in spec.repeats:
        if not names or repeat.name in names:
            found += merged(_repeats(repeat, wanted))
    for site in spec.callsites:
        if site.name in names:
            found += merged(_callsites(site, wanted))
    for family in families:
        found += merged(_joint(family, wanted))
    return found


def _breakpoints(mark: Breakpoint, wanted: Wanted) -> Iterator[Pattern]:
    yield from (_breakpoint(mark.name, v, wanted) for v in mark.variants if wanted.has(v.isa, v.when))


def _breakpoint(name: str, variant: BreakpointVariant, wanted: Wanted) -> Pattern:
    kind = "narrow" if variant.size == 2 else "insn"
    value = to_memory(variant.word, variant.isa, kind, wanted.order)
    mask = b"\xff" * len(value)
    unit = variant.size
    return Pattern(
        name, "breakpoint", variant.isa, wanted.order, unit, step_of(variant.isa), (variant.when,), value, mask
    )  # fmt: skip


def _repeats(repeat: Repeat, wanted: Wanted) -> Iterator[Pattern]:
    for variant in repeat.variants:
        if wanted.has(variant.element.isa, variant.when):
            yield _element(repeat.name, variant, wanted)


def _element(name: str, variant: RepeatVariant, wanted: Wanted) -> Pattern:
    """The code of one element. Its data follows that of all elements, a word for a word."""
    code = variant.element
    value, mask = in_memory(variant.code, code.isa, wanted.order)
    away = None
    if not isinstance(variant.count, Symbolic):
        away = code.unit * variant.code_words * (variant.count - 1)
    return Pattern(
        name,
        "repeat",
        code.isa,
        wanted.order,
        code.unit,
        4,  # its loads count from a multiple of that
        (variant.when,),
        value,
        mask,
        code=code,
        params=code.params,
        symbols=code.symbols,
        away=away,
    )


def _callsites(site: Callsite, wanted: Wanted) -> Iterator[Pattern]:
    for variant in site.variants:
        if wanted.has(variant.isa, variant.when):
            yield from (_state(site.name, variant, state, wanted) for state in variant.states)


def _state(name: str, variant: CallsiteVariant, state: State, wanted: Wanted) -> Pattern:
    """A site in one state. Fields of words that the state leaves alone are those of the state it begins in."""
    begins = variant.states[0]
    kept = [p for p in begins.params if not any(h.word in state.replaced for g in p.groups for h in g)]
    params = (*state.params, *kept) if state is not begins else begins.params
    first = min(index for index, _ in state.words)
    last = max(index for index, _ in state.words)
    words: dict[int, Words] = dict(state.words)
    value, mask = bytearray(), bytearray()
    for index in range(min(first, 0), last + 1):
        word = words.get(index)
        value += to_memory(word.value if word else 0, variant.isa, "insn", wanted.order)
        mask += to_memory(word.mask if word else 0, variant.isa, "insn", wanted.order)
    return Pattern(
        name,
        "callsite",
        variant.isa,
        wanted.order,
        4,
        step_of(variant.isa),
        (variant.when,),
        bytes(value),
        bytes(mask),
        params=params,
        origin=-4 * min(first, 0),
        state=state.name or "",
    )


def _joint(family: Family, wanted: Wanted) -> Iterator[Pattern]:
    for variant in family.variants:
        code = [
            (template.name, template.kind, own)
            for template in wanted.spec.templates
            for own in template.variants
            if template.name in variant.members
            and set(own.when) <= set(variant.when)
            and wanted.has(own.isa, variant.when)
        ]
        if code and variant.merged:
            members = tuple(of_template(*one, wanted.order) for one in code)
            yield _mask(family.name, variant, members, wanted)


def _mask(name: str, variant: FamilyVariant, members: tuple[Pattern, ...], wanted: Wanted) -> Pattern:
    """What a joint mask lets through, from the first word of the members on."""
    like = members[0]
    words = {merge.word: merge for merge in variant.merged}
    value, mask = bytearray(), bytearray()
    for index in range(max(words) + 1):
        merge = words.get(index)
        ones = 0 if merge is None else merge.derived if merge.written is None else merge.written
        fixed = merge.value & ones if merge else 0
        value += to_memory(fixed, like.isa, "insn", wanted.order)
        mask += to_memory(ones, like.isa, "insn", wanted.order)
    return Pattern(
        name, "family", like.isa, wanted.order, like.unit, like.step, (variant.when,), bytes(value), bytes(mask),
        members=members,
    )  # fmt: skip
