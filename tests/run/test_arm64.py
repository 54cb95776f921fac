"""A64 in C: where code must not stand, the words of the kernel, and big-endian processors."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, compile_file, need
from tests.execute.patch import encoded
from tests.run.cross import ARM64, HERE, HOST, INCLUDE, Machine, asked, boundary, succeed
from trampgen.cubes.cube import Cube
from trampgen.emit.blob import blobs
from trampgen.emit.c_text import macro
from trampgen.emit.header import header
from trampgen.model.memory import ByteOrder, to_memory
from trampgen.model.spec import Spec, TemplateVariant, Word

FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{INCLUDE}", "-I."]
MACHINES = pytest.mark.parametrize("machine", [ARM64, HOST], ids=lambda machine: machine.name)

PLACES = """//! SPDX-License-Identifier: MIT
target arm64
layout entry align 64 { code jump size 16; code rest size 48 }
stub anywhere {
    code { nop; br x16; second: br x17 }
    contract {
        never at 0xff8, 0xffc of 4096
        at second { never at 0 of 32 }
    }
}
stub placed in entry.rest {
    code { nop; second: br x16 }
    contract {
        never at 0x50, 0xc of 128 because "the layout leaves the first only"
        at second { never at 0x18 of 64 because "the layout sees to it" }
    }
}
stub settled in entry.jump {
    code { br x16 }
    contract { never at 4 of 64 }
}
"""
ASKED = """
#include <stdio.h>
#include <trampgen.h>
#include "places.h"

int main(void)
{
	for (unsigned long ip = 0; ip < 3 * 4096; ip += 4)
		printf("%d%d%d\\n", anywhere_placed(ip), placed_placed(ip), settled_placed(ip));
	return 0;
}
"""
# Any address may be asked for: of those that the layout rules out, the answer does not matter.
ANSWERS: list[Callable[[int], bool]] = [
    lambda ip: ip % 4096 not in (0xFF8, 0xFFC) and (ip + 8) % 32 != 0,
    lambda ip: ip % 128 != 0x50,
    lambda ip: True,
]


def specification(path: Path) -> Spec:
    spec = compile_file(path).spec
    assert spec is not None
    return spec


def template(spec: Spec, name: str) -> TemplateVariant:
    [variant] = spec.template(name).variants
    return variant


@MACHINES
def test_where_code_must_not_stand(machine: Machine, tmp_path: Path) -> None:
    machine.needed()
    (tmp_path / "places.tramp").write_text(PLACES)
    (tmp_path / "places.h").write_text(header(specification(tmp_path / "places.tramp"), "trampgen build"))
    (tmp_path / "asked.c").write_text(ASKED)
    succeed(tmp_path, machine.tool("gcc"), *FLAGS, "-static", "-o", "asked", "asked.c")
    said = succeed(tmp_path, machine.emulator, "./asked").decode().splitlines()
    assert said == ["".join(f"{answer(ip):d}" for answer in ANSWERS) for ip in range(0, 3 * 4096, 4)]


def test_the_erratum_is_what_the_kernel_looks_for() -> None:
    """is_forbidden_offset_for_adrp(): the last two words of a page."""
    spec = specification(EXAMPLES / "linux" / "arm64" / "module_plt.tramp")
    for name in ("module_plt", "adrp_veneer"):
        [(offset, never, _)] = template(spec, name).nevers()
        for at in range(0, 4096, 4):
            assert (at - offset in never.offsets) == (at & 0xFFF >= 0xFF8)


@MACHINES
def test_predicates_slots_and_sites(machine: Machine, tmp_path: Path) -> None:
    machine.needed()
    names = ["kprobes", "uprobes", "call_sites"]
    specs = {name: specification(EXAMPLES / "linux" / "arm64" / f"{name}.tramp") for name in names}
    for name, spec in specs.items():
        (tmp_path / f"{name}.h").write_text(header(spec, "trampgen build"))
    succeed(tmp_path, machine.tool("gcc"), *FLAGS, "-static", "-o", "probes", str(HERE / "arm64_probes.c"))
    tables = [specs[name].tables[0].variants[0] for name in ("kprobes", "call_sites")]
    kprobe, bti = ([Cube(row.mask, row.value) for _, row in table.rows] for table in tables)
    marks = {b.name: b.variants[0].word for spec in specs.values() for b in spec.breakpoints}
    names = ["kprobe_breakpoint", "kprobe_single_step", "uprobe_swbp"]
    words = [*boundary([*kprobe, *bti], "arm64"), *marks.values()]
    answers = asked(tmp_path, [machine.emulator, "./probes"], [f"{word:x}" for word in words])
    for word, answer in zip(words, answers, strict=True):
        expected = [any(row.holds(word) for row in kprobe), *(marks[name] == word for name in names)]
        expected.append(any(row.holds(word) for row in bti))
        assert answer == "".join(f"{yes:d}" for yes in expected) + " 0 0", f"{word:08x}"


# ---- big-endian processors -----------------------------------------------------------------------------

IP = 0x40_0000_1FF4
VALUES = {
    "where": 0x40_F000_0008, "op": 0x1122334455667788, "half": 0xABCD, "n": 21, "callback": 0x40_0700_0000,
    "number": 0x9ABCDEF1,
}  # fmt: skip
ORDERS: list[tuple[str, str, ByteOrder]] = [
    ("-mlittle-endian", "qemu-aarch64", "little"), ("-mbig-endian", "qemu-aarch64_be", "be8"),
]  # fmt: skip


def in_memory(words: list[tuple[Word, int]], order: ByteOrder) -> bytes:
    return b"".join(to_memory(number, "arm64", word.kind, order) for word, number in words)


@pytest.mark.parametrize(("flag", "emulator", "order"), ORDERS, ids=[order for *_, order in ORDERS])
def test_what_a_processor_of_either_order_writes_is_what_it_runs(
    flag: str, emulator: str, order: ByteOrder, tmp_path: Path
) -> None:
    need(ARM64.tool("gcc"), ARM64.tool("ld"), emulator)
    spec = compile_file(ROOT / "tests" / "pass" / "arm64.tramp", {"SOFT": 2354}).spec
    assert spec is not None
    variant = template(spec, "operands")
    (tmp_path / "arm64.h").write_text(header(spec, "trampgen build"))
    (tmp_path / "gnu").mkdir()
    (tmp_path / "gnu" / "stubs-lp64_be.h").touch()  # the C library has no big-endian headers
    rest = [
        f"{word.value:#x}" if word.kind == "data" else f"TRAMP_A64_TO_MEM({word.value:#x})"
        for word in variant.words
    ]
    numbers = [f"-D{macro(name)}={value:#x}" for name, value in {**VALUES, "ip": IP}.items()]
    flags = [*FLAGS, flag, "-ffreestanding", "-fno-stack-protector", f"-DAT_REST={', '.join(rest)}", *numbers]
    succeed(tmp_path, ARM64.tool("gcc"), *flags, "-c", "-o", "program.o", str(HERE / "arm64_order.c"))
    ends = "-EB" if order == "be8" else "-EL"
    succeed(tmp_path, ARM64.tool("ld"), ends, "-o", "program", "program.o")
    data = succeed(tmp_path, emulator, "./program")
    filled = list(zip(variant.words, encoded(variant, VALUES, IP), strict=True))
    at_rest = in_memory([(word, word.value) for word in variant.words], order)
    assert data.hex(" ", 4) == (in_memory(filled, order) + at_rest).hex(" ", 4)
    suffix = {"little": "le", "be8": "be"}[order]
    assert blobs(spec)[0][f"arm64.operands.{suffix}.bin"].startswith(at_rest)


def test_the_page_of_each_adrp_counts() -> None:
    """Two in one template may stand in different pages: what the model encodes gives the address back."""
    spec = compile_file(ROOT / "tests" / "pass" / "arm64.tramp", {"SOFT": 2354}).spec
    assert spec is not None
    variant = template(spec, "operands")
    random_source = random.Random("pages")
    for offset in range(0, 4096, 4):
        ip = IP - IP % 4096 + offset
        where = ip + random_source.randrange(-(1 << 31), 1 << 31) & -8
        words = encoded(variant, VALUES | {"where": where, "callback": ip}, ip)
        for index, low, addend in ((7, 8, 0), (9, 10, 16)):
            pages = (words[index] >> 5 & 0x7FFFF) << 2 | words[index] >> 29 & 3
            page = (ip + 4 * index) // 4096 + (pages - (pages >> 20 << 21))
            rest = words[low] >> 10 & 0xFFF
            rest = rest * 8 if low == 8 else rest
            assert page * 4096 + rest == where + addend
