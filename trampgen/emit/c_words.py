"""Words as C: what rests there, what an encoder writes, how a recogniser compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trampgen.emit import c_text
from trampgen.fields.arith import encoded
from trampgen.fields.expr import Var
from trampgen.model.field import ALL_BITS, WORD_BITS
from trampgen.model.record import compared
from trampgen.model.spec import Hole, SymbolBits, TemplateVariant, Word


@compared
class Names:
    """What a function calls its words, the address at which they will run, and each param.

    `memory` begins the names of the macros that turn instructions into what memory holds and back; None where
    that is the same. `places` are the words where they are not in one array."""

    spec: str
    buffer: str
    ip: str | None
    params: Mapping[str, str]
    memory: str | None = None
    places: Sequence[str] = ()

    def loaded(self, index: int, kind: str, first: int = 0) -> str:
        """A word as a number, as it is read from RAM."""
        text = self.places[index] if self.places else f"{self.buffer}[{index - first}]"
        return text if kind == "data" or self.memory is None else f"{self.memory}_FROM_MEM({text})"

    def stored(self, value: str, kind: str) -> str:
        """A number as it is written to RAM."""
        return value if kind == "data" or self.memory is None else f"{self.memory}_TO_MEM({value})"


@compared
class WordView:
    """A word as C: at rest as a number, filled in as RAM holds it, its exact comparison (None: nothing is fixed)."""

    rest: str
    filled: str
    test: str | None
    asm: str


def views(variant: TemplateVariant, names: Names) -> list[WordView]:
    """Every word of code without regions: at rest, or with all of them patched."""
    unsigned = {param.name for param in variant.params if param.reach.low >= 0}
    symbols: dict[int, list[SymbolBits]] = {}
    for symbol in variant.symbols:
        symbols.setdefault(symbol.word, []).append(symbol)
    holes: dict[int, list[Hole]] = {}
    for hole in variant.holes:
        holes.setdefault(hole.word, []).append(hole)
    return [
        _view(index, word, symbols.get(index, []), holes.get(index, []), unsigned, names)
        for index, word in enumerate(variant.words)
    ]


def _view(
    index: int,
    word: Word,
    symbols: Sequence[SymbolBits],
    holes: Sequence[Hole],
    unsigned: set[str],
    names: Names,
) -> WordView:
    terms = [c_text.symbol_bits(s, c_text.symbolic(s.value, names.spec)) for s in symbols]
    known = f"{word.value & word.mask:#010x}"
    bare = " | ".join([known, *terms])
    filled = [_filled(hole, hole.param in unsigned, names) for hole in holes]
    is_all_param = not word.mask and not terms
    whole = " | ".join(filled if is_all_param else [bare, *filled])
    return WordView(
        " | ".join([f"{word.value:#010x}", *terms]),
        names.stored(whole, word.kind),
        _test(names.loaded(index, word.kind), word.mask | sum(s.field.mask for s in symbols), bare),
        word.asm,
    )


def _test(read: str, mask: int, fixed: str) -> str | None:
    if not mask:
        return None
    fixed = f"({fixed})" if " " in fixed else fixed
    return f"{read} == {fixed}" if mask == ALL_BITS else f"({read} & {mask:#010x}) == {fixed}"


def _filled(hole: Hole, unsigned: bool, names: Names) -> str:
    if hole.pc_relative:
        source = f"({distance(hole, names)})"
        return f"((u32){c_text.expression(encoded(hole.field, Var('v')), {'v': source})})"
    value = names.params[hole.param]
    if hole.field.width == WORD_BITS:
        return f"(u32){value}"
    text = c_text.expression(encoded(hole.field, Var("v")), {"v": value if unsigned else f"(u64){value}"})
    return f"(u32)({text})"


def distance(hole: Hole, names: Names) -> str:
    """What a PC-relative hole holds, as C."""
    value, base = names.params[hole.param], hole.offset + hole.pc_base
    if hole.page:
        return f"{value} - {page(hole, names.ip)}"
    return f"{value} - {names.ip}" + (f" - {base}" if base else "")


def page(hole: Hole, ip: str | None) -> str:
    """Where the page of an instruction begins, as C."""
    base = hole.offset + hole.pc_base
    return f"({f'({ip} + {base})' if base else ip} & ~{hole.page - 1:#x}UL)"
