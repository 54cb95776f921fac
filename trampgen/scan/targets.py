"""Where what a match holds leads to: by relocations where there are any, by addresses elsewhere."""

from __future__ import annotations

from trampgen.model.record import record
from trampgen.model.spec import Hole
from trampgen.scan.areas import Area
from trampgen.scan.holes import Match, Value, span_of
from trampgen.scan.names import Names, Place

_NARROWEST = 8  # bits of what is relocated: a byte


@record
class Target:
    """What a value is an address of; `relocated` where the linker has yet to fill it in."""

    place: Place
    relocated: bool = False


def target(match: Match, value: Value, area: Area, names: Names | None) -> Target | None:
    """The place that a value is; None for what is no address, or of a place without a name."""
    if names is None or area.section is None or value.kind == "insn":
        return None
    for one in value.slices:
        if isinstance(one, Hole) and _takes_addresses(one):
            found = _relocated(match, value, one, area, names)
            if found is not None:
                return Target(found, relocated=True)
    if area.relocatable:
        own = names.of(area.section.index, value.value) if value.kind == "branch" else None
        return Target(own) if own is not None and value.value < area.section.size else None
    if value.kind != "branch" and not _may_be_address(match, value):
        return None
    place = names.at(value.value)
    return None if place is None else Target(place)


def _relocated(match: Match, value: Value, hole: Hole, area: Area, names: Names) -> Place | None:
    """What is relocated in the bytes of a hole: the symbol plus what is to be added to it.

    A linker stores S + A less the place of the relocation; what the hole holds is counted from somewhere else."""
    span = span_of(match.pattern, hole)
    if span is None or area.section is None:
        return None
    start, end = (match.place + at for at in span)
    for relocation in names.relocations(area.section, start, end):
        addend = relocation.addend
        origin = match.address + match.pattern.origin
        if addend is None:  # it stands in the hole
            addend = _signed(value.value - hole.origin(origin) if hole.pc_relative else value.value)
        if hole.pc_relative:
            addend += hole.pc_base + match.place + match.pattern.origin + hole.offset - relocation.offset
        return names.symbol(relocation.symbol, addend)
    return None


def _takes_addresses(hole: Hole) -> bool:
    """Whether a linker may fill a hole; registers stand beside such ones in a word, and have fewer bits."""
    return hole.pc_relative or hole.operator is not None or hole.field.width >= _NARROWEST


def _signed(value: int) -> int:
    """A difference of addresses of 32 bits, which is small."""
    value &= (1 << 32) - 1
    return value - (value >> 31 << 32)


def _may_be_address(match: Match, value: Value) -> bool:
    """Whether a number is as wide as an address."""
    param = next((p for p in match.pattern.params if p.name == value.name), None)
    return param is not None and value.kind == "number" and param.reach.high >= (1 << 31) - 1
