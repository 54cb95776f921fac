"""The words of some rows of a table, with what earlier rows take of them: what a predicate compares."""

from __future__ import annotations

from collections.abc import Collection

from trampgen.cubes.coverage import joined
from trampgen.cubes.cube import Cube
from trampgen.model.tables import Predicate, TableVariant

_MOST_COMPARED = 16  # patterns that are compared one by one; beyond, the table is asked for the row


def chosen(predicate: Predicate, variant: TableVariant) -> frozenset[int]:
    """The rows that a predicate is about, by number: all of them, or those named, by themselves or by a class."""
    if not predicate.among:
        return frozenset(range(len(variant.rows)))
    names = set(predicate.among)
    return frozenset(
        number
        for number, ((name, _), entry) in enumerate(zip(variant.rows, variant.entries, strict=True))
        if name in names or names.intersection(entry.classes)
    )


def words_of(variant: TableVariant, rows: Collection[int]) -> list[Cube] | None:
    """Patterns that hold just the words of some rows, none within another; None where these are too many."""
    found: list[Cube] = []
    others: list[Cube] = []
    for mask, value, row in variant.order:
        cube = Cube(mask, value, variant.width)
        if row not in rows:
            others.append(cube)
            continue
        left = _without(cube, others)
        if left is None or len(found) + len(left) > _MOST_COMPARED**2:
            return None
        found += left
    found = joined(found)
    found = [one for one in found if not any(one is not other and one.meets(other) == one for other in found)]
    return found if len(found) <= _MOST_COMPARED else None


def _without(cube: Cube, others: Collection[Cube]) -> list[Cube] | None:
    left = [cube]
    for other in others:
        left = [part for one in left for part in one.minus(other)]
        if len(left) > _MOST_COMPARED**2:
            return None
    return left
