"""Where the objects of Linux 6.12 are that the scripts of this folder build, and what they are built for."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import ROOT

SCRIPT = ROOT / "tests" / "kernel" / "build-objects.sh"
_LONGEST = 1200  # seconds to build the objects of one target, the source included
Holds = dict[str, tuple[str, ...]]  # object → symbols that it must define


@dataclass(frozen=True)
class Target:
    """What its objects have in common, and in which of them stands what specifications describe."""

    machine: str  # e_machine, as pyelftools calls it
    bits: int
    order: Literal["little", "big"]
    holds: Holds
    dwarf: int = 5
    compressed: bool = False


_OPTPROBE = ("optprobe_template_entry", "optprobe_template_end")
_PPC64: Holds = {"optprobes_head.o": _OPTPROBE, "module_64.o": ("ppc64_stub_insns", "stub_insns")}
_ARM: Holds = {
    "opt-arm.o": _OPTPROBE,
    "decode-arm.o": ("probes_decode_arm_table",),
    "kprobes-actions-arm.o": ("kprobes_arm_actions",),
    "uprobes-actions-arm.o": ("uprobes_probes_actions",),
    "kprobes-core.o": ("kprobes_arm_break_hook",),
    "uprobes-core.o": ("uprobes_arm_break_hook", "uprobes_arm_ss_hook"),
}
_PLT: Holds = {"module-plts.o": ("get_module_plt",)}
_THUMB: Holds = {
    "decode-thumb.o": ("probes_decode_thumb16_table", "probes_decode_thumb32_table"),
    "actions-thumb.o": ("kprobes_t16_actions", "kprobes_t32_actions"),
    "kprobes-core.o": ("kprobes_thumb16_break_hook", "kprobes_thumb32_break_hook"),
}
_ARM64: Holds = {
    "module-plts.o": ("get_plt_entry",),
    "kprobes.o": ("arch_prepare_kprobe",),
    "kprobes_trampoline.o": ("__kretprobe_trampoline",),
    "uprobes.o": ("arch_uprobe_analyze_insn",),
    "entry-ftrace.o": ("ftrace_caller",),
}
_X86: Holds = {
    "opt.o": _OPTPROBE,
    "core.o": ("twobyte_is_boostable",),
    "uprobes.o": ("good_2byte_insns",),
    "static_call.o": ("retinsn", "tramp_ud"),
}
_X86_64: Holds = _X86 | {
    "uprobes.o": ("good_insns_64", "good_2byte_insns", "uretprobe_trampoline_entry"),
    "ftrace_64.o": ("ftrace_caller", "ftrace_caller_end", "ftrace_regs_caller", "ftrace_regs_caller_end"),
    "irq.o": ("__SCT__tp_func_error_apic_entry",),
}
_X86_32: Holds = {"uprobes.o": ("good_insns_32", "good_2byte_insns")}

TARGETS = {
    "ppc64le": Target("EM_PPC64", 64, "little", _PPC64),
    "ppc64le-pcrel": Target("EM_PPC64", 64, "little", _PPC64),
    "ppc64be-elfv1": Target("EM_PPC64", 64, "big", _PPC64 | {"module_64.o": ("ppc64_stub_insns",)}),
    "ppc64be-elfv2": Target("EM_PPC64", 64, "big", _PPC64),
    "ppc32": Target(
        "EM_PPC", 32, "big", {"optprobes_head.o": _OPTPROBE, "irq.o": ("__SCT__ppc_get_irq",)}, 4
    ),
    "arm": Target("EM_ARM", 32, "little", _ARM | _PLT),
    "arm-v5": Target("EM_ARM", 32, "little", _ARM, 4),
    "arm-v4": Target("EM_ARM", 32, "little", _ARM),
    "arm-thumb": Target("EM_ARM", 32, "little", _THUMB | _PLT),
    "arm64": Target("EM_AARCH64", 64, "little", _ARM64),
    "x86-64": Target("EM_X86_64", 64, "little", _X86_64),
    "x86-64-fp": Target("EM_X86_64", 64, "little", _X86_64 | _X86_32, compressed=True),
    "x86-32": Target("EM_386", 32, "little", _X86 | _X86_32, 4),
}


def cache() -> Path:
    """The folder of the scripts, as they find it."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TRAMPGEN_CACHE") or Path(home) / "trampgen") / "linux-6.12"


def objects(target: str) -> Path:
    """The folder of a target's objects, built where the toolchain must be there or they have been built before."""
    if not (os.environ.get("TRAMPGEN_REQUIRE_TOOLCHAIN") or (cache() / target / "objects").is_dir()):
        pytest.skip("needs objects of Linux 6.12: make kernel-objects builds them")
    done = subprocess.run(
        [str(SCRIPT), "--objects"],
        env=os.environ | {"KERNEL_OBJECTS": target},
        capture_output=True,
        text=True,
        timeout=_LONGEST,
    )
    if done.returncode:
        pytest.fail(f"{SCRIPT.name} --objects: {done.stderr}", pytrace=False)
    name, _, folder = done.stdout.rstrip("\n").rpartition("\n")[2].partition(" ")
    assert name == target
    return Path(folder)
