"""Patterns under each other with their bits numbered, as text for messages."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.cubes.cube import Cube

Line = tuple[str, Cube]  # what stands behind the bits, and the bits
_BYTE = 8
_AT_ONCE = 32  # bits of a line: a wider word goes on in the next block
_GAP = "  "
_CUT = "…"


def word(value: int, width: int) -> Cube:
    """A witness to stand between patterns: every bit is fixed."""
    return Cube((1 << width) - 1, value, width)


def ruler(lines: Sequence[Line], marked: int = 0, columns: int = 100) -> list[str]:
    """Lines of at most so many columns: the numbers of bits, then each pattern, highest bit first, `-` where it is
    open, then `^` under the marked bits if there are any.

    Each number's last digit stands over its bit. All patterns have the width of the first; words of more than
    32 bits take several blocks, and what stands behind the bits stands in the last one. Raises ValueError for
    patterns of several widths."""
    if len({cube.width for _, cube in lines}) > 1:
        raise ValueError("patterns of several widths")
    if not lines:
        return []
    found: list[str] = []
    end = lines[0][1].width
    while end:
        start = (end - 1) // _AT_ONCE * _AT_ONCE
        found += _block(lines, marked, range(end - 1, start - 1, -1), columns)
        end = start
    return found


def differing(one: Cube, other: Cube) -> int:
    """Bits to mark: those that tell the words of two patterns apart; if none does, those that one of them fixes."""
    apart = (one.value ^ other.value) & one.mask & other.mask
    return apart or one.mask ^ other.mask


def _block(lines: Sequence[Line], marked: int, places: range, columns: int) -> list[str]:
    found = [_numbers(places)]
    for label, cube in lines:
        bits = _grouped("".join(_bit(cube, place) for place in places), places)
        found.append(_cut(f"{bits}{_GAP}{label}" if label and not places[-1] else bits, columns))
    if marks := _grouped("".join(" ^"[marked >> place & 1] for place in places), places).rstrip():
        found.append(marks)
    return found


def _bit(cube: Cube, place: int) -> str:
    if not cube.mask >> place & 1:
        return "-"
    return "01"[cube.value >> place & 1]


def _grouped(bits: str, places: Sequence[int]) -> str:
    """A space between bytes."""
    return "".join(
        f"{bit} " if place % _BYTE == 0 and place != places[-1] else bit
        for bit, place in zip(bits, places, strict=True)
    )


def _numbers(places: range) -> str:
    """The highest bit of the block, and the lowest of each byte where the number has room."""
    shown = str(places[0])
    for number, place in enumerate(places):
        if place % _BYTE == 0 and number:
            end = number + places[0] // _BYTE - place // _BYTE + 1
            start = end - len(str(place))
            if start > len(shown):
                shown = shown.ljust(start) + str(place)
    return shown


def _cut(line: str, columns: int) -> str:
    return line if len(line) <= columns else line[: columns - len(_CUT)] + _CUT
