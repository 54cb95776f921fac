"""The examples for ARM, in ARM and in Thumb code under qemu: what is written runs, and predicates are the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from tests.run.cross import HERE, INCLUDE, asked, boundary, succeed
from trampgen.cubes.cube import Cube
from trampgen.emit.header import header
from trampgen.model.spec import Spec, seen_from

COMPILER = "arm-linux-gnueabi-gcc"
WARNINGS = ["-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Werror"]
STATES = {"arm": ["-marm"], "thumb": ["-mthumb", "-DCONFIG_THUMB2_KERNEL"]}
STATE = pytest.mark.parametrize("state", STATES)
# Of the Linux 6.12 sources: module-plts.c (with 64 bytes of a cache line), kprobes/core.h, uprobes.h.
PLT_WORDS = {"arm": 0xE59FF038, "thumb": 0xF8DFF03C}
BREAKPOINTS = {
    ("breakpoints", "kprobe_arm"): (0x07F001F8, 4),
    ("breakpoints", "kprobe_thumb16"): (0xDE18, 2),
    ("breakpoints", "kprobe_thumb32"): (0xF7F0A018, 4),
    ("uprobes", "uprobe_swbp"): (0xE7F001F9, 4),
    ("uprobes", "uprobe_ss"): (0xE7F001FA, 4),
}

PAIRS = """//! SPDX-License-Identifier: MIT
target arm
variant isa { thumb when "CONFIG_THUMB2_KERNEL" target thumb; arm }
extern const N as "COUNT"
repeat pairs count N {
    code {
        if thumb { ldr.w r0, ${&context}; ldr.w pc, ${&target} } else { ldr r0, ${&context}; ldr pc, ${&target} }
    }
    data context: s32
    data target: u32
}
"""


def example(name: str, count: int | None = None) -> Spec:
    """An example for ARM, with the count of its repeat or without."""
    path = EXAMPLES / "linux" / "arm" / f"{name}.tramp"
    spec = compile_file(path, {} if count is None else {"PLT_ENT_COUNT": count}).spec
    assert spec is not None
    return spec


def built(folder: Path, spec: Spec, source: str, *flags: str) -> list[str]:
    """The command that runs a program of this folder, compiled with the header of a spec."""
    need(COMPILER, "qemu-arm")
    (folder / f"{spec.name}.h").write_text(header(spec, "trampgen build"))
    options = ["-std=gnu11", "-O2", "-static", "-march=armv7-a", *WARNINGS, f"-I{INCLUDE}", f"-I{folder}"]
    succeed(folder, COMPILER, *options, *flags, "-o", "program", str(HERE / source))
    return ["qemu-arm", str(folder / "program")]


@STATE
def test_the_words_of_the_kernel(state: str) -> None:
    [repeat] = example("module_plt", 16).repeats
    variant = seen_from(repeat.variants, [("isa", state)])
    assert variant is not None
    assert [word.value for word in variant.block(16)] == [PLT_WORDS[state]] * 16 + [0] * 16


@pytest.mark.parametrize(("spec", "name"), BREAKPOINTS)
def test_the_breakpoints_of_the_kernel(spec: str, name: str) -> None:
    [breakpoint] = [b for b in example(spec).breakpoints if b.name == name]
    assert [(v.word, v.size) for v in breakpoint.variants] == [BREAKPOINTS[spec, name]]


@STATE
@pytest.mark.parametrize("known", [True, False], ids=["supplied", "symbolic"])
@pytest.mark.parametrize("count", [8, 16, 32])
def test_every_entry_of_the_plt_jumps_to_its_literal(
    count: int, known: bool, state: str, tmp_path: Path
) -> None:
    spec = example("module_plt", count if known else None)
    command = built(tmp_path, spec, "module_plt.c", *STATES[state], f"-DPLT_ENT_COUNT=({4 * count}/4)")
    first, *reached = succeed(tmp_path, *command).decode().splitlines()
    assert reached == [str(100 + entry % 16) for entry in range(count)]
    word = PLT_WORDS[state] - 4 * 16 + 4 * count
    assert first == f"{word:08x} {8 * count}"


@STATE
@pytest.mark.parametrize("supplied", [{}, {"N": 5}], ids=["symbolic", "supplied"])
def test_elements_of_two_words_load_their_own_data(
    supplied: dict[str, int], state: str, tmp_path: Path
) -> None:
    path = tmp_path / "pairs.tramp"
    path.write_text(PAIRS)
    spec = compile_file(path, supplied).spec
    assert spec is not None
    command = built(tmp_path, spec, "pairs.c", *STATES[state], "-DCOUNT=5")
    contexts = [1000 - 600 * index for index in range(5)]
    expected = [context if index % 2 else -context for index, context in enumerate(contexts)]
    assert succeed(tmp_path, *command).decode().splitlines() == [str(answer) for answer in expected]


@STATE
def test_the_words_of_an_element_for_assembly(state: str, tmp_path: Path) -> None:
    need(COMPILER)
    (tmp_path / "module_plt.h").write_text(header(example("module_plt"), "trampgen build"))
    (tmp_path / "words.S").write_text(
        '#include "module_plt.h"\n.long PLT_ENTRIES_INSNS\n.long PLT_ENTRIES_SIZE, PLT_ENTRIES_WORDS\n'
    )
    flags = [*STATES[state], "-march=armv7-a", "-D__ASSEMBLY__", "-DPLT_ENT_COUNT=16", f"-I{INCLUDE}"]
    succeed(tmp_path, COMPILER, *flags, "-c", "words.S", "-o", "words.o")
    succeed(tmp_path, "arm-linux-gnueabi-objcopy", "-O", "binary", "-j", ".text", "words.o", "words.bin")
    data = (tmp_path / "words.bin").read_bytes()
    words = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
    assert words == [PLT_WORDS[state], 128, 1]


@pytest.mark.parametrize("count", [7, 33, 1024])
def test_a_count_that_is_not_promised_does_not_compile(count: int, tmp_path: Path) -> None:
    need(COMPILER)
    with pytest.raises(AssertionError, match="is no count"):
        built(tmp_path, example("module_plt"), "module_plt.c", f"-DPLT_ENT_COUNT={count}")


def test_a_count_out_of_the_loads_reach_does_not_compile(tmp_path: Path) -> None:
    need(COMPILER)
    path = tmp_path / "module_plt.tramp"
    text = (EXAMPLES / "linux" / "arm" / path.name).read_text()
    path.write_text(text.replace("in 8..32", "in 1..4096"))
    spec = compile_file(path).spec
    assert spec is not None
    for count in (1, 1026, 4096):
        with pytest.raises(AssertionError, match="does not fit ldr"):
            built(tmp_path, spec, "module_plt.c", "-marm", f"-DPLT_ENT_COUNT={count}")


@STATE
@pytest.mark.parametrize("name", ["breakpoints", "uprobes"])
def test_predicates_are_the_tables(name: str, state: str, tmp_path: Path) -> None:
    spec = example(name)
    table = seen_from(spec.tables[0].variants, [("isa", state)])
    assert table is not None
    hooks = [Cube(row.mask, row.value) for _, row in table.rows]
    marks = [v.word for b in spec.breakpoints if (v := seen_from(b.variants, [("isa", state)]))]
    words = [*boundary(hooks, name), *marks]
    command = built(tmp_path, spec, "arm_probes.c", *STATES[state], f'-DHEADER="{name}.h"')
    answers = asked(tmp_path, command, [f"{word:x}" for word in words])
    for word, answer in zip(words, answers, strict=True):
        expected = [any(hook.holds(word) for hook in hooks), *(word == mark for mark in marks)]
        assert answer == "".join(f"{yes:d}" for yes in expected), f"{word:08x}"
