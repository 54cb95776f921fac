"""What the documents show is what the program does."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES, ROOT, Compiled, compile_file
from trampgen import isa as isas
from trampgen.cli import main
from trampgen.emit.header import header
from trampgen.isa import arm, arm64_formats, arm_formats, ppc, thumb
from trampgen.isa.arm_operands import Dialect

README = (ROOT / "README.md").read_text()


def _blocks(language: str = "", page: str = README) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
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


def test_the_walk_through_shows_what_there_is() -> None:
    page = (ROOT / "docs" / "examples.md").read_text()
    spec = (EXAMPLES / "linux" / "arm" / "optprobe.tramp").read_text()
    for shown in _blocks(page=page):
        assert shown in spec
    compiled = compile_file(EXAMPLES / "linux" / "arm" / "optprobe.tramp").spec
    assert compiled is not None
    of_header, of_caller = _blocks("c", page)
    lines = set(header(compiled, "trampgen build").split("\n"))
    assert [line for line in of_header.strip().split("\n") if line not in lines] == []
    assert of_caller in (ROOT / "tests" / "kernel" / "opt-arm.ed").read_text()


def test_the_walk_through_shows_the_message(compile_text: Callable[..., Compiled]) -> None:
    """The kernel's check of the reach, put into the spec as the page says."""
    page = (ROOT / "docs" / "examples.md").read_text()
    [check] = re.findall(r"^    (reach slot as written .*)$", page, re.MULTILINE)
    spec = (EXAMPLES / "linux" / "arm" / "optprobe.tramp").read_text()
    stated = spec.replace("    over kprobe_breakpoint", f"    {check}\n    over kprobe_breakpoint")
    [found] = compile_text(stated, licence=False).found
    shown = [line[4:] for line in page.split("\n") if line.startswith(("    error[", "       = note:"))]
    assert shown[0] == f"error[{found.code}]: {found.summary}"
    assert [line.strip() for line in shown[1:]] == [
        f"= note: {n.text}" for n in found.notes if n.span is None
    ]


def _listed(targets: str) -> set[str]:
    """The instructions in the last paragraph of the section for some targets."""
    page = (ROOT / "docs" / "language.md").read_text()
    section = page.split(f"## Instructions that can hold a hole ({targets})")[1].split("\n## ")[0]
    return set(re.findall(r"`([a-z0-9.]+)`", section.strip().split("\n\n")[-1]))


def test_the_language_page_lists_the_instructions_and_operators() -> None:
    page = (ROOT / "docs" / "language.md").read_text()
    known = {m for m, forms in ppc.formats().items() if any(forms) and m[-1] not in "+-"}
    assert _listed("ppc64, ppc32") == known
    for operator in (
        *ppc.ISAS["ppc64"].operators,
        *arm.ISAS["arm"].operators,
        "abs_g0",
        "abs_g3",
        "lo12",
        "pg_hi21",
    ):
        assert f"`@{operator}`" in page
    assert {"abs_g0", "abs_g3", "lo12", "pg_hi21"} < set(arm64_formats.OPERATORS)
    for target in isas.MODULES:
        assert f"`{target}`" in page


def test_the_language_page_lists_the_instructions_of_arm_and_thumb() -> None:
    assert _listed("arm, armv5, armv4") == _open(arm_formats.formats(), arm.DIALECT)
    branches = {mnemonic for mnemonic, formats in thumb.formats().items() if formats == ("B",)}
    assert _listed("thumb") == _open(thumb.formats(), thumb.DIALECT) - branches


def test_the_language_page_lists_the_instructions_of_a64() -> None:
    open_letters = set("rxwsoiqmapuLCTAP")
    known = {m for m, lists in arm64_formats.formats().items() if set("".join(lists)) & open_letters}
    assert _listed("arm64") == {mnemonic for mnemonic in known if not mnemonic.startswith("b.")}


def _open(formats: Mapping[str, tuple[str, ...]], dialect: Dialect) -> set[str]:
    """What has an operand that can be a hole; the distance of a literal can't."""
    return {m for m, lists in formats.items() if set("".join(lists)) & dialect.kinds.keys() - {"c"}}


def test_the_language_page_shows_declarations_that_compile(compile_text: Callable[..., Compiled]) -> None:
    """Those of tables, breakpoints, slots and call sites, together."""
    page = (ROOT / "docs" / "language.md").read_text()
    part = page.split("## Tables")[1].split("## Rewrites")[0]
    blocks = re.findall(r"(?:^ {4}.*\n)+", part, re.MULTILINE)
    own = [block for block in blocks if "target " in block]  # of another target: by itself
    for block in own:
        assert compile_text(textwrap.dedent(block)).codes == [], block
    shown = [line[4:] for block in blocks if block not in own for line in block.split("\n")]
    found = compile_text('target ppc64\nvariant abi { elfv1 when "V1"; elfv2 }\n' + "\n".join(shown))
    assert found.codes == []
    assert found.spec is not None
    assert [len(things) for things in (found.spec.tables, found.spec.breakpoints, found.spec.slots)] == [
        2,
        1,
        1,
    ]
    [row] = [row for name, row in found.spec.tables[0].variants[0].rows if name == "tw"]
    assert f"{row.mask | row.ignored:08x}" in page
    assert f"{row.mask:08x}" in page


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
    target = "arm64" if "adrp" in text else "ppc64"
    head = "" if text.startswith("target ") else f"target {target}\n"
    path.write_text(f"//! SPDX-License-Identifier: GPL-2.0-only\n{head}{text}\n")
    found = compile_file(path)
    assert found.codes == []
    assert found.spec is not None


def test_the_language_page_says_what_holes_of_bytes_hold(compile_text: Callable[..., Compiled]) -> None:
    """Each statement of the table compiles, and its param has as many bits as the table says."""
    page = (ROOT / "docs" / "language.md").read_text()
    table = page.split("## Instructions of bytes")[1].split("| written |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.MULTILINE)
    bits = {
        "32 bits": 32,
        "a byte": 8,
        "64 bits": 64,
        "an address, up": 32,
        "an address of": 32,
        "an address, -128": 8,
    }
    assert len(rows) > 10
    for written, holds in rows:
        [size] = [size for words, size in bits.items() if holds.startswith(words)] or [0]
        for shown in re.findall(r"`([^`]*)`", written):
            text = f"mov ecx, {shown}" if shown.startswith("[") else shown
            param = "" if "&label" in text else "param x; "
            found = compile_text(f"target x86_64\nstub s {{ {param}code {{ label: {text} }} }}")
            assert found.spec is not None, text
            for hole in found.spec.templates[0].variants[0].holes:
                assert hole.field.width == (size or {"mov eax": 32, "test ec": 32}.get(text[:7], 3)), text


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


def test_the_language_page_shows_a_repeat_that_compiles(compile_text: Callable[..., Compiled]) -> None:
    page = (ROOT / "docs" / "language.md").read_text()
    part = page.split("## Repeats")[1].split("\n## ")[0]
    shown = [line[4:] for line in part.split("\n") if line.startswith("    ")]
    found = compile_text("target arm\n" + "\n".join(shown))
    assert found.codes == []
    assert found.spec is not None
    assert [repeat.name for repeat in found.spec.repeats] == ["plt_entries"]


def test_the_pages_show_rewrites_that_compile(compile_text: Callable[..., Compiled]) -> None:
    page = (ROOT / "docs" / "language.md").read_text()
    part = page.split("## Rewrites")[1].split("\n## ")[0]
    shown = [line[4:] for line in part.split("\n") if line.startswith("    ")]
    found = compile_text("target x86_64\n" + "\n".join(shown))
    assert found.codes == []
    assert found.spec is not None
    text = header(found.spec, "trampgen build")
    page = (ROOT / "docs" / "header.md").read_text().split("## For each rewrite")[1].split("\n## ")[0]
    prefix = found.spec.name
    for name in re.findall(r"\b(s_\w+|S_\w+[A-Z])\b", page):
        assert (f"{prefix.upper()}{name[1:]}" if name[0] == "S" else f"{prefix}{name[1:]}") in text, name
    assert all("uprobe_rip_relative_rewrite(" in where for where in (page, text))


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_about_scans_has_the_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "scan.md").read_text()
    with pytest.raises(SystemExit):
        main(["scan", "--help"])
    there = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))
    shown = set(re.findall(r"--[a-z][a-z-]+", page))
    assert shown <= there
    assert there - shown == {"--help", "--color"}
