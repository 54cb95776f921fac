"""QEMU's pattern format: what inherits from what, what is refused and in which words, and the table that is printed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Compiled, compile_file
from trampgen.cubes.cube import Cube
from trampgen.decode.rows import Bits, Field, Of
from trampgen.importing.decodetree import Group, Pattern, Unreadable, parse
from trampgen.importing.rows import named, overlaps, rows
from trampgen.importing.tramp import row, table


def fields_of(pattern: Pattern) -> dict[str, Field]:
    return {field.name: field for field in pattern.fields}


def refused(text: str, width: int = 16) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        parse(text, width)
    return [f"{wrong.line}: {wrong.message}" for wrong in caught.value.found]


def test_bits_are_joined_with_those_of_the_format() -> None:
    text = "&three a b c:bool\n@regs .... a:4 b:4 ..0. &three\none 0001 .... .... 10.1 @regs c=1\n"
    group = parse(text, 16)
    [one] = group.patterns()
    assert one.cube == Cube(0xF00F, 0x1009, 16)
    assert one.arguments == "three"
    assert fields_of(one) == {
        "a": Field("a", (Bits(8, 4),)),
        "b": Field("b", (Bits(4, 4),)),
        "c": Field("c", constant=1),
    }


def test_fields_of_all_kinds() -> None:
    text = """
%parts  0:s4 8:4 !function=scaled
%lowest 4:4
%param  !function=asked
%made   low:2 4:s2
i 1010 .... .... .... imm=%parts p=%param low=%lowest m=%made
"""
    [pattern] = parse(text, 16).patterns()
    assert fields_of(pattern) == {
        "imm": Field("imm", (Bits(0, 4, True), Bits(8, 4)), function="scaled"),
        "p": Field("p", function="asked"),
        "low": Field("low", (Bits(4, 4),)),
        "m": Field("m", (Of("low", 2), Bits(4, 2, True))),
    }


GROUPS = """
{
  nop    0010 0000 0000 0000
  [
    low  0010 a:4 0--- \\
         ----
    high 0010 a:4 1--- ----
  ]
  any    0010 rt:4 imm:s8
}
last     0011 ------------
"""


def test_groups_nest_and_a_backslash_goes_on() -> None:
    group = parse(GROUPS, 16)
    outer, last = group.members
    assert isinstance(outer, Group)
    assert outer.overlapping
    assert isinstance(outer.members[1], Group)
    assert not outer.members[1].overlapping
    assert [pattern.name for pattern in group.patterns()] == ["nop", "low", "high", "any", "last"]
    assert isinstance(last, Pattern)
    assert last.line == 11
    assert list(overlaps(group)) == []


@pytest.mark.parametrize("width", [16, 32, 64])
def test_widths(width: int) -> None:
    [pattern] = parse(f"i {'1' * (width - 4)} x:4\n", width).patterns()
    assert pattern.cube == Cube(((1 << width) - 1) & ~15, ((1 << width) - 1) & ~15, width)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("i 0000", "1: 4 bits, not 16"),
        ("i 00000000", "1: 8 bits, not 16; instructions of several widths (--varinsnwidth) are not read"),
        ("i 000000000000000.", "1: nothing is said of the bits 0x1"),
        ("i 0000 0000 0000 0000 x:4", "1: x:4 is not in an instruction of 16 bits"),
        ("i 0000 ------------ @f", "1: there is no format f"),
        ("i 0000 ------------ &f", "1: there is no argument set f"),
        ("i 0000 ------------ %f", "1: there is no field f"),
        ("i 0000 ------------ =", "1: `=` is no part of a pattern"),
        ("? 0000", "1: `?` begins no definition"),
        ("%f 0:4 2:4", "1: parts of the field f overlap"),
        ("%f 14:4", "1: 14:4 is not in an instruction of 16 bits"),
        ("%f 0:8 8:8 x:1", "1: the field f has more bits than an instruction"),
        ("%f", "1: the field f has no value"),
        ("%f 0:1 !function=a !function=b", "1: two functions"),
        ("%f x", "1: `x` is no part of a field"),
        ("%f 0:1\n%f 1:1", "2: there is another field f"),
        ("&a x x", "1: an argument is there twice"),
        ("&a 0x", "1: `0x` is no argument"),
        ("&a x\ni ---------------- &a", "2: no value for x"),
        ("&a x\ni ------------ y:4 &a x=1", "2: y not in the argument set a"),
        ("&a x\n&b y\ni ---------------- &a &b", "3: more than one argument set"),
        ("@f ................\n@g @f", "2: a format can't refer to a format"),
        ("@f 0...............\ni 0--------------- @f", "2: bits 0x8000 are fixed here and in @f"),
        ("@f x:4 ............\ni .... x:12 @f", "2: x both here and in @f"),
        ("@f x:4 ............\ni .... y:12 @f", "2: y not in the argument set"),
        ("&a x\n@f x:4 ............ &a\ni .... ------------ @f &a", "3: both a format and an argument set"),
        ("%f 0:4\ni 0000000000000000 %f", "2: bits 0xf are in a field and fixed"),
        ("%f 0:4\ni 000000000000---- %f", "2: bits 0xf are in a field and ignored"),
        ("@f ...............-\ni 0000000000000000 @f", "2: bits 0x1 are fixed and ignored"),
        ("i ------------ x:2 x:2", "1: the field x is there twice"),
        ("%f x:2\ni ---------------- a=%f", "2: a refers to x, which is not there"),
        ("%f b:2\n%g a:2\ni ---------------- a=%f b=%g", "3: a, b are made from each other"),
        ("}", "1: no group is open that } could close"),
        ("{\n  i ----------------\n]", "3: ] closes the other kind of group, of line 1"),
        ("{\n}", "2: this group is empty"),
        ("{ i", "1: nothing may follow {"),
        ("{\n  i ----------------", "1: this group is not closed"),
        ("{\ni ----------------\n}", "2: indented by 0, not by 2"),
    ],
)
def test_what_is_wrong_is_said(text: str, message: str) -> None:
    assert refused(text)[0] == message


def test_everything_wrong_is_said_at_once() -> None:
    assert len(refused("%f\ni 0000\n%g 14:4\n")) == 3


def test_overlaps_are_exact_and_have_a_word() -> None:
    """Three patterns of which any two differ in some bit are disjoint, whatever they have in common."""
    three = "".join(
        f"{name} {bits}-------------\n" for name, bits in (("a", "01-"), ("b", "-01"), ("c", "1-0"))
    )
    assert list(overlaps(parse(three, 16))) == []
    [found] = overlaps(parse(three + "d 0100000000000000\n", 16))
    assert (found.first.name, found.second.name, found.word) == ("a", "d", 0x4000)


def test_an_overlap_with_what_is_in_a_group() -> None:
    found = list(overlaps(parse(GROUPS + "x 0010 0000 0000 0001\n", 16)))
    assert [(one.first.name, one.second.name) for one in found] == [("low", "x"), ("any", "x")]


def test_names_stand_once() -> None:
    group = parse("a 00--------------\nA 01--------------\n3a 10--------------\na 11--------------\n", 16)
    assert [name for name, _ in named(group)] == ["a", "A_2", "_3a", "a_3"]
    assert [one.name for one in rows(group)] == ["a", "A_2", "_3a", "a_3"]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("i 0000 a:4 b:4 1--0", "0000 <a:4> <b:4> 1--0"),
        ("i 0000 a:4 b:s4 1--0", "0000 <a:4> <b:4> 1--0  // b is signed"),
        ("%f 0:4 8:4\ni 0000 .... 0000 .... %f", "0000---- 0000----  // f = 0:4 8:4"),
        ("%f 0:4 !function=g\ni 000000000000 .... %f c=3", "000000000000----  // f = g(0:4); c = 3"),
        ("%f 0:4\ni 000000000000 .... a=%f b=%f", "000000000000 <a:4>  // b = 0:4"),
        ("%f !function=g\ni 0000000000000000 %f", "0000000000000000  // f = g()"),
    ],
)
def test_rows_are_printed(text: str, printed: str) -> None:
    [pattern] = parse(text, 16).patterns()
    assert row(pattern).replace(" ", "") == printed.replace(" ", "")


def test_groups_are_printed(compile_text: Callable[..., Compiled]) -> None:
    """What overlaps is printed in the order in which it is tried; the language takes it, and tries it so."""
    group = parse(GROUPS, 16)
    printed = table(group, "some", 16)
    assert printed == (
        "table some: u16 ordered {\n"
        "    nop  = 0010000000000000\n"
        "    low  = 0010 <a:4> 0-------\n"
        "    high = 0010 <a:4> 1-------\n"
        "    any  = 0010 <rt:4> <imm:8>  // imm is signed\n"
        "    last = 0011------------\n"
        "}\n"
    )
    found = compile_text(f"target thumb\n{printed.replace('    any  =', '    // any  =')}")
    assert found.spec is not None, found.found
    [variant] = found.spec.tables[0].variants
    cubes = [row.cube for row in rows(group) if row.name != "any"]
    assert [(mask, value) for mask, value, _ in variant.order] == [(c.mask, c.value) for c in cubes]


def test_a_row_that_others_leave_nothing_is_said_by_the_language(
    compile_text: Callable[..., Compiled],
) -> None:
    """decodetree takes it without a word."""
    found = compile_text(f"target thumb\n{table(parse(GROUPS, 16), 'some', 16)}")
    assert found.codes == ["unreachable-row"]


PPC = """
%si   0:s16
@x    ...... rt:5 ra:5 rb:5 .......... .
add   011111 ..... ..... ..... 0100001010 - @x
addi  001110 rt:5 ra:5 ................ %si
"""


def trampgen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trampgen", *words]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def test_a_printed_table_compiles(tmp_path: Path) -> None:
    (tmp_path / "insn32.decode").write_text(PPC)
    done = trampgen(tmp_path, "import", "decodetree", "insn32.decode")
    assert (done.returncode, done.stderr) == (0, "")
    spec = tmp_path / "spec.tramp"
    spec.write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{done.stdout}")
    compiled = compile_file(spec).spec
    assert compiled is not None
    [found] = compiled.tables
    assert found.name == "insn32"
    assert [(name, one.mask, one.value) for name, one in found.variants[0].rows] == [
        ("add", 0xFC0007FE, 0x7C000214),
        ("addi", 0xFC000000, 0x38000000),
    ]


def test_the_command_line_names_every_line_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "x.decode").write_text("%f\ni 0\n")
    done = trampgen(tmp_path, "import", "decodetree", "x.decode", "--width", "16")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "x.decode:1: error: the field f has no value",
        "x.decode:2: error: 1 bits, not 16",
    ]


def test_the_command_line_shows_a_word_of_two_patterns(tmp_path: Path) -> None:
    (tmp_path / "x.decode").write_text("a 0---------------\nb ---------------0\n")
    done = trampgen(tmp_path, "import", "decodetree", "x.decode", "--width", "16", "--name", "t")
    assert done.returncode == 1
    assert done.stderr == (
        "x.decode:2: error: b and a, line 1, both hold 0x0000; put them into braces in their order\n"
    )
    assert done.stdout.startswith("table t: u16 unordered {\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = trampgen(tmp_path, "import", "decodetree", "x.decode")
    assert done.returncode == 2
    assert "x.decode: No such file or directory" in done.stderr
