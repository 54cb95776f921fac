"""Where fields go: a branch for each row's fields costs more than reading all the usual ones of every word.

So each way of reading bits that many rows share has a place of its own, filled whatever the row is; what is left (a
rare field, one that a function makes) is read where the row has it. A row's shape says which places its fields are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trampgen.decode.rows import Bits, Field, Row
from trampgen.model.record import record

_POWER = 0.6  # between counting rows and counting words: what fixes few bits is what programs are full of
_MOST = 80  # operations spent on each word
_ENOUGH = 0.88  # of the rows, weighed: what is left then is rare
_PART, _HALF, _CONSTANT = 4, 2, 1  # operations: some bits, the lowest 16 or so, a number


@dataclass(frozen=True, slots=True)
class Reading:
    """What a field is, without its name; `copy` is how often the row has the same before."""

    field: Field
    copy: int = 0


@record
class Shape:
    """Names of fields with their places, in the row's order. Rows whose fields are alike share one."""

    name: str
    members: tuple[tuple[str, int], ...]


@record
class Shapes:
    """`usual` are the readings of places 0, 1, 2 …; `rare` the cases of readings that are left, by place.

    For each row its shape (None without fields), and its case: 0 where nothing is left, 1 for the first of `rare`."""

    usual: tuple[Field, ...]
    rare: tuple[tuple[tuple[int, Field], ...], ...]
    shapes: tuple[Shape, ...]
    shape_of: tuple[Shape | None, ...]
    case_of: tuple[int, ...]
    places: int
    wide: bool


def shapes(rows: Sequence[Row], width: int) -> Shapes:
    """The places of all fields of a table."""
    keys = [tuple(_readings(row)) for row in rows]
    usual = _usual(rows, keys)
    at = {reading: place for place, reading in enumerate(usual)}
    found: dict[tuple[tuple[str, int], ...], Shape] = {}
    cases: dict[tuple[tuple[int, Field], ...], int] = {}
    shape_of: list[Shape | None] = []
    case_of: list[int] = []
    names: Counter[str] = Counter()
    for row, readings in zip(rows, keys, strict=True):
        places = _places(readings, at)
        members = tuple((field.name, place) for field, place in zip(row.fields, places, strict=True))
        if members and members not in found:
            found[members] = Shape(_name(members, names), members)
        shape_of.append(found.get(members))
        left = tuple(_ordered(row.fields, places, [reading in at for reading in readings]))
        case_of.append(cases.setdefault(left, len(cases) + 1) if left else 0)
    count = max((place + 1 for shape in found.values() for _, place in shape.members), default=0)
    return Shapes(
        tuple(reading.field for reading in usual),
        tuple(cases),
        tuple(found.values()),
        tuple(shape_of),
        tuple(case_of),
        max(count, len(usual)),
        any(_wide(field) for row in rows for field in row.fields) or width > 32,
    )


def _readings(row: Row) -> Iterator[Reading]:
    seen: Counter[Field] = Counter()
    for field in row.fields:
        bare = replace(field, name="")
        yield Reading(bare, seen[bare])
        seen[bare] += 1


def _usual(rows: Sequence[Row], keys: Sequence[tuple[Reading, ...]]) -> list[Reading]:
    """The readings that cost less where they are read of every word than where they are rare."""
    words = sum(row.cube.count**_POWER for row in rows)
    shares: dict[tuple[Reading, ...], float] = {}
    for row, key in zip(rows, keys, strict=True):
        if key and all(reading.field.plain for reading in key):
            shares[key] = shares.get(key, 0.0) + row.cube.count**_POWER / words
    chosen: dict[Reading, None] = {}
    left, done = _MOST, 0.0
    while shares:
        key = max(shares, key=lambda key: shares[key] / (_added(key, chosen) + 0.1))
        cost = _added(key, chosen)
        share = shares.pop(key)
        if cost <= left and done < _ENOUGH:
            chosen |= dict.fromkeys(key)
            left, done = left - cost, done + share
    return list(chosen)


def _added(key: Sequence[Reading], chosen: Container[Reading]) -> int:
    return sum(_operations(reading.field) for reading in key if reading not in chosen)


def _operations(field: Field) -> int:
    bits = field.bits
    if not bits:
        return _CONSTANT
    return sum(_HALF if one.low == 0 and one.width in (8, 16) else _PART for one in bits) + len(bits) - 1


def _places(readings: Sequence[Reading], at: Mapping[Reading, int]) -> list[int]:
    """The usual place of each reading, or the first one that the row does not use."""
    taken = {at[reading] for reading in readings if reading in at}
    found: list[int] = []
    for reading in readings:
        place = at.get(reading)
        if place is None:
            place = next(free for free in range(len(taken) + 1) if free not in taken)
            taken.add(place)
        found.append(place)
    return found


def _ordered(
    fields: Sequence[Field], places: Sequence[int], done: Sequence[bool]
) -> Iterator[tuple[int, Field]]:
    """What is left to read of a row, that which others are made from first."""
    known = {field.name: place for field, place in zip(fields, places, strict=True)}
    left = {
        field.name: (place, field)
        for field, place, usual in zip(fields, places, done, strict=True)
        if not usual
    }
    while left:
        for name, (place, field) in list(left.items()):
            if not any(needed in left for needed in field.needs):
                del left[name]
                yield place, _by_place(field, known)


def _by_place(field: Field, places: Mapping[str, int]) -> Field:
    """The field with the names of others as their places, and without its own."""
    parts = tuple(
        part if isinstance(part, Bits) else replace(part, name=str(places[part.name])) for part in field.parts
    )
    return replace(field, name="", parts=parts)


def _wide(field: Field) -> bool:
    """Whether 32 bits with a sign might not hold it."""
    width = sum(part.width for part in field.parts) + field.scale
    signed = bool(field.parts) and field.parts[0].signed
    return width > 31 + signed or not -(1 << 31) <= field.constant < 1 << 31


def _name(members: Sequence[tuple[str, int]], names: Counter[str]) -> str:
    stem = "_".join(name for name, _ in members)
    names[stem] += 1
    return stem if names[stem] == 1 else f"{stem}_{names[stem]}"
