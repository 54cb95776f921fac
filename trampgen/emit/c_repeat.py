"""How a repeat looks in C: a struct of two arrays, and the functions of one element as expressions."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen import isa as isas
from trampgen.emit import c_params, c_template, c_text, c_words
from trampgen.emit.c_params import ParamView
from trampgen.emit.c_words import Names, WordView
from trampgen.model.record import compared
from trampgen.model.repeats import MOST_ELEMENTS, Repeat, RepeatVariant
from trampgen.model.spec import Extern, Spec, When
from trampgen.model.values import Symbolic

_LINE = 80  # columns behind `return`


@compared
class RepeatView:
    """One variant of a repeat, as C text; `stores` are (what is assigned to, its value) for each word."""

    name: str
    macro: str
    block: str
    index: str
    count: str
    size: int
    words: tuple[WordView, ...]
    masks: tuple[int, ...]
    members: tuple[str, ...]
    stores: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    params: tuple[ParamView, ...]
    assertions: tuple[tuple[str, str], ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """What the encoder is given to fill in."""
        return tuple(f"{param.argument} {param.name}" for param in self.params)

    @property
    def element(self) -> tuple[str, str]:
        """The arguments that say which element is meant."""
        return f"struct {self.name} *{self.block}", f"size_t {self.index}"


def views(spec: Spec, repeat: Repeat) -> dict[When, RepeatView]:
    return {variant.when: _view(spec, repeat, variant) for variant in repeat.variants}


def _view(spec: Spec, repeat: Repeat, variant: RepeatVariant) -> RepeatView:
    element, prefix = variant.element, c_text.macro(repeat.name)
    own = {param.name for param in element.params}
    block, index = c_text.free("block", own), c_text.free("index", own)
    places = _places(variant, block, index)
    memory = isas.load(element.isa).memory
    names = Names(spec.name, block, None, {name: name for name in own}, memory, places)
    words = c_words.views(element, names)
    return RepeatView(
        repeat.name,
        prefix,
        block,
        index,
        c_text.symbolic(variant.count, spec.name)
        if isinstance(variant.count, Symbolic)
        else str(variant.count),
        element.size,
        tuple(words[: variant.code_words]),
        tuple(word.mask for word in variant.code),
        _members(variant, prefix),
        tuple((place, word.filled) for place, word in zip(places, words, strict=True)),
        tuple(_broken(word.test) for word in words if word.test is not None),
        tuple(c_params.view(prefix, param, element, names, "distance") for param in element.params),
        (*_counted(spec, variant, prefix), *c_template.assertions(spec, element)),
    )


def _broken(test: str) -> str:
    """A comparison, on two lines where one is too long."""
    return test if len(test) <= _LINE else test.replace(" == ", " ==\n\t       ", 1)


def _places(variant: RepeatVariant, block: str, index: str) -> tuple[str, ...]:
    """What a function calls each word of element `index`."""
    at = f"{block}->code[{index}]"
    code = [at] if variant.code_words == 1 else [f"{at}[{word}]" for word in range(variant.code_words)]
    params = [param.name for param in variant.element.params]
    if len(params) == 1:
        return (*code, f"{block}->{params[0]}[{index}]")
    return (*code, *(f"{block}->data[{index}].{name}" for name in params))


def _members(variant: RepeatVariant, prefix: str) -> tuple[str, ...]:
    """The declarations of the two arrays: several data words of an element stand side by side."""
    count = f"[{prefix}_COUNT]"
    code = f"u32 code{count}" + (f"[{variant.code_words}]" if variant.code_words > 1 else "")
    params = [param.name for param in variant.element.params]
    if len(params) == 1:
        return code, f"u32 {params[0]}{count}"
    lines = "".join(f"\t\tu32 {name};\n" for name in params)
    return code, f"struct {{\n{lines}\t}} data{count}"


def _counted(spec: Spec, variant: RepeatVariant, prefix: str) -> list[tuple[str, str]]:
    """That a count which only the C compiler knows is one, and what the spec promises."""
    if not isinstance(variant.count, Symbolic):
        return []
    name = variant.count.asm
    low, high = _promised(spec.extern_of(variant.count))
    test = f"{prefix}_COUNT >= {low} && {prefix}_COUNT <= {high}"
    return [(test, f"{name} is no count: it is between {low} and {high}")]


def _promised(extern: Extern | None) -> tuple[int, int]:
    if extern is None or extern.low is None or extern.high is None:
        return 1, MOST_ELEMENTS
    return extern.low, extern.high


def documented(repeat: Repeat) -> Sequence[str]:
    """What the spec says of the data, as lines of a comment."""
    lines = [f"@{name}: {doc}" for name, doc in repeat.docs if doc]
    return ["", *(part for line in lines for part in c_text.wrapped(line))] if lines else []
