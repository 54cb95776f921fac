"""Repeats and breakpoints of ARM and Thumb made up by hypothesis; most compile, many are refused for their distance."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Draw = st.DrawFn
COUNTS = [
    "1",
    "2",
    "16",
    "16",
    "C * 2",
    "E",
    "E",
    "E + E",
    "E * C",
    "F",
    "{ on: 4, _: 16 }",
    "{ on: E, _: 8 }",
]
BAD_COUNTS = ["0", "-1", "1026", "4097", "1 << 40", "E / 2", "x", "{ on: 4 }", "&d0", "sizeof(x)", "on"]
OTHERS = ["nop", "if on { nop }", "for i in 0..1 { nop }", "twice()", "raw 0xe1a00000"]
BAD_OTHERS = [
    "here: nop", "literal d9: u32", "patch p { nop } rest { nop }", "b ${&d0}", "movw r0, #${d0@l}",
    "ldr r0, ${&nowhere}", "none()", "${d0}", "if x { nop }", "raw d0@l", "ldr r0, ${&plts}",
]  # fmt: skip
CODES = ["udf #24", "udf.w #24", "raw 0xde18", "raw 0xbf00bf00", "raw 0xf7f0", "nop", "bl ${x}", "raw 0"]


@st.composite
def specs(draw: Draw) -> str:
    """A spec of repeats, perhaps with a breakpoint and a slot that it fills."""
    target = draw(st.sampled_from(["arm", "arm", "arm64", "thumb", "armv5", "armv4", "ppc64"]))
    wide = ".w" if target == "thumb" else ""
    other = draw(st.sampled_from(["", "", " target thumb", " target ppc32"]))
    parts = [
        "//! SPDX-License-Identifier: MIT",
        f"target {target}",
        f'variant axis {{ on when "A"{other}; off }}',
        "const C = { on: 3, _: 4 }",
        'extern const E as "COUNT"' + draw(st.sampled_from(["", " in 1..8", " in 0..8", " in 8..32"])),
        'extern const F as "FEW" in 1..2',
        "macro twice() { nop; nop }",
    ]
    parts += [draw(a_repeat(name, wide)) for name in ["plts", "others"][: draw(st.integers(1, 2))]]
    if draw(st.integers(0, 3)) == 0:
        code = draw(st.sampled_from(CODES))
        parts.append(f"breakpoint mark {{ code {{ {code} }}; predicate is_mark }}")
        parts.append("slot xol size 16 page 4096 { copied insn: 4; fill mark }")
    return "\n".join(parts) + "\n"


@st.composite
def a_repeat(draw: Draw, name: str, wide: str) -> str:
    """One repeat; usually with as many words of data as of code."""
    data = [f"d{number}" for number in range(draw(st.integers(1, 3)))]
    bad = draw(st.integers(0, 7)) == 0
    count = draw(st.sampled_from(BAD_COUNTS if bad and draw(st.booleans()) else COUNTS))
    lines = [draw(a_load(name, wide)) for name in data]
    if draw(st.integers(0, 3)) == 0:
        lines.append(draw(st.sampled_from(BAD_OTHERS if bad else OTHERS)))
    kinds = st.sampled_from(["u32"] * 6 + ["s32", "u64"] if bad else ["u32", "u32", "s32"])
    words = [f"data {name}: {draw(kinds)}" for name in data]
    blocks = ["code {\n" + "\n".join(lines) + "\n}"]
    if bad and draw(st.integers(0, 3)) == 0:
        blocks = draw(st.sampled_from([[], blocks * 2]))
    only = draw(st.sampled_from(["", "", " if off", " if on"]))
    return f"repeat {name} count {count}{only} {{\n" + "\n".join(draw(mixed(blocks, words))) + "\n}"


@st.composite
def mixed(draw: Draw, blocks: Sequence[str], words: Sequence[str]) -> list[str]:
    """The data behind the code, or before it."""
    return [*words, *blocks] if draw(st.booleans()) else [*blocks, *words]


@st.composite
def a_load(draw: Draw, name: str, wide: str) -> str:
    register = draw(st.sampled_from(["pc", "r0", "r12", "ip", "w0", "x16"]))
    plain = f"ldr{wide} {register}, ${{&{name}}}"
    return draw(
        st.sampled_from(
            [plain, plain, plain, f"if on {{ {plain} }} else {{ ldr.w {register}, ${{&{name}}} }}"]
        )
    )
