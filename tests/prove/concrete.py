"""The executor of proofs on numbers: instructions with random contents of their holes, from random states.

What is run is lifted as in a proof, its holes and the address of the code open; numbers for those are put in
afterwards. So what is compared with a processor is the lifting, the patches, the holes and the executor together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from tests.prove.kinds import Instance
from trampgen.prove import terms
from trampgen.prove.cpu import Access, Cpu
from trampgen.prove.execute import Executor, GivenUp, Leaving, Path, Watch
from trampgen.prove.lift import UNDEFINED, Lifted, Node, Op, places
from trampgen.prove.machine import Machine
from trampgen.prove.memory import Byte, Cells, Memory
from trampgen.prove.program import IP, Program, Slice, Step
from trampgen.prove.valuation import evaluate

Registers = dict[str, int]


_INTERWORKING = ("arm", "armv5", "armv4")


class Unmapped(Exception):
    """An access where there is no memory."""

    def __init__(self, address: int, size: int) -> None:
        super().__init__(f"{address:#x}")
        self.address, self.size = address, size


@dataclass(frozen=True)
class Room:
    """Where code and data are. Only data is written."""

    code: int
    data: int
    code_size: int = 0x4000
    data_size: int = 0x1000


@dataclass(frozen=True)
class Code:
    """Instructions with all holes filled, from `ip` + the first one's offset on."""

    steps: tuple[Step, ...]
    lifted: Mapping[int, Lifted]
    ip: int

    @property
    def start(self) -> int:
        return self.ip + self.steps[0].offset

    def words(self) -> list[tuple[int, int]]:
        """The number and the size of each word, prefixes by themselves; of bytes each."""
        return [word for step in self.steps for word in words_of(step)]


def words_of(step: Step) -> list[tuple[int, int]]:
    number = cast(int, step.value())
    count, bits = step.size // step.unit, 8 * step.unit
    found = [number >> bits * at & (1 << bits) - 1 for at in range(count)]
    return [(word, step.unit) for word in (found if step.unit == 1 else reversed(found))]


def bytes_of(code: Code, order: str) -> bytes:
    """What is put into memory; of units of one byte the order is theirs."""
    return b"".join(word.to_bytes(size, cast(Any, order)) for word, size in code.words())


@dataclass(frozen=True)
class State:
    """What a run starts with: registers as contracts name them, and both areas of memory.

    `around` is the area of the code without the code, `length` what of it is the code's, in bytes."""

    registers: Registers
    code: bytes
    data: bytes
    around: bytes
    length: int


@dataclass(frozen=True)
class Outcome:
    """What a run leaves. `pc` is None where an exception ended it; `steps` is of the executor alone."""

    registers: Registers
    pc: int | None
    data: bytes
    steps: int = 0


# ---- filling holes -------------------------------------------------------------------------------------


def filled(instance: Instance, random: Random, room: Room) -> Code:
    """An instruction with random contents of its holes, at a random place in the room."""
    step = instance.step
    ip = room.code + 8 * random.randrange(room.code_size // 16) + 0x800 - step.offset
    numbers, values = _numbers(step, random, ip), {}
    for at, one in enumerate(step.slices):
        values[at] = (
            _page(one, numbers, ip + step.offset) if one.page else evaluate([one.content()], numbers)[0]
        )
    slices = tuple(replace(one, part=values[at]) for at, one in enumerate(step.slices))
    ops = instance.lifted
    lifted = {} if ops is None else {step.index: tuple(numbered(op, numbers) for op in ops)}
    return Code((replace(step, slices=slices),), lifted, ip)


def _numbers(step: Step, random: Random, ip: int) -> dict[str, int]:
    """A number for each variable in an instruction, such that its holes hold the values that they are of."""
    numbers = {IP: ip}
    for one in step.slices:
        value = one.part if one.part is not None else one.value
        for term in terms.variables(value, one.value):
            name = str(term.args[0])
            if name in numbers:
                continue
            numbers[name] = _number(random, term.width)
            if term.width == 64 and (one.whole or one.page):
                numbers[name] = _whole(one, random, numbers, name)
    return numbers


def _number(random: Random, bits: int) -> int:
    """Any number; one of three is close to 0."""
    near = random.getrandbits(min(11, bits))
    return random.choice((random.getrandbits(bits), near, -near)) & (1 << bits) - 1


def _whole(one: Slice, random: Random, numbers: Mapping[str, int], name: str) -> int:
    """A number for the only variable of a slice that holds all of its value."""
    mask = (1 << 64) - 1
    bits = one.bits
    content = random.choice(
        (random.getrandbits(bits), (1 << bits) - 1, 1 << bits - 1, random.getrandbits(bits))
    )
    if one.page:
        signed = content - (content >> bits - 1 << bits)
        return ((numbers[IP] & -one.page) + signed * one.page + random.randrange(one.page)) & mask
    wanted = content << one.field.low_bit
    if one.field.signed:
        wanted -= content >> bits - 1 << one.field.top_bit
    (without,) = evaluate([one.value], {**numbers, name: 0})
    return (wanted - one.field.addend - without) & mask


def _page(one: Slice, numbers: Mapping[str, int], address: int) -> int:
    (value,) = evaluate([one.value], numbers)
    return ((value & -one.page) - (address & -one.page)) // one.page & (1 << one.bits) - 1


def numbered(op: Op, numbers: Mapping[str, int]) -> Op:
    inputs = tuple(
        node if isinstance(node.at, int) else Node(node.space, evaluate([node.at], numbers)[0], node.size)
        for node in op.inputs
    )
    return Op(op.name, op.out, inputs, op.user)


# ---- running -------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Given(Cells):
    """Memory of which every byte is known."""

    areas: tuple[tuple[int, bytes], ...] = ()
    mask: int = 0

    def _byte(self, offset: int) -> Any:
        byte = self.bytes.get(offset)
        if byte is not None:
            # (as the base class has it)
            low = byte.place if self.order == "little" else byte.size - 1 - byte.place
            return terms.extract(cast(Any, byte.value), 8 * low, 8)
        return byte_at(self.areas, offset & self.mask)


def byte_at(areas: Sequence[tuple[int, bytes]], address: int) -> int:
    for start, data in areas:
        if start <= address < start + len(data):
            return data[address - start]
    raise Unmapped(address, 1)


@dataclass(slots=True)
class Watched:
    """What a run has done."""

    accesses: list[Access] = field(default_factory=list)
    ended: Leaving | None = None
    pc: int = 0
    thumb: int = 0  # ARM: whether it goes on in Thumb


def prepared(machine: Machine, order: str, state: State, room: Room, ip: int) -> Cpu:
    """A processor with all of a state in it."""
    registers = Cells("register", 8, machine.register_order)
    width = 8 * machine.word
    memory = Memory(machine.word, order, terms.var("no stack", width))
    areas = ((room.code, state.code), (room.data, state.data))
    memory.regions[None] = Given("memory[", machine.word, order, areas=areas, mask=(1 << width) - 1)
    cpu = Cpu(machine, places(machine.language), registers, memory, ip)
    for part, value in _parts(machine, state.registers).items():
        offset, size = cpu.places[part]
        registers.store(offset, value, size, None)
    if machine.isa in _INTERWORKING:
        cpu.set_raw("TB", 0)
    return cpu


def _parts(machine: Machine, registers: Registers) -> dict[str, int]:
    """What SLEIGH's registers hold; 0 where nothing is said."""
    found = {part: 0 for parts in machine.registers.values() for part, _, _ in parts if part is not None}
    for name, value in registers.items():
        for part, low, bits in machine.registers[name]:
            if part is not None:
                found[part] |= (value & (1 << bits) - 1) << low
            value >>= bits
    return found


def run(machine: Machine, order: str, code: Code, state: State, room: Room) -> tuple[Outcome, Cpu]:
    """What the executor makes of a state. Raises Unmapped at an access elsewhere."""
    cpu = prepared(machine, order, state, room, code.ip)
    watched = Watched()
    watch = Watch(lambda path, step: None, lambda path, step: _note(watched, path), *_ends(watched))
    first, last = code.steps[0], code.steps[-1]
    variant = cast(Any, SimpleNamespace(size=last.offset + last.size))
    program = Program(variant, (), code.steps, {}, {}, {})
    path = Path(cpu, first.offset)
    lifted = {step.key: code.lifted[step.index] for step in code.steps if step.index in code.lifted}
    executor = Executor(program, machine, watch, lifted)
    try:
        executor.run(path)
    except GivenUp:
        if not any(step.offset == path.offset for step in code.steps):
            watched.pc = code.ip + path.offset  # a jump back to where there is nothing
        else:
            raise
    _check(watched.accesses, room, cpu)
    mask = (1 << 8 * machine.word) - 1
    pc = None if watched.ended is not None and watched.ended.kind == "trap" else watched.pc & mask
    registers = _registers(cpu, state)
    if "cpsr" in registers:
        registers["cpsr"] |= watched.thumb << 5
    return Outcome(registers, pc, _data(cpu, state, room), executor.steps), cpu


def _note(watched: Watched, path: Path) -> None:
    watched.accesses += path.cpu.accesses


def _ends(watched: Watched) -> tuple[Any, Any]:
    def left(path: Path, leaving: Leaving) -> None:
        watched.ended, watched.pc = leaving, cast(int, leaving.target)
        if leaving.kind in ("jump", "call", "return") and path.cpu.machine.isa in _INTERWORKING:
            watched.thumb = cast(int, path.cpu.raw("TB"))

    def called(path: Path, leaving: Leaving) -> bool:
        left(path, leaving)
        return False

    return called, left


def _check(accesses: Sequence[Access], room: Room, cpu: Cpu) -> None:
    for one in accesses:
        address = cast(int, one.address)
        assert isinstance(address, int)
        in_data = room.data <= address <= room.data + room.data_size - one.size
        in_code = room.code <= address <= room.code + room.code_size - one.size
        if not in_data and (one.writes or not in_code):
            raise Unmapped(address, one.size)


def _registers(cpu: Cpu, state: State) -> Registers:
    """All registers of a state as they are now. What a manual leaves open is 0."""
    written = {offset for offset, byte in cpu.registers.bytes.items() if byte.site is not None}
    found = dict(state.registers)
    for name in found:
        places = [cpu.places[part] for part, _, _ in cpu.machine.registers[name] if part is not None]
        if any(at in written for offset, size in places for at in range(offset, offset + size)):
            (found[name],) = evaluate([_open(cpu.read(name))], {})
    return found


def _open(value: Any) -> Any:
    """A value that nothing is in but numbers, and what is said to be undefined."""
    for term in terms.variables(value):
        assert str(term.args[0]).startswith((UNDEFINED, "rax after the system call")), term.args
    return value


def _data(cpu: Cpu, state: State, room: Room) -> bytes:
    data = bytearray(state.data)
    mask = (1 << 8 * cpu.machine.word) - 1
    cells = cpu.memory.cells(None)
    for offset in cells.bytes:
        data[(offset & mask) - room.data] = cast(int, cells._byte(offset))
    return bytes(data)


__all__ = ["Byte", "Code", "Outcome", "Room", "State", "Unmapped", "bytes_of", "filled", "run"]
