"""Blobs against what GNU as makes of the same instructions written by hand, and against words known by heart."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from tests.run.cross import MACHINES, VARIANTS, Machine, Variant, externs, specification, stubs, succeed
from trampgen.emit.blob import blobs
from trampgen.fields.arith import encode
from trampgen.model.memory import ByteOrder, orders
from trampgen.model.spec import Merged, TemplateVariant

MAGIC = 0x73747562
ORDERS = orders("ppc64")
REFERENCE = {
    ("module_stub", "ppc64_stub", "elfv1"): """
        addis 11, 2, X@ha
        addi  11, 11, X@l
        std   2, 40(1)
        ld    12, 32(11)
        ld    2, 40(11)
        mtctr 12
        bctr""",
    ("module_stub", "ppc64_stub", "elfv2"): """
        addis 11, 2, X@ha
        addi  11, 11, X@l
        std   2, 24(1)
        ld    12, 32(11)
        mtctr 12
        bctr""",
    ("module_stub", "ppc64_stub", "pcrel"): """
        pld   12, X(0), 1
        mtctr 12
        bctr""",
    ("module_stub", "ftrace_stub", "toc"): """
        ld    12, PACATOC(13)
        addis 12, 12, X@ha
        addi  12, 12, X@l
        mtctr 12
        bctr""",
    ("module_stub", "ftrace_stub", "pcrel"): """
        ld    12, PACAKBASE(13)
        nop
        paddi 12, 12, X, 0
        mtctr 12
        bctr""",
    ("module_stub_2016", "ppc64_stub", "elfv1"): """
        std   2, 40(1)
        addis 11, 2, X@ha
        addi  11, 11, X@l
        ld    12, 32(11)
        ld    2, 40(11)
        mtctr 12
        bctr""",
    ("module_stub_2016", "ppc64_stub", "elfv2"): """
        std   2, 24(1)
        addis 11, 2, X@ha
        addi  11, 11, X@l
        ld    12, 32(11)
        mtctr 12
        bctr""",
    ("module_stub_2016", "ppc64_profile_stub", "toc"): """
        ld    12, PACATOC(13)
        addis 11, 12, X@ha
        addi  11, 11, X@l
        addi  12, 11, 0
        mtctr 12
        bctr""",
}
GOLDEN = {
    ("module_stub-elfv1", "ppc64_stub"): "3d620000 396b0000 f8410028 e98b0020 e84b0028 7d8903a6 4e800420",
    ("module_stub-elfv2", "ppc64_stub"): "3d620000 396b0000 f8410018 e98b0020 7d8903a6 4e800420",
    ("module_stub-pcrel", "ppc64_stub"): "04100000 e5800000 7d8903a6 4e800420",
    ("module_stub-elfv1", "ftrace_stub"): "e98d0000 3d8c0000 398c0000 7d8903a6 4e800420",
    ("module_stub-elfv2", "ftrace_stub"): "e98d0000 3d8c0000 398c0000 7d8903a6 4e800420",
    ("module_stub-pcrel", "ftrace_stub"): "e98d0000 60000000 06000000 398c0000 7d8903a6 4e800420",
    (
        "module_stub_2016-elfv1",
        "ppc64_stub",
    ): "f8410028 3d620000 396b0000 e98b0020 e84b0028 7d8903a6 4e800420",
    ("module_stub_2016-elfv2", "ppc64_stub"): "f8410018 3d620000 396b0000 e98b0020 7d8903a6 4e800420",
    ("module_stub_2016-elfv2", "ppc64_profile_stub"): "e98d0000 3d6c0000 396b0000 398b0000 7d8903a6 4e800420",
}
HALVES = [0, 0x12345678, 0x1234FFFC, -0x12345678, 0x7FFF7FFF, -0x80008000, -1, 0x8000]
WIDE = [0, 32, -8, 0x123456789, -0x123456789, (1 << 33) - 1, -(1 << 33)]

MACHINE = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
STUB = pytest.mark.parametrize(("variant", "stub"), stubs(), ids=str)


def reference(variant: Variant, stub: str) -> str:
    toc = (variant.header, stub, "toc")
    return REFERENCE[
        toc if toc in REFERENCE and variant.case != "pcrel" else (variant.header, stub, variant.case)
    ]


def assemble(folder: Path, machine: Machine, variant: Variant, stub: str, value: int) -> bytes:
    """GNU as' bytes for the reference of a stub."""
    need(machine.tool("as"), machine.tool("objcopy"))
    symbols = {"X": value, **externs(variant.header)}
    lines = [f".set {name}, {number}" for name, number in symbols.items()]
    (folder / "stub.s").write_text("\n".join([*lines, ".text", reference(variant, stub), ""]))
    succeed(folder, machine.tool("as"), "-mpower10", "-o", "stub.o", "stub.s")
    succeed(folder, machine.tool("objcopy"), "-O", "binary", "-j", ".text", "stub.o", "stub.bin")
    return (folder / "stub.bin").read_bytes()


def entry(variant: Variant, code: bytes, order: Literal["little", "big"]) -> bytes:
    """A whole entry around code: the magic word, or padding; funcdata zero."""
    magic = MAGIC.to_bytes(4, order) if variant.header == "module_stub" else bytes(4)
    return code.ljust(28, b"\0") + magic + bytes(8 * variant.descriptor_words)


def template_of(variant: Variant, stub: str) -> TemplateVariant:
    return next(compiled for template, compiled in variant.templates() if template.name == stub)


def patched(template: TemplateVariant, value: int) -> list[int]:
    words = [word.value & word.mask for word in template.words]
    for hole in template.holes:
        words[hole.word] |= encode(hole.field, value)
    return words


@MACHINE
@STUB
def test_blob_is_what_the_assembler_gives(
    variant: Variant, stub: str, machine: Machine, tmp_path: Path
) -> None:
    files, _ = blobs(specification(variant.header))
    suffix = dict(ORDERS)[machine.order]
    code = assemble(tmp_path, machine, variant, stub, 0)
    got = files[f"{variant.header}.{stub}.{variant.case}.{suffix}.bin"]
    assert got.hex(" ", 4) == entry(variant, code, machine.order).hex(" ", 4)


@MACHINE
@STUB
def test_holes_take_what_the_assembler_puts_there(
    variant: Variant, stub: str, machine: Machine, tmp_path: Path
) -> None:
    template = template_of(variant, stub)
    for value in WIDE if variant.case == "pcrel" else HALVES:
        code = b"".join(word.to_bytes(4, machine.order) for word in patched(template, value))
        assert code.hex(" ", 4) == assemble(tmp_path, machine, variant, stub, value).hex(" ", 4), hex(value)


@STUB
def test_words_known_by_heart(variant: Variant, stub: str) -> None:
    symbolic = specification(variant.header, known=False)
    template = symbolic.template(stub)
    compiled = next(v for v in template.variants if dict(v.when)["abi"] == variant.case)
    golden = [int(word, 16) for word in GOLDEN[str(variant), stub].split()]
    assert [f"{word.value:08x}" for word in compiled.words] == [f"{word:08x}" for word in golden]
    # An extern's bits are open, and only those.
    known = [word.value for word in template_of(variant, stub).words]
    name = "PACAKBASE" if variant.case == "pcrel" else "PACATOC"
    extern = 0 if stub == "ppc64_stub" else externs(variant.header)[name]
    assert known == [golden[0] | extern, *golden[1:]]
    assert [symbol.word for symbol in compiled.symbols] == ([0] if extern else [])


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order[1])
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_layout_of_a_blob(variant: Variant, order: tuple[ByteOrder, str]) -> None:
    files, notes = blobs(specification(variant.header))
    assert notes == []
    size = 32 + 8 * variant.descriptor_words
    for template, compiled in variant.templates():
        blob = files[f"{variant.header}.{template.name}.{variant.case}.{order[1]}.bin"]
        assert len(blob) == size == {"elfv1": 56}.get(variant.case, 40)
        assert blob[4 * len(compiled.words) : 28] == bytes(28 - 4 * len(compiled.words))
        magic = b"stub" if order[0] == "big" else b"buts"
        assert blob[28:32] == (magic if variant.header == "module_stub" else bytes(4))
        assert blob[32:] == bytes(size - 32)


def test_no_blob_with_open_symbols() -> None:
    files, notes = blobs(specification("module_stub", known=False))
    assert sorted(files) == sorted(
        f"module_stub.ppc64_stub.{case}.{suffix}.bin"
        for case in ("elfv1", "pcrel", "elfv2")
        for _, suffix in ORDERS
    )
    assert len(notes) == 3


def test_a_stub_without_a_toc_finds_its_own_funcdata() -> None:
    variant = next(v for v in VARIANTS if str(v) == "module_stub-pcrel")
    template = template_of(variant, "ppc64_stub")
    assert patched(template, 32) == [0x04100000, 0xE5800020, 0x7D8903A6, 0x4E800420]


def test_joint_masks() -> None:
    (family,) = specification("module_stub_2016", known=False).families
    (variant,) = family.variants
    merged: tuple[Merged, ...] = variant.merged
    assert dict(variant.when) == {"abi": "elfv2"}
    assert variant.members == ("ppc64_stub", "ppc64_profile_stub")
    assert [m.word for m in merged] == [0, 1, 2, 3]
    assert [f"{m.derived:08x}" for m in merged] == ["ee330003", "fff10000", "ffff0000", "2fffffdf"]
    assert [m.written for m in merged] == [0xEE330000, 0xFFF10000, 0xFFFF0000, 0x2FFFFFDF]
    assert [m.accepted for m in merged] == [4194304, 524288, 65536, 16]
    # Word 0: one std, and a ld with any multiple of 4; word 3: the two instructions themselves.
    assert [m.members for m in merged] == [16385, 131072, 65536, 2]


def test_the_blob_of_a_repeat_is_all_code_and_then_all_data() -> None:
    path = EXAMPLES / "linux" / "arm" / "module_plt.tramp"
    spec, unknown = compile_file(path, {"PLT_ENT_COUNT": 8}).spec, compile_file(path).spec
    assert spec is not None
    assert unknown is not None
    code = {"arm": bytes.fromhex("18f09fe5"), "thumb": bytes.fromhex("dff81cf0")}
    expected = {
        f"module_plt.plt_entries.{state}.{suffix}.bin": code[state] * 8 + bytes(32)
        for state in code
        for suffix in ("le", "be8")
    }
    assert blobs(spec) == (expected, [])
    assert blobs(unknown) == (
        {},
        [
            f"no blob of module_plt.plt_entries.{state}: supply -D PLT_ENT_COUNT=…"
            for state in ("thumb", "arm")
        ],
    )
