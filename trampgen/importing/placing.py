"""Where code with prefixed instructions must stand: none of them may cross a multiple of 64 bytes.

Power ISA 3.1B, Book I, section 1.6. A template that is in a layout says how it is aligned."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.importing.model import CannotImport, Extent, Piece, Placement
from trampgen.isa.base import Isa


def placement(extent: Extent, pieces: Sequence[Piece], isa: Isa) -> Placement | None:
    """The least alignment that will do; None for code that may stand anywhere.

    Raises CannotImport where pairs are everywhere, which `unplaceable` has seen to in one extent, not in two."""
    pairs = _pairs(pieces)
    if isa.pair is None or not pairs:
        return None
    boundary = isa.pair.boundary
    for before in range(0, boundary, isa.unit):
        for align in (8, 16, 32, 64):
            if all((boundary - isa.unit - before - offset) % align for offset in pairs):
                return Placement(align, before, -(before + extent.size) % align)
    raise CannotImport(f"{extent.path}: prefixed instructions of both can stand nowhere together")


def unplaceable(pieces: Sequence[Piece], isa: Isa) -> set[int]:
    """Offsets of pairs of which some would cross a boundary wherever the code stands: so many are no code."""
    pairs = _pairs(pieces)
    if isa.pair is None:
        return set()
    places = {offset % isa.pair.boundary for offset in pairs}
    if len(places) < isa.pair.boundary // isa.unit:
        return set()
    return {offset for offset in pairs if offset % isa.pair.boundary == isa.pair.boundary - isa.unit}


def _pairs(pieces: Sequence[Piece]) -> list[int]:
    return [
        piece.offset for piece in pieces if len(piece.words) == 2 and piece.unit > 1 and not piece.is_data
    ]
