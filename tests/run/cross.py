"""What the tests of this folder share: machines, variants of the two example headers, programs run and asked."""

from __future__ import annotations

import functools
import random
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.conftest import EXAMPLES, compile_file, need
from trampgen.cubes.cube import Cube
from trampgen.model.spec import Spec, Template, TemplateVariant
from trampgen.resources import folder

HERE = Path(__file__).resolve().parent
INCLUDE = folder("include")
# Where consumer.h has kernel_toc unless it is told otherwise; kernelbase follows, as far as an ld reaches.
PACA_OFFSET = 0x7FF4
_ONES = 0xFFFFFFFF


@dataclass(frozen=True)
class Machine:
    """A processor to build for, and what runs its programs."""

    name: str
    order: Literal["little", "big"]
    emulator: str
    system: str = "linux-gnu"
    options: tuple[str, ...] = ()  # of the emulator

    @property
    def command(self) -> tuple[str, ...]:
        """What runs a program, whose name follows."""
        return (self.emulator, *self.options)

    def tool(self, name: str) -> str:
        return f"{self.name}-{self.system}-{name}"

    def needed(self) -> None:
        need(self.tool("gcc"), self.emulator)


LE = Machine("powerpc64le", "little", "qemu-ppc64le")
BE = Machine("powerpc64", "big", "qemu-ppc64")
MACHINES = (LE, BE)
PPC32 = Machine("powerpc", "big", "qemu-ppc")
ARM = Machine("arm", "little", "qemu-arm", "linux-gnueabi")
X86 = Machine("x86_64", "little", "qemu-x86_64")
X86_32 = Machine("i686", "little", "qemu-i386")


@dataclass(frozen=True)
class Variant:
    """One case of one example header, and the flags that choose it."""

    header: str
    case: str
    flags: tuple[str, ...]
    descriptor_words: int = 1

    def __str__(self) -> str:
        return f"{self.header}-{self.case}"

    def defines(self, descriptor_words: int | None = None) -> list[str]:
        """What consumer.h wants to know."""
        words = descriptor_words or self.descriptor_words
        return [*self.flags, f'-DGENERATED="{self.header}.h"', f"-DDESCRIPTOR_WORDS={words}"]

    def templates(
        self, known: bool = True, offset: int = PACA_OFFSET
    ) -> list[tuple[Template, TemplateVariant]]:
        """The templates of this case."""
        return [
            (template, variant)
            for template in specification(self.header, known, offset).templates
            for variant in template.variants
            if dict(variant.when)["abi"] == self.case
        ]


VARIANTS = (
    Variant("module_stub", "elfv1", ("-DCONFIG_PPC64_ELF_ABI_V1",), 3),
    Variant("module_stub", "pcrel", ("-DCONFIG_PPC_KERNEL_PCREL",)),
    Variant("module_stub", "elfv2", ()),
    Variant("module_stub_2016", "elfv1", ("-DCALL_ELF=1",), 3),
    Variant("module_stub_2016", "elfv2", ("-DCALL_ELF=2",)),
)


def externs(header: str, offset: int = PACA_OFFSET) -> dict[str, int]:
    """The numbers of an example that the C compiler knows, where consumer.h is told this offset."""
    both = {"PACATOC": offset, "PACAKBASE": offset + 8}
    return {name: value for name, value in both.items() if header == "module_stub" or name == "PACATOC"}


@functools.cache
def specification(name: str, known: bool = True, offset: int = PACA_OFFSET) -> Spec:
    """An example; with the externs' values unless they are to stay symbols."""
    supplied = externs(name, offset) if known else {}
    spec = compile_file(EXAMPLES / "linux" / "powerpc" / f"{name}.tramp", supplied).spec
    assert spec is not None
    return spec


def stubs(variants: Sequence[Variant] = VARIANTS) -> list[tuple[Variant, str]]:
    """Every template of every variant; by name, so that collecting tests stays cheap."""
    names = {
        "module_stub": ("ppc64_stub", "ftrace_stub"),
        "module_stub_2016": ("ppc64_stub", "ppc64_profile_stub"),
    }
    return [
        (variant, name)
        for variant in variants
        for name in names[variant.header]
        if (name, variant.case) != ("ppc64_profile_stub", "elfv1")
    ]


def run(folder: Path, *command: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder; what it leaves behind stays there."""
    return subprocess.run(command, cwd=folder, input=data, capture_output=True, timeout=120, check=False)


def succeed(folder: Path, *command: str, data: bytes = b"") -> bytes:
    """Run a command that must not fail; its output."""
    done = run(folder, *command, data=data)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
    return done.stdout


def build(folder: Path, headers: Path, machine: Machine, variant: Variant, *sources: str) -> str:
    """A static program of this folder's sources, built with all that finds undefined behaviour in it."""
    program = str(folder / f"{Path(sources[0]).stem}-{machine.name}-{variant}")
    compile_program(program, headers, machine, variant.defines(), *(HERE / source for source in sources))
    return program


def compile_program(
    program: str, headers: Path, machine: Machine, defines: Sequence[str], *sources: Path
) -> None:
    """Build a static program with all that finds undefined behaviour in it."""
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static"]
    flags += ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
    folders = [f"-I{path}" for path in (INCLUDE, headers, HERE)]
    inputs = [str(source) for source in sources]
    succeed(headers, machine.tool("gcc"), *flags, *folders, *defines, "-o", program, *inputs)


def asked(folder: Path, command: list[str], lines: list[str]) -> list[str]:
    """What a program answers to each line."""
    found = succeed(folder, *command, data="".join(f"{line}\n" for line in lines).encode())
    answers = found.decode().splitlines()
    assert len(answers) == len(lines)
    return answers


def boundary(cubes: list[Cube], seed: str) -> Iterator[int]:
    """Each row's value, its value with all open bits set, each of their single-bit flips, and random words."""
    for cube in cubes:
        for word in (cube.value, cube.value | (_ONES & ~cube.mask)):
            yield word
            yield from (word ^ (1 << bit) for bit in range(32))
    drawn = random.Random(seed)
    yield from (drawn.getrandbits(32) for _ in range(10_000))
