"""Whether words can be two templates at once, whatever their holes hold and their regions are patched to."""

from __future__ import annotations

from trampgen.cubes.cube import Cube
from trampgen.model.spec import TemplateVariant, Word

_Forms = dict[str | None, Cube]  # what can stand at a place: at rest (None), and in each form
_Chain = tuple["_Chain", Cube] | None  # the words so far, the last one first


def cubes_at(variant: TemplateVariant) -> list[_Forms]:
    """For each place of a template the words that can stand there."""
    places: list[_Forms] = [{None: _cube(word)} for word in variant.words]
    for region in variant.regions:
        for form in region.forms:
            for place, word in enumerate(form.words, region.start):
                places[place][form.name] = _cube(word)
    return places


def _cube(word: Word) -> Cube:
    return Cube(word.mask, word.value & word.mask)


def shared(first: TemplateVariant, second: TemplateVariant) -> list[Cube] | None:
    """Words that are both, as far as both have words; None if some word tells them apart in every state."""
    both = cubes_at(first), cubes_at(second)
    begins = [{region.start for region in variant.regions} for variant in (first, second)]
    chains: dict[tuple[str | None, str | None], _Chain] = {(None, None): None}
    for place in range(min(map(len, both))):
        one, two = (forms[place] for forms in both)
        onward: dict[tuple[str | None, str | None], _Chain] = {}
        for (left, right), chain in chains.items():
            # A form goes on to the end of its region; where one begins, any can stand.
            for mine in one if place in begins[0] else [left if left in one else None]:
                for theirs in two if place in begins[1] else [right if right in two else None]:
                    if (word := one[mine].meets(two[theirs])) is not None:
                        onward.setdefault((mine, theirs), (chain, word))
        chains = onward
    return _unwound(next(iter(chains.values()))) if chains else None


def _unwound(chain: _Chain) -> list[Cube]:
    words: list[Cube] = []
    while chain is not None:
        chain, word = chain
        words.append(word)
    return words[::-1]
