"""x86, of 64 and of 32 bits: statements in Intel syntax, given to Keystone in the one spelling that it gets right."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from trampgen.isa import x86_operands
from trampgen.isa.base import Isa, Line, Lowered, OperandError, OperandKind, Piece, Slot
from trampgen.isa.operands import Open, Operand, literal, number, opened, shown, slot, split, spoken
from trampgen.isa.x86_checks import check_registers, check_statement, registers_of
from trampgen.isa.x86_encoded import BRANCHES, NOPS, branch, fixed, is_nops
from trampgen.isa.x86_reading import (
    Memory,
    Other,
    Register,
    agrees,
    in_full,
    numbers,
    operand,
)
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import LabelAddress

# Whose immediate needs no operand's size.
_NO_SIZE = frozenset("push ret retn retf int enter in out xabort xbegin aam aad loop loope loopne".split())
_SIZE_NAMES = {
    1: "byte", 2: "word", 4: "dword", 6: "fword", 8: "qword", 10: "tbyte", 16: "xmmword", 32: "ymmword", 64: "zmmword",
}  # fmt: skip
_MARK = re.compile("\x01[0-9]+\x02")
_KEYWORD = re.compile(r"(byte|reg)\s+(?!ptr\b)(.*)")


@record
class _Part:
    """One operand: what it is, the word before its open value (byte, reg), and that value if there is one."""

    found: Register | Memory | Other
    keyword: str
    open: Open | None
    operand: Operand

    @property
    def span(self) -> Span:
        return self.operand.span


def lower(bits: int, line: Line) -> Lowered:
    """A statement in Keystone's spelling, or its bytes where Keystone is not asked."""
    operands, opens = split(line, "#")
    text = ", ".join(one.text for one in operands)
    check_statement(bits, line, text)
    said = f"{line.mnemonic} {shown(text, opens)}".strip()
    if line.mnemonic in BRANCHES and (jump := _branch(bits, line, operands, opens, said)):
        return jump
    if not opens and (encoded := fixed(bits, line.mnemonic, [one.text.strip() for one in operands])):
        numbers_ = [numbers(found, number(found.text)) if isinstance(found, Other) else numbers(found, 0)
                    for found in (operand(one.text) for one in operands)]  # fmt: skip
        return Lowered(_read_as(line.mnemonic), (said,), tuple(in_full("", numbers_)), said, encoded)
    parts = [_part(one, opens, line) for one in operands]
    check_registers(bits, [(part.found, part.span) for part in parts])
    pieces: list[Piece] = [line.mnemonic]
    read: list[list[int | None]] = []
    for index in range(len(parts)):
        pieces.append(", " if index else " ")
        own, own_numbers = _operand(index, line, parts, bits)
        pieces += own
        read.append(own_numbers)
    return Lowered(line.mnemonic, tuple(pieces), tuple(in_full(line.mnemonic, read)), said)


def _read_as(mnemonic: str) -> str:
    """What capstone calls an instruction that is encoded here."""
    return "nop" if mnemonic in NOPS else mnemonic


def _branch(bits: int, line: Line, operands: list[Operand], opens: list[Open], said: str) -> Lowered | None:
    """A branch to an open value; None for one through a register or memory."""
    if len(operands) != 1:
        return None
    match = re.fullmatch(r"(?:(short|near)\s+)?(.*)", operands[0].text.strip())
    assert match is not None
    distance, text = match.group(1) or "", match.group(2)
    target, asked = opened(text, opens), distance
    if target is None and not distance and _is_indirect(text):
        return None
    if target is not None and not distance and not isinstance(target.value, LabelAddress):
        distance = "near" if branch(bits, line.mnemonic, "near", 0) else "short"  # of the longest reach
    made = branch(bits, line.mnemonic, distance, line.size)
    if made is None:
        what = f"there is no {asked} `{line.mnemonic}`" if asked else f"there is no `{line.mnemonic}` here"
        help = (
            "a loop or a jump on a count of zero reaches 127 bytes, and no further" if asked == "near" else ""
        )
        raise OperandError("invalid-form", what, line.span, help=help)
    encoded, kind = made
    if target is None:
        if (known := number(text)) is not None:
            literal(known, kind, line, operands[0].span)
        what = f"`{spoken(text, opens)}` is no target"
        raise OperandError("bad-operand", what, operands[0].span, word=text)
    hole = slot(target.value, kind, {}, line, target.span)
    read = tuple(numbers(Other(""), None))
    return Lowered(line.mnemonic, (line.mnemonic + " ", _text(hole)), read, said, encoded)


def _is_indirect(text: str) -> bool:
    """Whether a branch goes through a register, which can be open, or through memory."""
    return isinstance(operand(text), Register | Memory) or "[" in text or text.startswith("reg ")


def _text(value: int | Slot) -> Piece:
    """A number as the assembler is given it, or an open value."""
    return f"{value:#x}" if isinstance(value, int) else value


def _part(one: Operand, opens: list[Open], line: Line) -> _Part:
    found = operand(one.text)
    text = found.displacement if isinstance(found, Memory) else found.text if isinstance(found, Other) else ""
    match = _KEYWORD.fullmatch(text)
    keyword, rest = (match.group(1), match.group(2).strip()) if match else ("", text)
    value = opened(rest, opens)
    needs_number = isinstance(found, Other) or bool(rest)
    if value is None and (_MARK.search(one.text) or (needs_number and number(rest) is None)):
        _refuse(one, opens, line, rest)
    if isinstance(found, Memory):
        found = replace(found, displacement=rest)
    elif isinstance(found, Other):
        found = Other(rest)
    return _Part(found, keyword, value, one)


def _refuse(one: Operand, opens: list[Open], line: Line, word: str) -> None:
    said, text = spoken(one.text, opens), one.text
    if text != text.lower() and not isinstance(operand(text.lower()), Other):
        help = f"write `{spoken(text.lower(), opens)}`"
        raise OperandError(
            "bad-operand", "registers and sizes are written in lower case", one.span, help=help
        )
    if "[" in text or re.match(r"[a-z]s:", text):
        help = "write [base + index*scale + displacement], with one number or one value"
        if re.match(rf"(?:{'|'.join(_SIZE_NAMES.values())})\s*(?:\[|[a-z]s:)", text):
            help = f"write {text.split()[0].partition('[')[0]} ptr before it"
        elif "[" not in text:
            help = f"write {text[:3]}[{said[3:].strip()}]"
        raise OperandError("bad-operand", f"`{said}` is no address", one.span, help=help, word=word)
    raise OperandError(
        "bad-operand", f"`{said}` is no operand of `{line.mnemonic}`", one.span, word=text.strip()
    )


def _operand(
    place: int, line: Line, parts: Sequence[_Part], bits: int
) -> tuple[list[Piece], list[int | None]]:
    """An operand for the assembler, and as numbers."""
    try:
        return _pieces(place, line, parts, bits)
    except OperandError as error:
        if error.code == "label-operand" and bits == 64:
            error.help = "write [rip + ${&label}]: where the code will run is not known"
        raise


def _pieces(
    place: int, line: Line, parts: Sequence[_Part], bits: int
) -> tuple[list[Piece], list[int | None]]:
    part = parts[place]
    match part.found:
        case Register():
            return [part.found.name], numbers(part.found, None)
        case Memory():
            return _memory(part, part.found, line, bits)
        case Other():
            if part.keyword == "reg":
                return _register(part, line, parts, bits)
            return _immediate(place, line, parts, bits)


def _memory(part: _Part, found: Memory, line: Line, bits: int) -> tuple[list[Piece], list[int | None]]:
    """`[riz*1 + …]` is an address without registers: without that, Keystone makes it relative to rip."""
    head = f"{_SIZE_NAMES[found.size]} ptr " if found.size else ""
    head += f"{found.segment}:" if found.segment else ""
    terms = [found.base] if found.base else []
    terms += (
        [f"{found.index}*{found.scale}" if found.scale > 1 or not found.base else found.index]
        if found.index
        else []
    )
    if not terms and bits == 64:
        terms = ["riz*1"]
    value = _displacement(part, found, line, bits)
    pieces: list[Piece] = [head + "[" + " + ".join(terms)]
    if value is not None:
        pieces += [" + " if terms else "", _text(value)]
    known = value if isinstance(value, int) else 0 if value is None else None
    return [*pieces, "]"], numbers(found, known)


def _displacement(part: _Part, found: Memory, line: Line, bits: int) -> int | Slot | None:
    if not found.displacement:
        return None
    if part.keyword == "reg":
        raise OperandError("invalid-form", "a register of an address can't be a hole", part.span)
    kind = x86_operands.displacement(found, bits, part.keyword == "byte")
    if found.base in ("rip", "eip"):
        kind = None if part.keyword else x86_operands.RIP_RELATIVE
    if kind is None:
        raise OperandError("invalid-form", "this address has no displacement of one byte", part.span)
    if part.open is not None:
        return slot(part.open.value, kind, {}, line, part.open.span)
    value = number(found.displacement)
    assert value is not None, "anything else has been refused"
    if not part.keyword:
        highest = None if bits == 64 else (1 << 32) - 1
        kind = OperandKind("displacement", 32, signed=True, literal_high=highest)
    return literal(value, kind, line, part.span)


def _register(
    part: _Part, line: Line, parts: Sequence[_Part], bits: int
) -> tuple[list[Piece], list[int | None]]:
    """A register that a param chooses, as wide as the other operand."""
    if part.open is None:
        raise OperandError("bad-operand", "`reg` stands before a param that chooses a register", part.span)
    kind = x86_operands.register(bits, _size(parts, bits))
    if kind is None:
        raise OperandError("invalid-form", "there is no such register for every number", part.span)
    return [_text(slot(part.open.value, kind, {}, line, part.open.span))], [None]


def _immediate(
    place: int, line: Line, parts: Sequence[_Part], bits: int
) -> tuple[list[Piece], list[int | None]]:
    part = parts[place]
    size = _size(parts, bits)
    if not size and line.mnemonic not in _NO_SIZE:
        help = "write byte ptr, word ptr, dword ptr or qword ptr before the address"
        what = f"`{line.mnemonic}`: how wide are its operands?"
        raise OperandError("bad-operand", what, line.span, help=help)
    if size == 8 and line.mnemonic == "mov" and not isinstance(parts[0].found, Memory):
        return _to_register(part, line)
    kind = x86_operands.immediate(line.mnemonic, place, size, bits, part.keyword == "byte")
    if kind is None:
        what = f"`{line.mnemonic}` has no such immediate of one byte"
        raise OperandError("invalid-form", what, part.span)
    return _number(part, kind, line)


def _to_register(part: _Part, line: Line) -> tuple[list[Piece], list[int | None]]:
    """`mov` of a number is as short as the number allows; of an open value, nobody knows."""
    if part.open is not None:
        help = (
            "write movabs (8 bytes of value), or move it to the 32-bit register, which clears the upper half"
        )
        what = "a 64-bit `mov` of an open value has two forms"
        raise OperandError("invalid-form", what, part.span, help=help)
    kind = OperandKind("immediate", 64, signed=True, literal_high=(1 << 64) - 1)
    return _number(part, kind, line)


def _number(part: _Part, kind: OperandKind, line: Line) -> tuple[list[Piece], list[int | None]]:
    assert isinstance(part.found, Other)
    found: int | Slot
    if part.open is None:
        value = number(part.found.text)
        assert value is not None, "anything else has been refused"
        found = literal(value, kind, line, part.span)
    else:
        found = slot(part.open.value, kind, {}, line, part.open.span)
    return [_text(found)], numbers(part.found, found if isinstance(found, int) else None)


def _size(parts: Sequence[_Part], bits: int) -> int:
    """The bytes of an instruction's operands: as its registers or the memory operand say, 0 if they don't."""
    sizes = [one.found.size for one in parts if isinstance(one.found, Register | Memory)]
    chosen = [bits // 8 for one in parts if one.keyword == "reg"]
    return next((size for size in (*sizes, *chosen) if size), 0)


def _gnu_text(bits: int, text: str, numbers: Mapping[str, int]) -> str:
    from trampgen.isa import x86_gnu  # only lint asks for it

    return x86_gnu.text(bits, text, numbers)


def _gnu_settings(numbers: Mapping[str, int]) -> tuple[list[str], list[str]]:
    from trampgen.isa import x86_gnu

    return x86_gnu.settings(numbers)


def _isa(name: str, bits: int) -> Isa:
    return Isa(
        name=name,
        unit=1,
        nop_word=0x90,
        pointer_bits=bits,
        keystone=(4, 1 << (3 if bits == 64 else 2)),  # KS_ARCH_X86, KS_MODE_64 or KS_MODE_32
        capstone=(3, 1 << (3 if bits == 64 else 2)),  # CS_ARCH_X86, CS_MODE_64 or CS_MODE_32
        operators={},
        registers=frozenset((*registers_of(bits), "rflags" if bits == 64 else "eflags", "all", "memory")),
        mnemonics=frozenset((*NOPS, *BRANCHES, *_KNOWN)),
        operands=re.compile(r"[a-z0-9_, \[\]+*:-]+"),
        lower=functools.partial(lower, bits),
        word_kinds=lambda words: ["insn"] * len(words),
        sign_extends=lambda words, index: False,
        agrees=functools.partial(agrees, bits),
        nop="nop",
        replaceable=lambda word: True,
        only_nops=functools.partial(is_nops, bits),
        gnu_as=(f"--{bits}",),
        order="little",
        gnu_as_order="little",
        gnu_as_head=(".intel_syntax noprefix",),
        gnu_as_text=functools.partial(_gnu_text, bits),
        gnu_as_settings=_gnu_settings,
        gnu_as_prefix="tramp.",
        size_alone=lambda word: 1,
        jumps=frozenset(("jmp",)),
        breaks=frozenset(("int3", "ud2")),
    )


# For the hint at a misspelt one: what templates are made of. Keystone knows more.
_KNOWN = frozenset(
    """push pop pushfq popfq pushfd popfd pushad popad mov movabs lea add sub and or xor cmp test inc dec neg not
    call jmp ret leave int3 ud1 ud2 clac stac syscall sysretq iretq iretd endbr64 endbr32 xchg shl shr sar imul mul
    div movzx movsx movsxd cpuid lfence mfence swapgs bt sete setne cmove cmovne""".split()
)
ISAS = {"x86_64": _isa("x86_64", 64), "x86_32": _isa("x86_32", 32)}
