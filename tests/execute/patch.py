"""What is done to words before they run: holes are filled by the Python model, and instructions are spoilt."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trampgen.fields.arith import encode
from trampgen.model.spec import TemplateVariant


@dataclass(frozen=True)
class Spoil:
    """Words of which one is not what it was."""

    index: int
    was: int
    words: list[int]

    def __str__(self) -> str:
        return f"word {self.index}: {self.words[self.index]:08x} for {self.was:08x}"


def encoded(template: TemplateVariant, values: Mapping[str, int], address: int) -> list[int]:
    """The words of a patched template for these values of its params, to be run at an address."""
    words = [word.value & word.mask for word in template.words]
    for hole in template.holes:
        value = values[hole.param]
        away = hole.origin(address) if hole.pc_relative else 0
        bits, index = encode(hole.field, value - away), hole.word
        while bits:  # of more than one word where words are bytes
            words[index] |= bits & (1 << template.word_bits) - 1
            bits, index = bits >> template.word_bits, index + 1
    return words


def spoilt(
    words: Sequence[int],
    nops: Sequence[int],
    idle: Callable[[int], Container[int]],
    known: Sequence[int] = (),
) -> Iterator[Spoil]:
    """Each word becomes a nop, the first of them, and then itself with each of its bits flipped that is not idle.

    Spared are nops, and words that stand in the same place of those that are known to be needed."""
    for index, word in enumerate(words):
        if word in nops or (index < len(known) and known[index] == word):
            continue
        for spoil in [nops[0], *(word ^ 1 << bit for bit in range(32) if bit not in idle(index))]:
            yield Spoil(index, word, [*words[:index], spoil, *words[index + 1 :]])


def idle_bits(word: int, table: Iterable[tuple[int, int, set[int]]]) -> set[int]:
    """The bits of a word that may be anything, by a table of (mask, value, bits)."""
    return {bit for mask, value, bits in table if word & mask == value for bit in bits}
