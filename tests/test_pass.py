"""Specs that must compile: every listing is as it stands beside its spec, and nothing but what it says is found."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, compile_file, need
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Report
from trampgen.diagnostics.text import render
from trampgen.emit.listing import listing
from trampgen.model.spec import Spec

FOLDER = ROOT / "tests" / "pass"
SPECS = sorted(path for path in FOLDER.glob("*.tramp") if not path.name.endswith(".inc.tramp"))
PREFIX = {"ppc64": "powerpc64-linux-gnu-", "ppc32": "powerpc-linux-gnu-", "arm64": "aarch64-linux-gnu-"}
PREFIX |= dict.fromkeys(("arm", "armv5", "armv4", "thumb"), "arm-linux-gnueabi-")
PREFIX |= dict.fromkeys(("x86_64", "x86_32"), "x86_64-linux-gnu-")
spec_files = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


def compiled(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Spec, str]:
    """The spec, and its listing with the findings above it."""
    monkeypatch.chdir(FOLDER)
    defines = re.findall(r"^// lint -D (\S+)=(\w+)$", path.read_text(), re.MULTILINE)
    done = compile_file(Path(path.name), {name: int(value, 0) for name, value in defines})
    found = "".join(f"{render(d, done.sources)}\n" for d in done.found)
    assert done.spec is not None, found
    return done.spec, found + listing(done.spec)


@spec_files
def test_the_listing_is_as_it_stands_beside_the_spec(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = compiled(path, monkeypatch)
    beside = path.with_suffix(".lst")
    if os.environ.get("TRAMPGEN_UPDATE"):
        beside.write_text(text)
    assert text == beside.read_text()


@spec_files
def test_gnu_as_makes_the_same_words(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec, _ = compiled(path, monkeypatch)
    if spec.isa.startswith("riscv"):
        return  # nothing is assembled for it
    need(f"{PREFIX[spec.isa]}as", f"{PREFIX[spec.isa]}objcopy")
    report = Report()
    compare(spec, PREFIX[spec.isa], report)
    assert [d.message for d in report.found] == []


def test_no_listing_without_a_spec() -> None:
    assert {path.stem for path in FOLDER.glob("*.lst")} == {path.stem for path in SPECS}
