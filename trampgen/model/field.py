"""One hole's arithmetic as data: which bits of a value go to which bits of a word."""

from __future__ import annotations

from dataclasses import dataclass, replace

WORD_BITS = 32  # of an instruction word
ALL_BITS = (1 << WORD_BITS) - 1
C_INTEGERS = {f"{sign}{bits}": bits for sign in "su" for bits in (8, 16, 32, 64)}  # the kernel's names


@dataclass(frozen=True, slots=True)
class Run:
    """`count` bits of the value, from `value_bit` up, stand in the word from `insn_bit` up (bit 0 is 2**0).

    With `xnor` the run is one bit, which stands in the word as it is where that bit of the value is set, and
    inverted where it is not."""

    value_bit: int
    insn_bit: int
    count: int
    xnor: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """Bits of `value + addend`, after adding 1 << carry_from where a lower half will be sign-extended.

    `signed`: the highest bit is the value's sign when the field is read back. `fresh`: the instruction begins a
    register (lis), so that below other fields of the value its extension is shifted out or inserted over."""

    runs: tuple[Run, ...]
    signed: bool
    carry_from: int | None = None
    addend: int = 0
    fresh: bool = False

    @property
    def mask(self) -> int:
        """The word's bits that the field occupies."""
        return sum(((1 << run.count) - 1) << run.insn_bit for run in self.runs)

    def cut(self, width: int) -> dict[int, Field]:
        """The field in words of `width` bits that follow each other from the lowest bit up: part by word."""
        parts: dict[int, list[Run]] = {}
        for run in self.runs:
            for place in range(run.insn_bit // width, (run.insn_bit + run.count - 1) // width + 1):
                low = max(run.insn_bit, place * width)
                high = min(run.insn_bit + run.count, (place + 1) * width)
                moved = run.value_bit + low - run.insn_bit
                parts.setdefault(place, []).append(Run(moved, low - place * width, high - low, run.xnor))
        if len(parts) < 2:
            return {0: self}
        cut = {place: replace(self, runs=tuple(runs), signed=False) for place, runs in parts.items()}
        return {
            place: replace(part, signed=self.signed and part.top_bit == self.top_bit)
            for place, part in cut.items()
        }

    @property
    def width(self) -> int:
        return sum(run.count for run in self.runs)

    @property
    def low_bit(self) -> int:
        return min(run.value_bit for run in self.runs)

    @property
    def top_bit(self) -> int:
        """One more than the highest value bit that the field holds."""
        return max(run.value_bit + run.count for run in self.runs)


@dataclass(frozen=True, slots=True)
class Reach:
    """Every value from low to high, both included, that is a multiple of `align` plus `phase`."""

    low: int
    high: int
    align: int = 1
    phase: int = 0

    def holds(self, value: int) -> bool:
        return self.low <= value <= self.high and (value - self.phase) % self.align == 0
