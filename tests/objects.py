"""Objects with debug info, compiled from C text, that hold the compiler's own answers."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from trampgen.elf.file import Elf

PREAMBLE = """
#include <stddef.h>
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
"""


def compiled(compiler: str, text: str, path: Path, flags: Sequence[str] = ("-g",)) -> Path:
    """An object, or with -shared and the like what is linked of it."""
    source = path.with_suffix(".c")
    source.write_text(text)
    link = [] if "-shared" in flags else ["-c"]
    command = [compiler, "-w", "-O1", *link, *flags, "-o", str(path), str(source)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return path


def answers(expressions: Sequence[str]) -> str:
    """C text of an array that holds the values of constant expressions."""
    return f"const u64 answers[] = {{ {', '.join(f'(u64)({one})' for one in expressions)} }};\n"


def answered(elf: Elf) -> list[int]:
    """The numbers of such an array."""
    return list(numbers(elf, "answers", 8))


def numbers(elf: Elf, symbol: str, width: int) -> list[int]:
    """An array of numbers, in the byte order of the file."""
    data = contents(elf, symbol)
    return [int.from_bytes(data[at : at + width], elf.order) for at in range(0, len(data), width)]


def contents(elf: Elf, symbol: str) -> bytes:
    """The bytes of a variable."""
    [found] = elf.symbols.named(symbol)
    section = elf.sections[found.section]
    start = found.value - section.address
    return bytes(elf.data(section)[start : start + found.size])


def ones(elf: Elf, symbol: str) -> set[int]:
    """The bits that are set in a variable, counted from its start: on big-endian machines each byte from the top."""
    top = 7 if elf.order == "big" else 0
    data = contents(elf, symbol)
    return {8 * at + (bit ^ top) for at, byte in enumerate(data) for bit in range(8) if byte >> bit & 1}
