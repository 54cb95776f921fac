"""Offsets from debug info of Linux 6.12 against what its own build generated, in every format, and against pahole."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from tests.kernel.kernels import TARGETS
from trampgen.diagnostics import Report
from trampgen.elf.debuginfo import DebugInfo, sources
from trampgen.elf.file import Elf
from trampgen.elf.types import NoMember, Struct, everything, offset_of
from trampgen.facts.asm_offsets import AsmOffsets, read_asm_offsets
from trampgen.facts.debug import Debug
from trampgen.facts.expression import Atom
from trampgen.model.source import Sources

Objects = Callable[[str], Path]
EVERY = pytest.mark.parametrize("target", TARGETS)

# What include/uapi and arch/*/include say of struct pt_regs, worked out by hand.
_PPC64 = {"gpr": 0, "nip": 256, "msr": 264, "link": 288, "softe": 312, "trap": 320, "result": 344}
_PPC32 = {"gpr": 0, "nip": 128, "msr": 132, "link": 144, "ccr": 152, "trap": 160, "result": 172}
_ARM = {"uregs": 0, "uregs[13]": 52, "uregs[17]": 68}
_X86_64 = {
    "r15": 0,
    "bp": 32,
    "ax": 80,
    "di": 112,
    "orig_ax": 120,
    "ip": 128,
    "cs": 136,
    "flags": 144,
    "ss": 160,
}
_X86_32 = {"bx": 0, "ax": 24, "orig_ax": 44, "ip": 48, "flags": 56, "sp": 60}
_ARM64 = {"regs": 0, "regs[30]": 240, "sp": 248, "pc": 256, "pstate": 264, "orig_x0": 272}
PT_REGS = {
    "ppc64": _PPC64,
    "ppc32": _PPC32,
    "arm64": _ARM64,
    "arm": _ARM,
    "x86-64": _X86_64,
    "x86-32": _X86_32,
}

EXAMPLES_OF = [
    ("ppc64le", "optprobes", "powerpc/optprobe"), ("ppc64le", "module_64", "powerpc/module_stub"),
    ("ppc64le-pcrel", "optprobes", "powerpc/optprobe"), ("ppc64le-pcrel", "module_64", "powerpc/module_stub"),
    ("ppc64be-elfv1", "optprobes", "powerpc/optprobe"), ("ppc64be-elfv1", "module_64", "powerpc/module_stub"),
    ("ppc64be-elfv2", "optprobes", "powerpc/optprobe"), ("ppc32", "optprobes", "powerpc/optprobe"),
    ("arm", "opt-arm", "arm/optprobe"), ("arm-v5", "opt-arm", "arm/optprobe"), ("arm-v4", "opt-arm", "arm/optprobe"),
    ("x86-64", "opt", "x86/optprobe"), ("x86-64", "ftrace", "x86/ftrace"), ("x86-64-fp", "opt", "x86/optprobe"),
]  # fmt: skip


def generated(folder: Path) -> AsmOffsets:
    found = read_asm_offsets(str(folder / "asm-offsets.h"), Sources(), Report())
    assert found is not None
    return found


def known_by(folder: Path) -> Iterator[DebugInfo]:
    """The debug info of every object."""
    for path in [*sorted(folder.glob("*.o")), *sorted((folder / "btf").glob("*.o"))]:
        yield from sources(Elf(str(path)))


@EVERY
def test_the_registers_of_every_object(target: str, kernel_objects: Objects) -> None:
    [expected] = [PT_REGS[name] for name in list(PT_REGS) if target.startswith(name)][:1]
    seen: set[str] = set()
    for info in known_by(kernel_objects(target)):
        struct = info.struct("pt_regs")
        if struct is not None:
            assert {path: offset_of(struct, path) for path in expected} == expected, info.name
            seen.add(info.name.split(" ")[0])
    assert seen == {"DWARF", "BTF"}


@EVERY
def test_what_the_build_generated(target: str, kernel_objects: Objects) -> None:
    """Each offset that a comment of asm-offsets.h names, from every object that has the struct."""
    folder = kernel_objects(target)
    header = generated(folder)
    text = (folder / "asm-offsets.h").read_text()
    named = re.findall(r"offsetof\((struct \w+), ([\w.\[\]]+)\)", text)
    held = 0
    for info in known_by(folder):
        debug = Debug(info)
        for struct, path in named:
            atom = Atom("offsetof", struct, path)
            expected = header.value(atom)
            try:
                found = debug.value(atom)
            except NoMember as missing:
                raise AssertionError(f"{info.name}: {atom}: {missing}") from missing
            if found is not None and expected is not None:
                assert found == expected, f"{info.name}: {atom}"
                held += 1
    assert held > 20


@pytest.mark.parametrize(("target", "name", "path"), EXAMPLES_OF, ids=[" ".join(one) for one in EXAMPLES_OF])
def test_every_source_agrees(target: str, name: str, path: str, kernel_objects: Objects) -> None:
    """Also of kernels that lack what other cases of the spec use."""
    folder = kernel_objects(target)
    files = [str(folder / f"{name}.o"), str(folder / "btf" / f"{name}.o")]
    spec = EXAMPLES / "linux" / f"{path}.tramp"
    result = compile_file(spec, {}, (), [str(folder / "asm-offsets.h")], files)
    assert result.codes == []
    assert result.spec is not None
    values = {extern.name: extern.value for extern in result.spec.externs}
    assert set(values.values()) != {None} or not values


def places(struct: Struct) -> list[tuple[object, ...]]:
    return [(m.name, m.offset, m.size, m.bits and (m.bits.offset, m.bits.size)) for m in everything(struct)]


def test_pahole_says_the_same(vmlinux: Path) -> None:
    """Every struct of the first units of a kernel, by the tool that kernels are built with."""
    need("pahole")
    command = ["pahole", "-F", "dwarf", "--flat_arrays", "-C", ",".join(NAMES), str(vmlinux)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    sizes = dict(re.findall(r"^struct (\w+) \{\n.*?/\* size: (\d+),", shown, re.MULTILINE | re.DOTALL))
    dwarf, btf = sources(Elf(str(vmlinux)))
    for name in NAMES:
        one, other = dwarf.struct(name), btf.struct(name)
        assert one is not None
        assert other is not None
        assert one.size == other.size == int(sizes[name])
        assert places(one) == places(other), name


NAMES = ("pt_regs", "paca_struct", "task_struct", "mm_struct", "module", "kprobe", "sk_buff", "inode", "page")


def test_the_unit_of_a_function_in_a_kernel(vmlinux: Path) -> None:
    dwarf = sources(Elf(str(vmlinux)))[0]
    for function in ("optimized_callback", "apply_relocate_add", "do_exit"):
        assert dwarf.has_function(function)
        struct = dwarf.struct("pt_regs", function)
        assert struct is not None
        assert offset_of(struct, "nip") == 256
    assert dwarf.struct("kprobe", "ksys_write") is None
