"""Symbolic bits: what an extern's slices must hold together, and whether its promised range fits its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trampgen.derive.slices import gathered
from trampgen.diagnostics import Note, Report
from trampgen.fields.reach import flaws, reach, top
from trampgen.model.field import Reach
from trampgen.model.spec import Extern, SymbolBits


def groups(symbols: Sequence[SymbolBits]) -> list[tuple[SymbolBits, ...]]:
    """Symbolic bits that hold one value together: slices of one expression, or a whole operand by itself."""
    return gathered(symbols, lambda symbol: (symbol.form, symbol.value.asm))


def held(group: Sequence[SymbolBits], pointer_bits: int) -> Reach:
    """What a group can hold: the C compiler asserts that the extern is in it."""
    return reach([symbol.field for symbol in group], pointer_bits)


def check(
    symbols: Sequence[SymbolBits], externs: Mapping[str, Extern], pointer_bits: int, report: Report
) -> None:
    """Carries and gaps as for params; and an extern's promised range must fit where it is alone in a field."""
    for group in groups(symbols):
        name = group[0].value.asm
        for flaw in flaws([symbol.field for symbol in group]):
            notes = [Note("also here", symbol.span) for symbol in group[1:]]
            report.error(flaw.code, group[0].span, f"`{name}`: {flaw.message}", notes, flaw.help)
        extern = externs.get(name)
        if extern is None or extern.low is None or extern.high is None:
            continue
        fits = held(group, pointer_bits)
        first, last = extern.low + -extern.low % fits.align, extern.high - extern.high % fits.align
        full = top([symbol.field for symbol in group]) >= pointer_bits
        if first > last or not (full or (fits.low <= first and last <= fits.high)):
            report.error(
                "range-not-encodable",
                group[0].span,
                f"`{name}` is promised in {extern.low}..{extern.high}, which does not fit here",
                [
                    f"this holds {fits.low}…{fits.high}, multiples of {fits.align}",
                    Note("promised here", extern.span),
                ],
                "promise less, or put it into a field that holds it",
            )
