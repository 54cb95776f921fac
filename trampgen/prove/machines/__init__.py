"""One module for each instruction set: its registers, its calling convention, what SLEIGH has wrong."""

from __future__ import annotations

import importlib

from trampgen.prove.machine import Machine

_MODULES = {
    "ppc64": "ppc", "ppc32": "ppc", "arm": "arm", "armv5": "arm", "armv4": "arm", "thumb": "arm",
    "arm64": "arm64", "x86_64": "x86", "x86_32": "x86",
}  # fmt: skip


def machine(isa: str) -> Machine | None:
    """What is known of a target; None of one that can't be lifted."""
    name = _MODULES.get(isa)
    if name is None:
        return None
    found: Machine = importlib.import_module(f"trampgen.prove.machines.{name}").MACHINES[isa]
    return found
