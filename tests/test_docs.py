"""What the documents show is what the program does."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.conftest import ROOT, compile_file
from trampgen.cli import main
from trampgen.isa import ppc

README = (ROOT / "README.md").read_text()


def _blocks(language: str = "") -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [body for found, body in fenced if found == language]


def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("far_call.tramp").write_text(text)


def test_the_readme_example_builds_and_says_what_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, said, _ = _blocks()
    _in_folder(tmp_path, monkeypatch, spec)
    assert main(["build", "far_call.tramp"]) == 0
    assert capsys.readouterr().out == said
    header = Path("far_call.h").read_text()
    [shown] = _blocks("c")
    for macro in re.findall(r"^#define FAR_CALL_RELADDR_.*$", shown, re.MULTILINE):
        assert macro in header
    for word in re.findall(r"^\t0x.*\\$", shown, re.MULTILINE):
        assert word in header
    for function in re.findall(r"\b(far_\w+)\(", shown):
        assert f"{function}(" in header


def test_the_readme_shows_the_message_of_a_broken_promise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec, _, message = _blocks()
    _in_folder(tmp_path, monkeypatch, spec.replace("param reladdr =", "param reladdr: s32 ="))
    assert main(["lint", "far_call.tramp"]) == 1
    assert capsys.readouterr().err.startswith(message)


def test_the_language_page_lists_the_instructions_and_operators() -> None:
    page = (ROOT / "docs" / "language.md").read_text()
    last = page.split("## Instructions that can hold a hole")[1]
    listed = set(re.findall(r"`([a-z0-9.]+)`", last))
    assert listed == {m for m, forms in ppc.formats().items() if any(forms) and m[-1] not in "+-"}
    for operator in ppc.ISAS["ppc64"].operators:
        assert f"`@{operator}`" in page


def _whole_examples() -> list[str]:
    """The indented blocks of the language's page that are the whole rest of a spec."""
    page = (ROOT / "docs" / "language.md").read_text()
    blocks = re.findall(r"(?:^(?: {4}.*)?\n)+", page, re.MULTILINE)
    texts = [textwrap.dedent(block).strip() for block in blocks if block.strip()]
    # What stands in a layout is continued from section to section; any other template makes an example whole.
    return [text for text in texts if re.search(r"^(stub|optprobe|site) \w+ \{", text, re.MULTILINE)]


@pytest.mark.parametrize("text", _whole_examples(), ids=lambda text: text.split("\n")[0][:30])
def test_the_examples_of_the_language_page_compile(text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.tramp"
    path.write_text(f"//! SPDX-License-Identifier: GPL-2.0-only\ntarget ppc64\n{text}\n")
    found = compile_file(path)
    assert found.codes == []
    assert found.spec is not None


def test_the_language_page_has_an_example_of_each_construct() -> None:
    together = "\n".join(_whole_examples())
    for word in (
        "macro",
        "for",
        "patch",
        "literal",
        "site",
        "optprobe",
        "impossible",
        "extern struct",
        "copy",
        "reach",
    ):
        assert re.search(rf"\b{word} ", together), word


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
