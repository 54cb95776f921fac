"""What passes of a verification hand to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from trampgen.diagnostics import Note
from trampgen.elf.file import Elf, Section
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import When


@dataclass(frozen=True, slots=True)
class Located:
    """Something of a spec in a file: `offset` counts from the section's start, `size` is None where nobody says.

    `array` is true of an object of numbers, false of code as it lies in memory. It begins `delta` bytes behind the
    symbol."""

    elf: Elf
    section: Section
    offset: int
    size: int | None
    symbol: str
    array: bool = False
    delta: int = 0

    @property
    def extent(self) -> int:
        """Bytes of it at most: as many as it has, or as there are to the section's end."""
        rest = self.section.size - self.offset
        return rest if self.size is None else min(self.size, rest)

    def at(self, more: int = 0) -> str:
        """A place in it for messages: optprobes_head.o: .text+0x10010, optprobe_template_entry+0x10."""
        behind = self.delta + more
        named = f"{self.symbol}{f'+{behind:#x}' if behind else ''}"
        if self.elf.relocatable:
            return f"{self.elf.name}: {self.section.name}+{self.offset + more:#x}, {named}"
        return f"{self.elf.name}: {self.section.address + self.offset + more:#x}, {named}"


@dataclass(frozen=True, slots=True)
class InTypes:
    """A struct that debug info of a file has; `format` is DWARF or BTF."""

    elf: Elf
    format: str
    title: str

    def at(self) -> str:
        """It for messages: DWARF of module_64.o, struct ppc64_stub_entry."""
        return f"{self.format} of {self.elf.name}, {self.title}"


@record
class Difference:
    """One thing in which a file is not as its spec says. `weight` is how much of it that is, in bits.

    `notes` are made when they are to be shown: most differences are of cases that the file is not for."""

    code: str
    message: str
    span: Span
    notes: Callable[[], Iterable[Note]]
    weight: int
    help: str = ""


@record
class Checked:
    """One variant of one thing held against one place of a file. `what` says how much was compared.

    Of several with the same `group`, one will do: files may have different things of the same name."""

    kind: str
    name: str
    when: When
    place: Located | InTypes
    what: str
    differences: tuple[Difference, ...]
    group: str

    @property
    def weight(self) -> int:
        return sum(difference.weight for difference in self.differences)


@record
class Absent:
    """A thing that no file has; `looked_for` says how it was."""

    kind: str
    name: str
    looked_for: str
