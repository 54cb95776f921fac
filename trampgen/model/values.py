"""What an expression can be once its names are known: a number, or something open until the header is used."""

from __future__ import annotations

import re

from trampgen.model.record import compared


@compared
class Affine:
    """A param plus a constant."""

    param: str
    addend: int = 0


@compared
class LabelAddress:
    """The address of a label in the same template, in bytes from its start once it is laid out."""

    label: str
    addend: int = 0


@compared
class Symbolic:
    """A number that only the C compiler knows: an extern nobody supplied, or an expression over one.

    `c` is its C text, `asm` the same under __ASSEMBLY__, where an extern is its bare name, and a member of an
    extern struct all the words of its name: pt_regs_gpr_2."""

    c: str
    asm: str
    externs: tuple[str, ...]


@compared
class Relocated:
    """A slice of an open value: `reladdr@ha`."""

    base: int | Affine | Symbolic | LabelAddress
    operator: str


@compared
class Register:
    """A register that a macro was given; it can stand only where a whole operand does."""

    name: str


Value = int | Affine | LabelAddress | Symbolic | Relocated | Register


def scaled(count: int | Symbolic, by: int, addend: int) -> int | Symbolic:
    """`count * by + addend`."""
    if isinstance(count, int):
        return count * by + addend
    more = f" {'+' if addend > 0 else '-'} {abs(addend)}" if addend else ""
    return Symbolic(f"({count.c}) * {by}{more}", f"({count.asm} * {by}{more})", count.externs)


def one_word(extern: str) -> str:
    """The name of an extern for assemblers and macros: pt_regs.gpr[2] is pt_regs_gpr_2."""
    return re.sub(r"\W+", "_", extern).strip("_")


def natural(name: str) -> list[tuple[int, str]]:
    """For sorting: gpr[2] before gpr[10]."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", name)]
