# SPDX-License-Identifier: MIT
"""Hold a blob against the template in the kernel's own object, with the offsets of the kernel's own asm-offsets.h.

usage: same_template.py TRAMPGEN SPEC CASES ORDER ASM_OFFSETS OBJECT SCRATCH
       same_template.py --constants ASM_OFFSETS     only these, as a constants file"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection
from elftools.elf.sections import SymbolTableSection

FIRST, END = "optprobe_template_entry", "optprobe_template_end"
# What asm-offsets.h of powerpc calls the members of pt_regs; it counts from the bottom of the frame.
POWERPC = {
    "msr": "_MSR", "trap": "_TRAP", "orig_gpr3": "ORIG_GPR3", "result": "RESULT", "ctr": "_CTR", "link": "_LINK",
    "xer": "_XER", "ccr": "_CCR", "softe": "SOFTE",
}  # fmt: skip


def constants(asm_offsets: Path) -> Iterator[str]:
    """Lines of a constants file; none where the kernel has no such offsets."""
    text = asm_offsets.read_text()
    known = {name: int(value) for name, value in re.findall(r"^#define (\w+) (-?\d+)\b", text, re.MULTILINE)}
    base = known.get("GPR0", 0)  # the first member of pt_regs
    for n in range(32) if "GPR0" in known else ():  # only some have a name of their own
        yield f"pt_regs.gpr[{n}] = {n * (known['GPR1'] - base)}"
    for member, name in POWERPC.items():
        if name in known:
            yield f"pt_regs.{member} = {known[name] - base}"
    for name in ("PACATOC", "PACAIRQSOFTMASK"):
        if name in known:
            yield f"{name} = {known[name]}"


def template(path: Path) -> bytes:
    """The bytes between two labels of an object; it must have no relocations there."""
    with path.open("rb") as stream:
        elf = ELFFile(stream)
        table = elf.get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        first, end = ((table.get_symbol_by_name(name) or [])[0] for name in (FIRST, END))
        section = elf.get_section(first["st_shndx"])
        start, stop = first["st_value"], end["st_value"]
        relocations = [elf.get_section_by_name(f"{kind}{section.name}") for kind in (".rela", ".rel")]
        tables = [r for r in relocations if isinstance(r, RelocationSection)]
        moved = [r["r_offset"] for table in tables for r in table.iter_relocations()]
        assert not any(start <= offset < stop for offset in moved), "the template has relocations"
        data: bytes = section.data()
    return data[start:stop]


def main() -> None:
    if sys.argv[1] == "--constants":
        print(*constants(Path(sys.argv[2])), sep="\n")
        return
    trampgen, spec, cases, order, asm_offsets, kernel, scratch = sys.argv[1:]
    folder = Path(scratch)
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "offsets.const"
    known.write_text("\n".join(constants(Path(asm_offsets))) + "\n")
    command = [
        *shlex.split(trampgen),
        "build",
        spec,
        "-o",
        scratch,
        "--emit",
        "blob",
        "--constants",
        str(known),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    ours = (folder / f"{Path(spec).stem}.optprobe_template.{cases}.{order}.bin").read_bytes()
    theirs = template(Path(kernel))
    if ours != theirs:
        differ = [i for i in range(0, len(theirs), 4) if ours[i : i + 4] != theirs[i : i + 4]]
        sys.exit(f"{spec} [{cases}]: {len(ours)} bytes, {len(theirs)} in {kernel}; differ at {differ}")
    print(f"{len(ours)} bytes of the template are those of {Path(kernel).name}")


if __name__ == "__main__":
    main()
