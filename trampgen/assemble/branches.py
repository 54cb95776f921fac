"""Branches to labels in code of bytes: all begin short, and grow until none is too far away, as assemblers have it.

Only numbers are moved here: a chain in which each branch that grows pushes the next one out of reach takes as many
rounds as it has branches."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from trampgen.expand.code import Code
from trampgen.isa.base import Isa, Line, Lowered, Slot
from trampgen.model.record import record
from trampgen.model.values import LabelAddress

_NEAR = 15  # longer than any short branch: the near form is asked for


@record
class Branch:
    """A short branch that has a near form: where it goes, how far it reaches from its end, the size of that form."""

    label: str
    addend: int
    low: int
    high: int
    near: int


def branch(line: Line, lowered: Lowered, isa: Isa) -> Branch | None:
    """What may have to grow of a line as it is at its shortest; None if that is the only form."""
    slot = next((piece for piece in lowered.pieces if isinstance(piece, Slot)), None)
    if lowered.encoded is None or slot is None or not isinstance(slot.value, LabelAddress):
        return None
    near = isa.lower(replace(line, size=_NEAR)).encoded
    if near is None or len(near.code) == len(lowered.encoded.code):
        return None
    return Branch(slot.value.label, slot.value.addend, slot.kind.low, slot.kind.high, len(near.code))


def relax(code: Code, sizes: Sequence[list[int]], branches: Sequence[Sequence[Branch | None]]) -> None:
    """Grow what does not reach its label; `sizes` and `branches` are by section and line, in the order of the code."""
    short = [
        (section, line, found)
        for section, own in enumerate(branches)
        for line, found in enumerate(own)
        if found is not None
    ]
    places = _places(code)
    while short:
        starts = _starts(code, sizes)
        far = [one for one in short if not _reaches(*one, sizes, starts, places)]
        for section, line, found in far:
            sizes[section][line] = found.near
        if not far:
            return
        grown = {(section, line) for section, line, _ in far}
        short = [one for one in short if one[:2] not in grown]


def _places(code: Code) -> dict[str, tuple[int, int]]:
    """By label its section and the line that it stands before; one that does not exist is reported later."""
    found = {region.name.text: (0, region.lines[0]) for region in code.regions}
    for section, (_, _, block) in enumerate(code.sections()):
        found |= {name.text: (section, line) for name, line in block.labels}
    return found


def _starts(code: Code, sizes: Sequence[Sequence[int]]) -> list[list[int]]:
    """The offset of each line, and of the end, of every section; a form begins where its region does."""
    rest = list(itertools.accumulate(sizes[0], initial=0))
    found = [rest]
    for region in code.regions:
        for _ in region.forms:
            found.append(list(itertools.accumulate(sizes[len(found)], initial=rest[region.lines[0]])))
    return found


def _reaches(
    section: int,
    line: int,
    found: Branch,
    sizes: Sequence[Sequence[int]],
    starts: Sequence[Sequence[int]],
    places: dict[str, tuple[int, int]],
) -> bool:
    if found.label not in places:
        return True
    where, before = places[found.label]
    end = starts[section][line] + sizes[section][line]
    return found.low <= starts[where][before] + found.addend - end <= found.high
