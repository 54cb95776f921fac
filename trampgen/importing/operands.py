"""Which operands some bits of an instruction are: each is opened by itself, and the assembler says what its hole is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trampgen.assemble.process import Worker
from trampgen.importing import reading
from trampgen.importing.drafts import Statement, Target
from trampgen.importing.fits import Attempt, Fit, Open
from trampgen.importing.model import Piece
from trampgen.importing.opening import forms, opened, split
from trampgen.importing.reading import Reading
from trampgen.importing.trying import tried
from trampgen.isa.base import Isa
from trampgen.model.record import record
from trampgen.model.values import Affine, Relocated, Value

_ANY = "x"  # stands for every param here


@record
class _Asked:
    """One operand of one reading of a piece, opened."""

    number: int
    reading: Reading
    item: int
    value: Value
    word: str  # before it


@record
class Found:
    """A reading of a piece, and by item of it the hole that the operand would be."""

    piece: Piece
    reading: Reading
    holes: dict[int, Open]
    words: dict[int, str]  # before those that have a form of their own

    @property
    def mask(self) -> int:
        return sum(hole.mask for hole in self.holes.values())

    def opened(self, isa: Isa, names: Mapping[int, Value]) -> Statement:
        """The reading with those operands open."""
        return opened(isa, self.reading, names, self.words)


def operands(
    pieces: Sequence[tuple[Piece, int]], isa: Isa, worker: Worker, touching: bool
) -> list[Found | None]:
    """For each piece with some of its bits the operands that are in these bits, or with `touching` that have any.

    Of several readings the one whose operands are most of the bits; None where no operand is there."""
    asked = [_Asked(number, *one) for number, own in enumerate(pieces) for one in _items(isa, *own)]
    attempts = [Attempt(pieces[one.number][0], _opened(isa, one), -1) for one in asked]
    found: dict[tuple[int, int], Found] = {}  # by piece and reading
    for one, answer in zip(asked, tried(attempts, isa, {}, worker), strict=True):
        piece, bits = pieces[one.number]
        if isinstance(answer, Fit) and (answer.mask & bits if touching else not answer.mask & ~bits):
            made = found.setdefault((one.number, id(one.reading)), Found(piece, one.reading, {}, {}))
            if not made.mask & answer.mask:
                made.holes[one.item], made.words[one.item] = answer.holes[0], one.word
    best: list[Found | None] = [None] * len(pieces)
    for (number, _), made in found.items():
        before, bits = best[number], pieces[number][1]
        if before is None or (made.mask & bits).bit_count() > (before.mask & bits).bit_count():
            best[number] = made
    return best


def _opened(isa: Isa, one: _Asked) -> Statement:
    return opened(isa, one.reading, {one.item: one.value}, {one.item: one.word})


def _items(isa: Isa, piece: Piece, bits: int) -> Iterator[tuple[Reading, int, Value, str]]:
    """Every number and register that can be open, in every reading that shows it."""
    seen: set[str] = set()
    for value in (piece.value, piece.value | bits, piece.value | bits & (bits << 1)):
        for number, found in enumerate(reading.readings(isa, split(value, piece), piece.offset)):
            if found.text in seen:
                continue
            seen.add(found.text)
            place = reading.relative(isa, _with(piece, value), number)
            for item in range(1, len(found.parts), 2):
                for word in forms(isa, found.mnemonic, piece):
                    yield found, item, _value(found, item, place), word


def _with(piece: Piece, value: int) -> Piece:
    return Piece(piece.offset, split(value, piece), piece.unit, piece.is_data, piece.linked)


def _value(found: Reading, item: int, place: tuple[int, int] | None) -> Value:
    if found.mnemonic == "adrp" and place is not None and place[0] == item:
        return Relocated(Affine(_ANY), "pg_hi21")
    return Target(_ANY) if place is not None and place[0] == item else Affine(_ANY)
