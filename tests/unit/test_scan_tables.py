"""Rows of tables in code: which instructions are looked at, in which row each is, and what its fields are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import EXAMPLES, Compiled, compile_file
from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.spec import Spec
from trampgen.scan.areas import Area
from trampgen.scan.buffer import Buffer
from trampgen.scan.tables import RowMatch, row_matches, rows_of

LINUX = EXAMPLES / "linux"


def matches(spec: Spec, data: bytes, order: ByteOrder, target: str, base: int = 0) -> list[RowMatch]:
    """What is found for the first table of a spec."""
    area = Area("raw", Buffer(data, base))
    return [
        match for rows in rows_of(spec, spec.tables[0], [target]) for match in row_matches(area, rows, order)
    ]


def example(path: Path) -> Spec:
    spec = compile_file(path).spec
    assert spec is not None
    return spec


@pytest.mark.parametrize("order", ["little", "big"])
def test_each_word_is_in_the_row_that_matches_first(order: Literal["little", "big"]) -> None:
    spec = example(LINUX / "powerpc" / "uprobes.tramp")
    rng = random.Random(order)
    variants = spec.tables[0].variants
    patterns = [pattern for variant in variants for _, pattern in variant.rows]
    words = [rng.getrandbits(32) for _ in range(500)]
    words += [rng.getrandbits(32) & ~p.mask | p.value for p in patterns for _ in range(50)]
    rng.shuffle(words)
    data = b"".join(word.to_bytes(4, order) for word in words)
    found = {(match.place // 4, match.row, dict(when)["width"]) for match in
             matches(spec, b"\0\0" + data, order, "ppc64", 0x1002) for when in match.whens}  # fmt: skip
    expected = set()
    for index, word in enumerate(words):
        for variant in variants:
            for name, pattern in variant.rows:
                if word & pattern.mask == pattern.value:
                    expected.add((index, name, dict(variant.when)["width"]))
    assert found == expected
    assert len(expected) > 200


def test_fields_and_addresses() -> None:
    spec = example(LINUX / "powerpc" / "uprobes.tramp")
    (match,) = matches(spec, (0x7FE00008).to_bytes(4, "big"), "big", "ppc64", 0xC000000000001000)
    assert (match.row, match.address, match.fields) == (
        "tw",
        0xC000000000001000,
        (("to", 31), ("ra", 0), ("rb", 0)),
    )
    assert match.cases == ("ppc64", "ppc32")


THUMB = """
    target thumb
    table narrow: u16 ordered {
        refusing = 0100 0110 <dh:1> <rm:4> <rd:3> requires rm != 15 || dh == 0
        push = 1011 010- ---- ----
    }
    table wide: u32 ordered {
        b_w = 11110 ----------- 10-1 ------------
        breakpoint = mask 0xffffffff value 0x0000de18
    }
"""


def test_instructions_of_thumb_are_told_apart_by_their_first_halfword(
    compile_text: Callable[..., Compiled],
) -> None:
    """The second halfword of a wide instruction is no instruction, whatever it looks like."""
    spec = compile_text(THUMB).spec
    assert spec is not None
    # mov pc, pc is refused; b.w whose second halfword is a push; push; udf #24; another wide one; half of one.
    halves = [0x46FF, 0xF000, 0xB400, 0xB510, 0xDE18, 0xF7FF, 0xBFFE, 0x4608, 0xF000]
    data = b"".join(half.to_bytes(2, "little") for half in halves)
    area = Area("raw", Buffer(data, 0))
    found = {
        table.name: [
            (match.place, match.row, match.word, match.size, match.refused)
            for rows in rows_of(spec, table, ["thumb"])
            for match in row_matches(area, rows, "little")
        ]
        for table in spec.tables
    }
    assert found == {
        "narrow": [
            (0, "refusing", 0x46FF, 2, True),
            (6, "push", 0xB510, 2, False),
            (14, "refusing", 0x4608, 2, False),
        ],
        "wide": [
            (2, "b_w", 0xF000B400, 4, False),
            (8, "breakpoint", 0xDE18, 2, False),
            (10, "b_w", 0xF7FFBFFE, 4, False),
        ],
    }


def test_words_of_64_bits_are_prefixed_pairs(compile_text: Callable[..., Compiled]) -> None:
    spec = compile_text(
        """
        target ppc64
        table t: u64 unordered {
            pld = mask 0xfffc0000fc000000 value 0x04100000e4000000
        }
        """
    ).spec
    assert spec is not None
    words = [0x60000000, 0x04100000, 0xE5800020, 0x04100000]
    data = b"".join(word.to_bytes(4, "little") for word in words)
    (match,) = matches(spec, data, "little", "ppc64")
    assert (match.place, match.word, match.size) == (4, 0x04100000E5800020, 8)


def test_compressed_instructions_of_riscv_are_passed_over(compile_text: Callable[..., Compiled]) -> None:
    spec = compile_text(
        "target riscv64\ntable t: u32 unordered { ebreak = mask 0xffffffff value 0x00100073 }"
    ).spec
    assert spec is not None
    # c.nop, ebreak, lui whose bytes end like one that begins an ebreak, c.nop, ebreak
    code = [(0x0001, 2), (0x00100073, 4), (0x007300B7, 4), (0x0010, 2), (0x00100073, 4)]
    data = b"".join(word.to_bytes(size, "little") for word, size in code)
    assert [match.place for match in matches(spec, data, "little", "riscv64")] == [2, 12]


@pytest.mark.parametrize("order", ["little", "be8"])
def test_code_of_be8_is_little_endian(order: ByteOrder, compile_text: Callable[..., Compiled]) -> None:
    spec = compile_text("target arm\ntable t: u32 unordered { bx = mask 0xfffffff0 value 0xe12fff10 }").spec
    assert spec is not None
    data = to_memory(0xE12FFF1C, "arm", "insn", order)
    assert [match.word for match in matches(spec, data, order, "arm")] == [0xE12FFF1C]
