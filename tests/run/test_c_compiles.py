"""The generated headers as C and as assembly: every variant, several compilers, and what must not compile."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.conftest import need
from tests.run.cross import HERE, INCLUDE, PACA_OFFSET, VARIANTS, Variant, externs, run, succeed
from trampgen.emit.c_text import macro

# Prefix of the tools' names, and the byte order.
TOOLS = {
    "powerpc64le-linux-gnu-": "<",
    "powerpc64-linux-gnu-": ">",
    "powerpc-linux-gnu-": ">",
    "": "<",
}
WARNINGS = ("-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Wdeclaration-after-statement", "-Werror")
VARIANT = pytest.mark.parametrize("variant", VARIANTS, ids=str)
PREFIX = pytest.mark.parametrize("prefix", TOOLS, ids=lambda prefix: prefix.rstrip("-") or "native")


def compile_c(headers: Path, folder: Path, prefix: str, *flags: str) -> tuple[int, str]:
    """Compile consumer.h, with every function of it kept; the exit code and the messages."""
    need(f"{prefix}gcc")
    source = folder / "consumer.c"
    source.write_text('#include "consumer.h"\n#include GENERATED /* the second time it is empty */\n')
    folders = [f"-I{path}" for path in (INCLUDE, headers, HERE)]
    keep = ["-O2", "-fkeep-inline-functions", "-fkeep-static-functions"]
    done = run(folder, f"{prefix}gcc", *keep, *WARNINGS, *folders, *flags, "-c", str(source))
    return done.returncode, done.stderr.decode()


@VARIANT
@PREFIX
@pytest.mark.parametrize("standard", [("-std=gnu11",), ("-std=c11", "-Wpedantic")], ids=["gnu11", "c11"])
def test_compiles_without_a_warning(
    variant: Variant, prefix: str, standard: tuple[str, ...], headers: Path, tmp_path: Path
) -> None:
    assert compile_c(headers, tmp_path, prefix, *standard, *variant.defines()) == (0, "")


def test_elfv1_is_also_what_its_own_compiler_says(headers: Path, tmp_path: Path) -> None:
    variant = Variant("module_stub_2016", "elfv1", (), 3)
    assert compile_c(headers, tmp_path, "powerpc64-linux-gnu-", "-std=gnu11", *variant.defines()) == (0, "")


@VARIANT
@PREFIX
@pytest.mark.parametrize("how", ["-D", ".set"])
@pytest.mark.parametrize("offset", [PACA_OFFSET, 32, -0x8000], ids=hex)
def test_assembles_to_the_words(
    variant: Variant, prefix: str, how: str, offset: int, headers: Path, tmp_path: Path
) -> None:
    need(f"{prefix}gcc", f"{prefix}objcopy")
    numbers = externs(variant.header, offset).items()
    defines = [f"-D{name}={value}" for name, value in numbers if how == "-D"]
    sets = [f".set {name}, {value}" for name, value in numbers if how == ".set"]
    lines, expected = listed(variant, offset)
    select = ["#ifdef CALL_ELF", "#undef _CALL_ELF", "#define _CALL_ELF CALL_ELF", "#endif"]
    text = [*select, f'#include "{variant.header}.h"', ".text", *sets, *lines, ""]
    (tmp_path / "words.txt").write_text("\n".join(text))
    flags = ["-x", "assembler-with-cpp", "-D__ASSEMBLY__", *WARNINGS, f"-I{INCLUDE}", f"-I{headers}"]
    output = ["-c", "words.txt", "-o", "words.o"]
    succeed(tmp_path, f"{prefix}gcc", *flags, *defines, *variant.flags, *output)
    succeed(tmp_path, f"{prefix}objcopy", "-O", "binary", "-j", ".text", "words.o", "words.bin")
    data = (tmp_path / "words.bin").read_bytes()
    words = struct.unpack(f"{TOOLS[prefix]}{len(data) // 4}I", data)
    assert [f"{word:08x}" for word in words] == [f"{word:08x}" for word in expected]


def listed(variant: Variant, offset: int) -> tuple[list[str], list[int]]:
    """Assembly that lists what a header defines for assembly, and the words that it must give."""
    size = 56 if variant.case == "elfv1" else 40
    layout = ("SIZE", "ALIGN", "JUMP_OFFSET", "FUNCDATA_OFFSET", "FUNCDATA_SIZE")
    lines = [f".long PPC64_STUB_ENTRY_{name}" for name in layout]
    expected = [size, 8, 0, 32, size - 32]
    if variant.header == "module_stub":
        lines += [".long PPC64_STUB_ENTRY_MAGIC, PPC64_STUB_ENTRY_MAGIC_OFFSET"]
        expected += [0x73747562, 28]
    templates = variant.templates(offset=offset), variant.templates(known=False)
    for (template, compiled), (_, symbolic) in zip(*templates, strict=True):
        name = macro(template.name)
        lines += [f".long {name}_INSNS", f".long {name}_MASKS", f".long {name}_WORDS, {name}_SIZE"]
        expected += [word.value for word in compiled.words]
        expected += [word.mask for word in symbolic.words]  # masks leave out what they can't know
        expected += [len(compiled.words), 4 * len(compiled.words)]
        lines += [f".long ({name}_RELADDR_MIN) & 0xffffffff, ({name}_RELADDR_MAX) & 0xffffffff"]
        reach = compiled.params[0].reach
        expected += [reach.low & 0xFFFFFFFF, reach.high & 0xFFFFFFFF]
    return lines, expected


@VARIANT
@PREFIX
def test_a_descriptor_of_the_wrong_size_does_not_compile(
    variant: Variant, prefix: str, headers: Path, tmp_path: Path
) -> None:
    for words in (1, 2, 3, 4):
        code, messages = compile_c(headers, tmp_path, prefix, "-std=gnu11", *variant.defines(words))
        if words == variant.descriptor_words:
            assert (code, messages) == (0, "")
            continue
        assert code != 0
        assert 'static assertion failed: "size of func_desc_t"' in messages
        assert 'static assertion failed: "ppc64_stub_entry: size"' in messages


@PREFIX
@pytest.mark.parametrize("variant", [v for v in VARIANTS if str(v) != "module_stub_2016-elfv1"], ids=str)
@pytest.mark.parametrize(
    ("offset", "fits"), [(8, True), (0x7FFC, True), (33, False), (34, False), (0x8000, False)], ids=hex
)
def test_an_offset_that_the_instruction_cannot_hold_does_not_compile(
    variant: Variant, prefix: str, offset: int, fits: bool, headers: Path, tmp_path: Path
) -> None:
    extern, before = ("PACAKBASE", offset - 8) if variant.case == "pcrel" else ("PACATOC", offset)
    flags = ["-std=gnu11", f"-DPACA_OFFSET={before}", *variant.defines()]
    code, messages = compile_c(headers, tmp_path, prefix, *flags)
    assert (code == 0) == fits, messages
    assert (f'static assertion failed: "{extern} does not fit ld"' in messages) != fits
