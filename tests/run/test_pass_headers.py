"""The header of every spec in tests/pass compiles without a warning, in its first case and in its last."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, need
from tests.run.cross import HERE
from trampgen.cli import main

SPECS = sorted(p for p in (ROOT / "tests" / "pass").glob("*.tramp") if not p.name.endswith(".inc.tramp"))
COMPILERS = {
    "ppc64": ("gcc", "powerpc64-linux-gnu-gcc", "powerpc64le-linux-gnu-gcc"),
    "ppc32": ("powerpc-linux-gnu-gcc",),
    "arm64": ("gcc", "aarch64-linux-gnu-gcc"),
    **dict.fromkeys(("riscv64", "riscv32"), ("gcc", "powerpc-linux-gnu-gcc")),
    # What is for one width is compiled for both: an emulator's or a debugger's host is any.
    **dict.fromkeys(("x86_64", "x86_32"), ("gcc", "i686-linux-gnu-gcc")),
    **dict.fromkeys(("arm", "armv5", "armv4", "thumb"), ("arm-linux-gnueabi-gcc",)),
    **dict.fromkeys(("x86_64", "x86_32"), ("gcc", "arm-linux-gnueabi-gcc")),
}
# What the specs say the including file declares.
PRELUDE = """
#include "kernel.h"
struct s { u64 first; u64 m; };
struct slot { u64 first; u64 next; };
#define FLAGS 5
#ifdef CONFIG_PPC64_ELF_ABI_V1
typedef struct { u64 address, toc; } func_desc_t;
#else
typedef u64 func_desc_t;
#endif
#define FAR_AWAY 0x12345678
#define L1_CACHE_BYTES 64
#define xx 0x1234
"""


@pytest.mark.parametrize("first_case", [False, True], ids=["last case", "first case"])
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_header_compiles(
    path: Path, first_case: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = path.read_text()
    defines = [w for pair in re.findall(r"^// lint (-D) (\S+=\w+)$", text, re.MULTILINE) for w in pair]
    assert main(["build", "-q", *defines, "--emit", "header", "-o", str(tmp_path), str(path)]) == 0
    (tmp_path / "consumer.c").write_text(f'{PRELUDE}#include "{path.stem}.h"\n')
    main(["--include-dir"])
    include = capsys.readouterr().out.strip()
    guards = re.findall(r'when "(?:defined\()?(\w+)', text)[:1] if first_case else []
    target = re.search(r"target (\w+)", text)
    for compiler in COMPILERS[target.group(1) if target else "ppc64"]:
        need(compiler)
        flags = [
            "-std=gnu11",
            "-O1",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsyntax-only",
            f"-I{include}",
            f"-I{HERE}",
        ]
        command = [compiler, *flags, *(f"-D{guard}" for guard in guards), "consumer.c"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
