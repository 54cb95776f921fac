"""What a declaration has to say so that a compiler puts members where debug info has them.

Compilers align a member to its own alignment, and a bit-field so that it does not cross a boundary of its type (System
V ABI, processor supplements: "Bit-fields"). Where members stand otherwise they were packed, aligned or moved by
unnamed bit-fields, which debug info does not tell: what would have had the same effect is found here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trampgen.elf.errors import BadElf
from trampgen.elf.types import Member, Struct, Types, plain, struct_at

_DEEPEST = 50
_WIDEST_GAP = 256  # bits that unnamed bit-fields fill


@dataclass(slots=True, eq=False, repr=False)
class Placing:
    """`align` are the attributes that members need, `gaps` bits in front of them, by index; `own` of the struct, with
    whether it is `packed`. `alignment` is what comes of it. Not `exact`: nothing was found that gives this layout."""

    align: dict[int, int]
    gaps: dict[int, int]
    own: int
    packed: bool
    alignment: int
    exact: bool = True


def placing(struct: Struct, depth: int = 0) -> Placing:
    """As little as gives the layout: nothing, aligned members, a packed struct."""
    if depth > _DEEPEST:
        raise BadElf("structs nest without end")
    aligns = [_alignment(member.types, member.at, depth) for member in struct.members]
    for packed in (False, True):
        found = _tried(struct, aligns, packed)
        if found is not None:
            return found
    return Placing({}, {}, 0, False, 1, exact=False)


def _tried(struct: Struct, aligns: list[int], packed: bool) -> Placing | None:
    found = Placing({}, {}, 0, packed, 1)
    end = last = 0
    for index, (member, align) in enumerate(zip(struct.members, aligns, strict=True)):
        start = member.bits.offset if member.bits else 8 * member.offset
        place = 0 if struct.kind == "union" else last
        needed = _moved(member, place, start, 1 if packed else align, packed)
        if needed is None:
            return None
        extra, gap = needed
        if extra > 1:
            found.align[index] = extra
        if gap:
            found.gaps[index] = gap
        found.alignment = max(found.alignment, extra, 1 if packed else align)
        last = start + (member.bits.size if member.bits else 8 * (member.size or 0))
        end = max(end, last)
    return _closed(found, 8 * struct.size, end)


def _closed(found: Placing, size: int, end: int) -> Placing | None:
    """The end of the struct: it is rounded up to the alignment."""
    end = _up(end, 8 * found.alignment)
    if end == size:
        return found
    if end > size:
        return None
    found.own = next((align for align in _powers(size) if _up(end, 8 * align) == size), 0)
    found.alignment = max(found.alignment, found.own)
    return found if found.own else None


def _moved(member: Member, place: int, start: int, align: int, packed: bool) -> tuple[int, int] | None:
    """An alignment and a gap that bring a member from where it would come to its place; None if nothing does."""
    if member.bits is not None:
        unit = 1 if packed else 8 * (member.size or 1)
        for gap in (0, start - place):
            if 0 <= gap <= _WIDEST_GAP and _field(_filled(place, gap, unit), member.bits.size, unit) == start:
                return 1, gap
        return None
    place = _up(place, 8)
    if _up(place, 8 * align) == start:
        return 1, 0
    if start < place:
        return None
    extra = next((one for one in _powers(start) if one > align and _up(place, 8 * one) == start), 0)
    if extra and member.name is not None:  # of a type without a name its size would grow
        return extra, 0
    gap = start - place
    return (1, gap) if gap <= _WIDEST_GAP and _up(place + gap, 8 * align) == start else None


def _field(place: int, size: int, unit: int) -> int:
    """Where a bit-field comes to stand: not across a boundary of its type."""
    return _up(place, unit) if unit > 1 and place // unit != (place + size - 1) // unit else place


def _filled(place: int, gap: int, unit: int) -> int:
    return -1 if unit > 1 and gap and place // unit != (place + gap - 1) // unit else place + gap


def _powers(multiple: int) -> Iterator[int]:
    """Alignments in bytes of which a number of bits is a multiple, the smallest first."""
    for power in range(1, 13):
        if multiple % (8 << power):
            return
        yield 1 << power


def _up(place: int, to: int) -> int:
    return -(-place // to) * to


def _alignment(types: Types, at: int | None, depth: int) -> int:
    """The alignment of a type, in bytes."""
    at = plain(types, at)
    for _ in range(_DEEPEST):
        if at is None or types.type(at).kind != "array":
            break
        at = plain(types, types.type(at).target)
    found = types.type(at) if at is not None else None
    if found is None:
        return 1
    if found.kind in ("struct", "union"):
        struct = struct_at(types, at)
        return placing(struct, depth + 1).alignment if struct is not None else 1
    size = types.pointer_size if found.kind == "pointer" else found.size or 1
    return min(size & -size, types.widest)
