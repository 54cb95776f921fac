"""PowerPC: special registers, rotates that SLEIGH reads from nowhere, prefixed instructions that it does not know.

What they do is from the Power ISA 3.1: Book I for XER, rldimi, isel and prefixed instructions, Book III for mtmsr."""

from __future__ import annotations

from trampgen.prove.cpu import Cpu
from trampgen.prove.domain import Value, choose, shift_left, shift_right
from trampgen.prove.machine import Patch
from trampgen.prove.program import Step
from trampgen.prove.terms import add, bitwise, concat, extract, sext, zext

_SPR = 0xFC1FFFFF  # an instruction without RT


def _field(step: Step, high: int, low: int) -> int:
    """Bits of the instruction, numbered as the manual does, from the highest one, 0."""
    return step.number >> (31 - low) & ((1 << (low - high + 1)) - 1)


def _gpr(cpu: Cpu, number: int) -> Value:
    return cpu.raw(f"r{number}")


def _set(cpu: Cpu, number: int, value: Value) -> None:
    cpu.set_raw(f"r{number}", value)


def _width(cpu: Cpu) -> int:
    return 8 * cpu.machine.word


def mfxer(cpu: Cpu, step: Step) -> None:
    _set(cpu, _field(step, 6, 10), cpu.read("xer"))


def mtxer(cpu: Cpu, step: Step) -> None:
    cpu.write("xer", _gpr(cpu, _field(step, 6, 10)))


def mtmsr(cpu: Cpu, step: Step) -> None:
    """L = 0 leaves the upper half, ME and LE; MSR[PR] sets EE, IR and DR with it. L = 1 sets EE and RI alone."""
    old, new = cpu.read("msr"), _gpr(cpu, _field(step, 6, 10))
    width = _width(cpu)
    if _field(step, 15, 15):
        mask = 1 << 15 | 1 << 1
    else:
        mask = 0xFFFFFFFF & ~(1 << 12 | 1 << 0)
        problem = extract(new, 14, 1)
        for bit in (15, 5, 4):
            both = bitwise("or", extract(new, bit, 1), problem, 1)
            new = _with_bit(new, bit, both, width)
    cpu.write("msr", bitwise("or", _masked(old, ~mask, width), _masked(new, mask, width), width))


def mtmsr32(cpu: Cpu, step: Step) -> None:
    cpu.write("msr", _gpr(cpu, _field(step, 6, 10)))


def _masked(value: Value, mask: int, width: int) -> Value:
    return bitwise("and", value, mask & ((1 << width) - 1), width)


def _with_bit(value: Value, bit: int, new: Value, width: int) -> Value:
    above = extract(value, bit + 1, width - bit - 1)
    return concat([(extract(value, 0, bit), bit), (new, 1), (above, width - bit - 1)])


def mtdsisr(cpu: Cpu, step: Step) -> None:
    cpu.write("dsisr", extract(_gpr(cpu, _field(step, 6, 10)), 0, 32))


def rldimi(cpu: Cpu, step: Step) -> None:
    source, into = _gpr(cpu, _field(step, 6, 10)), _field(step, 11, 15)
    shift = _field(step, 16, 20) | _field(step, 30, 30) << 5
    begin = _field(step, 21, 25) | _field(step, 26, 26) << 5
    end = 63 - shift
    ones = (1 << 64) - 1
    from_begin, to_end = ones >> begin, ones << (63 - end) & ones
    mask = from_begin & to_end if begin <= end else from_begin | to_end
    turned = bitwise("or", shift_left(source, shift, 64), shift_right(source, 64 - shift, 64), 64)
    _set(cpu, into, bitwise("or", _masked(turned, mask, 64), _masked(_gpr(cpu, into), ~mask, 64), 64))


def isel(cpu: Cpu, step: Step) -> None:
    bit = _field(step, 21, 25)
    a, b = _field(step, 11, 15), _field(step, 16, 20)
    condition = extract(cpu.raw(f"cr{bit // 4}"), 3 - bit % 4, 1)
    then: Value = _gpr(cpu, a) if a else 0
    _set(cpu, _field(step, 6, 10), choose(condition, then, _gpr(cpu, b), _width(cpu)))


# Opcode of the suffix → bytes and whether the sign is extended; of loads, and of stores.
_LOADS = {
    0x06: {32: (4, False), 34: (1, False), 40: (2, False), 42: (2, True)},
    0x04: {57: (8, False), 41: (4, True)},
}
_STORES = {0x06: {36: 4, 38: 1, 44: 2}, 0x04: {61: 8}}


def prefixed(cpu: Cpu, step: Step) -> None:
    """paddi, and loads and stores with a displacement of 34 bits, from RA, 0 or the instruction."""
    whole = step.value()
    kind, opcode = step.number >> 56, step.number >> 26 & 0x3F
    target, base = step.number >> 21 & 31, step.number >> 16 & 31
    displacement = sext(concat([(extract(whole, 0, 16), 16), (extract(whole, 32, 18), 18)]), 34, 64)
    if step.number >> 52 & 1:
        address = add(add(cpu.ip, step.offset, 64), displacement, 64)
    else:
        address = add(_gpr(cpu, base) if base else 0, displacement, 64)
    if kind == 0x06 and opcode == 14:
        _set(cpu, target, address)
    elif opcode in _LOADS[kind]:
        size, signed = _LOADS[kind][opcode]
        loaded = cpu.load(address, size)
        _set(cpu, target, (sext if signed else zext)(loaded, 8 * size, 64))
    else:
        size = _STORES[kind][opcode]
        cpu.store(address, extract(_gpr(cpu, target), 0, 8 * size), size)


_UNLINKED = "XER is not connected to its bits: a carry that is changed is not seen in it"
_BOTH = (
    Patch(_SPR, 0x7C0102A6, mfxer, _UNLINKED),
    Patch(_SPR, 0x7C0103A6, mtxer, _UNLINKED),
    Patch(_SPR, 0x7C1203A6, mtdsisr, "DSISR is a register of as many bits as the others, and has 32"),
    Patch(0xFC00003F, 0x7C00001E, isel, "not known"),
)


def _prefixed() -> tuple[Patch, ...]:
    """Kind and opcode; R and the registers are looked at."""
    return tuple(
        Patch(0xFFE00000_FC000000, kind << 56 | opcode << 26, prefixed, "not known")
        for kind in (0x06, 0x04)
        for opcode in (*_LOADS[kind], *_STORES[kind], *([14] if kind == 0x06 else []))
    )


PPC64 = (
    *_BOTH,
    Patch(0xFC1EFFFF, 0x7C000124, mtmsr, "writes LE, ME and, with L = 1, everything else"),
    Patch(0xFC00001D, 0x7800000C, rldimi, "reads its mask from the space of constants"),
    *_prefixed(),
)
PPC32 = (*_BOTH, Patch(0xFC1FFFFF, 0x7C000124, mtmsr32, "keeps bits that a 32-bit processor writes"))
