"""What an expression can be once its names are known: a number, or something open until the header is used."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Affine:
    """A param plus a constant."""

    param: str
    addend: int = 0


@dataclass(frozen=True, slots=True)
class LabelAddress:
    """The address of a label in the same template, in bytes from its start once it is laid out."""

    label: str
    addend: int = 0


@dataclass(frozen=True, slots=True)
class Symbolic:
    """A number that only the C compiler knows: an extern nobody supplied, or an expression over one.

    `c` is its C text, `asm` the same under __ASSEMBLY__, where an extern is its bare name."""

    c: str
    asm: str
    externs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relocated:
    """A slice of an open value: `reladdr@ha`."""

    base: int | Affine | Symbolic | LabelAddress
    operator: str


Value = int | Affine | LabelAddress | Symbolic | Relocated
