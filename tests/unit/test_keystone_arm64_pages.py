"""Addresses that adrp counts in pages, against GNU as and what its linker makes of the relocations."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import Compiled, need
from tests.unit.test_keystone_arm64 import PREFIX
from trampgen.fields.arith import encode
from trampgen.isa.arm64_formats import PAGE
from trampgen.model.field import Reach

PLACE = 0x7_0000_0000  # where the linker puts the code
OFFSETS = [0, 4, 0xFF8, 0xFFC]


def linked(places: Sequence[tuple[int, int]], folder: Path) -> list[tuple[int, int]] | str:
    """For each (offset of an adrp in its page, target) the words of it and of its add, or what the linker says."""
    need(f"{PREFIX}as", f"{PREFIX}ld", f"{PREFIX}objcopy")
    lines = []
    for number, (offset, _) in enumerate(places):
        lines += [
            f".org {number * 2 * PAGE + offset}",
            f"adrp x16, t{number}",
            f"add x16, x16, :lo12:t{number}",
        ]
    (folder / "code.s").write_text("\n".join(lines) + "\n")
    symbols = [f"--defsym=t{number}={target:#x}" for number, (_, target) in enumerate(places)]
    commands = (
        [f"{PREFIX}as", "-o", "code.o", "code.s"],
        [f"{PREFIX}ld", "-e0", f"-Ttext={PLACE:#x}", *symbols, "-o", "code", "code.o"],
        [f"{PREFIX}objcopy", "-O", "binary", "-j", ".text", "code", "code.bin"],
    )
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            return done.stderr
    data = (folder / "code.bin").read_bytes()
    words = [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]
    at = [(number * 2 * PAGE + offset) // 4 for number, (offset, _) in enumerate(places)]
    return [(words[i], words[i + 1]) for i in at]


def page_pair(compile_text: Callable[..., Compiled]) -> Compiled:
    return compile_text(
        "target arm64\nstub s { param x; code { adrp x16, ${x@pg_hi21}; add x16, x16, #${x@lo12} } }"
    )


def test_pages_are_what_the_linker_makes_of_them(
    compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    spec = page_pair(compile_text).spec
    assert spec is not None
    [variant] = spec.templates[0].variants
    rng = random.Random("pages")
    distances = [
        -(1 << 32),
        -(1 << 32) + 0xFFF,
        (1 << 32) - 1,
        (1 << 32) - PAGE,
        0,
        -1,
        1,
        0xFFF,
        PAGE,
        -PAGE,
    ]
    distances += [rng.randrange(-(1 << 32), 1 << 32) for _ in range(40)]
    places, pages = [], []
    for number, distance in enumerate(distances * len(OFFSETS)):
        offset = OFFSETS[number % len(OFFSETS)]
        pages.append(PLACE + number * 2 * PAGE)
        places.append((offset, pages[-1] + distance))
    words = linked(places, tmp_path)
    assert not isinstance(words, str), words
    for page, (offset, target), found in zip(pages, places, words, strict=True):
        mine = [word.value & word.mask for word in variant.words]
        for one in variant.holes:
            mine[one.word] |= encode(
                one.field, target - one.origin(page + offset) if one.pc_relative else target
            )
        assert [f"{word:08x}" for word in mine] == [f"{word:08x}" for word in found], hex(target - page)
    [param] = variant.params
    assert (param.reach, param.page) == (Reach(-(1 << 32), (1 << 32) - 1), PAGE)


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("distance", [-(1 << 32) - 1, 1 << 32])
def test_the_linker_refuses_one_byte_more(distance: int, offset: int, tmp_path: Path) -> None:
    said = linked([(offset, PLACE + distance)], tmp_path)
    assert isinstance(said, str)
    assert "ADR_PREL_PG_HI21" in said or "truncated" in said


@pytest.mark.parametrize("load", ["ldr x17, [x16, #{}]", "ldr w17, [x16, #{}]", "ldrh w17, [x16, #{}]"])
def test_the_low_half_in_a_scaled_offset(load: str, compile_text: Callable[..., Compiled]) -> None:
    """:ldst64_lo12: and its kind: the alignment of the access is that of the address."""
    size = {"ldr x17": 8, "ldr w17": 4, "ldrh w17": 2}[
        load[:7].strip() if load.startswith("ldr ") else "ldrh w17"
    ]
    text = load.format("${x@lo12}")
    spec = compile_text(
        f"target arm64\nstub s {{ param x; code {{ adrp x16, ${{x@pg_hi21}}; {text} }} }}"
    ).spec
    assert spec is not None
    [param] = spec.templates[0].variants[0].params
    assert param.reach == Reach(-(1 << 32), (1 << 32) - size, size)
    [low] = [one for one in spec.templates[0].variants[0].holes if one.word == 1]
    assert low.field.mask == (0xFFF >> (size.bit_length() - 1)) << 10
