"""`verify` on the kernel's own objects: what has a spec is as the spec says, and every bit that is not is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from tests.kernel.held import Held, hold

# target → spec → what is in its objects: kind, name, cases.
Things = dict[str, list[str]]
_PPC64 = ["stub ppc64_stub", "stub ftrace_stub", "layout ppc64_stub_entry"]
IN_OBJECTS: dict[str, Things] = {
    "ppc64le": {
        "powerpc/optprobe": ["optprobe optprobe_template ppc64 elfv2"],
        "powerpc/module_stub": [f"{stub} elfv2" for stub in _PPC64],
    },
    "ppc64le-pcrel": {
        "powerpc/optprobe": ["optprobe optprobe_template ppc64 pcrel"],
        "powerpc/module_stub": [f"{stub} pcrel" for stub in _PPC64],
    },
    "ppc64be-elfv1": {
        "powerpc/optprobe": ["optprobe optprobe_template ppc64 elfv1"],
        "powerpc/module_stub": ["stub ppc64_stub elfv1", "layout ppc64_stub_entry elfv1"],
    },
    "ppc64be-elfv2": {
        "powerpc/optprobe": ["optprobe optprobe_template ppc64 elfv2"],
        "powerpc/module_stub": [f"{stub} elfv2" for stub in _PPC64],
    },
    "ppc32": {
        "powerpc/optprobe": ["optprobe optprobe_template ppc32 elfv2"],
        "powerpc/static_call32": ["stub static_call_tramp"],
        "powerpc/module_plt32": ["layout ppc_plt_entry"],
    },
    "arm": {
        "arm/optprobe": ["optprobe optprobe_template v7"],
        "arm/decode_arm": ["table arm_insn v6"],
        "arm/module_plt": ["repeat plt_entries"],
    },
    "arm-v5": {
        "arm/optprobe": ["optprobe optprobe_template v5"],
        "arm/decode_arm": ["table arm_insn before_v6"],
    },
    "arm-v4": {
        "arm/optprobe": ["optprobe optprobe_template v4"],
        "arm/decode_arm": ["table arm_insn before_v6"],
    },
    "arm-thumb": {
        "arm/decode_thumb": ["table thumb32_insn", "table thumb16_insn"],
        "arm/module_plt": ["repeat plt_entries"],
    },
    "arm64": {"arm64/kprobes": ["stub kretprobe_trampoline"]},
    "x86-64": {
        "x86/optprobe": ["optprobe optprobe_template x86_64 no_frame_pointer"],
        "x86/ftrace": ["stub ftrace_tramp no_frame_pointer", "stub ftrace_regs_tramp no_frame_pointer"],
        "x86/static_call": ["stub static_call_tramp", "stub static_call_tail"],
        "x86/uretprobe": ["stub uretprobe_trampoline"],
        "x86/opcodes": ["bitmap good_insns_64 has_64", "bitmap good_2byte_insns", "bitmap twobyte_is_boostable"],
    },
    "x86-64-fp": {
        "x86/optprobe": ["optprobe optprobe_template x86_64 frame_pointer"],
        "x86/ftrace": ["stub ftrace_tramp frame_pointer", "stub ftrace_regs_tramp frame_pointer"],
        "x86/opcodes": [
            "bitmap good_insns_64 has_64", "bitmap good_insns_32 has_32", "bitmap good_2byte_insns",
            "bitmap twobyte_is_boostable",
        ],
    },
    "x86-32": {
        "x86/optprobe": ["optprobe optprobe_template x86_32 frame_pointer"],
        "x86/opcodes": ["bitmap good_insns_32 has_32", "bitmap good_2byte_insns", "bitmap twobyte_is_boostable"],
    },
}  # fmt: skip


def _pairs() -> Iterator[tuple[str, str]]:
    for target, specs in IN_OBJECTS.items():
        for spec in specs:
            yield target, spec


@pytest.fixture(scope="module", params=_pairs(), ids="-".join)
def held(request: pytest.FixtureRequest, kernel_objects: Callable[[str], Path]) -> tuple[Held, list[str]]:
    """A spec with the objects of a target in memory, and what is to be in them."""
    target, spec = request.param
    files = sorted(kernel_objects(target).glob("*.o"))
    return hold(EXAMPLES / "linux" / f"{spec}.tramp", files), IN_OBJECTS[target][spec]


def test_objects_are_as_specified(held: tuple[Held, list[str]]) -> None:
    kernel, things = held
    outcome, found = kernel.verified()
    assert found == []
    assert list(dict.fromkeys(kernel.title(one) for one in outcome.checked)) == things
    assert not any("not known" in one.what for one in outcome.checked)  # debug info has every offset


def test_every_bit_that_is_not_in_a_hole_is_found_where_it_is(held: tuple[Held, list[str]]) -> None:
    kernel, _ = held
    for one in kernel.different_things():
        for flip in kernel.flips(one):
            assert flip.is_told(), flip.why()
