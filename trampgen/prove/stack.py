"""Places on the stack, counted from the stack pointer as the code finds it; where an offset is open, its limits."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.prove import terms
from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value, bounds
from trampgen.prove.memory import Region
from trampgen.prove.terms import Term, sub


def distance(cpu: Cpu, address: Value) -> tuple[int, int] | None:
    """The least and the greatest distance of an address from the stack pointer at the beginning.

    None where it has nothing to do with that: an address of another region."""
    return between(cpu, address, cpu.memory.stack)


def between(cpu: Cpu, address: Value, base: Value) -> tuple[int, int] | None:
    """The least and the greatest that an address can be behind another; None where nothing is known of that."""
    width = 8 * cpu.machine.word
    constant, parts = terms.linear(sub(address, base, width))
    low = high = constant - (constant >> (width - 1) << width)
    for term, scale in parts.items():
        signed = scale - (scale >> (width - 1) << width)
        least, most = _limits(cpu, term)
        if most - least >= 1 << 16:  # nothing is known of it
            return None
        low += min(signed * least, signed * most)
        high += max(signed * least, signed * most)
    return low, high


def _limits(cpu: Cpu, term: Term) -> tuple[int, int]:
    """What a term can be: a param what encoders let through, all else what its pieces tell."""
    low, high = bounds(term, term.width)
    first, *rest = terms.pieces(term, term.width)
    if (
        first[0] is not None
        and first[1] == 0
        and first[0].kind == "var"
        and all(part[:2] == (None, 0) for part in rest)
    ):
        reach = cpu.reaches.get(first[0].args[0])
        if reach is not None and reach.low >= 0:
            return max(low, reach.low), min(high, reach.high)
    return low, high


def regions(cpu: Cpu, address: Value) -> Iterator[tuple[Region, tuple[int, int]]]:
    """The regions of memory that are on the stack, and where in them an address is."""
    for region in {cpu.memory.stack: None} | dict.fromkeys(cpu.memory.regions):
        if region is not None and (found := between(cpu, address, region)) is not None:
            yield region, found
