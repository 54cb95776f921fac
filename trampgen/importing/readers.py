"""What an instruction is in the language: capstone's text in its spelling, and what capstone does not know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from trampgen.assemble import readback
from trampgen.isa.arm_reading import REGISTERS, SPELLED
from trampgen.isa.base import Isa
from trampgen.isa.x86_reading import LOW

ADDRESS = 0x10000000  # of an extent's start when it is read: no target inside is negative
_NUMBER = re.compile(r"(?<![\w.])0x[0-9a-f]{16}(?!\w)")
_CR_BIT = re.compile(r"\bcr([0-7])(lt|gt|eq|so|un)\b")


def _cr_bit(match: re.Match[str]) -> str:
    """A bit of the condition register of Power as assemblers have it."""
    return match.group(2) if match.group(1) == "0" else f"4*cr{match.group(1)}+{match.group(2)}"


_STATUS_NAMES = {"apsr_nzcvqg": "cpsr_fs", "apsr_nzcvq": "cpsr_f", "apsr_g": "cpsr_s"}  # ARM ARM, A8.8.112
_STATUS = re.compile(r"\bapsr_(?:nzcvqg|nzcvq|g)\b")
_LIST = re.compile(r"\{([^}]*)\}")


def _ranges(operands: str) -> str:
    """Register lists of ARM with ranges in them: {r0 - r14}."""
    return _LIST.sub(lambda match: f"{{{', '.join(_runs(match.group(1)))}}}", operands)


def _runs(names: str) -> Iterator[str]:
    left = [REGISTERS.get(name.strip(), -1) for name in names.split(",")]
    if -1 in left:  # no general registers
        yield names
        return
    while left:
        count = next((i for i, number in enumerate(left) if number != left[0] + i), len(left))
        if count > 2:
            yield f"r{left[0]} - r{left[count - 1]}"
        else:
            yield from (SPELLED[number] for number in left[:count])
        left = left[count:]


_UD1 = b"\x0f\xb9"
Reader = Callable[[Isa, tuple[int, ...], int], tuple[str, str] | None]


def size(isa: Isa, data: bytes, address: int) -> int | None:
    """The bytes of the first instruction where instructions have any number of them; None where there is none.

    capstone takes the operands of ud1 for the next instruction."""
    if data[:2] == _UD1 and data[2:3] >= b"\xc0":
        return len(_UD1) + 1
    found = readback.sized(isa, data, address)
    return None if found is None else found[2]


def _by_capstone(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    if isa.of_bytes:
        found = readback.sized(isa, bytes(words), address)
        return None if found is None or found[2] != len(words) else (found[0], _signed(found[1]))
    if len(words) > 1:
        return None
    read = readback.sized(isa, words[0].to_bytes(isa.unit, isa.capstone_order), address)
    if read is None or read[2] != isa.unit:  # a narrow instruction, and what is behind it
        return None
    operands = _CR_BIT.sub(_cr_bit, _ranges(_signed(read[1])))
    return read[0], _STATUS.sub(lambda match: _STATUS_NAMES[match.group()], operands)


def _signed(operands: str) -> str:
    """Numbers of 64 bits whose highest one is set are negative: an offset, or an immediate that is sign-extended."""

    def one(match: re.Match[str]) -> str:
        value = int(match.group(), 0)
        return match.group() if value < 1 << 63 else hex(value - (1 << 64))

    return _NUMBER.sub(one, operands)


def two_narrow(isa: Isa, word: int) -> str:
    """Two instructions of Thumb in one word; empty where the second one goes on behind it, or one is unknown."""
    texts: list[str] = []
    for half in (word >> 16, word & 0xFFFF):
        found = readback.sized(isa, half.to_bytes(2, isa.capstone_order), ADDRESS)
        if half >> 11 >= 0b11101 or found is None:
            return ""
        texts.append(" ".join(found[:2]).strip())
    return "; ".join(texts)


# ---- what capstone does not know, or calls by another name ----------------------------------------------


def _nop(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    from trampgen.isa.x86_encoded import NOPS

    code = bytes(words).hex()
    name = next((name for name, text in NOPS.items() if text == code), None)
    return None if name is None else (name, "")


def _ud1(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    """An undefined instruction of two registers (SDM volume 2, UD)."""
    if bytes(words[:-1]) != _UD1:
        return None
    return "ud1", f"e{LOW[words[2] >> 3 & 7]}, e{LOW[words[2] & 7]}"


def _prefixed(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    """A prefixed instruction of Power (ISA 3.1B, Book I, section 1.6.3)."""
    if len(words) != 2:
        return None
    from trampgen.isa.ppc_prefixed import text_of

    return text_of(*words)


def _wide(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    """A wide instruction of Thumb whose name does not say so, where there is a narrow one, too."""
    found = _by_capstone(isa, words, address)
    return None if found is None or found[0].endswith(".w") else (f"{found[0]}.w", found[1])


def _wide_move(isa: Isa, words: tuple[int, ...], address: int) -> tuple[str, str] | None:
    """movz, movn and movk by their own names (ARM DDI 0487, C6.2): capstone prints what they move."""
    (word,) = words
    opcode, place = word >> 29 & 3, word >> 21 & 3
    if word >> 23 & 0x3F != 0b100101 or opcode == 1 or (not word >> 31 and place > 1):
        return None
    register = f"{'x' if word >> 31 else 'w'}{'zr' if word & 31 == 31 else word & 31}"
    shift = f", lsl #{16 * place}" if place else ""
    return ("movn", "", "movz", "movk")[opcode], f"{register}, #{word >> 5 & 0xFFFF:#x}{shift}"


_READERS: dict[str, tuple[Reader, ...]] = {
    "x86_64": (_nop, _ud1, _by_capstone),
    "x86_32": (_nop, _ud1, _by_capstone),
    "ppc64": (_prefixed, _by_capstone),
    "thumb": (_by_capstone, _wide),
    "arm64": (_by_capstone, _wide_move),
}


def readers_of(isa: Isa) -> tuple[Reader, ...]:
    """What gives the texts of an instruction, the usual one first."""
    return _READERS.get(isa.name, (_by_capstone,))
