"""The benchmark's own parts, without measuring anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import bars, debuginfo, scan, specs, tables
from bench.bars import Bar
from bench.profiles import summed
from bench.report import grown, verdicts
from bench.timing import Sample, Series
from tests.conftest import ROOT, compile_file, need
from tests.objects import compiled


def test_generated_specs_compile_and_have_the_size_they_say(tmp_path: Path) -> None:
    made = compile_file(specs.write(tmp_path, 3))
    assert made.spec is not None, made.codes
    sizes = [[len(variant.words) for variant in template.variants] for template in made.spec.templates]
    assert sizes == [[7, 6]] * 3


def test_generated_tables_have_the_shape_they_say() -> None:
    rows = tables.rows(1000)
    assert rows == tables.rows(1000)
    assert len(set(rows)) == 1000
    assert {row.mask.bit_count() for row in rows} == set(range(20, 29))
    assert all(row.mask >> 26 == 0x3F and not row.value & ~row.mask for row in rows)
    assert sum(row.value >> 26 == tables.OPCODE for row in rows) == 600
    assert len({row.value >> 26 for row in rows}) == 64


def test_a_generated_table_is_analysed(tmp_path: Path) -> None:
    path = tables.write(tmp_path, 300)
    script = ROOT / "bench" / "analyse.py"
    said = subprocess.run(
        [sys.executable, script, path], capture_output=True, text=True, check=True, cwd=ROOT
    )
    rows = tables.rows(300)
    pairs = sum(one.meets(two) is not None for place, one in enumerate(rows) for two in rows[:place])
    words = {value for row in rows for value in _words(row.mask, row.value)}
    assert pairs == tables.overlapping(300) > 0
    assert f"300 rows, {pairs} pairs overlap, {pairs} of them shown\n" in said.stdout
    assert "0 unreachable, 0 unknown\n" in said.stdout
    assert said.stdout.endswith(f"\n{len(words)} words covered\n")


def _words(mask: int, value: int) -> Iterator[int]:
    """From the largest setting of the open bits to none."""
    free = part = ~mask & 0xFFFFFFFF
    while part:
        yield value | part
        part = (part - 1) & free
    yield value


def test_a_slow_analysis_of_a_table_is_a_missed_bar() -> None:
    series = {bars.table_of(rows): Series([Sample(1.4, 2048), Sample(1.7, 1024)]) for rows in tables.SIZES}
    assert bars.table(series).met
    assert "| 1,000 rows | 136 | 1.40 s | 1.55 s | 1400 µs | 2 MiB |" in grown(series)
    series[bars.table_of(10_000)] = Series([Sample(1.6, 1)])
    assert not bars.table(series).met


def test_a_missed_bar_is_said_to_be_missed() -> None:
    found = [
        Bar("slow", "peer", 2.01, 1.99, 2.0),
        Bar("fast", "peer", 1.99, 2.01, 2.0),
        Bar("rate", "per second", 199.0, 201.0, 200.0, at_least=True),
        Bar("absent", "peer", None, None, 1.0),
    ]
    assert [bar.met for bar in found] == [False, True, False, False]
    said = [line.split(" | ")[-1].removesuffix(" |") for line in verdicts(found).split("\n")[2:]]
    assert said == ["**missed**", "pass", "**missed**", "**not measured**"]


def test_a_profile_charges_built_in_functions_to_their_caller_and_waiting_to_itself() -> None:
    rows = [
        ("/x/lark/lexer.py", "lex", 1.0, [("<built-in method re.match>", 1.0)]),
        ("/x/trampgen/assemble/process.py", "_wait", 0.0, [("<built-in method select.select>", 2.0)]),
        ("", "<built-in method select.select>", 2.0, []),
    ]
    shares = summed(rows).shares
    assert (shares["lark: lexer and parser"], shares["waiting for Keystone"]) == (0.5, 0.5)


def test_a_scan_is_held_against_the_faster_numpy_and_yara() -> None:
    seconds = {
        "trampgen": [0.002, 0.001],
        "numpy, every word": [0.03, 0.04],
        "numpy, narrowing": [0.0009, 0.0018],
        "yara": [0.01, 0.01],
    }
    told = {"bytes": 8, "four templates": {"matches": [1, 0, 0, 2], "seconds": seconds}}
    every, narrowing, yara = scan.bars(told)
    assert (round(every.least or 0), every.met) == (30, True)
    assert (round(narrowing.least or 0, 3), round(narrowing.median or 0, 3), narrowing.met) == (
        0.9,
        0.9,
        False,
    )
    assert (round(yara.least or 0), yara.met) == (10, True)
    assert "| four templates | 3 | yara | 10.00 ms | 10.00 ms |" in scan.times(told)


def _series(*milliseconds: float) -> Series:
    return Series([Sample(one / 1000, 0) for one in milliseconds])


def test_debug_info_against_its_peers() -> None:
    series = {
        debuginfo.OURS: _series(1, 1.2, 1.7), debuginfo.PAHOLE: _series(4, 3.4, 4.2),
        debuginfo.PAHOLE_START: _series(1, 1.4, 1.2), debuginfo.OURS_WHOLE: _series(68, 80),
        debuginfo.SYMBOLS: _series(100, 120), debuginfo.SYMBOLS_PEER: _series(900, 2000),
        debuginfo.OURS_NONE: _series(300), debuginfo.PAHOLE_NONE: _series(3000),
    }  # fmt: skip
    offsets, symbols = debuginfo.bars(series)
    assert (round(offsets.least or 0, 3), round(offsets.median or 0, 3)) == (0.294, 0.3)
    assert offsets.met
    assert (round(symbols.least or 0, 3), symbols.met) == (9.0, False)
    assert "| pahole | 3.40 ms | 4.00 ms |" in debuginfo.times(series)
    assert "0.42 without its start; 20 times as long as processes; 0.10 as" in debuginfo.ratios(series)


def test_what_is_measured_is_right(tmp_path: Path) -> None:
    need("gcc")
    path = compiled("gcc", "struct pt_regs { long a, b[2]; char c; }; struct pt_regs r;", tmp_path / "a.o")
    assert debuginfo.offsets(path) == {"a": 0, "b": 8, "c": 24}
    (ours, sections), (theirs, others) = debuginfo.symbols(path), debuginfo.peer_symbols(path)
    assert [row[:3] for row in ours] == [row[:3] for row in theirs]
    assert sections == others
