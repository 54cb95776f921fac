"""x86, of 64 and of 32 bits: statements in Intel syntax, given to Keystone in the one spelling that it gets right."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from trampgen.isa import x86_operands
from trampgen.isa.base import Isa, Line, Lowered, OperandError, OperandKind, Piece, Slot
from trampgen.isa.operands import Open, Operand, literal, number, opened, shown, slot, split, spoken
from trampgen.isa.x86_encoded import BRANCHES, NOPS, branch, fixed, is_nops
from trampgen.isa.x86_reading import (
    BY_NUMBER,
    BY_NUMBER_32,
    Memory,
    Other,
    Register,
    agrees,
    numbers,
    operand,
)
from trampgen.isa.x86_reading import REGISTERS as NAMES
from trampgen.model.record import record
from trampgen.model.values import LabelAddress

_PREFIXES = frozenset(
    "lock rep repe repz repne repnz cs ds es fs gs ss data16 addr32 bnd notrack rex rex64".split()
)
_INSTEAD = {  # what Keystone makes 16 bits wide
    "pushf": {64: "pushfq", 32: "pushfd"},
    "popf": {64: "popfq", 32: "popfd"},
    "iret": {64: "iretq", 32: "iretd"},
    "pusha": {64: "push of each register", 32: "pushad"},
    "popa": {64: "pop of each register", 32: "popad"},
}
_NO_SIZE = frozenset("push ret retn int enter in out".split())  # whose immediate needs no operand's size
_SIZE_NAMES = {
    1: "byte",
    2: "word",
    4: "dword",
    6: "fword",
    8: "qword",
    10: "tbyte",
    16: "xmmword",
    32: "ymmword",
    64: "zmmword",
}
_MARK = re.compile("\x01[0-9]+\x02")


@record
class _Part:
    """One operand: what it is, the word before its open value (byte, reg), and that value if there is one."""

    found: Register | Memory | Other
    keyword: str
    open: Open | None
    operand: Operand


def lower(bits: int, line: Line) -> Lowered:
    """A statement in Keystone's spelling, or its bytes where Keystone is not asked."""
    operands, opens = split(line, "#")
    text = ", ".join(one.text for one in operands)
    _check_statement(bits, line, text)
    said = f"{line.mnemonic} {shown(text, opens)}".strip()
    if line.mnemonic in BRANCHES and (jump := _branch(bits, line, operands, opens, said)):
        return jump
    if not opens and (encoded := fixed(bits, line.mnemonic, text)):
        numbers_ = tuple(n for one in operands for n in numbers(operand(one.text), 0))
        return Lowered(_read_as(line.mnemonic), (said,), numbers_, said, encoded)
    parts = [_part(one, opens, line) for one in operands]
    pieces: list[Piece] = [line.mnemonic]
    read: list[int | None] = []
    for index, part in enumerate(parts):
        pieces.append(", " if index else " ")
        own, own_numbers = _pieces(part, line, parts, bits)
        pieces += own
        read += own_numbers
    return Lowered(line.mnemonic, tuple(pieces), tuple(read), said)


def _check_statement(bits: int, line: Line, text: str) -> None:
    """What is no instruction in Intel syntax, or one that Keystone makes another."""
    name = line.mnemonic
    if name in _PREFIXES:
        help = f'write the bytes and the text: raw 0x…, 0x… "{name} {spoken(text, [])}"'
        raise OperandError(
            "bad-operand", f"`{name}` is a prefix, and no instruction by itself", line.span, help=help
        )
    if "%" in text:
        help = "write it in Intel syntax: the destination first, registers and numbers without % and $"
        raise OperandError("bad-operand", "this is AT&T syntax", line.span, help=help)
    if name in _INSTEAD:
        raise OperandError(
            "invalid-form",
            f"`{name}` is 16 bits wide for the assembler",
            line.span,
            help=f"write `{_INSTEAD[name][bits]}`",
        )
    if name == "nop" and text:
        help = f"write {', '.join(f'nop{size}' for size in range(2, 9))} or nop9, by the bytes"
        raise OperandError(
            "invalid-form",
            "the assembler makes another instruction of a nop with an operand",
            line.span,
            help=help,
        )


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
    target = opened(text, opens)
    if target is None and isinstance(operand(text), Register | Memory) and not distance:
        return None
    if target is not None and not distance and not isinstance(target.value, LabelAddress):
        distance = "near" if branch(bits, line.mnemonic, "near", 0) else "short"  # of the longest reach
    made = branch(bits, line.mnemonic, distance, line.size)
    if made is None:
        what = (
            f"there is no {distance} `{line.mnemonic}`" if distance else f"there is no `{line.mnemonic}` here"
        )
        raise OperandError("invalid-form", what, line.span)
    encoded, kind = made
    if target is None:
        if (known := number(text)) is not None:
            literal(known, kind, line, operands[0].span)
        raise OperandError(
            "bad-operand", f"`{spoken(text, opens)}` is no target", operands[0].span, word=text
        )
    hole = slot(target.value, kind, {}, line, target.span)
    return Lowered(
        line.mnemonic, (line.mnemonic + " ", _text(hole)), tuple(numbers(Other(""), None)), said, encoded
    )


def _text(value: int | Slot) -> Piece:
    """A number as the assembler is given it, or an open value."""
    return f"{value:#x}" if isinstance(value, int) else value


def _part(one: Operand, opens: list[Open], line: Line) -> _Part:
    found = operand(one.text)
    text = found.displacement if isinstance(found, Memory) else found.text if isinstance(found, Other) else ""
    keyword, _, rest = text.rpartition(" ") if text.startswith(("byte ", "reg ")) else ("", "", text)
    value = opened(rest, opens)
    if value is None and (_MARK.search(one.text) or (isinstance(found, Other) and number(text) is None)):
        _refuse(one, opens, line)
    if isinstance(found, Memory):
        found = replace(found, displacement=rest.strip())
    elif isinstance(found, Other):
        found = Other(rest.strip())
    return _Part(found, keyword.strip(), value, one)


def _refuse(one: Operand, opens: list[Open], line: Line) -> None:
    said = spoken(one.text, opens)
    if "[" in one.text:
        help = "write [base + index*scale + displacement], with one number or one value"
        raise OperandError("bad-operand", f"`{said}` is no address", one.span, help=help)
    raise OperandError(
        "bad-operand", f"`{said}` is no operand of `{line.mnemonic}`", one.span, word=one.text.strip()
    )


def _pieces(part: _Part, line: Line, parts: list[_Part], bits: int) -> tuple[list[Piece], list[int | None]]:
    """An operand for the assembler, and as numbers."""
    match part.found:
        case Register():
            _check_register(part, parts, bits)
            return [part.found.name], numbers(part.found, None)
        case Memory():
            return _memory(part, part.found, line, bits)
        case Other():
            return _immediate(part, line, parts, bits)


def _check_register(part: _Part, parts: list[_Part], bits: int) -> None:
    assert isinstance(part.found, Register)
    if part.found.number >= 20 and part.found.size == 1 and any(_needs_rex(other) for other in parts):
        what = f"`{part.found.name}` can't stand beside a register that needs a REX prefix"
        raise OperandError("invalid-form", what, part.operand.span)
    if bits == 32 and _needs_rex(part):
        raise OperandError(
            "bad-operand", f"there is no `{part.found.name}` in 32-bit code", part.operand.span
        )


def _needs_rex(part: _Part) -> bool:
    """Whether some register of an operand is one of those that 64-bit code has more (SDM volume 2, section 2.2.1)."""
    found = part.found
    names = (
        [found.name]
        if isinstance(found, Register)
        else [found.base, found.index]
        if isinstance(found, Memory)
        else []
    )
    own = [NAMES[name] for name in names if name in NAMES]
    low = ("spl", "bpl", "sil", "dil")
    return any(
        r.name in low
        or (r.size == 8 and isinstance(found, Register))
        or (8 <= r.number < 16 and r.size in (1, 2, 4, 8))
        for r in own
    )


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
    at = part.operand.span
    if not found.displacement:
        return None
    if part.open is None:
        value = number(found.displacement)
        assert value is not None
        wide = OperandKind(
            "displacement", 32, signed=True, literal_high=None if bits == 64 else (1 << 32) - 1
        )
        return literal(value, wide, line, at)
    kind = x86_operands.displacement(found, bits, part.keyword == "byte")
    if found.base == "rip":
        kind = None if part.keyword else x86_operands.RIP_RELATIVE
    if kind is None or part.keyword == "reg" or (found.base == "rip" and found.index):
        raise OperandError("invalid-form", "there is no such form of an address", at)
    return slot(part.open.value, kind, {}, line, part.open.span)


def _immediate(
    part: _Part, line: Line, parts: list[_Part], bits: int
) -> tuple[list[Piece], list[int | None]]:
    assert isinstance(part.found, Other)
    at = part.operand.span
    if part.keyword == "reg":
        if part.open is None:
            raise OperandError("bad-operand", "`reg` stands before a param that chooses a register", at)
        kind = x86_operands.register(BY_NUMBER if bits == 64 else BY_NUMBER_32)
        return [_text(slot(part.open.value, kind, {}, line, part.open.span))], [None]
    size = _size(line, parts, bits)
    if size == 8 and line.mnemonic == "mov" and isinstance(parts[0].found, Register):
        return _to_register(part, line)
    wide = x86_operands.immediate(line.mnemonic, size, bits, part.keyword == "byte")
    if wide is None:
        raise OperandError("invalid-form", f"`{line.mnemonic}` has no such immediate of one byte", at)
    return _number(part, wide, line)


def _to_register(part: _Part, line: Line) -> tuple[list[Piece], list[int | None]]:
    """`mov` of a number is as short as the number allows; of an open value, nobody knows."""
    if part.open is not None:
        help = (
            "write movabs (8 bytes of value), or move it to the 32-bit register, which clears the upper half"
        )
        raise OperandError(
            "invalid-form", "a 64-bit `mov` of an open value has two forms", part.operand.span, help=help
        )
    kind = OperandKind("immediate", 64, signed=True, literal_high=(1 << 64) - 1)
    return _number(part, kind, line)


def _number(part: _Part, kind: OperandKind, line: Line) -> tuple[list[Piece], list[int | None]]:
    assert isinstance(part.found, Other)
    found: int | Slot
    if part.open is None:
        value = number(part.found.text)
        assert value is not None
        found = literal(value, kind, line, part.operand.span)
    else:
        found = slot(part.open.value, kind, {}, line, part.open.span)
    return [_text(found)], numbers(part.found, found if isinstance(found, int) else None)


def _size(line: Line, parts: list[_Part], bits: int) -> int:
    """The bytes of an instruction's operands, as its registers or the memory operand say."""
    sizes = [one.found.size for one in parts if isinstance(one.found, Register | Memory)]
    sizes += [bits // 8 for one in parts if one.keyword == "reg"]
    if not any(sizes) and line.mnemonic not in _NO_SIZE:
        help = "write byte ptr, word ptr, dword ptr or qword ptr before the address"
        raise OperandError(
            "bad-operand", f"`{line.mnemonic}`: how wide are its operands?", line.span, help=help
        )
    return next((size for size in sizes if size), 0)


def gnu_text(text: str, values: object) -> str:
    """A line for GNU as: its own nops have other names, and it chooses forms by itself."""
    name, _, rest = text.partition(" ")
    if name in NOPS:
        return ".byte " + ", ".join(f"{byte:#x}" for byte in bytes.fromhex(NOPS[name]))
    if text.startswith(".byte"):
        return text
    return f"{name} " + re.sub(r"\b(?:byte|short|near) (?=[A-Za-z_(])(?!ptr)", "", rest)


def _isa(name: str, bits: int) -> Isa:
    registers = BY_NUMBER if bits == 64 else BY_NUMBER_32
    return Isa(
        name=name,
        unit=1,
        nop_word=0x90,
        pointer_bits=bits,
        keystone=(4, 1 << (3 if bits == 64 else 2)),  # KS_ARCH_X86, KS_MODE_64 or KS_MODE_32
        capstone=(3, 1 << (3 if bits == 64 else 2)),  # CS_ARCH_X86, CS_MODE_64 or CS_MODE_32
        operators={},
        registers=frozenset((*registers, "rflags" if bits == 64 else "eflags", "all", "memory")),
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
        gnu_as_text=gnu_text,
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
