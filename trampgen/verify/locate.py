"""Where symbols say that things of a spec are."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from trampgen.elf.file import Elf
from trampgen.elf.symbols import STT_OBJECT, Symbol
from trampgen.model.images import Image
from trampgen.verify.model import Located


def locate(elfs: Sequence[Elf], image: Image) -> Iterator[Located]:
    """Every place of an image, by file and then by address."""
    for elf in elfs:
        for symbol in sorted(_symbols(elf, image.symbol), key=lambda s: (s.section, s.value, s.name)):
            found = place(elf, symbol, image.end)
            if found is not None:
                yield found


def place(elf: Elf, symbol: Symbol, end: str | None = None) -> Located | None:
    """Where a symbol is, up to another one or as far as it says; None where a file has no bytes for it."""
    if not 0 < symbol.section < len(elf.sections):
        return None
    section = elf.sections[symbol.section]
    offset = symbol.value - section.address
    if not section.has_bytes or not 0 <= offset < section.size:
        return None
    size: int | None = symbol.size or None
    if end is not None:
        ends = [s.value - symbol.value for s in elf.symbols.named(end) if s.section == symbol.section]
        size = min((distance for distance in ends if distance > 0), default=size)
    array = symbol.kind == STT_OBJECT and not section.executable
    return Located(elf, section, offset, size, symbol.name, array)


def _symbols(elf: Elf, name: str) -> Iterable[Symbol]:
    if "*" not in name:
        return elf.symbols.named(name)
    pattern = _pattern(name)
    return [s for known in elf.symbols.by_name if pattern.fullmatch(known) for s in elf.symbols.named(known)]


@functools.cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))))
