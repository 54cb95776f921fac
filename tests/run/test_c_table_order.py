"""Made-up tables of 16-bit words: for every word the generated C says what a plain scan of the rows says."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from tests.conftest import Compiled
from tests.run.cross import INCLUDE
from trampgen.emit.header import header
from trampgen.emit.rust import rust
from trampgen.model.tables import TableVariant

WORDS = 1 << 16
MAIN = """
#include <stdio.h>
#include "t.h"
int main(void)
{
    u32 word;

    for (word = 0; word < 0x10000; word++) {
        u16 insn = (u16)word;
        int row = t_decode(insn);
        const struct t_entry *said = t_entry(row);
        int action = said ? said->action : -1, classes = said ? (int)said->classes : -1;

        printf("%d %d %d %d %d %d\\n", row, action, classes, is_some(insn), is_any(insn), is_none(insn));
    }
    return SELF_TEST() != -1;
}
"""


def some_table(rng: Random, grouped: bool) -> str:
    """An ordered table, perhaps with groups in it; every row is behind those that are part of it."""
    lines = ["target thumb", "table t: u16 ordered {"]
    for number, row in enumerate(_rows(rng, 12)):
        said = f"is {rng.choice(('odd', 'even'))}" * (rng.random() < 0.8)
        action = f"do {rng.choice(('one', 'two', 'three'))}({rng.randrange(9)})" * (rng.random() < 0.7)
        lines.append(f"    r{number} = {row} {said} {action}")
    if grouped:
        lines.append("    group g = 1010 ---- ---- ---- ordered {")
        lines += [f"        g{n} = 1010 {row}" for n, row in enumerate(("0001 ---- ----", "---- ---- 1111"))]
        lines.append("    }")
    lines += ["    last_odd = ---- ---- ---- 0001 is odd, even", "    last = 1--- ---- ---- ---- do one"]
    lines += [
        "    predicate is_some = odd or last",
        "    predicate is_any",
        "    predicate is_none = none",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _rows(rng: Random, count: int) -> list[str]:
    """Patterns, those that fix more bits first: none takes all of a later one."""
    found: dict[str, int] = {}
    while len(found) < count:
        fixed = rng.randrange(5, 12)
        bits = ["-"] * 16
        for place in rng.sample(range(16), fixed):
            bits[place] = rng.choice("01")
        found["".join(bits)] = fixed
    return sorted(found, key=lambda row: (-found[row], row))


def scanned(variant: TableVariant, word: int) -> int:
    return next(
        (-1 if row is None else row for mask, value, row in variant.order if word & mask == value), -1
    )


def expected(variant: TableVariant, classes: tuple[str, ...], actions: tuple[str, ...]) -> Iterator[str]:
    names = [name for name, _ in variant.rows]
    for word in range(WORDS):
        row = scanned(variant, word)
        entry = variant.entries[row] if row >= 0 else None
        action = -1 if entry is None else actions.index(entry.action) + 1 if entry.action else 0
        bits = -1 if entry is None else sum(1 << classes.index(name) for name in entry.classes)
        some = entry is not None and ("odd" in entry.classes or names[row] == "last")
        yield f"{row} {action} {bits} {int(some)} {int(row >= 0)} {int(row < 0)}"


@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
@pytest.mark.parametrize("seed", range(4))
def test_every_word(seed: int, grouped: bool, compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    found = compile_text(some_table(Random(seed), grouped))
    assert found.spec is not None, found.found
    (tmp_path / "t.h").write_text(header(found.spec, "test"))
    (tmp_path / "main.c").write_text(MAIN)
    self_test = f"-DSELF_TEST=t_{'place_' * grouped}self_test"
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", self_test]
    subprocess.run(["gcc", *flags, "main.c", "-o", "main"], cwd=tmp_path, check=True)
    done = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True)
    [table] = found.spec.tables
    [variant] = table.variants
    said = done.stdout.splitlines()
    wanted = list(expected(variant, table.classes, table.actions))
    wrong = [
        f"{word:04x}: {a}, not {b}" for word, (a, b) in enumerate(zip(said, wanted, strict=True)) if a != b
    ]
    assert not wrong, wrong[:5]


RUST = """
mod tables;
fn main() {
    for word in 0..=0xffffu16 {
        let found = tables::t::decode(word).filter(|&at| KEPT(at));
        match found {
            Some(at) => println!("{} {}", tables::t::ACTION[at], tables::t::CLASS[at]),
            None => println!("-1 -1"),
        }
    }
}
"""


@pytest.mark.skipif(shutil.which("rustc") is None, reason="needs rustc (Debian: rustc)")
@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
def test_every_word_in_rust(grouped: bool, compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    found = compile_text(some_table(Random(9), grouped))
    assert found.spec is not None, found.found
    text, notes = rust(found.spec, "test")
    assert notes == []
    (tmp_path / "tables.rs").write_text(text)
    kept = "tables::t::IS_ROW[at]" if grouped else "at < tables::t::ROWS"
    (tmp_path / "main.rs").write_text(RUST.replace("KEPT(at)", kept))
    subprocess.run(["rustc", "-O", "-A", "dead_code", "main.rs"], cwd=tmp_path, check=True)
    done = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True)
    [table] = found.spec.tables
    wanted = [
        " ".join(line.split()[1:3]) for line in expected(table.variants[0], table.classes, table.actions)
    ]
    assert done.stdout.splitlines() == wanted


def test_a_spec_without_such_a_table_says_so(compile_text: Callable[..., Compiled]) -> None:
    found = compile_text("target ppc64\ntable t: u32 unordered { sc = 010001 -------------------------- }")
    assert found.spec is not None
    text, [note] = rust(found.spec, "test")
    assert "pub mod" not in text
    assert "holds nothing" in note
