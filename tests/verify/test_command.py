"""`trampgen verify` as it is used: what it prints, how it ends, several files, byte orders, files that are none."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.compilers import built
from tests.conftest import need
from trampgen.cli import main

HEAD = "//! SPDX-License-Identifier: MIT\n"
SPEC = """\
target {target}
stub save {{
    symbol save_words
    symbol save_out at out
    code {{
        {first}
    out:
        {second}
    }}
}}
"""
CODE = {
    "ppc64": ("std r0, 16(r1)", "blr", "std %r0, 16(%r1)", "blr"),
    "ppc32": ("stw r0, 4(r1)", "blr", "stw %r0, 4(%r1)", "blr"),
    "arm": ("push {r0, r1}", "bx lr", "push {r0, r1}", "bx lr"),
    "arm64": ("str x0, [sp, #-16]!", "ret", "str x0, [sp, #-16]!", "ret"),
    "x86_64": ("push rax", "ret", "push %rax", "ret"),
    "x86_32": ("push eax", "ret", "push %eax", "ret"),
}


def spec_of(folder: Path, target: str, text: str = "") -> str:
    path = folder / "save.tramp"
    first, second = CODE[target][:2]
    path.write_text(HEAD + (text or SPEC.format(target=target, first=first, second=second)))
    return str(path)


def assembly(folder: Path, target: str, second: str = "") -> Path:
    path = folder / "save.s"
    _, _, one, two = CODE[target]
    lines = [
        "\t.globl\tsave_words, save_out",
        "\t.text",
        "save_words:",
        f"\t{one}",
        "save_out:",
        f"\t{second or two}",
    ]
    path.write_text("\n".join([*lines, "\t.size\tsave_words, . - save_words", ""]))
    return path


@pytest.fixture(params=CODE)
def target(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_an_object_that_is_as_specified(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = built(assembly(tmp_path, target), target, tmp_path)
    assert main(["verify", spec_of(tmp_path, target), "--elf", made]) == 0
    out, err = capsys.readouterr()
    unit = "2 bytes" if target.startswith("x86") else "2 words"
    assert out == f"ok       stub save: {unit}, 1 label; save.o: .text+0x0, save_words\n"
    assert err == ""


def test_an_object_that_is_not(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, target, CODE[target][2]), target, tmp_path)
    assert main(["verify", spec_of(tmp_path, target), "--elf", made]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("differs  stub save: ")
    assert "error[word-differs]" in err
    assert err.rstrip().endswith("trampgen: 1 error, 0 warnings")


# Code of big-endian images: ARM's is little-endian once it is linked as BE8, and arm64's always.
LINKED = {
    "arm": ("-mbig-endian", ["arm-linux-gnueabi-ld", "-EB", "--be8"]),
    "arm64": ("-mbig-endian", ["aarch64-linux-gnu-ld", "-EB"]),
    "ppc64": ("-mbig-endian", ["powerpc64-linux-gnu-ld", "-EB"]),
}


@pytest.mark.parametrize("target", LINKED)
def test_big_endian_images(target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flag, link = LINKED[target]
    need(link[0])
    array = tmp_path / "array.c"
    array.write_text("extern const unsigned int save_array[];\nconst unsigned int save_array[] = { 0, 0 };\n")
    parts = [built(path, target, tmp_path, flag) for path in (assembly(tmp_path, target), array)]
    whole = str(tmp_path / "image")
    subprocess.run([*link, "-e", "save_words", "-o", whole, *parts], check=True, capture_output=True)
    for made in (parts[0], whole):
        assert main(["verify", spec_of(tmp_path, target), "--elf", made]) == 0
        assert capsys.readouterr().out.startswith("ok       stub save: 2 words, 1 label; ")


def test_an_array_of_a_big_endian_image_is_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("arm-linux-gnueabi-ld")
    array = tmp_path / "array.c"
    array.write_text("const unsigned int save_words[] = { 0xe92d0003, 0xe12fff1e };\nvoid _start(void) {}\n")
    made = built(array, "arm", tmp_path, "-mbig-endian")
    whole = str(tmp_path / "image")
    subprocess.run(
        ["arm-linux-gnueabi-ld", "-EB", "--be8", "-o", whole, made], check=True, capture_output=True
    )
    text = "target arm\nstub save { symbol save_words; code { push {r0, r1}; bx lr } }\n"
    for file in (made, whole):
        assert main(["verify", spec_of(tmp_path, "arm", text), "--elf", file]) == 0
        assert "save_words\n" in capsys.readouterr().out


def test_several_files_are_one_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = """\
target arm64
variant speed { fast when "CONFIG_FAST"; slow }
stub one { symbol one; code { if fast { nop } else { yield } } }
stub two { symbol two; code { if fast { nop } else { wfe } } }
"""
    sources = {"one": "yield", "two": "nop"}
    made = []
    for name, line in sources.items():
        source = tmp_path / f"{name}.s"
        source.write_text(f"\t.globl\t{name}\n{name}:\n\t{line}\n\t.size\t{name}, . - {name}\n")
        made += ["--elf", built(source, "arm64", tmp_path)]
    assert main(["verify", spec_of(tmp_path, "arm64", text), *made]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["differs", "ok"]
    assert "(case fast)" in err
    assert main(["verify", spec_of(tmp_path, "arm64", text), *made, "--case", "slow"]) == 1
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["ok", "differs"]
    assert "(case slow)" in err


def test_json_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, "arm64", "nop"), "arm64", tmp_path)
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", made, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["checked"] == [
        {
            "kind": "stub", "name": "save", "cases": [], "file": "save.o", "section": ".text", "offset": 0,
            "symbol": "save_words", "compared": "2 words, 1 label", "differs": True,
        }
    ]  # fmt: skip
    assert [one["code"] for one in document["diagnostics"]] == ["word-differs"]
    assert document["absent"] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        (b"", "this is no ELF file"),
        (b"#!/bin/sh\n" * 10, "this is no ELF file"),
        (b"\x7fELF" + b"\xff" * 100, "the ELF header has an unknown class or byte order"),
    ],
)
def test_what_is_no_elf_file(
    content: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file.o"
    if content is not None:
        path.write_bytes(content)
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", str(path)]) == 2
    assert capsys.readouterr().err == f"trampgen: error: {path}: {said}\n"


def test_a_file_of_another_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, "x86_64"), "x86_64", tmp_path)
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", made]) == 2
    said = f"{made}: the spec is for arm64, and the file for x86-64"
    assert capsys.readouterr().err == f"trampgen: error: {said}\n"


def test_files_of_two_machines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    little = built(assembly(tmp_path, "arm64"), "arm64", tmp_path)
    (tmp_path / "big").mkdir()
    big = built(assembly(tmp_path, "arm64"), "arm64", tmp_path / "big", "-mbig-endian")
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", little, "--elf", big]) == 2
    assert "verify them one by one" in capsys.readouterr().err


def test_a_case_that_there_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, "arm64"), "arm64", tmp_path)
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", made, "--case", "slow"]) == 2
    assert capsys.readouterr().err == "trampgen: error: --case slow: the spec has no cases\n"


def test_a_spec_with_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = built(assembly(tmp_path, "arm64"), "arm64", tmp_path)
    assert (
        main(["verify", spec_of(tmp_path, "arm64", "target arm64\nstub a { code { rte } }\n"), "--elf", made])
        == 1
    )
    assert "error[" in capsys.readouterr().err


@pytest.mark.parametrize("offset", [1 << 62, (1 << 64) - 1])
def test_a_section_table_far_outside(offset: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Path(built(assembly(tmp_path, "arm64"), "arm64", tmp_path))
    image = bytearray(made.read_bytes())
    image[40:48] = offset.to_bytes(8, "little")
    made.write_bytes(image)
    assert main(["verify", spec_of(tmp_path, "arm64"), "--elf", str(made)]) == 2
    assert "the file ends within its headers" in capsys.readouterr().err
