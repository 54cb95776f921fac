"""A second array beside the first: operands that differ become holes, other instructions patch regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trampgen.assemble.process import Worker
from trampgen.importing import masking
from trampgen.importing.drafts import Line, Region
from trampgen.importing.model import CannotImport, Extent, Piece
from trampgen.importing.naming import identifier
from trampgen.importing.workshop import DATA, Workshop, beside, literal
from trampgen.model.record import record


@record
class Stretch:
    """Pieces of both arrays from one offset to another, where both have a piece that begins and one that ends."""

    ours: tuple[Line, ...]
    theirs: tuple[Piece, ...]

    @property
    def offset(self) -> int:
        return self.ours[0].piece.offset

    @property
    def is_data(self) -> bool:
        return any(line.piece.is_data for line in self.ours) or any(piece.is_data for piece in self.theirs)

    @property
    def different(self) -> int:
        """The bits in which single pieces differ; all bits, and more, where there are several."""
        if len(self.ours) > 1 or len(self.theirs) > 1:
            return -1
        one, other = self.ours[0].piece, self.theirs[0]
        return (one.value ^ other.value) & ~one.linked & ~other.linked


def with_second(
    shop: Workshop,
    lines: Sequence[Line],
    second: Extent,
    line_of: Callable[[Workshop, Piece], Line],
    worker: Worker,
) -> Iterator[Line | Region]:
    """The lines, some of them within regions whose other form is that of the second array."""
    _check(shop.extent, second)
    other = beside(shop, second)
    found = list(_stretches(lines, other.pieces))
    unlike = _unlike(shop, found, worker)
    at = 0
    while at < len(found):
        count = _length(shop, found, unlike, at)
        group = found[at : at + count] if count else [found[at]]
        rest = [line for stretch in group for line in stretch.ours]
        if count:
            form = [line_of(other, piece) for stretch in group for piece in stretch.theirs]
            yield Region(_name(shop, rest[0].piece.offset), rest, form)
        elif found[at].is_data and found[at].different:
            yield from (_datum(shop, line) for line in rest)
        else:
            yield from rest
        at += max(count, 1)


def _check(extent: Extent, second: Extent) -> None:
    if extent.size != second.size:
        what = f"`{second.symbol}` has {second.size} bytes, and `{extent.symbol}` has {extent.size}"
        raise CannotImport(f"{second.path}: {what}: both must be as long")
    if extent.target != second.target:
        what = f"`{second.symbol}` is code of {second.target}, and `{extent.symbol}` of {extent.target}"
        raise CannotImport(f"{second.path}: {what}")


def _stretches(lines: Sequence[Line], theirs: Sequence[Piece]) -> Iterator[Stretch]:
    """Both arrays cut where both can be, as often as possible; both have as many bytes."""
    i = j = 0
    while i < len(lines):
        first, second = i, j
        i, j = i + 1, j + 1
        while lines[i - 1].piece.end != theirs[j - 1].end:
            if lines[i - 1].piece.end < theirs[j - 1].end:
                i += 1
            else:
                j += 1
        yield Stretch(tuple(lines[first:i]), tuple(theirs[second:j]))


def _unlike(shop: Workshop, found: Sequence[Stretch], worker: Worker) -> set[int]:
    """Stretches of other instructions. Those in which operands differ get a choice with these open."""
    single = [i for i, one in enumerate(found) if one.different > 0 and not one.is_data]
    left = masking.open_operands(
        [found[i].ours[0] for i in single],
        [found[i].different for i in single],
        shop.isa,
        shop.names,
        worker,
        touching=True,
    )
    several = {i for i, one in enumerate(found) if one.different < 0 and not one.is_data}
    return several | {i for i, fixed in zip(single, left, strict=True) if fixed}


def _length(shop: Workshop, found: Sequence[Stretch], unlike: set[int], at: int) -> int:
    """How many stretches from one on are one region: up to what is alike, or has a label."""
    count = 0
    while at + count in unlike and not (count and shop.draft.labels.get(found[at + count].offset)):
        count += 1
    return count


def _name(shop: Workshop, offset: int) -> str:
    """A region is a label by itself: one that is there gives it its name."""
    labels = shop.draft.labels.setdefault(offset, [])
    if not labels:
        labels.append(identifier(f"patch_{offset:x}", shop.names.taken))
    return labels[0]


def _datum(shop: Workshop, line: Line) -> Line:
    """Data that differs is a literal; of code beside data there is nothing that could say so."""
    if line.why != DATA:
        return line
    name = identifier(f"literal_{line.piece.offset:x}", shop.names.taken)
    return literal(shop, line.piece, name)
