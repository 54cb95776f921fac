"""What is prebuilt is what its sources give, parses and renders alike, and is passed over where it does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lark import Lark, Token, UnexpectedInput

from tests.conftest import EXAMPLES, ROOT
from trampgen import resources
from trampgen.emit import render
from trampgen.resources import digest, folder, names, read_text
from trampgen.syntax import tables

SPECS = sorted([*EXAMPLES.rglob("*.tramp"), *(ROOT / "tests" / "fail").rglob("*.tramp")])
MEND = "the sources have changed: run `make prebuilt`"


def tree(parser: Lark, text: str) -> object:
    """The tree with every place, or where parsing stops and what could have stood there."""
    try:
        parsed = parser.parse(text)
    except UnexpectedInput as error:
        could = getattr(error, "accepts", None) or getattr(error, "allowed", None) or ()
        return type(error).__name__, error.pos_in_stream, sorted(could)
    return [
        (
            node.data,
            node.meta.empty or (node.meta.start_pos, node.meta.end_pos),
            [child if isinstance(child, Token) else child and child.data for child in node.children],
        )
        for node in parsed.iter_subtrees()
    ]


def test_the_tables_are_of_this_grammar() -> None:
    stored = json.loads(read_text("prebuilt", tables.PREBUILT))
    assert stored["source"] == digest(read_text("grammars", "tramp.lark").encode()), MEND


@pytest.mark.parametrize("template", names("templates"))
def test_the_modules_are_of_these_templates(template: str) -> None:
    module = Path(folder("prebuilt"), f"{render.module_of(template)}.py").read_text()
    assert module.startswith(f'SOURCE = "{digest(read_text("templates", template).encode())}"\n'), MEND


def test_all_is_byte_for_byte_what_would_be_built_now() -> None:
    assert tables.serialized() == read_text("prebuilt", tables.PREBUILT), MEND
    for template in names("templates"):
        assert render.compiled(template) == read_text("prebuilt", f"{render.module_of(template)}.py"), MEND


def test_both_parsers_read_alike() -> None:
    prebuilt, built = tables.parser(), tables.built(read_text("grammars", "tramp.lark"))
    for path in SPECS:
        text = path.read_bytes().decode("utf-8", "replace")
        assert tree(prebuilt, text) == tree(built, text), path


def test_a_grammar_that_has_changed_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    other = read_text("grammars", "tramp.lark").replace('"target" NAME', '"goal" NAME')
    monkeypatch.setattr(tables, "read_text", lambda f, n: other if f == "grammars" else read_text(f, n))
    assert tables.parser().parse("goal ppc64").children
    with pytest.raises(UnexpectedInput):
        tables.parser().parse("target ppc64")


def test_another_version_of_lark_reads_the_grammar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lark.__version__", "0")
    monkeypatch.setattr(tables, "_loaded", None)
    assert tables.parser().parse("target ppc64").children


def test_a_template_that_has_changed_is_compiled_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    render._template.cache_clear()
    monkeypatch.setattr(render, "read_text", lambda folder, name: "{{ guard }}!")
    assert render.render("header.h.j2", guard="changed") == "changed!"
    render._template.cache_clear()


def test_an_installed_package_has_its_data_inside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a checkout grammars/ stands beside the package; in a wheel, inside."""
    assert Path(folder("grammars")) == ROOT / "grammars"
    (tmp_path / "grammars").mkdir()
    monkeypatch.setattr(resources, "PACKAGE", str(tmp_path))
    assert Path(folder("grammars")) == tmp_path / "grammars"
