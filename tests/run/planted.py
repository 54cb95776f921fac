"""Object files with copies of templates in them, at known addresses and with known values of their params."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.conftest import EXAMPLES, compile_file, need
from tests.execute.patch import encoded
from tests.run.cross import succeed
from trampgen.model.spec import Param, Spec, TemplateVariant, Word

LINUX = EXAMPLES / "linux"
FUNCTIONS = 6  # f0, f1, …: what branches go to
_SPACE = 64  # bytes of a function
_STRAY = {"x86_64": [0x0F, 0x0B], "x86_32": [0x0F, 0x0B]}  # instructions that no template has


@dataclass(frozen=True)
class Tools:
    """An assembler and a linker, and what they are told."""

    prefix: str
    assembler: tuple[str, ...] = ()
    linker: tuple[str, ...] = ()
    order: Literal["little", "big"] = "little"

    def needed(self) -> None:
        need(f"{self.prefix}as", f"{self.prefix}ld")

    def object(self, folder: Path, text: str) -> Path:
        """An object file of assembly text."""
        self.needed()
        (folder / "x.s").write_text(text)
        succeed(folder, f"{self.prefix}as", *self.assembler, "-o", "x.o", "x.s")
        return folder / "x.o"

    def linked(self, folder: Path, text: str, base: int) -> Path:
        """The same linked, .text at an address."""
        self.object(folder, text)
        words = [f"{self.prefix}ld", *self.linker, f"-Ttext={base:#x}", "-e", "f0", "-o", "x", "x.o"]
        succeed(folder, *words)
        return folder / "x"


PPC64LE = Tools("powerpc64le-linux-gnu-", ("-mpower10",))
PPC64 = Tools("powerpc64-linux-gnu-", order="big")
PPC32 = Tools("powerpc-linux-gnu-", order="big")
ARM = Tools("arm-linux-gnueabi-", ("-march=armv7-a",))
ARM_BE = Tools("arm-linux-gnueabi-", ("-EB", "-march=armv5te"), ("-EB",), "big")
ARM_BE8 = Tools("arm-linux-gnueabi-", ("-EB", "-march=armv7-a"), ("-EB", "--be8"), "big")
ARM64 = Tools("aarch64-linux-gnu-")
ARM64_BE = Tools("aarch64-linux-gnu-", ("-EB",), ("-EB",), "big")
X86_64 = Tools("x86_64-linux-gnu-")
X86_32 = Tools("i686-linux-gnu-")


@dataclass(frozen=True)
class Planted:
    """A copy of a template, and what must be read from it: regions, and values by param."""

    name: str
    isa: str
    address: int
    code: TemplateVariant
    words: tuple[int, ...]
    forms: Mapping[str, str | None]
    values: Mapping[str, int]


def specification(path: str, supplied: Mapping[str, int], constants: Sequence[str] = ()) -> Spec:
    """An example, with its externs supplied."""
    spec = compile_file(LINUX / path, supplied, [str(LINUX / one) for one in constants]).spec
    assert spec is not None
    return spec


def planted(spec: Spec, isas: Iterable[str], base: int, rng: random.Random, copies: int) -> list[Planted]:
    """Copies of every variant for some targets, in any state, behind the functions."""
    found: list[Planted] = []
    address = base + FUNCTIONS * _SPACE
    for template in spec.templates:
        for variant in [v for v in template.variants if v.isa in isas]:
            for _ in range(copies):
                address += rng.randrange(1, 9) * (4 if variant.unit > 1 else 2)
                found.append(_copy(template.name, variant, address, base, rng))
                address += variant.size
    return found


def _copy(name: str, variant: TemplateVariant, address: int, base: int, rng: random.Random) -> Planted:
    forms: dict[str, str | None] = {
        region.name: rng.choice([None, *(form.name for form in region.forms)]) for region in variant.regions
    }
    code = variant.patched({region: form for region, form in forms.items() if form is not None})
    values = {param.name: _value(param, code, address, base, rng) for param in code.params}
    there = {hole.param for hole in code.holes}
    read = {p.name: values[p.name] for p in code.params if p.name in there and p.kind != "bits"}
    return Planted(name, variant.isa, address, code, tuple(encoded(code, values, address)), forms, read)


def _value(param: Param, code: TemplateVariant, address: int, base: int, rng: random.Random) -> int:
    """Any value that the holes hold: of a branch an address near a function, as far as it reaches."""
    reach = param.reach
    if param.kind == "bits":
        return 0xE0000000
    if param.pc_relative:
        hole = next((hole for hole in code.holes if hole.param == param.name and hole.pc_relative), None)
        origin = hole.origin(address) if hole is not None else address
        wanted = base + rng.randrange(FUNCTIONS) * _SPACE + rng.randrange(0, _SPACE, 4) - origin
        wanted = max(reach.low, min(reach.high, wanted))
        return origin + wanted - (wanted - reach.phase) % reach.align
    steps = (reach.high - reach.low) // reach.align
    return reach.low + reach.align * rng.choice([0, 1, steps, rng.randrange(steps + 1)])


def assembly(copies: Iterable[Planted], base: int, isa: str) -> str:
    """The functions, and the copies at their addresses; what is between them is nothing that is looked for."""
    thumb, arm = isa == "thumb", isa in ("arm", "armv4", "armv5", "thumb")
    lines = [".syntax unified" if arm else "", ".thumb" if thumb else "", ".text"]
    at = 0
    for number in range(FUNCTIONS):
        kind = "%function" if arm else "@function"
        lines += [f".globl f{number}", f".type f{number}, {kind}", ".thumb_func" if thumb else ""]
        lines += [f"f{number}:", *_stray(isa, _SPACE)]
        at += _SPACE
    for copy in copies:
        lines += _stray(isa, copy.address - base - at)
        kinds = copy.code.words
        lines += [_directive(isa, word, kind) for word, kind in zip(copy.words, kinds, strict=True)]
        at = copy.address - base + copy.code.size
    return "\n".join([*lines, ""])


def _stray(isa: str, size: int) -> list[str]:
    if isa in _STRAY:
        return [f".byte {_STRAY[isa][n % 2]}" for n in range(size)]
    words = {"ppc64": ".long 0x7c0004ac", "ppc32": ".long 0x7c0004ac", "arm64": ".inst 0xd503309f"}
    return [words.get(isa, ".inst.w 0xf3bf8f5f" if isa == "thumb" else ".inst 0xe320f002")] * (size // 4)


def _directive(isa: str, word: int, kind: Word) -> str:
    if isa.startswith("x86"):
        return f".byte {word:#x}"
    if kind.kind == "data" or isa.startswith("ppc"):
        return f".long {word:#x}" if isa.startswith("ppc") else f".word {word:#x}"
    if isa != "thumb":
        return f".inst {word:#x}"
    if word >> 27 >= 0b11101:
        return f".inst.w {word:#x}"
    return f".inst.n {word >> 16:#x}\n.inst.n {word & 0xFFFF:#x}"
