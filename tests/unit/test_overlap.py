"""Whether two templates with regions can be the same words, against every combination of their states."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Compiled
from trampgen.cubes.cube import Cube
from trampgen.derive.overlap import shared
from trampgen.model.spec import TemplateVariant

LINES = ("nop", "blr", "bctr", "addi r3, r3, ${p}", "addi r4, r3, ${p}", "b ${t}")


def code(source: random.Random) -> str:
    """A few lines and regions, and whatever uses both params."""
    parts = []
    for number in range(source.randint(1, 3)):
        lines = source.choices(LINES, k=source.randint(1, 2))
        if source.random() < 0.6:
            forms = [source.choices(LINES, k=len(lines)) for _ in range(source.randint(1, 2))]
            named = " or ".join(f"f{number}{n} {{ {'; '.join(form)} }}" for n, form in enumerate(forms))
            parts.append(f"patch {named} rest {{ {'; '.join(lines)} }}")
        else:
            parts += lines
    return "\n".join([*parts, "li r9, ${p}", "b ${t}"])


def states(variant: TemplateVariant) -> Iterator[list[Cube]]:
    """The words of every state, without what the derivation knows of regions."""
    choices = [[None, *region.forms] for region in variant.regions]
    for forms in itertools.product(*choices):
        words = list(variant.words)
        for region, form in zip(variant.regions, forms, strict=True):
            words[region.start : region.end] = form.words if form else words[region.start : region.end]
        yield [Cube(word.mask, word.value & word.mask) for word in words]


@pytest.mark.parametrize("seed", range(20))
def test_every_combination_of_states(seed: int, compile_text: Callable[..., Compiled]) -> None:
    source = random.Random(seed)
    stubs = [f"stub s{n} {{ param p, t\ncode {{\n{code(source)}\n}} }}" for n in range(6)]
    spec = compile_text("target ppc64\n" + "\n".join(stubs)).spec
    assert spec is not None
    variants = [template.variants[0] for template in spec.templates]
    for first, second in itertools.combinations(variants, 2):
        pairs = itertools.product(states(first), states(second))
        together = [all(one.meets(two) for one, two in zip(*pair, strict=False)) for pair in pairs]
        found = shared(first, second)
        assert (found is not None) == any(together)
        assert found is None or len(found) == min(len(first.words), len(second.words))
