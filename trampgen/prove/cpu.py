"""The state of a processor while code runs: registers, memory, and what the running instruction has touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trampgen.model.field import Reach
from trampgen.model.record import record
from trampgen.prove import terms
from trampgen.prove.domain import Value
from trampgen.prove.machine import Machine
from trampgen.prove.memory import Cells, Memory
from trampgen.prove.terms import concat, extract


class GivenUp(Exception):
    """A path that can't be followed; the text says why."""


Places = Mapping[str, tuple[int, int]]  # SLEIGH's registers: offset and size in bytes


@record
class Access:
    """A load or a store of `size` bytes."""

    writes: bool
    address: Value
    size: int


@dataclass(slots=True, eq=False, repr=False)
class Cpu:
    """Registers by SLEIGH's names with `raw`, by those of contracts without. `site` is the step that runs."""

    machine: Machine
    places: Places
    registers: Cells
    memory: Memory
    ip: Value
    site: int | None = None
    accesses: list[Access] = field(default_factory=list)
    written: list[tuple[int, int]] = field(default_factory=list)  # registers: offset and size
    reaches: Mapping[str, Reach] = field(default_factory=dict)  # of variables that are params
    regions: Mapping[terms.Term, None] = field(default_factory=dict)  # those that were looked at

    def copy(self) -> Cpu:
        registers, memory = self.registers.copy(), self.memory.copy()
        accesses, written = list(self.accesses), list(self.written)
        return replace(self, registers=registers, memory=memory, accesses=accesses, written=written)

    def raw(self, name: str) -> Value:
        offset, size = self.places[name]
        return self.registers.load(offset, size)

    def set_raw(self, name: str, value: Value) -> None:
        offset, size = self.places[name]
        self.set_register(offset, value, size)

    def set_register(self, offset: int, value: Value, size: int) -> None:
        """Write a register. One that gets what it holds is not written: `ori r0, r0, 0` is a nop."""
        old = self.registers.load(offset, size)
        if old is value or (isinstance(old, int) and old == value):
            return
        self.registers.store(offset, value, size, self.site)
        self.written.append((offset, size))

    def read(self, name: str) -> Value:
        """A register of a contract."""
        parts = self.machine.registers[name]
        if len(parts) == 1:
            sleigh, low, bits = parts[0]
            assert sleigh is not None
            value = self.raw(sleigh)
            return value if bits == 8 * self.places[sleigh][1] else extract(value, low, bits)
        return concat(
            (low if name is None else extract(self.raw(name), low, bits), bits) for name, low, bits in parts
        )

    def write(self, name: str, value: Value) -> None:
        """Set a register of a contract; the bits of it that are numbers stay these."""
        at = 0
        for sleigh, low, bits in self.machine.registers[name]:
            if sleigh is not None:
                self._write_part(sleigh, low, bits, extract(value, at, bits))
            at += bits

    def _write_part(self, sleigh: str, low: int, bits: int, value: Value) -> None:
        width = 8 * self.places[sleigh][1]
        if bits < width and sleigh not in self.machine.flags:
            old = self.raw(sleigh)
            above = extract(old, low + bits, width - low - bits) if low + bits < width else 0
            below = extract(old, 0, low) if low else 0
            value = concat([(below, low), (value, bits), (above, width - low - bits)])
        else:
            value = terms.zext(value, bits, width)
        self.set_raw(sleigh, value)

    def _check_region(self, address: Value) -> None:
        """All of the stack that is looked at is one region: else two might be the same memory."""
        region, _ = self.memory.split(address)
        if region is None or region in self.regions:
            return
        from trampgen.prove.stack import distance

        seen = [other for other in self.regions if distance(self, other) is not None]
        if seen and distance(self, region) is not None:
            raise GivenUp("the code uses its stack at two distances of which nobody knows whether they meet")
        self.regions = {**self.regions, region: None}

    def load(self, address: Value, size: int) -> Value:
        self._check_region(address)
        self.accesses.append(Access(False, address, size))
        return self.memory.load(address, size)

    def store(self, address: Value, value: Value, size: int) -> None:
        self._check_region(address)
        self.accesses.append(Access(True, address, size))
        self.memory.store(address, value, size, self.site)

    def writer(self, name: str) -> int | None:
        """The step that last wrote a register of a contract, or a part of it."""
        found = [
            self.registers.writer(*self.places[sleigh])
            for sleigh, _, _ in self.machine.registers[name]
            if sleigh is not None
        ]
        return max((site for site in found if site is not None), default=None)


def fresh(machine: Machine, places: Places, order: str, suffix: str = "") -> Cpu:
    """As the code finds it: every register is a variable, but for bits that are assumed.

    `suffix` ends the names of the variables."""
    registers = Cells("register", 8, machine.register_order)
    for sleigh, (name, bits) in _initial(machine).items():
        offset, size = places[sleigh]
        value: Value = terms.var(f"entry.{name}{suffix}", bits)
        if name in machine.assumed:
            mask, known = machine.assumed[name]
            value = terms.bitwise(
                "or", terms.bitwise("and", value, ~mask & ((1 << bits) - 1), bits), known, bits
            )
        value = machine.always.get(sleigh, value)
        registers.store(offset, terms.zext(value, bits, 8 * size), size, None)
    sp = machine.registers[machine.sp][0][0]
    assert sp is not None
    stack = registers.load(*places[sp])
    width = 8 * machine.word
    assert isinstance(stack, terms.Term)
    memory = Memory(machine.word, order, stack, since=suffix)
    return Cpu(machine, places, registers, memory, _address(width))


def _address(width: int) -> Value:
    """Where the code runs, as an address."""
    ip = terms.var("ip", 64)
    return extract(ip, 0, width)


def _initial(machine: Machine) -> dict[str, tuple[str, int]]:
    """SLEIGH's registers that contracts speak of: the name of the variable, its bits."""
    found: dict[str, tuple[str, int]] = {}
    for name, parts in machine.registers.items():
        for sleigh, low, bits in parts:
            if sleigh is not None:
                alone = len(parts) == 1 and low == 0
                before = found.get(sleigh)
                own = name if alone and before is None else (before[0] if before else sleigh.lower())
                found[sleigh] = (own, max(low + bits, before[1] if before else 0))
    return found
