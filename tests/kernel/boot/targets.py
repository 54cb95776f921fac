"""What can be booted: the machine, what of the kernel is rewritten, what has to be seen. One entry for each target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SCRIPTS = HERE.parent
REPO = HERE.parents[2]

# Bits of an instruction and what they are.
Pattern = tuple[int, int]
# From a file of the kernel's source to the ed script that changes it.
Rewrites = dict[str, Path]


@dataclass(frozen=True)
class Hook:
    """A folder of the kernel's source that makes headers: what is added to its Makefile, and the specs beside it."""

    folder: str
    rules: Path
    specs: tuple[Path, ...]


@dataclass(frozen=True)
class Target:
    """How one kernel is built from generated headers, booted, and judged."""

    qemu: tuple[str, ...]
    console: str
    hook: Hook
    variants: dict[str, Rewrites]  # beside "base", which has none
    checks: tuple[str, ...]
    gcc: str
    image: str = "vmlinux"  # in the build tree; this one is stripped
    more: tuple[Hook, ...] = ()  # beside the hook
    raw: int | None = None  # behind where the emulator puts a file; without it, it takes an ELF file
    modules: tuple[Path, ...] = ()  # sources of more modules for the guest
    left_out: tuple[Pattern, ...] = ()  # instructions that the kernel's own optimised probes get wrong

    @property
    def hooks(self) -> tuple[Hook, ...]:
        """All of them."""
        return (self.hook, *self.more)


# Functions of which the guest probes each instruction.
PROBED = ("do_mkdirat",)
# `addi r1, r1, N`: the template's tail computes r1 anew, so what the emulated instruction made of it is lost.
_POWERPC_ADDS_TO_R1 = (0xFBE00000, 0x38200000)

# Tests of the kernel itself, and those of guest/ that every target has.
COMMON = (
    "kunit", "ftrace", "optimised", "hits", "snapshots-mkdirat", "kretprobe", "uprobe", "uretprobe",
    "load-tramp_guest", "module-calls", "module-traced", "module-untraced", "load-kprobe_example",
    "module-called-back", "load-kretprobe_example", "module-returned-to", "ended", "quiet",
)  # fmt: skip
_DECODED = ("load-tramp_calls", "module-decoded")
LIVEPATCH = ("load-livepatch-sample", "livepatch")
# Where modules need a PLT only if there is no room near the kernel.
FAR = ("load-tramp_filler", "module-area-filled", "module-far")

_POWERPC = "arch/powerpc/kernel"
_SPECS = REPO / "examples/linux/powerpc"
_PSERIES = "pseries,cap-htm=off,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off"
_STUBS = {  # of modules: the spec, the file of the kernel, and scripts that give it bytes, or calls
    64: ("module_stub.tramp", f"{_POWERPC}/module_64.c", "module_64.ed"),
    32: ("module_plt32.tramp", f"{_POWERPC}/module_32.c", "module_32.ed"),
}


def _powerpc(qemu: str, console: str, gcc: str, more_checks: tuple[str, ...] = ()) -> Target:
    wide = gcc.startswith("powerpc64")
    spec, file, script = _STUBS[64 if wide else 32]
    specs = ("optprobe.tramp", "optprobe.inc.tramp", spec)
    template = {f"{_POWERPC}/optprobes_head.S": HERE / "bytes/optprobes_head.ed"}
    fill = {f"{_POWERPC}/optprobes.c": SCRIPTS / "optprobes.ed"}
    return Target(
        qemu=(*qemu.split(), "-m", "512"),
        console=console,
        hook=Hook(_POWERPC, HERE / "powerpc.mk", tuple(_SPECS / name for name in specs)),
        variants={
            "bytes": template | {file: HERE / "bytes" / script},
            "calls": template | fill | {file: SCRIPTS / script},
        },
        checks=COMMON + (_DECODED if wide else ()) + more_checks,
        gcc=gcc,
        modules=(REPO / "examples/module",) if wide else (),
        left_out=(_POWERPC_ADDS_TO_R1,),
    )


def _arm() -> Target:
    probes, kernel, specs = "arch/arm/probes/kprobes", "arch/arm/kernel", REPO / "examples/linux/arm"
    bytes_ = {
        f"{probes}/opt-arm.c": HERE / "bytes/opt-arm.ed",
        f"{kernel}/module-plts.c": HERE / "bytes/module-plts-arm.ed",
    }
    calls = {
        f"{probes}/opt-arm.c": SCRIPTS / "opt-arm.ed",
        f"{kernel}/module-plts.c": SCRIPTS / "module-plts-arm.ed",
        "arch/arm/include/asm/kprobes.h": SCRIPTS / "kprobes_h.ed",
    }
    return Target(
        qemu=("qemu-system-arm", "-M", "virt", "-cpu", "cortex-a15", "-m", "512"),
        console="ttyAMA0",
        hook=Hook(probes, HERE / "arm/kprobes.mk", (specs / "optprobe.tramp", HERE / "arm/tramp_offsets.c")),
        more=(Hook(kernel, HERE / "arm/plts.mk", (specs / "module_plt.tramp",)),),
        variants={"bytes": bytes_, "calls": calls},
        checks=COMMON + FAR,
        gcc="arm-linux-gnueabi-gcc",
        # A file is put 64 KB into memory; the kernel has to be 32 KB behind a multiple of 2 MB.
        raw=(2 << 20) + (32 << 10) - (64 << 10),
    )


def _x86_64() -> Target:
    kernel, specs = "arch/x86/kernel", REPO / "examples/linux/x86"
    probes, opcodes = f"{kernel}/kprobes", specs / "opcodes.tramp"
    files = {f"{probes}/opt.c": "opt-x86.ed", f"{kernel}/uprobes.c": "uprobes-x86.ed"}
    return Target(
        qemu=("qemu-system-x86_64", "-M", "q35", "-cpu", "max", "-m", "512"),
        console="ttyS0",
        hook=Hook(
            probes, HERE / "x86/kprobes.mk", (specs / "optprobe.tramp", HERE / "x86/tramp_offsets.c", opcodes)
        ),
        more=(Hook(kernel, HERE / "x86/uprobes.mk", (specs / "uretprobe.tramp", opcodes)),),
        variants={
            "bytes": {name: HERE / "bytes" / script for name, script in files.items()},
            "calls": {
                **{name: SCRIPTS / script for name, script in files.items()},
                f"{probes}/core.c": SCRIPTS / "kprobes-x86.ed",
                "arch/x86/include/asm/kprobes.h": SCRIPTS / "kprobes_h.ed",
            },
        },
        checks=COMMON + LIVEPATCH,
        gcc="x86_64-linux-gnu-gcc",
    )


_PPC64 = f"qemu-system-ppc64 -M {_PSERIES} -cpu power9"

TARGETS = {
    "ppc64le": _powerpc(_PPC64, "hvc0", "powerpc64le-linux-gnu-gcc", LIVEPATCH),
    "ppc64be-elfv1": _powerpc(_PPC64, "hvc0", "powerpc64-linux-gnu-gcc"),
    "ppc32": _powerpc("qemu-system-ppc -M mac99", "ttyS0", "powerpc-linux-gnu-gcc", FAR),
    "arm": _arm(),
    "x86-64": _x86_64(),
}
