"""A task is stopped after every instruction of a slot, goes on as the map says, and ends as if never stopped."""

from __future__ import annotations

import ctypes
from random import Random

import pytest

from tests.conftest import EXAMPLES, compile_file
from tests.execute import slots
from tests.execute.slots import AREA, BEHIND, IN_SLOT, PROBED, PROBED_AGAIN, SIZE, Machine, Probe, State
from trampgen.isa.x86_rewrite import rewrite

ALONE = {
    "nop": "90",
    "mov rax, rcx": "4889c8",
    "add rax, rcx": "4801c8",
    "adc r8, qword ptr [rdi + 8]": "4c134708",
    "sub dword ptr [rbx + r10*0 - 4], 7": "836bfc07",
    "imul r11, r14, 1000": "4d69dee8030000",
    "mul r9": "49f7e1",
    "shl rdx, cl": "48d3e2",
    "cmp r13, -1": "4983fdff",
    "lea rsi, [rax + rcx*4 + 0x11223344]": "488db48844332211",
    "push rbx": "53",
    "pop r15": "415f",
    "mov rsp, rbp": "4889ec",
    "leave": "c9",
    "pushfq": "9c",
    "xchg qword ptr [r9], rax": "498701",
    "lock cmpxchg qword ptr [rdi], rcx": "f0480fb10f",
    "cmovbe rbp, r12": "490f46ec",
    "sete byte ptr [rbx]": "0f9403",
    "movabs r10, imm64": "49ba8877665544332211",
    "movdqu xmm3, xmmword ptr [rdi]": "f30f6f1f",
    "pxor xmm1, xmm2": "660fefca",
    "15 bytes: mov qword ptr fs-less [rdi+0], imm32": "66666666664881470011223344",
    "bt dword ptr [rdi], 3": "0fba2703",
    "bswap r13": "490fcd",
}
# The ModRM byte of each, by its index; the displacement leads to data.
RELATIVE = {
    "mov rax, [rip + d]": ("488b05", 2, ""),
    "add [rip + d], rcx": ("48010d", 2, ""),
    "imul rdx, [rip + d], 7": ("486b15", 2, "07"),
    "cmp byte ptr [rip + d], 5": ("803d", 1, "05"),
    "movdqu xmm1, [rip + d]": ("f30f6f0d", 3, ""),
    "lea r9, [rip + d]": ("4c8d0d", 2, ""),
    "mov dword ptr [rip + d], imm32": ("c705", 1, "44332211"),
    "lock xadd [rip + d], r10": ("f04c0fc115", 4, ""),
    "sbb r8d, [rip + d]": ("441b05", 2, ""),
    "inc word ptr [rip + d]": ("66ff05", 2, ""),
}
STATES = 12


def _relative(head: str, modrm: int, tail: str, scratch: int) -> Probe:
    size = len(bytes.fromhex(head + tail)) + 4
    distance = slots.DATA + 0x200 - PROBED - size
    return slots.relative(head + distance.to_bytes(4, "little").hex() + tail, modrm, scratch)


CASES = [
    (name, form, Probe(bytes.fromhex(text), bytes.fromhex(text)))
    for name, text in ALONE.items()
    for form in ("stepped", "boosted")
]
CASES += [
    (f"{name}, {slots.NAMES[scratch]}", "relative", _relative(*parts, scratch))
    for name, parts in RELATIVE.items()
    for scratch in (6, 7, 3)
]


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    return slots.library(tmp_path_factory.mktemp("slots"))


def _expected(machine: Machine, state: State) -> State:
    """What the instruction does where it belongs."""
    machine.start(state, PROBED)
    machine.step()
    return machine.state()


def _run(machine: Machine, functions: ctypes.CDLL, form: str, probe: Probe, start: int) -> list[int]:
    """From an offset of the second slot to the end; the offsets passed."""
    machine.put(AREA + 2 * SIZE, slots.slot(functions, form, probe, AREA + 2 * SIZE))
    machine.ip = AREA + 2 * SIZE + start
    passed = []
    while machine.ip != probe.next:
        passed.append(machine.ip - AREA - 2 * SIZE)
        assert 0 <= passed[-1] < SIZE
        if form == "stepped" and passed[-1] == len(probe.copied):
            break
        machine.step()
    return passed


@pytest.mark.parametrize(("name", "form", "probe"), CASES, ids=[f"{name} {form}" for name, form, _ in CASES])
def test_stopped_anywhere_a_task_goes_on(name: str, form: str, probe: Probe, functions: ctypes.CDLL) -> None:
    rng = Random(name)
    resume = getattr(functions, f"{form}_resume")
    machine = Machine(probe)
    for state in (slots.some_state(rng) for _ in range(STATES)):
        expected = _expected(machine, state)
        machine.start(state, 0)
        passed = _run(machine, functions, form, probe, 0)
        assert machine.state() == expected, "uninterrupted"
        for count, offset in enumerate(passed):
            verdict = resume(len(probe.copied), offset)
            assert verdict in (PROBED_AGAIN, IN_SLOT, BEHIND)
            assert (verdict == PROBED_AGAIN) == (offset == 0)
            _stop(machine, functions, form, probe, state, count)
            _run(machine, functions, form, probe, offset)
            assert machine.state() == expected, f"moved to another slot at {offset}"
            _stop(machine, functions, form, probe, state, count)
            if verdict == BEHIND:
                assert machine.state() == expected, f"left at {offset}"
            if verdict == PROBED_AGAIN:
                machine.ip = PROBED
                machine.step()
                assert machine.state() == expected, "run where it was probed"


def _stop(
    machine: Machine, functions: ctypes.CDLL, form: str, probe: Probe, state: State, count: int
) -> None:
    """Run so many instructions in the first slot."""
    first = AREA + SIZE
    machine.put(first, slots.slot(functions, form, probe, first))
    machine.start(state, first)
    for _ in range(count):
        machine.step()
    machine.put(first, b"\xcc" * SIZE)  # it may be another task's by now


@pytest.mark.parametrize("name", RELATIVE)
def test_the_copies_are_those_that_the_rewrite_makes(name: str) -> None:
    spec = compile_file(EXAMPLES / "linux" / "x86" / "rip_relative.tramp").spec
    assert spec is not None
    [rule] = [one.variants[0].rule for one in spec.rewrites if one.name == "uprobe_rip_relative"]
    original = _relative(*RELATIVE[name], 6).original
    found = rewrite(rule, original, wide=True)
    assert found.scratch is not None
    assert found.code == _relative(*RELATIVE[name], found.scratch).copied


@pytest.mark.parametrize("form", ["stepped", "boosted", "relative"])
@pytest.mark.parametrize("size", [1, 2, 5, 15])
def test_the_map_holds_where_instructions_begin(form: str, size: int, functions: ctypes.CDLL) -> None:
    """Every other offset is refused, beyond the end too."""
    copied = bytes.fromhex("66" * (size - 1) + "90")
    probe = Probe(copied, copied)
    machine = Machine(probe)
    machine.start(slots.some_state(Random(size)), 0)
    begins = set(_run(machine, functions, form, probe, 0))
    resume = getattr(functions, f"{form}_resume")
    assert {offset for offset in range(2 * SIZE) if resume(size, offset) >= 0} == begins


def test_sizes_that_can_not_be_copied_write_nothing(functions: ctypes.CDLL) -> None:
    room = ctypes.create_string_buffer(b"\x5a" * SIZE, SIZE)
    for size in (0, 16, 1 << 40):
        assert functions.boosted(room, AREA, b"\x90" * 16, size, PROBED, 0, 0) < 0
    assert functions.boosted(room, 0, b"\x90", 1, 1 << 40, 0, 0) < 0, "out of reach"
    assert functions.relative(room, AREA, b"\x90", 1, PROBED, 8, 0) < 0, "no such scratch register"
    assert room.raw == b"\x5a" * SIZE
