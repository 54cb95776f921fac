"""Every assembled word is disassembled by capstone and compared with what was written: two tools must agree."""

from __future__ import annotations

import functools

from trampgen.assemble.capstone import Disassembler
from trampgen.isa.base import Isa


@functools.cache
def _engine(arch: int, mode: int) -> Disassembler:
    return Disassembler(arch, mode)


def disassemble(isa: Isa, word: int, address: int = 0x1000) -> tuple[str, str] | None:
    """(mnemonic, operands) of one word in value form, or None where capstone knows no such instruction."""
    return _engine(*isa.capstone).first(word.to_bytes(isa.unit, isa.capstone_order), address)


def _whole(isa: Isa, code: bytes, address: int) -> tuple[str, str] | None:
    """What an instruction of bytes is, if it is just one."""
    found = _engine(*isa.capstone).sized(code, address)
    return found[:2] if found is not None and found[2] == len(code) else None


def sized(isa: Isa, code: bytes, address: int) -> tuple[str, str, int] | None:
    """(mnemonic, operands) of the first instruction of bytes at an address, and how many of them it takes."""
    return _engine(*isa.capstone).sized(code, address)


def first_of(isa: Isa, code: bytes) -> tuple[str, str] | None:
    """(mnemonic, operands) of the first instruction of bytes."""
    return _engine(*isa.capstone).first(code, 0x1000)


def text_of(isa: Isa, code: bytes) -> str:
    """The instructions that bytes are, each behind a semicolon; `(no instruction)` ends what is none."""
    found: list[str] = []
    while code:
        one = _engine(*isa.capstone).sized(code, 0x1000)
        found.append(" ".join(one[:2]).strip() if one else "(no instruction)")
        code = code[one[2] :] if one else b""
    return "; ".join(found)


def disassembly(isa: Isa, word: int) -> str:
    """The instruction text of a word, or `(no instruction)`."""
    found = disassemble(isa, word)
    return " ".join(found).strip() if found else "(no instruction)"


def differs(
    isa: Isa, word: int, address: int, mnemonic: str, numbers: list[int], size: int = 4
) -> str | None:
    """What capstone reads where it is not what was written; None where both agree.

    `numbers` are the operands as written, registers by number, targets as absolute addresses; `size` in bytes."""
    found = _whole(isa, word.to_bytes(size, "little" if isa.of_bytes else "big"), address)
    if found is None:
        return "no instruction"
    return None if isa.agrees(mnemonic, numbers, found, address) else " ".join(found).strip()
