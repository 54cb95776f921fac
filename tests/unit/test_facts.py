"""C texts of externs as expressions, and what follows from the comments of asm-offsets.h."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Compiled, compile_file, need
from tests.objects import compiled
from trampgen.diagnostics import Report
from trampgen.facts.asm_offsets import AsmOffsets, read_asm_offsets
from trampgen.facts.expression import Atom, atoms, evaluate, parse
from trampgen.model.source import Sources

KNOWN = {
    Atom("offsetof", "struct pt_regs", "gpr[2]"): 16, Atom("sizeof", "struct pt_regs"): 384, Atom("name", "FRAME"): 48,
    Atom("sizeof", "unsigned long"): 8, Atom("sizeof", "void *"): 8, Atom("offsetof", "func_desc_t", "a.b[0].c"): 24,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("16", 16), ("0x10", 16), ("020", 16), ("0", 0), ("16UL", 16), (" 1 + 2*3 ", 7), ("(1 + 2) * 3", 9),
        ("1 << 2 + 1", 8), ("10 - 2 - 3", 5), ("-8 + FRAME", 40), ("- -3", 3), ("FRAME", 48),
        ("offsetof(struct pt_regs, gpr[2])", 16), ("offsetof(struct pt_regs,gpr[0x2])", 16),
        ("FRAME + offsetof( struct  pt_regs , gpr [ 2 ] )", 64), ("sizeof(struct pt_regs) + 8", 392),
        ("2 * sizeof(const unsigned long)", 16), ("sizeof(void*)", 8), ("offsetof(func_desc_t, a.b[0].c)", 24),
        ("UNKNOWN + 1", None), ("offsetof(struct pt_regs, nip)", None), ("1 << 64", None), ("1 << (0 - 1)", None),
    ],
)  # fmt: skip
def test_values(text: str, value: int | None) -> None:
    expression = parse(text)
    assert expression is not None
    assert evaluate(expression, KNOWN.get) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "(1", "1)", "f(1)", "a ? 1 : 2", "1 / 2", "a->b", "&a", "08", "1x", "offsetof(struct s)", "sizeof x",
        "offsetof(struct s, a[i])", "offsetof(struct s, a[1 + 1])", "1 2", "sizeof()", "a.b", "'a'", '"a"', "~0",
        "(" * 200 + "1" + ")" * 200,
    ],
)  # fmt: skip
def test_what_stays_symbolic(text: str) -> None:
    assert parse(text) is None


@given(st.text("0123456789abx+-*<>()., [](struct)offsetof sizeof_", max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    expression = parse(text)
    if expression is not None:
        assert all(parse(str(atom)) == atom for atom in atoms(expression))


def sums() -> st.SearchStrategy[str]:
    numbers = st.integers(0, 1000).map(str)
    return st.recursive(
        numbers,
        lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        max_leaves=8,
    )


@given(sums())
def test_values_are_those_of_python(text: str) -> None:
    expression = parse(text)
    assert expression is not None
    assert evaluate(expression, KNOWN.get) == eval(text)


# ---- asm-offsets.h -------------------------------------------------------------------------------------

HEADER = """\
#ifndef __ASM_OFFSETS_H__
#define __ASM_OFFSETS_H__
/*
 * DO NOT MODIFY.
 */

#define PACATOC 16 /* offsetof(struct paca_struct, kernel_toc) */
#define GPR2 64 /* STACK_INT_FRAME_REGS + offsetof(struct pt_regs, gpr[2]) */
#define STACK_INT_FRAME_REGS 48 /* STACK_INT_FRAME_REGS */
#define PACA_TI 2312 /* offsetof(struct paca_struct, __current) + offsetof(struct task_struct, thread_info) */
#define TI 0 /* offsetof(struct task_struct, thread_info) */
#define BELOW -48 /* 0 - STACK_INT_FRAME_REGS */
#define TWO 10 /* offsetof(struct a, b) + offsetof(struct c, d) */
#define EXTRA 24 /* sizeof(struct pt_regs) - 8 * 45 */
#define SHIFT 5 /* ilog2(sizeof(struct x)) */
#define PLAIN 7
#define NOT_A_NUMBER (1 + 2) /* 3 */

#endif
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], tuple[AsmOffsets | None, Report]]:
    def read(text: str) -> tuple[AsmOffsets | None, Report]:
        path = tmp_path / "asm-offsets.h"
        path.write_text(text)
        report = Report()
        return read_asm_offsets(str(path), Sources(), report), report

    return read


def offset(struct: str, path: str) -> Atom:
    return Atom("offsetof", f"struct {struct}", path)


def test_what_follows_from_comments(read: Callable[[str], tuple[AsmOffsets | None, Report]]) -> None:
    found, report = read(HEADER)
    assert found is not None
    assert not report.found
    assert [found.named(name) for name in ("PACATOC", "PLAIN", "BELOW", "SHIFT", "NONE")] == [
        16,
        7,
        -48,
        5,
        None,
    ]
    assert found.value(offset("paca_struct", "kernel_toc")) == 16
    assert found.value(offset("pt_regs", "gpr[2]")) == 16
    assert found.value(offset("paca_struct", "__current")) == 2312
    assert found.value(Atom("sizeof", "struct pt_regs")) == 384
    assert found.value(Atom("name", "PLAIN")) == 7
    for unknown in (
        offset("a", "b"),
        offset("c", "d"),
        Atom("sizeof", "struct x"),
        Atom("name", "NOT_A_NUMBER"),
    ):
        assert found.value(unknown) is None


def test_a_name_with_two_numbers(read: Callable[[str], tuple[AsmOffsets | None, Report]]) -> None:
    assert [one.code for one in read("#define A 1\n#define A 2\n")[1].found] == ["constants-differ"]
    assert not read("#define A 1\n#define A 1\n")[1].found


# ---- from several sources ------------------------------------------------------------------------------

TABLES = (
    "struct t { int flat[6]; int deep[3][2]; }; struct t a_table; enum size { SMALL = 8, LARGE = SMALL * 2 };"
)


@pytest.fixture
def both(tmp_path: Path) -> tuple[str, str]:
    """DWARF and BTF of the same types. gcc's BTF has arrays of arrays as they are; pahole writes them as one."""
    need("powerpc64le-linux-gnu-gcc")
    flat = TABLES.replace("deep[3][2]", "deep[6]")
    for name, text, flag in (("dwarf", TABLES, "-g"), ("btf", flat, "-gbtf")):
        compiled("powerpc64le-linux-gnu-gcc", text + "enum size s;", tmp_path / f"{name}.o", (flag,))
    return str(tmp_path / "dwarf.o"), str(tmp_path / "btf.o")


def spec(tmp_path: Path, text: str, elf: tuple[str, ...]) -> Compiled:
    path = tmp_path / "a.tramp"
    path.write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{text}\n")
    return compile_file(path, elf=elf)


def values(result: Compiled) -> dict[str, int | None]:
    assert result.spec is not None, result.found
    return {extern.name: extern.value for extern in result.spec.externs}


def test_arrays_of_arrays(both: tuple[str, str], tmp_path: Path) -> None:
    lines = " ".join(f"lwz r3, ${{t.{path}}}(r1);" for path in ("deep[1]", "deep[1][1]", "flat[2]"))
    text = f"extern struct t\nstub s {{ code {{ {lines} }} }}"
    assert values(spec(tmp_path, text, both)) == {"t.deep[1]": 32, "t.deep[1][1]": 36, "t.flat[2]": 8}


def test_enumerators_and_what_is_computed_from_them(both: tuple[str, str], tmp_path: Path) -> None:
    text = """
    extern const A as "LARGE"
    extern const B as "sizeof(struct t) + LARGE * sizeof(u64)"
    extern const C as "sizeof(int) << SMALL"
    extern const D as "sizeof(struct t) + MACRO"
    stub s { code { lwz r3, ${A}(r1); lwz r3, ${B - 48}(r1); lwz r3, ${C}(r1); lwz r3, ${D}(r1) } }
    """
    found = values(spec(tmp_path, text, both))
    assert found == {"A": 16, "B": None, "C": 1024, "D": None}


def test_values_are_for_sizes_too(both: tuple[str, str], tmp_path: Path) -> None:
    text = """
    extern const SIZE as "sizeof(struct t)"
    layout entry { data body : ctype "struct t" size SIZE }
    stub s { code { blr } }
    """
    result = spec(tmp_path, text, both)
    assert result.spec is not None
    assert result.spec.layouts[0].variants[0].size == 48


def test_a_file_that_can_not_be_read_is_said_once(tmp_path: Path) -> None:
    need("powerpc64le-linux-gnu-gcc")
    path = compiled("powerpc64le-linux-gnu-gcc", TABLES, tmp_path / "split.o", ("-g", "-gsplit-dwarf"))
    text = "extern struct t\nstub s { code { lwz r3, ${t.deep[1]}(r1); lwz r3, ${t.flat[2]}(r1) } }"
    result = spec(tmp_path, text, (str(path),))
    assert result.codes == ["bad-elf"]
    assert "split debug info" in result.found[0].message
