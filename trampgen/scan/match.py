"""Whether bytes are a pattern, in which states, and which words of it are something else."""

from __future__ import annotations

from trampgen.model.record import record
from trampgen.scan.patterns import Part, Pattern, State

States = tuple[State, ...]  # of each part one


@record
class Near:
    """Bytes at a place that are a pattern but for some words; `wrong` are their indices."""

    place: int
    states: States
    wrong: tuple[int, ...]


class Matcher:
    """A pattern, made ready to be compared often."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.size = pattern.size
        self._value = int.from_bytes(pattern.value, "little")
        self._mask = int.from_bytes(pattern.mask, "little")
        self._parts = [(part.start, part.end, _numbers(part)) for part in pattern.parts]

    def states(self, data: bytes, place: int) -> States | None:
        """The state of each part, the first that fits; None where the bytes at a place are something else."""
        if int.from_bytes(data[place : place + self.size], "little") & self._mask != self._value:
            return None
        found: list[State] = []
        for start, end, states in self._parts:
            number = int.from_bytes(data[place + start : place + end], "little")
            state = next((state for value, mask, state in states if number & mask == value), None)
            if state is None:
                return None
            found.append(state)
        return tuple(found)

    def near(self, data: bytes, place: int) -> Near:
        """The words that differ, those of a part from the state that has the fewest."""
        wrong = _wrong(self.pattern, self.pattern.value, self.pattern.mask, data, place, 0)
        states: list[State] = []
        for part in self.pattern.parts:
            by_state = [
                _wrong(self.pattern, state.value, state.mask, data, place, part.start)
                for state in part.states
            ]
            best = min(range(len(by_state)), key=lambda index: len(by_state[index]))
            states.append(part.states[best])
            wrong += by_state[best]
        return Near(place, tuple(states), tuple(sorted(wrong)))


def _numbers(part: Part) -> list[tuple[int, int, State]]:
    return [
        (int.from_bytes(state.value, "little"), int.from_bytes(state.mask, "little"), state)
        for state in part.states
    ]


def _wrong(pattern: Pattern, value: bytes, mask: bytes, data: bytes, place: int, start: int) -> list[int]:
    """The indices of words of a pattern that are not `value` where `mask` has ones, both from its byte `start` on."""
    unit, found = pattern.unit, []
    for at in range(0, len(value), unit):
        got = int.from_bytes(data[place + start + at : place + start + at + unit], "little")
        ones = int.from_bytes(mask[at : at + unit], "little")
        if got & ones != int.from_bytes(value[at : at + unit], "little"):
            found.append((start + at) // unit)
    return found
