"""Holes as values: what an instruction does with one is what it does once that is filled, whatever with."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

pytest.importorskip("pypcode")

from tests.prove.examples import EVERY, Example
from trampgen.model.spec import Spec
from trampgen.prove import terms
from trampgen.prove.contract import contract
from trampgen.prove.cpu import Cpu, fresh
from trampgen.prove.execute import Executor, Leaving, Path, Watch, patch_of
from trampgen.prove.lift import _BASES, Decides, Lifted, NotLifted, lift, places, raw
from trampgen.prove.machine import Machine
from trampgen.prove.machines import machine
from trampgen.prove.memory import Memory
from trampgen.prove.program import IP, Program, Slice, Step, configurations, program
from trampgen.prove.supply import supply
from trampgen.prove.terms import sext
from trampgen.prove.valuation import evaluate

_TRIES = 5


def programs(spec: Spec, cases: tuple[str, ...]) -> Iterator[tuple[Program, Machine]]:
    from trampgen.prove.run import chosen

    for template in spec.templates:
        for variant in template.variants:
            found = machine(variant.isa)
            if found is not None and chosen(spec, variant, cases):
                known = supply(spec, variant, contract(template, variant, found)).known
                for configuration in configurations(variant):
                    yield program(variant, configuration, known), found


def fill(one: Slice, step: Step, drawn: random.Random, given: dict[str, int]) -> int:
    """Numbers for the variables of a slice, and what stands in it then."""
    content = drawn.choice([drawn.getrandbits(one.bits), (1 << one.bits) - 1, 1 << one.bits - 1])
    content = max(content, 3) & ((1 << one.bits) - 1)  # next to 0 some instructions are others
    free = [term for term in terms.variables(one.value) if term.args[0] != IP]
    if one.page:
        target = _BASES[0] + (sext(content, one.bits, 64) << 12)  # type: ignore[operator]
        given[one.name] = target & ((1 << 64) - 1)
        return content
    if any(term.args[0] == IP for term in terms.variables(one.value)):
        (rest,) = evaluate([one.value], {IP: _BASES[0]})  # less what it counts from
        moved = sext(content, one.bits, 64)
        assert isinstance(moved, int)
        given[one.name] = (moved << one.field.low_bit) - rest & ((1 << 64) - 1)
    else:
        for term in free:
            given.setdefault(term.args[0], drawn.getrandbits(term.width))
    (stands,) = evaluate([one.content()], {IP: _BASES[0], **given})
    return stands


def filled(step: Step, found: Machine, contents: list[int]) -> Lifted:
    number = step.number
    for one, content in zip(step.slices, contents, strict=True):
        number |= one.place(content)
    order = "little" if step.unit == 1 else found.instruction_order
    return raw(found.language, number.to_bytes(step.size, order), _BASES[0] + step.offset)


@pytest.mark.parametrize("example", EVERY, ids=lambda example: example.name)
def test_a_hole_is_what_fills_it(example: Example) -> None:
    spec = example.compiled().spec
    assert spec is not None
    tried = set()
    for made, found in programs(spec, example.cases):
        for step in made.steps:
            key = (found.isa, step.number, tuple(one.name for one in step.slices))
            if not step.slices or step.kind != "insn" or key in tried or patch_of(step, found) is not None:
                continue
            tried.add(key)
            try:
                symbolic = lift(step, found)
            except Decides:
                continue  # each of its contents is lifted by itself
            for seed in range(_TRIES):
                drawn, given = random.Random(f"{step.text} {seed}"), {}  # type: random.Random, dict[str, int]
                contents = [fill(one, step, drawn, given) for one in step.slices]
                direct = filled(step, found, contents)
                given[IP] = _BASES[0]
                compare(symbolic, direct, given, step)


def compare(symbolic: Lifted, direct: Lifted, given: dict[str, int], step: Step) -> None:
    assert [op.name for op in symbolic] == [op.name for op in direct], step.text
    for ours, theirs in zip(symbolic, direct, strict=True):
        for one, other in zip(ours.inputs, theirs.inputs, strict=True):
            if one.space in ("const", "ram"):
                assert evaluate([one.at], given) == [other.at], (step.text, ours.name, given)


# ---- the same code on numbers --------------------------------------------------------------------------


def run_on(cpu: Cpu, made: Program, found: Machine) -> tuple[Cpu, Leaving]:
    ends: list[tuple[Cpu, Leaving]] = []

    def left(path: Path, leaving: Leaving) -> None:
        ends.append((path.cpu, leaving))

    watch = Watch(lambda path, step: None, lambda path, step: None, lambda path, leaving: True, left)
    Executor(made, found, watch).run(Path(cpu, 0))
    ((state, leaving),) = ends
    return state, leaving


@pytest.mark.parametrize("name", ["powerpc/module_stub", "powerpc/module_stub_2016", "powerpc/module_plt32"])
@pytest.mark.parametrize("order", ["little", "big"])
def test_terms_and_numbers_agree(name: str, order: str) -> None:
    """One executor: with numbers in the registers it computes what its terms are for these numbers."""
    spec = Example(name).compiled().spec
    assert spec is not None
    for made, found in programs(spec, ()):
        drawn = random.Random(name)
        symbolic, _ = run_on(fresh(found, places(found.language), order), made, found)
        start = fresh(found, places(found.language), order)
        given = {
            term.args[0]: drawn.getrandbits(term.width)
            for name in found.registers
            for term in terms.variables(start.read(name))
        }
        given |= {
            term.args[0]: drawn.getrandbits(term.width)
            for value in made.given.values()
            for term in terms.variables(value)
        }
        given[IP] = _BASES[0]
        loads = {
            term.args[0]: term for name in found.registers for term in terms.variables(symbolic.read(name))
        }
        for memory in loads.keys() - given.keys():
            given[memory] = drawn.getrandbits(loads[memory].width)
        concrete = on_numbers(start, symbolic, given)
        fixed = {param: evaluate([value], given)[0] for param, value in made.given.items()}
        state, leaving = run_on(concrete, program(made.variant, {}, fixed, fixed), found)
        for register in found.kept_over:
            assert [state.read(register)] == evaluate([symbolic.read(register)], given), (
                made.variant.when,
                register,
            )
        assert leaving.kind == "jump"


def on_numbers(start: Cpu, symbolic: Cpu, given: dict[str, int]) -> Cpu:
    """The state with numbers for its variables; memory has what the symbolic run has found there."""
    cpu = start.copy()
    for name in start.machine.registers:
        cpu.write(name, evaluate([start.read(name)], given)[0])
    cpu.ip = given[IP] & ((1 << 8 * start.machine.word) - 1)
    cpu.memory = Memory(start.machine.word, start.memory.order, start.memory.stack)
    word = start.machine.word
    for region, cells in symbolic.memory.regions.items():
        base = evaluate([region], given)[0] if region is not None else 0
        for name, number in given.items():
            if name.startswith("memory[") and name == cells.spelled(0):
                cpu.memory.store(base, number, word, None)
            for offset in range(0, 64, word):
                if name == cells.spelled(offset):
                    cpu.memory.store(base + offset & ((1 << 8 * word) - 1), number, word, None)
    return cpu


def test_what_is_not_one_instruction() -> None:
    with pytest.raises(NotLifted, match="pypcode does not know it"):
        raw("PowerPC:BE:64:default", bytes.fromhex("e5800000"), _BASES[0])
    with pytest.raises(NotLifted, match="not one instruction"):
        raw("ARM:LE:32:v8T", bytes.fromhex("00bf00bf"), _BASES[0])
