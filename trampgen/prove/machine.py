"""The shape that every machine fills in: registers, calling convention, instructions that SLEIGH gets wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from trampgen.model.record import record

if TYPE_CHECKING:
    from trampgen.prove.cpu import Cpu
    from trampgen.prove.lift import Lifted
    from trampgen.prove.program import Step

# A register of a contract as bits of SLEIGH's, the lowest first: name, lowest bit, bits. Without a name a number.
Part = tuple[str | None, int, int]


@record
class Patch:
    """An instruction that SLEIGH gets wrong or does not know: a known word under a mask, and what it does.

    `mask` and `value` are of the first word, or of bytes, the first one lowest. `why` says what is wrong."""

    mask: int
    value: int
    apply: Callable[[Cpu, Step], None]
    why: str


@record
class Machine:
    """One target. Sizes are in bytes.

    `kept` are bits of a register that no instruction of a template changes: `mtmsr` leaves MSR[LE] as it is, whatever a
    handler has put into its slot. `assumed` are bits that are known from the start. `always` are SLEIGH's registers
    that hold a number while the code runs: the T bit of ARM is 0, and is what it is where control leaves."""

    isa: str
    language: str  # of pypcode
    word: int
    sp: str
    link: str | None  # holds the return address; None where it is pushed
    registers: Mapping[str, tuple[Part, ...]]
    kept_over: tuple[str, ...]  # what `preserves all` is about
    volatile: frozenset[str]  # of which a callee may leave anything
    linkage: frozenset[str]  # that code between caller and callee may change (ABI)
    sticky: tuple[str, ...]
    redzone: int  # below the stack pointer, for code that interrupts a function
    below: int  # below the stack pointer that nothing overwrites
    owned: tuple[int, int]  # from the stack pointer: what a callee may write there
    align: int  # of the stack pointer at a call
    entry_align: int  # of the stack pointer as the code finds it
    register_order: Literal["little", "big"]
    patches: tuple[Patch, ...] = ()
    amend: Callable[[Lifted], Lifted] | None = None  # what SLEIGH leaves out of many instructions
    kept: Mapping[str, int] = field(default_factory=dict)
    assumed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    always: Mapping[str, int] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()  # SLEIGH's registers of one byte that hold one bit
    harmless: frozenset[str] = frozenset()  # user-defined operations without an effect that a contract sees
    traps: frozenset[str] = frozenset()  # those that end a path
    assumptions: tuple[str, ...] = ()
    pushes_return: bool = False
    instruction_order: Literal["little", "big"] = "big"

    def bits(self, name: str) -> int:
        """The width of a register of a contract."""
        return sum(bits for _, _, bits in self.registers[name])
