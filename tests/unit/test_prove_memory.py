"""Memory byte by byte, and places on the stack: against a plain array of bytes, and by hand."""

from __future__ import annotations

import random

import pytest

from trampgen.model.field import Reach
from trampgen.prove import stack, terms
from trampgen.prove.cpu import Cpu, GivenUp, fresh
from trampgen.prove.lift import places
from trampgen.prove.machine import Machine
from trampgen.prove.machines import machine
from trampgen.prove.memory import Cells, Memory, spelled
from trampgen.prove.supply import layout
from trampgen.prove.terms import add, sub, var
from trampgen.prove.valuation import evaluate


@pytest.mark.parametrize("order", ["little", "big"])
def test_bytes(order: str) -> None:
    """Stores and loads of any size that overlap, of numbers and of what is cut from variables."""
    drawn = random.Random(order)
    for _ in range(40):
        cells, plain = Cells("m[", 8, order), bytearray(drawn.randbytes(64))
        given: dict[str, int] = {}
        for at in range(0, 64, 8):
            given[f"m[{at:#x}]"] = int.from_bytes(
                plain[at : at + 8], "little" if order == "little" else "big"
            )
        for step in range(30):
            size, at = drawn.choice([1, 2, 4, 8]), drawn.randrange(56)
            read = cells.load(at, size)
            expected = int.from_bytes(plain[at : at + size], "little" if order == "little" else "big")
            assert evaluate([read], given) == [expected]
            number = drawn.getrandbits(8 * size)
            value = number if drawn.random() < 0.5 else var(f"v{step}", 8 * size)
            given[f"v{step}"] = number
            cells.store(at, value, size, step)
            assert cells.writer(at, 1) == step
            plain[at : at + size] = number.to_bytes(size, "little" if order == "little" else "big")


def test_what_is_stored_is_loaded_as_it_is() -> None:
    cells, value = Cells("stack[", 8, "big"), var("entry.r3", 64)
    cells.store(-16, value, 8, 1)
    assert cells.load(-16, 8) is value
    cells.lose(-1 << 62, -8, " after call")
    assert spelled(cells.load(-16, 8)) == "stack[-0x10] after call"
    assert spelled(cells.load(-8, 8)) == "stack[-0x8]"


def test_regions() -> None:
    base, other = var("entry.r1", 64), var("entry.r13", 64)
    memory = Memory(8, "big", base)
    memory.store(sub(base, 8, 64), 5, 8, 0)
    memory.store(add(other, 8, 64), 6, 8, 0)
    assert memory.load(sub(base, 8, 64), 8) == 5
    assert memory.load(add(other, 8, 64), 8) == 6
    assert spelled(memory.load(add(other, 16, 64), 8)) == "memory[entry.r13 + 0x10]"


def arm() -> tuple[Cpu, Machine]:
    found = machine("arm")
    assert found is not None
    return fresh(found, places(found.language), "little"), found


def test_distances() -> None:
    cpu, _ = arm()
    top = cpu.read("sp")
    assert stack.distance(cpu, sub(top, 24, 32)) == (-24, -24)
    assert stack.distance(cpu, cpu.read("r0")) is None
    # Aligned to 8: less 4, or less nothing.
    bit = terms.bitwise("and", top, 4, 32)
    assert stack.distance(cpu, sub(top, bit, 32)) == (-4, 0)
    # A param of which encoders let through some values.
    cpu.reaches = {"room": Reach(72, 255)}
    room = terms.zext(var("room", 8), 8, 32)
    assert stack.distance(cpu, sub(top, room, 32)) == (-255, -72)


def test_two_frames_that_may_meet() -> None:
    cpu, _ = arm()
    top = cpu.read("sp")
    cpu.store(sub(top, 8, 32), 1, 4)
    with pytest.raises(GivenUp, match="two distances"):
        cpu.load(sub(top, terms.zext(var("room", 8), 8, 32), 32), 4)


def test_registers_of_contracts() -> None:
    cpu, found = arm()
    flags = cpu.read("cpsr")
    assert spelled(flags).startswith("entry.ng << 31 | entry.zr << 30")
    assert evaluate([terms.bitwise("and", flags, 0x20, 32)], {}) == [0]  # T, in whatever state the rest is
    cpu.write("cpsr", 0xFFFFFFFF)
    (written,) = evaluate([cpu.read("cpsr")], {})
    assert written == 0xF80F03FF  # J and IT are 0 whatever is written
    for name in found.kept_over:
        before = cpu.read(name)
        cpu.write(name, before)
        assert cpu.read(name) is before or cpu.read(name) == before


def test_a_layout_for_a_struct_that_nobody_supplies() -> None:
    names = ["pt_regs.gpr[3]", "pt_regs.msr", "pt_regs.gpr[0]", "pt_regs.ccr"]
    assert layout(names, 8) == {
        "pt_regs.gpr[3]": 24,
        "pt_regs.gpr[0]": 0,
        "pt_regs.ccr": 32,
        "pt_regs.msr": 40,
    }
