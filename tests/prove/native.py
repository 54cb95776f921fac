"""The syscall instruction on this machine's processor: no emulator of a processor alone knows what a kernel does."""

from __future__ import annotations

import ctypes
import mmap
import platform
from collections.abc import Sequence
from functools import cache

import pytest
from keystone import KS_ARCH_X86, KS_MODE_64, Ks

from tests.prove.concrete import Code, Outcome, State

NAMES = [f"r{name}" for name in ("ax", "cx", "dx", "bx", "bp", "si", "di")] + [f"r{n}" for n in range(8, 16)]
FLAGS = 8 * len(NAMES)
BEHIND = FLAGS + 8
KEPT = ("rbx", "rbp", "r12", "r13", "r14", "r15")


def _source() -> list[str]:
    """rdi points to registers and flags, which are set before and stored behind the instruction."""
    load = [f"mov {name}, [rdi + {8 * at}]" for at, name in enumerate(NAMES) if name != "rdi"]
    store = [f"mov [rax + {8 * at}], {name}" for at, name in enumerate(NAMES) if name != "rax"]
    return [
        *(f"push {name}" for name in KEPT),
        "push rdi", f"push qword ptr [rdi + {FLAGS}]", "popfq", *load, f"mov rdi, [rdi + {8 * NAMES.index('rdi')}]",
        "syscall",
        "pushfq", "xchg rax, [rsp + 8]", *store, f"pop qword ptr [rax + {FLAGS}]", "pop qword ptr [rax]", "cld",
        *(f"pop {name}" for name in reversed(KEPT)),
        "ret",
    ]  # fmt: skip


@cache
def _function() -> tuple[mmap.mmap, int, int]:
    """The code in executable memory: where it is, and where the instruction behind the one that is tried is."""
    if platform.machine() != "x86_64":
        pytest.skip("needs a processor of x86-64")
    assembler = Ks(KS_ARCH_X86, KS_MODE_64)
    parts = [bytes(assembler.asm(line)[0]) for line in _source()]
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(b"".join(parts))
    at = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    behind = sum(map(len, parts[: _source().index("syscall") + 1]))
    return memory, at, at + behind


def run(runs: Sequence[tuple[Code, State]]) -> list[Outcome | str]:
    """All runs. The address behind the instruction is shown as if the code were where it is said to be."""
    memory, at, behind = _function()
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(at)
    found: list[Outcome | str] = []
    for code, state in runs:
        block = (ctypes.c_uint64 * (len(NAMES) + 1))(*(state.registers[name] for name in (*NAMES, "rflags")))
        call(ctypes.addressof(block))
        registers = dict(zip((*NAMES, "rflags"), block, strict=True)) | {"rsp": state.registers["rsp"]}
        pc = code.start + 2
        if registers["rcx"] == behind:
            registers["rcx"] = pc
        found.append(Outcome(registers, pc, state.data))
    assert memory[:1]
    return found
