"""How a call site looks in C: a recogniser for each state, its words as macros, its fields, what may become a nop."""

from __future__ import annotations

from trampgen import isa as isas
from trampgen.emit import c_text
from trampgen.emit.c_params import fetched
from trampgen.emit.c_table import PatternView, pattern, wrapped
from trampgen.isa.base import Isa
from trampgen.model.record import compared
from trampgen.model.spec import Param, Spec, When
from trampgen.model.tables import Callsite, CallsiteVariant, Pattern, State


@compared
class FieldView:
    """A getter: its type, whether it takes an address, and its statements."""

    name: str
    returned: str
    pc_relative: bool
    fetched: tuple[str, ...]


@compared
class StateView:
    """One state: the stem of its functions, its own words as macros, the terms of its comparison, its fields.

    `allowed` are the indices of words that may become a nop in it."""

    name: str
    about: tuple[str, ...]
    words: tuple[PatternView, ...]
    tests: tuple[str, ...]
    fields: tuple[FieldView, ...]
    allowed: tuple[int, ...]


@compared
class SiteView:
    """One variant of a call site; `rules` are the lines that say which words must never become a nop."""

    name: str
    macro: str
    first: str
    last: str
    states: tuple[StateView, ...]
    rules: tuple[str, ...]


def views(spec: Spec, site: Callsite) -> dict[When, SiteView]:
    return {variant.when: _view(spec, site, variant) for variant in site.variants}


def _view(spec: Spec, site: Callsite, variant: CallsiteVariant) -> SiteView:
    indices = [index for index, _ in variant.states[0].words]
    rules = [
        (f"word {rule.index} in {stem(site, rule.state)}", f"because {rule.because}" if rule.because else "")
        for rule in variant.never
    ]
    return SiteView(
        site.name,
        c_text.macro(site.name),
        _literal(min(indices)),
        _literal(max(indices)),
        tuple(_state(site, variant, state) for state in variant.states),
        tuple(wrapped(*(text for rule in rules for text in rule))),
    )


def _literal(index: int) -> str:
    return f"({index})" if index < 0 else str(index)


def stem(site: Callsite, state: str | None) -> str:
    """What the names of a state's functions begin with."""
    return site.name if state is None else f"{site.name}_{state}"


def word_macro(site: Callsite, state: str | None, index: int) -> str:
    """X_WORD_1; a word before the site is X_WORD_M1."""
    number = f"M{-index}" if index < 0 else str(index)
    return f"{c_text.macro(stem(site, state))}_WORD_{number}"


def _state(site: Callsite, variant: CallsiteVariant, state: State) -> StateView:
    isa = isas.load(variant.isa)
    forbidden = {rule.index for rule in variant.never if rule.state == state.name}
    own = state.words if state.name is None else [(i, state.word(i)) for i in state.replaced]
    what = "as it begins" if state.name is None else f"in the state {state.name}"
    return StateView(
        stem(site, state.name),
        tuple(
            wrapped(state.doc if state.name is not None else "", f"Whether these words are a site {what}.")
        ),
        tuple(pattern(word_macro(site, state.name, index), word) for index, word in own),
        tuple(_test(index, word, isa) for index, word in state.words),
        tuple(_field(param, isa) for param in state.params),
        tuple(index for index, _ in state.words if index not in forbidden),
    )


def _read(index: int, isa: Isa) -> str:
    text = f"insns[{index}]"
    return f"{isa.memory}_FROM_MEM({text})" if isa.memory else text


def _test(index: int, word: Pattern, isa: Isa) -> str:
    read = _read(index, isa)
    if word.mask != 0xFFFFFFFF:
        read = f"({read} & {word.mask:#010x})"
    return f"{read} == {word.value:#010x}"


def _field(param: Param, isa: Isa) -> FieldView:
    read = {hole.word: _read(hole.word, isa) for hole in param.groups[0]}
    lines = fetched(param, isa.pointer_bits, read, "ip" if param.pc_relative else None)
    return FieldView(param.name, param.c_type, param.pc_relative, lines)
