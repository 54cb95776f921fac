"""Generated decoders in C and Rust: a scan of the rows on millions of words, the model with fields."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from tests.conftest import need
from tests.run.cross import BE, HERE, INCLUDE, LE, PPC32, Machine, asked, run, succeed
from tests.unit.test_decode import FUNCTIONS, boundary, rows_with_fields
from trampgen.decode.model import decode
from trampgen.decode.plan import Plan
from trampgen.decode.planning import plan
from trampgen.decode.rows import Row, Rows, first_match
from trampgen.decode.selftest import trials
from trampgen.decode.shapes import Shapes, shapes
from trampgen.decode.values import read
from trampgen.emit import c_decoder, rust_decoder
from trampgen.emit.c_text import macro

STRICT = [
    "-std=gnu11",
    "-O2",
    "-Wall",
    "-Wextra",
    "-Wundef",
    "-Wconversion",
    "-Wunused-const-variable=2",
    "-Werror",
]
NATIVE = Machine("native", "little", "")
MACHINES = pytest.mark.parametrize("machine", [NATIVE, LE, BE, PPC32], ids=lambda machine: machine.name)
WIDTHS = pytest.mark.parametrize("width", [16, 32, 64])


def made(width: int, seed: int = 3, count: int = 150) -> tuple[tuple[Row, ...], Plan, Shapes]:
    """A table with fields of all kinds."""
    rows = tuple(rows_with_fields(width, count, seed))
    return rows, plan([row.cube for row in rows], width), shapes(rows, width)


def words(rows: tuple[Row, ...], width: int) -> list[int]:
    cubes = [row.cube for row in rows]
    drawn = random.Random(width)
    within = [drawn.getrandbits(width) & ~cube.mask | cube.value for cube in cubes for _ in range(3)]
    return boundary(cubes, width)[:1500] + within


def expected(rows: tuple[Row, ...], word: int) -> str:
    number = first_match([row.cube for row in rows], word)
    if number is None:
        return "-1"
    return " ".join(map(str, [number, *read(rows[number].fields, word, FUNCTIONS).values()]))


def printing(rows: tuple[Row, ...], found: Shapes) -> str:
    """The cases of a switch that print the fields of each row in their order."""
    lines = []
    for row, shape in zip(rows, found.shape_of, strict=True):
        lines.append(f"case TABLE_{macro(row.name)}:")
        for name, _ in shape.members if shape else ():
            lines.append(f'\tprintf(" %" PRId64, (s64)out->as_{shape.name}.{name});' if shape else "")
        lines.append("\tbreak;")
    return "\n".join(lines) + "\n"


def compiled(folder: Path, machine: Machine, width: int, rows: tuple[Row, ...], *more: str) -> list[str]:
    """The program of decoder.c for a table; what runs it."""
    compiler = "gcc" if machine is NATIVE else machine.tool("gcc")
    need(compiler, *([] if machine is NATIVE else [machine.emulator]))
    found, fields = plan([row.cube for row in rows], width), shapes(rows, width)
    some = trials([row.cube for row in rows], width)
    (folder / "table.h").write_text(c_decoder.decoder(Rows("table", width, rows), found, fields, some))
    (folder / "print.inc").write_text(printing(rows, fields))
    defines = [f"-DWORD=u{width}", f"-DWIDTH={width}", '-DGENERATED="table.h"', '-DPRINTED="print.inc"']
    where = [f"-I{INCLUDE}", f"-I{folder}", "-o", "decoder", str(HERE / "decoder.c")]
    succeed(folder, compiler, *STRICT, "-static", *more, *defines, *where)
    return [*([] if machine is NATIVE else machine.command), str(folder / "decoder")]


@MACHINES
@WIDTHS
def test_rows_and_fields(machine: Machine, width: int, tmp_path: Path) -> None:
    rows, found, _ = made(width)
    command = compiled(
        tmp_path, machine, width, rows, "-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"
    )
    succeed(tmp_path, *command, "20000")
    some = words(rows, width)
    assert asked(tmp_path, command, [f"{word:x}" for word in some]) == [expected(rows, word) for word in some]
    assert all(decode(found, word) == first_match(found.cubes, word) for word in some)


@WIDTHS
def test_the_size_is_that_of_the_compiled_tables(width: int, tmp_path: Path) -> None:
    need("gcc", "nm")
    rows, found, _ = made(width)
    text = c_decoder.decoder(Rows("table", width, rows), found)
    use = f"int use(u{width} word) {{ return table_decode(word); }}\n"
    (tmp_path / "table.c").write_text(f"#include <trampgen.h>\n{text}{use}")
    succeed(tmp_path, "gcc", *STRICT, f"-I{INCLUDE}", "-c", "table.c")
    symbols = succeed(tmp_path, "nm", "-S", "table.o").decode().split("\n")
    assert sum(int(line.split()[1], 16) for line in symbols if " r table_" in line) == found.size


@WIDTHS
def test_millions_of_words_against_a_scan(width: int, tmp_path: Path) -> None:
    rows, _, _ = made(width, 5, 60)
    succeed(tmp_path, *compiled(tmp_path, NATIVE, width, rows), "10000000")


def test_every_word_of_16_bits(tmp_path: Path) -> None:
    rows, _, _ = made(16, 8, 40)
    command = compiled(tmp_path, NATIVE, 16, rows)
    every = range(1 << 16)
    answers = asked(tmp_path, command, [f"{word:x}" for word in every])
    assert answers == [expected(rows, word) for word in every]


def test_every_word_of_a_binary(tmp_path: Path) -> None:
    library = Path("/usr/powerpc64le-linux-gnu/lib/libc.so.6")
    if not library.exists():
        pytest.skip("needs Debian's libc6-ppc64el-cross")
    rows, _, _ = made(32)
    text = tmp_path / "text"
    with library.open("rb") as file:
        section = ELFFile(file).get_section_by_name(".text")
        assert section is not None
        data = section.data()
    text.write_bytes(data)
    command = compiled(tmp_path, NATIVE, 32, rows)
    some = sorted(set(struct.unpack(f"<{len(data) // 4}I", data)))
    cubes = [row.cube for row in rows]
    answers = asked(tmp_path, command, [f"{word:x}" for word in some])
    assert [int(answer.split()[0]) for answer in answers] == [
        -1 if (row := first_match(cubes, word)) is None else row for word in some
    ]


def test_few_rows_need_one_step(tmp_path: Path) -> None:
    rows = made(32)[0][:1]
    text = c_decoder.decoder(Rows("table", 32, rows), plan([row.cube for row in rows], 32))
    assert "multiplier" not in text
    succeed(tmp_path, *compiled(tmp_path, NATIVE, 32, rows), "10000")


def test_a_self_test_finds_what_was_spoilt(tmp_path: Path) -> None:
    rows = made(32)[0]
    compiled(tmp_path, NATIVE, 32, rows)
    header = tmp_path / "table.h"
    text = header.read_text()
    first = text.index("table_words[TABLE_ROWS] = {")
    at = text.index("{ 0x", first) + 2
    header.write_text(text[:at] + f"{int(text[at : at + 10], 16) ^ 0x04000000:#010x}" + text[at + 10 :])
    defines = ["-DWORD=u32", "-DWIDTH=32", '-DGENERATED="table.h"', '-DPRINTED="print.inc"']
    succeed(
        tmp_path, "gcc", *STRICT, *defines, f"-I{INCLUDE}", "-I.", "-o", "spoilt", str(HERE / "decoder.c")
    )
    done = run(tmp_path, str(tmp_path / "spoilt"))
    assert done.returncode == 1
    assert b"fails" in done.stderr


def test_the_same_rows_give_the_same_text() -> None:
    rows, found, fields = made(32)
    table = Rows("table", 32, rows)
    assert c_decoder.decoder(table, found, fields) == c_decoder.decoder(table, *made(32)[1:])


def test_more_rows_than_a_slot_can_name() -> None:
    rows, found, _ = made(32)
    with pytest.raises(ValueError, match="more than 32,767 rows"):
        c_decoder.decoder(Rows("table", 32, rows * 300), found)


RUST = """
#![no_std]
extern crate std;
use std::io::BufRead;
use std::{print, println};
#[allow(dead_code)]
fn twice(x: VALUE) -> VALUE { 2 * x }
#[allow(dead_code)]
fn seven() -> VALUE { 7 }
#[path = "table.rs"]
#[allow(dead_code)]
mod table;
fn main() {
    assert_eq!(table::self_test(), None);
    for line in std::io::stdin().lock().lines() {
        let word = WORD::from_str_radix(&line.unwrap(), 16).unwrap();
        match table::read(word) {
            None => println!("-1"),
            Some(read) => {
                print!("{}", read.row);
                match read.row {
                    CASES
                    _ => {}
                }
                println!();
            }
        }
    }
}
"""


@WIDTHS
def test_rust(width: int, tmp_path: Path) -> None:
    need("rustc")
    rows, found, fields = made(width)
    some = trials([row.cube for row in rows], width)
    text = rust_decoder.decoder(Rows("table", width, rows), found, fields, some)
    assert "unsafe {" not in text
    assert "std::" not in text
    (tmp_path / "table.rs").write_text(text)
    value = "i64" if fields.wide else "i32"
    types = rust_decoder.types([shape.name for shape in fields.shapes])
    cases = []
    for row, shape in zip(rows, fields.shape_of, strict=True):
        if shape is not None:
            kind = types[fields.shapes.index(shape)]
            shown = " ".join(f'print!(" {{}}", of.{name});' for name, _ in shape.members)
            cases.append(
                f"table::row::{macro(row.name)} => {{ let of = table::{kind}::from(&read); {shown} }}"
            )
    source = RUST.replace("VALUE", value).replace("WORD", f"u{width}").replace("CASES", "\n".join(cases))
    (tmp_path / "main.rs").write_text(source)
    flags = ["--edition=2021", "-O", "-Dwarnings", "-Anon_snake_case", "-Coverflow-checks=on"]
    succeed(tmp_path, "rustc", *flags, "-o", "main", "main.rs")
    every = words(rows, width)
    answers = asked(tmp_path, [str(tmp_path / "main")], [f"{word:x}" for word in every])
    assert answers == [expected(rows, word) for word in every]
