"""Rewrites made up by hypothesis: of either mode or of both, some with candidates that are not enough."""

from __future__ import annotations

from hypothesis import strategies as st

Draw = st.DrawFn
REGISTERS = ["rsi", "rdi", "rbx", "rax", "rcx", "rdx"]
BAD_REGISTERS = ["rsp", "rbp", "r8", "eax", "rip", "on"]
COURSES = ["", "", "stepped", "followed", 'stepped because "it is"', 'followed because ""']
BAD_PARTS = [
    "stepped; followed",
    "when rip_relatve { adjust displacement }",
    "scratch from rsi",
    "when on { }",
]


@st.composite
def specs(draw: Draw) -> str:
    """A spec of rewrites, one variant of which may have another target."""
    target = draw(st.sampled_from(["x86_64", "x86_64", "x86_64", "x86_32", "ppc64"]))
    other = draw(st.sampled_from(["", "", " target x86_32", " target x86_64", " target arm"]))
    parts = [
        "//! SPDX-License-Identifier: MIT",
        f"target {target}",
        f'variant axis {{ on when "A"{other}; off }}',
        'variant way { step when "STEP"; trap }',
    ]
    parts += [draw(a_rewrite(name)) for name in ["first", "second", "third"][: draw(st.integers(1, 3))]]
    return "\n".join(parts) + "\n"


@st.composite
def a_rewrite(draw: Draw, name: str) -> str:
    parts = [draw(st.sampled_from(COURSES))]
    if draw(st.integers(0, 3)):
        rule = draw(an_operand_rule())
        guard = draw(st.sampled_from(["", "", "", "if off", "if on", "if off && step"]))
        parts.append(f"{guard} {{ {rule} }}" if guard else rule)
    if draw(st.integers(0, 9)) == 0:
        parts.append(draw(st.sampled_from([*BAD_PARTS, draw(an_operand_rule())])))
    only = draw(st.sampled_from(["", "", "", " if off", " if step"]))
    body = "\n".join(part for part in draw(st.permutations(parts)) if part)
    return f"/// What becomes of it.\nrewrite {name}{only} {{\n{body}\n}}"


@st.composite
def an_operand_rule(draw: Draw) -> str:
    if draw(st.integers(0, 2)) == 0:
        return "when rip_relative { adjust displacement }"
    names = draw(st.permutations(REGISTERS))[: draw(st.sampled_from([1, 2, 3, 3, 4, 6]))]
    if draw(st.integers(0, 15)) == 0:
        names.append(draw(st.sampled_from([*BAD_REGISTERS, names[0]])))
    return f"when rip_relative {{ scratch from {', '.join(names)} }}"
