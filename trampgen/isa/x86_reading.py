"""Operands of x86 in Intel syntax as numbers: what a spec wrote and what capstone reads become the same list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trampgen.model.record import record

LOW = "ax cx dx bx sp bp si di".split()  # in the order of their encoding (SDM volume 2, table 2-2)
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
    for n, low in enumerate(LOW):
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
    rf"(?:(?P<size>{'|'.join(SIZES)})\s+ptr\s*)?(?:(?P<segment>{'|'.join(SEGMENTS)})\s*:\s*)?"
    r"\[(?P<inside>[^\[\]]*)\]"
)
_TERM = re.compile(
    r"(?P<sign>[\s+-]*)(?P<what>(?:byte\s+-?\s*)?[^\s+*-]+)(?:\s*\*\s*(?P<scale>[1248])(?!\w))?\s*"
)


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
        if term is None or (at and not term.group("sign").strip()):
            return None
        at, what, minus = term.end(), term.group("what"), term.group("sign").count("-") % 2
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
            if scale == 1 and not base:  # the same address, in a longer form
                base, index = index, base
            if segment == ("ss" if base in _STACK else "ds"):  # which it is without a prefix, too
                segment = ""
            places = [_CODES.get(name, NOTHING) for name in (segment, base, index)]
            return [MEMORY, size or ANY_SIZE, *places, scale, value]
        case Other():
            return [IMMEDIATE, value]


def codes(names: Sequence[str]) -> tuple[int, ...]:
    """What stands for registers."""
    return tuple(_CODES[name] for name in names)


# Other names of conditions (SDM volume 2, appendix B, table B-10) and of instructions.
SAME_CONDITION = {
    "z": "e", "nz": "ne", "c": "b", "nae": "b", "nc": "ae", "nb": "ae", "na": "be", "nbe": "a", "pe": "p",
    "po": "np", "nge": "l", "nl": "ge", "ng": "le", "nle": "g",
}  # fmt: skip
_SAME_NAME = {
    "movabs": "mov", "sal": "shl", "retq": "ret", "retn": "ret", "pushal": "pushad", "popal": "popad",
    "fwait": "wait", "loopz": "loope", "loopnz": "loopne",
}  # fmt: skip
_STRINGS = re.compile(r"(?:movs|cmps|stos|lods|scas|ins|outs)[bwdq]")
_STACK = ("rsp", "rbp", "esp", "ebp")
_EITHER_ORDER = ("xchg", "test")
SHIFTS = frozenset("shl sal shr sar rol ror rcl rcr".split())


def same_name(mnemonic: str) -> str:
    """One name for each instruction, whatever it is called."""
    for stem in ("j", "set", "cmov"):
        if mnemonic.startswith(stem) and mnemonic[len(stem) :] in SAME_CONDITION:
            return stem + SAME_CONDITION[mnemonic[len(stem) :]]
    return _SAME_NAME.get(mnemonic, mnemonic)


def in_full(mnemonic: str, operands: Sequence[list[int | None]]) -> list[int | None]:
    """The operands as numbers, with those that a short spelling leaves out."""
    every = list(operands)
    if mnemonic in SHIFTS and len(every) == 1:
        every.append([IMMEDIATE, 1])
    elif mnemonic == "imul" and len(every) == 2 and every[1][0] == IMMEDIATE:
        every.insert(0, every[0])
    return [number for one in every for number in one]


def agrees(bits: int, mnemonic: str, written: list[int], found: tuple[str, str], address: int) -> bool:
    """Whether the text is the instruction that was written; immediates count as far as the operand is wide."""
    name = same_name(found[0])
    if name != same_name(mnemonic):
        return False
    if name == "nop" or (_STRINGS.fullmatch(name) and not written):
        return True
    ours = _operands(written)
    theirs = [_read(part) for part in found[1].split(",") if part.strip()]
    orders = [theirs, theirs[::-1]] if name in _EITHER_ORDER else [theirs]
    return any(_alike(ours, order, bits) for order in orders)


def _operands(flat: Sequence[int]) -> list[list[int]]:
    """The numbers of each operand."""
    found: list[list[int]] = []
    at = 0
    while at < len(flat):
        count = {MEMORY: 7, IMMEDIATE: 2}.get(flat[at], 1)
        found.append(list(flat[at : at + count]))
        at += count
    return found


def _alike(ours: list[list[int]], theirs: list[list[int]], bits: int) -> bool:
    width = _width(theirs[0] if theirs else [0], bits)
    return len(ours) == len(theirs) and all(
        _same(one, other, bits if one[0] == MEMORY else width)
        for one, other in zip(ours, theirs, strict=True)
    )


def _same(ours: list[int], theirs: list[int], width: int) -> bool:
    """One operand; the last number of two can differ by what `width` bits don't hold."""
    if len(ours) != len(theirs) or len(ours) == 1:
        return ours == theirs
    before = zip(ours[:-1], theirs[:-1], strict=True)
    return all(a == b or ANY_SIZE in (a, b) for a, b in before) and not (ours[-1] - theirs[-1]) % (1 << width)


def _read(part: str) -> list[int]:
    found = operand(part.strip().removeprefix("ptr "))
    given = {Memory: "displacement", Other: "text"}.get(type(found))
    text = getattr(found, given) if given else ""
    try:
        value = int(text or "0", 0)
    except ValueError:
        value = NOTHING
    return [NOTHING if number is None else number for number in numbers(found, value)]


def _width(first: list[int], bits: int) -> int:
    """The bits of an instruction's immediates that count: those of its first operand."""
    width = 8 * first[1] if first[0] == MEMORY else _WIDTHS.get(first[0], bits)
    return width if 0 < width <= 64 else bits
