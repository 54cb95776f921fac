"""Numbers without a hole that count from where the code runs, however far, and those that can't be followed."""

from __future__ import annotations

import pytest

pytest.importorskip("pypcode")

from trampgen.model.source import Span
from trampgen.prove import terms
from trampgen.prove.execute import patch_of
from trampgen.prove.lift import NotLifted, lift
from trampgen.prove.machines import machine
from trampgen.prove.program import IP, Step


def step(number: int, size: int, unit: int, offset: int = 0x10) -> Step:
    return Step(0, offset, size, number, (), "insn", "it", Span("", 1, 1, 1, 1), unit)


@pytest.mark.parametrize(
    ("isa", "one", "distance"),
    [
        ("x86_64", step(0x01000000_E9, 5, 1), 0x15 + 0x1000000),
        ("x86_64", step(0x80000000_E9, 5, 1), 0x15 - 0x80000000),
        ("ppc64", step(0x4A000000, 4, 4), 0x10 - 0x2000000),
        ("arm64", step(0x16000000, 4, 4), 0x10 - 0x8000000),
        ("arm64", step(0x107FFFE0, 4, 4), 0x10 + 0xFFFFC),  # adr
    ],
)
def test_far_targets_move_with_the_code(isa: str, one: Step, distance: int) -> None:
    found = machine(isa)
    assert found is not None
    moving = [node.at for op in lift(one, found) for node in op.inputs if not isinstance(node.at, int)]
    assert moving == [terms.add(terms.var(IP, 64), distance, 64)]


def test_pages_without_a_hole_are_not_followed() -> None:
    """`adrp x0, 0`: code need not begin with a page."""
    found = machine("arm64")
    assert found is not None
    with pytest.raises(NotLifted, match="unknown way"):
        lift(step(0x90000000, 4, 4), found)


def test_a_record_form_is_another_instruction() -> None:
    """`rldimi.` sets CR0, which `rldimi` does not."""
    found = machine("ppc64")
    assert found is not None
    assert patch_of(step(0x7883400C, 4, 4), found) is not None
    assert patch_of(step(0x7883400D, 4, 4), found) is None
