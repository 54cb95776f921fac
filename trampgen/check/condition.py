"""The condition that a site takes over must be one (ARM ARM, A8.3: 0b1111 is none, and begins other instructions)."""

from __future__ import annotations

from trampgen import isa as isas
from trampgen.assemble.readback import disassembly
from trampgen.diagnostics import Report
from trampgen.model.spec import Param, Spec, TemplateVariant


def check(spec: Spec, report: Report) -> None:
    """condition-nibble: a copied condition that may be no condition, so that another instruction comes of it."""
    for template in spec.templates:
        for variant in template.variants:
            for param in variant.params:
                if param.kind == "bits":
                    _check(variant, param, report)


def _check(variant: TemplateVariant, param: Param, report: Report) -> None:
    isa = isas.load(variant.isa)
    hole = param.groups[0][0]
    if isa.condition is None:
        return
    mask, none = isa.condition
    refused = param.refused is not None and (param.refused.mask, param.refused.value) == (mask, none)
    if hole.field.mask & mask != mask or refused:
        return
    word = variant.words[0]
    wrong = word.value & word.mask & ~mask | none
    report.error(
        "condition-nibble",
        hole.span,
        f"the condition of `{param.name}` is taken over, and 0b1111 is no condition",
        [f"`{' '.join(word.asm.split())}` would become {wrong:08x}  {disassembly(isa, wrong)}"],
        "write `unless 0xf`: the encoder then refuses such an instruction",
        variant.when,
    )
