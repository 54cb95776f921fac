"""Instructions of an object file as text of the language: capstone's, with what the language spells in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from trampgen.importing.model import Piece
from trampgen.importing.readers import ADDRESS, readers_of, two_narrow
from trampgen.isa.base import Isa
from trampgen.model.record import record

_ELSEWHERE = 1 << 24  # a multiple of every page, and no branch of it changes its form

_REGISTERS = "r[0-9]+|x[0-9]+|w[0-9]+|sp|lr|pc|ip|fp|sl|sb|[re]?(?:[abcd]x|[sd]i|[sb]p)|r(?:[89]|1[0-5])"
_TOKEN = re.compile(rf"((?<![\w.])(?:-?(?:0x[0-9a-f]+|[0-9]+)|{_REGISTERS})(?!\w))")
# Loads of what is a known distance away: ARM and Thumb, x86.
_PC = re.compile(r"\[pc(?:, #(-?(?:0x[0-9a-f]+|[0-9]+)))?\]")
_RIP = re.compile(r"\[rip(?: ([+-]) (0x[0-9a-f]+|[0-9]+))?\]")


@record
class Reading:
    """A mnemonic and its operands; numbers and registers among them are the odd items of `parts`."""

    mnemonic: str
    parts: tuple[str, ...]

    @property
    def operands(self) -> str:
        return "".join(self.parts)

    @property
    def text(self) -> str:
        return f"{self.mnemonic} {self.operands}".strip()

    def same_but_numbers(self, other: Reading) -> list[int] | None:
        """The odd items in which two readings differ; None where they differ in anything else."""
        if self.mnemonic != other.mnemonic or self.parts[::2] != other.parts[::2]:
            return None
        return [i for i in range(1, len(self.parts), 2) if self.parts[i] != other.parts[i]]


def readings(isa: Isa, words: Sequence[int], offset: int = 0, address: int = ADDRESS) -> Iterator[Reading]:
    """Every way in which the language may write an instruction, the usual one first; none where it is unknown."""
    for reader in readers_of(isa):
        found = reader(isa, tuple(words), address + offset)
        if found is not None:
            yield reading(*found)


def reading(mnemonic: str, operands: str) -> Reading:
    """Text taken apart. What stands before the name of an instruction is one by itself in the language."""
    name, _, more = mnemonic.partition(" ")
    return Reading(name, tuple(_TOKEN.split(f"{more} {operands}".strip())))


def shown(isa: Isa, piece: Piece) -> str:
    """An instruction as text, for a raw word; empty where it is none."""
    if isa.name == "thumb" and piece.words[0] >> 27 < 0b11101:
        return two_narrow(isa, piece.words[0])
    return next((one.text for one in readings(isa, piece.words, piece.offset)), "")


def relative(isa: Isa, piece: Piece, number: int = 0) -> tuple[int, int] | None:
    """The item that is an address, and where it is, counted as offsets are; None for an instruction without one."""
    here, there = (
        list(readings(isa, piece.words, piece.offset, at)) for at in (ADDRESS, ADDRESS + _ELSEWHERE)
    )
    if number >= min(len(here), len(there)):
        return None
    items = here[number].same_but_numbers(there[number])
    if not items or len(items) != 1:
        return None
    target = int(here[number].parts[items[0]], 0) - ADDRESS
    half = 1 << (isa.pointer_bits - 1)
    return items[0], (target + half) % (2 * half) - half


def loaded(isa: Isa, piece: Piece, text: str) -> tuple[re.Match[str], int] | None:
    """What stands for a place relative to the program counter, and the place, counted as offsets are."""
    if isa.of_bytes:
        match = _RIP.search(text)
        if match is None:
            return None
        return match, piece.end + int(f"{match.group(1) or ''}{match.group(2) or 0}", 0)
    match = _PC.search(text) if isa.name in ("arm", "armv5", "armv4", "thumb") else None
    if match is None or match.end() < len(text):
        return None
    base = (piece.offset & ~3) + 4 if isa.name == "thumb" else piece.offset + 8
    return match, base + int(match.group(1) or "0", 0)
