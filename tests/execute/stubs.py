"""Stubs of powerpc under qemu, run by ppc.c: where they are, what they are given, and what has to come of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from tests.conftest import compile_file
from tests.execute.patch import encoded
from tests.execute.ppc import (
    BACK,
    FOLDER,
    PACA,
    STACK,
    STACK_SIZE,
    Callee,
    Record,
    Registers,
    State,
    World,
    constants,
    random_registers,
)
from tests.run.cross import PPC32, Machine, Variant, specification, stubs
from trampgen.emit.blob import image
from trampgen.model.spec import Param, Spec, TemplateVariant

PAGE = 0x1000
# As far as test programs leave room.
LOW_32, HIGH_32 = range(0x20000000, 0x3F000000, PAGE), range(0x90000000, 0xC0000000, PAGE)
CALLEE_TOC = 0x70C0000012345678
FUNCDATA = 32
# Where the data of a stub without a TOC may be, in what is copied with its code.
PLACES = [FUNCDATA, *range(40, 504, 8)]


@dataclass(frozen=True)
class Place(World):
    """A world at some address, with the kernel's number for a stub somewhere in its paca."""

    at: int
    number_at: int = 0

    @property
    def base(self) -> int:
        return self.at

    @property
    def setup(self) -> list[int]:
        return [0, 0, 0, self.number_at, 8]


@dataclass(frozen=True)
class Copy:
    """The words of a stub, and what it does to registers and to the stack above r1.

    `given` are registers that have to hold something; `number` is what the paca holds for it."""

    words: Sequence[int]
    given: Registers
    changed: Registers
    saved: Mapping[int, int]
    number: int = 0


@cache
def specification_of(name: str) -> Spec:
    spec = compile_file(FOLDER / f"{name}.tramp").spec
    assert spec is not None
    return spec


@dataclass(frozen=True)
class Plt:
    """The entry that jumps to any address: wherever everything is, it is to get to the trap."""

    def __str__(self) -> str:
        return "module_plt32"

    @property
    def template(self) -> TemplateVariant:
        (variant,) = specification_of("module_plt32").template("module_plt").variants
        return variant

    def worlds(self, count: int) -> list[Place]:
        return places_32(str(self), count)

    def copy(self, world: Place, random: Random) -> Copy:
        target = world.base + BACK
        words = encoded(self.template, {"target": target}, world.base)
        return Copy(words, {}, {"r12": target, "ctr": target}, {})


@dataclass(frozen=True)
class StaticCall:
    """The trampoline of static calls in one of its forms; `executed` are the words that are run or read then."""

    form: str | None
    executed: tuple[int, ...]

    def __str__(self) -> str:
        return f"static_call32-{self.form or 'rest'}"

    @property
    def template(self) -> TemplateVariant:
        (variant,) = specification_of("static_call32").template("static_call_tramp").variants
        return variant.patched({"jump": self.form} if self.form else {})

    def worlds(self, count: int) -> list[Place]:
        return places_32(str(self), count)

    def copy(self, world: Place, random: Random) -> Copy:
        """To the trap goes the branch, the word at the end, or the return; the others lead nowhere."""
        target = world.base + BACK
        nowhere = world.base + 0x100
        literal = next(label.offset for label in self.template.labels if label.name == "target")
        values = {"func": target, "data": world.base + literal, "target": nowhere}
        returns = {"link": target | random.getrandbits(2)}
        given, changed = {
            "jump": ({}, {}),
            "none": (returns, {}),
            "ret0": (returns, {"r3": 0}),
            None: ({}, {"r12": target, "ctr": target}),
        }[self.form]
        if self.form is None:
            values |= {"target": target, "func": nowhere}
        return Copy(encoded(self.template, values, world.base), given, changed, {})


@dataclass(frozen=True)
class ModuleStub:
    """A stub of the loader of modules, in its entry."""

    variant: Variant
    name: str
    machine: Machine

    def __str__(self) -> str:
        return f"{self.variant}-{self.name}-{self.machine.name}"

    @property
    def spec(self) -> Spec:
        return specification(self.variant.header, True, constants(64)["PACATOC"])

    @property
    def template(self) -> TemplateVariant:
        found = self.variant.templates(True, constants(64)["PACATOC"])
        return next(compiled for template, compiled in found if template.name == self.name)

    @property
    def pcrel(self) -> bool:
        return self.variant.case == "pcrel"

    def worlds(self, count: int) -> list[Place]:
        """One is enough: distances differ because of what registers and the paca hold."""
        machine = replace(self.machine, options=("-cpu", "power10")) if self.pcrel else self.machine
        number_at = constants(64)["PACATOC"] + (8 if self.pcrel else 0)
        return [Place(str(self), machine, 64, 0x2000000000, number_at)]

    def copy(self, world: Place, random: Random) -> Copy:
        (param,) = self.template.params
        if self.name == "ppc64_stub":
            return self.found_in_entry(world, param, random)
        reladdr = random_value(param, random)
        target = world.base + BACK
        changed = {"r12": target, "ctr": target}
        if self.name == "ppc64_profile_stub":
            changed["r11"] = target
        words = self.entry(world, reladdr, FUNCDATA)
        return Copy(words, {}, changed, {}, target - reladdr & (1 << 64) - 1)

    def found_in_entry(self, world: Place, param: Param, random: Random) -> Copy:
        """Its target is in the entry's data, to which r2 is the way unless the code is."""
        target = world.base + BACK
        changed = {"r12": target, "ctr": target}
        if self.pcrel:
            place = random.choice(PLACES)
            return Copy(self.entry(world, place, place), {}, changed, {})
        reladdr = random_value(param, random)
        r2 = world.base - reladdr & (1 << 64) - 1
        changed["r11"] = world.base
        if self.variant.case == "elfv1":
            changed["r2"] = CALLEE_TOC
        slot = 40 if self.variant.case == "elfv1" else 24
        return Copy(self.entry(world, reladdr, FUNCDATA), {"r2": r2}, changed, {slot: r2})

    def entry(self, world: Place, reladdr: int, funcdata: int) -> list[int]:
        """The words of an entry, its data where it is looked for, up to the last place of that."""
        order = self.machine.order
        data = bytearray(
            image(self.spec, self.spec.template(self.name), self.template, order).ljust(512, b"\0")
        )
        code = encoded(self.template, {"reladdr": reladdr}, world.base)
        data[: 4 * len(code)] = b"".join(word.to_bytes(4, order) for word in code)
        descriptor = [world.base + BACK, CALLEE_TOC][: (self.variant.descriptor_words + 1) // 2]
        data[funcdata : funcdata + 8 * len(descriptor)] = world.pack(descriptor)
        return [int.from_bytes(data[i : i + 4], order) for i in range(0, len(data), 4)]


Stub = Plt | StaticCall | ModuleStub
STUBS_32: tuple[Stub, ...] = (
    Plt(),
    StaticCall("jump", (0,)),
    StaticCall("none", (0,)),
    StaticCall("ret0", (0, 5, 6)),
    StaticCall(None, (0, 1, 2, 3, 4, 7)),
)


def module_stubs(machines: Sequence[Machine]) -> list[Stub]:
    return [ModuleStub(variant, name, machine) for variant, name in stubs() for machine in machines]


def places_32(seed: str, count: int) -> list[Place]:
    """Addresses with either sign, at random, so that their lower halves have either, too."""
    random = Random(seed)
    return [Place(seed, PPC32, 32, random.choice((LOW_32, HIGH_32)[n % 2])) for n in range(count)]


def random_value(param: Param, random: Random) -> int:
    """Anywhere in reach, or of any magnitude."""
    reach = param.reach
    if random.random() < 0.5:
        return random.randint(reach.low, reach.high)
    size = random.getrandbits(random.randint(1, reach.high.bit_length()))
    return random.choice((size, -size))


def random_state(world: Place, copy: Copy, random: Random) -> State:
    """All registers random but those that a stub is given; r13 is the paca's where there is one."""
    entry = random_registers(world, random)
    entry["r1"] = world.base + STACK + STACK_SIZE - 128 - 16 * random.randrange(32)
    if world.bits == 64:
        entry["r13"] = world.base + PACA
    nobody = Callee({}, random_registers(world, random))
    stack = random.randbytes(STACK_SIZE)
    return State(entry | copy.given, copy.number, random.getrandbits(8), (nobody, nobody), stack)


def complaints(world: Place, copy: Copy, state: State, record: Record) -> list[str]:
    """What is wrong with a run: it must get to the trap, and change what the copy says and nothing else."""
    nips = [stop.nip - world.base for stop in record.stops]
    if record.status or nips != [BACK]:
        return [f"status {record.status:#x}, got to {[hex(nip) for nip in nips]}"]
    (stop,) = record.stops
    wanted = state.entry | copy.changed
    found = [
        f"{n} is {stop.registers[n]:#x}, not {v:#x}" for n, v in wanted.items() if stop.registers[n] != v
    ]
    stack = bytearray(state.stack)
    for offset, value in copy.saved.items():
        at = state.entry["r1"] + offset - world.base - STACK
        stack[at : at + world.bits // 8] = world.pack([value])
    found += ["the stack differs"] if stop.stack != bytes(stack) else []
    return found + ([] if record.paca_untouched else ["the paca differs"])
