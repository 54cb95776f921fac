"""Code held against the words of a template: those outside holes, region by region."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trampgen import isa as isas
from trampgen.assemble.readback import disassembly, text_of
from trampgen.cubes.cube import Cube
from trampgen.cubes.ruler import ruler
from trampgen.diagnostics import Note
from trampgen.diagnostics.text import count
from trampgen.model.images import Image
from trampgen.model.spec import Region, Template, TemplateVariant, Word, beginning, instructions
from trampgen.verify.model import Difference, Located
from trampgen.verify.words import Read, read

_SHOWN = 8  # instructions of one place


def compare(
    template: Template, variant: TemplateVariant, image: Image, located: Located
) -> Iterator[Difference]:
    """Every instruction that is not the template's, and an end that is not where the template's is."""
    name, free, size = template.name, excepted(variant, image), _size(template, variant, image)
    yield from _ends(name, variant, located, size)
    found = read(located, variant.words, variant.isa, variant.unit)[
        : min(size, located.extent) // variant.unit
    ]
    words = chosen(variant, found)
    # Where the linker writes a part of what is not compared, the rest of it is.
    linked = {i for place in _places(words, found, _open) for i in place}
    wrong = [place for place in _places(words, found, _apart) if not (free - linked).issuperset(place)]
    for place in wrong[:_SHOWN]:
        yield _difference(name, variant, words, found, place, located)
    if len(wrong) > _SHOWN:
        yield _more(name, words, wrong[_SHOWN:], located)
    for place in _places(words, found, _unlinked):
        if not free.issuperset(place):
            yield _relocated(name, variant, words, found, place, located)


def _places(words: Sequence[Word], found: Read, bits: Callable[[Word, int, int], int]) -> list[range]:
    """The instructions of which some word has such bits."""
    wrong = {i for i, (word, there) in enumerate(zip(words, found, strict=False)) if bits(word, *there)}
    return [place for place in instructions(words) if not wrong.isdisjoint(place)] if wrong else []


def chosen(variant: TemplateVariant, found: Read) -> tuple[Word, ...]:
    """The words of a template with each region in the state in which it looks most like what was found."""
    words = list(variant.words)
    for region in variant.regions:
        states = [variant.words[region.start : region.end], *(form.words for form in region.forms)]
        there = found[region.start : region.end]
        distances = [_distance(words_of, there) for words_of in states]
        words[region.start : region.end] = states[distances.index(min(distances))]
    return tuple(words)


def state(region: Region, variant: TemplateVariant, words: Sequence[Word]) -> str | None:
    """The form in which a region was found; None at rest."""
    there = tuple(words[region.start : region.end])
    return next((form.name for form in region.forms if form.words == there), None)


def excepted(variant: TemplateVariant, image: Image) -> frozenset[int]:
    """The words that are not compared: the instructions at labels, and regions."""
    starts = {label.offset // variant.unit for label in variant.labels if label.name in image.excepted}
    free = {i for place in instructions(variant.words) if place.start in starts for i in place}
    for region in variant.regions:
        if region.name in image.excepted:
            free.update(range(region.start, region.end))
    return frozenset(free)


def _distance(words: Sequence[Word], found: Read) -> int:
    """Bits that differ, and bits that a relocation would have to leave alone."""
    pairs = zip(words, found, strict=False)
    return sum((_apart(word, *there) | _unlinked(word, *there)).bit_count() for word, there in pairs)


def _apart(word: Word, value: int, open_bits: int) -> int:
    """Bits outside holes, and not yet to be written, in which a word differs from the one expected."""
    return (word.value ^ value) & word.mask & ~open_bits


def _size(template: Template, variant: TemplateVariant, image: Image) -> int:
    """The bytes of a template that files have: up to the label whose symbol ends the image, else all."""
    ends = {one.label for one in template.label_symbols if one.symbol == image.end}
    return next((label.offset for label in variant.labels if label.name in ends), variant.size)


def _unlinked(word: Word, value: int, open_bits: int) -> int:
    """Bits outside holes that are not there yet."""
    return word.mask & open_bits


def _open(word: Word, value: int, open_bits: int) -> int:
    return open_bits


def _ends(name: str, variant: TemplateVariant, located: Located, size: int) -> Iterator[Difference]:
    if located.extent != size and (located.size is not None or located.extent < size):
        yield Difference(
            "size-differs",
            f"`{name}` has {count(size, 'byte')}, and {count(located.extent, 'byte')} in {located.elf.name}",
            variant.words[0].span,
            lambda: (Note(f"at {located.at()}"),),
            8 * abs(located.extent - size),
        )


def _difference(
    name: str, variant: TemplateVariant, words: Sequence[Word], found: Read, place: range, located: Located
) -> Difference:
    there = [i for i in place if i < len(found)]
    bits = sum(_apart(words[i], *found[i]).bit_count() for i in there)
    word = beginning(words, place.start)
    at = place.start * variant.unit
    return Difference(
        "word-differs",
        f"`{word.asm}`, {variant.word_name} {place.start} of `{name}`, is another instruction in {located.elf.name}",
        word.span,
        lambda: (Note(f"at {located.at(at)}"), Note(_shown(variant, words, found, there))),
        bits,
    )


def _shown(variant: TemplateVariant, words: Sequence[Word], found: Read, place: Sequence[int]) -> str:
    """What is expected (with holes as they were found) over what was found, and the bits that differ."""
    isa = isas.load(variant.isa)
    expected = [found[i][0] & ~words[i].mask | words[i].value & words[i].mask for i in place]
    there = [found[i][0] for i in place]
    if variant.unit == 1:
        before, after = bytes(expected), bytes(there)
        texts = [text_of(isa, code) for code in (before, after)]
        lines = [f"expected {before.hex(' ')}  {texts[0]}", f"found    {after.hex(' ')}  {texts[1]}"]
        bits = [
            f"byte {i - place[0]} {_apart(words[i], *found[i]):08b}"
            for i in place
            if _apart(words[i], *found[i])
        ]
        return "\n".join([*lines, f"bits     {', '.join(bits)}"])
    width, marked = variant.word_bits, _apart(words[place[0]], *found[place[0]])
    every = (1 << width) - 1
    rows = [
        (f"expected {value:0{width // 4}x}  {disassembly(isa, value)}" if which == 0 else
         f"found    {value:0{width // 4}x}  {disassembly(isa, value)}", Cube(every, value, width))
        for which, value in enumerate((expected[0], there[0]))
    ]  # fmt: skip
    return "\n".join(ruler(rows, marked))


def _more(name: str, words: Sequence[Word], wrong: Sequence[range], located: Located) -> Difference:
    return Difference(
        "word-differs",
        f"{count(len(wrong), 'more instruction')} of `{name}` differ in {located.elf.name}",
        beginning(words, wrong[0].start).span,
        lambda: (Note(f"at {located.at()}"),),
        32 * len(wrong),
    )


def _relocated(
    name: str, variant: TemplateVariant, words: Sequence[Word], found: Read, place: range, located: Located
) -> Difference:
    """Bits that the spec fixes and that a linker is yet to write."""
    at, size, word = place.start * variant.unit, len(place) * variant.unit, beginning(words, place.start)
    return Difference(
        "relocated-word",
        f"`{word.asm}`, {variant.word_name} {place.start} of `{name}`, has a relocation in {located.elf.name}",
        word.span,
        lambda: (Note(f"at {located.at(at)}"), Note(f"against {_symbols(located, at, size)}")),
        sum(_unlinked(words[i], *found[i]).bit_count() for i in place if i < len(found)),
        help="what differs from copy to copy is a param",
    )


def _symbols(located: Located, at: int, size: int) -> str:
    elf = located.elf
    found = elf.relocations_in(located.section, located.offset + at, size)
    return ", ".join(
        elf.symbols[one.symbol].name or "a section" for one in found if one.symbol < len(elf.symbols)
    )
