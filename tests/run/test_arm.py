"""The generated C for ARM and Thumb, run under qemu: what it writes and reads back, and what it refuses."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tests.conftest import compile_file, need
from trampgen.emit.header import header
from trampgen.fields.arith import encode
from trampgen.model.memory import to_memory
from trampgen.resources import folder

IP = 0x40000000
SPEC = """//! SPDX-License-Identifier: MIT
target {target}
stub s {{
    param there, value
    code {{
        nop{wide}
        {branch} ${{there}}
        movw r0, #${{value@l}}
        movt r0, #${{value@h}}
    }}
}}
"""
PROGRAM = """
#include <stdio.h>
#include <trampgen.h>
#include "spec.h"

static const unsigned long distances[] = {{ {distances} }};

int main(void)
{{
	u32 words[4];

	for (unsigned int i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {{
		unsigned long there = {ip}UL + 4 + {base} + distances[i];
		u32 value = distances[i] * 0x9e3779b9u;
		int failed = s_encode(words, {ip}UL, there, value);

		if (failed) {{
			puts("refused");
			continue;
		}}
		failed = !s_match(words) || s_get_there(words, {ip}UL) != there || s_get_value(words) != value;
		printf("%08x %08x %08x %d\\n", words[1], words[2], words[3], !failed);
	}}
	return 0;
}}
"""
BRANCHES = [
    ("arm", "bne", 26, 4, 8), ("arm", "blx", 26, 2, 8), ("thumb", "b.w", 25, 2, 4), ("thumb", "bl", 25, 2, 4),
    ("thumb", "blx", 25, 4, 4), ("thumb", "bhi.w", 21, 2, 4),
]  # fmt: skip


@pytest.mark.parametrize(("target", "branch", "bits", "align", "base"), BRANCHES)
def test_the_encoder_of_a_branch(
    target: str, branch: str, bits: int, align: int, base: int, tmp_path: Path
) -> None:
    need("arm-linux-gnueabi-gcc", "qemu-arm")
    spec_file = tmp_path / "spec.tramp"
    spec_file.write_text(SPEC.format(target=target, branch=branch, wide=".w" if target == "thumb" else ""))
    spec = compile_file(spec_file).spec
    assert spec is not None
    half, rng = 1 << (bits - 1), random.Random(branch)
    values = [-half, half - align, -half // 2, half // 2, half // 2 - align, 0, align, -align]
    values += [rng.randrange(-half, half, align) for _ in range(200)]
    outside = [-half - align, half, 1, half + align]
    distances = ", ".join(f"{value & 0xFFFFFFFF:#x}UL" for value in values + outside)
    (tmp_path / "spec.h").write_text(header(spec, "trampgen build"))
    (tmp_path / "run.c").write_text(PROGRAM.format(distances=distances, ip=IP, base=base))
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", f"-I{folder('include')}"]
    subprocess.run(["arm-linux-gnueabi-gcc", *flags, "-o", "run", "run.c"], cwd=tmp_path, check=True)
    done = subprocess.run(["qemu-arm", "./run"], cwd=tmp_path, capture_output=True, text=True, check=True)
    variant = spec.templates[0].variants[0]
    expected = []
    for distance in values:
        words = [word.value & word.mask for word in variant.words]
        for hole in variant.holes:
            number = distance if hole.param == "there" else distance * 0x9E3779B9
            words[hole.word] |= encode(hole.field, number)
        stored = [int.from_bytes(to_memory(w, target, "insn", "little"), "little") for w in words[1:]]
        expected.append(" ".join([*(f"{word:08x}" for word in stored), "1"]))
    assert done.stdout.splitlines() == expected + ["refused"] * len(outside)
