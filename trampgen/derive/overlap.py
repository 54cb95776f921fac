"""Whether words can be two templates at once, whatever their holes hold and their regions are patched to."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.cubes.cube import Cube
from trampgen.model.spec import Region, TemplateVariant, Word

_Forms = dict[str | None, Cube]  # what can stand at a place: at rest (None), and in each form
_Chain = tuple["_Chain", Cube] | None  # the words so far, the last one first


def cubes_at(variant: TemplateVariant) -> Iterator[_Forms]:
    """For each place of a template the words that can stand there; most templates differ in the first."""
    begins = {region.start: region for region in variant.regions}
    region: Region | None = None
    for place, word in enumerate(variant.words):
        region = begins.get(place, region if region is not None and place < region.end else None)
        forms = {form.name: form.words[place - region.start] for form in region.forms} if region else {}
        bits = variant.word_bits
        yield {None: _cube(word, bits), **{name: _cube(other, bits) for name, other in forms.items()}}


def _cube(word: Word, bits: int) -> Cube:
    return Cube(word.mask, word.value & word.mask, bits)


def shared(first: TemplateVariant, second: TemplateVariant) -> list[Cube] | None:
    """Words that are both, as far as both have words; None if some word tells them apart in every state."""
    begins = [{region.start for region in variant.regions} for variant in (first, second)]
    chains: dict[tuple[str | None, str | None], _Chain] = {(None, None): None}
    for place, (one, two) in enumerate(zip(cubes_at(first), cubes_at(second), strict=False)):
        onward: dict[tuple[str | None, str | None], _Chain] = {}
        for (left, right), chain in chains.items():
            # A form goes on to the end of its region; where one begins, any can stand.
            for mine in one if place in begins[0] else [left if left in one else None]:
                for theirs in two if place in begins[1] else [right if right in two else None]:
                    if (word := one[mine].meets(two[theirs])) is not None:
                        onward.setdefault((mine, theirs), (chain, word))
        if not onward:
            return None
        chains = onward
    return _unwound(next(iter(chains.values())))


def _unwound(chain: _Chain) -> list[Cube]:
    words: list[Cube] = []
    while chain is not None:
        chain, word = chain
        words.append(word)
    return words[::-1]
