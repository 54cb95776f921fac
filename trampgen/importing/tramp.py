"""Imported patterns as a table of the language; what a row of bits can't say of a field is a comment behind it."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.decode.rows import Bits, Field
from trampgen.importing.decodetree import Group, Pattern
from trampgen.importing.rows import named

_INDENT = "    "


def table(group: Group, name: str, width: int) -> str:
    """`table NAME: uWIDTH ordered { … }` where some patterns overlap, in the order in which they are tried."""
    names = {id(pattern): unique for unique, pattern in named(group)}
    wide = max((len(unique) for unique in names.values()), default=0)
    order = "ordered" if _overlaps(group) else "unordered"
    lines = [f"table {name}: u{width} {order} {{", *_members(group, names, wide), "}"]
    return "\n".join(lines) + "\n"


def _overlaps(group: Group) -> bool:
    return group.overlapping or any(isinstance(one, Group) and _overlaps(one) for one in group.members)


def _members(group: Group, names: dict[int, str], wide: int) -> Iterator[str]:
    """Rows as they follow each other: what stands in different groups without an order shares no word."""
    for member in group.members:
        if isinstance(member, Pattern):
            yield f"{_INDENT}{names[id(member)]:<{wide}} = {row(member)}"
        else:
            yield from _members(member, names, wide)


def row(pattern: Pattern) -> str:
    """The bits of a pattern, the most significant one first, and what they do not say."""
    places, rest = _told(pattern)
    words: list[str] = []
    bit = pattern.cube.width
    while bit:
        field = places.get(bit - 1)
        if field is not None:
            width = field.bits[0].width
            words.append(f"<{field.name}:{width}>")
            bit -= width
            continue
        bit -= 1
        digit = str(pattern.cube.value >> bit & 1) if pattern.cube.mask >> bit & 1 else "-"
        if words and not words[-1].startswith("<") and bit + 1 not in places:
            words[-1] += digit
        else:
            words.append(digit)
    return " ".join(words) + (f"  // {'; '.join(rest)}" if rest else "")


def _told(pattern: Pattern) -> tuple[dict[int, Field], list[str]]:
    """Fields that stand in one place and in no other's, by their highest bit; and words for the rest."""
    places: dict[int, Field] = {}
    rest: list[str] = []
    taken = 0
    for field in pattern.fields:
        one = field.bits[0] if field.plain and len(field.parts) == 1 else None
        if one is None or taken & one.mask:
            rest.append(_said(field))
            continue
        taken |= one.mask
        places[one.low + one.width - 1] = field
        if one.signed:
            rest.append(f"{field.name} is signed")
    return places, rest


def _said(field: Field) -> str:
    parts = [
        f"{part.low if isinstance(part, Bits) else part.name}:{'s' if part.signed else ''}{part.width}"
        for part in field.parts
    ]
    if not parts:
        return f"{field.name} = {f'{field.function}()' if field.function else field.constant}"
    value = " ".join(parts)
    return f"{field.name} = {f'{field.function}({value})' if field.function else value}"
