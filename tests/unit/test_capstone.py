"""The shared library opened by ourselves says what its own Python package says."""

from __future__ import annotations

import random

import capstone
import pytest

from trampgen.assemble.capstone import Disassembler
from trampgen.isa import ppc


@pytest.mark.parametrize("name", ["ppc32", "ppc64"])
def test_it_reads_words_as_the_package_does(name: str) -> None:
    mode = ppc.ISAS[name].capstone
    ours, package = Disassembler(*mode), capstone.Cs(*mode)
    drawn = random.Random(name)
    for _ in range(3000):
        code, address = drawn.randbytes(4), drawn.randrange(0, 1 << 32, 4)
        theirs = [(mnemonic, operands) for _, _, mnemonic, operands in package.disasm_lite(code, address, 1)]
        assert ours.first(code, address) == (theirs[0] if theirs else None)


def test_a_mode_that_there_is_not_is_no_silence() -> None:
    with pytest.raises(OSError, match="error"):
        Disassembler(99, 0)
