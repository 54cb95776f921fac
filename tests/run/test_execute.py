"""The stubs run under qemu: they get to their target, and change exactly what their contracts declare.

Every register holds a value of its own before the jump; see execute.c for what is printed after it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.run.cross import MACHINES, Machine, Variant, build, stubs, succeed
from trampgen.model.spec import TemplateVariant, Word

NOP = 0x60000000
VALUES = [
    0,
    1,
    -1,
    0x7FFF,
    0x8000,
    -0x8000,
    -0x8001,
    0xFFFF,
    0x10000,
    0x12348765,
    -0x12348765,
    0x7FFF7FFF,
    -0x80008000,
]
WIDE = [0x80000000, 0x123456789, -0x123456789, (1 << 33) - 1, -(1 << 33)]
# What a stub without a TOC loads from: its own entry, the one before, and what no single 16-bit half reaches.
PLACES = [32, -40, 0x8000, 0xFFF8, -0x10008, 0x12348760, -0x12348760, 0x123456788, (1 << 33) - 8, -(1 << 33)]

# Bits of a word, from 2**0 up, that may be anything: the hints, the condition and the reserved bits of a branch
# that is always taken; one of mtctr and those of a prefix; what turns a nop into xori, oris or an untaken bc; and
# addi into addis where it adds 0.
DONT_CARE = {
    0x4E800420: {*range(11, 23), 24},
    0x7D8903A6: {0},
    NOP: {26, 27, 29},
    0x398B0000: {26},
}
DONT_CARE_PREFIX = {18, 19, 21, 22}

MACHINE = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
STUB = pytest.mark.parametrize(("variant", "stub"), stubs(), ids=str)

Runner = Callable[[list[tuple[int, int, int, int]]], list[str]]
Execute = Callable[[Machine, Variant, str], Runner]


@pytest.fixture(scope="module")
def execute(tmp_path_factory: pytest.TempPathFactory, headers: Path) -> Execute:
    """What runs a stub for cases of (reladdr, word index, bits kept, bits flipped); execute.c is built once."""
    folder = tmp_path_factory.mktemp("execute")

    @functools.cache
    def program(machine: Machine, variant: Variant) -> str:
        return build(folder, headers, machine, variant, "execute.c", "enter.S")

    def runner(machine: Machine, variant: Variant, stub: str) -> Runner:
        machine.needed()
        emulator = [machine.emulator, "-cpu", "power10"] if variant.case == "pcrel" else [machine.emulator]
        command = [*emulator, program(machine, variant), stub, base(variant, stub)]

        def run_cases(cases: list[tuple[int, int, int, int]]) -> list[str]:
            lines = "".join(f"{value} {word} {keep:x} {flip:x}\n" for value, word, keep, flip in cases)
            out = succeed(folder, *command, data=lines.encode()).decode(errors="replace").splitlines()
            assert len(out) == len(cases)
            return out

        return run_cases

    return runner


def base(variant: Variant, stub: str) -> str:
    """What reladdr is a distance to, in the words of execute.c."""
    if stub != "ppc64_stub":
        return "kernel"
    return "pc" if variant.case == "pcrel" else "entry"


def template_of(variant: Variant, stub: str) -> TemplateVariant:
    return next(compiled for template, compiled in variant.templates() if template.name == stub)


def declared(template: TemplateVariant) -> set[str]:
    """The registers that the contract says are clobbered."""
    clauses = [promise.text for promise in template.contract if promise.text.startswith("clobbers ")]
    return {register for clause in clauses for register in clause.removeprefix("clobbers ").split(", ")}


def parse(line: str) -> tuple[dict[str, int], dict[str, int]]:
    """Where things are, and what changed."""
    assert line.startswith("reached "), line
    where, changed = (dict(re.findall(r"(\S+)=(\S+)", part)) for part in line.split("|"))
    return {k: int(v, 16) for k, v in where.items()}, {k: int(v, 16) for k, v in changed.items()}


def wrong(line: str, variant: Variant, stub: str, template: TemplateVariant) -> str | None:
    """What a run did other than the contract says; None if it kept to it."""
    if not line.startswith("reached "):
        return line
    where, changed = parse(line)
    registers = declared(template)
    saved = {"elfv1": {"stack+40"}, "elfv2": {"stack+24"}}
    slot = saved[variant.case] if base(variant, stub) == "entry" else set()
    if changed.keys() != registers | slot:
        return f"changed {sorted(changed)}, not {sorted(registers | slot)}: {line}"
    if changed["r12"] != where["target"] or changed["ctr"] != changed["r12"]:
        return f"r12 or ctr is not the target: {line}"
    if any(changed[name] != where["r2"] for name in slot):
        return f"the caller's TOC pointer was not saved: {line}"
    if changed.get("r2", where["callee_toc"]) != where["callee_toc"]:
        return f"r2 is not what the descriptor says: {line}"
    reladdr_leads_to = where["entry" if base(variant, stub) == "entry" else "target"]
    if changed.get("r11", reladdr_leads_to) != reladdr_leads_to:
        return f"r11 is not what reladdr leads to: {line}"
    return None


def test_the_contracts_are_those_expected() -> None:
    found = {(str(variant), stub): declared(template_of(variant, stub)) for variant, stub in stubs()}
    assert found == {
        ("module_stub-elfv1", "ppc64_stub"): {"r2", "r11", "r12", "ctr"},
        ("module_stub-elfv1", "ftrace_stub"): {"r12", "ctr"},
        ("module_stub-pcrel", "ppc64_stub"): {"r12", "ctr"},
        ("module_stub-pcrel", "ftrace_stub"): {"r12", "ctr"},
        ("module_stub-elfv2", "ppc64_stub"): {"r11", "r12", "ctr"},
        ("module_stub-elfv2", "ftrace_stub"): {"r12", "ctr"},
        ("module_stub_2016-elfv1", "ppc64_stub"): {"r2", "r11", "r12", "ctr"},
        ("module_stub_2016-elfv2", "ppc64_stub"): {"r11", "r12", "ctr"},
        ("module_stub_2016-elfv2", "ppc64_profile_stub"): {"r11", "r12", "ctr"},
    }


@MACHINE
@STUB
def test_reaches_the_target_and_keeps_the_contract(
    variant: Variant, stub: str, machine: Machine, execute: Execute
) -> None:
    runner = execute(machine, variant, stub)
    template = template_of(variant, stub)
    values = VALUES if variant.case != "pcrel" else PLACES if stub == "ppc64_stub" else VALUES + WIDE
    lines = runner([(value, 0, 0xFFFFFFFF, 0) for value in values])
    complaints = [wrong(line, variant, stub, template) for line in lines]
    assert complaints == [None] * len(values)


@MACHINE
@STUB
def test_every_spoilt_bit_is_noticed(variant: Variant, stub: str, machine: Machine, execute: Execute) -> None:
    runner = execute(machine, variant, stub)
    template = template_of(variant, stub)
    value = 0x12348760  # both halves count, and the low one borrows from the high one
    spoils: list[tuple[int, int | None]] = []
    for index, word in enumerate(template.words):
        spoils += [(index, None)] if word.value != NOP else []
        spoils += [(index, bit) for bit in range(32) if bit not in dont_care(word)]
    cases = [(value, i, 0, NOP) if bit is None else (value, i, 0xFFFFFFFF, 1 << bit) for i, bit in spoils]
    whole, *lines = runner([(value, 0, 0xFFFFFFFF, 0), *cases])
    assert wrong(whole, variant, stub, template) is None
    unnoticed = [
        spoil
        for spoil, line in zip(spoils, lines, strict=True)
        if wrong(line, variant, stub, template) is None
    ]
    assert not unnoticed, "(word, bit), None for a nop in its place"
    assert {index for index, _ in spoils} == set(range(len(template.words)))


def dont_care(word: Word) -> set[int]:
    """The bits of a word that do not change what it does."""
    return DONT_CARE_PREFIX if word.kind == "prefix" else DONT_CARE.get(word.value, set())
