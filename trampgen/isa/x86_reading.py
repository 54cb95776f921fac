"""Operands of x86 in Intel syntax as numbers: what a spec wrote and what capstone reads become the same list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trampgen.model.record import record

_LOW = "ax cx dx bx sp bp si di".split()  # in the order of their encoding (SDM volume 2, table 2-2)
_BYTES = "al cl dl bl spl bpl sil dil".split()
SEGMENTS = "es cs ss ds fs gs".split()
SIZES = {
    "byte": 1, "word": 2, "dword": 4, "fword": 6, "qword": 8, "tbyte": 10, "xword": 10, "xmmword": 16,
    "ymmword": 32, "zmmword": 64,
}  # fmt: skip


@record
class Register:
    """A register by the number in its encoding; `size` in bytes, 0 of one that is no operand's size."""

    name: str
    size: int
    number: int


def _registers() -> dict[str, Register]:
    found: dict[str, tuple[int, int]] = {}
    for n, low in enumerate(_LOW):
        found |= {"r" + low: (8, n), "e" + low: (4, n), low: (2, n), _BYTES[n]: (1, n)}
    for n in range(8, 16):
        found |= {f"r{n}": (8, n), f"r{n}d": (4, n), f"r{n}w": (2, n), f"r{n}b": (1, n)}
    found |= {name: (1, 20 + n) for n, name in enumerate(("ah", "ch", "dh", "bh"))}
    found |= {
        f"{kind}mm{n}": (size, n) for kind, size in (("x", 16), ("y", 32), ("z", 64)) for n in range(32)
    }
    found |= {f"{kind}{n}": (0, n) for kind in ("cr", "dr", "mm", "k") for n in range(16)}
    found |= {name: (0, n) for n, name in enumerate((*SEGMENTS, "rip", "eip"))}
    return {name: Register(name, *where) for name, where in found.items()}


REGISTERS = _registers()
BY_NUMBER = (*("r" + low for low in _LOW), *(f"r{n}" for n in range(8, 16)))
BY_NUMBER_32 = tuple("e" + low for low in _LOW)


@record
class Memory:
    """`size` is 0 where none is written; `displacement` is the text that stands for it, or empty."""

    size: int
    segment: str
    base: str
    index: str
    scale: int
    displacement: str


@record
class Other:
    """An immediate, an open value, or something that is none of these."""

    text: str


Operand = Register | Memory | Other

_MEMORY = re.compile(
    rf"(?:(?P<size>{'|'.join(SIZES)})(?:\s+ptr)?\s*)?(?:(?P<segment>{'|'.join(SEGMENTS)})\s*:\s*)?"
    r"\[(?P<inside>[^\[\]]*)\]"
)
_TERM = re.compile(r"\s*(?P<sign>[+-]?)\s*(?P<what>(?:byte\s+)?[^\s+*-]+)(?:\s*\*\s*(?P<scale>[1248]))?\s*")


def operand(text: str) -> Operand:
    """One operand. What is no sum of a base, a scaled index and one number within brackets is no Memory."""
    text = text.strip()
    if text in REGISTERS:
        return REGISTERS[text]
    match = _MEMORY.fullmatch(text)
    found = _memory(match) if match else None
    return found or Other(text)


def _memory(match: re.Match[str]) -> Memory | None:
    base = index = displacement = ""
    scale, at, inside = 1, 0, match.group("inside")
    while at < len(inside):
        term = _TERM.match(inside, at)
        if term is None or (at and not term.group("sign")):
            return None
        at, what, minus = term.end(), term.group("what"), term.group("sign") == "-"
        is_register = what in REGISTERS and not minus
        if is_register and not term.group("scale") and not base:
            base = what
        elif is_register and not index:
            index, scale = what, int(term.group("scale") or 1)
        elif displacement or term.group("scale") or what in REGISTERS:
            return None
        else:
            displacement = "-" * minus + what
    size = SIZES[match.group("size")] if match.group("size") else 0
    return Memory(size, match.group("segment") or "", base, index, scale, displacement) if inside else None


# Marks between the numbers, so that a register is no immediate; below them every register has one of its own.
_MARK = -(1 << 70)
MEMORY, IMMEDIATE, ANY_SIZE, NOTHING = (_MARK - i for i in range(4))
_CODES = {name: _MARK - 16 - n for n, name in enumerate(REGISTERS)}
_WIDTHS = {_CODES[register.name]: 8 * register.size for register in REGISTERS.values()}


def numbers(found: Operand, value: int | None) -> list[int | None]:
    """An operand as numbers; `value` is its displacement or immediate, None where that is open."""
    match found:
        case Register(name):
            return [_CODES[name]]
        case Memory(size, segment, base, index, scale, _):
            places = [_CODES.get(name, NOTHING) for name in (segment, base, index)]
            return [MEMORY, size or ANY_SIZE, *places, scale, value]
        case Other():
            return [IMMEDIATE, value]


def codes(names: Sequence[str]) -> tuple[int, ...]:
    """What stands for registers."""
    return tuple(_CODES[name] for name in names)


# Other names of conditions (SDM volume 2, appendix B, table B-10) and of instructions.
_SAME_CONDITION = {
    "z": "e", "nz": "ne", "c": "b", "nae": "b", "nc": "ae", "nb": "ae", "na": "be", "nbe": "a", "pe": "p",
    "po": "np", "nge": "l", "nl": "ge", "ng": "le", "nle": "g",
}  # fmt: skip
_SAME_NAME = {
    "movabs": "mov",
    "sal": "shl",
    "retq": "ret",
    "pushal": "pushad",
    "popal": "popad",
    "retn": "ret",
}
_STRINGS = re.compile(r"(?:movs|cmps|stos|lods|scas|ins|outs)[bwdq]")


def same_name(mnemonic: str) -> str:
    """One name for each instruction, whatever it is called."""
    for stem in ("j", "set", "cmov"):
        if mnemonic.startswith(stem) and mnemonic[len(stem) :] in _SAME_CONDITION:
            return stem + _SAME_CONDITION[mnemonic[len(stem) :]]
    return _SAME_NAME.get(mnemonic, mnemonic)


def agrees(bits: int, mnemonic: str, written: list[int], found: tuple[str, str], address: int) -> bool:
    """Whether the text is the instruction that was written; numbers count as far as the operand is wide."""
    name = same_name(found[0])
    if name != same_name(mnemonic):
        return False
    if name == "nop" or (_STRINGS.fullmatch(name) and not written):
        return True
    read = [number for part in found[1].split(",") if part.strip() for number in _read(part)]
    width = _width(read, bits)
    return len(read) == len(written) and all(
        _same(ours, theirs, width) for ours, theirs in zip(written, read, strict=True)
    )


def _same(ours: int, theirs: int, width: int) -> bool:
    if ours == theirs or ANY_SIZE in (ours, theirs):
        return True
    return min(ours, theirs) > _MARK and not (ours - theirs) % (1 << width)


def _read(part: str) -> list[int]:
    found = operand(part)
    given = {Memory: "displacement", Other: "text"}.get(type(found))
    text = getattr(found, given) if given else ""
    try:
        value = int(text or "0", 0)
    except ValueError:
        value = NOTHING
    return [NOTHING if number is None else number for number in numbers(found, value)]


def _width(read: list[int], bits: int) -> int:
    """The bits of an instruction's numbers that count: those of its first operand."""
    first = read[0] if read else 0
    width = 8 * read[1] if first == MEMORY else _WIDTHS.get(first, bits)
    return width if 0 < width <= 64 else bits
