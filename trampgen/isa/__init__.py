"""Instruction sets: one module each, holding what the assembler can't be asked (ranges, carries, PC bias)."""

from __future__ import annotations

import importlib

from trampgen.isa.base import Isa

# target name → the module that holds it; a new instruction set is a new module and a line here.
MODULES = {
    "arm": "arm", "armv4": "arm", "armv5": "arm", "arm64": "arm64", "ppc32": "ppc", "ppc64": "ppc", "thumb": "thumb",
    "riscv32": "riscv", "riscv64": "riscv", "x86_32": "x86", "x86_64": "x86",
}  # fmt: skip


def load(target: str) -> Isa:
    """The instruction set of a target name; KeyError for an unknown one."""
    module = importlib.import_module(f"trampgen.isa.{MODULES[target]}")
    isa: Isa = module.ISAS[target]
    return isa
