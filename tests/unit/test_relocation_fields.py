"""Masks of what relocations write, against what the GNU assembler and linker make of one instruction."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.compilers import COMPILERS, built
from tests.conftest import need
from trampgen.elf.file import Elf
from trampgen.elf.relocation_fields import written

# target, flags, instruction: the symbol is `far`, which is linked to two addresses.
CASES = [
    ("ppc64", (), "bl far"),
    ("ppc64", (), "addis 3, 2, far@toc@ha"),
    ("ppc64", (), "ld 3, far@toc@l(2)"),
    ("ppc64", ("-mbig-endian",), "addi 3, 3, far@l"),
    ("ppc64", ("-mpower10",), "pla 3, far@pcrel"),
    ("ppc32", (), "lis 3, far@ha"),
    ("ppc32", (), "lwz 3, far@l(3)"),
    ("arm", (), "bl far"),
    ("arm", (), "movw r3, #:lower16:far"),
    ("arm", ("-mbig-endian",), "movt r3, #:upper16:far"),
    ("thumb", (), "bl far"),
    ("thumb", (), "movt r3, #:upper16:far"),
    ("arm64", (), "bl far"),
    ("arm64", (), "adrp x3, far"),
    ("arm64", (), "ldr x3, [x3, #:lo12:far]"),
    ("x86_64", (), "call far"),
    ("x86_64", (), "movabs $far, %rax"),
    ("x86_64", (), "lea far(%rip), %rax"),
    ("x86_32", (), "mov $far, %eax"),
    ("x86_32", (), "jmp far"),
]
_ADDRESSES = (0x2_0000, 0x2_0008, 0x123_4560, 0x1DC_BA98, 0x5555_5550, 0x2AAA_AAA8)


def linked(made: str, target: str, address: int, folder: Path, big: bool) -> Elf | None:
    prefix = COMPILERS[target][0].removesuffix("gcc")
    need(f"{prefix}ld")
    whole = folder / f"{address:x}"
    order = ["-EB"] if big else []
    more = {"x86_32": ["-m", "elf_i386"], "ppc64": ["--no-toc-optimize"]}.get(
        target, []
    )  # no other instructions
    more += [f"--defsym=far={address}", "-Ttext=0x20000"]
    command = [f"{prefix}ld", *order, *more, "-e", "code", "-o", str(whole), made]
    done = subprocess.run(command, capture_output=True)
    return None if done.returncode else Elf(str(whole))  # out of reach


@pytest.mark.parametrize(("target", "flags", "line"), CASES, ids=lambda value: str(value))
def test_what_the_linker_changes_is_in_the_mask(
    target: str, flags: tuple[str, ...], line: str, tmp_path: Path
) -> None:
    source = tmp_path / "code.s"
    kind = "\t.type\tcode, %function\n\t.thumb_func\n" if target == "thumb" else ""
    source.write_text(
        f"\t.globl\tcode\n\t.text\n\t.balign\t64\n{kind}code:\n\t{line}\n\t.size\tcode, . - code\n"
    )
    made = built(source, target, tmp_path, "-g0", *flags)
    elf = Elf(made)
    place = elf.place("code")
    assert place is not None
    section, start = place
    start -= start % 2  # the bit of Thumb
    size = elf.symbols.named("code")[0].size
    mask = written(elf.relocations_in(section, start, size), elf.machine, elf.code_order, start, size)
    images = [linked(made, target, address, tmp_path, "-mbig-endian" in flags) for address in _ADDRESSES]
    codes = [code_of(image, size) for image in images if image is not None]
    assert len(codes) > 1
    changed = bytes(max_bits(codes, index) for index in range(size))
    assert [c & ~m for c, m in zip(changed, mask, strict=True)] == [0] * size  # no bit outside
    assert sum(map(int.bit_count, mask)) <= (64 if "movabs" in line else 34)
    if any(mask):
        assert any(changed)


def code_of(image: Elf, size: int) -> bytes:
    place = image.place("code")
    assert place is not None
    section, start = place
    start -= start % 2
    return bytes(image.data(section)[start : start + size])


def max_bits(codes: list[bytes], index: int) -> int:
    found = 0
    for code in codes:
        found |= code[index] ^ codes[0][index]
    return found
