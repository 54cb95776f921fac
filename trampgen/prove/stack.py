"""Places on the stack, counted from the stack pointer as the code finds it; where an offset is open, its limits."""

from __future__ import annotations

from trampgen.prove import terms
from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value, bounds
from trampgen.prove.terms import Term, sub


def distance(cpu: Cpu, address: Value) -> tuple[int, int] | None:
    """The least and the greatest distance of an address from the stack pointer at the beginning.

    None where it has nothing to do with that: an address of another region."""
    width = 8 * cpu.machine.word
    constant, parts = terms.linear(sub(address, cpu.memory.stack, width))
    low = high = constant - (constant >> (width - 1) << width)
    for term, scale in parts.items():
        signed = scale - (scale >> (width - 1) << width)
        least, most = _limits(term)
        if most - least >= 1 << 16:  # nothing is known of it
            return None
        low += min(signed * least, signed * most)
        high += max(signed * least, signed * most)
    return low, high


def _limits(term: Term) -> tuple[int, int]:
    return bounds(term, term.width)


def above(cpu: Cpu, address: Value) -> bool:
    """Whether an address is surely not below where the stack pointer was."""
    found = distance(cpu, address)
    return found is not None and found[0] >= 0
