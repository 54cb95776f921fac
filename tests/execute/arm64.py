"""A64 code under Unicorn: a processor, registers that are all random, and what has to come of a run."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from unicorn import UC_ARCH_ARM64, UC_HOOK_INTR, UC_MODE_ARM, Uc, UcError
from unicorn import arm64_const as uc_arm64

from tests.conftest import EXAMPLES, compile_file
from trampgen.model.spec import Spec

NAMES = [*(f"x{n}" for n in range(31)), "sp", "nzcv"]
NUMBERS = {name: getattr(uc_arm64, f"UC_ARM64_REG_{name.upper()}") for name in [*NAMES, "pc"]}
MASK = (1 << 64) - 1
PAGE = 0x1000
MOST_INSTRUCTIONS = 20

Registers = dict[str, int]


@cache
def specification(name: str) -> Spec:
    spec = compile_file(EXAMPLES / "linux" / "arm64" / f"{name}.tramp").spec
    assert spec is not None
    return spec


def random_registers(random: Random) -> Registers:
    """Any values; of nzcv the flags."""
    values = {name: random.getrandbits(64) for name in NAMES}
    return values | {"nzcv": random.getrandbits(4) << 28, "sp": random.getrandbits(48) & -16}


@dataclass(frozen=True)
class Stop:
    """Where a run ended and with what; `trap` is the number of the exception that ended it."""

    pc: int
    registers: Registers
    trap: int | None = None


class Machine:
    """A processor. Pages are there once something is put into them."""

    def __init__(self) -> None:
        self.uc = Uc(UC_ARCH_ARM64, UC_MODE_ARM)
        self.trap: int | None = None
        self.pages: set[int] = set()
        self.uc.hook_add(UC_HOOK_INTR, self._stopped)

    def _stopped(self, uc: Uc, number: int, data: object) -> None:
        self.trap = number
        uc.emu_stop()

    def place(self, at: int, words: Sequence[int]) -> None:
        """Code anywhere, which nothing else of it remains of in the processor."""
        for page in range(at & -PAGE, at + 4 * len(words), PAGE):
            self._map(page)
        self.uc.mem_write(at, struct.pack(f"<{len(words)}I", *words))
        self.uc.ctl_remove_cache(at, at + 4 * len(words))

    def _map(self, page: int) -> None:
        if page not in self.pages:
            self.uc.mem_map(page, PAGE)
            self.pages.add(page)

    def clear(self) -> None:
        for page in self.pages:
            self.uc.mem_unmap(page, PAGE)
        self.pages.clear()

    def run(self, at: int, until: int, registers: Registers) -> Stop | str:
        """From one place to another, or to an exception; how it failed if it gets to neither."""
        self.trap = None
        for name, value in registers.items():
            self.uc.reg_write(NUMBERS[name], value)
        try:
            self.uc.emu_start(at, until, count=MOST_INSTRUCTIONS)
        except UcError as error:
            if self.trap is None:
                return str(error)
        read = {name: int(self.uc.reg_read(number)) for name, number in NUMBERS.items()}
        return Stop(read.pop("pc"), read, self.trap)


def complaints(stop: Stop | str, entry: Registers, changed: Registers, pc: int) -> list[str]:
    """What is wrong with a run: it must get to one place, and change what is said and nothing else."""
    if isinstance(stop, str):
        return [stop]
    wanted = entry | changed
    found = [] if stop.pc == pc else [f"got to {stop.pc:#x}, not {pc:#x}"]
    return found + [
        f"{name} is {stop.registers[name]:#x}, not {value:#x}"
        for name, value in wanted.items()
        if stop.registers[name] != value
    ]
