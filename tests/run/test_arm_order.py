"""The header of the ARM example on big-endian processors: instructions are little-endian since ARMv6, data is not."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from tests.execute.patch import encoded
from tests.run.cross import ARM, HERE, INCLUDE, succeed
from trampgen.emit.blob import blobs, code
from trampgen.emit.c_text import macro
from trampgen.emit.header import header
from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.spec import Spec, TemplateVariant, Word, seen_from

IP, NEXT, INSN = 0x8000, 0x9A5678, 0xE0810002
VALUES = {"stack_protect": 0x54, "original": INSN, "next": NEXT, "val": 0x12345678, "call": 0x9ABCDEF1}


@dataclass(frozen=True)
class Processor:
    """What to compile for, as compiler and header call it, and what comes of it."""

    march: str
    arch: int
    case: str
    order: ByteOrder

    def __str__(self) -> str:
        return self.march


# BE8 came with ARMv6; the kernel's own conversion asks CONFIG_CPU_ENDIAN_BE8 instead.
PROCESSORS = (
    Processor("armv4", 4, "v4", "big"),
    Processor("armv5te", 5, "v5", "big"),
    Processor("armv6", 6, "v5", "be8"),
    Processor("armv7-a", 7, "v7", "be8"),
)
PROCESSOR = pytest.mark.parametrize("processor", PROCESSORS, ids=str)


@functools.cache
def specification() -> Spec:
    spec = compile_file(EXAMPLES / "linux" / "arm" / "optprobe.tramp").spec
    assert spec is not None
    return spec


def template(case: str) -> TemplateVariant:
    variant = seen_from(specification().template("optprobe_template").variants, [("arch", case)])
    assert variant is not None
    return variant


def initialiser(word: Word) -> str:
    return f"{word.value:#x}" if word.kind == "data" else f"TRAMP_ARM_TO_MEM({word.value:#x})"


def compiled(folder: Path, processor: Processor) -> None:
    """An object of the program for a processor, without a warning."""
    rest = ", ".join(initialiser(word) for word in template(processor.case).words)
    numbers = {**VALUES, "ip": IP}.items()
    (folder / "optprobe.h").write_text(header(specification(), "trampgen build"))
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-mbig-endian", "-marm"]
    flags += [f"-DAT_REST={rest}", *(f"-D{macro(name)}={value:#x}" for name, value in numbers)]
    flags += [f"-march={processor.march}", f"-D__LINUX_ARM_ARCH__={processor.arch}", f"-I{INCLUDE}", "-I."]
    succeed(folder, ARM.tool("gcc"), *flags, "-c", "-o", "program.o", str(HERE / "arm_order.c"))


@PROCESSOR
def test_an_initialiser_is_the_blob(processor: Processor, tmp_path: Path) -> None:
    need(ARM.tool("gcc"), ARM.tool("objcopy"))
    compiled(tmp_path, processor)
    succeed(tmp_path, ARM.tool("objcopy"), "-O", "binary", "-j", ".at_rest", "program.o", "at_rest.bin")
    data = (tmp_path / "at_rest.bin").read_bytes()
    assert data.hex(" ", 4) == code(template(processor.case), processor.order).hex(" ", 4)
    suffix = {"big": "be"}.get(processor.order, processor.order)
    files, _ = blobs(specification())
    assert files[f"optprobe.optprobe_template.{processor.case}.{suffix}.bin"] == data


@PROCESSOR
def test_the_encoder_writes_what_such_a_processor_runs(processor: Processor, tmp_path: Path) -> None:
    """Run by an emulator of one, which ran the encoder itself in that order, too."""
    need(ARM.tool("gcc"), ARM.tool("ld"), "qemu-armeb")
    compiled(tmp_path, processor)
    be8 = ["--be8"] if processor.order == "be8" else []
    succeed(tmp_path, ARM.tool("ld"), "-EB", *be8, "-o", "program", "program.o")
    data = succeed(tmp_path, "qemu-armeb", "./program")
    variant = template(processor.case)
    states = [variant.patched({}), variant.patched()]
    expected = b"".join(in_memory(state, processor.order) for state in states)
    assert data.hex(" ", 4) == expected.hex(" ", 4)


def in_memory(state: TemplateVariant, order: ByteOrder) -> bytes:
    words = zip(state.words, encoded(state, VALUES, IP), strict=True)
    return b"".join(to_memory(number, state.isa, word.kind, order) for word, number in words)
