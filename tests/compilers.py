"""Object files made by the cross compilers, for tests of what reads them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.conftest import need

# target → the prefix of its compiler, and what that is told.
COMPILERS: dict[str, tuple[str, ...]] = {
    "ppc64": ("powerpc64le-linux-gnu-gcc",),
    "ppc32": ("powerpc-linux-gnu-gcc",),
    "arm": ("arm-linux-gnueabi-gcc", "-march=armv7-a"),
    "thumb": ("arm-linux-gnueabi-gcc", "-march=armv7-a", "-mthumb"),
    "arm64": ("aarch64-linux-gnu-gcc",),
    "x86_64": ("x86_64-linux-gnu-gcc",),
    "x86_32": ("i686-linux-gnu-gcc",),
}


def built(source: Path, target: str, folder: Path, *flags: str) -> str:
    """The object of one source file of assembly or C, with debug information; skips without the compiler."""
    compiler, *own = COMPILERS[target]
    need(compiler)
    made = folder / f"{source.stem}.o"
    command = [compiler, *own, "-g", "-c", "-o", str(made), *flags, str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return str(made)
