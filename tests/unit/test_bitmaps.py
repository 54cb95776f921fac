"""Bitmaps against sets: what is listed, listed twice, written by hand and compared; and the tables that Linux has."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import EXAMPLES, Compiled, compile_file
from trampgen import isa as isas
from trampgen.model.bitmaps import Bitmap, Difference, lowest, runs, shown, span_bits, words
from trampgen.model.source import Span
from trampgen.model.spec import Spec

Compile = Callable[..., Compiled]
EVERY = set(range(256))
OPCODE = st.integers(0, 255)
# An opcode or a range of them, as (first, last).
ITEM = st.tuples(OPCODE, st.sampled_from([0, 0, 1, 2, 15])).map(lambda i: (i[0], min(255, i[0] + i[1])))


def members(bits: int) -> set[int]:
    return {n for n in range(bits.bit_length()) if bits >> n & 1}


def number(opcodes: set[int]) -> int:
    return sum(1 << opcode for opcode in opcodes)


# ---- sets as numbers -----------------------------------------------------------------------------------


@given(st.sets(OPCODE))
def test_runs_words_and_text_are_the_set(opcodes: set[int]) -> None:
    bits = number(opcodes)
    assert {n for low, high in runs(bits) for n in range(low, high + 1)} == opcodes
    assert sum(span_bits(*run) for run in runs(bits)) == bits
    assert {n for n in EVERY if words(bits, 256)[n // 32] >> n % 32 & 1} == opcodes
    said = [part.split("..") for part in shown(bits)]
    assert {n for part in said for n in range(int(part[0], 16), int(part[-1], 16) + 1)} == opcodes
    if opcodes:
        assert lowest(bits) == min(opcodes)


@given(OPCODE, OPCODE)
def test_a_span_has_both_its_ends(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert members(span_bits(low, high)) == set(range(low, high + 1))


# ---- what is listed ------------------------------------------------------------------------------------


def spelt(item: tuple[int, int]) -> str:
    return f"{item[0]:#x}" if item[0] == item[1] else f"{item[0]:#x}..{item[1]:#x}"


def declared(name: str, excludes: bool, lines: Sequence[Sequence[tuple[int, int]]], more: str = "") -> str:
    """A bitmap, each line of which has a reason of its own."""
    listed = "\n".join(
        f'{", ".join(map(spelt, items))} because "{name} {number}"' for number, items in enumerate(lines)
    )
    return f"bitmap {name}: opcode {{\n{'all except' if excludes else 'only'} {{\n{listed}\n}}\n{more}\n}}\n"


def compiled(folder: Path, *parts: str) -> Compiled:
    path = folder / "spec.tramp"
    path.write_text("//! SPDX-License-Identifier: MIT\ntarget ppc64\n" + "".join(parts))
    return compile_file(path)


def only(found: Compiled) -> int:
    assert found.spec is not None, [d.message for d in found.found]
    return found.spec.bitmaps[0].variants[0].bits


def covered(items: Sequence[tuple[int, int]]) -> list[int]:
    return [opcode for low, high in items for opcode in range(low, high + 1)]


LINES = st.lists(st.lists(ITEM, min_size=1, max_size=4), min_size=1, max_size=4)


@given(LINES, st.booleans())
def test_a_bitmap_is_what_it_lists_or_the_rest(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[tuple[int, int]]], excludes: bool
) -> None:
    """Any list: what stands in it twice is an error for each item that says it again, and otherwise it is the set."""
    found = compiled(tmp_path_factory.mktemp("bitmap"), declared("good", excludes, lines))
    seen: set[int] = set()
    again: list[set[int]] = []
    for item in (item for items in lines for item in items):
        if seen & set(covered([item])):
            again.append(seen & set(covered([item])))
        seen |= set(covered([item]))
    assert found.codes == ["opcode-twice"] * len(again)
    for diagnostic, opcodes in zip(found.found, again, strict=True):
        assert f"{min(opcodes):#04x}" in diagnostic.summary
        assert ("the others are not" in diagnostic.summary) == (_wide(diagnostic.span) != len(opcodes))
    if not again:
        assert members(only(found)) == (EVERY - seen if excludes else seen)


def _wide(span: Span | None) -> int:
    """How many opcodes the item has that a finding points at."""
    assert span is not None
    line = Path(span.path).read_text().split("\n")[span.line - 1]
    text = line[span.column - 1 : span.end_column - 1]
    ends = [int(end, 16) for end in text.split("..")]
    return ends[-1] - ends[0] + 1


@given(st.sets(OPCODE, min_size=1, max_size=6), st.sets(OPCODE, max_size=20), st.booleans())
def test_words_as_written_are_held_against_the_bitmap(
    tmp_path_factory: pytest.TempPathFactory, listed: set[int], flipped: set[int], excludes: bool
) -> None:
    bits = number(EVERY - listed if excludes else listed)
    text = ", ".join(f"{word:#x}" for word in words(bits ^ number(flipped), 256))
    spec = declared("good", excludes, [[(n, n) for n in sorted(listed)]], f"as written {text}")
    found = compiled(tmp_path_factory.mktemp("bitmap"), spec)
    assert found.codes == (["bitmap-differs"] if flipped else [])
    if not flipped:
        return
    more, less = flipped - members(bits), flipped & members(bits)
    notes = [note.text for note in found.found[0].notes]
    for differing, direction in ((more, "in the words, and not"), (less, "in the bitmap, and not")):
        said = [note for note in notes if direction in note]
        assert len(said) == bool(differing)
        if differing:
            assert said[0].startswith(f"{min(differing):#04x}")
            count = re.search(r"\((\d+) opcodes\)", said[0])
            assert (int(count[1]) if count else 1) == len(differing)
    first = min(flipped)
    assert f"opcode {first:#04x} is bit {first % 32} of word {first // 32}" in notes


# ---- comparisons ---------------------------------------------------------------------------------------


def told(found: Sequence[Difference]) -> dict[int, tuple[str, str]]:
    """Each opcode once, with its reasons."""
    opcodes = [opcode for one in found for opcode in members(one.bits)]
    assert len(opcodes) == len(set(opcodes))
    assert len({(one.has, one.lacks) for one in found}) == len(found)
    return {opcode: (one.has, one.lacks) for one in found for opcode in members(one.bits)}


def reason(bitmap: Bitmap, opcode: int) -> str:
    return next((one.because for one in bitmap.variants[0].listed if one.bits >> opcode & 1), "")


SOME = st.lists(OPCODE, min_size=1, max_size=12, unique=True)


@given(SOME, SOME, st.booleans(), st.booleans())
def test_a_comparison_is_both_differences_with_the_reasons(
    tmp_path_factory: pytest.TempPathFactory,
    one: list[int],
    other: list[int],
    one_excludes: bool,
    other_excludes: bool,
) -> None:
    parts = [declared("one", one_excludes, [[(n, n)] for n in one])]
    parts += [declared("other", other_excludes, [[(n, n)] for n in other]), "compare one with other\n"]
    found = compiled(tmp_path_factory.mktemp("bitmap"), *parts)
    assert found.spec is not None
    left, right = found.spec.bitmaps
    has, lacks = (members(bitmap.variants[0].bits) for bitmap in (left, right))
    [comparison] = found.spec.comparisons
    [variant] = comparison.variants
    assert told(variant.left) == {n: (reason(left, n), reason(right, n)) for n in has - lacks}
    assert told(variant.right) == {n: (reason(right, n), reason(left, n)) for n in lacks - has}


def test_bitmaps_are_compared_where_both_exist(compile_text: Compile) -> None:
    found = compile_text("""
        target ppc64
        variant width { wide when "WIDE"; narrow }
        variant compat { both when "BOTH"; one }
        impossible narrow and both
        bitmap in_64: opcode if wide { all except { 0x60 because "none"; 0xcc because "the breakpoint" } }
        bitmap in_32: opcode if narrow || both { all except { 0xcc because "the breakpoint" } }
        compare in_64 with in_32
    """)
    assert found.spec is not None
    [comparison] = found.spec.comparisons
    assert [dict(v.when) for v in comparison.variants] == [{"width": "wide", "compat": "both"}]
    assert [(v.left, members(v.right[0].bits)) for v in comparison.variants] == [((), {0x60})]


# ---- the tables of Linux -------------------------------------------------------------------------------


def example(change: tuple[str, str] = ("", "")) -> str:
    """The example; its target is another where this program does not know x86: no bitmap looks at it."""
    text = (EXAMPLES / "linux" / "x86" / "opcodes.tramp").read_text()
    if "x86_64" not in isas.MODULES:
        text = text.replace("target x86_64", "target ppc64")
    assert change[0] in text
    return text.replace(*change) if change[0] else text


@pytest.fixture
def linux(compile_text: Compile) -> Spec:
    found = compile_text(example(), licence=False)
    assert found.codes == []
    assert found.spec is not None
    return found.spec


# (bitmap, opcodes that it has, opcodes that it has not): what is known of the instructions.
POINTS = [
    ("good_insns_64", {0x90, 0x0F, 0xC3, 0xE8, 0x9C, 0x55}, {0x06, 0x62, 0x9A, 0xCC, 0xEF, 0xF4}),
    ("good_insns_32", {0x06, 0x0F, 0x60, 0x9A, 0x62, 0xD6, 0xEA}, {0x07, 0x17, 0x1F, 0xCC, 0xCE, 0xFA}),
    ("good_2byte_insns", {0x1F, 0x32, 0x84, 0xA2, 0xAF}, {0x05, 0x0B, 0x30, 0x34, 0xAE}),
    ("boostable", {0x90, 0x55, 0x89, 0xC3, 0xB8, 0x0F}, {0x74, 0xE8, 0xE9, 0xEB, 0xCC, 0xCD, 0xF4, 0xFF}),
    ("boostable_by_modrm", {0xC0, 0xD3, 0xF7, 0xFF}, {0x80, 0xC6, 0xD4, 0x8F}),
    (
        "twobyte_is_boostable",
        {0x1F, 0x44, 0x95, 0xAF, 0xCA, 0xEF},
        {0x05, 0x0B, 0x84, 0xA2, 0x10, 0xBA, 0x1E},
    ),
]


@pytest.mark.parametrize(("name", "has", "lacks"), POINTS, ids=[name for name, _, _ in POINTS])
def test_sure_points_of_the_example(name: str, has: set[int], lacks: set[int], linux: Spec) -> None:
    [bitmap] = [one for one in linux.bitmaps if one.name == name]
    for variant in bitmap.variants:
        assert has <= members(variant.bits)
        assert not lacks & members(variant.bits)


def test_what_modrm_decides_is_not_boosted_for_sure(linux: Spec) -> None:
    sets = {one.name: members(one.variants[0].bits) for one in linux.bitmaps}
    assert not sets["boostable"] & sets["boostable_by_modrm"]


def test_programs_of_64_bits_have_no_more_opcodes(linux: Spec) -> None:
    [comparison] = linux.comparisons
    [variant] = comparison.variants
    assert [case for _, case in variant.when] == ["has_64", "has_32"]
    assert variant.left == ()
    assert sorted(opcode for one in variant.right for opcode in members(one.bits)) == [
        0x06, 0x0E, 0x16, 0x1E, 0x27, 0x2F, 0x37, 0x3F, 0x60, 0x61, 0x62, 0x82, 0x9A, 0xD4, 0xD5, 0xD6, 0xEA,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "opcode"),
    [
        ("0x82 ", "0x83 ", 0x82),
        ("0x07, 0x17, 0x1f ", "0x07, 0x17 ", 0x1F),
        ("0x78, 0x79 ", "0x78 ", 0x79),
        ("0x40..0x4f", "0x40..0x4e", 0x4F),
        ("0x80000", "0x90000", 0x1C),
    ],
)
def test_the_kernels_words_hold_the_example_to_its_tables(
    before: str, after: str, opcode: int, compile_text: Compile
) -> None:
    found = compile_text(example((before, after)), licence=False)
    assert set(found.codes) == {"bitmap-differs"}
    assert any(f"opcode {opcode:#04x} is bit" in note.text for d in found.found for note in d.notes)
