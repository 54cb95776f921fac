"""What undefined.toml says: which bits are not compared, and which states are not drawn."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.prove.concrete import Outcome, Registers

FILE = Path(__file__).with_name("undefined.toml")
TRIED = Path(__file__).with_name("tried.toml")


@dataclass(frozen=True)
class Entry:
    """One paragraph of the file."""

    isa: tuple[str, ...]
    kinds: tuple[str, ...]
    register: str
    mask: int
    bytes: tuple[int, int]
    rule: str
    why: str
    source: str

    def fits(self, isa: str, kind: str) -> bool:
        patterns = [pattern.replace("[", "[[]") for pattern in self.kinds]
        return isa in self.isa and any(fnmatch.fnmatchcase(kind, pattern) for pattern in patterns)


@cache
def entries() -> tuple[Entry, ...]:
    read = tomllib.loads(FILE.read_text())
    return tuple(
        Entry(
            tuple(one["isa"]), tuple(one["kinds"]), one.get("register", ""), one.get("mask", 0),
            tuple(one.get("bytes", (0, 0))), one.get("rule", ""), one["why"], one["source"],
        )
        for part in ("undefined", "state") for one in read[part]
    )  # fmt: skip


@cache
def of_kind(isa: str, kind: str) -> tuple[Entry, ...]:
    return tuple(one for one in entries() if one.fits(isa, kind))


@cache
def tried() -> dict[str, dict[str, int]]:
    """How many states each kind was tried from without a difference, by target."""
    found: dict[str, dict[str, int]] = tomllib.loads(TRIED.read_text()) if TRIED.exists() else {}
    return found


# ---- states --------------------------------------------------------------------------------------------


def _same_mode(isa: str, registers: Registers) -> Registers:
    """What is written has the mode of before; J, T, E and what a version has not are 0."""
    written = {"arm": 0xF80F_01C0, "armv5": 0xF800_00C0, "armv4": 0xF000_00C0}[isa]
    mode = registers["cpsr"] & 0x1F
    return {
        name: value & written | mode if name.startswith("r") else value for name, value in registers.items()
    }


def _multiple_of_4(isa: str, registers: Registers) -> Registers:
    return registers | {name: registers[name] & ~3 for name in ("ctr", "lr")}


def _firmware_goes_on(isa: str, registers: Registers) -> Registers:
    lost = 1 << 0 | 1 << 16 | 1 << 6 | 1 << 18
    return {name: value & ~lost if name.startswith("r") else value for name, value in registers.items()}


def _user_flags(isa: str, registers: Registers) -> Registers:
    """Flags of a process; of system calls one that there is not."""
    call = 0x10_0000 | registers["rax"] & 0x7FFF_FFFF
    return registers | {"rflags": registers["rflags"] & 0xCD5 | 0x202, "rax": call}


STATES: Mapping[str, Callable[[str, Registers], Registers]] = {
    "same-mode": _same_mode,
    "multiple-of-4": _multiple_of_4,
    "firmware-goes-on": _firmware_goes_on,
    "user-flags": _user_flags,
    "kernel-flags": lambda isa, registers: registers,  # what is loaded is in memory: see states.memory
}


def ruled(isa: str, kind: str, registers: Registers) -> Registers:
    """Registers as the rules of a kind have them."""
    for one in of_kind(isa, kind):
        if one.rule:
            registers = STATES[one.rule](isa, registers)
    return registers


# ---- outcomes ------------------------------------------------------------------------------------------


def differences(isa: str, kind: str, expected: Outcome, got: Outcome | str, room_data: int) -> list[str]:
    """What the executor has otherwise than the processor, as `register: executor, processor`."""
    if isinstance(got, str):
        return [f"the processor ended with {got}"]
    own = of_kind(isa, kind)
    found: list[str] = []
    for name, value in {**expected.registers, "pc": expected.pc}.items():
        other = got.pc if name == "pc" else got.registers[name]
        masked = sum({one.mask for one in own if one.register and name.endswith(one.register)})
        if value is None or other is None:
            if value is not other:
                found.append(f"{name}: {value}, {other}")
        elif (value ^ other) & ~masked:
            found.append(f"{name}: {value:#x}, {other:#x}")
    return found + _memory(expected, got, [one.bytes for one in own if one.bytes[1]], room_data)


def _memory(expected: Outcome, got: Outcome, ignored: list[tuple[int, int]], room_data: int) -> list[str]:
    if expected.data == got.data:
        return []
    sp = next((value for name, value in expected.registers.items() if name in ("esp", "rsp")), 0)
    skipped = {sp - room_data + at for low, high in ignored for at in range(low, high)}
    pairs = enumerate(zip(expected.data, got.data, strict=True))
    wrong = [(at, one, other) for at, (one, other) in pairs if one != other and at not in skipped]
    return [f"memory {room_data + at:#x}: {one:#x}, {other:#x}" for at, one, other in wrong[:4]]
