"""Outputs never overwrite a specification or each other, and a build that fails replaces nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from trampgen.cli import main

SPEC = """//! SPDX-License-Identifier: MIT
target ppc64
variant v {{ {case} when "A"; other }}
stub {stub} {{ code {{ if {case} {{ nop }}; bctr }} }}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a usage error says."""
    assert main(arguments) == 2
    return capsys.readouterr().err


def test_two_specs_that_would_write_one_blob(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.tramp").write_text(SPEC.format(case="c", stub="b"))
    plain = SPEC.replace("variant v {{ {case} when", "// {case} when").replace("if {case} {{ nop }}; ", "")
    Path("a.b.tramp").write_text(plain.format(case="c", stub="c"))
    assert "a.b.c.le.bin" in refused(["build", "a.tramp", "a.b.tramp"], capsys)
    assert not list(Path().glob("*.bin"))


def test_a_spec_that_would_be_its_own_output(capsys: pytest.CaptureFixture[str]) -> None:
    text = SPEC.format(case="c", stub="b")
    Path("own.h").write_text(text)
    assert "own.h would overwrite" in refused(["build", "own.h"], capsys)
    assert Path("own.h").read_text() == text


def test_a_folder_in_the_place_of_an_output_stops_the_build_before_anything_is_replaced(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("one.tramp").write_text(SPEC.format(case="c", stub="b"))
    Path("one.json").mkdir()
    Path("one.h").write_text("old")
    assert "directory" in refused(["build", "one.tramp"], capsys)
    assert Path("one.h").read_text() == "old"
    assert not list(Path().glob(".one*"))


def test_a_spec_that_is_named_twice_is_built_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.tramp").write_text(SPEC.format(case="c", stub="b"))
    assert main(["build", "one.tramp", "one.tramp"]) == 0
    assert capsys.readouterr().out.count("target ppc64") == 1
    assert Path("one.h").exists()


def test_a_define_for_one_of_two_specs(capsys: pytest.CaptureFixture[str]) -> None:
    for name in "ab":
        Path(f"{name}.tramp").write_text(
            "//! SPDX-License-Identifier: MIT\ntarget ppc64\n"
            f'extern const OF_{name.upper()} as "{name}"\n'
            f"stub s_{name} {{ code {{ li r3, ${{OF_{name.upper()}}}; bctr }} }}\n"
        )
    assert main(["build", "-q", "-D", "OF_A=1", "a.tramp", "b.tramp"]) == 0
    assert "trampgen build -D OF_A=1 --emit header a.tramp" in Path("a.h").read_text()
    assert "trampgen build --emit header b.tramp" in Path("b.h").read_text()


def test_the_same_error_in_a_shared_file_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    Path("shared.inc").write_text("const A = 1 +\n")
    for name in "ab":
        Path(f"{name}.tramp").write_text('include "shared.inc"\ntarget ppc64\nstub s { code { bctr } }\n')
    assert main(["lint", "a.tramp", "b.tramp"]) == 1
    assert capsys.readouterr().err.count("shared.inc:") == 1


@pytest.mark.parametrize("depfile", ["one.tramp", "one.h", "./one.json"])
def test_a_depfile_in_the_place_of_another_file(depfile: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = SPEC.format(case="c", stub="b")
    Path("one.tramp").write_text(text)
    said = refused(["build", "--depfile", depfile, "one.tramp"], capsys)
    assert f"--depfile {depfile} would overwrite" in said
    assert Path("one.tramp").read_text() == text
    assert not Path("one.h").exists()


def test_a_wrong_option_is_one_even_if_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.tramp").write_text(SPEC.format(case="c", stub="b"))
    assert main(["build", "one.tramp"]) == 0
    assert "--jobs x" in refused(["build", "-jx", "one.tramp"], capsys)
    assert "--emit x" in refused(["build", "--emit", "x", "one.tramp"], capsys)
    assert "-D x" in refused(["build", "-D", "x", "one.tramp"], capsys)
