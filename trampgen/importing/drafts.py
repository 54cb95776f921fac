"""What becomes of an extent: a draft of a template, with a line for each piece and what that may be written as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trampgen.importing.model import Extent, Piece, Placement
from trampgen.isa.base import Isa
from trampgen.isa.operands import named
from trampgen.model.record import record
from trampgen.model.values import Affine, LabelAddress, Relocated, Value


class Target(Affine):
    """A param that is where a branch goes, or what an operand that is relative to the program counter refers to."""


@record
class Statement:
    """An instruction in the language's syntax; what is open in it are the values among its parts."""

    mnemonic: str
    parts: tuple[str | Value, ...] = ()

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(part for part in self.parts if not isinstance(part, str))

    @property
    def params(self) -> list[str]:
        """The params that stand in it."""
        bases = [value.base if isinstance(value, Relocated) else value for value in self.values]
        return [base.param for base in bases if isinstance(base, Affine)]

    @property
    def text(self) -> str:
        operands = "".join(part if isinstance(part, str) else _interpolated(part) for part in self.parts)
        return f"{self.mnemonic:<6} {operands.strip()}".strip()


def _interpolated(value: Value) -> str:
    return f"${{{'&' if isinstance(value, LabelAddress) else ''}{named(value)}}}"


@record
class Param:
    """A param that is declared: `kind` is branch, insn or nothing; `base` says what it is."""

    name: str
    kind: str = ""
    rest: int | None = None
    base: str = ""

    @property
    def text(self) -> str:
        kind = f": {self.kind}" if self.kind else ""
        rest = f" rest {self.rest:#x}" if self.rest else ""
        return f"param {self.name}{kind}{rest}{f' = {self.base}' if self.base else ''}"


@dataclass(slots=True, eq=False, repr=False)
class Line:
    """What a piece becomes: the first of its choices; a literal, where it has a type; raw words otherwise."""

    piece: Piece
    choices: list[Statement] = field(default_factory=list)
    literal: str = ""  # its type; its name is `name`
    name: str = ""
    shown: str = ""  # the disassembly
    text: str = ""  # of raw words: the disassembly where an assembler should make them of it
    why: str = ""  # it is raw
    comment: str = ""

    @property
    def is_raw(self) -> bool:
        return not self.choices and not self.literal

    @property
    def labels(self) -> list[str]:
        """The labels that it names as it is written."""
        values = self.choices[0].values if self.choices else ()
        return [value.label for value in values if isinstance(value, LabelAddress)]

    @property
    def is_left(self) -> bool:
        """Whether an instruction was left raw."""
        return self.is_raw and not self.piece.is_data

    @property
    def params(self) -> list[str]:
        """The params that it has as it is written; a literal is one by itself."""
        return self.choices[0].params if self.choices else []


@dataclass(slots=True, eq=False, repr=False)
class Region:
    """Lines that rest as one thing and are patched to another."""

    name: str
    rest: list[Line]
    form: list[Line]


@dataclass(slots=True, eq=False, repr=False)
class Draft:
    """A template on its way. `labels` are names by offset, `symbols` what they are called in the file.

    `guesses` are what can't be known, `lost` what the object says and the template does not."""

    name: str
    extent: Extent
    isa: Isa
    items: list[Line | Region] = field(default_factory=list)
    params: dict[str, Param] = field(default_factory=dict)
    labels: dict[int, list[str]] = field(default_factory=dict)
    symbols: dict[str, str] = field(default_factory=dict)
    guesses: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    placement: Placement | None = None  # the template then stands in a layout
    layout: str = ""

    def needed(self) -> set[str]:
        """The labels that the object has, or a statement as it is written."""
        return {*self.symbols, *(label for line in self.lines() for label in line.labels)}

    def lines(self) -> Iterator[Line]:
        """All of them at rest, and then those of forms."""
        for item in self.items:
            yield from item.rest if isinstance(item, Region) else [item]
        for item in self.items:
            if isinstance(item, Region):
                yield from item.form
