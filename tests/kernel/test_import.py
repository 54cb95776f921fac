"""Imports from the kernel's own objects: they build back, and GNU as takes them for the same code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import compile_file, need
from tests.kernel.kernels import TARGETS
from tests.unit.importing import built, code, found, imported, printed, unlike
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Report
from trampgen.elf.symbols import STT_FUNC
from trampgen.importing.extent import opened

PROBE = ("optprobe_template_entry", "optprobe_template_end")
GNU = {"ppc64": "powerpc64-linux-gnu-", "ppc32": "powerpc-linux-gnu-", "arm": "arm-linux-gnueabi-",
       "armv5": "arm-linux-gnueabi-", "thumb": "arm-linux-gnueabi-", "arm64": "aarch64-linux-gnu-",
       "x86_64": "x86_64-linux-gnu-", "x86_32": "i686-linux-gnu-"}  # fmt: skip
# target, object, first symbol, end; instructions that are left raw, and the labels of a template.
TEMPLATES = [
    *(
        (target, "optprobes_head.o", *PROBE, 0, "op_address call_handler insn call_emulate ret")
        for target in ("ppc64le", "ppc64le-pcrel", "ppc64be-elfv1", "ppc64be-elfv2", "ppc32")
    ),
    *((target, "module_64.o", "ppc64_stub_insns", None, 0, "") for target in ("ppc64le", "ppc64be-elfv1")),
    ("ppc64le-pcrel", "module_64.o", "ppc64_stub_insns", None, 0, ""),
    ("ppc64le", "module_64.o", "stub_insns", None, 0, ""),
    *(
        (target, "opt-arm.o", *PROBE, 0, "sub_sp add_sp restore_begin restore_orig_insn restore_end val call")
        for target in ("arm", "arm-v5", "arm-v4")
    ),
    ("x86-64", "opt.o", *PROBE, 0, "func clac val call"),
    ("x86-64", "ftrace_64.o", "ftrace_caller", "ftrace_caller_end", 0, "op_ptr ftrace_call"),
    ("x86-64", "ftrace_64.o", "ftrace_regs_caller", None, 0, "op_ptr ftrace_regs_call jmp end"),
    ("x86-32", "opt.o", *PROBE, 3, "func clac val call"),  # nops of processors before the P6
    ("arm64", "entry-ftrace.o", "ftrace_caller", None, 0, ""),
]  # fmt: skip


@pytest.mark.parametrize(("target", "name", "symbol", "end", "raw", "labels"), TEMPLATES)
def test_templates_come_back(
    target: str,
    name: str,
    symbol: str,
    end: str | None,
    raw: int,
    labels: str,
    kernel_objects: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    word = f"{kernel_objects(target) / name}:{symbol}"
    drafts, text = imported(word, end)
    assert sum(line.is_left for line in drafts[0].lines()) == raw, printed(drafts)
    variant = built(text, tmp_path)
    assert unlike(variant, found(word, end).data, TARGETS[target].order) == []
    names = [label.name for label in variant.labels]
    assert [name for name in labels.split() if name not in names] == []


def test_saved_registers_are_a_loop(kernel_objects: Callable[[str], Path]) -> None:
    text = imported(f"{kernel_objects('ppc64le') / 'optprobes_head.o'}:{PROBE[0]}", PROBE[1])[1]
    assert "for n in 2..31 { std r${n}, ${8 * n + 48}(r1) }" in code(text)
    assert "for n in 2..31 { ld r${n}, ${8 * n + 48}(r1) }" in code(text)


FUNCTIONS = {
    "ppc64le": ("kprobes.o", 12), "ppc32": ("optprobes.o", 6), "arm": ("opt-arm.o", 6), "arm-v5": ("opt-arm.o", 4),
    "arm-thumb": ("uprobes-core.o", 6), "arm64": ("module-plts.o", 6), "x86-64": ("opt.o", 8),
    "x86-32": ("uprobes.o", 6),
}  # fmt: skip


@pytest.mark.parametrize("target", FUNCTIONS)
def test_gnu_as_takes_functions_for_the_same_code(
    target: str, kernel_objects: Callable[[str], Path], tmp_path: Path
) -> None:
    """Code that a compiler has made, with whatever relocations there are, and the text of raw words too."""
    name, most = FUNCTIONS[target]
    path = kernel_objects(target) / name
    functions = [one for one in opened(str(path)).symbols if one.kind == STT_FUNC and one.section > 0]
    functions = [one for one in functions if one.size and not one.size % 4][:most]
    assert functions
    for function in functions:
        drafts, text = imported(f"{path}:{function.name}")
        prefix = GNU[drafts[0].isa.name]
        need(f"{prefix}as", f"{prefix}objcopy")
        spec = tmp_path / "spec.tramp"
        spec.write_text(text)
        compiled, report = compile_file(spec).spec, Report()
        assert compiled is not None
        compare(compiled, prefix, report)
        assert [one.message for one in report.found] == []
