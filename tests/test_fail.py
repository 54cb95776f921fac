"""Every diagnostic as its reader sees it: each spec of tests/fail/<code>/ against the text kept beside it.

`TRAMPGEN_UPDATE=1 pytest tests/test_fail.py` writes the texts anew. A line `// lint -D NAME=VALUE` in a spec
supplies an extern, as it would on the command line. `// prove` holds it to its contracts. `// verify FILE.s` holds it
against what the cross compiler of its target makes of the assembly (or C) beside it. Files named *.inc.tramp are only
included by others."""

from __future__ import annotations

import difflib
import os
import re
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, Compiled, compile_file
from tests.objects import built
from trampgen.diagnostics import Report
from trampgen.diagnostics.codes import registry
from trampgen.diagnostics.text import render
from trampgen.elf.file import Elf
from trampgen.model.spec import Spec
from trampgen.prove.explain import tell
from trampgen.prove.run import prove
from trampgen.verify.run import verify

CORPUS = ROOT / "tests" / "fail"
SPECS = sorted(path for path in CORPUS.glob("*/*.tramp") if not path.name.endswith(".inc.tramp"))
_DEFINE = re.compile(rb"^// lint -D (\S+)=(\w+)\s*$", re.MULTILINE)
_CONSTANTS = re.compile(rb"^// lint --constants (\S+)\s*$", re.MULTILINE)
_PROVE = re.compile(rb"^// prove\s*$", re.MULTILINE)
_VERIFY = re.compile(rb"^// verify (.+)$", re.MULTILINE)

# Codes that no specification can bring about by itself, and why.
NOT_FROM_A_SPEC = {
    "assembler-died": "the statements known to crash or hang Keystone are refused before they reach it",
    "gnu-as-differs": "needs `lint --gnu-as` and a GNU assembler",
}


def compiled(path: Path, monkeypatch: pytest.MonkeyPatch) -> Compiled:
    """The spec compiled in its own folder, so that messages show bare file names."""
    monkeypatch.chdir(path.parent)
    supplied = {name.decode(): int(value, 0) for name, value in _DEFINE.findall(path.read_bytes())}
    constants = [name.decode() for name in _CONSTANTS.findall(path.read_bytes())]
    if _PROVE.search(path.read_bytes()):
        return compile_file(Path(path.name), supplied, constants, proved)
    held = _VERIFY.search(path.read_bytes())
    if held is None:
        return compile_file(Path(path.name), supplied, constants)
    files, _, cases = held.group(1).decode().partition(" --case ")

    def against_objects(spec: Spec, report: Report) -> None:
        with tempfile.TemporaryDirectory() as folder:
            elfs = [Elf(built(Path(name), spec.isa, Path(folder))) for name in files.split()]
            verify(spec, elfs, cases.split(), report)

    return compile_file(Path(path.name), supplied, constants, against_objects)


def proved(spec: Spec, report: Report) -> None:
    tell(list(prove(spec)), report)


def rendered(result: Compiled) -> str:
    """What `trampgen lint` prints, without its last line that counts."""
    return "\n".join(render(diagnostic, result.sources) for diagnostic in result.found)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_text(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = compiled(path, monkeypatch)
    text, kept = rendered(result), path.with_suffix(".txt")
    unknown = set(result.codes) - set(registry())
    assert not unknown, f"not in the registry: {', '.join(sorted(unknown))}"
    assert path.parent.name in result.codes, f"no {path.parent.name} among {result.codes}:\n{text}"
    if os.environ.get("TRAMPGEN_UPDATE"):
        kept.write_text(text, encoding="utf-8", newline="")
    expected = kept.read_bytes().decode() if kept.exists() else ""
    if text != expected:
        difference = difflib.unified_diff(
            expected.splitlines(), text.splitlines(), f"{kept.name} (kept)", f"{kept.name} (now)", lineterm=""
        )
        pytest.fail("\n".join([f"{path.relative_to(ROOT)} reads differently:", *difference]), pytrace=False)


@pytest.mark.parametrize("code", registry())
def test_every_code_has_a_case(code: str) -> None:
    cases = [path for path in SPECS if path.parent.name == code]
    if code in NOT_FROM_A_SPEC:
        assert not cases, f"{code} has a case: take it off the list"
    else:
        assert cases, f"no case in tests/fail/{code}/"


def test_no_text_without_spec() -> None:
    stray = [path.name for path in CORPUS.glob("*/*.txt") if path.with_suffix(".tramp") not in SPECS]
    assert not stray
