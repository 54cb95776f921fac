"""`trampgen diff`: two versions of a table, and every word that they take for something else."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.conftest import compile_file
from trampgen.cli import main

TOLD = re.compile(
    r"^  ([0-9a-f]{4}).*: was (`\w+`|in no row), is (`\w+`|in no row) \(([\d,]+) words?\)$", re.MULTILINE
)
HEAD = "//! SPDX-License-Identifier: MIT\ntarget thumb\n"


def spec(folder: Path, name: str, rows: list[str], order: str = "ordered") -> Path:
    path = folder / f"{name}.tramp"
    lines = [f"    r{number} = {row}" for number, row in enumerate(rows)]
    path.write_text(HEAD + "\n".join([f"table t: u16 {order} {{", *lines, "}"]) + "\n")
    return path


def row_of(path: Path, word: int) -> str:
    found = compile_file(path).spec
    assert found is not None
    [variant] = found.tables[0].variants
    names = [
        variant.rows[row][0] for mask, value, row in variant.order if row is not None and word & mask == value
    ]
    return f"`{names[0]}`" if names else "in no row"


def patterns(rng: Random) -> list[str]:
    """Four rows and one behind them, none of which takes all of another."""
    rows = []
    for number in range(4):
        bits = ["-"] * 16
        bits[14], bits[15] = str(number >> 1), str(number & 1)
        for place in rng.sample(range(14), 6):
            bits[place] = rng.choice("01")
        rows.append("".join(bits))
    return [*rows, "1---------------"]


@pytest.mark.parametrize("seed", range(5))
def test_the_words_are_counted_by_trying_all(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = Random(seed)
    rows = patterns(rng)
    changed = [*rows[:2], rows[2].replace("0", "1", 1), *rows[3:]]
    old, new = spec(tmp_path, "old", rows), spec(tmp_path, "new", changed)
    specs = [compile_file(path).spec for path in (old, new)]
    wanted: Counter[tuple[str, str]] = Counter()
    for word in range(1 << 16):
        names = []
        for found in specs:
            assert found is not None
            [variant] = found.tables[0].variants
            row = next((row for mask, value, row in variant.order if word & mask == value), None)
            names.append("in no row" if row is None else f"`{variant.rows[row][0]}`")
        if names[0] != names[1]:
            wanted[names[0], names[1]] += 1
    assert main(["diff", str(old), str(new)]) == 1
    text = capsys.readouterr().out
    told = re.findall(
        r"^  ([0-9a-f]{4}).*: was (`\w+`|in no row), is (`\w+`|in no row) \(([\d,]+) words?\)$", text, re.M
    )
    assert {(a, b): int(number.replace(",", "")) for _, a, b, number in told} == wanted
    for word, before, after, _ in told:
        assert (row_of(old, int(word, 16)), row_of(new, int(word, 16))) == (before, after)


def test_what_is_the_same_is_no_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However it is written: a row that is split in two."""
    old = spec(tmp_path, "old", ["1---------------"], "unordered")
    new = tmp_path / "new.tramp"
    new.write_text(
        HEAD + "table t: u16 unordered { group g = 1--------------- unordered { r0 = 1--------------- } }\n"
    )
    assert main(["diff", str(old), str(new)]) == 0
    assert capsys.readouterr().out == "no table differs\n"


def test_tables_that_come_and_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = spec(tmp_path, "old", ["1---------------"]), tmp_path / "new.tramp"
    new.write_text(HEAD + "table other: u16 unordered { r = 1--------------- }\n")
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == "table t: no longer there\ntable other: new\n"


def test_width_and_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = spec(tmp_path, "old", ["1---------------"]), tmp_path / "new.tramp"
    new.write_text(HEAD + "table t: u32 unordered { r = mask 0x80000000 value 0x80000000 }\n")
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == "table t: words of 16 bits are of 32 now\n"
    cases = "if a { r0 = 1--------------- }; if b { r0 = 1--------------- }"
    new.write_text(f'{HEAD}variant v {{ a when "A"; b }}\ntable t: u16 unordered {{ {cases} }}\n')
    assert main(["diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == (
        "table t [a]: in no such case before\ntable t [b]: in no such case before\ntable t []: no longer in this case\n"
    )


def test_errors_of_a_spec_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = spec(tmp_path, "old", ["1---------------"]), spec(tmp_path, "new", ["1--", "1---------------"])
    assert main(["diff", str(old), str(new)]) == 1
    assert "bad-pattern" in capsys.readouterr().err
    assert main(["diff", str(old)]) == 2
    assert "two specs" in capsys.readouterr().err
