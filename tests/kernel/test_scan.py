"""Scans of what Linux 6.12 is built of: templates are where their symbols are, calls lead where objdump says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from trampgen.elf.file import Elf
from trampgen.model.spec import Spec
from trampgen.scan import areas
from trampgen.scan.described import Wanted, chosen
from trampgen.scan.holes import Match
from trampgen.scan.names import Names
from trampgen.scan.patterns import order_of
from trampgen.scan.scanning import Asked, Scan
from trampgen.scan.targets import target

LINUX = EXAMPLES / "linux"
OBJDUMP = "powerpc64le-linux-gnu-objdump"
_BRANCH = re.compile(r"^\s*([0-9a-f]+):\s+(b|bl)\s+([0-9a-f]+) <([^>]+)>$", re.MULTILINE)
_SHOWN = 0x60000  # bytes of text that are disassembled


def example(path: str, constants: Sequence[str] = ()) -> Spec:
    spec = compile_file(LINUX / path, {}, [str(LINUX / one) for one in constants]).spec
    assert spec is not None
    return spec


def scanned(
    path: Path, spec: Spec, *names: str, data: bool = False
) -> list[tuple[Match, str, dict[str, str]]]:
    """Each match, the symbol that it is in, and where its values lead to."""
    elf = Elf(str(path))
    order, places = order_of(elf), Names(elf)
    scan = Scan(Asked(chosen(Wanted(spec, elf.targets, order), names), (), order))
    found = []
    for area in areas.of_elf(elf, data=data):
        for match in scan.matches(area):
            assert isinstance(match, Match)
            assert area.section is not None
            leads = {value.name: target(match, value, area, places) for value in match.values}
            own = places.of(area.section.index, match.address + match.pattern.origin)
            found.append((match, str(own), {name: str(t.place) for name, t in leads.items() if t}))
    return found


TEMPLATES = [
    ("ppc64le", "optprobes_head.o", "powerpc/optprobe.tramp", "ppc64, elfv2"),
    ("ppc64le-pcrel", "optprobes_head.o", "powerpc/optprobe.tramp", "ppc64, pcrel"),
    ("ppc64be-elfv1", "optprobes_head.o", "powerpc/optprobe.tramp", "ppc64, elfv1"),
    ("ppc64be-elfv2", "optprobes_head.o", "powerpc/optprobe.tramp", "ppc64, elfv2"),
    ("ppc32", "optprobes_head.o", "powerpc/optprobe.tramp", "ppc32, elfv2"),
    ("arm", "opt-arm.o", "arm/optprobe.tramp", "v7"),
    ("arm-v5", "opt-arm.o", "arm/optprobe.tramp", "v5"),
    ("arm-v4", "opt-arm.o", "arm/optprobe.tramp", "v4"),
    ("x86-64", "opt.o", "x86/optprobe.tramp", "x86_64, no_frame_pointer"),
    ("x86-64-fp", "opt.o", "x86/optprobe.tramp", "x86_64, frame_pointer"),
    ("x86-32", "opt.o", "x86/optprobe.tramp", "x86_32, frame_pointer"),
]


@pytest.mark.parametrize(("kernel", "name", "path", "case"), TEMPLATES, ids=[one[0] for one in TEMPLATES])
def test_the_template_of_optimised_probes(
    kernel: str, name: str, path: str, case: str, kernel_objects: Callable[[str], Path]
) -> None:
    """It is found once, at its symbol, at rest, in the case that the kernel was built for; on x86 it is no code yet."""
    file = kernel_objects(kernel) / name
    found = scanned(file, example(path), "optprobe_template", data=kernel.startswith("x86"))
    ((match, _, _),) = found
    place = Elf(str(file)).place("optprobe_template_entry")
    assert place is not None
    assert match.address == place[1]
    assert case in match.pattern.cases
    assert {form for _, form in match.forms} == {None}


def test_trampolines_of_static_calls(kernel_objects: Callable[[str], Path]) -> None:
    """Each symbol of one is a match, and no other place is; patched ones jump to a function that is named."""
    for kernel, path in (("x86-64", "x86/static_call.tramp"), ("ppc32", "powerpc/static_call32.tramp")):
        file = kernel_objects(kernel) / "irq.o"
        found = scanned(file, example(path), "static_call_tramp")
        symbols = {symbol.name for symbol in Elf(str(file)).symbols if symbol.name.startswith("__SCT__")}
        defined = {s for s in symbols if Elf(str(file)).place(s) is not None}
        assert len(defined) > 5
        assert sorted(symbol for _, symbol, _ in found) == sorted(defined)
        for match, symbol, leads in found:
            if dict(match.forms)["jump"] == "jump" and symbol.startswith("__SCT__tp_func_"):
                assert leads["func"] == f"__traceiter_{symbol.removeprefix('__SCT__tp_func_')}"


def test_the_template_in_a_whole_kernel(vmlinux: Path) -> None:
    found = scanned(vmlinux, example("powerpc/optprobe.tramp"), "optprobe_template")
    ((match, symbol, _),) = found
    assert (symbol, match.pattern.cases) == ("optprobe_template_entry", ("ppc64, elfv2",))
    assert all(not value.others for value in match.values)


def test_branches_of_a_kernel_are_those_of_objdump(vmlinux: Path) -> None:
    """Addresses, targets and their names, in the first part of .text."""
    need(OBJDUMP)
    start = Elf(str(vmlinux)).by_name[".text"].address
    ends = [f"--start-address={start:#x}", f"--stop-address={start + _SHOWN:#x}"]
    words = [OBJDUMP, "-d", "-j", ".text", "--no-show-raw-insn", *ends, str(vmlinux)]
    shown = subprocess.run(words, capture_output=True, text=True, check=True, timeout=300).stdout
    expected = {
        int(at, 16): (int(to, 16), name) for at, what, to, name in _BRANCH.findall(shown) if what == "b"
    }
    assert len(expected) > 1000
    found = {
        match.address: (match.values[0].value, leads["slot"])
        for match, _, leads in scanned(vmlinux, example("powerpc/optprobe.tramp"), "optprobe_site")
        if start <= match.address < start + _SHOWN
    }
    assert found.keys() == expected.keys()
    assert {at: to for at, (to, _) in found.items()} == {at: to for at, (to, _) in expected.items()}
    # Of several names of one place each tool chooses another.
    offsets = {
        at: (found[at][1].partition("+")[2], name.partition("+")[2]) for at, (_, name) in expected.items()
    }
    same = sum(ours == theirs for ours, theirs in offsets.values())
    assert same > 0.99 * len(expected)


def test_calls_of_the_profiler_in_modules(vmlinux: Path) -> None:
    """Each leads to _mcount, which a module does not have: a relocation says so."""
    spec = example("powerpc/call_sites.tramp")
    modules = sorted((vmlinux.parent / "modules").glob("*.ko"))
    assert modules
    for module in modules:
        found = scanned(module, spec, "profile_call")
        assert found
        assert {leads["func"] for _, _, leads in found} == {"_mcount"}
