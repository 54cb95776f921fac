"""The probe of x86 runs under Unicorn with a thousand random states in each of its forms, and no bit of it is idle."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

from tests.execute import x86, x86_probe
from tests.execute.x86 import BITS32, BITS64, Machine, Width
from tests.execute.x86_probe import Probe
from trampgen import isa as isas
from trampgen.assemble.readback import text_of
from trampgen.model.spec import instructions

STATES = {BITS64: 1000, BITS32: 300}
COPIES = 10
SPOIL_STATES = 12
NOP = 0x90
NO_INDEX = r" \+ [er]iz\*\d"  # how capstone shows the scale of no register

# What comes of flipped bits and does the same:
IDLE = {
    "adc rsp, 0x10",  # the carry is that of the addition before it
    "adc esp, 8",
    "mov edx, dword ptr [rsp + 0x90]",  # the upper half of the flags is zero, and so is that of ss
    "mov dword ptr [rsp + 0xa0], edx",
}

# What is displaced, at least as long as a jump; the same bytes are other registers with 32 bits.
DISPLACED = [
    "01c8 90 90 90",  # add eax, ecx
    "89e5 83ec10",  # mov ebp, esp; sub esp, 16
    "50 58 0f92c0",  # push and pop of ax; setb al
    "8d440803 f8",  # lea eax, [rax + rcx + 3]; clc
    "f7d9 11db 9090",  # neg ecx; adc ebx, ebx
    "0f1f440000",  # nop
    "9c 59 fc 31d2",  # pushf; pop cx; cld; xor edx, edx
    "8b1c24 87f3",  # mov ebx, [rsp]; xchg ebx, esi
]

WIDTH = pytest.mark.parametrize("width", [BITS64, BITS32], ids=lambda width: width.name)
FRAMES = pytest.mark.parametrize("frames", [False, True], ids=["no frame pointer", "frame pointer"])
CLAC = pytest.mark.parametrize("clac", [False, True], ids=["no clac", "clac"])


def probes(width: Width, frames: bool, clac: bool) -> Iterator[Probe]:
    random = Random(f"probes {width.name}")
    for number in range(COPIES):
        displaced = bytes.fromhex(DISPLACED[number % len(DISPLACED)])
        yield x86_probe.probe(width, frames, clac, random.getrandbits(width.bits), displaced)


@WIDTH
@FRAMES
@CLAC
def test_random_states(width: Width, frames: bool, clac: bool) -> None:
    machine = Machine(width)
    for number, each in enumerate(probes(width, frames, clac)):
        states = x86.random_states(f"{number} {width.name}", STATES[width] // COPIES, width)
        assert x86_probe.first_complaints(machine, each, states) == [], number


def spoilt(probe: Probe) -> Iterator[tuple[str, Probe]]:
    """Every instruction becomes nops, and every bit is flipped; spared are the displaced instructions."""
    copy, site = probe.copy, probe.site
    template = x86_probe.template(probe.width, probe.frames).patched()
    for own in instructions(template.words):
        code = copy[: own.start] + bytes([NOP]) * len(own) + copy[own.stop :]
        yield f"nops for {template.words[own.start].asm}", replace(probe, copy=code)
    ours = [at for at in range(len(copy)) if not 0 <= at - probe.size < len(probe.displaced)]
    for at, bit in itertools.product(ours, range(8)):
        code = flipped(copy, at, bit)
        yield difference(probe.width, copy, code), replace(probe, copy=code)
    for at, bit in itertools.product(range(len(site)), range(8)):
        code = flipped(site, at, bit)
        yield difference(probe.width, site, code), replace(probe, site=code)


def flipped(code: bytes, at: int, bit: int) -> bytes:
    return code[:at] + bytes([code[at] ^ 1 << bit]) + code[at + 1 :]


def difference(width: Width, code: bytes, other: bytes) -> str:
    """What the spoilt instruction has become, or several; nothing where the bit means nothing."""
    was, now = (re.sub(NO_INDEX, "", text_of(isas.load(width.name), c)).split("; ") for c in (code, other))
    if was == now:
        return ""
    first = next(at for at, pair in enumerate(itertools.zip_longest(was, now)) if pair[0] != pair[1])
    same = itertools.takewhile(
        lambda pair: pair[0] == pair[1], zip(was[:first:-1], now[:first:-1], strict=False)
    )
    return "; ".join(now[first : len(now) - len(list(same))])


@WIDTH
@FRAMES
def test_every_spoilt_bit_is_noticed(width: Width, frames: bool) -> None:
    """One state after the other until it is noticed: some bits need certain flags."""
    op = 0x9A78563412F0DEBC & (1 << width.bits) - 1
    whole = x86_probe.probe(width, frames, True, op, bytes.fromhex(DISPLACED[5]))
    states = x86.random_states("spoils", SPOIL_STATES, width)
    machine = Machine(width)
    assert x86_probe.first_complaints(machine, whole, states) == []
    spoils = [(text, spoil) for text, spoil in spoilt(whole) if text]
    unnoticed = [
        text for text, spoil in spoils if not x86_probe.first_complaints(Machine(width), spoil, states)
    ]
    assert set(unnoticed) <= IDLE
    assert len(spoils) > 7 * len(whole.copy)
