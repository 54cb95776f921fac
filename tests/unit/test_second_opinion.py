"""`lint --gnu-as`: a GNU assembler agrees with the examples, and finds a raw word whose text is another instruction."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import EXAMPLES, Compiled, compile_file, need
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Diagnostic, Report

PREFIX = {"ppc64": "powerpc64-linux-gnu-", "ppc32": "powerpc-linux-gnu-"}


def opinion(compiled: Compiled, prefix: str | None = None) -> list[Diagnostic]:
    """What the assembler of the spec's target finds."""
    assert compiled.spec is not None, compiled.found
    report = Report()
    compare(compiled.spec, prefix or PREFIX[compiled.spec.isa], report)
    return report.found


@pytest.mark.parametrize("name", ["module_stub", "module_stub_2016"])
def test_the_examples_are_what_gnu_as_makes(name: str) -> None:
    need("powerpc64-linux-gnu-as", "powerpc64-linux-gnu-objcopy")
    assert opinion(compile_file(EXAMPLES / "linux" / "powerpc" / f"{name}.tramp")) == []


CODE = """
    target {target}
    extern const OFFSET as "offsetof(struct s, m)"
    stub s {{
        param target, value
        code {{
        again:
            mtcrf   0x80, r12
            lwz     r3, ${{OFFSET}}(r4)
            beq     cr7, ${{&again}}
            lis     r5, ${{value@ha}}
            addi    r5, r5, ${{value@l}}
            {raw}
            b       ${{target}}
        }}
    }}
"""


@pytest.mark.parametrize("target", PREFIX)
def test_labels_holes_symbols_and_aliases_agree(target: str, compile_text: Callable[..., Compiled]) -> None:
    need(f"{PREFIX[target]}as", f"{PREFIX[target]}objcopy")
    text = CODE.format(target=target, raw='raw 0x7c6802a6 "mflr r3"')
    assert opinion(compile_text(text)) == []


def test_a_raw_word_with_another_text_is_found(compile_text: Callable[..., Compiled]) -> None:
    need("powerpc64-linux-gnu-as", "powerpc64-linux-gnu-objcopy")
    [found] = opinion(compile_text(CODE.format(target="ppc64", raw='raw 0x7c6802a6 "mfctr r3"')))
    assert found.code == "gnu-as-differs"
    assert "7c6802a6 here and 7c6902a6" in found.message
    assert found.span is not None
    assert found.span.line == 14


def test_text_that_is_no_instruction_is_found(compile_text: Callable[..., Compiled]) -> None:
    need("powerpc64-linux-gnu-as", "powerpc64-linux-gnu-objcopy")
    [found] = opinion(compile_text(CODE.format(target="ppc64", raw='raw 0x7c6802a6 "mfnothing r3"')))
    assert "mfnothing" in found.message


def test_an_assembler_that_is_not_there_is_a_finding(compile_text: Callable[..., Compiled]) -> None:
    compiled = compile_text("target ppc64\nstub s { code { bctr } }\n")
    [found] = opinion(compiled, "no-such-assembler-")
    assert found.code == "gnu-as-differs"
    assert "no-such-assembler-as" in found.message


def test_raw_words_of_thumb_without_a_text_are_themselves(compile_text: Callable[..., Compiled]) -> None:
    """As the word is written: the first halfword is the upper half, and at the lower address."""
    need("arm-linux-gnueabi-as", "arm-linux-gnueabi-objcopy")
    text = "target thumb\nstub s { code { raw 0x4770bf00; nop.w } }"
    assert opinion(compile_text(text), "arm-linux-gnueabi-") == []
