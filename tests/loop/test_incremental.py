"""A build with nothing to do does nothing; whatever changes is noticed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.loop.conftest import Run, outputs, program
from trampgen.incremental import record as records
from trampgen.incremental import tool
from trampgen.resources import PACKAGE, digest

BUILD = ("build", "-o", "out", "-j1")


# ---- nothing to do -------------------------------------------------------------------------------------


def test_a_second_build_has_nothing_to_do(run: Run, compiled: list[str]) -> None:
    assert "wrote out/call.h" in run(*BUILD, "call.tramp").out
    before = {path: path.stat().st_mtime_ns for path in Path("out").iterdir()}
    second = run(*BUILD, "call.tramp")
    assert (second.status, second.err) == (0, "")
    assert second.out == "call.tramp: nothing to do, 2 outputs are up to date\n"
    assert {path: path.stat().st_mtime_ns for path in Path("out").iterdir()} == before
    assert compiled == ["call.tramp"]
    assert run(*BUILD, "-q", "call.tramp").out == ""


def test_it_imports_nothing_heavy(work: Path) -> None:
    arguments = [*BUILD, "--depfile", "call.d", "call.tramp"]
    code = f"""
import sys
from trampgen.cli import main
status = main({arguments!r})
heavy = "lark jinja2 keystone capstone elftools dataclasses typing subprocess tempfile importlib.resources"
print([name for name in heavy.split() if name in sys.modules], status)
"""
    first = program(python=("-c", code))
    assert "lark" in first.out.split("\n")[-2]
    assert program(python=("-c", code)).out.split("\n")[-2] == "[] 0"


@pytest.mark.usefixtures("work")
@pytest.mark.parametrize(
    "again",
    [
        (*BUILD, "call.tramp", "call.tramp"),
        (*BUILD, "--emit", "json", "call.tramp"),
        (*BUILD, "--emit", "blob,json,header,json", "call.tramp"),
        (*BUILD, "-W", "call.tramp"),
        (*BUILD, "--color", "always", "call.tramp"),
        (*BUILD, "-j4", "call.tramp"),
    ],
)
def test_what_makes_no_difference(again: tuple[str, ...], run: Run, compiled: list[str]) -> None:
    assert run(*BUILD, "call.tramp").status == 0
    assert run(*again).status == 0
    assert compiled == ["call.tramp"]


def test_a_new_time_stamp_is_no_change(run: Run, compiled: list[str]) -> None:
    run(*BUILD, "call.tramp")
    for path in (Path("call.tramp"), Path("shared.inc"), Path("out/call.h")):
        os.utime(path, ns=(10**18, 10**18))
    run(*BUILD, "call.tramp")
    assert compiled == ["call.tramp"]


def test_a_define_of_another_spec_is_no_change(run: Run, compiled: list[str]) -> None:
    Path("other.tramp").write_text(Path("call.tramp").read_text().replace("OFFSET", "OTHER"))
    assert run(*BUILD, "-D", "OTHER=8", "call.tramp", "other.tramp").status == 0
    assert run(*BUILD, "-D", "OTHER=16", "call.tramp", "other.tramp").status == 0
    assert compiled == ["call.tramp", "other.tramp", "other.tramp"]


def test_an_unknown_define_is_refused_all_the_same(run: Run) -> None:
    run(*BUILD, "call.tramp")
    refused = run(*BUILD, "-D", "OFSET=8", "call.tramp")
    assert refused.status == 2
    assert "did you mean `OFFSET`" in refused.err


# ---- something to do -----------------------------------------------------------------------------------


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def sealed(**values: object) -> None:
    """A record with other fields, as another version would have written it."""
    path = Path("out/.call.trampgen")
    known = json.loads(path.read_text().partition("\n")[2]) | values
    body = json.dumps({name: value for name, value in known.items() if value is not None})
    path.write_text(f"{digest(body.encode())}\n{body}")


def replace_by_folder(path: str) -> None:
    os.unlink(path)
    os.mkdir(path)


CHANGES: dict[str, Callable[[], object]] = {
    "the spec": lambda: edit("call.tramp", "r12", "r11"),
    "a comment": lambda: edit("call.tramp", "target", "// new\ntarget"),
    "an included file": lambda: edit("shared.inc", "4", "8"),
    "an output": lambda: edit("out/call.h", "trampgen", "hand"),
    "an output that is gone": lambda: Path("out/call.json").unlink(),
    "an output that is a folder now": lambda: replace_by_folder("out/call.h"),
    "no record": lambda: Path("out/.call.trampgen").unlink(),
    "an empty record": lambda: Path("out/.call.trampgen").write_text(""),
    "a record that is cut off": lambda: edit("out/.call.trampgen", "}\n", ""),
    "a record of something else": lambda: Path("out/.call.trampgen").write_text("[1, 2]"),
    "a record with more in it": lambda: sealed(constants=["numbers.txt"]),
    "a record with less in it": lambda: sealed(objects=None),
    "a record with numbers for names": lambda: edit(
        "out/.call.trampgen", '"call.tramp":', '"call.tramp": {}, "x":'
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_noticed(what: str, run: Run, compiled: list[str]) -> None:
    run(*BUILD, "call.tramp")
    CHANGES[what]()
    status = run(*BUILD, "call.tramp").status
    assert compiled == ["call.tramp"] * 2
    if what.endswith("folder now"):
        assert status == 2
        return
    assert status == 0
    made = outputs(Path("out"))
    shutil.rmtree("out")
    run(*BUILD, "call.tramp")
    assert outputs(Path("out")) == made


@pytest.mark.parametrize(
    "again",
    [
        (*BUILD, "-D", "OFFSET=16", "call.tramp"),
        (*BUILD, "--constants", "values", "call.tramp"),
        (*BUILD, "--emit", "listing", "call.tramp"),
        (*BUILD, "--no-record", "call.tramp"),
        (*BUILD, "./call.tramp"),
        ("build", "-o", "elsewhere", "call.tramp"),
    ],
)
def test_other_options_are_noticed(again: tuple[str, ...], run: Run, compiled: list[str]) -> None:
    Path("values").write_text("OFFSET = 16\n")
    run(*BUILD, "call.tramp")
    assert run(*again).status == 0
    assert len(compiled) == 2


def test_a_constants_file_is_an_input(run: Run, compiled: list[str]) -> None:
    for value, times in ((16, 1), (16, 1), (24, 2)):
        Path("values").write_text(f"OFFSET = {value}\n")
        assert run(*BUILD, "--constants", "values", "call.tramp").status == 0
        assert len(compiled) == times
        assert (
            f"= {value}" in Path("out/call.h").read_text() or f"== {value}" in Path("out/call.h").read_text()
        )


def test_only_what_changed_is_compiled(run: Run, compiled: list[str]) -> None:
    run(*BUILD, "call.tramp", "warns.tramp")
    edit("call.tramp", "r12", "r11")
    again = run(*BUILD, "call.tramp", "warns.tramp")
    assert compiled == ["call.tramp", "warns.tramp", "call.tramp"]
    assert "wrote out/call.h" in again.out
    assert "warns.tramp: nothing to do" in again.out
    assert "warning[joint-mask-over-accepts]" in again.err


def test_another_tool_builds_anew(run: Run, compiled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run(*BUILD, "call.tramp")
    monkeypatch.setattr("trampgen.commands.build.identity", lambda: "another")
    run(*BUILD, "call.tramp")
    assert len(compiled) == 2


def test_the_tool_is_its_files_and_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "trampgen"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(tool, "PACKAGE", str(package))
    found = [tool.identity()]
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "cli.pyc").write_bytes(b"compiled")
    assert tool.identity() == found[0]
    (package / "isa" / "ppc.py").write_text("# changed\n")
    found.append(tool.identity())
    (tmp_path / "lark-99.0.dist-info").mkdir()
    (tmp_path / "unrelated-99.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    found.append(tool.identity())
    assert len(set(found)) == 3


# ---- findings ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_warning_is_said_again(form: str, run: Run, compiled: list[str]) -> None:
    first = run(*BUILD, "-q", "--format", form, "warns.tramp")
    again = run(*BUILD, "-q", "--format", form, "warns.tramp")
    assert again == first
    assert "joint-mask-over-accepts" in first.out + first.err
    assert compiled == ["warns.tramp"]


def test_a_warning_still_stops_a_build_that_asks_for_it(run: Run) -> None:
    assert run(*BUILD, "warns.tramp").status == 0
    assert run(*BUILD, "-W", "warns.tramp").status == 1


def test_a_build_that_fails_is_not_remembered(run: Run) -> None:
    run(*BUILD, "call.tramp")
    before = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    edit("call.tramp", "r12", "r99")
    for _ in range(2):
        assert run(*BUILD, "call.tramp").status == 1
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == before


# ---- the record ----------------------------------------------------------------------------------------


def test_two_rules_may_each_make_one_kind(run: Run, compiled: list[str]) -> None:
    for _ in range(3):
        assert run(*BUILD, "--emit", "header", "call.tramp").status == 0
        assert run(*BUILD, "--emit", "json,listing", "call.tramp").status == 0
    assert len(compiled) == 2
    edit("shared.inc", "4", "8")
    assert run(*BUILD, "--emit", "header", "call.tramp").status == 0
    assert run(*BUILD, "--emit", "header", "call.tramp").status == 0
    assert run(*BUILD, "--emit", "json,listing", "call.tramp").status == 0
    assert len(compiled) == 4


def test_what_another_rule_makes_is_none_of_this_one_s_business(run: Run, compiled: list[str]) -> None:
    header = (*BUILD, "--emit", "header", "--depfile", "call.d", "call.tramp")
    run(*BUILD, "--emit", "json,listing", "call.tramp")
    for times in (2, 2):
        assert "out/call.lst" not in run(*header).out
        assert len(compiled) == times
        assert Path("call.d").read_text().startswith("out/call.h: \\\n")
    Path("out/call.lst").unlink()
    assert run(*header).out == "call.tramp: nothing to do, 1 output is up to date\n"
    run(*BUILD, "--emit", "json,listing", "call.tramp")
    assert len(compiled) == 3
    assert Path("out/call.lst").exists()


def test_an_output_that_is_no_longer_made_is_removed(run: Run) -> None:
    supplied = run(*BUILD, "-D", "OFFSET=16", "call.tramp")
    assert "wrote out/call.call.le.bin" in supplied.out
    again = run(*BUILD, "call.tramp")
    assert "removed out/call.call.le.bin" in again.out
    assert sorted(outputs(Path("out"))) == ["call.h", "call.json"]


def test_unless_somebody_has_changed_it_or_it_was_not_asked_for(run: Run) -> None:
    run(*BUILD, "-D", "OFFSET=16", "call.tramp")
    Path("out/call.call.le.bin").write_bytes(b"mine")
    run(*BUILD, "--emit", "header", "call.tramp")
    assert sorted(outputs(Path("out"))) == ["call.call.be.bin", "call.call.le.bin", "call.h", "call.json"]
    run(*BUILD, "-D", "OFFSET=16", "call.tramp")
    Path("out/call.call.le.bin").write_bytes(b"mine")
    run(*BUILD, "call.tramp")
    assert sorted(outputs(Path("out"))) == ["call.call.le.bin", "call.h", "call.json"]


def test_a_record_can_not_name_files_elsewhere(run: Run) -> None:
    Path("precious").write_text("keep")
    run(*BUILD, "call.tramp")
    known = records.load("out", "call.tramp")
    assert known is not None
    known.outputs["json"]["../precious"] = digest(b"keep")
    Path("out/.call.trampgen").write_text(records.text(known))
    edit("shared.inc", "4", "8")
    assert run(*BUILD, "call.tramp").status == 0
    assert Path("precious").exists()


def test_no_record_leaves_none(run: Run) -> None:
    run("build", "--no-record", "-o", "out", "call.tramp")
    assert not list(Path("out").glob(".*"))


@given(st.binary(max_size=8), st.integers(0, 3000), st.integers(0, 8))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_record_is_no_record(tmp_path: Path, piece: bytes, at: int, gone: int) -> None:
    whole = records.Record("t", {}, {}, [], {"a.tramp": "1"}, {}, {"header": {"a.h": "2"}}, [])
    data = records.text(whole).encode()
    path = tmp_path / ".a.trampgen"
    path.write_bytes(data)
    assert records.load(str(tmp_path), "a.tramp") is not None
    damaged = data[: at % len(data)] + piece + data[at % len(data) + gone :]
    path.write_bytes(damaged)
    assert (records.load(str(tmp_path), "a.tramp") is None) == (damaged != data)


@pytest.mark.parametrize("was", ["{}", "[]", '{"constants": {}}', "3"])
def test_the_record_of_another_version_is_no_record(run: Run, was: str) -> None:
    run(*BUILD, "call.tramp")
    body = was + "\n"
    Path("out/.call.trampgen").write_text(f"{digest(body.encode())}\n{body}")
    assert records.load("out", "call.tramp") is None
    assert run(*BUILD, "call.tramp").status == 0
