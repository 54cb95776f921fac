"""Scans of linked programs and of object files: every copy is found, in its state, with its values and their names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Compiled, need
from tests.run.cross import succeed
from tests.run.planted import (
    ARM,
    ARM64,
    ARM64_BE,
    ARM_BE,
    ARM_BE8,
    PPC32,
    PPC64,
    PPC64LE,
    X86_32,
    X86_64,
    Planted,
    Tools,
    assembly,
    planted,
    specification,
)
from trampgen.elf.file import Elf
from trampgen.model.spec import Spec
from trampgen.scan import areas
from trampgen.scan.described import Wanted, chosen
from trampgen.scan.holes import Match
from trampgen.scan.names import Names
from trampgen.scan.patterns import order_of
from trampgen.scan.scanning import Asked, Scan
from trampgen.scan.targets import target

BASE = 0x400000
PACA = {"PACATOC": 16, "PACAKBASE": 24}
PT_REGS64, PT_REGS32 = ("powerpc/pt_regs64.const",), ("powerpc/pt_regs32.const",)


@dataclass(frozen=True)
class Case:
    """An example for one of its targets, and what makes files for that."""

    path: str
    isa: str
    tools: Tools
    supplied: tuple[tuple[str, int], ...] = ()
    constants: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{Path(self.path).stem}-{self.isa}-{self.tools.prefix}{self.tools.order}"


def cases() -> Iterator[Case]:
    paca = tuple(PACA.items())
    for tools in (PPC64LE, PPC64):
        yield Case("powerpc/module_stub.tramp", "ppc64", tools, paca)
        yield Case("powerpc/module_stub_2016.tramp", "ppc64", tools, paca[:1])
        yield Case("powerpc/optprobe.tramp", "ppc64", tools, (), PT_REGS64)
    yield Case("powerpc/optprobe.tramp", "ppc32", PPC32, (), PT_REGS32)
    yield Case("powerpc/static_call32.tramp", "ppc32", PPC32)
    yield Case("powerpc/module_plt32.tramp", "ppc32", PPC32)
    for tools in (ARM, ARM_BE, ARM_BE8):
        yield Case("arm/optprobe.tramp", "armv5" if tools is ARM_BE else "arm", tools)
    for tools in (ARM64, ARM64_BE):
        yield Case("arm64/module_plt.tramp", "arm64", tools)
    for name in ("static_call", "ftrace", "optprobe", "uretprobe"):
        yield Case(f"x86/{name}.tramp", "x86_64", X86_64)
    yield Case("x86/optprobe.tramp", "x86_32", X86_32)
    for tools in (ARM, ARM_BE8):
        yield Case("../../tests/pass/thumb.tramp", "thumb", tools, (("SLOT", 8),))


def scanned(path: Path, asked: Asked) -> dict[tuple[str, int], Match]:
    """What a scan of a file finds, by name and address."""
    scan = Scan(asked)
    found = [match for area in areas.of_elf(Elf(str(path))) for match in scan.matches(area)]
    return {(m.pattern.name, m.address + m.pattern.origin): m for m in found if isinstance(m, Match)}


def asked_of(spec: Spec, isa: str, path: Path, names: Collection[str] = ()) -> Asked:
    """What is named of a spec, to be looked for in a file."""
    order = order_of(Elf(str(path)))
    return Asked(chosen(Wanted(spec, [isa], order), names), (), order)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_every_copy_is_found_with_what_it_holds(case: Case, tmp_path: Path) -> None:
    spec = specification(case.path, dict(case.supplied), case.constants)
    rng = random.Random(str(case))
    copies = planted(spec, [case.isa], BASE, rng, 12)
    path = case.tools.linked(tmp_path, assembly(copies, BASE, case.isa), BASE)
    found = scanned(path, asked_of(spec, case.isa, path))
    for copy in copies:
        match = found[copy.name, copy.address]
        assert agrees(match, copy), f"{copy.name} at {copy.address:#x}"
    _check_names(Elf(str(path)), copies, found)


def agrees(match: Match, copy: Planted) -> bool:
    """Whether values are those that were encoded, and regions as they were patched, or as well another form."""
    if dict(match.forms) != copy.forms:
        # Two forms that have the same bytes: the first one is named, here as in the generated C.
        return any(len(part.states) > 1 for part in match.pattern.parts)
    values = {value.name: value.value for value in match.values}
    return values == dict(copy.values) and not any(value.others for value in match.values)


def _check_names(elf: Elf, copies: list[Planted], found: dict[tuple[str, int], Match]) -> None:
    """Addresses near functions have their names."""
    names = Names(elf)
    for area in areas.of_elf(elf):
        for copy in copies:
            match = found[copy.name, copy.address]
            for value in match.values:
                if value.kind == "branch" and BASE <= value.value < BASE + 6 * 64:
                    place = target(match, value, area, names)
                    assert place is not None
                    number, offset = divmod(value.value - BASE, 64)
                    assert (place.place.name, place.place.offset) == (f"f{number}", offset)


def resolved(path: Path, matches: dict[tuple[str, int], Match]) -> dict[tuple[str, int, str], str]:
    """Where each value leads to, by name, address and param; `!` before what the linker has yet to fill in."""
    elf = Elf(str(path))
    names, found = Names(elf), {}
    for area in areas.of_elf(elf):
        for (name, address), match in matches.items():
            for value in match.values:
                place = target(match, value, area, names)
                if place is not None and area.name == ".text":
                    found[name, address, value.name] = f"{'!' if place.relocated else ''}{place.place}"
    return found


@pytest.mark.parametrize("isa", ["arm", "thumb"])
@pytest.mark.parametrize("tools", [ARM, ARM_BE8], ids=["little", "be8"])
def test_elements_of_a_repeat_and_their_literals(isa: str, tools: Tools, tmp_path: Path) -> None:
    """The code of each element, with the word that it loads, which stands behind that of all elements."""
    spec = specification("arm/module_plt.tramp", {"PLT_ENT_COUNT": 8})
    code = {"arm": ".inst 0xe59ff018", "thumb": ".inst.w 0xf8dff01c"}[isa]
    lines = [".syntax unified", ".thumb" if isa == "thumb" else ".arm", ".text", ".globl f0"]
    lines += [
        "f0:",
        *[code] * 8,
        *(f".word f1 + {4 * n}" for n in range(8)),
        ".globl f1",
        "f1: .space 64",
        "",
    ]
    path = tools.linked(tmp_path, "\n".join(lines), BASE)
    found = scanned(path, asked_of(spec, isa, path))
    assert sorted(found) == [("plt_entries", BASE + 4 * n) for n in range(8)]
    for number in range(8):
        (value,) = found["plt_entries", BASE + 4 * number].values
        assert (value.name, value.value) == ("lit", BASE + 64 + 4 * number)
    names = resolved(path, found)
    assert names["plt_entries", BASE + 8, "lit"] == "f1+0x8"


def test_where_the_literals_are_is_unknown_without_the_count(tmp_path: Path) -> None:
    spec = specification("arm/module_plt.tramp", {})
    path = ARM.linked(tmp_path, ".text\n.globl f0\nf0: .inst 0xe59ff018\n.space 64\n", BASE)
    (match,) = scanned(path, asked_of(spec, "arm", path)).values()
    assert [(value.kind, value.value) for value in match.values] == [("extern", 0x18)]


@pytest.mark.parametrize("tools", [PPC64LE, PPC64], ids=["little", "big"])
def test_call_sites_in_each_state(tools: Tools, tmp_path: Path) -> None:
    spec = specification("powerpc/call_sites.tramp", {})
    text = """
        .text
        .globl f0
    f0: mflr 0
        std  0, 16(1)
        bl   f1
        nop
        bl   f1
        ld   2, 24(1)
        mflr 0
        nop
        .globl f1
    f1: blr
    """
    path = tools.linked(tmp_path, text, BASE)
    names = ("toc_call", "profile_call", "profile_call_saved")
    found = scanned(path, asked_of(spec, "ppc64", path, names))
    assert {key: (match.pattern.state, match.pattern.cases) for key, match in found.items()} == {
        ("toc_call", BASE + 8): ("", ("elfv1", "elfv2")),
        ("toc_call", BASE + 16): ("restored", ("elfv2",)),
        ("profile_call_saved", BASE + 8): ("", ("pcrel", "elfv2")),
        ("profile_call", BASE + 28): ("disabled", ("pcrel", "elfv2")),
    }
    called = {key: [value.value for value in match.values] for key, match in found.items()}
    assert called["toc_call", BASE + 8] == called["toc_call", BASE + 16] == [BASE + 32]
    assert called["profile_call_saved", BASE + 8] == [BASE + 32]
    assert called["profile_call", BASE + 28] == []


def test_what_joint_masks_take_for_a_member(tmp_path: Path) -> None:
    """A family stands for its members; words that only its masks let through are told apart from these."""
    spec = specification("powerpc/module_stub_2016.tramp", {"PACATOC": 16})
    text = """
        .text
        .globl f0
    f0: std   2, 24(1)
        addis 11, 2, 1
        addi  11, 11, 4
        ld    12, 32(11)
        mtctr 12
        bctr
        std   2, 28(1)
        addis 11, 2, 1
        addi  11, 11, 4
        ld    12, 32(11)
    """
    path = PPC64LE.linked(tmp_path, text, BASE)
    found = scanned(path, asked_of(spec, "ppc64", path, ["module_trampoline"]))
    assert {key: match.pattern.kind for key, match in found.items()} == {
        ("ppc64_stub", BASE): "stub",
        ("module_trampoline", BASE + 24): "family",
    }


def test_open_externs_are_read(compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    spec = compile_text(
        """
        target ppc64
        extern const NEAR as "offsetof(struct a, near)"
        extern const FAR as "offsetof(struct a, far)"
        stub s {
            code {
                ld r3, ${NEAR}(r13)
                addis r4, r13, ${FAR@ha}
                ld r4, ${FAR@l}(r4)
                ld r5, ${NEAR}(r13)
                mtctr r4
                bctr
            }
        }
        """
    ).spec
    assert spec is not None
    text = """
        .text
        .globl f0
    f0: ld 3, -16(13)
        addis 4, 13, 1
        ld 4, -32768(4)
        ld 5, 24(13)
        mtctr 4
        bctr
    """
    path = PPC64LE.linked(tmp_path, text, BASE)
    (match,) = scanned(path, asked_of(spec, "ppc64", path)).values()
    assert [(value.name, value.kind, value.value, value.others) for value in match.values] == [
        ("offsetof(struct a, near)", "extern", -16, (24,)),
        ("offsetof(struct a, far)", "extern", 0x8000, ()),
    ]


def test_what_rests_is_not_read_where_something_else_is(
    compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    """Holes of a region's words at rest are holes only there, as those of a form are only in that."""
    spec = compile_text(
        """
        target ppc64
        stub s {
            param away: branch
            param number
            code {
                patch gone { li r3, ${number} } rest { b ${away} }
                trap
            }
        }
        """
    ).spec
    assert spec is not None
    path = PPC64LE.linked(tmp_path, ".text\n.globl f0\nf0: b f0\ntrap\nli 3, 5\ntrap\n", BASE)
    found = scanned(path, asked_of(spec, "ppc64", path))
    read = {at - BASE: [(value.name, value.value) for value in m.values] for (_, at), m in found.items()}
    assert read == {0: [("away", BASE)], 8: [("number", 5)]}


def test_code_of_thumb_with_literals_stands_at_multiples_of_four(
    compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    """Other code of Thumb stands anywhere."""
    spec = compile_text(
        """
        target thumb
        stub with { code { ldr.w pc, ${&lit}; literal lit: u32 } }
        stub without { code { mov.w r0, #1 } }
        """
    ).spec
    assert spec is not None
    lines = [".syntax unified", ".thumb", ".text", ".globl f0", "f0: nop", "mov.w r0, #1"]
    lines += ["ldr.w pc, [pc, #0]", ".short 1, 2", "nop", "ldr.w pc, [pc, #0]", ".short 1, 2", ""]
    path = ARM.linked(tmp_path, "\n".join(lines), BASE)
    found = scanned(path, asked_of(spec, "thumb", path))
    assert sorted((name, at - BASE) for name, at in found) == [("with", 16), ("without", 2)]


# ---- object files --------------------------------------------------------------------------------------

RELOCATED = [
    (
        "ppc64",
        PPC64LE,
        "param near: branch; param far; code { bl ${near}; addis r3, r2, ${far@ha}; addi r3, r3, ${far@l} }",
        "bl outside; addis 3, 2, outside + 8@toc@ha; addi 3, 3, outside + 8@toc@l",
        {"near": "!outside", "far": "!outside+0x8"},
    ),
    (
        "ppc32",
        PPC32,
        "param near: branch; param far: u32; code { b ${near}; lis r3, ${far@ha}; addi r3, r3, ${far@l} }",
        "b outside + 4; lis 3, own@ha; addi 3, 3, own@l",
        {"near": "!outside+0x4", "far": "!own"},
    ),
    (
        "arm",
        ARM,
        "param near: branch; param far; code { bl ${near}; movw r0, #${far@l}; movt r0, #${far@h}; literal word: u32 }",
        "bl outside; movw r0, #:lower16:outside; movt r0, #:upper16:outside; .word outside + 12",
        {"near": "!outside", "far": "!outside", "word": "!outside+0xc"},
    ),
    (
        "thumb",
        ARM,
        "param near: branch; code { bl ${near}; nop.w }",
        "bl outside; nop.w",
        {"near": "!outside"},
    ),
    (
        "arm64",
        ARM64,
        "param near: branch; param far, r; code { bl ${near}; adrp x${r}, ${far@pg_hi21}; "
        "add x${r}, x${r}, #${far@lo12} }",
        "bl outside; adrp x5, outside + 16; add x5, x5, :lo12:outside + 16",
        {"near": "!outside", "far": "!outside+0x10"},
    ),
    (
        "x86_64",
        X86_64,
        "param near: branch; param far; code { call ${near}; mov rax, [rip + ${far}]; ud2 }",
        "call outside; mov outside + 8(%rip), %rax; ud2",
        {"near": "!outside", "far": "!outside+0x8"},
    ),
    (
        "x86_32",
        X86_32,
        "param near: branch; param far; code { call ${near}; mov eax, ${far}; ud2 }",
        "call outside; mov $outside + 8, %eax; ud2",
        {"near": "!outside", "far": "!outside+0x8"},
    ),
]  # fmt: skip


_BIG = {"ppc64": PPC64, "arm": ARM_BE8, "thumb": ARM_BE8, "arm64": ARM64_BE}
RELOCATED += [(one[0], _BIG[one[0]], one[2], one[3], one[4]) for one in RELOCATED if one[0] in _BIG]


@pytest.mark.parametrize(
    ("isa", "tools", "stub", "text", "expected"), RELOCATED, ids=[f"{r[0]}-{r[1].order}" for r in RELOCATED]
)
def test_holes_that_the_linker_fills(
    isa: str,
    tools: Tools,
    stub: str,
    text: str,
    expected: dict[str, str],
    tmp_path: Path,
    compile_text: Callable[..., Compiled],
) -> None:
    """In an object file holes are named by their relocations: the symbol, and what is added to it."""
    spec = compile_text(f"target {isa}\nstub s {{ {stub} }}\n").spec
    assert spec is not None
    thumb = ".syntax unified\n.thumb\n" if isa == "thumb" else ""
    stray = ".byte 0x0f, 0x0b" if isa.startswith("x86") else "" if isa == "thumb" else ".space 12"
    separated = text.replace("; ", "\n")
    body = f"{thumb}.text\nf0: .globl f0\n{stray}\n{separated}\n.data\nown: .long 0\n"
    path = tools.object(tmp_path, body)
    found = scanned(path, asked_of(spec, isa, path))
    assert len(found) == 1
    assert {param: place for (_, _, param), place in resolved(path, found).items()} == expected


def test_stubs_in_a_section_of_their_own(tmp_path: Path) -> None:
    """Where a module of ppc64 has its stubs."""
    spec = specification("powerpc/module_stub.tramp", PACA)
    copies = planted(spec, ["ppc64"], 0, random.Random(5), 3)
    text = assembly(copies, 0, "ppc64").replace(".text", '.section .stubs, "ax", @progbits')
    path = PPC64LE.object(tmp_path, ".text\nbl outside\n" + text)
    elf = Elf(str(path))
    asked = asked_of(spec, "ppc64", path)
    (area,) = areas.of_elf(elf, [".stubs"])
    found = {(m.pattern.name, m.address) for m in Scan(asked).matches(area) if isinstance(m, Match)}
    assert found >= {(copy.name, copy.address) for copy in copies}
    assert scanned(path, asked).keys() == found


def test_calls_of_a_program_are_those_of_objdump(
    tmp_path: Path, compile_text: Callable[..., Compiled]
) -> None:
    """x86: every call that objdump sees, with its target; besides, what looks like one within other instructions."""
    need("objdump")
    program = Path("/bin/sh").resolve()
    if "x86_64" not in Elf(str(program)).targets:
        pytest.skip("needs a program of x86-64")
    spec = compile_text("target x86_64\nstub c { param x: branch; code { call ${x} } }\n").spec
    assert spec is not None
    shown = succeed(tmp_path, "objdump", "-d", str(program)).decode()
    calls = re.findall(r"^ +([0-9a-f]+):\te8 (?:.. ){4}\s*call +([0-9a-f]+)", shown, re.MULTILINE)
    found = scanned(program, asked_of(spec, "x86_64", program))
    assert len(calls) > 100
    assert [found["c", int(at, 16)].values[0].value for at, _ in calls] == [int(to, 16) for _, to in calls]


def test_branches_within_a_section_need_no_relocation(
    tmp_path: Path, compile_text: Callable[..., Compiled]
) -> None:
    spec = compile_text("target ppc64\nstub s { param x: branch; code { b ${x}; trap } }\n").spec
    assert spec is not None
    path = PPC64LE.object(tmp_path, ".text\nf0: nop\nlocal: nop\nnop\nb local + 4\ntrap\n")
    found = scanned(path, asked_of(spec, "ppc64", path))
    assert resolved(path, found) == {("s", 12, "x"): "local+0x4"}


# ---- symbols -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("linked", [True, False])
def test_functions_that_only_have_a_descriptor(
    linked: bool, tmp_path: Path, compile_text: Callable[..., Compiled]
) -> None:
    """ELFv1: the symbol is that of the descriptor in .opd; its code is called `.name`."""
    spec = compile_text("target ppc64\nstub s { param x: branch; code { b ${x}; trap } }\n").spec
    assert spec is not None
    text = """
        .section .opd, "aw"
        .globl f0, g
        .type f0, @function
        .type g, @function
    f0: .quad .Lf0, 0, 0
    g:  .quad .Lg, 0, 0
        .text
    .Lf0: nop
        b .Lg + 4
        trap
    .Lg: nop
        nop
    """
    path = PPC64.linked(tmp_path, text, BASE) if linked else PPC64.object(tmp_path, text)
    found = scanned(path, asked_of(spec, "ppc64", path))
    place = BASE + 4 if linked else 4
    assert resolved(path, found) == {("s", place, "x"): ".g+0x4"}
    elf = Elf(str(path))
    section = elf.by_name[".text"]
    assert str(Names(elf).of(section.index, place)) == ".f0+0x4"


MIXED = """
    .syntax unified
    .text
    .globl f0
    .arm
f0: .inst 0xe12fff1c
    .word 0xe12fff1c
    .thumb
    .thumb_func
    .type g, %function
g:  .inst.w 0xf8dff000
    .word 0xe12fff1c
    .word 0xf000f8df
    .arm
    .inst 0xf000f8df
"""


def test_mapping_symbols_say_what_is_code(tmp_path: Path, compile_text: Callable[..., Compiled]) -> None:
    """The same words as data, or as code of the other kind, are no matches; in a file without symbols all are."""
    text = "stub s {{ code {{ {} }} }}\n"
    arm = compile_text("target arm\n" + text.format("bx r12")).spec
    thumb = compile_text("target thumb\n" + text.format("ldr.w pc, [pc, #0]")).spec
    assert arm is not None
    assert thumb is not None
    path = ARM.linked(tmp_path, MIXED, BASE)
    assert sorted(scanned(path, asked_of(arm, "arm", path))) == [("s", BASE)]
    assert sorted(scanned(path, asked_of(thumb, "thumb", path))) == [("s", BASE + 8)]
    elf = Elf(str(path))
    assert str(Names(elf).at(BASE + 8)) == "g"
    assert str(Names(elf).at(BASE + 10)) == "g+0x2"
    succeed(tmp_path, f"{ARM.prefix}strip", "x")
    assert [at - BASE for _, at in sorted(scanned(path, asked_of(arm, "arm", path)))] == [0, 4, 12]
    assert [at - BASE for _, at in sorted(scanned(path, asked_of(thumb, "thumb", path)))] == [8, 16, 20]
