"""The example tables in C: rows, requirements, actions and predicates, held against the model word by word."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, compile_file, need
from tests.run.cross import ARM, ARM64, BE, HOST, INCLUDE, Machine, asked, boundary, succeed
from trampgen.assemble.readback import disassemble, disassembly
from trampgen.cubes.cube import Cube
from trampgen.emit.header import header
from trampgen.emit.tables import is_looked_up
from trampgen.isa import load
from trampgen.model.spec import Spec
from trampgen.model.tables import Pattern, Requirement, Table, TableVariant

PROGRAM = """
#include <stdio.h>
#include <stdlib.h>
#include <trampgen.h>
#include "%s.h"

int main(void)
{
	unsigned long long word;

	while (scanf("%%llx", &word) == 1) {
		%s insn = word;

%s		putchar('\\n');
	}
	return 0;
}
"""
# Example, a machine beside the host, the flags that choose a case, the case. Functions look at numbers alone, so those
# of RISC-V are asked on a big-endian one.
CASES = [
    ("arm/decode_arm", ARM, ("-U__LINUX_ARM_ARCH__", "-D__LINUX_ARM_ARCH__=5"), "before_v6"),
    ("arm/decode_arm", ARM, ("-U__LINUX_ARM_ARCH__", "-D__LINUX_ARM_ARCH__=7"), "v6"),
    ("arm/decode_thumb", ARM, (), None),
    ("arm64/insn_classes", ARM64, (), None),
    ("riscv/insn_classes", BE, ("-U__riscv_xlen", "-D__riscv_xlen=64"), "rv64"),
    ("riscv/insn_classes", BE, ("-U__riscv_xlen", "-D__riscv_xlen=32"), "rv32"),
]
IDS = [f"{name}-{case}" if case else name for name, _, _, case in CASES]
LIBC = Path("/usr/arm-linux-gnueabi/lib/libc.so.6")  # in ARM instructions


@functools.cache
def example(name: str) -> Spec:
    compiled = compile_file(EXAMPLES / "linux" / f"{name}.tramp")
    assert compiled.spec is not None
    assert not compiled.found
    return compiled.spec


def tables(name: str, case: str | None) -> Iterator[tuple[Table, TableVariant]]:
    for table in example(name).tables:
        [variant] = [v for v in table.variants if case is None or case in dict(v.when).values()]
        yield table, variant


def said(table: Table, variant: TableVariant) -> str:
    """C that prints all that there is to say of a word."""
    lines = ["putchar('.');"]
    if is_looked_up(table, variant):
        lines = [f"int row = {table.name}_decode(insn);", 'printf("%d", row);']
    if any(entry.requires for entry in variant.entries):
        lines.append(f'printf(" %d", {table.name}_allows(row, insn));')
    if table.actions:
        lines.append(f'printf(" %d", row < 0 ? 0 : {table.name}_entry(row)->action);')
    if table.classes:
        lines.append(f'printf(" %x", row < 0 ? 0 : {table.name}_entry(row)->classes);')
    lines += [f'printf(" %d", {predicate.name}(insn));' for predicate in table.predicates]
    return "".join(f"\t\t{line}\n" for line in lines)


def build(
    folder: Path, machine: Machine, name: str, table: Table, variant: TableVariant, flags: Sequence[str]
) -> list[str]:
    machine.needed()
    stem = name.split("/")[1]
    (folder / f"{stem}.h").write_text(header(example(name), "trampgen build"))
    text = PROGRAM % (stem, f"u{variant.width}", said(table, variant))
    (folder / f"{table.name}.c").write_text(text)
    warnings = ["-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Werror"]
    options = ["-std=gnu11", "-O2", "-static", *warnings, f"-I{INCLUDE}", "-I.", *flags]
    succeed(folder, machine.tool("gcc"), *options, "-o", table.name, f"{table.name}.c")
    return [*machine.command, str(folder / table.name)]


def row_of(variant: TableVariant, word: int) -> int:
    """The first that matches; -1 where that is the end of a group, or nothing."""
    for mask, value, row in variant.order:
        if word & mask == value:
            return -1 if row is None else row
    return -1


def field(pattern: Pattern, name: str, word: int) -> int:
    [hole] = [hole for hole in pattern.holes if hole.param == name]
    [run] = hole.field.runs
    return word >> run.insn_bit & (1 << run.count) - 1


def holds(one: Requirement, pattern: Pattern, word: int) -> bool:
    other = field(pattern, one.other, word) if one.other else one.value
    return (field(pattern, one.field, word) == other) == one.equal


def allows(variant: TableVariant, row: int, word: int) -> bool:
    return row >= 0 and all(
        any(holds(test, variant.rows[row][1], word) for test in one.tests)
        for one in variant.entries[row].requires
    )


def model(table: Table, variant: TableVariant, word: int, looked_up: bool = True) -> str:
    """What the C is to print."""
    row = row_of(variant, word)
    entry = variant.entries[row] if row >= 0 else None
    classes = set(entry.classes) if entry else set()
    names = {variant.rows[row][0], *classes} if entry else set()
    parts = [f"{row}" if looked_up else "."]
    if any(one.requires for one in variant.entries):
        parts.append(f"{allows(variant, row, word):d}")
    if table.actions:
        parts.append(str(table.actions.index(entry.action) + 1 if entry and entry.action else 0))
    if table.classes:
        parts.append(f"{sum(1 << table.classes.index(name) for name in classes):x}")
    for one in table.predicates:
        parts.append(f"{bool(names & set(one.among) if one.among else names) != one.negated:d}")
    return " ".join(parts)


def registers(variant: TableVariant) -> Iterator[int]:
    """Each row with each of its fields all ones, sp, and one less, alone and together with each bit of others."""
    for _, row in variant.rows:
        for hole in row.holes:
            [run] = hole.field.runs
            ones = (1 << run.count) - 1
            for value in {ones, ones & 13, ones - 1}:
                word = row.value | value << run.insn_bit
                yield word
                yield from (word ^ (1 << bit) for bit in range(variant.width))


@pytest.mark.parametrize(("name", "machine", "flags", "case"), CASES, ids=IDS)
@pytest.mark.parametrize("host", [True, False], ids=["host", "target"])
def test_tables_are_the_model(
    name: str, machine: Machine, flags: tuple[str, ...], case: str | None, host: bool, tmp_path: Path
) -> None:
    for table, variant in tables(name, case):
        command = build(tmp_path, HOST if host else machine, name, table, variant, flags)
        looked_up, mask = is_looked_up(table, variant), (1 << variant.width) - 1
        cubes = [Cube(row.mask, row.value, variant.width) for _, row in variant.rows]
        words = sorted({word & mask for word in (*boundary(cubes, name), *registers(variant))})
        if variant.width == 16:
            words = list(range(1 << 16))
        answers = asked(tmp_path, command, [f"{word:x}" for word in words])
        for word, answer in zip(words, answers, strict=True):
            assert answer == model(table, variant, word, looked_up), f"{table.name}: {word:08x}"
        seen = {answer.split()[0] for answer in answers}
        assert seen == {"."} or seen >= {str(row) for row in range(len(variant.rows))}, "a word of every row"


def test_classes_are_names_of_one_bit_each() -> None:
    """A predicate over a class compares no more patterns than what the kernel compares."""
    text = header(example("arm64/insn_classes"), "trampgen build")
    for name in ("exception", "hint", "orr", "load_ex", "store_ex", "exclusive", "cas", "dsb_base"):
        body = re.search(rf"a64_is_{name}\(u32 insn\)\n{{\n(.*?)\n}}", text, re.DOTALL)
        assert body
        assert body[1].count("==") == 1, name
    assert "a64_insn_is(insn" not in text, "every class is a few compares"


# What capstone calls an instruction, without its condition, and the rows that may have it.
ROWS: dict[str, set[str | None]] = {
    "clz": {"clz"}, "mrs": {"mrs", None}, "bx": {"bx"}, "mul": {"mul"}, "muls": {"mul"}, "mla": {"mla"}, "mls": {"mls"},
    "umull": {"mul_long"}, "smull": {"mul_long"}, "umlal": {"mul_long"}, "smlal": {"mul_long"}, "umaal": {"umaal"},
    "b": {"branch"}, "bl": {"branch"}, "blx": {"blx_imm", "blx_reg"}, "svc": {"coprocessor"}, "mrc": {"coprocessor"},
    "movw": {"mov_halfword"}, "movt": {"mov_halfword"}, "uxtb": {"extend"}, "uxth": {"extend"}, "sxtb": {"extend"},
    "uxtab": {"extend_add"}, "uxtah": {"extend_add"}, "rev": {"reverse"}, "rev16": {"reverse"}, "rbit": {"reverse"},
    "ldrex": {None}, "strex": {None}, "swp": {"swp", None}, "ldrd": {"pair_imm", "pair_reg", "pair_from_r14"},
    "strh": {"strh_imm", "strh_reg"}, "ldrh": {"load_extra_imm", "load_extra_reg"},
    "ldrsb": {"load_extra_imm", "load_extra_reg"}, "ldm": {"ldm_stm", None}, "stm": {"ldm_stm", None},
    "tst": {"compare_imm", "compare_reg", "compare_shifted"}, "cmp": {"compare_imm", "compare_reg", "compare_shifted"},
    "mvn": {"move_imm", "move_reg", "move_shifted"}, "and": {"arithmetic_imm", "arithmetic_reg", "arithmetic_shifted"},
    "rsb": {"arithmetic_imm", "arithmetic_reg", "arithmetic_shifted"}, "pld": {"preload_imm", "preload_reg"},
    "ubfx": {"extract"}, "bfi": {"bfi"}, "bfc": {"bfc"}, "sel": {"sel"}, "uadd8": {"parallel"}, "nop": {"wait"},
    "ldrt": {"unprivileged"}, "strht": {"extra_unprivileged"}, "bkpt": {None}, "udf": {"undefined"},
}  # fmt: skip
CONDITIONS = "eq ne hs lo mi pl vs vc hi ls ge lt gt le".split()


def test_every_word_of_a_real_library(tmp_path: Path) -> None:
    """What C says of it is what the model says, and what capstone calls it belongs into its row."""
    need("arm-linux-gnueabi-objcopy")
    if not LIBC.exists():
        pytest.skip(f"needs {LIBC} (libc6-armel-cross)")
    succeed(tmp_path, "arm-linux-gnueabi-objcopy", "-O", "binary", "-j", ".text", str(LIBC), "text")
    data = (tmp_path / "text").read_bytes()
    words = sorted({int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data) - 3, 4)})
    assert len(words) > 50_000
    [(table, variant)] = tables("arm/decode_arm", "v6")
    command = build(tmp_path, HOST, "arm/decode_arm", table, variant, CASES[1][2])
    isa = load("arm")
    seen: set[str] = set()
    for word, answer in zip(words, asked(tmp_path, command, [f"{word:x}" for word in words]), strict=True):
        assert answer == model(table, variant, word), f"{word:08x}"
        row = int(answer.split()[0])
        name = variant.rows[row][0] if row >= 0 else None
        called = (disassemble(isa, word) or ("",))[0].split(".")[0]
        if word >> 28 < 14:
            called = called.removesuffix(CONDITIONS[word >> 28])
        if called in ROWS:
            assert name in ROWS[called], f"{word:08x} {called} is {name}"
            seen.add(called)
    assert len(seen) > 25, seen


@pytest.mark.parametrize(
    ("name", "target", "word", "row", "called"),
    [
        ("arm/decode_arm", "arm", 0xE1000200, "mrs", "mrs r0, r8_usr"),
        ("arm/decode_thumb", "thumb", 0xF3E08020, "mrs", "mrs r0, r8_usr"),
        ("arm/decode_thumb", "thumb", 0xF85F0800, "load_store_none_form", "ldr.w r0, [pc, #-0x800]"),
        ("arm/decode_thumb", "thumb", 0xF85F0E00, "unprivileged", "ldr.w r0, [pc, #-0xe00]"),
        ("arm/decode_thumb", "thumb", 0xFB60F000, "mul", "smmls r0, r0, r0, pc"),
        ("arm64/insn_classes", "arm64", 0x39800000, "signed_load_imm", "ldrsb x0, [x0]"),
        ("arm64/insn_classes", "arm64", 0x38A26820, None, "ldrsb x0, [x1, x2]"),
        ("arm64/insn_classes", "arm64", 0x08DFFC20, "ldar", "ldarb w0, [x1]"),
    ],
)
def test_what_the_kernel_takes_for_something_else(
    name: str, target: str, word: int, row: str | None, called: str
) -> None:
    """Words that the examples name, or that a class of theirs holds by its mask."""
    [variant] = [v for t, v in tables(name, "v6" if target == "arm" else None) if len(v.rows) > 30]
    found = row_of(variant, word)
    assert (variant.rows[found][0] if found >= 0 else None) == row
    assert disassembly(load(target), word) == called
