"""What is refused before the assembler is asked: no Intel syntax, or an instruction that it makes another one."""

from __future__ import annotations

from trampgen.isa.base import Line, OperandError
from trampgen.isa.operands import spoken
from trampgen.isa.x86_reading import REGISTERS, Memory, Operand, Register
from trampgen.model.source import Span

PREFIXES = frozenset(
    "lock rep repe repz repne repnz cs ds es fs gs ss data16 addr32 bnd notrack rex rex64".split()
)
_INSTEAD = {  # what Keystone makes 16 bits wide
    "pushf": {64: "write `pushfq`", 32: "write `pushfd`"},
    "popf": {64: "write `popfq`", 32: "write `popfd`"},
    "iret": {64: "write `iretq`", 32: "write `iretd`"},
    "pusha": {64: "write a push of each register", 32: "write `pushad`"},
    "popa": {64: "write a pop of each register", 32: "write `popad`"},
} | {
    name: {32: f'write it by its bytes: raw 0x0f, 0x01, 0x… "{name} …"'}
    for name in "lgdt lidt sgdt sidt".split()
}
_ONLY_64 = frozenset("swapgs".split())
_LOW_BYTES = ("spl", "bpl", "sil", "dil")  # which 32-bit code does not have


def check_statement(bits: int, line: Line, text: str) -> None:
    """What is no instruction in Intel syntax, or one that Keystone makes another."""
    name = line.mnemonic
    if name in PREFIXES:
        help = f'write the bytes and the text: raw 0x…, 0x… "{name} {spoken(text, [])}"'
        raise OperandError(
            "bad-operand", f"`{name}` is a prefix, and no instruction by itself", line.span, help=help
        )
    if "%" in text or "$" in text:
        help = "write it in Intel syntax: the destination first, registers and numbers without % and $"
        raise OperandError("bad-operand", "this is AT&T syntax", line.span, help=help)
    if bits in _INSTEAD.get(name, {}):
        what = f"`{name}` is 16 bits wide for the assembler"
        raise OperandError("invalid-form", what, line.span, help=_INSTEAD[name][bits])
    if name in _ONLY_64 and bits == 32:
        raise OperandError("invalid-form", f"there is no `{name}` in 32-bit code", line.span)
    if name == "nop" and text:
        help = f"write {', '.join(f'nop{size}' for size in range(2, 9))} or nop9, by the bytes"
        what = "the assembler makes another instruction of a nop with an operand"
        raise OperandError("invalid-form", what, line.span, help=help)


def check_registers(bits: int, found: list[tuple[Operand, Span]]) -> None:
    """Registers that the target does not have, or that can't stand together in one instruction."""
    for operand, at in found:
        for name in named(operand) if bits == 32 else ():
            if _is_of_64(REGISTERS[name]):
                help = "it has eax, ecx, edx, ebx, esp, ebp, esi and edi, and xmm0 to xmm7"
                raise OperandError("bad-operand", f"there is no `{name}` in 32-bit code", at, help=help)
        if isinstance(operand, Memory):
            _check_address(operand, at)
        if _is_high_byte(operand) and any(_needs_rex(other) for other, _ in found):
            assert isinstance(operand, Register)
            what = f"`{operand.name}` can't stand beside a register that needs a REX prefix"
            raise OperandError("invalid-form", what, at)


def registers_of(bits: int) -> list[str]:
    """The names of all registers that code of so many bits has."""
    return [name for name, register in REGISTERS.items() if bits == 64 or not _is_of_64(register)]


def named(found: Operand) -> list[str]:
    """The registers of an operand, by name."""
    names = [found.name] if isinstance(found, Register) else []
    names += [found.base, found.index] if isinstance(found, Memory) else []
    return [name for name in names if name]


def _check_address(memory: Memory, at: Span) -> None:
    """An index is multiplied, and the stack pointer is none (SDM volume 2, table 2-3)."""
    if memory.index in ("rsp", "esp"):
        help = f"write [{memory.index} + {memory.base}]" if memory.base and memory.scale == 1 else ""
        raise OperandError("invalid-form", f"`{memory.index}` can't be an index", at, help=help)
    if memory.base in ("rip", "eip") and memory.index:
        raise OperandError("invalid-form", f"nothing is added to `{memory.base}` but a number", at)


def _is_high_byte(found: Operand) -> bool:
    return isinstance(found, Register) and found.size == 1 and found.number >= 20


def _is_of_64(register: Register) -> bool:
    """Whether 32-bit code has no such register (SDM volume 2, section 2.2.1)."""
    if register.name in ("rip", "eip", *_LOW_BYTES) or register.size == 8:
        return True
    return 8 <= register.number < 20 or (register.number >= 24)


def _needs_rex(found: Operand) -> bool:
    """Whether some register of an operand is one of those that 64-bit code has more, or 64 bits wide."""
    own = [REGISTERS[name] for name in named(found)]
    return any(
        r.name in _LOW_BYTES
        or (r.size == 8 and isinstance(found, Register))
        or (8 <= r.number < 16 and r.size in (1, 2, 4, 8))
        for r in own
    )
