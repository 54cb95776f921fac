"""What an import is made from: an extent of an object file, and the pieces that it is cut into."""

from __future__ import annotations

from trampgen.elf.file import Elf, Section
from trampgen.elf.relocations import Relocation
from trampgen.model.record import record


class CannotImport(Exception):
    """Nothing can be made of what was named: one line that says why, and how to mend it."""


@record
class Extent:
    """Bytes from `start` in a section: `is_code` as the processor reads it, or an array of words as numbers.

    `labels` are (offset, symbol), by offset and of what lies inside or at the end; `islands` are stretches that mapping
    symbols call data; `relocations` count from the start. `end` is the symbol that was given as the end."""

    path: str
    symbol: str
    elf: Elf
    section: Section
    start: int
    data: bytes
    target: str
    is_code: bool
    labels: tuple[tuple[int, str], ...]
    islands: tuple[tuple[int, int], ...]
    relocations: tuple[Relocation, ...]
    end: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return len(self.data)


@record
class Placement:
    """A layout that is aligned to `align`, and has `before` bytes in front of the code and `behind` bytes behind it."""

    align: int
    before: int
    behind: int

    @property
    def says(self) -> str:
        """As a guess."""
        pad = f", {self.before} bytes behind its start" if self.before else ""
        return f"it is aligned to {self.align}{pad}, so that no prefixed instruction crosses a multiple of 64"


@record
class Piece:
    """One instruction, or one datum, of an extent; `is_part` of Thumb words in which none begins and ends.

    `words` are in value form: one, two of a prefixed instruction, or the bytes of x86. `linked` has the bits that a
    relocation fills, in the words as one number (`joined`); what stands there in the file is for the linker."""

    offset: int
    words: tuple[int, ...]
    unit: int  # bytes of a word
    is_data: bool = False
    linked: int = 0
    is_part: bool = False

    @property
    def size(self) -> int:
        return self.unit * len(self.words)

    @property
    def end(self) -> int:
        return self.offset + self.size

    @property
    def value(self) -> int:
        """All words as one number: those of bytes with the first one lowest, a prefix above its suffix."""
        return joined(self.words, self.unit)


def joined(words: tuple[int, ...], unit: int) -> int:
    """Words as one number, in the order in which instructions are numbers."""
    if unit == 1:
        return int.from_bytes(bytes(words), "little")
    value = 0
    for word in words:
        value = value << 8 * unit | word
    return value
