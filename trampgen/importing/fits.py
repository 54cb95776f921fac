"""Statements that are tried out for a piece, and the holes of those that fit."""

from __future__ import annotations

from dataclasses import replace

from trampgen.fields import arith
from trampgen.importing.drafts import Statement
from trampgen.importing.model import Piece
from trampgen.model.field import Field, Run
from trampgen.model.record import record
from trampgen.model.values import Value


@record
class Attempt:
    """A statement for a piece; `open` are the bits of its value that holes may have."""

    piece: Piece
    statement: Statement
    open: int = 0


@record
class Open:
    """The hole of an open value: where its bits are in the piece's value."""

    value: Value
    runs: tuple[Run, ...]
    signed: bool = False
    relative: bool = False

    @property
    def mask(self) -> int:
        return Field(self.runs, signed=False).mask

    def rest(self, piece: Piece) -> int:
        """The value that the piece has there."""
        first = min(run.insn_bit for run in self.runs)
        runs = tuple(replace(run, insn_bit=run.insn_bit - first) for run in self.runs)
        return arith.decode([(Field(runs, self.signed), 0)], [piece.value >> first], 64, self.signed)


@record
class Fit:
    """A statement that fits, with its holes in the order of its open values."""

    holes: tuple[Open, ...]

    @property
    def mask(self) -> int:
        return sum(hole.mask for hole in self.holes)
