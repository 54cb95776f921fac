"""Where object files have it: what `symbol` and `from` say is in the model, and costs nothing where nobody says it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Compiled, compile_file
from trampgen.model.images import Image
from trampgen.model.spec import Spec

Compile = Callable[..., Compiled]
MODULES = ("trampgen.derive.images", "trampgen.model.images", "trampgen.resolve.images")


@pytest.fixture(scope="module")
def spec() -> Spec:
    """A spec with every clause."""
    found = compile_file(ROOT / "tests" / "pass" / "in-objects.tramp")
    assert found.spec is not None
    return found.spec


def text_of(image: Image) -> tuple[str, str | None, tuple[str, ...], str]:
    return image.symbol, image.end, image.excepted, image.because


def test_of_a_template(spec: Spec) -> None:
    call = spec.template("call")
    assert [text_of(image) for image in call.images] == [
        ("call_insns", None, (), ""),
        ("symbol", "to", ("hook", "value", "hook_off"), "a copy is patched"),
        (".call_insns", ".call_insns_end", (), ""),
        ("__call__*", None, (), ""),
    ]
    assert [(one.symbol, one.label) for one in call.label_symbols] == [
        ("call..", "hook"),
        ("call_off", "hook_off"),
    ]
    assert call.images[1].span.line == 12
    assert call.label_symbols[1].span.line == 31


def test_of_arrays(spec: Spec) -> None:
    found = {one.name: one.images for one in spec.tables} | {one.name: one.images for one in spec.bitmaps}
    found |= {one.name: one.images for one in spec.breakpoints}
    assert {name: [image.symbol for image in images] for name, images in found.items()} == {
        "insn": ["insn_table", "insn_table.0"],
        "mark": ["mark_insn"],
        "all_but_one": ["odd", "odd_too"],
        "two": ["s"],
    }


def test_of_a_repeat(compile_text: Compile) -> None:
    found = compile_text("""
        target arm
        repeat plt_entries count 8 { symbol fixed_plts; code { ldr pc, ${&lit} }; data lit: u32 }
    """)
    assert found.spec is not None
    assert [image.symbol for image in found.spec.repeats[0].images] == ["fixed_plts"]


def test_units(spec: Spec) -> None:
    found = {extern.name: extern.unit for extern in spec.externs}
    assert found == {"TOC": "to", "HERE": "symbol", "pt_regs.gpr[3]": ".some_function"}


def test_a_label_of_one_case_is_enough(compile_text: Compile) -> None:
    found = compile_text("""
        target ppc64
        variant v { a when "A"; b }
        stub s {
            symbol s_insns except here because "it is patched"
            code { if a { here: nop } else { blr } }
        }
    """)
    assert found.spec is not None
    assert found.spec.templates[0].images[0].excepted == ("here",)


@pytest.mark.parametrize(
    ("text", "loaded"),
    [
        ("stub s { code { blr } }", []),
        ("extern struct t\nstub s { code { ld r3, ${t.x}(r1) } }\nbreakpoint b { code { trap } }", []),
        ("extern struct t from f\nstub s { code { ld r3, ${t.x}(r1) } }", [MODULES[2]]),
        ("stub s { symbol f; code { blr } }", [*MODULES]),
    ],
)
def test_what_is_not_said_is_not_loaded(text: str, loaded: list[str], tmp_path: Path) -> None:
    path = tmp_path / "s.tramp"
    path.write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{text}\n")
    arguments = ["build", "-q", "-o", str(tmp_path / "out"), str(path)]
    program = f"""
import sys
from trampgen.cli import main
status = main({arguments!r})
print(sorted(name for name in sys.modules if name.endswith(".images")), status)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.split("\n")[-2] == f"{loaded} 0"
