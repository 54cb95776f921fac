"""Call sites: their states, whether these can be told apart, and whether any of them makes a forbidden nop."""

from __future__ import annotations

import itertools
from dataclasses import replace

from trampgen.assemble.words import Assembled
from trampgen.cubes.cube import Cube
from trampgen.derive.params import variant
from trampgen.derive.patterns import Words, cube, pattern
from trampgen.derive.table_order import Disassemble
from trampgen.derive.tables import Targets, reader
from trampgen.diagnostics import Note, Report
from trampgen.expand.described import Drafts, DraftSite
from trampgen.expand.promises import Promised
from trampgen.expand.words import DraftWord
from trampgen.isa.base import Isa
from trampgen.model.source import Span
from trampgen.model.spec import Hole, Param, When, Word
from trampgen.model.tables import Callsite, CallsiteVariant, NeverNop, Pattern, State
from trampgen.syntax import ast_tables as ast


def callsites(drafts: Drafts, assembled: Words, targets: Targets, report: Report) -> list[Callsite]:
    """Every call site in every combination of cases in which it exists."""
    found: list[Callsite] = []
    for declared, axes, own in drafts.callsites:
        variants = tuple(_variant(declared, draft, assembled, targets(draft.when), report) for draft in own)
        found.append(Callsite(declared.name.text, axes, variants, declared.doc, declared.name.span))
    return found


def _variant(
    declared: ast.Callsite,
    draft: DraftSite,
    assembled: Words,
    isa: Isa,
    report: Report,
) -> CallsiteVariant:
    before = len(report.errors)
    words = _patterns(draft.words, assembled, isa, report)
    template = assembled[id(draft.nop)]
    params = _params(words, template, report)
    states = [State(None, tuple(sorted(words.items())), (), params, declared.doc, declared.name.span)]
    for replacement, drafted in draft.states:
        own = _patterns(drafted, assembled, isa, report)
        params = _params(own, template, report)
        merged = tuple(sorted((words | own).items()))
        name = replacement.name
        states.append(State(name.text, merged, tuple(sorted(own)), params, replacement.doc, name.span))
    never = tuple(
        NeverNop(index, rule.state.text if rule.state is not None else None, rule.because, rule.span)
        for index, rule in draft.never
    )
    found = CallsiteVariant(draft.when, isa.name, tuple(states), never, isa.nop_word)
    if len(report.errors) == before:
        _check_states(declared, found, reader(isa), report)
        for rule in never:
            _check_rule(rule, found, reader(isa), report)
    return found


def _patterns(
    drafted: dict[int, DraftWord], assembled: Words, isa: Isa, report: Report
) -> dict[int, Pattern]:
    """Words by index; a field knows its word's index and the offset of that from the site."""
    found: dict[int, Pattern] = {}
    for index, draft in drafted.items():
        word = pattern(draft, assembled, report)
        if word is not None:
            holes = tuple(replace(hole, word=index, offset=isa.unit * index) for hole in word.holes)
            found[index] = replace(word, holes=holes)
    return found


def _params(words: dict[int, Pattern], site: Assembled, report: Report) -> tuple[Param, ...]:
    """The fields of some words, with what can be read from them, as if the words were code."""
    order = sorted(words)
    at = {index: place for place, index in enumerate(order)}
    holes = tuple(replace(hole, word=at[hole.word]) for index in order for hole in words[index].holes)
    places = {hole.param: hole.span for hole in reversed(holes)}
    promised = tuple(
        Promised(name, None, None, None, "", None, "", "", span) for name, span in places.items()
    )
    code = tuple(_as_code(words[index]) for index in order)
    instance = replace(site.instance, params=promised)
    done = variant(replace(site, instance=instance, words=code, holes=holes), report)
    return tuple(replace(p, groups=tuple(_moved(group, order) for group in p.groups)) for p in done.params)


def _as_code(word: Pattern) -> Word:
    return Word(word.value, word.mask, "insn", word.asm, word.span)


def _moved(group: tuple[Hole, ...], order: list[int]) -> tuple[Hole, ...]:
    return tuple(replace(hole, word=order[hole.word]) for hole in group)


def spoken(state: str | None) -> str:
    """A state for people."""
    return "the state that it begins in" if state is None else f"`{state}`"


def _common(one: State, other: State) -> dict[int, Cube] | None:
    """Words that are both states at once; None if some word tells them apart."""
    found: dict[int, Cube] = {}
    for (index, first), (_, second) in zip(one.words, other.words, strict=True):
        both = cube(first).meets(cube(second))
        if both is None:
            return None
        found[index] = both
    return found


def _lines(words: dict[int, Cube], disassemble: Disassemble) -> str:
    return "\n".join(f"word {i}: {c.value:08x}  {disassemble(c.value)}" for i, c in words.items())


def _check_states(
    declared: ast.Callsite, site: CallsiteVariant, disassemble: Disassemble, report: Report
) -> None:
    """states-overlap: words that are two states at once."""
    for one, other in itertools.combinations(site.states, 2):
        words = _common(one, other)
        if words is not None:
            report.error(
                "states-overlap",
                other.span,
                f"{spoken(other.name)} and {spoken(one.name)} can't be told apart",
                [
                    "words that are both of them:\n" + _lines(words, disassemble),
                    Note("the call site" if one.name is None else "the other state", one.span),
                ],
                "replace a word by one that it can't be in the other state",
                site.when,
            )


def _check_rule(rule: NeverNop, site: CallsiteVariant, disassemble: Disassemble, report: Report) -> None:
    """never-nop: a word that is a nop already, or a state that is another one with the nop that it must not get."""
    nop = Cube(0xFFFFFFFF, site.nop)
    kept = next(state for state in site.states if state.name == rule.state)
    if cube(kept.word(rule.index)).holds(site.nop):
        _report_rule(
            rule,
            f"word {rule.index} of {spoken(rule.state)} can be a nop as it is",
            f"{site.nop:08x}  {disassemble(site.nop)} is a word of `{kept.word(rule.index).asm}`",
            kept.word(rule.index).span,
            site.when,
            report,
        )
        return
    words = {index: cube(word) for index, word in kept.words} | {rule.index: nop}
    for state in site.states:
        common = {index: cube(word).meets(words[index]) for index, word in state.words}
        met = {index: both for index, both in common.items() if both is not None}
        if len(met) == len(common):
            what = f"`{state.name}` makes a nop of word {rule.index} in {spoken(rule.state)}"
            if state.name is None:
                what = f"{spoken(rule.state)} makes of a nop what must never be one again"
            witness = "these words come of it:\n" + _lines(met, disassemble)
            _report_rule(rule, what, witness, state.span, site.when, report)


def _report_rule(rule: NeverNop, what: str, witness: str, at: Span, when: When, report: Report) -> None:
    because = [Note(f"because {rule.because}")] if rule.because else []
    help = "replace the other words too, or take the rule back"
    report.error("never-nop", rule.span, what, [witness, *because, Note("here", at)], help, when)
