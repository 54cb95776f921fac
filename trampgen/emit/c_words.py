"""Words as C: what rests there, what an encoder writes, how a recogniser compares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trampgen.emit import c_text
from trampgen.fields.arith import encoded
from trampgen.fields.expr import Var
from trampgen.model.record import compared
from trampgen.model.spec import Hole, SymbolBits, TemplateVariant, Word, in_words


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
    word_bits: int = 32
    moved: tuple[int, str] | None = None  # from this word on everything stands further, by so many bytes

    @property
    def type(self) -> str:
        """The C type of a word."""
        return f"u{self.word_bits}"

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
    varies: bool = True  # whether what is written is another number than what rests there
    put: str | None = None  # of bytes: the value that is written from this one on
    put_bits: int = 0
    held: bool = False  # written with an earlier byte
    symbolic: bool = False
    kind: str = "insn"


def views(variant: TemplateVariant, names: Names) -> list[WordView]:
    """Every word of code without regions: at rest, or with all of them patched."""
    unsigned = {param.name for param in variant.params if param.reach.low >= 0}
    symbols = in_words(variant.symbols, names.word_bits)
    holes = in_words(variant.holes, names.word_bits)
    found = [
        _view(index, word, symbols.get(index, []), holes.get(index, []), unsigned, names)
        for index, word in enumerate(variant.words)
    ]
    for hole in variant.holes if names.word_bits == 8 else ():
        _put(hole, names, found)
    return found


def by_instruction(words: Sequence[WordView]) -> list[list[WordView]]:
    """The words of each instruction."""
    groups: list[list[WordView]] = []
    for word in words:
        if word.kind == "more":
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def whole_bytes(hole: Hole) -> int:
    """The bits of a hole that is a little-endian number of two, four or eight bytes; 0 of any other."""
    (run, *others) = hole.field.runs
    return run.count if not others and not run.insn_bit and run.count in (16, 32, 64) else 0


def _put(hole: Hole, names: Names, words: list[WordView]) -> None:
    """A number of several bytes is written at once."""
    bits = whole_bytes(hole)
    if not bits:
        return
    value = f"({distance(hole, names)})" if hole.pc_relative else names.params[hole.param]
    text = c_text.expression(encoded(hole.field, Var("v"), bits), {"v": value})
    text = f"({text})" if hole.field.addend else text
    words[hole.word] = replace(
        words[hole.word], put=text if bits == 64 else f"(u{bits}){text}", put_bits=bits
    )
    for index in range(hole.word + 1, hole.word + bits // 8):
        words[index] = replace(words[index], held=True)


def stores(words: Sequence[WordView], buffer: str, first: int | str = 0) -> list[str]:
    """The statements that write words to a buffer, from an index on."""
    found = []
    for number, word in enumerate(words):
        index = first + number if isinstance(first, int) else f"{first} + {number}" if number else first
        if word.put is not None:
            found.append(
                f"put_unaligned_le{word.put_bits}({word.put}, {buffer}{f' + {index}' if index else ''});"
            )
        elif not word.held:
            found.append(f"{buffer}[{index}] = {word.filled};")
    return found


def _view(
    index: int,
    word: Word,
    symbols: Sequence[SymbolBits],
    holes: Sequence[Hole],
    unsigned: set[str],
    names: Names,
) -> WordView:
    terms = [c_text.symbol_bits(s, c_text.symbolic(s.value, names.spec)) for s in symbols]
    bare = _joined(word.value & word.mask, terms, names.word_bits)
    filled = [_filled(hole, hole.param in unsigned, names) for hole in holes]
    is_all_param = not word.mask and not terms
    whole = " | ".join(filled if is_all_param else [bare, *filled])
    return WordView(
        _joined(word.value, terms, names.word_bits),
        names.stored(whole, word.kind),
        _test(
            names.loaded(index, word.kind),
            word.mask | sum(s.field.mask for s in symbols),
            bare,
            names.word_bits,
        ),
        word.asm,
        bool(filled),
        symbolic=bool(terms),
        kind=word.kind,
    )


def _joined(known: int, terms: Sequence[str], word_bits: int) -> str:
    """What is known of a word and its symbolic bits; a byte is often nothing but those."""
    if terms and not known and word_bits == 8:
        return " | ".join(terms)
    return " | ".join([c_text.word(known, word_bits), *terms])


def _test(read: str, mask: int, fixed: str, word_bits: int) -> str | None:
    if not mask:
        return None
    fixed = f"({fixed})" if " | " in fixed else fixed
    if mask == (1 << word_bits) - 1:
        return f"{read} == {fixed}"
    return f"({read} & {c_text.word(mask, word_bits)}) == {fixed}"


def _filled(hole: Hole, unsigned: bool, names: Names) -> str:
    if hole.pc_relative:
        source = f"({distance(hole, names)})"
        if names.word_bits < 32:
            return f"({names.type})({_bits(hole, source, names.word_bits)})"
        return f"(({names.type}){_bits(hole, source)})"
    value = names.params[hole.param]
    if hole.field.width == names.word_bits == 32:
        return f"(u32){value}"
    return f"({names.type})({_bits(hole, value if unsigned else f'(u64){value}')})"


def _bits(hole: Hole, value: str, word_bits: int = 0) -> str:
    return c_text.expression(encoded(hole.field, Var("v"), word_bits), {"v": value})


def distance(hole: Hole, names: Names) -> str:
    """What a PC-relative hole holds, as C."""
    value, base = names.params[hole.param], hole.offset + hole.pc_base
    if hole.page:
        return f"{value} - {page(hole, names.ip)}"
    moved = f" - {names.moved[1]}" if names.moved and hole.word >= names.moved[0] else ""
    return f"{value} - {names.ip}{moved}" + (f" - {base}" if base else "")


def page(hole: Hole, ip: str | None) -> str:
    """Where the page of an instruction begins, as C."""
    base = hole.offset + hole.pc_base
    return f"({f'({ip} + {base})' if base else ip} & ~{hole.page - 1:#x}UL)"
