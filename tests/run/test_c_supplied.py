"""A header made for one configuration (-D) does not compile into a kernel that has another."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, need
from trampgen.cli import main

SPEC = EXAMPLES / "linux" / "powerpc" / "module_stub.tramp"
# As much of the kernel's own headers as the generated one includes.
LINUX = {
    "const.h": "#define __AC(x, y) (x##y)\n#define _AC(x, y) __AC(x, y)\n",
    "build_bug.h": "#define static_assert _Static_assert\n",
    "errno.h": "#define ERANGE 34\n#define EINVAL 22\n",
    "stddef.h": "#include <stddef.h>\n#define __aligned(n) __attribute__((__aligned__(n)))\n",
    "types.h": """
        #include <stdbool.h>
        #include <stdint.h>
        typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
        typedef int8_t s8; typedef int16_t s16; typedef int32_t s32; typedef int64_t s64;
    """,
}
CONSUMER = """
#include <linux/types.h>
struct paca_struct { u64 first; u64 kernelbase; u64 kernel_toc; };
typedef u64 func_desc_t;
#include "module_stub.h"
"""


def compiled(folder: Path, kernel_toc: int) -> subprocess.CompletedProcess[str]:
    """A kernel in which kernel_toc is at 16, and a header that was made for something."""
    need("gcc")
    linux = folder / "linux"
    linux.mkdir()
    for name, text in LINUX.items():
        (linux / name).write_text(text)
    (folder / "consumer.c").write_text(CONSUMER)
    made = ["-D", f"PACATOC={kernel_toc}", "-D", "PACAKBASE=8", "--emit", "header"]
    assert main(["build", "-q", *made, "-o", str(folder), str(SPEC)]) == 0
    command = ["gcc", "-D__KERNEL__", "-Wall", "-Werror", "-I.", "-fsyntax-only", "consumer.c"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_the_same_number_compiles(tmp_path: Path) -> None:
    done = compiled(tmp_path, 16)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kernel_toc", [8, 24])
def test_another_number_is_refused_by_name(kernel_toc: int, tmp_path: Path) -> None:
    done = compiled(tmp_path, kernel_toc)
    assert done.returncode != 0
    assert f"module_stub.h was made for PACATOC = {kernel_toc}" in done.stderr
