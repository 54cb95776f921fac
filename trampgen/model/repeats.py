"""Compiled repeats: code of many elements, then their data. All tuples are in source order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Symbolic

if TYPE_CHECKING:
    from trampgen.model.images import Image
    from trampgen.model.spec import TemplateVariant, When, Word

MOST_ELEMENTS = 4096  # as far as an ARM load reaches there is room for a quarter of them


@record
class RepeatVariant:
    """One element in one combination of cases: `code_words` of code, then one word for each param.

    Offsets in it are those of the element by itself; in a block of `count` elements (symbolic: the C compiler
    knows it) all code comes first, so that data word d of element i is word count * code_words + i * data + d."""

    count: int | Symbolic
    code_words: int
    element: TemplateVariant

    @property
    def when(self) -> When:
        return self.element.when

    @property
    def code(self) -> tuple[Word, ...]:
        return self.element.words[: self.code_words]

    @property
    def data(self) -> tuple[Word, ...]:
        return self.element.words[self.code_words :]

    def block(self, count: int) -> tuple[Word, ...]:
        """All words of a block at rest."""
        return self.code * count + self.data * count

    def first_of(self, count: int, between: Word) -> TemplateVariant:
        """Element 0 as it stands in a block, with a word in place of each of the others' code."""
        gap = (count - 1) * self.code_words
        words = (*self.code, *[between] * gap, *self.data)

        def moved(offset: int) -> int:
            return offset + 4 * gap if offset >= 4 * self.code_words else offset

        holes = tuple(
            replace(h, word=moved(4 * h.word) // 4, offset=moved(h.offset)) for h in self.element.holes
        )
        labels = tuple(
            replace(label, offset=moved(label.offset), index=moved(label.offset) // 4)
            for label in self.element.labels
        )
        return replace(self.element, words=words, holes=holes, labels=labels)


@record
class Repeat:
    """Parallel arrays of code and of the data that it loads."""

    name: str
    axes: tuple[str, ...]
    variants: tuple[RepeatVariant, ...]
    docs: tuple[tuple[str, str], ...]  # of data words, by name
    doc: str
    span: Span
    images: tuple[Image, ...] = ()
