"""Holes from what stands beside an array: masks, and second arrays that differ."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.unit.elf_files import Object, Sym
from tests.unit.importing import built, code, imported, unlike
from trampgen.importing.model import CannotImport

# The stubs that a patch of 2016 proposed for ELFv2, and the masks that it compared both with.
STUB = (0xF8410018, 0x3D620000, 0x396B0000, 0xE98B0020, 0x7D8903A6, 0x4E800420)
PROFILE = (0xE98D0010, 0x3D6C0000, 0x396B0000, 0x398B0000, 0x7D8903A6, 0x4E800420)
MASKS = (0xEE330000, 0xFFF10000, 0xFFFF0000, 0x2FFFFFDF, 0xFFFFFFFF, 0xFFFFFFFF)


def arrays(path: Path, machine: str, **given: tuple[int, ...] | bytes) -> str:
    """An object with one array after the other in .rodata; returns its name, to which a symbol is added."""
    order: Literal["little", "big"] = "big" if machine.endswith("be") else "little"
    data, symbols = b"", []
    for name, own in given.items():
        body = own if isinstance(own, bytes) else b"".join(word.to_bytes(4, order) for word in own)
        symbols.append(Sym(name, ".rodata", len(data), len(body), 1))
        data += body
    Object(machine, {".rodata": data}, symbols).write(path / "o.o")
    return f"{path / 'o.o'}:"


def params(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("param ")]


@pytest.mark.parametrize("machine", ["ppc64le", "ppc64be"])
def test_masks_of_2016(machine: str, tmp_path: Path) -> None:
    """Both halves of a distance are one param. Bits that are no whole operand stay, and a comment says which."""
    word = arrays(tmp_path, machine, stub=STUB, mask=MASKS)
    _, text = imported(f"{word}stub", mask=f"{word}mask")
    assert params(text) == ["param word0 rest 0x18", "param value1"]
    assert code(text) == [
        "std r2, ${word0}(r1) // the mask leaves 11cc0003 open, too: no whole operand",
        "addis r11, r2, ${value1@ha} // the mask leaves 000e0000 open, too: no whole operand",
        "addi r11, r11, ${value1@l}",
        "ld r12, 0x20(r11) // the mask leaves d0000020 open, too: no whole operand",
        "mtctr r12",
        "bctr",
    ]
    variant = built(text, tmp_path)
    assert [word.value for word in variant.words] == list(STUB)
    assert [hole.field.mask for hole in variant.holes] == [0xFFFC, 0xFFFF, 0xFFFF]


def test_stubs_of_2016_beside_each_other(tmp_path: Path) -> None:
    """Another register is a hole, another instruction a region."""
    word = arrays(tmp_path, "ppc64le", stub=STUB, profile=PROFILE)
    _, text = imported(f"{word}stub", second=f"{word}profile")
    assert params(text) == ["param word1 rest 0x2"]
    assert code(text) == [
        "patch patch_0 {", "ld r12, 0x10(r13)", "}", "rest {", "std r2, 0x18(r1)", "}",
        "addis r11, r${word1}, 0",
        "addi r11, r11, 0",
        "patch patch_c {", "addi r12, r11, 0", "}", "rest {", "ld r12, 0x20(r11)", "}",
        "mtctr r12",
        "bctr",
    ]  # fmt: skip
    variant = built(text, tmp_path)
    assert [word.value for word in variant.words] == list(STUB)
    forms = {region.start: [word.value for word in region.forms[0].words] for region in variant.regions}
    assert forms == {0: [PROFILE[0]], 3: [PROFILE[3]]}


@pytest.mark.parametrize(
    ("words", "masks", "found", "lines"),
    [
        # A whole word; an operand; nothing.
        ((0x4E800420,), (0,), ["param insn0: insn rest 0x4e800420"], ["${insn0}"]),
        ((0x3860FFF8,), (0xFFFF0000,), ["param word0 rest -0x8"], ["li r3, ${word0}"]),
        ((0x3860FFF8,), (0xFFFFFFFF,), [], ["li r3, -8"]),
        # Several operands, of which one is a register.
        (
            (0x38A30008,),
            (0xFC1F0000,),
            ["param word0_a rest 0x5", "param word0_b rest 0x8"],
            ["addi r${word0_a}, r3, ${word0_b}"],
        ),
        # What an alias does not show.
        ((0x60000000,), (0xFFFF0000,), ["param word0"], ["ori r0, r0, ${word0}"]),
        # A distance has no value at rest.
        ((0x48000000,), (0xFC000003,), ["param word0: branch"], ["b ${word0}"]),
        # The lower half as it is, behind an upper one without a carry.
        (
            (0x3C601234, 0x60635678),
            (0xFFFF0000, 0xFFFF0000),
            ["param value0 rest 0x12345678"],
            ["lis r3, ${value0@h}", "ori r3, r3, ${value0@l}"],
        ),
        (
            (0x3C601235, 0x38638678),
            (0xFFFF0000, 0xFFFF0000),
            ["param value0 rest 0x12348678"],
            ["lis r3, ${value0@ha}", "addi r3, r3, ${value0@l}"],
        ),
        # Another register: no pair.
        (
            (0x3C601235, 0x38848678),
            (0xFFFF0000, 0xFFFF0000),
            ["param word0 rest 0x1235", "param word1 rest -0x7988"],
            ["lis r3, ${word0}", "addi r4, r4, ${word1}"],
        ),
    ],
)
def test_masks(
    words: tuple[int, ...], masks: tuple[int, ...], found: list[str], lines: list[str], tmp_path: Path
) -> None:
    word = arrays(tmp_path, "ppc64be", words=words, mask=masks)
    _, text = imported(f"{word}words", mask=f"{word}mask")
    assert params(text) == found
    assert code(text) == lines
    data = b"".join(one.to_bytes(4, "big") for one in words)
    assert unlike(built(text, tmp_path), data, "big") == []


@pytest.mark.parametrize(
    ("machine", "words", "masks", "lines"),
    [
        ("arm", (0xE3010234, 0xE3450678), (0xFFF0F000,) * 2, ["movw r0, #${value0@l}", "movt r0, #${value0@h}"]),
        ("arm", (0xE59D1010,), (0xFFFF0000,), ["ldr r${word0_a}, [sp, #${word0_b}]"]),
        ("arm", (0xE59D1010,), (0xFFFFF000,), ["ldr r1, [sp, #${word0}]"]),
        (
            "arm64",
            (0x90000010, 0x91000210),
            (0x9F00001F, 0xFFC003FF),
            ["adrp x16, ${value0@pg_hi21}", "add x16, x16, #${value0@lo12}"],
        ),
        (
            "arm64",
            (0xD2824680, 0xF2A02460),
            (0xFFE0001F, 0xFFE0001F),
            ["movz x0, #${value0@abs_g0}", "movk x0, #${value0@abs_g1}, lsl #16"],
        ),
        ("arm64", (0xF9400C41,), (0xFFC003FF,), ["ldr x1, [x2, #${word0}]"]),
    ],
)  # fmt: skip
def test_masks_of_others(
    machine: str, words: tuple[int, ...], masks: tuple[int, ...], lines: list[str], tmp_path: Path
) -> None:
    word = arrays(tmp_path, machine, words=words, mask=masks)
    _, text = imported(f"{word}words", mask=f"{word}mask")
    assert code(text) == lines
    data = b"".join(one.to_bytes(4, "little") for one in words)
    assert unlike(built(text, tmp_path), data, "little") == []


@pytest.mark.parametrize(
    ("code_", "mask", "found", "lines"),
    [
        ("e800000000", "ff00000000", ["param byte0: branch"], ["call ${byte0}"]),
        ("bf78563412 c3", "ff00000000 ff", ["param byte0 rest 0x12345678"], ["mov edi, ${byte0}", "ret"]),
        ("4881ec00010000", "ffffff00000000", ["param byte0 rest 0x100"], ["sub rsp, ${byte0}"]),
        ("4883ec08", "ffffff00", ["param byte0 rest 0x8"], ["sub rsp, byte ${byte0}"]),
        ("488b4708", "ffffff00", ["param byte0 rest 0x8"], ["mov rax, qword ptr [rdi + byte ${byte0}]"]),
        ("488b47f8", "ffffff00", ["param byte0 rest -0x8"], ["mov rax, qword ptr [rdi + byte ${byte0}]"]),
        ("488b8700010000", "ffffff00000000", ["param byte0 rest 0x100"], ["mov rax, qword ptr [rdi + ${byte0}]"]),
        ("eb00 c3", "ff00 ff", ["param byte0: branch"], ["jmp short ${byte0}", "ret"]),
        ("57", "f8", ["param byte0 rest 0x7"], ["push reg ${byte0}"]),
    ],
)  # fmt: skip
def test_masks_of_bytes(code_: str, mask: str, found: list[str], lines: list[str], tmp_path: Path) -> None:
    data = bytes.fromhex(code_)
    word = arrays(tmp_path, "x86_64", code=data, mask=bytes.fromhex(mask))
    _, text = imported(f"{word}code", mask=f"{word}mask")
    assert params(text) == found
    assert code(text) == lines
    assert unlike(built(text, tmp_path), data, "little") == []


def test_a_shorter_mask_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    word = arrays(tmp_path, "ppc64le", stub=STUB, mask=MASKS[:2])
    _, text = imported(f"{word}stub", mask=f"{word}mask")
    assert code(text)[2:] == ["addi r11, r11, 0", "ld r12, 0x20(r11)", "mtctr r12", "bctr"]


def test_regions_of_bytes_have_instructions_of_both(tmp_path: Path) -> None:
    """From where both have an instruction that begins to where both have one that ends."""
    nops, call = bytes.fromhex("50 90 0f1f00 90 c3"), bytes.fromhex("50 48 83c408 90 c3")
    word = arrays(tmp_path, "x86_64", code=nops, other=call)
    _, text = imported(f"{word}code", second=f"{word}other")
    assert code(text) == [
        "push rax", "patch patch_1 {", "add rsp, 8", "}", "rest {", "nop", "nop3", "}", "nop", "ret",
    ]  # fmt: skip
    assert unlike(built(text, tmp_path), nops, "little") == []


def test_a_region_ends_at_a_label(tmp_path: Path) -> None:
    ours, theirs = (0x60000000, 0x60000000, 0x4E800020), (0x38600001, 0x38600002, 0x4E800020)
    data = b"".join(word.to_bytes(4, "little") for word in (*ours, *theirs))
    symbols = [Sym("t", ".text", 0, 12), Sym("t_hook", ".text", 4), Sym("u", ".text", 12, 12)]
    Object("ppc64le", {".text": data}, symbols).write(tmp_path / "o.o")
    word = f"{tmp_path / 'o.o'}:"
    _, text = imported(f"{word}t", second=f"{word}u")
    variant = built(text, tmp_path)
    assert [(region.name, region.start, region.end) for region in variant.regions] == [
        ("patch_0", 0, 1),
        ("hook", 1, 2),
    ]


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"mask": (0,) * 3}, "mask", "`mask` has 12 bytes, and `stub` has 8"),
        ({"second": (0,)}, "second", "`second` has 4 bytes, and `stub` has 8: both must be as long"),
    ],
)
def test_arrays_that_do_not_fit(
    given: dict[str, tuple[int, ...]], kind: str, message: str, tmp_path: Path
) -> None:
    word = arrays(tmp_path, "ppc64le", stub=STUB[:2], **given)
    with pytest.raises(CannotImport) as caught:
        imported(f"{word}stub", **{kind: f"{word}{kind}"})
    assert str(caught.value) == f"{tmp_path / 'o.o'}: {message}"
