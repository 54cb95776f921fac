"""Ten million random words: the decoders of ARM's tables say what a plain scan of the rows says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file
from tests.run.cross import INCLUDE
from trampgen.emit.header import header
from trampgen.model.tables import TableVariant

PROGRAM = """
#include <stdio.h>
#include "t.h"
static const struct { u32 mask, value; int row; } order[] = { ORDER };
static int scanned(u32 word)
{
    size_t i;

    for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if ((word & order[i].mask) == order[i].value)
            return order[i].row;
    return -1;
}
int main(void)
{
    u64 state = 0x9e3779b97f4a7c15;
    u32 i, wrong = 0;

    for (i = 0; i < 10000000; i++) {
        u32 word;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        word = (u32)(state >> 16);
        if (DECODE(word) != scanned(word) && !wrong++)
            printf("%08x: %d, not %d\\n", word, DECODE(word), scanned(word));
    }
    printf("%u wrong\\n", wrong);
    return SELF_TEST() != -1;
}
"""


def order(variant: TableVariant) -> str:
    rows = (
        f"{{ {mask:#x}, {value:#x}, {-1 if row is None else row} }}" for mask, value, row in variant.order
    )
    return ", ".join(rows)


@pytest.mark.parametrize(("name", "table"), [("decode_arm", "arm_insn"), ("decode_thumb", "thumb32_insn")])
def test_ten_million_words(name: str, table: str, tmp_path: Path) -> None:
    spec = compile_file(EXAMPLES / "linux" / "arm" / f"{name}.tramp").spec
    assert spec is not None
    text = header(spec, "test")
    assert max(len(line.expandtabs(8)) for line in text.splitlines()) <= 100  # as checkpatch has it
    (tmp_path / "t.h").write_text(text)
    found = next(one for one in spec.tables if one.name == table)
    (tmp_path / "main.c").write_text(PROGRAM.replace("ORDER", order(found.variants[-1])))
    own = table + "_place" * any(row is None for *_, row in found.variants[-1].order)
    defines = ["-D__LINUX_ARM_ARCH__=7", f"-DDECODE={table}_decode", f"-DSELF_TEST={own}_self_test"]
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", *defines]
    subprocess.run(["gcc", *flags, "main.c", "-o", "main"], cwd=tmp_path, check=True)
    done = subprocess.run(["./main"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == "0 wrong\n"
