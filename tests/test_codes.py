"""The registry of codes is complete, and every example in it triggers its code and nothing worse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT, compile_file
from trampgen.diagnostics.codes import explain, registry

# A code is the first argument of what makes a diagnostic.
_USE = re.compile(r'(?:error|warning|OperandError|EvaluationError|Flaw)\(\s*"([a-z]+(?:-[a-z]+)*)"')


def test_every_code_that_is_used_is_registered_and_the_other_way_round() -> None:
    text = "".join(path.read_text() for path in sorted((ROOT / "trampgen").rglob("*.py")))
    assert set(_USE.findall(text)) <= set(registry())
    assert {code for code in registry() if f'"{code}"' not in text} == set()


@pytest.mark.parametrize("code", [code for code, entry in registry().items() if entry.example])
def test_the_example_triggers_the_code(code: str, tmp_path: Path) -> None:
    entry = registry()[code]
    path = tmp_path / "example.tramp"
    head = "" if code in ("no-licence", "bad-licence") else "//! SPDX-License-Identifier: MIT\n"
    path.write_text(head + entry.example)
    assert set(compile_file(path, entry.defines).codes) == {code}


def test_explain_shows_the_reason_and_the_example() -> None:
    text = explain("copy-size")
    assert "over" in text or "beyond" in text
    assert "copied as one" in text
