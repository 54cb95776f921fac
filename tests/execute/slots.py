"""Slots of x86 under Unicorn: copies run as the header makes them, are stopped anywhere, and go on elsewhere."""

from __future__ import annotations

import ctypes
import subprocess
from dataclasses import dataclass
from pathlib import Path
from random import Random

from unicorn import UC_ARCH_X86, UC_MODE_64, Uc
from unicorn import x86_const as uc_x86

from tests.conftest import EXAMPLES, ROOT
from trampgen.cli import main as trampgen

PROBED = 0x10100
AREA, PAGE, SIZE = 0x20000, 0x1000, 128
STACK, DATA = 0x40000, 0x10800
RED_ZONE = 128
NAMES = "rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15".split()
NUMBERS = [getattr(uc_x86, f"UC_X86_REG_{name.upper()}") for name in NAMES]
VECTORS = [getattr(uc_x86, f"UC_X86_REG_XMM{n}") for n in range(16)]
FLAGS = 0x8D5  # CF PF AF ZF SF OF
PROBED_AGAIN, IN_SLOT, BEHIND = 0, 1, 2  # UPROBE_XOL_RESUME_*

SOURCE = """
#include "uprobes.h"
int stepped(u8 *slot, unsigned long ip, const u8 *insn, size_t size, unsigned long next, u64 scratch, u64 rip)
{ (void)ip; (void)next; (void)scratch; (void)rip; return uprobe_xol_stepped_encode(slot, insn, size); }
int boosted(u8 *slot, unsigned long ip, const u8 *insn, size_t size, unsigned long next, u64 scratch, u64 rip)
{ (void)scratch; (void)rip; return uprobe_xol_boosted_encode(slot, ip, insn, size, next); }
int relative(u8 *slot, unsigned long ip, const u8 *insn, size_t size, unsigned long next, u64 scratch, u64 rip)
{ return uprobe_xol_relative_encode(slot, ip, insn, size, next, scratch, rip); }
int stepped_resume(size_t size, size_t offset) { return uprobe_xol_stepped_resume(size, offset); }
int boosted_resume(size_t size, size_t offset) { return uprobe_xol_boosted_resume(size, offset); }
int relative_resume(size_t size, size_t offset) { return uprobe_xol_relative_resume(size, offset); }
"""


@dataclass(frozen=True)
class Probe:
    """An instruction at PROBED, and what is copied of it; with a scratch register it is relative to that."""

    original: bytes
    copied: bytes
    scratch: int = 0

    @property
    def next(self) -> int:
        return PROBED + len(self.original)


def relative(text: str, modrm: int, scratch: int) -> Probe:
    """An instruction relative to rip, whose ModRM byte is at an index, and the same with a scratch register."""
    original = bytes.fromhex(text)
    copied = bytearray(original)
    copied[modrm] = 0x80 | copied[modrm] & 0x38 | scratch
    return Probe(original, bytes(copied), scratch)


def library(folder: Path) -> ctypes.CDLL:
    """The functions of the generated header, compiled for this machine."""
    assert (
        trampgen(
            [
                "build",
                str(EXAMPLES / "linux" / "x86" / "uprobes.tramp"),
                "-o",
                str(folder),
                "--emit",
                "header",
                "-q",
            ]
        )
        == 0
    )
    (folder / "slots.c").write_text(SOURCE)
    flags = "-shared -fPIC -O2 -Wall -Wextra -Werror -DCONFIG_X86_64 -DPAGE_SIZE=4096".split()
    include = ROOT / "trampgen" / "include"
    subprocess.run(["cc", *flags, f"-I{include}", "slots.c", "-o", "slots.so"], cwd=folder, check=True)
    found = ctypes.CDLL(str(folder / "slots.so"))
    for form in ("stepped", "boosted", "relative"):
        pointers = [ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_size_t]
        getattr(found, form).argtypes = [*pointers, ctypes.c_ulong, ctypes.c_uint64, ctypes.c_uint64]
        getattr(found, f"{form}_resume").argtypes = [ctypes.c_size_t, ctypes.c_size_t]
    return found


def slot(functions: ctypes.CDLL, form: str, probe: Probe, ip: int) -> bytes:
    """A slot as it is at an address."""
    room = ctypes.create_string_buffer(SIZE)
    rip = probe.next
    done = getattr(functions, form)(room, ip, probe.copied, len(probe.copied), probe.next, probe.scratch, rip)
    assert done == 0
    return room.raw


@dataclass(frozen=True)
class State:
    """Registers, flags, vectors and memory before an instruction or after it."""

    registers: tuple[int, ...]
    flags: int
    vectors: tuple[int, ...]
    data: bytes
    stack: bytes


def some_state(rng: Random) -> State:
    """Registers at random but for those that point: rsp, rbp and r12 to the stack, rbx, rdi and r9 to data."""
    registers = [
        rng.getrandbits(64) if rng.random() < 0.7 else rng.choice((0, 1, (1 << 64) - 1, 1 << 63))
        for _ in NAMES
    ]
    for name in ("rsp", "rbp", "r12"):
        registers[NAMES.index(name)] = STACK + 0x800 + 8 * rng.randrange(32)
    for name in ("rbx", "rdi", "r9"):
        registers[NAMES.index(name)] = DATA + 0x100 + 8 * rng.randrange(32)
    vectors = tuple(rng.getrandbits(128) for _ in VECTORS)
    return State(
        tuple(registers), rng.getrandbits(12) & FLAGS, vectors, rng.randbytes(0x800), rng.randbytes(PAGE)
    )


class Machine:
    """A processor with the probed instruction, an area of slots, a stack and data behind the code."""

    def __init__(self, probe: Probe) -> None:
        self.uc = Uc(UC_ARCH_X86, UC_MODE_64)
        for start in (PROBED & ~(PAGE - 1), AREA, STACK):
            self.uc.mem_map(start, PAGE)
        self.uc.mem_write(PROBED, probe.original + b"\xf4" * 16)
        self.stack_pointer = 0

    def start(self, state: State, ip: int) -> None:
        for number, value in zip(NUMBERS, state.registers, strict=True):
            self.uc.reg_write(number, value)
        for number, value in zip(VECTORS, state.vectors, strict=True):
            self.uc.reg_write(number, value)
        self.uc.reg_write(uc_x86.UC_X86_REG_EFLAGS, state.flags | 2)
        self.uc.mem_write(DATA, state.data)
        self.uc.mem_write(STACK, state.stack)
        self.stack_pointer = state.registers[NAMES.index("rsp")]
        self.ip = ip

    def put(self, ip: int, code: bytes) -> None:
        """Place a slot; what was translated of an earlier one is dropped."""
        self.uc.mem_write(ip, code)
        self.uc.ctl_remove_cache(ip, ip + len(code))

    def step(self) -> None:
        self.uc.emu_start(self.ip, 0, count=1)
        self.ip = self.uc.reg_read(uc_x86.UC_X86_REG_RIP)

    def state(self) -> State:
        """Without what lies below the red zone, which is nobody's."""
        stack = bytearray(self.uc.mem_read(STACK, PAGE))
        free = self.stack_pointer - RED_ZONE - STACK
        stack[:free] = bytes(free)
        return State(
            tuple(self.uc.reg_read(number) for number in NUMBERS),
            self.uc.reg_read(uc_x86.UC_X86_REG_EFLAGS) & FLAGS,
            tuple(self.uc.reg_read(number) for number in VECTORS),
            bytes(self.uc.mem_read(DATA, 0x800)),
            bytes(stack),
        )
