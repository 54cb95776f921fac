"""Tables, breakpoints, slots, call sites and bitmaps made up by hypothesis; most compile, many collide."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Draw = st.DrawFn
ASM = [
    "tw ${a}, ${b}, ${c}", "twi ${a}, ${b}, ${c}", "td ${a}, ${b}, ${c}", "trap", "nop", "bl ${f}", "b ${f}",
    "ld r2, ${o}(r1)", "ld ${a}, 24(r1)", "rldicl ${a}, ${b}, ${c}, 5", "raw 0x48000001", "or ${a}, ${a2}, ${b}",
]  # fmt: skip
BAD_ASM = [
    "mr ${a}, ${b}", "addis r12, r2, ${x@ha}", "addi r12, r12, ${x@l}", "raw 0x3c000000 | x@h", "or ${a}, ${a}, ${b}",
    "foo ${a}", "nop; nop", "b ${&here}", "bdnz ${f}", "raw 0x04100000, 0xe5800000", "here: nop", "if 1 { nop }",
]  # fmt: skip
BITS = [
    "011111 <a:5> <b:5> <c:5> 0000000100 -",
    "010010 <li:24> 0 1",
    "0000 1 - <a:5> <b:5> <c:16>",
    "0" * 32,
]
BAD_BITS = ["-" * 32, "01", "<a:32>", "111010 <a:5> <a:5> <c:14> 00", "0" * 33, "<a:0>" + "1" * 32]
MASKS = [0xFC000000, 0xFC0007FE, 0xFFFFFFFF, 0xFFFFFFFF]
BAD_MASKS = [0, 1 << 32, -1]
VALUES = [0, 1, 0x7C000008, 0x0C000000, 0x60000000, 0x48000001, 1 << 31]


@st.composite
def words(draw: Draw, known: Sequence[str]) -> str:
    """A described word: assembled, in bits, or as mask and value; perhaps with bits to ignore and a reason."""
    bad = draw(st.integers(0, 15)) == 0
    form = draw(st.integers(0, 4))
    if form == 0:
        text = draw(st.sampled_from(BAD_BITS if bad else BITS))
    elif form == 1:
        mask, value = draw(st.sampled_from(BAD_MASKS if bad else MASKS)), draw(st.sampled_from(VALUES))
        text = f"mask {mask} value {value if bad else value & mask:#x}"
    elif form == 2 and len(known) > 0:
        text = f"asm {{ ld r2, ${{{draw(st.sampled_from(known))}}}(r1) }}"
    else:
        text = f"asm {{ {draw(st.sampled_from(BAD_ASM if bad else ASM))} }}"
    if draw(st.integers(0, 9)) == 0:
        text += f" ignoring {draw(st.sampled_from(['1', '0x03e00000', '0xffffffff', '0']))}"
    return text + draw(st.sampled_from(["", "", ' because "it is so"']))


@st.composite
def specs(draw: Draw) -> str:
    """A spec of nothing else."""
    axes = draw(st.integers(0, 2))
    cases = [f"{case}{axis}" for axis in range(axes) for case in ("on", "off")]
    parts = [
        "//! SPDX-License-Identifier: MIT",
        f"target {draw(st.sampled_from(['ppc64', 'ppc64', 'ppc32']))}",
    ]
    parts += [f'variant axis{axis} {{ on{axis} when "A{axis}"; off{axis} }}' for axis in range(axes)]
    parts += ["const SAVE = { on0: 24, _: 40 }" if axes else "const SAVE = 24"]
    return "\n".join([*parts, draw(declarations(axes, cases, ["SAVE"]))]) + "\n"


@st.composite
def guarded(draw: Draw, part: str, cases: Sequence[str]) -> str:
    if len(cases) > 0 and draw(st.integers(0, 3)) == 0:
        return f"if {draw(st.sampled_from(['', '!']))}{draw(st.sampled_from(cases))} {{ {part} }}"
    return part


@st.composite
def declarations(draw: Draw, axes: int, cases: Sequence[str], known: Sequence[str]) -> str:
    """A table, perhaps with a breakpoint in it, a slot that it fills, and a call site."""
    parts = [draw(a_table(cases, known))]
    if draw(st.booleans()):
        where = draw(st.sampled_from(["", " in tab"]))
        codes = ["trap", "trap", "raw 0", "twi 31, r0, 0", "nop; trap"]
        codes += [f"if {cases[0]} {{ trap }} else {{ nop }}"] if cases else []
        code = draw(st.sampled_from(codes))
        parts.append(f"breakpoint brk{where} {{\ncode {{ {code} }}\npredicate is_brk\n}}")
    if draw(st.booleans()):
        parts.append(draw(a_slot(axes, cases, len(parts) > 1)))
    if draw(st.booleans()):
        parts.append(draw(a_callsite(cases, known)))
    if draw(st.booleans()):
        parts += [draw(a_bitmap("map_a", cases, known)), draw(a_bitmap("map_b", cases, known))]
        names = ["map_a", "map_b", "map_b", "map_b", "map_c"]
        parts += [f"compare map_a with {name}" for name in draw(st.lists(st.sampled_from(names), max_size=1))]
    return "\n".join(parts)


@st.composite
def a_bitmap(draw: Draw, name: str, cases: Sequence[str], known: Sequence[str]) -> str:
    bad = draw(st.integers(0, 9)) == 0
    items = ["0x06", "7", "0x60..0x62", "0x90", "0xcc", "0xf0..0xff", "0", *known]
    items += ["0x100", "-1..3", "9..8", "0..255", "r3", "0x60"] if bad else []
    drawn = draw(st.lists(st.sampled_from(items), min_size=0 if bad else 1, max_size=6, unique=not bad))
    lines = [draw(guarded(f'{item} because "it is so"', cases)) for item in drawn]
    kind = draw(st.sampled_from(["all except", "only"]))
    only = f" if {draw(st.sampled_from(cases))}" if cases and draw(st.integers(0, 4)) == 0 else ""
    words = draw(
        st.sampled_from([[], ["as written 1, 2"], ["as written 0, 0, 0, 0, 0, 0, 0, 0"]] if bad else [[]])
    )
    block = "\n".join([f"{kind} {{", *lines, "}", *words])
    return f"bitmap {name}: opcode{only} {{\n{block}\n}}"


@st.composite
def a_table(draw: Draw, cases: Sequence[str], known: Sequence[str]) -> str:
    rows = [f"row{number} = {draw(words(known))}" for number in range(draw(st.integers(1, 4)))]
    lines = [draw(guarded(row, cases)) for row in rows]
    lines += draw(
        st.sampled_from([[], ["predicate in_tab"], ["predicate in_tab", "predicate off_tab = none"]])
    )
    only = f" if {draw(st.sampled_from(cases))}" if cases and draw(st.integers(0, 4)) == 0 else ""
    return f"table tab: u32 unordered{only} {{\n" + "\n".join(lines) + "\n}"


@st.composite
def a_slot(draw: Draw, axes: int, cases: Sequence[str], fill: bool) -> str:
    sizes = [str(size) for size in (4, 8, 8, 8, 16, 16, 12, 0, 1 << 40)]
    if axes:
        sizes += ["{ on0: 16, _: 8 }"] * 3
    size = draw(st.sampled_from(sizes))
    align = draw(st.sampled_from(["", " align 8", " align 8", " align 8", " align 4", " align 3"]))
    page = draw(st.sampled_from(['"PAGE_SIZE"', '"PAGE_SIZE"', "4096", "100", '"a)"']))
    reserve = draw(st.sampled_from(["", " reserve 1", " reserve 1", " reserve 512"]))
    copied = draw(
        st.sampled_from(["copied insn: 4 or 8", "copied insn: 4", "copied insn: 4", "copied insn: 2"])
    )
    lines = [draw(guarded(copied, cases))]
    lines += ["fill brk"] if fill and draw(st.booleans()) else []
    return f"slot xol size {size}{align} page {page}{reserve} {{\n" + "\n".join(lines) + "\n}"


@st.composite
def a_callsite(draw: Draw, cases: Sequence[str], known: Sequence[str]) -> str:
    unique = draw(st.integers(0, 9)) > 0
    indices = draw(st.lists(st.integers(-3, 3), min_size=1, max_size=4, unique=unique))
    lines = [f"word {index} = {draw(words(known))}" for index in indices]
    states = draw(st.integers(0, 2))
    for number in range(states):
        known_here = st.sampled_from([*indices * 3, 9])
        own = draw(st.lists(known_here, min_size=draw(st.integers(0, 5)) > 0, max_size=2, unique=True))
        replaced = "; ".join(f"word {index} = {draw(words(known))}" for index in own)
        lines.append(draw(guarded(f"replace s{number} {{ {replaced} }}", cases)))
    if draw(st.booleans()):
        state = draw(st.sampled_from(["", *(f" in s{number}" for number in range(states))]))
        lines.append(f"never nop word {draw(st.sampled_from(indices))}{state}")
    return "callsite site {\n" + "\n".join(lines) + "\n}"
