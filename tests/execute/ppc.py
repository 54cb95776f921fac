"""Optimised probes of powerpc under qemu: the states that ppc.c runs them with, and what has to come of each.

The template runs word for word as it is: mfmsr and mtmsr, which user mode may not execute, trap into ppc.c, which
carries them out on an MSR of its own."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

from tests.conftest import EXAMPLES, compile_file
from tests.execute.patch import encoded
from tests.run.cross import BE, LE, Machine, succeed
from trampgen.diagnostics import Report
from trampgen.model.source import Sources
from trampgen.model.spec import TemplateVariant, seen_from
from trampgen.resolve.supplied import read_constants

HERE = Path(__file__).resolve().parent
FOLDER = EXAMPLES / "linux" / "powerpc"
NOP = 0x60000000

# As in ppc.c.
TARGETS = 0x10000
STACK = 0x20000
PACA = 0x30000
CALLBACK, EMULATE, BACK = (TARGETS + offset for offset in (0x100, 0x200, 0x300))
PT_REGS = 44
STACK_SIZE = 2048
MOST_WORDS = 128

REGISTERS = [*(f"r{n}" for n in range(32)), "ctr", "link", "xer", "ccr", "msr"]
# The bits of XER that there are: SO, OV, CA and a string's length.
XER = 0xE000007F
CA = 0x20000000
VOLATILE = {0, *range(3, 13)}

Registers = dict[str, int]


@dataclass(frozen=True)
class Probe:
    """One case of the template: what runs it, and what its frame has to look like."""

    case: str
    machine: Machine
    bits: int
    frame: int
    regs: int  # where pt_regs is above r1
    redzone: int

    def __str__(self) -> str:
        return self.case

    @property
    def base(self) -> int:
        """Where everything is mapped; on 64 bits an address that needs more than 32."""
        return 0x2000000000 if self.bits == 64 else 0x20000000

    @property
    def volatile(self) -> set[int]:
        """The registers that a callee may spoil; r2 is one of them where there is no TOC."""
        return VOLATILE | ({2} if self.case == "pcrel" else set())

    def pack(self, values: Iterable[int]) -> bytes:
        words = list(values)
        return struct.pack(self._format(len(words)), *words)

    def unpack(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(self._format(len(data) * 8 // self.bits), data)

    def _format(self, count: int) -> str:
        order = "<" if self.machine.order == "little" else ">"
        return f"{order}{count}{'Q' if self.bits == 64 else 'I'}"


PROBES = (
    Probe("elfv1", BE, 64, 784, 112, 288),
    Probe("elfv2", LE, 64, 720, 48, 288),
    Probe("pcrel", LE, 64, 720, 48, 288),
    Probe("ppc32", Machine("powerpc", "big", "qemu-ppc"), 32, 192, 16, 0),
)


@cache
def constants(bits: int) -> dict[str, int]:
    """The offsets that the kernel's build knows."""
    return read_constants([str(FOLDER / f"pt_regs{bits}.const")], {}, Sources(), Report())


@cache
def slots(bits: int) -> dict[str, int]:
    """Offsets in pt_regs."""
    return {k.removeprefix("pt_regs."): v for k, v in constants(bits).items() if k.startswith("pt_regs.")}


@cache
def template(probe: Probe) -> TemplateVariant:
    """The template as a probe gets it: patched, its holes still zero."""
    files = [str(FOLDER / f"pt_regs{probe.bits}.const")]
    spec = compile_file(FOLDER / "optprobe.tramp", constants=files).spec
    assert spec is not None
    abi = "elfv2" if probe.bits == 32 else probe.case
    variant = seen_from(
        spec.template("optprobe_template").variants, {"bits": f"ppc{probe.bits}", "abi": abi}.items()
    )
    assert variant is not None
    return variant.patched()


def code(probe: Probe, op: int, insn: int) -> list[int]:
    """The words of a copy, its branches leading to where ppc.c waits for them."""
    branches = {"callback": CALLBACK, "emulate": EMULATE, "back": BACK}
    targets = {name: probe.base + offset for name, offset in branches.items()}
    return encoded(template(probe), {"op": op, "insn": insn, **targets}, probe.base)


@dataclass(frozen=True)
class Callee:
    """What the callback or the emulator does: it changes slots of pt_regs and leaves garbage in registers."""

    flips: dict[str, int]
    garbage: Registers


@dataclass(frozen=True)
class State:
    """What a run starts with, and what its callees do."""

    entry: Registers
    toc: int
    softmask: int
    callees: tuple[Callee, Callee]
    stack: bytes


def random_registers(probe: Probe, random: Random) -> Registers:
    values = {name: random.getrandbits(probe.bits) for name in REGISTERS}
    return values | {"xer": values["xer"] & XER, "ccr": values["ccr"] & 0xFFFFFFFF}


def random_callee(probe: Probe, random: Random, writes: bool) -> Callee:
    """One that writes changes every register it finds, and where the function goes on from in any case."""
    flips = {"nip": random.getrandbits(probe.bits)}
    if writes:
        values = random_registers(probe, random)
        flips |= {f"gpr[{n}]": values[f"r{n}"] for n in range(32)}
        flips |= {name: values[name] for name in ("ctr", "link", "xer", "ccr", "msr")}
    return Callee(flips, random_registers(probe, random))


def random_state(probe: Probe, random: Random, writes: tuple[bool, bool]) -> State:
    entry = random_registers(probe, random)
    entry["r1"] = probe.base + STACK + STACK_SIZE - 128 - 16 * random.randrange(32)
    if probe.bits == 64:
        entry["r13"] = probe.base + PACA
    callback, emulate = (random_callee(probe, random, write) for write in writes)
    toc, softmask = random.getrandbits(probe.bits), random.getrandbits(8)
    return State(entry, toc, softmask, (callback, emulate), random.randbytes(STACK_SIZE))


def random_states(probe: Probe, count: int) -> list[State]:
    """As many with callees that write as with callees that only read, in turn; the first few have it all."""
    random = Random(str(probe))
    turns = [(False, True), (True, True), (False, False), (True, False)]
    states = [random_state(probe, random, turns[n % 4]) for n in range(count)]
    for state in states[::2]:
        state.entry["xer"] |= CA
    return states


@dataclass(frozen=True)
class Stop:
    """What there was when the template had jumped somewhere."""

    nip: int
    registers: Registers
    stack: bytes


@dataclass(frozen=True)
class Record:
    """What came of a run; `status` is how the process ended that it was a part of."""

    status: int
    stops: tuple[Stop, ...]
    paca_untouched: bool


@dataclass(frozen=True)
class Job:
    """Code, and which of the states it is run with."""

    code: Sequence[int]
    first: int
    count: int


def execute(program: str, probe: Probe, states: Sequence[State], jobs: Sequence[Job]) -> list[list[Record]]:
    """For each job a record of each of its states."""
    data = [probe.pack(setup(probe, states, jobs)), *(packed_state(probe, state) for state in states)]
    data += [packed_job(probe, job) for job in jobs]
    out = BytesIO(succeed(HERE, probe.machine.emulator, program, data=b"".join(data)))
    results = [unpacked_job(probe, job, out) for job in jobs]
    assert out.read() == b""
    return results


def setup(probe: Probe, states: Sequence[State], jobs: Sequence[Job]) -> list[int]:
    known = constants(probe.bits)
    volatile = sum(1 << n for n in probe.volatile)
    # On 32 bits a callee owns one word of its caller's frame; on 64 all that is below pt_regs.
    owned = probe.regs - 8 if probe.bits == 64 else 4
    in_paca = [known.get("PACATOC", 0), known.get("PACAIRQSOFTMASK", 8)]
    return [probe.base, len(jobs[0].code), len(states), len(jobs), probe.regs, owned, volatile, *in_paca]


def packed_state(probe: Probe, state: State) -> bytes:
    parts = [pack_registers(probe, state.entry), probe.pack([state.toc, state.softmask])]
    for callee in state.callees:
        flips = [0] * PT_REGS
        for name, value in callee.flips.items():
            flips[slots(probe.bits)[name] * 8 // probe.bits] = value
        parts += [probe.pack(flips), pack_registers(probe, callee.garbage)]
    return b"".join([*parts, state.stack])


def pack_registers(probe: Probe, registers: Registers) -> bytes:
    return probe.pack(registers[name] for name in REGISTERS)


def packed_job(probe: Probe, job: Job) -> bytes:
    words = [*job.code, *[0] * (MOST_WORDS - len(job.code))]
    return probe.pack([job.first, job.count]) + b"".join(w.to_bytes(4, probe.machine.order) for w in words)


def unpacked_job(probe: Probe, job: Job, out: BytesIO) -> list[Record]:
    word = probe.bits // 8
    stop = (1 + len(REGISTERS)) * word + STACK_SIZE
    (status,) = probe.unpack(out.read(word))
    records: list[Record] = []
    for _ in range(job.count):
        count, untouched = probe.unpack(out.read(2 * word))
        stops = [out.read(stop) for _ in range(3)][:count]
        records.append(Record(status, tuple(unpacked_stop(probe, data) for data in stops), bool(untouched)))
    return records


def unpacked_stop(probe: Probe, data: bytes) -> Stop:
    nip, *registers = probe.unpack(data[:-STACK_SIZE])
    return Stop(nip, dict(zip(REGISTERS, registers, strict=True)), data[-STACK_SIZE:])


class Judge:
    """What is wrong with the record of one state."""

    def __init__(self, probe: Probe, state: State, op: int, insn: int) -> None:
        self.probe, self.state, self.op, self.insn = probe, state, op, insn
        self.sp = state.entry["r1"] - probe.frame
        self.pt_regs = self.sp + probe.regs
        self.slots = self.at_entry()
        self.found: list[str] = []

    def at_entry(self) -> dict[str, int]:
        """The slots as the callback has to find them; dar, dsisr and nip are nobody's."""
        entry = self.state.entry
        slots = {f"gpr[{n}]": entry[f"r{n}"] for n in range(32)}
        slots |= {name: entry[name] for name in ("msr", "ctr", "link", "xer", "ccr")}
        slots |= {"trap": 0x700, "orig_gpr3": 0, "result": 0}
        return slots | ({"softe": self.state.softmask} if self.probe.bits == 64 else {})

    def complaints(self, record: Record) -> list[str]:
        nips = [stop.nip - self.probe.base for stop in record.stops]
        if record.status or nips != [CALLBACK, EMULATE, BACK]:
            return [f"status {record.status:#x}, got to {[hex(nip) for nip in nips]}"]
        self.same("paca untouched", record.paca_untouched, True)
        callback, emulate, back = record.stops
        self.called(callback, "call_handler", {"r3": self.op, "r4": self.pt_regs})
        self.change(0)
        self.called(emulate, "call_emulate", {"r3": self.pt_regs, "r4": self.insn})
        self.change(1)
        self.returned(back)
        return self.found

    def same(self, what: str, got: object, wanted: object) -> None:
        if got != wanted:
            shown = [hex(value) if isinstance(value, int) else value for value in (got, wanted)]
            self.found.append(f"{what} is {shown[0]}, not {shown[1]}")

    def change(self, callee: int) -> None:
        """What a callee does to pt_regs; nip has no value before the first."""
        for name, flip in self.state.callees[callee].flips.items():
            if name in self.slots:
                self.slots[name] ^= flip

    def called(self, stop: Stop, region: str, arguments: Registers) -> None:
        """Arguments, the kernel's own registers, the frame, and where the callee returns to."""
        probe = self.probe
        after = next(label.index for label in template(probe).labels if label.name == region)
        wanted = {**arguments, "r1": self.sp, "link": probe.base + 4 * (after or 0) + 4}
        if probe.bits == 64:
            wanted["r13"] = self.state.entry["r13"]
        if probe.bits == 64 and (probe.case, region) != ("pcrel", "call_emulate"):
            wanted["r2"] = (1 << 64) - 1 if probe.case == "pcrel" else self.state.toc
        for name, value in wanted.items():
            self.same(f"{region}: {name}", stop.registers[name], value)
        self.same(f"{region}: alignment of r1", stop.registers["r1"] % 16, 0)
        self.same(f"{region}: back chain", self.memory(stop, self.sp), self.state.entry["r1"])
        for name, value in self.slots.items():
            slot = self.memory(stop, self.pt_regs + slots(probe.bits)[name])
            self.same(f"{region}: pt_regs.{name}", slot, value)
        self.untouched(stop, region)

    def returned(self, stop: Stop) -> None:
        """Every register is as pt_regs has it, but r1: a write to its slot is lost, as in the kernel."""
        wanted = {f"r{n}": self.slots[f"gpr[{n}]"] for n in range(32)}
        wanted |= {name: self.slots[name] for name in ("msr", "ctr", "link", "xer", "ccr")}
        wanted["r1"] = self.state.entry["r1"]
        for name, value in wanted.items():
            self.same(f"ret: {name}", stop.registers[name], value)
        self.untouched(stop, "ret")

    def memory(self, stop: Stop, address: int) -> int:
        at = address - self.probe.base - STACK
        (value,) = self.probe.unpack(stop.stack[at : at + self.probe.bits // 8])
        return value

    def untouched(self, stop: Stop, region: str) -> None:
        """The red zone and all that is above."""
        at = self.state.entry["r1"] - self.probe.redzone - self.probe.base - STACK
        self.same(f"{region}: memory from the red zone up", stop.stack[at:], self.state.stack[at:])
