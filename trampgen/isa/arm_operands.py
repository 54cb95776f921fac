"""Operands of ARM and Thumb statements: recognised by how they look, checked, and spelled for the assembler."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from trampgen.isa.arm_formats import GPR, LOOKS, OPERATORS
from trampgen.isa.arm_reading import OPEN, REGISTERS, SPELLED, mask_of
from trampgen.isa.base import OperandError, OperandKind, Piece, Slot
from trampgen.isa.operands import Instruction, Operand, literal, number, opened, slot, spoken
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import LabelAddress

_MEMORY = re.compile(r"\[\s*([^],]+?)\s*(?:,\s*([^]]+?)\s*)?\]\s*(!?)\s*(?:,\s*(.+))?")
_SHIFT = re.compile(r"(lsl|lsr|asr|ror)\s+(?:#\s*(\S+)|([a-z]\w*))|rrx")
_SHIFTS = {"lsl": (0, 31), "lsr": (1, 32), "asr": (1, 32), "ror": (1, 31)}  # ARM ARM, A8.4.1
_STATUS = re.compile(r"([cs]psr)(?:_([cxsf]{1,4}))?|apsr")
# Operands of instructions that the tables lack: coprocessors, barriers, interrupt masks, byte orders.
_WORD = re.compile(r"[pc](?:1[0-5]|[0-9])|sy|st|(?:ish|nsh|osh)(?:st)?|[aif]{1,3}|[bl]e")
# What may stand behind a mnemonic when it reaches the assembler.
_R, _N = f"(?:r1[0-5]|{'|'.join(SPELLED)})", "#-?0x[0-9a-f]+"
_BY = rf"(?:(?:lsl|lsr|asr|ror) (?:{_N}|{_R})|rrx)"
_ONE = (
    rf"(?:-?{_R}!?|{_N}|{_BY}|0x[0-9a-f]+|\[{_R}(?:, (?:{_N}|-?{_R}(?:, {_BY})?))?\]!?|\{{{_R}(?:, {_R})*\}}"
    rf"|(?:{_STATUS.pattern})|(?:{_WORD.pattern}))"
)
CANONICAL = re.compile(rf"{_ONE}(?:, {_ONE})*")

# The instruction that takes the complement or the negative of an immediate (ARM ARM, A5.2.4 and A6.3.2).
_OPPOSITE: dict[str, tuple[str, Callable[[int], int]]] = {}
for _pair, _other in (("mov mvn", int.__invert__), ("and bic", int.__invert__), ("add sub", int.__neg__)):
    _one, _two = _pair.split()
    for _s in ("", "s"):
        _OPPOSITE |= {_one + _s: (_two + _s, _other), _two + _s: (_one + _s, _other)}
_OPPOSITE |= {"cmp": ("cmn", int.__neg__), "cmn": ("cmp", int.__neg__)}


@record
class Immediates:
    """The modified immediates of an instruction set, in order, and what they are in words."""

    every: Callable[[], Sequence[int]]
    what: str

    def holds(self, value: int) -> bool:
        """Whether an unsigned 32-bit number is one."""
        every = self.every()
        at = bisect.bisect_left(every, value)
        return at < len(every) and every[at] == value


@record
class Dialect:
    """How ARM and Thumb differ as far as operands go."""

    kinds: Mapping[str, OperandKind]
    indexed: Mapping[str, int]  # letter of a memory operand → how far pre- and post-indexing reach
    immediates: Immediates


@record
class Statement(Instruction):
    """A statement of ARM or Thumb, for whoever looks at one of its operands."""

    name: str  # without condition and suffix
    dialect: Dialect


def folded(operands: list[Operand]) -> list[Operand]:
    """The operands with shifts and post-index offsets as part of what they belong to."""
    found: list[Operand] = []
    for operand in operands:
        before = found[-1].text if found else ""
        shifted = _SHIFT.fullmatch(operand.text) and _class(before) == "r" and len(found) > 1
        if shifted or (_class(before) == "[" and before.endswith("]")):
            found[-1] = _joined(found[-1], operand)
        else:
            found.append(operand)
    return found


def _joined(first: Operand, second: Operand) -> Operand:
    return Operand(f"{first.text}, {second.text}", False, first.span.to(second.span))


def _class(text: str) -> str:
    """How an operand looks: one character."""
    if text[:1] in ("#", "[", "{"):
        return text[0]
    if text in REGISTERS or re.fullmatch("r\x01[0-9]+\x02", text):
        return "r"
    if re.fullmatch("\x01[0-9]+\x02", text):
        return OPEN
    if "," in text:
        return "o"
    if text.endswith("!"):
        return "b"
    return "p" if _STATUS.fullmatch(text) else "0" if number(text) is not None else "?"


# Letter of a format → the looks that it takes; a number in the place of a target gets a message of its own.
_TAKES = dict.fromkeys("mwWqv", "#") | dict.fromkeys("LKXB", OPEN + "0")
_TAKES |= {"r": "r", "o": "ro", "d": "[", "h": "[", "c": OPEN, "g": "{", "b": "rb", "p": "p", "P": "p"}


def choose(statement: Statement, operands: list[Operand], formats: Sequence[str]) -> str:
    """The format whose operands look like these."""
    looks = [_class(operand.text) for operand in operands]
    for letters in formats:
        if len(letters) == len(looks) and all(map(lambda a, b: b in _TAKES[a], letters, looks)):
            return letters
    mnemonic = statement.line.mnemonic
    same = [letters for letters in formats if len(letters) == len(looks)]
    unfit = [i for i, look in enumerate(looks) if all(look not in _TAKES[f[i]] for f in same)]
    if same and unfit and (len(same) == 1 or looks[unfit[0]] in "?0"):
        wrong = unfit[0]
        at = operands[wrong]
        takes = " or ".join(dict.fromkeys(LOOKS[letters[wrong]] for letters in same))
        raise statement.bad(at.text, at.span, _mended(at.text) or f"it takes {takes} there")
    forms = " or ".join(
        f"`{mnemonic} {', '.join(LOOKS[letter] for letter in letters)}`".replace(" `", "`")
        for letters in formats
    )
    what = f"these are not the operands of `{mnemonic}`: it is {forms}"
    if list(formats) == [""]:
        what = f"`{mnemonic}` takes no operand"
    raise OperandError("operand-form", what, statement.line.span)


def _mended(text: str) -> str:
    """What was meant, where that is plain."""
    if number(text) is not None:
        return f"write #{text}"
    if text.lower() != text and text.lower() in REGISTERS:
        return f"write {text.lower()}"
    return "put the arithmetic inside: #${FRAME + 8}" if re.fullmatch(r"#?[-0-9xa-f]+[-+*/].*", text) else ""


def lowered(statement: Statement, letter: str, operand: Operand, before: Sequence[Piece]) -> list[Piece]:
    """The pieces of one operand of a known instruction; `before` are those of the first one."""
    text, at = operand.text, operand.span
    if letter in "rob":
        return _register(statement, text, at)
    if letter in "mwWqv":
        return _immediate(statement, letter, text, at)
    if letter in "dh":
        return _memory(statement, letter, text, at, before)
    if letter in "LKXBc":
        return _target(statement, statement.dialect.kinds[letter], text, at)
    return [_list(statement, text, at) if letter == "g" else _status(statement, text, at, letter == "P")]


def plain(statement: Statement, operand: Operand) -> str:
    """The text of one operand of an instruction that the tables lack: any register, number or word."""
    text, at = operand.text, operand.span
    look = _class(text)
    if look in "rob":
        return "".join(map(str, _register(statement, text, at)))
    if look == "[":
        return "".join(map(str, _memory(statement, "d", text, at, ())))
    if look in "#0":
        return f"#{_known(statement, text.removeprefix('#'), at):#x}"
    if look == "{":
        return _list(statement, text, at)
    if look == "p":
        return _status(statement, text, at, "_" in text)
    if _WORD.fullmatch(text):
        return text
    raise statement.bad(text, at)


def _known(statement: Statement, text: str, at: Span) -> int:
    value = number(text.strip())
    if value is None and "\x01" in text:
        help = "put the arithmetic inside, as in #${x + 4}"
        what = f"`{spoken(text, statement.opens)}`: a value that is still open must be a whole operand"
        raise OperandError("open-operand", what, at, help=help)
    if value is None:
        raise statement.bad(text, at, _mended(text))
    return value


def _register(statement: Statement, text: str, at: Span) -> list[Piece]:
    """A register with what may stand behind it: a shift, or the `!` of a base that is written back."""
    name, _, shift = text.partition(",")
    bare = name.removesuffix("!").strip()
    mark = "!" if name.endswith("!") else ""
    found = opened(bare.removeprefix("r"), statement.opens) if bare.startswith("r") else None
    if found is not None:
        piece: Piece | int = slot(found.value, GPR, OPERATORS, statement.line, found.span)
        if "r" not in statement.dialect.kinds:
            help = "the instruction set has other rules for sp and pc in each instruction: name the register"
            raise statement.closed(text, at, help)
        piece = SPELLED[piece] if isinstance(piece, int) else piece
    elif bare in REGISTERS:
        piece = SPELLED[REGISTERS[bare]]
    else:
        raise statement.bad(bare, at)
    return [piece, mark, *([f", {by}"] if shift and (by := _shift(statement, shift.strip(), at)) else [])]


def _shift(statement: Statement, text: str, at: Span) -> str:
    """A shift in the assembler's spelling, nothing for one by zero."""
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise statement.bad(text, at)
    kind, amount, register = match.groups()
    if kind is None:
        return "rrx"
    if register is not None:
        if register not in REGISTERS:
            raise statement.bad(register, at)
        return f"{kind} {SPELLED[REGISTERS[register]]}"
    value = number(amount)
    if value is None:
        raise statement.closed(amount, at, "a shift by zero is another instruction: give a number")
    low, high = _SHIFTS[kind]
    if not low <= value <= high:
        raise OperandError("immediate-range", f"{value} does not fit: `{kind}` shifts by {low}…{high}", at)
    return f"{kind} #{value:#x}" if value else ""


def _immediate(statement: Statement, letter: str, text: str, at: Span) -> list[Piece]:
    kind, inner = statement.dialect.kinds[letter], text[1:].strip()
    hole = opened(inner, statement.opens)
    if hole is not None:
        value = slot(hole.value, kind, OPERATORS, statement.line, hole.span)
        return ["#", value if isinstance(value, Slot) else f"{value:#x}"]
    known = _known(statement, inner, at)
    if letter != "m":
        return [f"#{literal(known, kind, statement.line, at):#x}"]
    return [f"#{_modified(statement, known, at):#x}"]


def _modified(statement: Statement, value: int, at: Span) -> int:
    """A number as the modified immediate that it is; another one gets its neighbours shown."""
    immediates, bits = statement.dialect.immediates, value & 0xFFFFFFFF
    if not -(1 << 31) <= value < 1 << 32:
        raise OperandError("immediate-range", f"{value} does not fit 32 bits", at)
    if immediates.holds(bits):
        return bits
    every = immediates.every()
    above = bisect.bisect(every, bits)
    near = [hex(v) for v in every[above - 1 : above + 1]]
    help = f"the nearest {'ones are' if near[1:] else 'is'} {' and '.join(near)}" + _instead(statement, value)
    what = f"{value:#x} is no immediate of `{statement.line.mnemonic}`: {immediates.what}"
    raise OperandError("immediate-range", what, at, help=help)


def _instead(statement: Statement, value: int) -> str:
    """The instruction that takes the opposite of an immediate, or builds it from halves."""
    other = _OPPOSITE.get(statement.name)
    opposite = other[1](value) & 0xFFFFFFFF if other else 0
    if other is None or not statement.dialect.immediates.holds(opposite):
        return ""
    mnemonic = statement.line.mnemonic.replace(statement.name, other[0], 1)
    return f"; `{mnemonic}` with #{opposite:#x} does the same"


def _memory(statement: Statement, letter: str, text: str, at: Span, target: Sequence[Piece]) -> list[Piece]:
    """[base], [base, #offset] with or without !, [base, register], [base], #offset."""
    match = _MEMORY.fullmatch(text)
    if match is None:
        raise statement.bad(text, at)
    base, offset, mark, after = match.groups()
    pieces: list[Piece] = ["[", *_register(statement, base, at)]
    kind = statement.dialect.kinds[letter]
    if statement.name == "ldr" and list(target[:1]) == ["pc"] and base == "pc":
        kind = replace(
            kind, align=4
        )  # a branch by a word beside the code, which is aligned (ARM ARM, A8.8.64)
    if after is not None:
        if offset or mark:
            raise statement.bad(text, at)
        return [*pieces, "], ", *_moved(statement, letter, after, at)]
    if mark:
        if not offset:
            raise statement.bad(text, at, "an offset of zero is written: [r1, #0]!")
        return [*pieces, ", ", *_moved(statement, letter, offset, at), "]!"]
    if offset is None:
        return [*pieces, "]"]
    return [*pieces, ", ", *_offset(statement, kind, offset, at), "]"]


def _moved(statement: Statement, letter: str, text: str, at: Span) -> list[Piece]:
    """The offset of a pre- or post-indexed operand: a known number or a register."""
    if opened(text.removeprefix("#"), statement.opens):
        help = "whether it is added or subtracted is not a bit of it: use a plain [register, #offset]"
        raise statement.closed(text, at, help)
    reach = statement.dialect.indexed[letter]
    kind = replace(statement.dialect.kinds[letter], bits=reach.bit_length(), literal_low=-reach)
    return _offset(statement, kind, text, at)


def _offset(statement: Statement, kind: OperandKind, text: str, at: Span) -> list[Piece]:
    if not text.startswith("#"):
        sign = "-" if text.startswith("-") else ""
        bare = text.removeprefix("-")
        if _class(bare.partition(",")[0].strip()) != "r":
            raise statement.bad(text, at, _mended(text))
        return [sign, *_register(statement, bare, at)]
    inner = text[1:].strip()
    hole = opened(inner, statement.opens)
    if hole is None:
        return [f"#{literal(_known(statement, inner, at), kind, statement.line, at):#x}"]
    value = slot(hole.value, kind, OPERATORS, statement.line, hole.span)
    return ["#", value if isinstance(value, Slot) else f"{value:#x}"]


def _target(statement: Statement, kind: OperandKind, text: str, at: Span) -> list[Piece]:
    found = opened(text, statement.opens)
    if found is None:
        literal(number(text) or 0, kind, statement.line, at)
        raise AssertionError("no number is a target")
    if kind.as_offset and not isinstance(found.value, LabelAddress):
        help = "write ${&label}, or [pc, #${offset}]"
        raise statement.closed(text, at, help)
    piece = slot(found.value, kind, OPERATORS, statement.line, found.span)
    assert isinstance(piece, Slot)
    return ["[pc, #", piece, "]"] if kind.as_offset else [piece]


def _list(statement: Statement, text: str, at: Span) -> str:
    """A register list, each register once and in order, ranges written out."""
    names: list[str] = []
    if "\x01" in text:
        raise statement.closed(text, at, "name the registers")
    for item in text.removeprefix("{").removesuffix("}").split(","):
        first, dash, last = (part.strip() for part in item.partition("-"))
        ends = [first, last] if dash else [first]
        wrong = next((end for end in ends if end not in REGISTERS), None)
        if wrong is not None:
            raise statement.bad(wrong or text, at)
        low, high = REGISTERS[ends[0]], REGISTERS[ends[-1]]
        if low > high:
            raise statement.bad(item.strip(), at, f"a range rises: {last} - {first}")
        names += SPELLED[low : high + 1]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise OperandError("bad-operand", f"{twice} stands twice in the list", at)
    mask = mask_of(",".join(names))
    return "{" + ", ".join(name for n, name in enumerate(SPELLED) if mask >> n & 1) + "}"


def _status(statement: Statement, text: str, at: Span, fields: bool) -> str:
    """A status register; the fields that are written in the assembler's order."""
    match = _STATUS.fullmatch(text)
    given = (match and match.group(2)) or ""
    if match is None or bool(given) != fields or len(set(given)) != len(given):
        help = "name the fields: cpsr_cxsf writes all of them" if fields else "cpsr or spsr"
        raise statement.bad(text, at, help)
    return f"{match.group(1)}_{''.join(f for f in 'fsxc' if f in given)}" if given else text
