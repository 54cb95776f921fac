"""A plan evaluated: what the generated decoders compute, step by step, in the same arithmetic."""

from __future__ import annotations

import random

from trampgen.decode import hashing
from trampgen.decode.plan import Plan, index

_SAMPLE = 1024


def slot_of(plan: Plan, word: int) -> int:
    """What the word's slot holds: a row, or the position of a list behind all rows."""
    node = plan.nodes[plan.entries[index(plan.root, word)] if plan.root else 0]
    place = hashing.slot(word & node.mask, node.multiplier, plan.arithmetic, plan.range_bits)
    return plan.slots[node.base + place]


def candidate(plan: Plan, word: int) -> int:
    """The one row to compare the word with."""
    found = slot_of(plan, word)
    if found < len(plan.cubes):
        return found
    at = found - len(plan.cubes)
    while plan.lists[at][1] and not plan.cubes[plan.lists[at][0]].holds(word):
        at += 1
    return plan.lists[at][0]


def decode(plan: Plan, word: int) -> int | None:
    """The first row that holds the word, or None."""
    row = candidate(plan, word)
    return row if plan.cubes[row].holds(word) else None


def listed(plan: Plan) -> float:
    """The share of words whose slot holds a list: the mean of random words and of random words of each row."""
    if not plan.lists:
        return 0.0
    drawn = random.Random(len(plan.cubes))
    words = [drawn.getrandbits(plan.width) for _ in range(_SAMPLE)]
    each = max(1, _SAMPLE // len(plan.cubes))
    within = [
        drawn.getrandbits(plan.width) & ~cube.mask | cube.value for cube in plan.cubes for _ in range(each)
    ]
    return (_share(plan, words) + _share(plan, within)) / 2


def _share(plan: Plan, words: list[int]) -> float:
    return sum(slot_of(plan, word) >= len(plan.cubes) for word in words) / len(words)
