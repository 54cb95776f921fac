"""Tables, breakpoints, slots and call sites in C, run under qemu and held against the model word by word."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file
from tests.run.cross import BE, HERE, INCLUDE, LE, Machine, asked, boundary, succeed
from trampgen.cubes.cube import Cube
from trampgen.emit.header import header
from trampgen.model.spec import Spec, seen_from
from trampgen.model.tables import Callsite, State, Table

PPC32 = Machine("powerpc", "big", "qemu-ppc")
MACHINES = (LE, BE, PPC32)
MACHINE = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
WIDTH = pytest.mark.parametrize("width", ["ppc64", "ppc32"])
ABI = pytest.mark.parametrize("abi", ["elfv1", "pcrel", "elfv2"])
DEFINES = {
    "ppc64": ["-DCONFIG_PPC64"],
    "ppc32": [],
    "elfv1": ["-DCONFIG_PPC64_ELF_ABI_V1"],
    "pcrel": ["-DCONFIG_PPC_KERNEL_PCREL"],
    "elfv2": [],
}
ONES, NOP = 0xFFFFFFFF, 0x60000000


def example(name: str) -> Spec:
    spec = compile_file(EXAMPLES / "linux" / "powerpc" / f"{name}.tramp").spec
    assert spec is not None
    return spec


def build(folder: Path, machine: Machine, name: str, *flags: str) -> list[str]:
    """The command that runs a program of this folder, compiled with the header of the example of its name."""
    machine.needed()
    (folder / f"{name}.h").write_text(header(example(name), "trampgen build"))
    warnings = ["-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Wpedantic", "-Werror"]
    sanitized = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
    folders = [f"-I{path}" for path in (INCLUDE, folder)]
    options = ["-std=gnu11", "-O2", "-static", *warnings, *sanitized, *folders, *flags]
    succeed(folder, machine.tool("gcc"), *options, "-o", name, str(HERE / f"{name}.c"))
    return [machine.emulator, str(folder / name)]


def rows(table: Table, width: str) -> list[Cube]:
    variant = seen_from(table.variants, [("width", width)])
    assert variant is not None
    return [Cube(row.mask, row.value) for _, row in variant.rows]


@MACHINE
@WIDTH
def test_predicates_are_the_tables(machine: Machine, width: str, tmp_path: Path) -> None:
    spec = example("uprobes")
    traps, unstepped = (rows(table, width) for table in spec.tables)
    [breakpoint] = spec.breakpoints
    words = [*boundary([*traps, *unstepped], width), breakpoint.variants[0].word]
    command = build(tmp_path, machine, "uprobes", "-DPAGE_SIZE=4096", *DEFINES[width])
    answers = asked(tmp_path, [*command, "words"], [f"{word:x}" for word in words])
    for word, answer in zip(words, answers, strict=True):
        trap = any(cube.holds(word) for cube in traps)
        stepped = not any(cube.holds(word) for cube in unstepped)
        assert answer == f"{trap:d}{stepped:d}{word == 0x7FE00008:d}", f"{word:08x}"
    assert {"111", "010", "000", "100", "101"} - set(answers) == {"111"}, (
        "every trap is one that can't be stepped"
    )


@MACHINE
@pytest.mark.parametrize("page", [4096, 65536])
def test_slots_are_found_from_addresses(machine: Machine, page: int, tmp_path: Path) -> None:
    bits = 32 if machine is PPC32 else 64
    top = (1 << bits) - page
    cases = [
        (area, (area + offset) % (1 << bits), slot)
        for area in (0, page, 0x10000000, top)
        for offset in (-1, 0, 7, 8, 9, 15, 16, page - 8, page - 1, page, page + 8, 1 << 31)
        for slot in (0, 1, page // 8 - 1)
    ]
    command = build(tmp_path, machine, "uprobes", f"-DPAGE_SIZE={page}UL")
    lines = [f"{area:x} {addr:x} {slot}" for area, addr, slot in cases]
    for (area, addr, slot), answer in zip(cases, asked(tmp_path, [*command, "slots"], lines), strict=True):
        inside = 8 <= addr - area < page
        index = (addr - area) // 8 if inside else -22
        assert answer == f"{index} {area + 8 * slot:x}", (hex(area), hex(addr), slot)


@MACHINE
@WIDTH
def test_copies_are_whole_instructions_and_every_byte_is_written(
    machine: Machine, width: str, tmp_path: Path
) -> None:
    def memory(*words: int) -> str:
        return b"".join(word.to_bytes(4, machine.order) for word in words).hex()

    trap, untouched = 0x7FE00008, "55" * 8
    pair = (0x04100000, 0xE5800000)
    two = f"0 {memory(*pair)}" if width == "ppc64" else f"1 {untouched}"
    expected = {
        (0x38630001, 0x12345678, 4): f"0 {memory(0x38630001, trap)}",
        (0x38630001, 0x12345678, 8): f"1 {untouched}",
        (0x38630001, 0x12345678, 0): f"1 {untouched}",
        (0x38630001, 0x12345678, 12): f"1 {untouched}",
        (*pair, 8): two,
        (*pair, 4): f"1 {untouched}",
    }
    command = build(tmp_path, machine, "uprobes", "-DPAGE_SIZE=4096", *DEFINES[width])
    lines = [f"{first:x} {second:x} {size}" for first, second, size in expected]
    assert asked(tmp_path, [*command, "copy"], lines) == list(expected.values())


@MACHINE
def test_macros_are_for_assembly_too(machine: Machine, tmp_path: Path) -> None:
    machine.needed()
    for spec in ("uprobes", "call_sites"):
        (tmp_path / f"{spec}.h").write_text(header(example(spec), "trampgen build"))
    listed = {
        "UPROBE_SWBP_INSN": 0x7FE00008,
        "TRAP_INSN_TW_MASK": 0xFC0007FE,
        "NOT_SINGLE_STEPPED_RFID_VALUE": 0x4C000024,
        "UPROBE_XOL_COUNT - UPROBE_XOL_FIRST": 511,
        "UPROBE_XOL_FILL": 0x7FE00008,
        "TOC_CALL_RESTORED_WORD_1_VALUE": 0xE8410018,
        "PROFILE_CALL_SAVED_WORD_M2_VALUE": 0x7C0802A6,
        "(PROFILE_CALL_SAVED_FIRST_WORD) & 0xffffffff": 0xFFFFFFFE,
    }
    lines = [
        '#include "uprobes.h"',
        '#include "call_sites.h"',
        ".text",
        *(f".long {name}" for name in listed),
        "",
    ]
    (tmp_path / "words.txt").write_text("\n".join(lines))
    flags = [
        "-x",
        "assembler-with-cpp",
        "-D__ASSEMBLY__",
        "-DPAGE_SIZE=4096",
        f"-I{INCLUDE}",
        f"-I{tmp_path}",
    ]
    succeed(tmp_path, machine.tool("gcc"), *flags, "-Wundef", "-Werror", "-c", "words.txt", "-o", "words.o")
    succeed(tmp_path, machine.tool("objcopy"), "-O", "binary", "-j", ".text", "words.o", "words.bin")
    data = (tmp_path / "words.bin").read_bytes()
    words = [int.from_bytes(data[at : at + 4], machine.order) for at in range(0, len(data), 4)]
    assert words == list(listed.values())


@pytest.mark.parametrize(
    ("page", "message"),
    [("4100", "a slot crosses the end of its page"), ("8", "every slot is reserved"), ("0", "every slot")],
)
def test_a_page_that_does_not_fit_does_not_compile(page: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=message):
        build(tmp_path, LE, "uprobes", f"-DPAGE_SIZE={page}")


def states(spec: Spec, abi: str) -> Iterator[tuple[Callsite, State]]:
    for site in spec.callsites:
        variant = seen_from(site.variants, [("abi", abi)])
        yield from ((site, state) for state in (variant.states if variant else ()))


def name(site: Callsite, state: State) -> str:
    return f"{site.name}_{state.name}" if state.name else site.name


def windows(spec: Spec, abi: str) -> Iterator[list[int]]:
    """The words from 2 before a site to 2 behind it: each state, each of its bits flipped, its holes full, noise."""
    drawn = random.Random(abi)
    for _, state in states(spec, abi):
        for full in (False, True):
            words = [drawn.getrandbits(32) for _ in range(5)]
            for index, word in state.words:
                words[index + 2] = word.value | (ONES & ~word.mask if full else 0)
            yield words
            for place in range(5):
                for bit in range(32):
                    yield [word ^ (1 << bit if at == place else 0) for at, word in enumerate(words)]
    known = [word.value for _, state in states(spec, abi) for _, word in state.words]
    for _ in range(2000):
        yield [drawn.choice([*known, drawn.getrandbits(32)]) for _ in range(5)]


@MACHINE
@ABI
def test_states_are_recognised_and_calls_that_must_stay_are_told(
    machine: Machine, abi: str, tmp_path: Path
) -> None:
    spec = example("call_sites")
    cases = list(windows(spec, abi))
    ip, mask = 0x10000000, (1 << (32 if machine is PPC32 else 64)) - 1
    lines = [f"{ip:x} " + " ".join(f"{word:x}" for word in words) for words in cases]
    command = build(tmp_path, machine, "call_sites", *DEFINES[abi])
    seen: set[tuple[str, str]] = set()
    for words, answer in zip(cases, asked(tmp_path, command, lines), strict=True):
        said = dict(re.findall(r"(\w+)=(\w+)", answer))
        matching = [
            (site, state)
            for site, state in states(spec, abi)
            if all(Cube(word.mask, word.value).holds(words[index + 2]) for index, word in state.words)
        ]
        named = {name(site, state) for site, state in matching}
        for site, state in states(spec, abi):
            assert said[name(site, state)] == str(int(name(site, state) in named)), (words, answer)
        distance = ((words[2] & 0x03FFFFFC) ^ 0x02000000) - 0x02000000
        for getter in {"func", "to"} & set(said):
            assert int(said[getter], 16) == (ip + distance) & mask
        if "may" in said:
            may = "00110" if "toc_call" in named else "00010" if "toc_call_restored" in named else "00000"
            assert said["may"] == may
        seen |= set(said.items())
    for site, state in states(spec, abi):
        assert {(name(site, state), "0"), (name(site, state), "1")} <= seen
