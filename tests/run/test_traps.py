"""The trap table of powerpc in C against capstone: all conditions of the four forms, and other words."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from random import Random

from tests.conftest import EXAMPLES
from tests.run.cross import INCLUDE
from trampgen import isa as isas
from trampgen.assemble.readback import disassemble
from trampgen.cli import main

FORMS = {"tw": 0x7C000008, "td": 0x7C000088, "twi": 0x0C000000, "tdi": 0x08000000}
IMMEDIATE = (FORMS["twi"], FORMS["tdi"])
ROUNDS = 8
PROGRAM = """
#include <stdio.h>
#define PAGE_SIZE 65536
#define CONFIG_PPC64
#include "uprobes.h"
int main(void) { u32 insn; while (scanf("%x", &insn) == 1) printf("%d", is_trap(insn)); return 0; }
"""
# Every name that a trap has: with its condition, with an immediate, unconditional.
TRAP = re.compile(r"trap|[tT][wd](?:eq|ne|lt|gt|le|ge|lgt|llt|lge|lle|lng|lnl|nl|ng|u)?i?")


def _words(rng: Random) -> list[int]:
    found = []
    for base in FORMS.values():
        for to in range(32):
            for _ in range(ROUNDS):
                low = (
                    rng.getrandbits(16)
                    if not base & 0x7C000000 ^ 0x0C000000 or base == 0x08000000
                    else rng.getrandbits(5) << 11
                )
                found.append(base | to << 21 | rng.getrandbits(5) << 16 | low)
    return found


def _asked(words: list[int], folder: Path) -> str:
    spec = EXAMPLES / "linux" / "powerpc" / "uprobes.tramp"
    assert main(["build", str(spec), "-o", str(folder), "--emit", "header", "-q", "--no-record"]) == 0
    (folder / "main.c").write_text(PROGRAM)
    subprocess.run(
        ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", "main.c", "-o", "main"],
        cwd=folder,
        check=True,
    )
    given = "\n".join(f"{word:x}" for word in words)
    return subprocess.run(
        ["./main"], cwd=folder, input=given, check=True, capture_output=True, text=True
    ).stdout


def test_traps_are_those_that_capstone_reads(tmp_path: Path) -> None:
    rng, isa = Random("traps"), isas.load("ppc64")
    traps = _words(rng)
    others = [rng.getrandbits(32) for _ in range(4000)]
    others += [word ^ 1 << rng.randrange(1, 32) for word in traps for _ in range(4)]
    words = [*traps, *others]
    said = _asked(words, tmp_path)
    assert set(said[: len(traps)]) == {"1"}
    wrong = []
    for word, answer in zip(words, said, strict=True):
        found = disassemble(isa, word)
        if found is None:
            continue
        is_trap = TRAP.fullmatch(found[0]) is not None
        if is_trap != (answer == "1"):
            wrong.append(f"{word:08x} {' '.join(found)}: {answer}")
    assert not wrong, wrong[:5]
    read = [disassemble(isa, word) for word in traps]
    assert all(one is not None and TRAP.fullmatch(one[0]) for one in read)
