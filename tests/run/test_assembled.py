"""Every template of the examples, byte for byte in each byte order, is what a GNU assembler of the target makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need
from tests.run.cross import ARM, ARM64, BE, LE, PPC32, X86, X86_32, Machine, succeed
from tests.run.golden import compiled, specs
from trampgen import isa as isas
from trampgen.assemble.second_opinion import source, states
from trampgen.emit.blob import blobs, code
from trampgen.model.memory import ByteOrder, orders, to_memory
from trampgen.model.spec import TemplateVariant

# Machine and flags for each target and byte order: `be8` is made by ld.
TOOLS: dict[tuple[str, ByteOrder], tuple[Machine, tuple[str, ...]]] = {
    ("ppc64", "little"): (LE, ("-a64", "-mlittle", "-mpower10", "-mregnames")),
    ("ppc64", "big"): (BE, ("-a64", "-mbig", "-mpower10", "-mregnames")),
    ("ppc32", "little"): (PPC32, ("-a32", "-mlittle", "-mppc", "-mregnames")),
    ("ppc32", "big"): (PPC32, ("-a32", "-mbig", "-mppc", "-mregnames")),
    ("armv4", "little"): (ARM, ("-EL", "-march=armv4")),
    ("armv4", "big"): (ARM, ("-EB", "-march=armv4")),
    ("armv5", "little"): (ARM, ("-EL", "-march=armv5te")),
    ("armv5", "big"): (ARM, ("-EB", "-march=armv5te")),
    ("armv5", "be8"): (ARM, ("-EB", "-march=armv5te")),
    ("arm", "little"): (ARM, ("-EL", "-march=armv7-a")),
    ("arm", "be8"): (ARM, ("-EB", "-march=armv7-a")),
    ("arm64", "little"): (ARM64, ("-EL",)),
    ("arm64", "be8"): (ARM64, ("-EB",)),
    ("x86_64", "little"): (X86, ("--64",)),
    ("x86_32", "little"): (X86_32, ("--32",)),
}
# Where the linker makes the order, and where it fills in pages.
LINKED: dict[tuple[str, ByteOrder], tuple[str, ...]] = {
    **dict.fromkeys([("armv5", "be8"), ("arm", "be8")], ("-EB", "--be8")),
    ("arm64", "little"): ("-EL",),
    ("arm64", "be8"): ("-EB",),
}  # fmt: skip
# What GNU as refuses for little-endian processors, which refuse it, too.
ONLY_BIG = ("lmw", "stmw")
BITS = {"ppc64": 64, "ppc32": 32, "arm64": 64, "x86_64": 64}
# Those hold no templates; test_arm.py runs the repeats.
WITHOUT = {
    "powerpc/call_sites", "powerpc/uprobes", "arm/breakpoints", "arm/module_plt", "arm/uprobes",
    "arm64/uprobes", "x86/opcodes", "x86/uprobes", "x86/kprobes", "x86/rip_relative",
    "arm/decode_arm", "arm/decode_thumb", "arm64/insn_classes", "riscv/insn_classes",
}  # fmt: skip
TEMPLATES = [path for path in specs() if f"{path.parent.name}/{path.stem}" not in WITHOUT]


def variants(path: Path) -> Iterator[tuple[str, str, TemplateVariant]]:
    """Every variant of every template, with the offsets of its own width; first what it is called."""
    for bits in (64, 32):
        spec = compiled(path, bits)
        for template in spec.templates:
            for variant in template.variants:
                if BITS.get(variant.isa, 32) == bits:
                    stem = ".".join([spec.name, template.name, *(case for _, case in variant.when)])
                    yield template.name, stem, variant


def assembled(folder: Path, state: TemplateVariant, order: ByteOrder) -> bytes:
    """What the tools of the target make of the listing's text; if only big-endian, those words in the other order."""
    if order == "little" and any(word.asm.startswith(ONLY_BIG) for word in state.words):
        data = assembled(folder, state, "big")
        return b"".join(data[i : i + 4][::-1] for i in range(0, len(data), 4))
    machine, flags = TOOLS[state.isa, order]
    need(machine.tool("as"), machine.tool("ld"), machine.tool("objcopy"))
    (folder / "code.s").write_text("\n".join([*here(state), *text(state), ""]))
    succeed(folder, machine.tool("as"), *flags, "-o", "code.o", "code.s")
    if linked := LINKED.get((state.isa, order)):
        succeed(folder, machine.tool("ld"), *linked, "-e0", "-Ttext=0", "-o", "linked.o", "code.o")
        (folder / "linked.o").rename(folder / "code.o")
    succeed(folder, machine.tool("objcopy"), "-O", "binary", "-j", ".text", "code.o", "code.bin")
    return (folder / "code.bin").read_bytes()


def here(state: TemplateVariant) -> list[str]:
    """Every address is as far away as a field of zeros says; on x86 unknown, for a jump to it to be long."""
    if state.unit == 1:
        return []
    relative = {hole.param: hole.origin(0) for hole in state.holes if hole.pc_relative}
    return ["start_of_code:", *(f".set {name}, start_of_code + {at}" for name, at in relative.items())]


def text(state: TemplateVariant) -> list[str]:
    """The code, every number as it rests."""
    return source(state, {param.name: param.rest or 0 for param in state.params}, isas.load(state.isa))


def unsaid(state: TemplateVariant, order: ByteOrder) -> bytes:
    """The bits of which the text says nothing: those taken over from another instruction, and unknown addresses."""
    params = {param.name for param in state.params if param.kind == "bits"}
    words = [0] * len(state.words)
    for hole in state.holes:
        if hole.param in params or (state.unit == 1 and hole.pc_relative):
            for place, part in hole.field.cut(state.word_bits).items():
                words[hole.word + place] |= part.mask
    pairs = zip(words, state.words, strict=True)
    return b"".join(to_memory(mask, state.isa, word.kind, order) for mask, word in pairs)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_state_is_what_the_assembler_makes(path: Path, tmp_path: Path) -> None:
    for _, stem, variant in variants(path):
        assert not variant.symbols
        for number, state in enumerate(states(variant)):
            for order, _ in orders(variant.isa):
                mask = unsaid(state, order)
                theirs = assembled(tmp_path, state, order)
                theirs = bytes(b & ~m for b, m in zip(theirs, mask, strict=True))
                assert theirs.hex(" ", 4) == code(state, order).hex(" ", 4), (stem, number, order)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_blob_holds_the_code_in_its_place(path: Path) -> None:
    """In each order there is one; code alone, or in the first field of its layout."""
    for name, stem, variant in variants(path):
        spec = compiled(path, BITS.get(variant.isa, 32))
        layout = spec.layout_of(spec.template(name), variant)
        files, _ = blobs(spec)
        for order, suffix in orders(variant.isa):
            blob, body = files[f"{stem}.{suffix}.bin"], code(variant, order)
            assert blob.startswith(body)
            assert len(blob) == (layout.size if layout else len(body))


def test_every_example_with_templates_is_here() -> None:
    there = {path for path in specs() if compiled(path, 64).templates}
    assert there == set(TEMPLATES)
    assert {v.isa for path in TEMPLATES for _, _, v in variants(path)} == {isa for isa, _ in TOOLS}
