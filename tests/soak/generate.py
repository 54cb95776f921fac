"""Specs made up by hypothesis: from the grammar alone, and from what the language means, so that most compile."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark

from tests.soak import generate_described as described
from tests.soak.mutate import grammar
from trampgen.syntax.parse import words

Draw = st.DrawFn
LICENCE = "//! SPDX-License-Identifier: MIT\n"
NAMES = ["one", "two", "size", "entry", "jump", "x", "elfv1"]
REGISTERS = ["r0", "r1", "r3", "r11", "r12", "r31"]
MNEMONICS = [
    "nop",
    "blr",
    "bctr",
    "addi",
    "addis",
    "ld",
    "std",
    "lwz",
    "b",
    "bl",
    "beq",
    "ori",
    "mtctr",
    "rlwinm",
    "foo",
]
OPERANDS = ["r3, r3, 8", "r3, r4", "r3", "r3, 8(r1)", "r3, r3, ", "r3, ", "(r1)", "r3, 4, 5, 6, 7", "cr1, "]


# ---- from the grammar ----------------------------------------------------------------------------------


def from_grammar() -> st.SearchStrategy[str]:
    """Any derivation of the grammar, tokens apart enough to be read as what they were drawn as."""
    parser = grammar()
    drawn = {name: st.just(f" {word} ") for name, word in words().items()}
    drawn |= {
        "_NL": st.just("\n"),
        "NAME": st.sampled_from(NAMES).map(lambda name: f" {name} "),
        "NUMBER": st.sampled_from(["0", "1", "4", "8", "0x60000000", "65535", str(1 << 63)]).map(
            " {} ".format
        ),
        "STRING": st.sampled_from(['"CONFIG_A"', '"u64"', '""', '"a, b"']),
        "CALL": st.sampled_from([" one(", " two("]),
        "LABEL": st.sampled_from(["again: ", "out: "]),
        "MNEMONIC": st.sampled_from(MNEMONICS).map(lambda name: f"{name} "),
        "ASM_TEXT": st.sampled_from(OPERANDS),
        "BASE": st.just("&entry - r2"),
        "BITS": st.sampled_from(["0", "1", "-", "011111", "-" * 26, "0" * 32]).map(" {} ".format),
        "BIT_FIELD": st.sampled_from(["<one:5>", "<two:21>", "<x:0>", "<x:99999999999>"]).map(" {} ".format),
        "NONE": st.just(" none "),
        "_OR": st.just(" or "),
        "COMPARE": st.sampled_from(["==", "<"]),
        "SHIFT": st.sampled_from(["<<", ">>"]),
        "DOC": st.just("/// word"),
        "INNER_DOC": st.just(LICENCE.strip()),
        "COMMENT": st.just(""),
        "SPACE": st.just(" "),
    }
    text = from_lark(parser, start="start", explicit={n: s for n, s in drawn.items() if _known(n)})
    return text.map(lambda text: f"{LICENCE}target ppc64\n{text}\nstub last {{ code {{ nop }} }}\n")


def _known(name: str) -> bool:
    return name in {terminal.name for terminal in grammar().terminals}


# ---- from the meaning ----------------------------------------------------------------------------------

small = st.sampled_from([0, 1, 2, 4, 8, 16, 24, 255, 1000, 0x7FFF, 0x8000, -4, -1])
register = st.sampled_from(REGISTERS)


@st.composite
def specs(draw: Draw) -> str:
    """A spec whose names exist and whose code mostly fits."""
    axes = draw(st.integers(0, 3))
    cases = [f"{case}{axis}" for axis in range(axes) for case in ("on", "off")]
    consts = [f"C{number}" for number in range(draw(st.integers(0, 3)))]
    externs = [f"E{number}" for number in range(draw(st.integers(0, 2)))]
    parts = [LICENCE + f"target {draw(st.sampled_from(['ppc64', 'ppc64', 'ppc32']))}"]
    targets = draw(st.sampled_from(["", "", " target ppc32", " target ppc64"]))
    parts += [
        f'variant axis{axis} {{ on{axis} when "A{axis}"{targets if axis == 0 else ""}; off{axis} }}'
        for axis in range(axes)
    ]
    for index, const in enumerate(consts):
        parts.append(f"const {const} = {draw(values(axes, consts[:index]))}")
    parts += [f'extern const {name} as "sizeof({name.lower()})"{draw(ranges(0.3))}' for name in externs]
    layouts = [f"lay{number}" for number in range(draw(st.integers(0, 2)))]
    parts += [draw(a_layout(name, axes, consts)) for name in layouts]
    parts += [f"impossible on0 and off{axis}" for axis in range(1, axes) if draw(st.integers(0, 3)) == 0]
    parts += ["extern struct regs"] if (members := draw(st.booleans())) else []
    externs += ["regs.gpr[2]", "regs.nip"] if members else []
    macros = [f"mac{number}" for number in range(draw(st.integers(0, 3)))]
    parts += [draw(a_macro(name, macros[:index], cases)) for index, name in enumerate(macros)]
    stubs = [f"stub{number}" for number in range(draw(st.integers(1, 3)))]
    parts += [draw(a_stub(name, layouts, cases, consts, externs, macros)) for name in stubs]
    if draw(st.booleans()):
        parts.append(draw(a_family(stubs, cases)))
    if draw(st.booleans()):
        parts.append(draw(described.declarations(axes, cases, [*consts, *externs])))
    return "\n".join(parts) + "\n"


@st.composite
def values(draw: Draw, axes: int, consts: Sequence[str]) -> str:
    """A number, a sum, or a map over one axis."""
    if axes and draw(st.booleans()):
        axis = draw(st.integers(0, axes - 1))
        return f"{{ on{axis}: {draw(small)}, {draw(st.sampled_from([f'off{axis}', '_']))}: {draw(small)} }}"
    if len(consts) > 0 and draw(st.booleans()):
        operator = draw(st.sampled_from("+ - * / % & | ^ << >> == <".split()))
        return f"({draw(st.sampled_from(consts))} {operator} {draw(small)})"
    return str(draw(small))


@st.composite
def ranges(draw: Draw, share: float) -> str:
    if draw(st.floats(0, 1)) > share:
        return ""
    return f" in {draw(st.sampled_from([0, -8, -0x8000]))}..{draw(st.sampled_from([0, 8, 255, 0x7FF8, 1 << 31]))}"


@st.composite
def a_layout(draw: Draw, name: str, axes: int, consts: Sequence[str]) -> str:
    """Code first and large enough for most stubs; then fields, and padding that is often right."""
    copied = draw(st.sampled_from(["", "", " copied as one"]))
    fields = [f"code jump size {draw(st.sampled_from([40, 64, 128]))}{copied}"]
    for number in range(draw(st.integers(0, 3))):
        word, data = f"word w{number} = {draw(small)}", f'data d{number} : ctype "u64" size 8 align 8'
        wide = f'data d{number} : ctype "func_t" size {draw(values(axes, consts))}'
        fields.append(draw(st.sampled_from([word, word, data, wide, "pad size 4", "pad size 8"])))
    if any(field.startswith("word w0") for field in fields) and draw(st.booleans()):
        fields.append("commit w0 last")
    return (
        f"layout {name}{draw(st.sampled_from(['', ' align 8', ' align 16']))} {{\n"
        + "\n".join(fields)
        + "\n}"
    )


@st.composite
def a_stub(
    draw: Draw,
    name: str,
    layouts: Sequence[str],
    cases: Sequence[str],
    consts: Sequence[str],
    externs: Sequence[str],
    macros: Sequence[str],
) -> str:
    """A template of any kind; its lines in regions, loops and macros now and then."""
    params = [f"p{number}" for number in range(draw(st.integers(0, 3)))]
    known = [*consts, *externs]
    groups = [draw(uses_of(param)) for param in params]
    for _ in range(draw(st.integers(1, 5))):
        groups.insert(draw(st.integers(0, len(groups))), [draw(a_line(cases, known))])
    regions = [f"reg{number}" for number in range(min(draw(st.integers(0, 2)), len(groups)))]
    first = draw(st.integers(0, len(groups) - len(regions)))
    for at, region in enumerate(regions, first):
        groups[at] = [draw(a_region(region, groups[at]))]
    if len(macros) > 0 and draw(st.booleans()):
        value = draw(st.sampled_from([*params, *known, "4"]))
        groups.append([f"{draw(st.sampled_from(macros))}({draw(register)}, {value})"])
    if draw(st.integers(0, 3)) == 0:
        bounds = draw(st.sampled_from(["3..5", "0..31", "4..4", "-1..1", "5..3", "0..100000"]))
        groups.append([f"for n in {bounds} {{ addi r${{n}}, r3, ${{n}} }}"])
    if draw(st.integers(0, 3)) == 0:
        groups.append(
            [draw(st.sampled_from(["literal lit", "literal lit: u32 rest 4", "literal lit: s32 rest -1"]))]
        )
    whole = [f"w{number}" for number in range(draw(st.sampled_from([0, 0, 1])))]
    groups += [[f"${{{param}}}"] for param in whole]
    lines = [line for group in groups for line in group]
    where = f" in {draw(st.sampled_from(layouts))}.jump" if len(layouts) > 0 and draw(st.booleans()) else ""
    only = f" if {draw(st.sampled_from(cases))}" if cases and draw(st.integers(0, 4)) == 0 else ""
    kind = draw(st.sampled_from(["stub", "stub", "stub", "optprobe", "site"]))
    kinds = st.sampled_from([*[""] * 12, ": branch", ": insn", ": s32"])
    head = [
        f"param {param}{draw(kinds)}{draw(ranges(0.15))}{draw(st.sampled_from(['', '', '', ' align 4']))}"
        for param in params
    ]
    head += [f"param {param}: insn" for param in whole]
    head += [draw(a_check(param, kind)) for param in params if draw(st.integers(0, 5)) == 0]
    if draw(st.booleans()):
        head.append(draw(contracts(cases, regions, any("regs" in name for name in externs))))
    return f"{kind} {name}{where}{only} {{\n" + "\n".join([*head, "code {", *lines, "}", "}"])


@st.composite
def a_macro(draw: Draw, name: str, others: Sequence[str], cases: Sequence[str]) -> str:
    """A macro of a register and a value; perhaps one that is made of others."""
    bodies = [
        "addi ${reg}, r3, ${value}",
        "lis ${reg}, ${value@h}; ori ${reg}, ${reg}, ${value@l}",
        "li ${reg}, ${value + 4}",
    ]
    bodies += [
        "addis ${reg}, r2, ${value@ha}; addi ${reg}, ${reg}, ${value@l}",
        "for i in 0..value { mr ${reg}, r3 }",
    ]
    bodies += [f"{other}(reg, value)" for other in others]
    body = draw(st.sampled_from(bodies))
    if len(cases) > 0 and draw(st.booleans()):
        body = f"if {draw(conditions(cases))} {{ {body} }} else {{ mr ${{reg}}, r0; nop }}"
    return f"macro {name}(reg, value) {{ {body} }}"


@st.composite
def a_region(draw: Draw, name: str, lines: Sequence[str]) -> str:
    """Lines as what a region is patched to, with another form now and then."""
    pad = draw(st.sampled_from([*[" pad nop"] * 5, ""]))
    other = draw(st.sampled_from(["", "", f" or {name}_other {{ blr }} pad nop"]))
    rest = "; ".join(
        [draw(st.sampled_from(["nop", "blr"]))] * max(len(lines) + draw(st.sampled_from([0, 0, 1, 2, -1])), 0)
    )
    return f"patch {name} {{ {'; '.join(lines)} }}{pad}{other} rest {{ {rest} }}"


@st.composite
def a_check(draw: Draw, param: str, kind: str) -> str:
    """What is said of a param beside the code."""
    checks = [
        f"reach {param} as written s32",
        f"reach {param} as written -0x2000000..0x1fffffc align 4 of {param} - ip",
    ]
    checks += [
        f"reach {param} as written -8..0x7ff8 align 8 of 8 - {param} + &reg0",
        f"copy {param}[25:21] unless 3",
    ]
    symbols = [
        f"symbol {param}_code to {param}_end",
        f'symbol "{param}_*" except reg0 because "it is patched"',
        f"symbol {param}_reg at reg0",
    ]
    return draw(st.sampled_from(checks if kind == "site" else [*checks[:3], *symbols]))


@st.composite
def uses_of(draw: Draw, param: str) -> list[str]:
    """The lines in which a param stands: alone, as a pair of slices, in a raw word, as a branch's target."""
    a, b = draw(register), draw(register)
    return draw(
        st.sampled_from([
            [f"addi {a}, {b}, ${{{param}}}"],
            [f"ld {a}, ${{{param}}}({b})"],
            [f"addis {a}, {b}, ${{{param}@ha}}", f"addi {a}, {a}, ${{{param}@l}}"],
            [f"lis {a}, ${{{param}@h}}", f"ori {a}, {a}, ${{{param}@l}}"],
            [f"addis {a}, {b}, ${{({param} + 8)@ha}}", f"ld {a}, ${{({param} + 8)@l}}({a})"],
            [f"b ${{{param}}}"],
            [f"bl ${{{param} + 4}}"],
            [f"raw 0x60000000 | {param}@l"],
            [f'raw 0x04100000 | {param}@h18, 0xe5800000 | {param}@l "pld r12, {param}(0), 1"'],
            [f"rlwinm {a}, {b}, ${{{param}}}, 0, 31"],
        ])
    )  # fmt: skip


@st.composite
def a_line(draw: Draw, cases: Sequence[str], known: Sequence[str]) -> str:
    value = (
        f"${{{draw(st.sampled_from(known))}}}" if len(known) > 0 and draw(st.booleans()) else str(draw(small))
    )
    a, b = draw(register), draw(register)
    line = draw(
        st.sampled_from([
            "nop", "blr", f"addi {a}, {b}, {value}", f"ld {a}, {value}({b})", f"stdu {a}, -16({b})", f"mtctr {a}",
            f"cmpdi {a}, {value}", f"raw {value.strip('${}')}", f"sldi {a}, {b}, {value}", f"add {a}, {b}, {a}",
            f"here{a}: nop", f"l{a}: b ${{&l{a}}}",
        ])
    )  # fmt: skip
    if len(cases) > 0 and draw(st.booleans()):
        other = draw(st.sampled_from(["", " else { nop }", f" else if !{cases[0]} {{ nop }}"]))
        return f"if {draw(conditions(cases))} {{ {line} }}{other}"
    return line


@st.composite
def conditions(draw: Draw, cases: Sequence[str]) -> str:
    one, other = draw(st.sampled_from(cases)), draw(st.sampled_from(cases))
    return draw(st.sampled_from([one, f"!{one}", f"{one} && {other}", f"{one} || !{other}", f"{one} == 1"]))


@st.composite
def contracts(draw: Draw, cases: Sequence[str], regions: Sequence[str], members: bool) -> str:
    clauses = [
        f"clobbers {draw(register)}",
        "redzone 288",
        "exit ctr == r12",
        'never writes r2 because "it is kept"',
        "preserves all except memory below r1",
    ]
    if members:
        clauses += [
            "frame regs at r1 + 48",
            "regs.gpr[n] == entry.r[n] for n in 0..31",
            "undefined regs.gpr[2]",
        ]
    clauses += [f"at {region} {{ r3 == entry.r[3], memory[r1 + 8] != 4 }}" for region in regions]
    chosen = draw(st.lists(st.sampled_from(clauses), max_size=3))
    if len(cases) > 0 and draw(st.booleans()):
        chosen.append(f"if {draw(conditions(cases))} {{ preserves {draw(register)} }}")
    return "contract {\n" + "\n".join(chosen) + "\n}"


@st.composite
def a_family(draw: Draw, stubs: Sequence[str], cases: Sequence[str]) -> str:
    members = draw(st.lists(st.sampled_from(stubs), min_size=1, unique=True))
    only = f" if {draw(st.sampled_from(cases))}" if cases and draw(st.integers(0, 4)) == 0 else ""
    clauses = [f"members {', '.join(members)}"]
    if draw(st.booleans()):
        written = draw(st.sampled_from(["", " as written 0xffff0000", " as written 0xffffffff"]))
        clauses.append(f"merge words 0..0{written}")
    if draw(st.integers(0, 3)) == 0:
        clauses.append("extract p0")
    return f"family fam{only} {{\n" + "\n".join(clauses) + "\n}"
