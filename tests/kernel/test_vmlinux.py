"""`verify` on a whole kernel, as on its objects. It is there after `make kernel-vmlinux`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.kernel.held import Held, hold

IN_KERNEL = {
    "optprobe": ["optprobe optprobe_template ppc64 elfv2"],
    "module_stub": ["stub ppc64_stub elfv2", "stub ftrace_stub elfv2", "layout ppc64_stub_entry elfv2"],
}


@pytest.fixture(scope="module", params=IN_KERNEL)
def held(request: pytest.FixtureRequest, vmlinux: Path) -> tuple[Held, list[str]]:
    """A spec with the kernel in memory, and what is to be in it."""
    return hold(EXAMPLES / "linux" / "powerpc" / f"{request.param}.tramp", [vmlinux]), IN_KERNEL[
        request.param
    ]


def test_the_kernel_is_as_specified(held: tuple[Held, list[str]]) -> None:
    kernel, things = held
    outcome, found = kernel.verified()
    assert found == []
    assert list(dict.fromkeys(kernel.title(one) for one in outcome.checked)) == things


def test_every_bit_is_found_in_the_kernel(held: tuple[Held, list[str]]) -> None:
    kernel, _ = held
    for one in kernel.different_things():
        for flip in kernel.flips(one):
            assert flip.is_told(), flip.why()
