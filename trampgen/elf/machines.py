"""What e_machine, the class and the flags of an ELF file say: targets of the language, byte orders, relocations.

Numbers are those of the psABI supplements (System V ABI for AMD64 and i386, ELF for the Arm architectures, Power
Architecture 32-bit and 64-bit ELF V2 ABI, RISC-V ELF) and of include/uapi/linux/elf-em.h."""

from __future__ import annotations

EM_386, EM_PPC, EM_PPC64, EM_ARM, EM_X86_64, EM_AARCH64, EM_RISCV = 3, 20, 21, 40, 62, 183, 243
EF_ARM_BE8 = 0x00800000  # instructions of a big-endian image are little-endian

# (machine, bits of an address) → how messages call it, the targets whose code it can hold.
_MACHINES: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {
    (EM_PPC64, 64): ("64-bit PowerPC", ("ppc64",)),
    (EM_PPC, 32): ("32-bit PowerPC", ("ppc32",)),
    (EM_ARM, 32): ("ARM", ("arm", "armv5", "armv4", "thumb")),
    (EM_AARCH64, 64): ("AArch64", ("arm64",)),
    (EM_X86_64, 64): ("x86-64", ("x86_64",)),
    (EM_386, 32): ("i386", ("x86_32",)),
    (EM_RISCV, 64): ("64-bit RISC-V", ("riscv64",)),
    (EM_RISCV, 32): ("32-bit RISC-V", ("riscv32",)),
}

# Relocations that store an address as a plain number: machine → {type: bytes}. Others mean nothing in debug sections.
ABSOLUTE: dict[int, dict[int, int]] = {
    EM_386: {1: 4},
    EM_PPC: {1: 4},
    EM_PPC64: {1: 4, 38: 8},
    EM_ARM: {2: 4},
    EM_X86_64: {1: 8, 10: 4, 11: 4},
    EM_AARCH64: {257: 8, 258: 4},
    EM_RISCV: {1: 4, 2: 8},
}


def name(machine: int, bits: int) -> str:
    """How messages call a machine."""
    known = _MACHINES.get((machine, bits))
    return known[0] if known else f"{bits}-bit machine {machine}"


def targets(machine: int, bits: int) -> tuple[str, ...]:
    """The targets of the language whose code such a file can hold; empty for an unknown machine."""
    known = _MACHINES.get((machine, bits))
    return known[1] if known else ()


def widest(machine: int) -> int:
    """The largest alignment that a number has in a struct, in bytes: i386 has 64-bit numbers at multiples of 4."""
    return 4 if machine == EM_386 else 16
