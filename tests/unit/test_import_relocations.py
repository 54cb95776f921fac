"""Relocations as params: objects by GNU as, linked to known addresses, and what the params then hold."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import need
from tests.unit.importing import built, imported, printed
from trampgen.elf.file import Elf
from trampgen.fields import arith
from trampgen.importing.model import joined
from trampgen.model.memory import from_memory
from trampgen.model.spec import Hole, Param, TemplateVariant

TEXT = 0x10000000
SYMBOLS = {
    "faraway": TEXT + 0x12344,
    "nearby": TEXT + 0x4440,
    "data": 0x10654320,
    "abs": 0x7654FEDC,
    "small": 0x7FE4,
}

TOOLS = {
    "ppc64": ("powerpc64le-linux-gnu-", ()),
    "ppc64be": ("powerpc64-linux-gnu-", ("-mbig",)),
    "ppc32": ("powerpc-linux-gnu-", ()),
    "arm": ("arm-linux-gnueabi-", ("-march=armv7-a",)),
    "thumb": ("arm-linux-gnueabi-", ("-march=armv7-a", "-mthumb")),
    "arm64": ("aarch64-linux-gnu-", ()),
    "x86_64": ("x86_64-linux-gnu-", ()),
    "x86_32": ("i686-linux-gnu-", ()),
}
POWER64 = """
    addis 11, 12, (.TOC. - t)@ha
    addi  11, 11, (.TOC. - t)@l
    bl    faraway
    nop
    beq   nearby
    addis 3, 2, data@toc@ha
    addi  3, 3, data@toc@l
    ld    4, data@toc@l(3)
    addis 10, 2, (data + 0x12348)@toc@ha
    addi  10, 10, (data + 0x12348)@toc@l
    lis   5, abs@ha
    lwz   6, abs@l(5)
    lis   7, abs@h
    ori   7, 7, abs@l
    lis   8, abs@highest
    ori   8, 8, abs@higher
    li    9, small
    blr
"""
ARM = """
    bl   faraway
    b    faraway
    bne  faraway + 8
    movw r0, #:lower16:abs
    movt r0, #:upper16:abs
    ldr  r1, [pc, #4]
    bx   lr
    nop
    .word abs + 4
"""
SOURCES = {
    "ppc64": POWER64,
    "ppc64be": POWER64,
    "ppc32": """
    bl   faraway
    bne  nearby
    lis  5, abs@ha
    lwz  6, abs@l(5)
    lis  7, abs@h
    ori  7, 7, abs@l
    addi 3, 0, small
    addi 3, 3, (abs + 8)@l
    addis 3, 3, (abs + 8)@ha
    """,
    "arm": f".syntax unified\n.arm\n{ARM}",
    "thumb": """
    .syntax unified
    .thumb
    bl    faraway
    b.w   faraway
    movw  r0, #:lower16:abs
    movt  r0, #:upper16:abs
    bne.w faraway
    ldr.w r1, [pc, #0]
    .word abs + 4
    """,
    "arm64": """
    bl   faraway
    b    faraway + 4
    b.ne nearby
    cbz  x0, nearby
    tbz  x1, #3, nearby
    adrp x2, data
    add  x2, x2, :lo12:data
    adrp x3, data + 0x18
    ldr  x4, [x3, :lo12:data + 0x18]
    ldrb w5, [x3, :lo12:data + 0x18]
    adr  x6, nearby
    ldr  w7, nearby
    movz x8, #:abs_g3:abs
    movk x8, #:abs_g2_nc:abs
    movk x8, #:abs_g1_nc:abs
    movk x8, #:abs_g0_nc:abs
    """,
    "x86_64": """
    .intel_syntax noprefix
    call faraway
    jmp  faraway
    jne  faraway
    mov  rdx, [rip + data]
    mov  dword ptr [rip + data + 8], 0x12345678
    mov  edi, offset small
    push offset small
    mov  eax, [small + rbx*4]
    movabs rax, offset abs
    lea  rcx, [rip + data]
    cmp  byte ptr [rip + data], 1
    """,
    "x86_32": """
    .intel_syntax noprefix
    call faraway
    jmp  faraway
    je   faraway
    mov  edi, offset small
    mov  eax, [small]
    push offset small + 4
    mov  dword ptr [small + ebx], 7
    """,
}
# What params are: a symbol and what is added.
PARAMS = {
    "ppc64": "faraway nearby abs small",
    "ppc64be": "faraway nearby abs small",
    "ppc32": "faraway nearby abs small abs_8",
    "arm": "faraway faraway_8 abs abs_4_word",
    "thumb": "faraway abs abs_4_word",
    "arm64": "faraway faraway_4 nearby data data_18 nearby_2 abs",
    "x86_64": "faraway data data_8 small abs",
    "x86_32": "faraway small small_4",
}


def made(target: str, code: str, folder: Path) -> tuple[Path, Path]:
    """The object of a source, and the same linked."""
    prefix, flags = TOOLS[target]
    need(f"{prefix}as", f"{prefix}ld")
    source = folder / "t.s"
    body = textwrap.dedent(code)
    thumb = ".thumb_func\n" if target == "thumb" else ""
    source.write_text(f".text\n.globl t\n.type t, %function\n{thumb}t:\n{body}\n.size t, . - t\n")
    if target.startswith(("ppc", "x86")):
        source.write_text(source.read_text().replace("%function", "@function"))
    if target == "thumb":
        source.write_text(".syntax unified\n.thumb\n" + source.read_text())
    subprocess.run([f"{prefix}as", *flags, str(source), "-o", str(folder / "t.o")], check=True)
    values = [f"--defsym={name}={value:#x}" for name, value in SYMBOLS.items()]
    where = ["-e", "t", f"-Ttext={TEXT:#x}", "-o", str(folder / "t"), str(folder / "t.o")]
    subprocess.run([f"{prefix}ld", "-static", *values, *where], check=True, capture_output=True)
    return folder / "t.o", folder / "t"


def value(variant: TemplateVariant, param: Param, words: list[int]) -> int:
    """What a param's first group holds in words that stand at TEXT."""
    group = param.groups[0]
    fields = [(hole.field, number) for number, hole in enumerate(group)]
    own = [joined(tuple(words[hole.word :][: _width(hole)]), 1) if variant.unit == 1 else words[hole.word]
           for hole in group]  # fmt: skip
    found = arith.decode(fields, own, variant.pointer_bits, param.reach.low < 0)
    far: Hole | None = next((hole for hole in group if hole.pc_relative), None)
    return found if far is None else far.origin(TEXT) + found


def _width(hole: Hole) -> int:
    """The bytes of x86 that a hole is in."""
    return max(run.insn_bit + run.count for run in hole.field.runs) // 8


def words_of(linked: Elf, variant: TemplateVariant) -> list[int]:
    section = next(one for one in linked.executable if one.address <= TEXT < one.address + one.size)
    data = bytes(linked.data(section))[TEXT - section.address :]
    if variant.unit == 1:
        return list(data[: variant.size])
    order = linked.order
    pairs = enumerate(variant.words)
    return [from_memory(data[4 * i : 4 * i + 4], variant.isa, word.kind, order) for i, word in pairs]


@pytest.mark.parametrize("target", SOURCES)
def test_params_hold_what_the_linker_was_given(target: str, tmp_path: Path) -> None:
    """Every param of a spec that is made of the object, read from the same code once it is linked."""
    held = params(target, SOURCES[target], tmp_path)
    expected = {name: meant(name) for name in PARAMS[target].split()}
    assert {name: held.get(name) for name in expected} == expected
    rest = _beside_the_toc(held) if target.startswith("ppc64") else {}
    assert set(held) == {*expected, *rest}


def test_distances_from_a_prefixed_instruction_are_those_from_the_entry(tmp_path: Path) -> None:
    """What two instructions count from themselves is one param, where it is the same place."""
    source = """
    .machine power10
    pla  3, data@pcrel
    pld  4, (data + 8)@pcrel
    pla  5, (data + 0x20)@pcrel
    """
    held = params("ppc64", source, tmp_path)
    assert {TEXT + distance for distance in held.values()} == {SYMBOLS["data"], SYMBOLS["data"] + 0x10}


def test_slices_of_a_distance(tmp_path: Path) -> None:
    """movw and movt of how far a symbol is from themselves, each counted from its own place."""
    source = ".syntax unified\n.arm\nmovw r0, #:lower16:(data - .)\nmovt r0, #:upper16:(data - .)\n"
    held = params("arm", source, tmp_path)
    [low, high] = held.values()
    assert (TEXT + (low & 0xFFFF)) & 0xFFFF == SYMBOLS["data"] & 0xFFFF
    assert (TEXT + high) >> 16 == SYMBOLS["data"] >> 16


def params(target: str, source: str, folder: Path) -> dict[str, int]:
    """What the params of an import hold in the linked file."""
    obj, linked = made(target, source, folder)
    drafts, text = imported(f"{obj}:t")
    assert not any(line.is_left for draft in drafts for line in draft.lines()), printed(drafts)
    assert not drafts[0].lost
    variant = built(text, folder)
    words = words_of(Elf(str(linked)), variant)
    return {param.name: value(variant, param, words) for param in variant.params}


def meant(name: str) -> int:
    symbol, _, addend = name.removesuffix("_word").partition("_")
    return SYMBOLS[symbol] + (0 if name == "nearby_2" else int(addend or "0", 16))


def _beside_the_toc(held: Mapping[str, int]) -> set[str]:
    """Where the table of contents is the code itself says: distances from it add up."""
    toc = TEXT + held["TOC"]
    assert toc + held["data"] == SYMBOLS["data"]
    assert toc + held["data_12348"] == SYMBOLS["data"] + 0x12348
    return {"TOC", "data", "data_12348"}
