"""Kinds of instructions: what stands in the examples' templates, with the numbers and the registers taken out.

A kind is a mnemonic and the form of its operands: `std r, i(r)`, `ldmia sp, {r - pc}`. What the lifter treats apart is
apart: the stack pointer, the program counter, and on x86 the length, on which displacements and immediates depend."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.conftest import EXAMPLES, ROOT, compile_file
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.prove.contract import contract
from trampgen.prove.execute import patch_of
from trampgen.prove.lift import Decides, Lifted, lift
from trampgen.prove.machine import Machine
from trampgen.prove.machines import machine
from trampgen.prove.program import Step, Unsupplied, configurations, contents, program
from trampgen.prove.supply import supply

_WORD = re.compile(r"\b[A-Za-z_.][\w.]*(?:\[\d+\])?(?:@\w+)?")
_NUMBER = re.compile(r"-?\b(?:0x[0-9a-fA-F]+|\d+)\b")
_SUM = re.compile(r"\(i\)|i(?: *[-+*] *-?i\b)+")
_KEPT = set(
    "ptr byte word dword qword near short lsl lsr asr ror uxtw sxtw cpsr spsr cpsr_cxsf cpsr_f apsr".split()
)
_X86 = {
    "r64": "rax rcx rdx rbx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15".split(),
    "r32": "eax ecx edx ebx esi edi ebp r8d r9d r10d r11d r12d r13d r14d r15d".split(),
    "r16": "ax cx dx bx si di bp".split(),
    "r8": "al cl dl bl ah ch dh bh sil dil bpl".split(),
    "rsp": ["rsp"],
    "esp": ["esp"],
    "rip": ["rip"],
    "sreg": "cs ds es fs gs ss".split(),
}
_ARM = {
    "r": [*(f"r{n}" for n in range(13)), "sb", "sl", "fp", "ip"],
    "sp": ["sp", "r13"],
    "lr": ["lr", "r14"],
    "pc": ["pc", "r15"],
}
_ARM64 = {
    "x": [*(f"x{n}" for n in range(31)), "lr", "fp"],
    "w": [f"w{n}" for n in range(31)],
    "sp": ["sp"],
    "xzr": ["xzr"],
    "wzr": ["wzr"],
}
_PPC = {"r": [f"r{n}" for n in range(32)], "cr": [f"cr{n}" for n in range(8)]}


def _table(classes: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: one for one, names in classes.items() for name in names}


_CLASSES = {
    "x86": _table(_X86), "arm64": _table(_ARM64), "arm": _table(_ARM), "thumb": _table(_ARM), "ppc": _table(_PPC),
}  # fmt: skip
FAMILIES = tuple(_CLASSES)


def family(isa: str) -> str:
    """Which of the families a target belongs to; arm64 is none of arm's."""
    return next(name for name in FAMILIES if isa.startswith(name))


def kind_of(isa: str, step: Step) -> str:
    """The kind of an instruction as it is written in a spec."""
    mnemonic, _, rest = " ".join(step.text.split()).partition(" ")
    if mnemonic.startswith(".") and step.kind == "insn":
        return f"{mnemonic} {rest}"
    classes = _CLASSES[family(isa)]
    holes = {one.name for one in step.slices}

    def replaced(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in classes:
            return classes[word]
        if word in _KEPT:
            return word
        return word[0] if word[1:] in holes and word[0] in "rxw" else "i"

    form = _NUMBER.sub(_number, _WORD.sub(replaced, rest))
    form = _SUM.sub("i", form)
    shown = f"{mnemonic} {form}".strip()
    return f"{shown} ({step.size} bytes)" if family(isa) == "x86" else shown


def _number(found: re.Match[str]) -> str:
    """The base 0 of PowerPC is no register, and stays what it is."""
    before, behind = (
        found.string[found.start() - 1 : found.start()],
        found.string[found.end() : found.end() + 1],
    )
    return found[0] if (before, behind) == ("(", ")") else "i"


@dataclass(frozen=True)
class Instance:
    """An instruction of an example, lifted as a proof lifts it; `lifted` is None where a patch stands for it."""

    isa: str
    kind: str
    step: Step
    lifted: Lifted | None
    where: str  # file and line

    @property
    def machine(self) -> Machine:
        found = machine(self.isa)
        assert found is not None
        return found


@functools.cache
def instances() -> tuple[Instance, ...]:
    """Every instruction of the examples' templates, in all variants, configurations and forms; equal ones once."""
    seen: set[object] = set()
    paths = [path for path in sorted(EXAMPLES.rglob("*.tramp")) if not path.name.endswith(".inc.tramp")]
    return tuple(one for path in paths for one in of_file(path, seen))


def of_file(path: Path, seen: set[object] | None = None) -> Iterator[Instance]:
    """The instructions of one spec that prove looks at, but those seen. What it does not know of structs is in files
    beside it."""
    seen = set() if seen is None else seen
    files = [[], *([str(file)] for file in sorted(path.parent.glob("*.const")))]
    done: set[tuple[str, object]] = set()
    lacking: dict[tuple[str, object], Unsupplied] = {}
    for constants in files:
        spec = compile_file(path, constants=constants).spec
        assert spec is not None, path
        for template in spec.templates:
            for variant in template.variants:
                target, name = machine(variant.isa), (template.name, variant.when)
                if target is None or name in done:
                    continue
                try:
                    yield from list(_of_variant(spec, template, variant, target, path, seen))
                    done.add(name)
                    lacking.pop(name, None)
                except Unsupplied as error:
                    lacking[name] = error
        if not lacking:
            return
    raise next(iter(lacking.values()))


def _identity(isa: str, step: Step) -> object:
    slices = tuple((one.name, one.bits, one.at, one.whole, one.page, str(one.field)) for one in step.slices)
    return isa, step.text, step.number, slices


@dataclass(frozen=True)
class Place:
    """Where an instruction is from."""

    variant: TemplateVariant
    configuration: Mapping[str, str]
    known: Mapping[str, int]
    target: Machine


def _of_variant(
    spec: Spec, template: Template, variant: TemplateVariant, target: Machine, path: Path, seen: set[object]
) -> Iterator[Instance]:
    known = supply(spec, variant, contract(template, variant, target)).known
    for configuration in configurations(variant):
        for step in program(variant, configuration, known).steps:
            if step.kind == "insn" and _identity(variant.isa, step) not in seen:
                seen.add(_identity(variant.isa, step))
                where = (
                    f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{step.span.line}"
                )
                one = Instance(variant.isa, kind_of(variant.isa, step), step, None, where)
                yield from _lifted(Place(variant, configuration, known, target), one, {})


def _lifted(place: Place, one: Instance, fixed: Mapping[str, int]) -> Iterator[Instance]:
    """One instruction; where a small hole decides what it does, one for each content."""
    try:
        patched = patch_of(one.step, place.target) is not None
        yield one if patched else replace(one, lifted=lift(one.step, place.target))
    except Decides as hole:
        for content in contents(place.variant, hole.name):
            now = {**fixed, hole.name: content}
            again = program(place.variant, place.configuration, place.known, now).steps[one.step.index]
            yield from _lifted(place, replace(one, step=again), now)
