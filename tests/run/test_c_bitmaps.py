"""Bitmaps in C: asked about every opcode, in both byte orders and on processors of both widths; as lists of words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT, compile_file, need
from tests.run.cross import BE, INCLUDE, LE, PPC32, Machine, succeed
from trampgen.emit.header import header
from trampgen.model.bitmaps import Bitmap, words
from trampgen.model.spec import Spec, seen_from

MACHINE = pytest.mark.parametrize("machine", [LE, BE, PPC32], ids=lambda machine: machine.name)
CASES = {
    ("wide", "both"): ["-DCONFIG_64BIT", "-DCONFIG_COMPAT"],
    ("wide", "one"): ["-DCONFIG_64BIT"],
    ("narrow", "one"): [],
}
WHEN = pytest.mark.parametrize("cases", CASES, ids=", ".join)
STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wundef", "-Wconversion", "-Wunused-const-variable=2", "-Werror"]


@pytest.fixture(scope="module")
def spec() -> Spec:
    found = compile_file(ROOT / "tests" / "pass" / "bitmaps.tramp", {"BREAKPOINT": 0xCC}).spec
    assert found is not None
    return found


def held(bitmap: Bitmap, cases: tuple[str, str]) -> int | None:
    """The opcodes of a bitmap in some cases; None where it does not exist."""
    variant = seen_from(bitmap.variants, zip(("width", "compat"), cases, strict=True))
    return variant.bits if variant else None


def program(present: list[str]) -> str:
    """Prints a line for each bitmap: every opcode's answer, then the words of its list."""
    parts = ['#include <stdio.h>\n#include "bitmaps.h"\nint main(void)\n{\n\tint i;\n']
    for name in present:
        parts += [
            f"\tstatic const u32 {name}_words[] = {{ {name.upper()}_BITS }};\n",
            f"\tfor (i = 0; i < 256; i++)\n\t\tputchar({name}_test((u8)i) ? '1' : '0');\n",
            f"\tfor (i = 0; i < (int)(sizeof({name}) / sizeof({name}[0])); i++)\n",
            f"\t\tprintf(\" %08x=%08x\", {name}[i], {name}_words[i]);\n\tputchar('\\n');\n",
        ]
    return "".join([*parts, "\treturn 0;\n}\n"])


def written(spec: Spec, folder: Path, text: str) -> None:
    (folder / "bitmaps.h").write_text(header(spec, "trampgen build"))
    (folder / "main.c").write_text(text)


@MACHINE
@WHEN
def test_every_opcode_in_both_byte_orders(
    machine: Machine, cases: tuple[str, str], spec: Spec, tmp_path: Path
) -> None:
    machine.needed()
    sets = {one.name: bits for one in spec.bitmaps if (bits := held(one, cases)) is not None}
    written(spec, tmp_path, program(list(sets)))
    options = [*STRICT, "-O2", "-static", f"-I{INCLUDE}", *CASES[cases]]
    succeed(tmp_path, machine.tool("gcc"), *options, "-o", "main", "main.c")
    lines = succeed(tmp_path, *machine.command, str(tmp_path / "main")).decode().splitlines()
    for line, bits in zip(lines, sets.values(), strict=True):
        answers, *listed = line.split()
        assert answers == "".join(str(bits >> opcode & 1) for opcode in range(256))
        assert listed == [f"{word:08x}={word:08x}" for word in words(bits, 256)]


@WHEN
def test_a_bitmap_that_is_not_there_is_not_in_the_header(
    cases: tuple[str, str], spec: Spec, tmp_path: Path
) -> None:
    need("gcc")
    written(spec, tmp_path, '#include "bitmaps.h"\n')
    flags = ["-dM", "-E", f"-I{INCLUDE}", *CASES[cases]]
    macros = succeed(tmp_path, "gcc", *flags, "main.c").decode()
    for bitmap in spec.bitmaps:
        assert (f"{bitmap.name.upper()}_BITS" in macros) == (held(bitmap, cases) is not None)


def test_on_a_little_endian_machine_the_array_is_one_for_test_bit(spec: Spec, tmp_path: Path) -> None:
    """As the kernel's own tables are: opcode n is bit n mod 8 of byte n / 8."""
    need("gcc")
    text = '#include <stdio.h>\n#include "bitmaps.h"\nint main(void)\n{\n'
    written(spec, tmp_path, text + "\treturn fwrite(good_wide, sizeof(good_wide), 1, stdout) != 1;\n}\n")
    succeed(tmp_path, "gcc", *STRICT, f"-I{INCLUDE}", "-DCONFIG_64BIT", "-o", "main", "main.c")
    data = succeed(tmp_path, str(tmp_path / "main"))
    assert int.from_bytes(data, "little") == held(spec.bitmaps[0], ("wide", "one"))


def test_there_is_nothing_of_them_in_assembly(spec: Spec, tmp_path: Path) -> None:
    need("gcc")
    written(spec, tmp_path, '#include "bitmaps.h"\n')
    flags = [
        "-x",
        "assembler-with-cpp",
        "-D__ASSEMBLY__",
        "-DCONFIG_64BIT",
        "-Wundef",
        "-Werror",
        f"-I{INCLUDE}",
    ]
    left = succeed(tmp_path, "gcc", *flags, "-E", "-P", "main.c").decode()
    assert left.strip() == ""
    assert "_BITS" not in succeed(tmp_path, "gcc", *flags, "-E", "-dM", "main.c").decode()
