"""Contracts as the prover takes them: defaults of each kind of template, parts of registers, what slots hold."""

from __future__ import annotations

from collections.abc import Callable

from tests.conftest import Compiled
from trampgen.model import contracts as model
from trampgen.prove.contract import Contract, bits_of, contract, parts_of
from trampgen.prove.machine import Machine
from trampgen.prove.machines import _MODULES, machine

Compile = Callable[..., Compiled]


def of(isa: str) -> Machine:
    found = machine(isa)
    assert found is not None
    return found


def demanded(compile_text: Compile, text: str) -> Contract:
    spec = compile_text(text).spec
    assert spec is not None
    template = spec.templates[-1]
    variant = template.variants[0]
    return contract(template, variant, of(variant.isa))


def test_a_stub_keeps_all_but_what_the_abi_gives_it(compile_text: Compile) -> None:
    found = demanded(compile_text, "target ppc64\nstub s { code { bctr } }")
    assert set(of("ppc64").kept_over) - set(found.kept) == {"r0", "r11", "r12", "ctr"}
    assert list(found.sticky) == ["r13"]
    assert found.amount("redzone") == 0


def test_a_site_keeps_all_but_the_link_register(compile_text: Compile) -> None:
    found = demanded(compile_text, "target arm64\nsite s { param f: branch; code { bl ${f} } }")
    assert set(of("arm64").kept_over) - set(found.kept) == {"x30"}


def test_a_probe_keeps_all_and_the_red_zone(compile_text: Compile) -> None:
    found = demanded(compile_text, "target ppc64\noptprobe s { param f: branch; code { b ${f} } }")
    assert set(of("ppc64").kept_over) == set(found.kept)
    assert found.amount("redzone") == 288


def test_what_is_not_clobbered_is_kept(compile_text: Compile) -> None:
    found = demanded(
        compile_text, "target ppc64\nstub s { code { bctr }; contract { clobbers cr, r3; sticky r2 } }"
    )
    gone = {"r3", *(f"cr{n}" for n in range(8))}
    assert set(of("ppc64").kept_over) - set(found.kept) == gone
    assert set(found.sticky) == {"r2", "r13"}


def test_clauses_as_data(compile_text: Compile) -> None:
    text = """
        target ppc64
        extern struct pt_regs
        const REGS = 48
        optprobe probe {
            param op
            param f: branch
            code { std r5, ${REGS + pt_regs.gpr[5]}(r1); li r3, ${op}; b ${f} }
            contract {
                frame pt_regs at r1 + REGS
                exit r3 == op + REGS, pt_regs.gpr[n] == entry.r[n] - 8 for n in 5..6
            }
        }
    """.replace("exit r3", "exit ctr == r3\n                r3")
    found = demanded(compile_text, text)
    texts = [fact.text for fact, _ in found.facts]
    assert texts == [
        "ctr == r3",
        "r3 == op + 48",
        "pt_regs.gpr[5] == entry.r5 - 8",
        "r3 == op + 48",
        "pt_regs.gpr[6] == entry.r6 - 8",
    ]
    saved = found.saved(of("ppc64"))
    assert {name: (slot.member.name, slot.more) for name, slot in saved.items()} == {
        "r5": ("pt_regs.gpr[5]", -8),
        "r6": ("pt_regs.gpr[6]", -8),
    }
    ((frame, _),) = found.frames
    assert isinstance(frame.address, model.Binary)


def test_parts_of_registers() -> None:
    assert parts_of(["cr"], of("ppc64")) == [f"cr{n}" for n in range(8)]
    assert dict(bits_of("cr", of("ppc64")))["cr0"] == 28
    assert parts_of(["r13", "ip"], of("arm")) == ["sp", "r12"]
    assert parts_of(["fp"], of("arm64")) == ["x29"]


def test_every_machine_is_whole() -> None:
    """Registers of contracts are SLEIGH's, and what the convention names are registers of contracts."""
    from trampgen.prove.lift import places

    for isa in _MODULES:
        found = of(isa)
        known = places(found.language)
        for parts in found.registers.values():
            for name, low, bits in parts:
                assert name is None or low + bits <= 8 * known[name][1]
        named = {*found.kept_over, *found.volatile, *found.linkage, *found.sticky, found.sp}
        assert named <= set(found.registers)
        assert all(patch.value & ~patch.mask == 0 and patch.why for patch in found.patches)
