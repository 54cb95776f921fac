"""Damaged debug info: an answer or BadElf, soon, whatever is in it."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.conftest import need
from tests.objects import PREAMBLE, compiled
from tests.unit.test_debuginfo import FLAGS, TYPES, USES
from trampgen.elf.debuginfo import sources
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.types import everything
from trampgen.facts.described import described
from trampgen.facts.lock import TooMany, members
from trampgen.facts.show import definition

MUTANTS = int(os.environ.get("TRAMPGEN_MUTANTS", "60"))
MOST = 5.0  # seconds of processor time for one of them
READ = (
    ".debug_info",
    ".debug_abbrev",
    ".debug_types",
    ".debug_str",
    ".debug_aranges",
    ".debug_str_offsets",
    ".BTF",
)
FORMS = {name: ("gcc", FLAGS[name]) for name in ("2", "4", "5", "64", "units-of-types", "btf")}


def asked(path: Path) -> None:
    """Everything that can be asked, of each source."""
    for info in sources(Elf(str(path))):
        for name, function in (
            ("regs", None),
            ("struct regs", "callback"),
            ("func_desc_t", None),
            ("bits", None),
        ):
            struct = info.struct(name, function)
            if struct is not None:
                definition(struct)
                described(struct)
                list(everything(struct))
                members(struct)
        info.enumerator("GREEN")
        info.size_of("unsigned long")
        info.has_function("callback")
        info.similar("struct reg")


def mutated(data: bytes, where: list[tuple[int, int]], chance: random.Random) -> bytes:
    """A few bytes of debug info changed: anything, all ones, or what stands elsewhere in there."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        offset, size = chance.choice(where)
        at = offset + chance.randrange(size)
        width = min(chance.choice((1, 1, 2, 4, 8)), offset + size - at)
        start, length = chance.choice(where)
        other = start + chance.randrange(length)
        new = chance.choice(
            (chance.randbytes(width), b"\xff" * width, bytes(width), data[other : other + width])
        )
        found[at : at + len(new)] = new
    return bytes(found)


@pytest.mark.parametrize("form", FORMS)
def test_mutants(form: str, tmp_path: Path) -> None:
    compiler, flags = FORMS[form]
    need(compiler)
    path = compiled(compiler, PREAMBLE + TYPES + USES, tmp_path / "a.o", flags)
    elf = Elf(str(path))
    where = [(s.offset, s.size) for s in elf.sections if s.size and s.name.removeprefix(".rela") in READ]
    data, refused = path.read_bytes(), 0
    for seed in range(MUTANTS):
        mutant = tmp_path / "mutant.o"
        mutant.write_bytes(mutated(data, where, random.Random(f"{form} {seed}")))
        began = time.process_time()
        try:
            asked(mutant)
        except (BadElf, TooMany):
            refused += 1
        except BaseException:
            print(f"seed {seed}")
            raise
        assert time.process_time() - began < MOST, seed
    assert 0 < refused < MUTANTS
