"""Two arrays that are the same but for some bits: operands that differ are holes, other instructions patch regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.importing.model import CannotImport, Extent, Line, Piece
from trampgen.model.record import record


@record
class Stretch:
    """Pieces of both arrays from one offset to another, where both have a piece that begins and one that ends."""

    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]

    @property
    def offset(self) -> int:
        return self.ours[0].offset

    @property
    def different(self) -> int:
        """The bits in which single pieces differ; all bits where there are several, or one is data."""
        if len(self.ours) > 1 or len(self.theirs) > 1:
            return -1
        one, other = self.ours[0], self.theirs[0]
        return (one.value ^ other.value) & ~one.linked & ~other.linked


def stretches(ours: Sequence[Piece], theirs: Sequence[Piece]) -> Iterator[Stretch]:
    """Both arrays cut where both can be, as often as possible."""
    i = j = 0
    while i < len(ours) and j < len(theirs):
        first, second = i, j
        i, j = i + 1, j + 1
        while ours[i - 1].end != theirs[j - 1].end:
            if ours[i - 1].end < theirs[j - 1].end:
                i += 1
            else:
                j += 1
        yield Stretch(tuple(ours[first:i]), tuple(theirs[second:j]))


def check_sizes(extent: Extent, second: Extent) -> None:
    """Raises CannotImport where two arrays can't be compared."""
    if extent.size != second.size:
        what = f"`{second.symbol}` has {second.size} bytes, and `{extent.symbol}` has {extent.size}: both must be as long"
        raise CannotImport(f"{second.path}: {what}")
    if extent.target != second.target:
        what = f"`{second.symbol}` is code of {second.target}, and `{extent.symbol}` of {extent.target}"
        raise CannotImport(f"{second.path}: {what}")


def runs(numbers: Sequence[int], starts: set[int], offsets: Sequence[int]) -> Iterator[list[int]]:
    """Neighbouring numbers as lists; a label at an offset begins a new one."""
    current: list[int] = []
    for number in numbers:
        if current and (number != current[-1] + 1 or offsets[number] in starts):
            yield current
            current = []
        current.append(number)
    if current:
        yield current


def lines_of(lines: Sequence[Line], pieces: Sequence[Piece]) -> list[Line]:
    """The lines of some pieces."""
    by_offset = {line.piece.offset: line for line in lines}
    return [by_offset[piece.offset] for piece in pieces]
