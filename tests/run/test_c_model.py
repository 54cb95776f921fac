"""Every function of the headers of the language's newer constructs, under qemu, against the Python model."""

from __future__ import annotations

import errno
import functools
import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, compile_file, need
from tests.run.cross import (
    ARM,
    ARM64,
    BE,
    HERE,
    HOST,
    INCLUDE,
    LE,
    PPC32,
    X86,
    X86_32,
    Machine,
    compile_program,
    run,
    succeed,
)
from tests.run.driver import ALONE, BEYOND, EACH, ENCODE, FITS, MACROS, READ, UNTOUCHED, Shape, program
from tests.run.numbers import bits, boundaries, native, packed
from trampgen.emit.c_text import macro
from trampgen.emit.header import header
from trampgen.model.spec import Form, Hole, Param, Region, Spec, TemplateVariant, When, Word, seen_from
from trampgen.model.values import one_word

LINUX = EXAMPLES / "linux"
POWERPC = LINUX / "powerpc"
PASS = ROOT / "tests" / "pass"
NAMES = (
    "alternatives", "literals", "loops", "macros", "members", "promises", "reaches", "regions", "sites", "targets",
    "whole-instructions", "x86-described", "x86-family", "x86-holes", "x86-regions", "x86-symbols", "x86-widths",
)  # fmt: skip
# The example module_stub*.tramp have test_c_values.py for themselves.
EXAMPLE_NAMES = ("optprobe", "optprobe_2017", "module_plt32", "static_call32")
PATHS = {
    **{name: PASS / f"{name}.tramp" for name in NAMES},
    **{name: POWERPC / f"{name}.tramp" for name in EXAMPLE_NAMES},
    "arm_optprobe": LINUX / "arm" / "optprobe.tramp",
    "arm64_module_plt": LINUX / "arm64" / "module_plt.tramp",
    "arm64_call_sites": LINUX / "arm64" / "call_sites.tramp",
    "arm64": PASS / "arm64.tramp",
}
# The guards that are more than a lone name.
GUARDS = {"v4": "__LINUX_ARM_ARCH__=4", "v5": "__LINUX_ARM_ARCH__=5", "v7": "__LINUX_ARM_ARCH__=7"}
# Code of x86 is data on any machine, also of the other byte order.
MACHINES = {
    "ppc64": (LE, BE), "ppc32": (PPC32,), "arm64": (ARM64, HOST),
    **dict.fromkeys(("armv4", "armv5", "arm"), (ARM,)), "x86_64": (X86, BE), "x86_32": (X86_32, PPC32),
}  # fmt: skip
# What kernel.h says of names that pt_regs*.const does not have.
SUPPLIED = {"SOFT": 2354, "TOC": 16, "task_struct.thread.ksp[2]": 40, "PACASOFTIRQEN": 2355}
SUPPLIED |= {"GATE_FLAGS": 0x1234, "NEXT": 8, "gate.next": 256}
SUPPLIED_MEMBERS = {"members": {"pt_regs.gpr[2]": 16, "pt_regs.nip": 256}}  # in the header, too
RANDOM_VALUES = 10_000  # of code of words; a template of bytes has many more of those
WARNINGS = ("-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Wdeclaration-after-statement", "-Werror")
U64 = (1 << 64) - 1


@dataclass(frozen=True)
class Build:
    """A spec in one combination of cases."""

    name: str
    when: When
    isa: str

    def __str__(self) -> str:
        return "-".join([self.name, *(case for _, case in self.when)])

    @property
    def machines(self) -> tuple[Machine, ...]:
        return MACHINES[self.isa]

    @property
    def defines(self) -> list[str]:
        """What makes the guards of the chosen cases hold."""
        axes = {axis.name: axis.cases for axis in specification(self.name, False).axes}
        lone = [(case, next(c.guard for c in axes[axis] if c.name == case)) for axis, case in self.when]
        guards = [GUARDS.get(case, guard) for case, guard in lone]
        return [f"-D{guard}" for guard in guards if guard]

    def shapes(self, known: bool = True) -> list[Shape]:
        """The templates that there are in these cases; `known`: with the numbers of externs."""
        spec = specification(self.name, known, self.isa)
        seen = [(template, seen_from(template.variants, self.when)) for template in spec.templates]
        return [Shape(template, variant) for template, variant in seen if variant is not None]


@functools.cache
def specification(name: str, known: bool, isa: str = "ppc64") -> Spec:
    supplied = SUPPLIED_MEMBERS.get(name, {}) | (SUPPLIED if known else {})
    constants = [str(POWERPC / f"pt_regs{isa[3:]}.const")] if known and isa.startswith("ppc") else []
    spec = compile_file(PATHS[name], supplied, constants).spec
    assert spec is not None
    return spec


def _builds() -> Iterator[Build]:
    for name in PATHS:
        spec = specification(name, False)
        for cases in itertools.product(*[[(axis.name, c.name) for c in axis.cases] for axis in spec.axes]):
            there = [v for t in spec.templates if (v := seen_from(t.variants, cases)) is not None]
            chosen = {case for _, case in cases}
            if there and not any(chosen.issuperset(together) for together in spec.impossible):
                yield Build(name, cases, there[0].isa)


BUILDS = list(_builds())
BUILD = pytest.mark.parametrize("build", BUILDS, ids=str)
ON = pytest.mark.parametrize(
    ("build", "machine"),
    [(build, machine) for build in BUILDS for machine in build.machines],
    ids=lambda value: value.name if isinstance(value, Machine) else str(value),
)


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all headers, their externs left to the C compiler."""
    folder = tmp_path_factory.mktemp("headers")
    for name in PATHS:
        (folder / f"{name}.h").write_text(header(specification(name, False), "trampgen build"))
    return folder


# ---- what the header should do, said once more ---------------------------------------------------------


def wrapped(value: int, bits: int) -> int:
    """A number as the signed one of so many bits that C's arithmetic makes of it."""
    return (value + (1 << (bits - 1)) & (1 << bits) - 1) - (1 << (bits - 1))


def held(hole: Hole, value: int, ip: int, bits: int) -> int:
    """What a hole is given: the value, of an address the distance."""
    return wrapped(value - origin(hole, ip), bits) if hole.pc_relative else value


def origin(hole: Hole, ip: int) -> int:
    """What a distance is counted from: the instruction, or the start of its page."""
    place = ip + hole.offset + hole.pc_base
    return place & -hole.page if hole.page else place


def fits(param: Param, value: int, ip: int, bits: int) -> bool:
    if param.refused is not None and value & param.refused.mask == param.refused.value:
        return False
    if param.pc_relative:
        return all(param.reach.holds(held(h, value, ip, bits)) for h in distances(param))
    return param.kind in ("insn", "bits") or param.reach.holds(value)


def distances(param: Param) -> list[Hole]:
    return [hole for group in param.groups for hole in group if hole.pc_relative]


def filled(variant: TemplateVariant, values: Mapping[str, int], ip: int) -> list[int]:
    """The words of code without regions, with every hole filled in."""
    words, width = [word.value & word.mask for word in variant.words], variant.word_bits
    for hole in variant.holes:
        field = bits(hole.field, held(hole, values[hole.param], ip, variant.pointer_bits))
        for place in range(-(-field.bit_length() // width)):  # the lowest bits stand first
            words[hole.word + place] |= field >> place * width & (1 << width) - 1
    return words


class Recogniser:
    """What a template's functions say of words; what they compare with is computed once."""

    def __init__(self, variant: TemplateVariant) -> None:
        self.variant = variant
        self.plain = fixed(variant.words)
        self.forms = {
            region.name: [
                fixed(variant.words),
                *(fixed(variant.words_of(form.name)) for form in region.forms),
            ]
            for region in variant.regions
        }
        inside = {word for region in variant.regions for word in range(region.start, region.end)}
        self.outside = [index for index in range(len(variant.words)) if index not in inside]

    def state_of(self, region: Region, words: Sequence[int]) -> int:
        """The number of the first form, or 0 for rest, that stands in a region."""
        for number, there in enumerate(self.forms[region.name]):
            if all(words[i] & there[i][0] == there[i][1] for i in range(region.start, region.end)):
                return number
        return -errno.EINVAL

    def states_of(self, words: Sequence[int]) -> list[int]:
        return [self.state_of(region, words) for region in self.variant.regions]

    def is_template(self, words: Sequence[int]) -> bool:
        outside = all(words[i] & self.plain[i][0] == self.plain[i][1] for i in self.outside)
        refused = [p.refused for p in self.variant.params if p.refused is not None]  # bits of the first word
        outside &= all(words[0] & r.mask != r.value for r in refused)
        return outside and min(self.states_of(words), default=0) >= 0


def fixed(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Mask and value of every word."""
    return [(word.mask, word.value & word.mask) for word in words]


def states(variant: TemplateVariant) -> Iterator[dict[str, str]]:
    """Every combination of what regions are patched to (region → form); what rests is left out."""
    choices = [[None, *(form.name for form in region.forms)] for region in variant.regions]
    for forms in itertools.product(*choices):
        yield {r.name: form for r, form in zip(variant.regions, forms, strict=True) if form is not None}


# ---- questions and answers -----------------------------------------------------------------------------


@dataclass
class Dialogue:
    """Questions to a program, and what it should say; None where anything is right."""

    questions: list[int] = field(default_factory=list)
    answers: list[int | None] = field(default_factory=list)
    asked: list[tuple[int, str, Sequence[int]]] = field(default_factory=list)  # from which answer on

    def ask(self, what: str, question: Sequence[int], answer: Iterable[int | None]) -> None:
        self.asked.append((len(self.answers), what, question))
        self.questions += [number & U64 for number in question]
        self.answers += [number if number is None else number & U64 for number in answer]

    def compare(self, said: Sequence[int]) -> None:
        """Fails at the first answer that is another one."""
        pairs = zip(said, self.answers, strict=True)
        wrong = next((i for i, (got, want) in enumerate(pairs) if want is not None and got != want), None)
        if wrong is not None:
            start, what, question = next(one for one in reversed(self.asked) if one[0] <= wrong)
            numbers = ", ".join(f"{number & U64:#x}" for number in question[1:20])
            got, want = said[wrong], self.answers[wrong] or 0
            pytest.fail(f"{what}({numbers}): answer {wrong - start} is {got:#x} instead of {want:#x}")


@dataclass
class Interview:
    """All questions about one template of a build."""

    shape: Shape
    base: int
    source: random.Random
    into: Dialogue

    @property
    def variant(self) -> TemplateVariant:
        return self.shape.variant

    @property
    def drawn(self) -> int:
        """How many random values each question gets."""
        return RANDOM_VALUES // (8 if self.variant.unit == 1 else 1)

    def everything(self) -> None:
        self.fits()
        self.encode()
        for number, (region, form) in enumerate(self.shape.forms):
            self.alone(ALONE + number, region, form)
        for number, state in enumerate(states(self.variant)):
            self.read(state, whole=number == 0)

    def ask(self, question: int, given: Sequence[int], answer: Iterable[int | None]) -> None:
        kinds = {ENCODE: "encode", READ: "read"}
        what = f"{self.shape.template.name} {kinds.get(question, str(question))}"
        self.into.ask(what, [self.base + question, *given], answer)

    # ---- values

    def ip(self) -> int:
        return self.source.getrandbits(self.variant.pointer_bits - 2) << 2

    def typed(self, param: Param, value: int) -> int:
        """What the C function is given for a number."""
        if param.kind in ("insn", "bits"):
            return value & 0xFFFFFFFF
        if param.pc_relative:
            return value & ((1 << self.variant.pointer_bits) - 1)
        return value & U64 if param.reach.low >= 0 else wrapped(value, 64)

    def start_of(self, param: Param, ip: int) -> int:
        """What makes a value of a distance."""
        return origin(distances(param)[0], ip) if param.pc_relative else 0

    def limits(self, param: Param, ip: int) -> list[int]:
        """Values at and next to every limit, in reach and out of it."""
        if param.kind in ("insn", "bits"):
            refused = [param.refused.value, ~0] if param.refused else []
            return [self.typed(param, value) for value in (0, 1, 0x7FFFFFFF, 0x80000000, ~0, *refused)]
        numbers = [number for part in boundaries(param.reach) for number in part]
        away = {self.start_of(param, ip)}
        if param.pc_relative:
            away |= {origin(hole, ip) for hole in distances(param)}
        return [self.typed(param, start + number) for start in sorted(away) for number in numbers]

    def any(self, param: Param, ip: int) -> int:
        """A random value: half of them in reach, half of any magnitude."""
        if param.kind in ("insn", "bits"):
            return self.source.getrandbits(32)
        if self.source.random() < 0.5:
            return self.good(param, ip)
        size = self.source.getrandbits(self.source.randint(1, 64))
        return self.typed(param, self.start_of(param, ip) + self.source.choice((size, -size)))

    def good(self, param: Param, ip: int) -> int:
        """A random value that fits, whichever branch it stands in."""
        while True:
            value = self.source.getrandbits(32)
            if param.kind not in ("insn", "bits"):
                reach = param.reach
                step = self.source.randint(0, (reach.high - reach.low) // reach.align)
                first = reach.low + (reach.phase - reach.low) % reach.align
                value = self.start_of(param, ip) + first + step * reach.align
            value = self.typed(param, value)
            if fits(param, value, ip, self.variant.pointer_bits):
                return value

    def values(self, ip: int) -> dict[str, int]:
        return {param.name: self.good(param, ip) for param in self.variant.params}

    # ---- questions

    def fits(self) -> None:
        for number, param in enumerate(self.variant.params):
            ip = self.ip()
            given = [(ip, value) for value in self.limits(param, ip)]
            given += [(ip := self.ip(), self.any(param, ip)) for _ in range(self.drawn)]
            for ip, value in given:
                self.ask(FITS + number, [ip, value], [fits(param, value, ip, self.variant.pointer_bits)])

    def encode(self) -> None:
        choices = [range(len(region.forms) + 1) for region in self.shape.alternatives]
        for number, forms in enumerate(itertools.product(*choices)):
            for param in self.variant.params:
                ip = self.ip()
                for value in self.limits(param, ip):
                    self.one(ip, self.values(ip) | {param.name: value}, forms)
            for _ in range(self.drawn if not number else self.drawn // 20):
                ip = self.ip()
                wild = self.source.sample(self.variant.params, min(len(self.variant.params), 1))
                self.one(ip, self.values(ip) | {param.name: self.any(param, ip) for param in wild}, forms)
        for place, region in enumerate(self.shape.alternatives):
            for wrong in (-1, len(region.forms) + 1, 1 << 30):
                chosen = [0] * len(choices)
                chosen[place] = wrong
                ip = self.ip()
                self.ask(ENCODE, [ip, *self.values(ip).values(), *chosen], [-errno.EINVAL, *self.untouched])

    @property
    def untouched(self) -> list[int]:
        """The buffer after an encoder that has failed."""
        return self.fresh(len(self.variant.words) + BEYOND)

    def fresh(self, count: int) -> list[int]:
        """Words that nothing has written."""
        return [UNTOUCHED & (1 << self.variant.word_bits) - 1] * count

    def one(self, ip: int, values: dict[str, int], forms: Sequence[int]) -> None:
        """One call of the encoder."""
        patched = self.patched(tuple(forms))
        needed = {hole.param for hole in patched.holes}
        answer = [-errno.ERANGE, *self.untouched]
        params = [param for param in self.variant.params if param.name in needed]
        if all(fits(param, values[param.name], ip, self.variant.pointer_bits) for param in params):
            answer = [0, *filled(patched, values, ip), *self.fresh(BEYOND)]
        self.ask(ENCODE, [ip, *values.values(), *forms], answer)

    def patched(self, forms: tuple[int, ...]) -> TemplateVariant:
        chosen = {region.name: region.name for region in self.variant.regions if region.is_hole}
        for region, number in zip(self.shape.alternatives, forms, strict=True):
            if number:
                chosen[region.name] = region.forms[number - 1].name
        return self.variant.patched(chosen)

    def alone(self, question: int, region: Region, form: Form) -> None:
        params, patched = self.shape.params_of(form), self.variant.patched({region.name: form.name})
        pointer = self.variant.pointer_bits
        ip = self.ip()
        given = [(ip, self.values(ip))]
        given += [
            (ip, self.values(ip) | {param.name: value})
            for param in params
            for value in self.limits(param, ip)
        ]
        for ip, values in given:
            answer = [-errno.ERANGE, *self.fresh(len(form.words) + BEYOND)]
            if all(fits(param, values[param.name], ip, pointer) for param in params):
                words = filled(patched, values, ip)[region.start : region.end]
                answer = [0, *words, *self.fresh(BEYOND)]
            self.ask(question, [ip, *(values[param.name] for param in params)], answer)

    def read(self, state: Mapping[str, str], whole: bool) -> None:
        """Words in one state of all regions, then each with one bit changed: all of them, or those in regions."""
        ip = self.ip()
        values, patched = self.values(ip), self.variant.patched(state)
        words = filled(patched, values, ip)
        there = {None, *state.values()}
        replaced = {w for r in self.variant.regions if r.name in state for w in range(r.start, r.end)}
        gets = [
            values[param.name] if (form := param.groups[0][0].form) in there
            and (form or param.groups[0][0].word not in replaced) else None
            for param in self.shape.read
        ]  # fmt: skip
        recogniser = Recogniser(self.variant)
        forms = recogniser.states_of(words)
        assert min(forms, default=0) >= 0
        self.ask(READ, [ip, *words], [1, *forms, *gets])
        for refused in (param.refused for param in self.variant.params if param.refused is not None):
            wrong = [words[0] & ~refused.mask | refused.value, *words[1:]]
            self.ask(READ, [ip, *wrong], [0, *forms, *[None] * len(gets)])
        inside = {word for region in self.variant.regions for word in range(region.start, region.end)}
        for place in range(len(words)) if whole else sorted(inside):
            for bit in range(self.variant.word_bits):
                changed = [word ^ (1 << bit if index == place else 0) for index, word in enumerate(words)]
                forms = recogniser.states_of(changed)
                answer = [recogniser.is_template(changed), *forms, *[None] * len(gets)]
                self.ask(READ, [ip, *changed], answer)


def masks(variant: TemplateVariant) -> list[int]:
    """The bits of each word at rest that no hole and no form changes."""
    found = [word.mask for word in variant.words]
    for start, form in ((region.start, form) for region in variant.regions for form in region.forms):
        for index, word in enumerate(form.words, start):
            found[index] &= word.mask & ~(word.value ^ variant.words[index].value)
    return found


def macros(shape: Shape, symbolic: TemplateVariant) -> list[int]:
    """What the macros of a template say, in the order in which the program asks."""
    variant = shape.variant
    said = [*(word.value for word in variant.words), *masks(symbolic), len(variant.words), variant.size]
    for label in variant.labels:
        said += [label.offset] if variant.unit == 1 else [label.offset, label.offset // 4]
    for param in (p for p in variant.params if p.kind not in ("insn", "bits")):
        said += [param.reach.low, param.reach.high, param.reach.align]
    for region in variant.regions:
        said += [region.end - region.start, *range(len(region.forms) + 1)]
    return said


@functools.cache
def dialogue(build: Build) -> Dialogue:
    """The same questions for every machine."""
    found, source = Dialogue(), random.Random(20261)
    for number, (shape, symbolic) in enumerate(zip(build.shapes(), build.shapes(known=False), strict=True)):
        found.ask("macros", [EACH * number + MACROS], macros(shape, symbolic.variant))
        Interview(shape, EACH * number, source, found).everything()
    return found


@ON
def test_every_function_does_what_the_model_does(
    build: Build, machine: Machine, headers: Path, tmp_path: Path
) -> None:
    machine.needed()
    source = tmp_path / "driver.c"
    source.write_text(program(f"{build.name}.h", build.shapes()))
    compile_program(str(tmp_path / "driver"), headers, machine, build.defines, source)
    wanted = dialogue(build)
    data = succeed(tmp_path, machine.emulator, "./driver", data=packed(machine, wanted.questions))
    wanted.compare(native("Q", data, machine))


@BUILD
def test_compiles_without_a_warning(build: Build, headers: Path, tmp_path: Path) -> None:
    """With every function kept, in both dialects, by all compilers that have the kernel's own types."""
    (tmp_path / "consumer.c").write_text(
        f'#include "kernel.h"\n#include "{build.name}.h"\n#include "{build.name}.h"\n'
    )
    compilers = [machine.tool("gcc") for machine in build.machines] + ["gcc"] * (
        build.isa in ("ppc64", "arm64")
    )
    need(*compilers)
    for compiler, dialect in itertools.product(compilers, (["-std=gnu11"], ["-std=c11", "-Wpedantic"])):
        flags = [
            *dialect,
            "-O2",
            "-fkeep-inline-functions",
            "-fkeep-static-functions",
            *WARNINGS,
            *build.defines,
        ]
        folders = [f"-I{path}" for path in (INCLUDE, headers, HERE)]
        done = run(tmp_path, compiler, *flags, *folders, "-c", "consumer.c")
        assert (done.returncode, done.stderr.decode()) == (0, ""), compiler


@BUILD
def test_assembles_to_the_words_at_rest(build: Build, headers: Path, tmp_path: Path) -> None:
    """Under __ASSEMBLY__ an extern is its bare name, and a member all the words of its name."""
    machine = build.machines[0]
    machine.needed()
    known = [
        extern for extern in specification(build.name, True, build.isa).externs if extern.value is not None
    ]
    lines = [f'#include "{build.name}.h"', ".text"]
    lines += [f".set {one_word(extern.name)}, {extern.value}" for extern in known]
    unit = build.shapes()[0].variant.unit
    directive, code = (".byte", "B") if unit == 1 else (".long", "I")
    lines += [f"{directive} {macro(shape.template.name)}_INSNS" for shape in build.shapes()]
    (tmp_path / "words.S").write_text("\n".join([*lines, ""]))
    flags = ["-D__ASSEMBLY__", *build.defines, f"-I{INCLUDE}", f"-I{headers}"]
    succeed(tmp_path, machine.tool("gcc"), *flags, "-c", "words.S", "-o", "words.o")
    succeed(tmp_path, machine.tool("objcopy"), "-O", "binary", "-j", ".text", "words.o", "words.bin")
    expected = [word.value for shape in build.shapes() for word in shape.variant.words]
    words = native(code, (tmp_path / "words.bin").read_bytes(), machine)
    assert [f"{word:08x}" for word in words] == [f"{word:08x}" for word in expected]


def test_cases_that_can_not_hold_together_do_not_compile(headers: Path, tmp_path: Path) -> None:
    need("gcc")
    (tmp_path / "consumer.c").write_text('#include "kernel.h"\n#include "targets.h"\n')
    folders = [f"-I{path}" for path in (INCLUDE, headers, HERE)]
    done = run(tmp_path, "gcc", "-DPPC32", "-DELFV1", *folders, "-c", "consumer.c")
    assert done.returncode != 0
    assert "targets: ppc32 and elfv1 can not hold together" in done.stderr.decode()


def test_comments_say_what_words_are(headers: Path) -> None:
    """Without empty lines; a site's instruction is a number, which in RAM may be another."""
    texts = {path.stem: path.read_text() for path in headers.iterdir()}
    assert [name for name, text in texts.items() if "\n\n */" in text] == []
    about_site = texts["arm_optprobe"].split(" * optprobe_site\n")[1].split("kprobe_breakpoint\n */")[0]
    assert "as a number" in about_site
    assert " RAM" not in about_site
