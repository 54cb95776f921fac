"""Rewrites in listing, summary and manifest: what is done, what is refused, who takes another scratch register."""

from __future__ import annotations

from typing import Any

from trampgen.derive.rewrites import shown, users, witness
from trampgen.diagnostics.text import count
from trampgen.emit import c_text
from trampgen.isa.x86_rewrite import REGISTERS, refusals
from trampgen.model.rewrites import Rewrite, RewriteVariant
from trampgen.model.spec import Spec, When

_MODE = {True: "64-bit mode", False: "32-bit mode"}


def _operand(variant: RewriteVariant) -> str:
    """What is done about a RIP-relative operand."""
    match variant.rule.action:
        case "scratch":
            return f"RIP-relative operands by way of {', '.join(map(_name, variant.rule.candidates))}"
        case "adjust":
            return "RIP-relative operands by another displacement"
    return "RIP-relative operands refused" if variant.wide else "no operand depends on where it runs"


def _name(register: int) -> str:
    return REGISTERS[register]


def summary(rewrite: Rewrite) -> list[tuple[When, str]]:
    return [(v.when, f"{_MODE[v.wide]}, {_operand(v)}") for v in rewrite.variants]


def listing(spec: Spec) -> list[list[str]]:
    """A block of lines for each rewrite in each combination of cases."""
    return [_block(rewrite, variant) for rewrite in spec.rewrites for variant in rewrite.variants]


def _block(rewrite: Rewrite, variant: RewriteVariant) -> list[str]:
    cases = ", ".join(case for _, case in variant.when)
    lines = [f"{rewrite.name}{f' [{cases}]' if cases else ''}: {_MODE[variant.wide]}, {_operand(variant)}"]
    if variant.rule.course:
        lines.append(f"  {variant.rule.course}{f' because {variant.because}' if variant.because else ''}")
    for number in variant.rule.candidates:
        forms = users(number)
        if forms:
            code = next((shown(witness(form)) for form in forms if form.leaf.implied), "")
            lines.append(
                f"  {_name(number)} is used unnamed by {count(len(forms), 'opcode')}, such as {code}"
            )
    for refusal in refusals(variant.rule):
        only = " (if its operand is RIP-relative)" if refusal.relative_only else ""
        lines.append(f"  refused: {refusal.why.text}{only}")
    return lines


def manifest(spec: Spec) -> list[dict[str, Any]]:
    """The part of the manifest that holds rewrites."""
    return [
        {
            "name": rewrite.name,
            "line": rewrite.span.line,
            "doc": rewrite.doc,
            "variants": [
                {
                    "when": dict(v.when),
                    "guard": c_text.guard_of(v.when, spec.axes),
                    "isa": v.isa,
                    "action": v.rule.action,
                    "course": v.rule.course,
                    "because": v.because or None,
                    "scratch": [_name(number) for number in v.rule.candidates],
                    "refused": [
                        {"control": r.control, "why": r.why.name.lower(), "relative_only": r.relative_only}
                        for r in refusals(v.rule)
                    ],
                }
                for v in rewrite.variants
            ],
        }
        for rewrite in spec.rewrites
    ]
