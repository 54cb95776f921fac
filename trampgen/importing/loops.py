"""Statements that differ by steps, as a loop: `for n in 2..31 { std r${n}, ${48 + 8 * n}(r1) }`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trampgen.model.record import record

_FEWEST = 4  # statements: fewer read better as they are
# The number of a register, or a number by itself.
_NUMBER = re.compile(r"(?<![\w.$])([rxw]?)(-?(?:0x[0-9a-f]+|[0-9]+))(?![\w.])")


@record
class Loop:
    """`count` statements from the first one on, as one line."""

    count: int
    text: str


def loop(statements: Sequence[str]) -> Loop | None:
    """The loop that the first of some statements begins, as long as it goes on; None where it is too short."""
    if len(statements) < _FEWEST:
        return None
    first, second = (_taken_apart(text) for text in statements[:2])
    if first is None or second is None or first[0] != second[0]:
        return None
    steps = [b - a for a, b in zip(first[1], second[1], strict=True)]
    registers = [letter != "" and step != 0 for letter, step in zip(first[2], steps, strict=True)]
    if not any(registers):
        return None
    count = 2
    while count < len(statements) and _follows(_taken_apart(statements[count]), first, steps, count):
        count += 1
    if count < _FEWEST:
        return None
    return Loop(count, _text(statements[0], first[1], steps, registers, count))


def _taken_apart(text: str) -> tuple[str, list[int], list[str]] | None:
    """The text without its numbers, the numbers, and what stands before each; None for what has something open."""
    if "$" in text or "{" in text or '"' in text:
        return None
    found = list(_NUMBER.finditer(text))
    return _NUMBER.sub(r"\1#", text), [int(m.group(2), 0) for m in found], [m.group(1) for m in found]


def _follows(
    found: tuple[str, list[int], list[str]] | None,
    first: tuple[str, list[int], list[str]],
    steps: Sequence[int],
    times: int,
) -> bool:
    if found is None or found[0] != first[0]:
        return False
    return all(a + step * times == b for a, step, b in zip(first[1], steps, found[1], strict=True))


def _text(
    statement: str, numbers: Sequence[int], steps: Sequence[int], registers: Sequence[bool], count: int
) -> str:
    """The variable is the number of a register that goes up by one, if there is such a register."""
    plain = next((i for i, is_one in enumerate(registers) if is_one and steps[i] == 1), None)
    start = numbers[plain] if plain is not None else 0
    places = iter(zip(numbers, steps, strict=True))

    def one(match: re.Match[str]) -> str:
        number, step = next(places)
        if not step:
            return match.group()
        return f"{match.group(1)}${{{_affine(step, number - step * start)}}}"

    return f"for n in {start}..{start + count - 1} {{ {_NUMBER.sub(one, statement)} }}"


def _affine(step: int, addend: int) -> str:
    """`8 * n + 48` without what adds nothing."""
    times = "n" if step == 1 else f"{step} * n"
    if step < 0:
        return f"{addend} - {f'{-step} * n' if step < -1 else 'n'}"
    return times + (f" {'+' if addend > 0 else '-'} {abs(addend)}" if addend else "")
