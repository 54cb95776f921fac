"""Patterns with their bits numbered: each number over its bit, and nothing wider than a message."""

from __future__ import annotations

import re

import pytest

from tests.unit.cube_tables import pattern
from trampgen.cubes.cube import Cube
from trampgen.cubes.ruler import differing, ruler, word

TW, TD = Cube(0xFC0007FE, 0x7C000008), Cube(0xFC0007FE, 0x7C000088)


def test_two_rows_and_a_witness() -> None:
    lines = [("row tw", TW), ("row td", TD), ("7fe00008  trap", word(0x7FE00008, 32))]
    assert ruler(lines, differing(TW, TD)) == [
        "31    24       16        8        0",
        "011111-- -------- -----000 0000100-  row tw",
        "011111-- -------- -----000 1000100-  row td",
        "01111111 11100000 00000000 00001000  7fe00008  trap",
        "                           ^",
    ]


def test_halfwords_and_odd_widths() -> None:
    assert ruler([("nop", word(0xBF00, 16)), ("", Cube(0xFF0F, 0xBF00, 16))]) == [
        "15     8        0",
        "10111111 00000000  nop",
        "10111111 ----0000",
    ]
    assert ruler([("x", pattern("1-0"))]) == ["2 0", "1-0  x"]
    assert ruler([("x", pattern("1"))]) == ["0", "1  x"]
    assert ruler([("x", pattern("10------01"))], 0x201) == ["9         0", "10 ------01  x", "^         ^"]


def test_words_of_64_bits_go_on_in_a_second_block() -> None:
    cube = Cube(0xFF << 56 | 1, 0xA5 << 56 | 1, 64)
    assert ruler([("x", cube)], 1 << 63 | 1 << 32) == [
        "63    56       48       40       32",
        "10100101 -------- -------- --------",
        "^                                 ^",
        "31    24       16        8        0",
        "-------- -------- -------- -------1  x",
    ]


@pytest.mark.parametrize("width", [*range(1, 20), 24, 32, 33, 40, 48, 63, 64])
def test_every_number_stands_over_its_bit(width: int) -> None:
    for at in range(width):
        lines = ruler([("", Cube(0, 0, width))], 1 << at)
        assert sum(line.count("-") for line in lines) == width
        [marks] = [line for line in lines if "^" in line]
        numbers, column = lines[lines.index(marks) - 2], marks.index("^")
        shown = {int(found[0]): found for found in re.finditer(r"[0-9]+", numbers)}
        highest, byte = max(shown), at // 8 * 8
        assert min(shown) == at // 32 * 32 or highest % 32 == 1
        assert (column == 0) == (at == highest)
        assert shown[highest].start() == 0
        assert highest == min(at // 32 * 32 + 31, width - 1)
        assert all(number % 8 == 0 for number in shown if number != highest)
        assert byte in shown or highest - byte < 3  # no room between it and the highest
        if byte in shown and byte != highest:
            assert column == shown[byte].end() - 1 - (at - byte)


def test_a_long_label_is_cut_and_nothing_is_too_wide() -> None:
    lines = ruler([("name" * 40, TW)])
    assert [len(line) for line in lines] == [35, 100]
    assert lines[1].endswith("…")
    assert ruler([("x" * 63, TW)])[1].endswith("x")
    assert all(len(line) <= 40 for line in ruler([("name" * 40, Cube(0, 0, 64))], columns=40))


def test_nothing_to_show() -> None:
    assert ruler([]) == []


def test_patterns_of_several_widths() -> None:
    with pytest.raises(ValueError, match="several widths"):
        ruler([("a", pattern("01")), ("b", pattern("011"))])


def test_a_word_fixes_every_bit() -> None:
    assert word(5, 8) == Cube(0xFF, 5, 8)
    assert word(1 << 63, 64) == Cube((1 << 64) - 1, 1 << 63, 64)


def test_bits_to_mark() -> None:
    assert differing(pattern("01-1"), pattern("00-0")) == 0b0101
    assert differing(pattern("01--"), pattern("0--1")) == 0b0101
    assert differing(pattern("01--"), pattern("01--")) == 0
