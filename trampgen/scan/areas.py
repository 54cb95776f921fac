"""What of a file is searched: its sections, each with what it holds from where on as mapping symbols say."""

from __future__ import annotations

import bisect
import functools
import mmap
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence

from trampgen.elf.compressed import SHF_COMPRESSED
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf, Section
from trampgen.elf.machines import EM_AARCH64, EM_ARM
from trampgen.scan.buffer import Buffer

# What mapping symbols call the code of each target (ELF for the Arm Architecture, 5.5.5; for AArch64, 5.3).
_LETTERS = {"arm": "a", "armv5": "a", "armv4": "a", "thumb": "t", "arm64": "x"}
_MARK = re.compile(r"\$[atdx](?:$|\.)")


class Area:
    """A section, or a whole raw image, whose `section` is None."""

    def __init__(
        self,
        name: str,
        buffer: Buffer,
        section: Section | None = None,
        relocatable: bool = False,
        marks: Sequence[tuple[int, str]] = (),
    ) -> None:
        self.name, self.buffer, self.section = name, buffer, section
        self.relocatable = relocatable
        self._places = [place for place, _ in marks]
        self._letters = [letter for _, letter in marks]

    def holds(self, isa: str, place: int) -> bool:
        """Whether a place is in code of a target, as far as mapping symbols say."""
        at = bisect.bisect_right(self._places, place) - 1
        return at < 0 or self._letters[at] == _LETTERS.get(isa)


def of_elf(elf: Elf, names: Collection[str] = (), data: bool = False) -> Iterator[Area]:
    """The executable sections of a file by address, or all that are loaded; or those of some names."""
    found = elf.executable
    if data or names:
        loaded = [s for s in elf.sections if s.allocated and s.has_bytes]
        found = tuple(sorted(loaded, key=lambda section: (section.address, section.index)))
    for section in found:
        if (not names or section.name in names) and not section.flags & SHF_COMPRESSED:
            marks = _marks(elf).get(section.index, []) if section.executable else []
            yield Area(
                section.name, Buffer(elf.data(section), section.address), section, elf.relocatable, marks
            )


def of_raw(path: str, base: int) -> Area:
    """A file of nothing but code, the first byte of which is at an address. Raises BadElf for what is no such file."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise BadElf("this is no plain file")
        if about.st_size == 0:
            raise BadElf("the file is empty")
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as image:
            return Area(path, Buffer(image[:], base))


@functools.lru_cache(4)
def _marks(elf: Elf) -> dict[int, list[tuple[int, str]]]:
    """section → (offset, letter of what begins there), by offset."""
    found: dict[int, list[tuple[int, str]]] = {}
    if elf.machine not in (EM_ARM, EM_AARCH64):
        return found
    for name, indices in elf.symbols.by_name.items():
        if _MARK.match(name):
            for symbol in (elf.symbols[index] for index in indices):
                if 0 < symbol.section < len(elf.sections):
                    start = elf.sections[symbol.section].address
                    found.setdefault(symbol.section, []).append((symbol.value - start, name[1]))
    for marks in found.values():
        marks.sort()
    return found
