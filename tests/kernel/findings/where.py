"""Where a processor that says nothing more is: its program counter, sampled through the emulator's monitor."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from trampgen.elf.file import Elf

_SAMPLES = 60
_COUNTER = re.compile(r"\b(?:NIP\s+|R15=|RIP=)([0-9a-f]+)")


class Monitor:
    """A socket on which the emulator answers."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counters: list[int] = []

    @property
    def option(self) -> list[str]:
        """What the emulator is told."""
        return ["-monitor", f"unix:{self.path},server,nowait"]

    def sample(self) -> None:
        """Ask again and again where it is."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.settimeout(5)
            monitor.connect(str(self.path))
            self._answer(monitor)
            for _ in range(_SAMPLES):
                monitor.sendall(b"info registers\n")
                self.counters += [int(found, 16) for found in _COUNTER.findall(self._answer(monitor))]
                time.sleep(0.02)

    def _answer(self, monitor: socket.socket) -> str:
        said = b""
        while not said.endswith(b"(qemu) "):
            more = monitor.recv(1 << 16)
            if not more:
                break
            said += more
        return said.decode(errors="replace")


def functions(image: Path, counters: Sequence[int]) -> list[str]:
    """The functions in which these addresses are, the most frequent first."""
    elf = Elf(str(image))
    found: Counter[str] = Counter()
    for counter in counters:
        for index, section in enumerate(elf.sections):
            if section.executable and section.address <= counter < section.address + section.size:
                symbol = elf.symbols.at(index, counter)
                found[symbol.name if symbol else section.name] += 1
    return sorted(found, key=lambda name: (-found[name], name))
