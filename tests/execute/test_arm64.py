"""PLT entries, veneers, probes and call sites of arm64 run under Unicorn, at the ends of their reach and at random."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.execute.arm64 import (
    MASK,
    NAMES,
    PAGE,
    Machine,
    Registers,
    complaints,
    random_registers,
    specification,
)
from tests.execute.patch import encoded, idle_bits, spoilt
from trampgen.model.spec import TemplateVariant

NOP, UDF = 0xD503201F, 0
RUNS = 1000
SPOIL_RUNS = 12
LOW, HIGH = -(1 << 32), (1 << 32) - 1  # of a page
# Where in a page an entry is: one where it crosses into the next one, too.
OFFSETS = [0, 4, 12, 0x7FC, 0xFF0, 0xFF4, 0xFF8, 0xFFC]


def template(name: str, spec: str = "module_plt") -> TemplateVariant:
    [variant] = specification(spec).template(name).variants
    return variant


def addresses(random: Random, count: int) -> Iterator[tuple[int, int]]:
    """Where an entry is and where it leads to: every place at both ends and around its own page, then at random."""
    edges = [LOW, LOW + 4, LOW + PAGE, HIGH - 3, HIGH - PAGE + 1, -4, -PAGE, PAGE, 2 * PAGE - 4]
    for offset in OFFSETS:
        for edge in edges:
            yield (random.randrange(1 << 20, 1 << 34) * PAGE + offset), edge
    for _ in range(count):
        place = random.randrange(1 << 20, 1 << 34) * PAGE + random.choice(
            [*OFFSETS, 4 * random.randrange(1024)]
        )
        yield (
            place,
            random.choice(
                [random.randrange(LOW, HIGH - 3, 4), random.choice([-4, 4]) * random.getrandbits(16)]
            ),
        )


def outside(place: int, target: int, words: int) -> bool:
    """Whether a target is no part of the code itself."""
    return not place - 4 < target < place + 4 * words + 4


def test_the_plt_reaches_every_target_there_is() -> None:
    machine, random, plt = Machine(), Random("plt"), template("module_plt")
    runs = 0
    for place, away in addresses(random, RUNS):
        target = place - place % PAGE + away
        if not outside(place, target, 3):
            continue
        entry = random_registers(random)
        machine.place(place, encoded(plt, {"dst": target}, place))
        machine.place(target, [UDF])
        stop = machine.run(place, target, entry)
        assert complaints(stop, entry, {"x16": target}, target) == [], (hex(place), hex(target))
        machine.clear()
        runs += 1
    assert runs > RUNS


@pytest.mark.parametrize("away", [LOW - 4, LOW - 1, HIGH + 1, HIGH + 4])
def test_one_step_beyond_comes_out_elsewhere(away: int) -> None:
    """What the encoder refuses would lead to the other end."""
    plt = template("module_plt")
    [param] = plt.params
    assert not param.reach.holds(away)
    for offset in OFFSETS:
        place = 0x40_0000_0000 + offset
        machine = Machine()
        machine.place(place, encoded(plt, {"dst": place - offset + away}, place))
        reached = machine.run(place, place + 8, random_registers(Random("beyond")))
        assert not isinstance(reached, str)
        assert reached.registers["x16"] != place - offset + away


@pytest.mark.parametrize("rd", [0, 1, 16, 29, 30])
def test_a_veneer_is_what_the_adrp_would_have_been(rd: int) -> None:
    machine, random, veneer = Machine(), Random(f"veneer {rd}"), template("adrp_veneer")
    for number, (place, away) in enumerate(addresses(random, 100)):
        back = place + 8 + [-(1 << 27), (1 << 27) - 4, 4 * random.randrange(-(1 << 25), 1 << 25)][number % 3]
        if not outside(place, back, 3):
            continue
        dst = place - place % PAGE + away & -PAGE
        entry = random_registers(random)
        machine.place(place, encoded(veneer, {"rd": rd, "dst": dst, "back": back}, place))
        machine.place(back, [UDF])
        stop = machine.run(place, back, entry)
        assert complaints(stop, entry, {f"x{rd}": dst & MASK}, back) == [], (hex(place), hex(dst))
        machine.clear()


def test_a_far_jump_gets_anywhere() -> None:
    machine, random, jump = Machine(), Random("far"), template("far_jump")
    for _ in range(RUNS):
        place, target = (random.getrandbits(64) & -PAGE | 4 * random.randrange(1000) for _ in range(2))
        if not outside(place, target, 5):
            continue
        entry = random_registers(random)
        machine.place(place, encoded(jump, {"dst": target}, place))
        machine.place(target, [UDF])
        stop = machine.run(place, target, entry)
        assert complaints(stop, entry, {"x16": target}, target) == []
        machine.clear()


# (mask, value, bits of such a word from 2**0 up that may be anything): with one of them flipped it would only
IDLE = (
    (0xFFFFFFFF, 0xD61F0200, {22}),  # br: be a ret, of the same register
    (0xFFE0001F, 0xD2800010, {29, 31}),  # movz: keep, or clear, what the others fill
    (0xFFE0001F, 0xF2A00010, {31}),  # movk of the second part: clear it, too
)


@pytest.mark.parametrize("name", ["module_plt", "far_jump"])
def test_every_spoilt_bit_is_noticed(name: str) -> None:
    machine, variant = Machine(), template(name)
    random = Random(f"{name}: spoils")
    place, target = 0x0123_4567_89AB_CFFC, 0x0123_4567_12F4_5678
    whole = encoded(variant, {"dst": target}, place)
    states = [random_registers(random) for _ in range(SPOIL_RUNS)]

    def wrong(words: list[int]) -> bool:
        machine.clear()
        machine.place(place, words)
        machine.place(target, [UDF])
        return any(complaints(machine.run(place, target, s), s, {"x16": target}, target) for s in states)

    assert not wrong(whole)
    spoils = list(spoilt(whole, [NOP], lambda index: idle_bits(whole[index], IDLE)))
    assert [str(spoil) for spoil in spoils if not wrong(spoil.words)] == []


# ---- probes and call sites -----------------------------------------------------------------------------

STEPPED: dict[
    int, Callable[[Registers], Registers]
] = {  # instructions that may be stepped out of line, and what they do
    0x8B020020: lambda r: {"x0": r["x1"] + r["x2"] & MASK},  # add x0, x1, x2
    0xAA0203E0: lambda r: {"x0": r["x2"]},  # mov x0, x2
    0x9B027C20: lambda r: {"x0": r["x1"] * r["x2"] & MASK},  # mul x0, x1, x2
    0xD2800540: lambda r: {"x0": 42},  # movz x0, #42
    NOP: lambda r: {},
}


def breakpoint_word(spec: str, name: str) -> int:
    [found] = [b for b in specification(spec).breakpoints if b.name == name]
    return found.variants[0].word


@pytest.mark.parametrize("insn", STEPPED)
def test_a_probed_instruction_is_stepped_in_its_slot(insn: int) -> None:
    """The copy runs, and what stands behind it stops the processor there."""
    [slot] = specification("kprobes").slots
    [layout] = slot.variants
    fill = breakpoint_word("kprobes", "kprobe_single_step")
    assert layout.size == 8
    machine, random = Machine(), Random(f"{insn}")
    for _ in range(100):
        entry = random_registers(random)
        place = random.getrandbits(40) & -PAGE | layout.size * random.randrange(PAGE // layout.size)
        machine.place(place, [insn, fill])
        stop = machine.run(place, 0, entry)
        assert not isinstance(stop, str)
        assert stop.trap is not None
        assert complaints(stop, entry, STEPPED[insn](entry), stop.pc) == []
        assert stop.pc in (place + 4, place + 8)  # an emulator may count the BRK
        machine.clear()


@pytest.mark.parametrize(("spec", "name"), [("kprobes", "kprobe_breakpoint"), ("uprobes", "uprobe_swbp")])
def test_a_breakpoint_stops_the_processor(spec: str, name: str) -> None:
    machine = Machine()
    machine.place(0x400000, [breakpoint_word(spec, name), NOP, NOP])
    entry = random_registers(Random(name))
    stop = machine.run(0x400000, 0x40000C, entry)
    assert not isinstance(stop, str)
    assert stop.trap is not None
    assert complaints(stop, entry, {}, stop.pc) == []


def test_a_traced_function_calls_its_tracer() -> None:
    """Both words of the site: x9 has the return address, x30 the way back."""
    machine, random = Machine(), Random("ftrace")
    save, call = template("save_lr", "call_sites"), template("ftrace_call", "call_sites")
    for away in [-(1 << 27), (1 << 27) - 4, *(4 * random.randrange(-(1 << 25), 1 << 25) for _ in range(50))]:
        place = random.randrange(1 << 20, 1 << 34) * PAGE + 4 * random.randrange(1000)
        tracer = place + 4 + away
        if not outside(place, tracer, 2):
            continue
        entry: Registers = random_registers(random)
        machine.place(place, [*encoded(save, {}, place), *encoded(call, {"caller": tracer}, place + 4)])
        machine.place(tracer, [UDF])
        stop = machine.run(place, tracer, entry)
        assert complaints(stop, entry, {"x9": entry["x30"], "x30": place + 8}, tracer) == []
        machine.clear()
    assert set(entry) == set(NAMES)
