"""Imported patterns as rows of a table: names that the language takes, each once, and pairs that must not overlap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from trampgen.cubes.cube import Cube, joint
from trampgen.decode.rows import Row
from trampgen.importing.decodetree import Group, Pattern
from trampgen.model.record import record


@record
class Overlap:
    """Two patterns of a group whose members must be disjoint, and a word of both."""

    first: Pattern
    second: Pattern
    word: int


def named(group: Group) -> list[tuple[str, Pattern]]:
    """All patterns in their order; a name that was there before, whatever its case, gets a number."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    found: list[tuple[str, Pattern]] = []
    for pattern in group.patterns():
        stem = re.sub(r"^(?=[0-9])", "_", pattern.name)
        name = stem
        while name.upper() in taken:
            seen[stem.upper()] += 1
            name = f"{stem}_{seen[stem.upper()] + 1}"
        taken.add(name.upper())
        found.append((name, pattern))
    return found


def rows(group: Group) -> tuple[Row, ...]:
    """The rows of a decoder that tries the patterns in their order."""
    return tuple(Row(name, pattern.cube, pattern.fields) for name, pattern in named(group))


def overlaps(group: Group) -> Iterator[Overlap]:
    """Every pair of patterns that no group lets overlap. Exact: a pair is here only if some word is in both."""
    for member in group.members:
        if isinstance(member, Group):
            yield from overlaps(member)
    if group.overlapping:
        return
    members = [(_patterns(member), _around(member)) for member in group.members]
    for number, (ours, around) in enumerate(members):
        for theirs, other in members[:number]:
            if around.meets(other) is not None:
                yield from _pairs(theirs, ours)


def _patterns(member: Pattern | Group) -> list[Pattern]:
    return [member] if isinstance(member, Pattern) else list(member.patterns())


def _around(member: Pattern | Group) -> Cube:
    return joint([pattern.cube for pattern in _patterns(member)])


def _pairs(ones: list[Pattern], others: list[Pattern]) -> Iterator[Overlap]:
    for one in ones:
        for other in others:
            both = one.cube.meets(other.cube)
            if both is not None:
                yield Overlap(one, other, both.value)
