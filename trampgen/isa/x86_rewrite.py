"""An instruction as it runs somewhere else: what a rewrite rule makes of its bytes, and which it can't move."""

from __future__ import annotations

from trampgen.isa.x86_decode import EVEX, LEGACY, Insn, Refused, Why, decode
from trampgen.model.record import record
from trampgen.model.rewrites import Rule

# Numbers as ModRM.rm has them. rsp and rbp can't hold an operand's address, r8 to r15 need a prefix.
REGISTERS = ("rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", *(f"r{n}" for n in range(8, 16)))
_NEAR = 1 << 31


@record
class Refusal:
    """A kind of control flow that a rule does not move; `relative_only` if its operand is RIP-relative."""

    control: str
    why: Why
    relative_only: bool = False


@record
class Copied:
    """The bytes to run elsewhere; `scratch` must hold the address behind the original while they do."""

    code: bytes
    insn: Insn
    scratch: int | None


def rewrite(rule: Rule, code: bytes, wide: bool, start: int = 0, to: int = 0) -> Copied:
    """What becomes of the instruction at `start` that the bytes begin with, to run at `to`; raises Refused."""
    insn = decode(code, wide)
    for refusal in refusals(rule):
        if refusal.control == insn.control and (insn.rip_relative or not refusal.relative_only):
            raise Refused(refusal.why)
    copy = code[: insn.length]
    if not insn.rip_relative:
        return Copied(copy, insn, None)
    if rule.action == "adjust":
        return Copied(_adjusted(copy, insn, start, to), insn, None)
    if rule.action is None:
        raise Refused(Why.OPERAND)
    free = (number for number in rule.candidates if not insn.regs >> number & 1)
    scratch = next(free, None)
    if scratch is None:
        raise Refused(Why.SCRATCH)
    return Copied(_based(copy, insn, scratch), insn, scratch)


def refusals(rule: Rule) -> list[Refusal]:
    """What stays where it is because of what it does to the flow of control."""
    found = [Refusal("relative", Why.RELATIVE), Refusal("saves", Why.SAVES)]
    if rule.course is not None:
        found.append(Refusal("masks", Why.MASKS))
    if rule.course == "stepped":
        return found
    found.append(Refusal("call", Why.CALL))
    if rule.course == "followed":
        return [*found, Refusal("leaves", Why.LEAVES)]
    return [*found, Refusal("leaves", Why.LEAVES, True)] if rule.action == "scratch" else found


def _based(copy: bytes, insn: Insn, scratch: int) -> bytes:
    """The operand at a displacement from a register below 8: mod 2, and no prefix that makes it another one.

    REX.B is 0 for these; in VEX of three bytes and EVEX, B and X stand inverted, and EVEX.X would be a part
    of ModRM.rm too. VEX of two bytes has neither."""
    out = bytearray(copy)
    out[insn.modrm_at] = 0x80 | insn.modrm & 0x38 | scratch
    if insn.prefix is not None and insn.kind == LEGACY:
        out[insn.prefix] &= ~1
    elif insn.prefix is not None and (insn.kind == EVEX or copy[insn.prefix] == 0xC4):
        out[insn.prefix + 1] |= 0x60
    return bytes(out)


def _adjusted(copy: bytes, insn: Insn, start: int, to: int) -> bytes:
    """The same operand from elsewhere; addresses are of 64 bits, and wrap."""
    at = insn.displacement_at
    old = int.from_bytes(copy[at : at + 4], "little", signed=True)
    new = (old + start - to + (1 << 63)) % (1 << 64) - (1 << 63)
    if not -_NEAR <= new < _NEAR:
        raise Refused(Why.RANGE)
    return copy[:at] + new.to_bytes(4, "little", signed=True) + copy[at + 4 :]
