"""Prefixed instructions, which we encode ourselves: each against GNU as, over the whole range."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Compiled, need
from trampgen.fields.arith import encode
from trampgen.isa import ppc_prefixed

LOW, HIGH = -(1 << 33), (1 << 33) - 1
VALUES = [0, 1, -1, LOW, LOW + 1, HIGH, HIGH - 1, 0xFFFF, 0x10000, -0x8000, 0x7FFF, 0x12345678]
VALUES += [random.Random(1).randint(LOW, HIGH) for _ in range(20)]
PREFIX = "powerpc64-linux-gnu-"


def forms(mnemonic: str) -> list[str]:
    """The operands of a mnemonic, V where the value goes."""
    if mnemonic == "pli":
        return ["r3, V", "r31, V"]
    if mnemonic == "paddi":
        return ["r3, r4, V", "r31, r0, V, 0", "r5, 0, V, 1"]
    return ["r3, V(r4)", "r31, V(0)", "r0, V(r31), 0", "r5, V(0), 1"]


def gnu(lines: list[str], folder: Path) -> list[int]:
    """The words that GNU as makes; each pair on a boundary of its own, so that none is moved."""
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    source = "\n".join(f".balign 64, 0\n{line}\n.balign 64, 0" for line in lines)
    (folder / "code.s").write_text(source + "\n")
    for command in (
        [f"{PREFIX}as", "-a64", "-mbig", "-mpower10", "-mregnames", "-o", "code.o", "code.s"],
        [f"{PREFIX}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"],
    ):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    data = (folder / "code.bin").read_bytes()
    return [
        int.from_bytes(data[i + at : i + at + 4], "big") for i in range(0, len(data), 64) for at in (0, 4)
    ]


@pytest.mark.parametrize("mnemonic", sorted(ppc_prefixed.MNEMONICS))
def test_known_values(mnemonic: str, compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    lines = [f"{mnemonic} {form.replace('V', str(value))}" for form in forms(mnemonic) for value in VALUES]
    code = "\n".join(lines)
    size = 8 * len(lines)
    text = f"target ppc64\nlayout l align 8 {{ code c size {size} }}\nstub s in l.c {{ code {{\n{code}\n}} }}"
    spec = compile_text(text).spec
    assert spec is not None
    words = spec.templates[0].variants[0].words
    assert [word.value for word in words] == gnu(lines, tmp_path)
    assert [word.kind for word in words] == ["prefix", "suffix"] * len(lines)


@pytest.mark.parametrize("mnemonic", sorted(ppc_prefixed.MNEMONICS))
def test_holes(mnemonic: str, compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    for form in forms(mnemonic):
        code = f"{mnemonic} {form.replace('V', '${x}')}"
        text = f"target ppc64\nlayout l align 8 {{ code c size 8 }}\nstub s in l.c {{ param x; code {{ {code} }} }}"
        spec = compile_text(text).spec
        assert spec is not None
        [variant] = spec.templates[0].variants
        assert (variant.params[0].reach.low, variant.params[0].reach.high) == (LOW, HIGH)
        ours = []
        for value in VALUES:
            words = [word.value for word in variant.words]
            for hole in variant.holes:
                words[hole.word] |= encode(hole.field, value)
            ours += words
        assert ours == gnu([f"{mnemonic} {form.replace('V', str(value))}" for value in VALUES], tmp_path)
