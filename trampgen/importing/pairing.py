"""Halves of one address: operands of two instructions that a reader takes for slices of one value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.importing.operands import Found
from trampgen.importing.reading import Reading
from trampgen.model.record import record

_APART = 4  # instructions between two halves, at most
_UNSIGNED = ("ori", "oris", "xori", "andi.")  # of Power: those whose immediate is not sign-extended


@record
class Half:
    """An operand of one of the pieces, and its slice; `key` is the first half of the pair."""

    number: int
    item: int
    operator: str


def pairs(found: Sequence[Found | None]) -> Iterator[tuple[Half, Half]]:
    """Upper and lower halves, in the order of the code. Only operands that are open, each in one pair."""
    taken: set[int] = set()
    for first, one in enumerate(found):
        if one is None or first in taken or (item := _number(one)) is None:
            continue
        for second in range(first + 1, min(first + 1 + _APART, len(found))):
            other = found[second]
            if other is None or second in taken or (last := _number(other)) is None:
                continue
            operators = _operators(one.reading, other.reading)
            if operators is not None:
                taken |= {first, second}
                yield Half(first, item, operators[0]), Half(second, last, operators[1])
                break


def _number(found: Found) -> int | None:
    """The one open item that is a number."""
    items = [item for item in found.holes if not found.reading.parts[item][:1].isalpha()]
    return items[0] if len(items) == 1 else None


def _operators(first: Reading, second: Reading) -> tuple[str, str] | None:
    """The slices of both, if the second instruction goes on with the register that the first one has begun."""
    registers = [text for text in second.parts[1::2] if text[:1].isalpha()]
    target = first.parts[1] if len(first.parts) > 1 else ""
    name, other = first.mnemonic, second.mnemonic
    if name in ("movw", "movt") and other in ("movw", "movt") and name != other:
        return _order(name, ("l", "h")) if registers[:1] == [target] else None
    if name in ("movz", "movk") and other == "movk" and registers[:1] == [target]:
        return f"abs_g{_place(first)}", f"abs_g{_place(second)}"
    if target not in registers[1:]:
        return None
    if name in ("addis", "lis"):
        return ("h", "l") if other in _UNSIGNED else ("ha", "l")
    return ("pg_hi21", "lo12") if name == "adrp" else None


def _order(name: str, operators: tuple[str, str]) -> tuple[str, str]:
    return operators if name == "movw" else operators[::-1]


def _place(found: Reading) -> int:
    """Which 16 bits of a register a wide move fills."""
    numbers = [int(text, 0) for text in found.parts[1::2] if not text[:1].isalpha()]
    return numbers[1] // 16 if len(numbers) > 1 else 0
