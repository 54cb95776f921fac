"""Ranges of holes are exact: against the Python model, against what a machine computes, and as printed C.

The machine model knows nothing of `decode`: it adds the slices up as addis, addi, ori and ld do, each slice
sign-extended or not, and compares with the value modulo the pointer's width."""

from __future__ import annotations

import itertools
import random
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import need
from trampgen.emit import c_text
from trampgen.fields.arith import decode, decoded, encode, encoded
from trampgen.fields.expr import Bin, Node, Num, SignExtend, Var, evaluate
from trampgen.fields.reach import flaws, intersection, reach
from trampgen.isa import ppc
from trampgen.model.field import Field, Reach, Run

Group = tuple[Field, ...]

LOWEST, HIGHEST = -(1 << 63), (1 << 64) - 1


# ---- groups as the compiler makes them -----------------------------------------------------------------


def field(low: int, count: int, insn: int, signed: bool, carry: int | None = None, addend: int = 0) -> Field:
    return Field((Run(low, insn, count),), signed, carry, addend)


def low16(signed: bool) -> Field:
    return field(0, 16, 0, signed)


def low16_ds() -> Field:
    """`ld r3, x@l(r3)`: two bits are the opcode's."""
    return field(2, 14, 2, True)


def upper(operator: str, signed: bool) -> Field:
    """A slice in addis or lis (signed), or in oris or ori (not)."""
    found = ppc.ISAS["ppc64"].operators[operator]
    return field(found.shift, found.width, 0, signed or found.signed, found.carry_from)


HA_L: Group = (upper("ha", True), low16(True))
HA_L_DS: Group = (upper("ha", True), low16_ds())
HA_BOTH: Group = (upper("ha", True), low16(True), low16_ds())
H_L: Group = (upper("h", True), low16(False))
OR_H_L: Group = (upper("h", False), low16(False))
OR_HA_L: Group = (upper("ha", False), low16(True))
H18_L: Group = (upper("h18", False), low16(False))
WHOLE: Group = (upper("highest", True), upper("higher", False), upper("h", False), low16(False))
THREE: Group = (upper("higher", True), upper("h", False), low16(False))
LONE_HA: Group = (upper("ha", True),)
LONE_H: Group = (upper("h", False),)

SLICES: dict[str, Group] = {
    "ha/l": HA_L,
    "ha/l in ld": HA_L_DS,
    "ha with both kinds of l": HA_BOTH,
    "h/l": H_L,
    "h/l, both or": OR_H_L,
    "ha in oris": OR_HA_L,
    "h18/l": H18_L,
    "highest..l": WHOLE,
    "higher..l": THREE,
    "lone ha": LONE_HA,
    "lone h": LONE_H,
    "l": (low16(True),),
    "l in ori": (low16(False),),
}

OPERANDS: dict[str, Group] = {
    "D": (field(0, 16, 0, True),),
    "DS": (field(2, 14, 2, True),),
    "UI": (field(0, 16, 0, False),),
    "GPR": (field(0, 5, 21, False),),
    "GPR twice": (Field((Run(0, 11, 5), Run(0, 21, 5)), False),),
    "SPR": (Field((Run(0, 16, 5), Run(5, 11, 5)), False),),
    "SH of 6 bits": (Field((Run(0, 11, 5), Run(5, 1, 1)), False),),
    "branch": (field(2, 24, 2, True),),
    "conditional branch": (field(2, 14, 2, True),),
}
RELATIVE = ("branch", "conditional branch")

GROUPS = SLICES | OPERANDS


def with_addend(group: Group, addend: int) -> Group:
    return tuple(replace(one, addend=addend) for one in group)


# ---- the two models ------------------------------------------------------------------------------------


def read_back(group: Group, value: int, pointer_bits: int, relative: bool = False) -> int:
    """Encode, then decode as the generated header does: signed where the range has negative values."""
    words = [encode(one, value) for one in group]
    signed = reach(group, pointer_bits).low < 0 or relative
    return decode([(one, index) for index, one in enumerate(group)], words, pointer_bits, signed)


def machine(group: Group, value: int, pointer_bits: int) -> int:
    """What the instructions compute: each slice once, sign-extended or not, added up."""
    total, seen = 0, 0
    for one in sorted(group, key=lambda f: f.low_bit):
        part = 0
        word = encode(one, value)
        for run in one.runs:
            part |= ((word >> run.insn_bit) & ((1 << run.count) - 1)) << run.value_bit
        covered = ((1 << one.top_bit) - 1) & ~((1 << one.low_bit) - 1)
        if seen & covered:
            continue
        seen |= covered
        if one.signed and part >> (one.top_bit - 1) & 1:
            part -= 1 << one.top_bit
        total += part
    return (total - group[0].addend) % (1 << pointer_bits)


def machine_holds(group: Group, value: int, pointer_bits: int) -> bool:
    return machine(group, value, pointer_bits) == value % (1 << pointer_bits)


def _near(group: Group, pointer_bits: int, rng: random.Random) -> Iterator[int]:
    """Values at both limits, in steps of the alignment and of one, around the fields' seams, and anywhere."""
    found = reach(group, pointer_bits)
    steps = {*range(-4, 5), *(n * found.align for n in range(-4, 5))}
    seams = {1 << bit for one in group for bit in (one.low_bit, one.top_bit, one.top_bit - 1)} | {0x8000}
    for base in (found.low, found.high, 0, *seams, *(-s for s in seams)):
        for step in steps:
            yield base + step
            yield base + step - group[0].addend
    for _ in range(15):
        yield rng.randrange(found.low, found.high + 1)
        yield found.low + found.align * rng.randrange((found.high - found.low) // found.align + 1)
        yield rng.randrange(LOWEST, HIGHEST + 1)
        yield found.high + 1 + rng.randrange(1 << 20)
        yield found.low - 1 - rng.randrange(1 << 20)


def assert_exact(group: Group, pointer_bits: int, relative: bool = False) -> None:
    """In reach if and only if it is read back, and computed, unchanged."""
    found = reach(group, pointer_bits)
    assert found.holds(found.low), "the lower limit itself"
    assert found.holds(found.high), "the upper limit itself"
    whole = max(one.top_bit for one in group) >= pointer_bits
    for value in _near(group, pointer_bits, random.Random(repr(group))):
        if not LOWEST <= value <= HIGHEST:
            continue
        inside = found.holds(value)
        assert (read_back(group, value, pointer_bits, relative) == value) == inside, f"{value:#x}, {found}"
        # A group of the pointer's width holds negative values too: the unsigned ones stand for them.
        lowest = 0 if whole else -(1 << (pointer_bits - 1))
        if lowest <= value < 1 << (pointer_bits if found.low >= 0 else pointer_bits - 1):
            assert machine_holds(group, value, pointer_bits) == inside, f"machine: {value:#x}, {found}"


# ---- reach ---------------------------------------------------------------------------------------------


ADDENDS = [0, 1, -8, 0x8000, -0x9000, 0x12345678]


def _reach_cases() -> Iterator[tuple[str, int, int]]:
    for name, group in GROUPS.items():
        for pointer_bits in (32, 64):
            if max(one.top_bit for one in group) > pointer_bits:
                continue
            for addend in ADDENDS:
                # The compiler refuses an addend that a whole operand would drop (immediate-alignment); and
                # a branch to a target plus something is a branch to another target: no addend is left.
                if name in SLICES or (
                    addend % reach(group, 64).align == 0 and not (addend and name in RELATIVE)
                ):
                    yield name, pointer_bits, addend


@pytest.mark.parametrize(("name", "pointer_bits", "addend"), list(_reach_cases()))
def test_reach_is_exact(name: str, pointer_bits: int, addend: int) -> None:
    assert_exact(with_addend(GROUPS[name], addend), pointer_bits, name in RELATIVE)


def test_ha_l_is_exactly_this() -> None:
    assert reach(HA_L, 64) == Reach(-0x80008000, 0x7FFF7FFF)
    assert reach(HA_L_DS, 64) == Reach(-0x80008000, 0x7FFF7FFC, 4)
    for value in (-0x80008000, -1, 0, 0x7FFF, 0x8000, 0x7FFF7FFF):
        assert read_back(HA_L, value, 64) == value
    # The kernel's own test admits these: 0x7fff8000 comes back as the lowest value.
    assert read_back(HA_L, 0x7FFF8000, 64) == -0x80008000
    assert read_back(HA_L, -0x80008001, 64) == 0x7FFF7FFF
    assert reach(HA_L, 32) == Reach(0, 0xFFFFFFFF)


def test_known_ranges() -> None:
    assert reach(H18_L, 64) == Reach(-(1 << 33), (1 << 33) - 1)
    assert reach(OPERANDS["branch"], 64) == Reach(-0x2000000, 0x1FFFFFC, 4)
    assert reach(OPERANDS["DS"], 64) == Reach(-0x8000, 0x7FFC, 4)
    assert reach(WHOLE, 64) == Reach(0, HIGHEST)
    assert reach(with_addend(OPERANDS["D"], 8), 64) == Reach(-0x8008, 0x7FF7)
    assert reach(OR_H_L, 64) == Reach(0, 0xFFFFFFFF)


# ---- flaws ---------------------------------------------------------------------------------------------


def _slice_choices() -> list[Group]:
    """Every way to put up to four slices together, from bit 0 up or from higher up, carries and signs at will."""
    lows: list[Field | None] = [None, low16(True), low16(False)]
    mids: list[Field | None] = [None, *(upper(op, s) for op in ("h", "ha") for s in (True, False))]
    highers: list[Field | None] = [
        None,
        *(upper(op, s) for op in ("higher", "highera") for s in (True, False)),
    ]
    highests: list[Field | None] = [
        None,
        *(upper(op, s) for op in ("highest", "highesta") for s in (True, False)),
    ]
    choices = itertools.product(lows, mids, highers, highests)
    return [group for choice in choices if (group := tuple(one for one in choice if one is not None))]


def _lost(group: Group, pointer_bits: int) -> int | None:
    """A value in reach that the machine does not compute."""
    found = reach(group, pointer_bits)
    for value in _near(group, pointer_bits, random.Random(1)):
        if found.holds(value) and not machine_holds(group, value, pointer_bits):
            return value
    return None


def _flat(group: Group) -> str:
    names = {0: "l", 16: "h", 32: "higher", 48: "highest"}
    return "/".join(
        f"{names[f.low_bit]}{'a' if f.carry_from is not None else ''}{'' if f.signed else ' (or)'}"
        for f in group
    )


def test_every_choice_of_slices_has_a_flaw_or_loses_nothing() -> None:
    wrong = []
    for group in _slice_choices():
        codes = {flaw.code for flaw in flaws(group)}
        if not codes and (lost := _lost(group, 64)) is not None:
            wrong.append(f"{_flat(group)} loses {lost:#x}")
    assert not wrong, f"{len(wrong)} groups:\n" + "\n".join(wrong)


def test_no_flaw_where_nothing_is_lost() -> None:
    blamed = []
    for group in _slice_choices():
        codes = {flaw.code for flaw in flaws(group)}
        if codes and "hole-gap" not in codes and _lost(group, 64) is None:
            blamed.append(f"{_flat(group)}: {codes}")
    assert not blamed, f"{len(blamed)} groups:\n" + "\n".join(blamed)


@pytest.mark.parametrize("name", GROUPS)
def test_sound_groups_have_no_flaw(name: str) -> None:
    assert flaws(GROUPS[name]) == []


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ((upper("h", True), low16(True)), "missing-carry"),
        ((upper("h", False), low16(True)), "missing-carry"),
        ((upper("h", True), low16_ds()), "missing-carry"),
        ((upper("ha", True), low16(False)), "wrong-carry"),
        ((upper("ha", False), low16(False)), "wrong-carry"),
        ((upper("higher", True), low16(False)), "hole-gap"),
        ((upper("highest", True), upper("h", False), low16(False)), "hole-gap"),
        ((field(0, 4, 0, False), field(5, 4, 8, False)), "hole-gap"),
        ((upper("h18", False), low16(True)), "missing-carry"),
    ],
)
def test_flaws_by_name(group: Group, code: str) -> None:
    found = flaws(group)
    assert code in [flaw.code for flaw in found]
    assert all(flaw.message and flaw.help for flaw in found)


def test_gap_names_its_bits() -> None:
    [flaw] = flaws((upper("higher", True), low16(False)))
    assert "16…31" in flaw.message


# ---- intersection --------------------------------------------------------------------------------------


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    """A small well-formed reach: both limits are values."""
    align = 1 << draw(st.integers(0, 4))
    phase = draw(st.integers(0, align - 1))
    low = phase + align * draw(st.integers(-12, 12))
    return Reach(low, low + align * draw(st.integers(0, 12)), align, phase)


@given(st.lists(reaches(), min_size=1, max_size=4))
@settings(max_examples=400)
def test_intersection_against_brute_force(some: list[Reach]) -> None:
    everywhere = range(min(r.low for r in some) - 40, max(r.high for r in some) + 41)
    expected = {value for value in everywhere if all(r.holds(value) for r in some)}
    found = intersection(some)
    if found is None:
        assert not expected
        return
    assert {value for value in everywhere if found.holds(value)} == expected
    assert found.low == min(expected)
    assert found.high == max(expected)


def test_intersection_of_disjoint_and_of_phases() -> None:
    assert intersection([Reach(0, 10), Reach(11, 20)]) is None
    assert intersection([Reach(0, 12, 4), Reach(2, 14, 4, 2)]) is None
    assert intersection([Reach(0, 12, 4), Reach(3, 3)]) is None
    assert intersection([Reach(0, 12, 4), Reach(2, 14, 2)]) == Reach(4, 12, 4)
    assert intersection([reach(HA_L, 64), reach(OPERANDS["DS"], 64)]) == Reach(-0x8000, 0x7FFC, 4)


# ---- random fields: model and C ------------------------------------------------------------------------


@st.composite
def scattered(draw: st.DrawFn) -> Group:
    """Fields without a carry whose runs are cut and placed at random; together they cover bits low … top."""
    low, top = sorted(draw(st.lists(st.integers(0, 64), min_size=2, max_size=2, unique=True)))
    group: list[Field] = []
    bit = low
    while bit < top:
        runs: list[Run] = []
        insn = 0
        while bit < top and insn < 32 and len(runs) < 3:
            insn += draw(st.integers(0, 4))
            count = min(draw(st.integers(1, 16)), top - bit, 32 - insn)
            if count < 1:
                break
            runs.append(Run(bit, insn, count))
            bit, insn = bit + count, insn + count
        if runs:
            group.append(Field(tuple(runs), False))
    last = len(group) - 1
    signed = draw(st.booleans())
    return tuple(replace(one, signed=signed and index == last) for index, one in enumerate(group))


@given(scattered(), st.sampled_from([32, 64]))
@settings(max_examples=50, deadline=None)
def test_reach_of_scattered_runs_is_exact(group: Group, pointer_bits: int) -> None:
    if max(one.top_bit for one in group) <= pointer_bits:
        assert_exact(group, pointer_bits)


def _c_program(cases: Sequence[tuple[list[str], str, list[int]]]) -> str:
    """A program that prints each function's results on its arguments, one in a line."""
    head = "#include <stdio.h>\n#include <trampgen.h>\n"
    head += 'static void show(u64 value) { printf("%llx\\n", (unsigned long long)value); }\n'
    functions, calls = [], []
    for number, (body, argument, values) in enumerate(cases):
        lines = "\n\t".join(body)
        functions.append(f"static u64 f{number}(const u64 *{argument})\n{{\n\t{lines}\n}}\n")
        listed = ", ".join(f"{value & HIGHEST:#x}ULL" for value in values)
        calls.append(f"\t{{ static const u64 v[] = {{{listed}}}; show(f{number}(v)); }}")
    return head + "\n".join(functions) + "\nint main(void)\n{\n" + "\n".join(calls) + "\n\treturn 0;\n}\n"


def _random_group(rng: random.Random) -> Group:
    if rng.random() < 0.6:
        group = rng.choice(list(GROUPS.values()))
    else:
        signed = rng.random() < 0.5
        bit = rng.randrange(8)
        made: list[Field] = []
        while bit < 64 and len(made) < 5:
            count = min(rng.randrange(1, 25), 64 - bit)
            carry = bit - 1 if made and rng.random() < 0.3 else None
            made.append(field(bit, count, rng.randrange(0, 33 - count), signed, carry))
            bit += count
        group = tuple(made)
    addend = rng.choice([0, 0, 1, -1, 8, -8, 0x8000, 1 << 31, -(1 << 33), rng.randrange(-(1 << 62), 1 << 62)])
    return with_addend(group, addend)


def _wide(name: str) -> Callable[[int], str]:
    return lambda index: f"{name}[{index}]"


def _cases(rng: random.Random, count: int) -> Iterator[tuple[list[str], str, list[int], Node]]:
    """Encode and decode expressions of random groups with values; the expected result is the node's."""
    edges = [0, 1, -1, 0x7FFF, 0x8000, 0xFFFF, 0x7FFF7FFF, 0x7FFF8000, 1 << 31, 1 << 32, LOWEST, HIGHEST]
    for _ in range(count):
        group = _random_group(rng)
        for one in group:
            node = encoded(one, Var(0))
            for value in (rng.choice(edges), rng.randrange(LOWEST, HIGHEST + 1)):
                yield [f"return {c_text.expression(node, {0: 'v[0]'})};"], "v", [value], node
        pairs = [(one, Var(index)) for index, one in enumerate(group)]
        names: dict[str | int, str] = {index: _wide("v")(index) for index in range(len(group))}
        for signed in (True, False):
            node = decoded(pairs, rng.choice([32, 64]), signed)
            words = [rng.choice([0, 0xFFFFFFFF, rng.getrandbits(32)]) for _ in group]
            yield [f"return {c_text.expression(node, names)};"], "v", words, node
            yield c_text.returning(node, names), "v", words, node


def test_printed_c_computes_what_the_model_computes(tmp_path: Path) -> None:
    need("gcc")
    cases = list(_cases(random.Random(20240229), 150))
    source, program = tmp_path / "fields.c", tmp_path / "fields"
    source.write_text(_c_program([(body, argument, values) for body, argument, values, _ in cases]))
    include = Path(c_text.__file__).parent.parent / "include"
    flags = ["-std=gnu11", "-O0", "-Wall", "-Wextra", "-Werror", f"-I{include}"]
    subprocess.run(["gcc", *flags, "-o", program, source], check=True, cwd=tmp_path)
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    assert len(printed) == len(cases)
    for (body, _, values, node), text in zip(cases, printed, strict=True):
        numbers: dict[str | int, int] = dict(enumerate(values))
        assert int(text, 16) == evaluate(node, numbers), (body, [hex(v) for v in values])


def test_long_returns_are_broken() -> None:
    """The address of an `@ha` and an `@l`, in a buffer with a name of some length."""
    high, low = (Bin("&", Var(index), Num(0xFFFF)) for index in (0, 1))
    address = Bin("+", SignExtend(32, Bin("<<", high, Num(16))), SignExtend(16, low))
    lines = "\n".join(
        c_text.returning(Bin("&", address, Num(0xFFFFFFFF)), {0: "jump[0]", 1: "jump[1]"})
    ).split("\n")
    assert len(lines) == 2
    assert max(len(f"\t{line}".expandtabs(8)) for line in lines) <= 100


# ---- the expression language ---------------------------------------------------------------------------


@given(scattered(), st.integers(LOWEST, HIGHEST))
def test_encode_stays_in_its_mask(group: Group, value: int) -> None:
    for one in group:
        assert encode(one, value) & ~one.mask == 0
        assert one.width == one.mask.bit_count()


@given(st.integers(LOWEST, HIGHEST))
def test_operators_agree_with_fields(value: int) -> None:
    """`apply` (for known numbers) and `encode` (for holes) are one arithmetic."""
    for operator in ppc.ISAS["ppc64"].operators.values():
        one = Field((Run(operator.shift, 0, operator.width),), operator.signed, operator.carry_from)
        assert operator.apply(value) == encode(one, value)
