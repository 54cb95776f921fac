"""Tables against brute force, masks against those that Linux has, slots against every address, states against words."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLES, Compiled, compile_file
from trampgen import isa as isas
from trampgen.derive.slots import slots
from trampgen.diagnostics import Report
from trampgen.emit.header import header
from trampgen.expand.described import Drafts
from trampgen.expand.slots import DraftSlot
from trampgen.model.source import Span
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import CopiedInsn, Slot

Compile = Callable[..., Compiled]
AT = Span("spec.tramp", 1, 1, 1, 2)

# ---- what Linux has -------------------------------------------------------------------------------------

# (mask, value) of arch/powerpc/include/asm/probes.h in 6.12.
TRAPS = {
    "tw": (0xFC0007FE, 0x7C000008),
    "td": (0xFC0007FE, 0x7C000088),
    "tdi": (0xFC000000, 0x08000000),
    "twi": (0xFC000000, 0x0C000000),
}
# Extended opcodes of instructions that can't be single-stepped there, under opcodes 19 and 31.
UNSTEPPED = {19: (18, 38, 39, 50, 51, 82, 274, 306, 370, 402, 434, 466, 498), 31: (4, 68, 146, 178)}


def example(name: str) -> Compiled:
    return compile_file(EXAMPLES / "linux" / "powerpc" / f"{name}.tramp")


def test_traps_are_those_of_linux() -> None:
    spec = example("uprobes").spec
    assert spec is not None
    wide, narrow = spec.tables[0].variants
    assert {name: (row.mask, row.value) for name, row in wide.rows} == TRAPS
    assert {name for name, _ in narrow.rows} == {"tw", "twi"}
    assert [(v.word, v.row) for v in spec.breakpoints[0].variants] == [(0x7FE00008, "tw")] * 2


def test_what_is_not_single_stepped_is_what_linux_does_not_single_step() -> None:
    spec = example("uprobes").spec
    assert spec is not None
    [variant] = spec.tables[1].variants
    expected = {(0xFC000000, opcode << 26) for opcode in (2, 3, 17)}
    expected |= {
        (0xFC0007FE, major << 26 | minor << 1) for major, all_ in UNSTEPPED.items() for minor in all_
    }
    assert {(row.mask, row.value) for _, row in variant.rows} == expected
    assert len(variant.rows) == len(expected)


# ---- rows ----------------------------------------------------------------------------------------------


def table(compile_text: Compile, *rows: str) -> Compiled:
    return compile_text("target ppc64\ntable t: u32 unordered {\n" + "\n".join(rows) + "\n}\n")


def only(found: Compiled) -> dict[str, tuple[int, int]]:
    assert found.spec is not None, [d.message for d in found.found]
    return {name: (row.mask, row.value) for name, row in found.spec.tables[0].variants[0].rows}


def test_three_ways_to_say_one_row(compile_text: Compile) -> None:
    for pattern in (
        "asm { tw ${to}, ${ra}, ${rb} } ignoring 1",
        "011111 <to:5> <ra:5> <rb:5> 0000000100 -",
        "mask 0xfc0007fe value 0x7c000008",
        "asm { raw 0x7c000008 } ignoring 0x03fff801",
    ):
        assert only(table(compile_text, f"row = {pattern}")) == {"row": TRAPS["tw"]}


def test_the_assembler_fixes_a_bit_that_is_reserved(compile_text: Compile) -> None:
    assert only(table(compile_text, "row = asm { tw ${to}, ${ra}, ${rb} }")) == {
        "row": (0xFC0007FF, 0x7C000008)
    }


def test_a_constant_is_no_field_and_a_case_chooses_rows(compile_text: Compile) -> None:
    found = compile_text("""
        target ppc64
        variant width { wide when "W"; narrow }
        const TO = { wide: 31, narrow: 4 }
        table t: u32 unordered {
            trap = asm { tw ${TO}, ${ra}, ${rb} }
            if narrow && TO == 4 { nop = asm { nop } }
        }
    """)
    assert found.spec is not None
    wide, narrow = found.spec.tables[0].variants
    assert [(name, row.value, [hole.param for hole in row.holes]) for name, row in wide.rows] == [
        ("trap", 0x7FE00008, ["ra", "rb"])
    ]
    assert [(name, row.value) for name, row in narrow.rows] == [("trap", 0x7C800008), ("nop", 0x60000000)]


def bits(mask: int, value: int) -> str:
    """A mask and a value as the spec writes bits."""
    return "".join("-" if not mask >> i & 1 else str(value >> i & 1) for i in range(31, -1, -1))


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=4))
def test_overlap_is_what_brute_force_finds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int]]
) -> None:
    """Rows over four bits of the word, the others fixed: every word can be tried."""
    masks = [(mask << 28 | 0x0FFFFFFF, (mask & value) << 28) for mask, value in rows]
    lines = [f"r{n} = {bits(*row)}" for n, row in enumerate(masks)]
    path = tmp_path_factory.mktemp("rows") / "spec.tramp"
    head = "//! SPDX-License-Identifier: MIT\ntarget ppc64\ntable t: u32 unordered {\n"
    path.write_text(head + "\n".join(lines) + "\n}\n")
    words = [word << 28 for word in range(16)]
    sets = [{word for word in words if word & mask == value} for mask, value in masks]
    pairs = sum(bool(one & other) for one, other in itertools.combinations(sets, 2))
    found = compile_file(path)
    assert found.codes == ["rows-overlap"] * pairs
    for diagnostic in found.found:
        witness = int(diagnostic.notes[0].text[:8], 16)
        assert sum(witness in accepted for accepted in sets) >= 2
    if found.spec is not None:
        assert list(only(found).values()) == masks


# ---- slots ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [4, 8, 12, 16, 20, 24, 40, 64])
@pytest.mark.parametrize("align", [4, 8, 16, 64])
@pytest.mark.parametrize("reserve", [0, 1, 5])
def test_a_pair_never_crosses_a_boundary(size: int, align: int, reserve: int, compile_text: Compile) -> None:
    """Brute force: every slot of every area that the alignment allows."""
    found = compile_text(
        f'target ppc64\nslot s size {size} align {align} page "PAGE" reserve {reserve} {{ copied insn: 4 or 8 }}\n'
    )
    if size < 8 or size % align:
        assert found.codes == ["bad-slot"]
        return
    starts = {
        (area + slot * size) % 64 for area in range(0, 64, align) for slot in range(reserve, reserve + 64)
    }
    assert (found.codes == ["prefix-alignment"]) == (60 in starts)
    assert (found.spec is not None) == (60 not in starts)
    for diagnostic in found.found:  # the witness is one
        text = diagnostic.notes[0].text
        if plain := re.match(r"slot (\d+) is at offset (\d+)", text):
            number, offset = int(plain[1]), int(plain[2])
            assert offset == number * size
        else:
            other = re.match(r"slot (\d+) of an area that begins at (\d+) mod 64", text)
            assert other is not None
            number, begin = int(other[1]), int(other[2])
            offset = begin + number * size
            assert begin % align == 0
        assert offset % 64 == 60
        assert number >= reserve


def drafted(size: int, copied: tuple[int, ...]) -> Drafts:
    """A slot that nothing fills."""
    number = ast.Number(size, AT)
    name = ast.Name("xol", AT)
    insn = CopiedInsn(ast.Name("insn", AT), (number,), "", AT)
    declared = Slot(name, number, None, number, None, None, (insn,), "", AT)
    draft = DraftSlot((), size, 4, "PAGE_SIZE", 0, copied, None, None)
    return Drafts([], [], [(declared, (), [draft])], [], [], [])


@pytest.mark.parametrize(
    ("arch", "size", "copied", "codes"),
    [
        ((4, 8 | 1 << 31), 8, (4,), []),  # powerpc: zero is no instruction
        ((0, 1 << 31), 8, (4,), ["slot-fill"]),  # ARM: zero is `andeq r0, r0, r0`
        ((0, 1 << 31), 4, (4,), []),  # nothing is left
        ((0, 1 << 31), 8, (4, 8), ["slot-fill"]),
    ],
)
def test_zero_must_not_be_run(
    arch: tuple[int, int], size: int, copied: tuple[int, ...], codes: list[str]
) -> None:
    isa = dataclasses.replace(isas.load("ppc64"), capstone=arch)
    report = Report()
    found = slots(drafted(size, copied), {}, lambda _: isa, report)
    assert [diagnostic.code for diagnostic in report.found] == codes
    assert found[0].variants[0].filler == 0


# ---- call sites ----------------------------------------------------------------------------------------


def test_call_sites_are_those_of_the_abis() -> None:
    spec = example("call_sites").spec
    assert spec is not None
    toc, short, saved = spec.callsites
    states = {dict(v.when)["abi"]: [[w.value for _, w in s.words] for s in v.states] for v in toc.variants}
    assert states == {
        "elfv1": [[0x48000001, 0x60000000], [0x48000001, 0xE8410028]],
        "elfv2": [[0x48000001, 0x60000000], [0x48000001, 0xE8410018]],
    }
    assert [dict(v.when)["abi"] for v in short.variants] == ["pcrel", "elfv2"]
    for variant in saved.variants:
        assert [(i, w.value) for i, w in variant.states[0].words] == [
            (-2, 0x7C0802A6),
            (-1, 0xF8010010),
            (0, 0x48000001),
        ]


def test_a_rule_about_a_state_that_is_not_there_says_nothing(compile_text: Compile) -> None:
    found = compile_text("""
        target ppc64
        variant abi { one when "ONE"; two }
        callsite call {
            word 0 = asm { bl ${func} }
            if one { replace off { word 0 = asm { blr } } }
            if two { replace off { word 0 = asm { bctr } } }
            if one { replace gone { word 0 = asm { bctrl } } }
            never nop word 0 in gone
        }
    """)
    assert found.spec is not None, [d.message for d in found.found]
    one, two = found.spec.callsites[0].variants
    assert ([rule.state for rule in one.never], [rule.state for rule in two.never]) == (["gone"], [])
    assert [state.name for state in two.states] == [None, "off"]


def test_a_spec_of_nothing_else_has_a_header(compile_text: Compile, tmp_path: Path) -> None:
    found = compile_text("target ppc32\nbreakpoint probe { code { trap } }\n")
    assert found.spec is not None
    assert "#define PROBE_INSN 0x7fe00008" in header(found.spec, "trampgen build")
