"""docs/builds.md: its snippets are parts of the examples that the other tests build, its commands work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT
from trampgen.cli import main
from trampgen.resources import folder

PAGE = (ROOT / "docs" / "builds.md").read_text()
SNIPPETS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {
    "make": ("Makefile", "Kbuild"),
    "cmake": ("CMakeLists.txt",),
    "meson": ("meson.build",),
}


@pytest.mark.parametrize(("language", "text"), [s for s in SNIPPETS if s[0] != "sh"])
def test_a_snippet_stands_in_an_example(language: str, text: str) -> None:
    places = [path for name in FILES[language] for path in (EXAMPLES / "build").rglob(name)]
    assert any(text in path.read_text() for path in places)


def test_the_check_of_the_committed_header_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES / "build" / "kbuild" / "committed")
    commands = [line for language, text in SNIPPETS if language == "sh" for line in text.splitlines()]
    assert commands
    for command in commands:
        assert main(shlex.split(command)[1:]) == 0


def test_every_fragment_says_what_it_is_licensed_under() -> None:
    fragments = ("trampgen.mk", "Kbuild.trampgen", "trampgen.cmake")
    for name in fragments:
        path = Path(folder("include"), name)
        assert path.read_text().startswith("# SPDX-License-Identifier: MIT\n")
        assert name in PAGE or name.startswith("trampgen.")
