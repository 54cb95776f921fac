"""Objects of Linux 6.12 for the tests of this folder, each target built once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kernel import kernels


@pytest.fixture(scope="session")
def kernel_objects() -> Callable[[str], Path]:
    """From one of `kernels.TARGETS` to the folder of its objects.

    They are the kernel's own, with debug info: NAME.o, asm-offsets.h, and in btf/ the same with BTF instead of DWARF.
    """
    return functools.cache(kernels.objects)


@pytest.fixture(scope="session")
def vmlinux() -> Path:
    """A whole kernel of ppc64le with DWARF and BTF; its modules are in modules/ beside it."""
    path = kernels.cache() / "vmlinux-ppc64le" / "vmlinux"
    if not path.exists():
        pytest.skip("needs a whole kernel: make kernel-vmlinux builds it, in a few minutes")
    return path.resolve()
