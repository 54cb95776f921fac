"""`trampgen import OBJ:SYMBOL`: what is made of code and of arrays, and that it builds back to the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import EXAMPLES, compile_file
from tests.unit.elf_files import Object, Rel, Sym
from tests.unit.importing import built, code, imported, unlike
from trampgen.emit import blob
from trampgen.model.memory import ByteOrder
from trampgen.model.spec import TemplateVariant

ORDERS: dict[str, ByteOrder] = {
    "ppc64le": "little", "ppc64be": "big", "ppc32": "big", "arm": "little", "armbe": "big", "arm64": "little",
    "arm64be": "be8", "x86_64": "little", "x86_32": "little", "riscv64": "little",
}  # fmt: skip
MARKS = {"arm": "$a", "armv5": "$a", "armv4": "$a", "thumb": "$t", "arm64": "$x"}


def words(*values: int, order: ByteOrder = "little") -> bytes:
    return b"".join(value.to_bytes(4, "little" if order == "little" else "big") for value in values)


def code_of(machine: str, data: bytes, path: Path, *more: Sym, relocations: tuple[Rel, ...] = ()) -> str:
    """An object with a function t; returns what to import."""
    symbols = [Sym("t", ".text", 0, len(data)), *more]
    Object(machine, {".text": data}, symbols, relocations).write(path / "o.o")
    return f"{path / 'o.o'}:t"


# ---- what comes out -------------------------------------------------------------------------------------


PRINTED = """\
//! SPDX-License-Identifier: MIT
target ppc64

stub t {
    symbol t
    symbol other at other
    param far: branch
    code {
        mflr   r0
        for n in 2..7 { std r${n}, ${8 * n + 48}(r1) }
    call:
        bl     ${far}
        nop
        beq    ${&call}
        b      ${&at_34}
    other:
        nop  // a nop: is this patched?
        blr
    at_34:
    }
}
"""


def test_a_function_with_labels_params_and_a_loop(tmp_path: Path) -> None:
    saves = [0xF8010000 | n << 21 | 48 + 8 * n for n in range(2, 8)]
    data = words(0x7C0802A6, *saves, 0x48000001, 0x60000000, 0x4182FFF8, 0x4800000C, 0x60000000, 0x4E800020)
    marks = [Sym("t_call", ".text", 28), Sym("other", ".text", 44), Sym("far", None)]
    word = code_of("ppc64le", data, tmp_path, *marks, relocations=(Rel(".text", 28, 10, "far"),))
    _, text = imported(word)
    assert text == PRINTED
    assert unlike(built(text, tmp_path), data, "little") == []


def test_a_label_has_the_template_s_name_before_its_own(tmp_path: Path) -> None:
    """What both symbols begin with is the template's; a clause says what can't be seen by that."""
    symbols = [
        Sym(name, ".text", at) for at, name in ((0, "probe_entry"), (4, "probe_call"), (8, "probe_end"))
    ]
    Object("ppc64le", {".text": words(*[0x60000000] * 3)}, symbols).write(tmp_path / "o.o")
    _, text = imported(f"{tmp_path / 'o.o'}:probe_entry", "probe_end")
    assert "stub probe {\n    symbol probe_entry to probe_end\n    code {\n        nop\n    call:\n" in text
    assert len(built(text, tmp_path).words) == 2


def test_names_that_the_language_does_not_take(tmp_path: Path) -> None:
    """Dots, words of C, names that differ in case only: what a name says of the object stays in a clause."""
    marks = [
        Sym(name, ".text", at) for at, name in ((4, "a.b"), (8, "int"), (12, "A_B"), (12, "9x"), (12, "T"))
    ]
    word = code_of("ppc64le", words(*[0x60000000] * 4), tmp_path, *marks)
    drafts, text = imported(word)
    assert drafts[0].labels == {4: ["a_b"], 8: ["int_"], 12: ["_9x", "A_B_2", "T_2"]}
    assert 'symbol "a.b" at a_b' in text
    assert built(text, tmp_path).size == 16


def test_branches_to_the_outside_of_a_linked_file(tmp_path: Path) -> None:
    """There are no relocations: what a branch goes to is found among the symbols."""
    data = words(0x48000011, 0x4BFFFFFD, 0x48000010, 0x4E800020, 0x60000000, 0x60000000, 0x60000000)
    symbols = [Sym("t", ".text", 4, 12), Sym("before", ".text", 0), Sym("next", ".text", 16)]
    Object("ppc64le", {".text": data}, symbols, kind=2).write(tmp_path / "o")
    _, text = imported(f"{tmp_path / 'o'}:t")
    assert code(text) == ["bl ${before}", "b ${next_8}", "blr"]
    assert "param next_8: branch = next + 0x8" in text


def test_an_array_is_numbers_and_code_is_not(tmp_path: Path) -> None:
    """Of a big-endian image whose instructions are little-endian, code is; an array of words has the order of data."""
    program = (0xE3A00001, 0xE59F0000, 0xE12FFF1E, 0x12345678)
    data = words(*program[:3]) + words(program[3], order="big")
    array = words(*program, order="big")
    symbols = [Sym("t", ".text", 0, 16), Sym("$a", ".text"), Sym("$d", ".text", 12), Sym("a", ".data", 0, 16)]
    be8 = Object("armbe", {".text": data, ".data": array}, symbols, flags=0x00800000, kind=2)
    be8.write(tmp_path / "o")
    of_code = imported(f"{tmp_path / 'o'}:t")[1]
    of_array = imported(f"{tmp_path / 'o'}:a")[1]
    assert code(of_code) == code(of_array)
    assert code(of_code) == [
        "mov r0, #1",
        "ldr r0, ${&literal_c}",
        "bx lr",
        "literal literal_c: u32 rest 0x12345678",
    ]
    assert unlike(built(of_code, tmp_path), data, "be8") == []


def test_code_in_a_section_of_data_is_code_by_its_mark(tmp_path: Path) -> None:
    program = (0xE1A0C00D, 0xE12FFF1E)
    data = words(*program) + words(*program, order="big")
    symbols = [
        Sym("t", ".rodata", 0, 8),
        Sym("$a", ".rodata"),
        Sym("u", ".rodata", 8, 8),
        Sym("$d", ".rodata", 8),
    ]
    Object("armbe", {".rodata": data}, symbols, flags=0x00800000, kind=2).write(tmp_path / "o")
    for symbol in "tu":
        assert code(imported(f"{tmp_path / 'o'}:{symbol}")[1]) == ["mov ip, sp", "bx lr"]


# ---- what an instruction set has of its own --------------------------------------------------------------


@pytest.mark.parametrize(
    ("machine", "data", "lines"),
    [
        ("x86_64", "eb01 90 c3", ["jmp ${&at_3}", "nop", "at_3:", "ret"]),
        ("x86_64", "e901000000 90 c3", ["jmp near ${&at_6}", "nop", "at_6:", "ret"]),
        ("x86_64", "0f84 fa010000" + "90" * 506 + "c3", ["je ${&at_200}"]),
        (
            "x86_64",
            "ff1501000000 c3 8877665544332211",
            ["call qword ptr [rip + ${&literal_7}]", "ret", "literal literal_7: u64 rest 0x1122334455667788"],
        ),
        ("x86_64", "0f1f440000 6690 48bf8000000000000000", ["nop5", "nop2", "movabs rdi, 0x80"]),
        (
            "x86_64",
            "f348ab 0fb9cc",
            ['raw 0xf3, 0x48, 0xab "rep stosq qword ptr [rdi], rax"', "ud1 ecx, esp"],
        ),
        ("x86_64", "6808000000 06", ["raw 0x68, 0x08, 0x00, 0x00, 0x00 // push 8", "raw 0x06"]),
        ("x86_32", "16 2e8b0424 64a100000000", None),
        ("arm", "04009fe5 1eff2fe1 00f020e3 78563412", None),
        (
            "arm64",
            "40000018 c0035fd6 78563412",
            ["ldr w0, ${&literal_8}", "ret", "literal literal_8: u32 rest 0x12345678"],
        ),
        ("arm64", "e0079fd2 c0035fd6", ["mov x0, #0xf83f", "ret"]),
        ("arm64", "60008152 5f2403d5", ["mov w0, #0x803", "bti c"]),
        ("arm64", "00000090", ["raw 0x90000000 // adrp x0, #0x10000000"]),
        ("ppc64le", "7e1e007c 2c4a107d", None),
        ("riscv64", "13000000", ['raw 0x00000013 "nop"']),
    ],
)
def test_instructions(machine: str, data: str, lines: list[str] | None, tmp_path: Path) -> None:
    raw = bytes.fromhex(data)
    _, text = imported(code_of(machine, raw, tmp_path))
    if lines is not None:
        assert code(text)[: len(lines)] == lines
    assert unlike(built(text, tmp_path), raw, ORDERS[machine]) == []


def test_wide_and_narrow_instructions_of_thumb(tmp_path: Path) -> None:
    """A wide instruction is read where it begins: a word that holds the end of one and the beginning of another is
    none, whatever its halves could be."""
    halves = [0xBF00, 0xF04F, 0x0001, 0x4770, 0xF000, 0xB800, 0xBF00, 0x4770]
    data = b"".join(half.to_bytes(2, "little") for half in halves)
    drafts, text = imported(code_of("arm", data, tmp_path, Sym("$t", ".text")))
    assert drafts[0].isa.name == "thumb"
    assert code(text) == [
        "raw 0xbf00f04f",
        "raw 0x00014770",
        "b.w ${&at_c}",
        "at_c:",
        'raw 0xbf004770 "nop; bx lr"',
    ]
    assert unlike(built(text, tmp_path), data, "little") == []


@pytest.mark.parametrize(
    ("nops", "place"),
    [
        (0, "layout t_place align 8 {\n    code words size 8\n}"),
        (1, "layout t_place align 16 {\n    code words size 12\n    pad size 4\n}"),
        (15, "layout t_place align 8 {\n    pad size 4\n    code words size 68\n}"),
    ],
)
def test_prefixed_instructions_stand_in_a_layout(nops: int, place: str, tmp_path: Path) -> None:
    data = words(*[0x60000000] * nops, 0x04100000, 0xE5800000)
    drafts, text = imported(code_of("ppc64le", data, tmp_path))
    assert place in text
    assert code(text)[-1] == "pld r12, 0(0), 1"
    assert "it is aligned to" in drafts[0].guesses[0]
    assert unlike(built(text, tmp_path), data, "little") == []


def test_pairs_that_can_stand_nowhere_are_data(tmp_path: Path) -> None:
    """With one at every place modulo 64 some pair would cross a boundary: so many are no code."""
    data = words(*([0x06000000, 0x38600001] * 8 + [0x60000000]) * 2)
    _, text = imported(code_of("ppc64le", data, tmp_path))
    assert unlike(built(text, tmp_path), data, "little") == []
    assert "literal literal_" in text


# ---- everything ----------------------------------------------------------------------------------------

MACHINES = {
    "ppc64": ("ppc64le", "ppc64be"), "arm64": ("arm64", "arm64be"), "thumb": ("arm",), "armv5": ("arm",),
    "armv4": ("arm",),
}  # fmt: skip
RAW = {  # instructions of a template that are left
    "arm64/module_plt": 1,  # adrp: nothing says which page that is
    "powerpc/static_call32": 1,  # a word of data, in code without marks
    "x86/optprobe": 3,  # nops of processors before the P6
}


SPECS = [path for path in sorted((EXAMPLES / "linux").rglob("*.tramp")) if not path.stem.endswith(".inc")]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_blobs_of_examples_come_back(path: Path, tmp_path: Path) -> None:
    """Each template of an example, in each case and byte order, as an object."""
    spec = compile_file(path).spec
    assert spec is not None
    most = 0
    for variant in (one for template in spec.templates for one in template.variants):
        for machine in MACHINES.get(variant.isa, (variant.isa,)):
            data = blob.code(variant, ORDERS[machine])
            drafts, text = imported(code_of(machine, data, tmp_path, *_marks(variant)), target=variant.isa)
            assert unlike(built(text, tmp_path), data, ORDERS[machine]) == []
            most = max(most, sum(line.is_left for line in drafts[0].lines()))
    assert most == RAW.get(f"{path.parent.name}/{path.stem}", 0)


def _marks(variant: TemplateVariant) -> Iterator[Sym]:
    if variant.isa in MARKS:
        for i, word in enumerate(variant.words):
            is_data = word.kind == "data"
            if i == 0 or is_data != (variant.words[i - 1].kind == "data"):
                yield Sym("$d" if is_data else MARKS[variant.isa], ".text", 4 * i)


def _random(machine: str, target: str | None, data: bytes, folder: Path) -> None:
    marks = [Sym("$t", ".text")] if target == "thumb" else []
    labels = [Sym("a", ".text", 8), Sym("b", ".text", len(data) // 2), Sym("c", ".text", 13)]
    _, text = imported(code_of(machine, data, folder, *marks, *labels), target=target)
    assert unlike(built(text, folder), data, ORDERS[machine]) == []


@pytest.mark.parametrize(
    ("machine", "target"),
    [*((machine, None) for machine in ORDERS), ("arm", "thumb"), ("arm", "armv4")],
)
def test_whatever_words_there_are_come_back(
    machine: str, target: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As instructions, as data, or raw; a label anywhere changes nothing of it."""
    folder = tmp_path_factory.mktemp("random")

    @settings(max_examples=4)
    @given(st.binary(min_size=256, max_size=1024))
    def check(data: bytes) -> None:
        _random(machine, target, data[: len(data) // 4 * 4], folder)

    check()
