"""Optimised probes of powerpc under qemu: the states that ppc.c runs them with, and what has to come of each.

The template runs word for word as it is: mfmsr, mtdar and their like, which user mode may not execute, trap into
ppc.c, which carries them out on registers of its own."""

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
from tests.run.cross import BE, LE, PPC32, Machine, succeed
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

REGISTERS = [*(f"r{n}" for n in range(32)), "ctr", "link", "xer", "ccr", "msr", "dar", "dsisr"]
# Those beside the general ones that a template saves and restores; that of 2017 all that there are.
SPECIAL = ("msr", "ctr", "link", "xer", "ccr")
FAULT = ("dar", "dsisr")
# The bits of XER that there are: SO, OV, CA and a string's length.
XER = 0xE000007F
CA = 0x20000000
VOLATILE = {0, *range(3, 13)}

Registers = dict[str, int]


@dataclass(frozen=True)
class World:
    """What a template runs in."""

    case: str
    machine: Machine
    bits: int

    def __str__(self) -> str:
        return self.case

    @property
    def base(self) -> int:
        """Where everything is mapped; on 64 bits an address that needs more than 32."""
        return 0x2000000000 if self.bits == 64 else 0x20000000

    @property
    def setup(self) -> list[int]:
        """What ppc.c has to know of callees, of which there are none here, and of the paca."""
        known = constants(self.bits)
        return [0, 0, 0, known.get("PACATOC", 0), known.get("PACAIRQSOFTMASK", 8)]

    def pack(self, values: Iterable[int]) -> bytes:
        words = list(values)
        return struct.pack(self._format(len(words)), *words)

    def unpack(self, data: bytes) -> tuple[int, ...]:
        return struct.unpack(self._format(len(data) * 8 // self.bits), data)

    def _format(self, count: int) -> str:
        order = "<" if self.machine.order == "little" else ">"
        return f"{order}{count}{'Q' if self.bits == 64 else 'I'}"


@dataclass(frozen=True)
class Probe(World):
    """One case of a probe's template: what its frame has to look like, and what it saves."""

    frame: int
    regs: int  # where pt_regs is above r1
    redzone: int
    special: tuple[str, ...] = SPECIAL
    spec: str = "optprobe"

    @property
    def volatile(self) -> set[int]:
        """The registers that a callee may spoil; r2 is one of them where there is no TOC."""
        return VOLATILE | ({2} if self.case == "pcrel" else set())

    @property
    def setup(self) -> list[int]:
        volatile = sum(1 << n for n in self.volatile)
        # On 32 bits a callee owns one word of its caller's frame; on 64 all that is below pt_regs.
        owned = self.regs - 8 if self.bits == 64 else 4
        return [self.regs, owned, volatile, *super().setup[3:]]

    @property
    def keeps_r2(self) -> bool:
        """Whether the callees run with the r2 of the probed function."""
        return self.bits == 32 or self.spec == "optprobe_2017"


PROBES = (
    Probe("elfv1", BE, 64, 784, 112, 288),
    Probe("elfv2", LE, 64, 720, 48, 288),
    Probe("pcrel", LE, 64, 720, 48, 288),
    Probe("ppc32", PPC32, 32, 192, 16, 0),
    Probe("2017-be", BE, 64, 752, 112, 288, SPECIAL + FAULT, "optprobe_2017"),
    Probe("2017-le", LE, 64, 752, 112, 288, SPECIAL + FAULT, "optprobe_2017"),
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
    supplied = {"PACASOFTIRQEN": probe.setup[-1]} if probe.spec == "optprobe_2017" else {}
    spec = compile_file(FOLDER / f"{probe.spec}.tramp", supplied, files).spec
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


def random_registers(world: World, random: Random) -> Registers:
    values = {name: random.getrandbits(world.bits) for name in REGISTERS}
    values["xer"] &= XER
    return values | {name: values[name] & 0xFFFFFFFF for name in ("ccr", "dsisr")}


def random_callee(probe: Probe, random: Random, writes: bool) -> Callee:
    """One that writes changes every register it finds, and where the function goes on from in any case."""
    flips = {"nip": random.getrandbits(probe.bits)}
    if writes:
        values = random_registers(probe, random)
        flips |= {f"gpr[{n}]": values[f"r{n}"] for n in range(32)}
        flips |= {name: values[name] for name in probe.special}
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


def execute(program: str, world: World, states: Sequence[State], jobs: Sequence[Job]) -> list[list[Record]]:
    """For each job a record of each of its states."""
    setup = [world.base, len(jobs[0].code), len(states), len(jobs), *world.setup]
    data = [world.pack(setup), *(packed_state(world, state) for state in states)]
    data += [packed_job(world, job) for job in jobs]
    out = BytesIO(succeed(HERE, *world.machine.command, program, data=b"".join(data)))
    results = [unpacked_job(world, job, out) for job in jobs]
    assert out.read() == b""
    return results


def packed_state(world: World, state: State) -> bytes:
    parts = [pack_registers(world, state.entry), world.pack([state.toc, state.softmask])]
    for callee in state.callees:
        flips = [0] * PT_REGS
        for name, value in callee.flips.items():
            flips[slots(world.bits)[name] * 8 // world.bits] = value
        parts += [world.pack(flips), pack_registers(world, callee.garbage)]
    return b"".join([*parts, state.stack])


def pack_registers(world: World, registers: Registers) -> bytes:
    return world.pack(registers[name] for name in REGISTERS)


def packed_job(world: World, job: Job) -> bytes:
    words = [*job.code, *[0] * (MOST_WORDS - len(job.code))]
    return world.pack([job.first, job.count]) + b"".join(w.to_bytes(4, world.machine.order) for w in words)


def unpacked_job(world: World, job: Job, out: BytesIO) -> list[Record]:
    word = world.bits // 8
    stop = (1 + len(REGISTERS)) * word + STACK_SIZE
    (status,) = world.unpack(out.read(word))
    records: list[Record] = []
    for _ in range(job.count):
        count, untouched = world.unpack(out.read(2 * word))
        stops = [out.read(stop) for _ in range(3)][:count]
        records.append(Record(status, tuple(unpacked_stop(world, data) for data in stops), bool(untouched)))
    return records


def unpacked_stop(world: World, data: bytes) -> Stop:
    nip, *registers = world.unpack(data[:-STACK_SIZE])
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
        """The slots as the callback has to find them; nip is nobody's, nor are dar and dsisr if not saved."""
        entry = self.state.entry
        slots = {f"gpr[{n}]": entry[f"r{n}"] for n in range(32)}
        slots |= {name: entry[name] for name in self.probe.special}
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
        if probe.keeps_r2:
            wanted["r2"] = self.state.entry["r2"]
        elif (probe.case, region) != ("pcrel", "call_emulate"):
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
        wanted |= {name: self.slots[name] for name in self.probe.special}
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
