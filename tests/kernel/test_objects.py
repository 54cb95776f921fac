"""The objects that other tests read are there, are the kernel's own, and have every kind of debug info."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from tests.kernel.kernels import SCRIPT, TARGETS, Target

Objects = Callable[[str], Path]
EVERY = pytest.mark.parametrize("target", TARGETS)


def read(path: Path) -> ELFFile:
    return ELFFile(path.open("rb"))


def symbols(path: Path) -> set[str]:
    """Those that the object defines, but for names of source files."""
    table = read(path).get_section_by_name(".symtab")
    assert isinstance(table, SymbolTableSection)
    return {symbol.name for symbol in table.iter_symbols() if isinstance(symbol["st_shndx"], int)}


def fits(elf: ELFFile, target: Target) -> bool:
    found = elf["e_machine"], elf.elfclass, elf.little_endian
    return found == (target.machine, target.bits, target.order == "little") and elf["e_type"] == "ET_REL"


def test_the_targets_are_those_of_the_scripts() -> None:
    """Nothing is built for the answer."""
    asked = f'cd "{SCRIPT.parents[2]}"; . tests/kernel/lib.sh; echo "$known"'
    known = subprocess.run(["bash", "-c", asked], check=True, capture_output=True, text=True).stdout.split()
    assert known == list(TARGETS)


@EVERY
def test_machine_and_debug_info(target: str, kernel_objects: Objects) -> None:
    expected = TARGETS[target]
    for path in sorted(kernel_objects(target).glob("*.o")):
        elf = read(path)
        info = elf.get_section_by_name(".debug_info")
        assert fits(elf, expected), path
        assert info is not None, path
        assert bool(info["sh_flags"] & SH_FLAGS.SHF_COMPRESSED) == expected.compressed, path
        assert int.from_bytes(info.data()[4:6], expected.order) == expected.dwarf, path


@EVERY
def test_what_specs_describe_is_there(target: str, kernel_objects: Objects) -> None:
    folder = kernel_objects(target)
    for name, wanted in TARGETS[target].holds.items():
        assert set(wanted) <= symbols(folder / name), name
    assert re.search(r"^#define \w+ \d+", (folder / "asm-offsets.h").read_text(), re.MULTILINE)


@EVERY
def test_types_without_dwarf(target: str, kernel_objects: Objects) -> None:
    expected, folder = TARGETS[target], kernel_objects(target)
    paths = sorted((folder / "btf").glob("*.o"))
    assert paths
    for path in paths:
        elf = read(path)
        types = elf.get_section_by_name(".BTF")
        assert fits(elf, expected), path
        assert types is not None, path
        assert int.from_bytes(types.data()[:2], expected.order) == 0xEB9F, path
        assert not [section.name for section in elf.iter_sections() if ".debug_" in section.name], path
        assert symbols(path) == symbols(folder / path.name), path


def test_the_whole_kernel_has_both_and_modules(vmlinux: Path) -> None:
    elf = read(vmlinux)
    assert elf["e_machine"] == "EM_PPC64"
    assert elf["e_type"] in ("ET_EXEC", "ET_DYN")
    assert elf.get_section_by_name(".debug_info")
    assert elf.get_section_by_name(".BTF")
    modules = [read(path)["e_type"] for path in (vmlinux.parent / "modules").glob("*.ko")]
    assert set(modules) == {"ET_REL"}
