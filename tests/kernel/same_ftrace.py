# SPDX-License-Identifier: MIT
"""Hold the trampolines of function tracing against the kernel's own code, which it copies when it makes one.

usage: same_ftrace.py TRAMPGEN SPEC CASES OBJECT SCRATCH"""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

# Template → where the kernel's own begins and ends, and what it patches: symbol, first byte from there, bytes.
TRAMPOLINES = {
    "ftrace_tramp": ("ftrace_caller", {"ftrace_caller_op_ptr": (3, 4), "ftrace_call": (0, 5)}),
    "ftrace_regs_tramp": (
        "ftrace_regs_caller",
        {"ftrace_regs_caller_op_ptr": (3, 4), "ftrace_regs_call": (0, 5), "ftrace_regs_caller_jmp": (0, 2)},
    ),
}


def main() -> None:
    trampgen, spec, cases, kernel, scratch = sys.argv[1:]
    command = [*shlex.split(trampgen), "build", spec, "-o", scratch, "--emit", "blob"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with Path(kernel).open("rb") as stream:
        elf = ELFFile(stream)
        table, code = (elf.get_section_by_name(name) for name in (".symtab", ".text"))
        assert isinstance(table, SymbolTableSection)
        assert code is not None
        symbols = {symbol.name: symbol["st_value"] for symbol in table.iter_symbols()}
        text = code.data()
    for name, (first, patched) in TRAMPOLINES.items():
        start, end = symbols[first], symbols[f"{first}_end"]
        ours = (Path(scratch) / f"{Path(spec).stem}.{name}.{cases}.le.bin").read_bytes()
        free = {
            symbols[symbol] - start + at + byte
            for symbol, (at, size) in patched.items()
            for byte in range(size)
        }
        theirs = text[start:end]
        if differ := [at for at, byte in enumerate(theirs) if at not in free and byte != ours[at]]:
            sys.exit(f"{name} [{cases}] differs from {first} at {differ}")
        print(f"{end - start} bytes of {name} are those of {first}")


if __name__ == "__main__":
    main()
