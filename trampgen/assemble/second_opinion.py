"""A GNU assembler's opinion: every instruction of a spec assembled once more, raw words by their text."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from trampgen import isa as isas
from trampgen.diagnostics import Report
from trampgen.isa.base import Isa
from trampgen.model.spec import Spec, TemplateVariant

_SECONDS = 30


def compare(spec: Spec, prefix: str, report: Report) -> None:
    """gnu-as-differs: a word that the assembler `{prefix}as` makes otherwise, or can't make.

    Params and symbols are zero, as in the words at rest; a param with a value at rest is compared under
    the word's mask."""
    isa = isas.load(spec.isa)
    for template in spec.templates:
        for variant in template.variants:
            _variant(variant, isa, prefix, report)


def _variant(variant: TemplateVariant, isa: Isa, prefix: str, report: Report) -> None:
    statements = [(index, word) for index, word in enumerate(variant.words) if word.kind != "suffix"]
    names = {param.name for param in variant.params}
    names |= {extern for symbol in variant.symbols for extern in symbol.value.externs}
    lines = [f".set {name}, 0" for name in sorted(names)]
    for index, word in statements:
        lines += [f"{label.name}:" for label in variant.labels if label.offset == index * isa.unit]
        lines.append(word.asm)
    lines += [f"{label.name}:" for label in variant.labels if label.offset == variant.size]
    words, said = _assemble("\n".join(lines) + "\n", isa, prefix)
    if words is None:
        report.error("gnu-as-differs", variant.words[0].span, f"{prefix}as does not take the code: {said}")
        return
    for word, theirs in zip(variant.words, words, strict=False):
        free = isa.gnu_as_freedom.get(word.asm.split()[0], 0)
        if (word.value ^ theirs) & word.mask & ~free:
            report.error(
                "gnu-as-differs",
                word.span,
                f"`{word.asm}` is {word.value:08x} here and {theirs:08x} for {prefix}as",
            )
    if len(words) != len(variant.words):
        report.error(
            "gnu-as-differs",
            variant.words[0].span,
            f"{len(variant.words)} words here, {len(words)} from {prefix}as",
        )


def _assemble(text: str, isa: Isa, prefix: str) -> tuple[list[int] | None, str]:
    """The words of a source text in value form, or None and the assembler's first complaint."""
    with tempfile.TemporaryDirectory() as folder:
        source, binary = Path(folder, "code.s"), Path(folder, "code.bin")
        source.write_text(text)
        steps = (
            [f"{prefix}as", *isa.gnu_as, "-o", "code.o", "code.s"],
            [f"{prefix}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"],
        )
        for step in steps:
            try:
                done = subprocess.run(step, cwd=folder, capture_output=True, text=True, timeout=_SECONDS)
            except (OSError, subprocess.TimeoutExpired) as error:
                return None, str(error)
            if done.returncode:
                complaints = [line for line in done.stderr.split("\n") if "Error" in line] or [done.stderr]
                return None, complaints[0].strip()
        data = binary.read_bytes()
        return [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)], ""
