"""Every instruction of the ARM and Thumb tables against GNU as, word for word: literals, holes, limits, versions."""

from __future__ import annotations

import functools
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Compiled, assembler_of, need
from trampgen import isa as isas
from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import BASE, gate
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Report
from trampgen.emit.blob import blobs
from trampgen.fields.arith import decode, encode
from trampgen.fields.reach import reach
from trampgen.isa import arm, arm_formats, thumb
from trampgen.isa.arm_operands import Dialect
from trampgen.isa.base import Isa, Line, OperandError, OperandKind
from trampgen.model.field import Field, Reach, Run
from trampgen.model.memory import ByteOrder, from_memory, orders, to_memory
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Value

AT = Span("spec.tramp", 1, 1, 1, 2)
PREFIX = "arm-linux-gnueabi-"
TARGETS = ["arm", "thumb"]
DIALECTS: dict[str, Dialect] = {"arm": arm.DIALECT, "thumb": thumb.DIALECT}
PC_BASE = {"arm": 8, "thumb": 4}
BRANCHES = "LKXB"


def table(target: str) -> dict[str, tuple[str, ...]]:
    return arm_formats.formats() if target == "arm" else thumb.formats()


@dataclass(frozen=True)
class Use:
    """An instruction with text for each operand; `{}` is where the number of `hole` goes."""

    mnemonic: str
    texts: tuple[str, ...]
    kind: OperandKind | None = None
    value: int = 0

    def gnu(self, pc_base: int) -> str:
        number = str(self.value)
        if self.kind is not None and self.kind.positional:
            number = f".{self.value + pc_base:+}"
        return f"{self.mnemonic} {', '.join(self.texts)}".replace("{}", number)

    def line(self, hole: bool = False) -> Line:
        """The statement for us, its number written or left open; a PC-relative one is always open."""
        relative = self.kind is not None and self.kind.pc_relative
        text = " " + ", ".join(self.texts)
        if self.kind is not None and self.kind.as_offset:
            text = text.replace("[pc, #{}]", "{}")
        if not hole and not relative:
            return Line(self.mnemonic, (text.replace("{}", str(self.value)),), AT)
        open_value: Value = LabelAddress("x") if self.kind and self.kind.as_offset else Affine("x")
        before, _, after = text.partition("{}")
        return Line(self.mnemonic, (before, (open_value, AT), after), AT)


def gnu(target: str, statements: Sequence[str], folder: Path) -> tuple[list[int], dict[int, str]]:
    """The words that GNU as makes; or no words, and for each line that it refuses why."""
    isa = isas.load(target)
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    (folder / "code.s").write_text("\n".join([*isa.gnu_as_head, *statements]) + "\n")
    command = [f"{PREFIX}as", *isa.gnu_as, "-o", "code.o", "code.s"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    errors = re.findall(r"^code\.s:(\d+): Error: (.*)$", done.stderr, re.MULTILINE)
    if errors:
        return [], {int(line) - 1 - len(isa.gnu_as_head): why for line, why in errors}
    assert done.returncode == 0, done.stderr
    copy = [f"{PREFIX}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"]
    subprocess.run(copy, cwd=folder, check=True)
    data = (folder / "code.bin").read_bytes()
    return [from_memory(data[i : i + 4], target, "insn", "little") for i in range(0, len(data), 4)], {}


def numbered(target: str, letter: str, mnemonic: str) -> list[tuple[str, OperandKind, list[int]]]:
    """The texts of an operand that has a number in it, its kind, and numbers up to the limits of what is known."""
    rng = random.Random(f"{target}{letter}{mnemonic}")
    dialect = DIALECTS[target]
    kind = dialect.kinds.get(letter)
    if kind is None or letter == "r":
        return []
    if letter == "m":
        every = dialect.immediates.every()
        return [("#{}", kind, [every[0], every[-1], *rng.sample(every, 6)])]
    low, high = kind.known_low, kind.high
    values = [low, high, low + kind.align, high - kind.align, 0]
    values += [rng.randrange(low, high + 1, kind.align) for _ in range(4)]
    if letter not in "dh":
        return [("[pc, #{}]" if letter == "c" else "{}" if letter in BRANCHES else "#{}", kind, values)]
    far = dialect.indexed[letter]
    moves = [-far, far, 0, *(rng.randint(-far, far) for _ in range(2))]
    return [("[r9, #{}]", kind, values), ("[r9, #{}]!", kind, moves), ("[sp], #{}", kind, moves)]


def others(target: str, letter: str) -> list[str]:
    """Texts of an operand without a number that could be open."""
    dialect = DIALECTS[target]
    lists = {"arm": ["{r0 - r3, lr}", "{r1}", "{r0, r2, pc}"], "thumb": ["{r0 - r3, lr}", "{r1, r7}"]}
    plain = {
        "o": ["r3", "r11", "r2, lsl #3", "r12, ror #31", "r8, lsr #1"],
        "g": lists[target],
        "b": ["r12", "r12!", "sp!"],
        "p": ["cpsr", "spsr"],
        "P": ["cpsr_cxsf", "cpsr_c", "cpsr_f", "spsr_fs"],
        "d": ["[r4]", "[r4, r5]", "[r4, r5, lsl #2]"]
        + (["[r4, -r5]!", "[r4], r5"] if target == "arm" else []),
        "h": ["[r4]", "[r4, r5]", "[r4], -r5"],
    }
    found = plain.get(letter, [])
    return found if letter in dialect.kinds or letter in plain else []


def uses(target: str) -> list[Use]:
    """Every format of every mnemonic with the limits of its number, and with values between."""
    rng = random.Random(target)
    found: list[Use] = []
    for mnemonic, formats in table(target).items():
        for letters in formats:
            for texts, kind, value in _filled(target, mnemonic, letters, rng):
                condition = rng.choice(["", "eq", "hs", "cc", "le"]) if target == "arm" else ""
                if mnemonic in ("nop", "blx"):
                    condition = ""
                found.append(Use(mnemonic + condition, texts, kind, value))
    return list(dict.fromkeys(found))


def _filled(
    target: str, mnemonic: str, letters: str, rng: random.Random
) -> Iterator[tuple[tuple[str, ...], OperandKind | None, int]]:
    """Texts for a format: each text of the last operand once, registers before it."""
    shift = "o" in letters and mnemonic.startswith(("mov", "mvn", "cmp", "cmn", "tst", "teq"))
    before = tuple(f"r{rng.randrange(0, 4) + 4 * i}" for i in range(len(letters) - 1))
    if not letters:
        yield (), None, 0
        return
    if letters in ("bg", "Pr"):
        for first in others(target, letters[0]):
            for second in others(target, "g") if letters == "bg" else ["r3"]:
                if not (first == "sp!" and second == "{r1}"):
                    yield (first, second), None, 0
        return
    for text in [f"r{n}" for n in (0, 5, 12)] if letters[-1] == "r" else others(target, letters[-1]):
        if not (shift and target == "thumb" and "," in text and mnemonic.startswith("mov")):
            yield (*before, text), None, 0
    for text, kind, values in numbered(target, letters[-1], mnemonic):
        for value in values:
            yield (*before, text), kind, value


@functools.cache
def _mine(target: str) -> tuple[list[Use], Batch, list[int]]:
    isa = isas.load(target)
    batch, rows = Batch(isa), uses(target)
    places = [
        batch.add(isa.lower(use.line()), (use.value,) if use.kind and use.kind.pc_relative else ())
        for use in rows
    ]
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    return rows, batch, places


# ---- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
def test_every_instruction_is_assembled_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    rows, batch, places = _mine(target)
    assert len(rows) > 400
    words, refused = gnu(target, [use.gnu(PC_BASE[target]) for use in rows], tmp_path)
    assert not {rows[i].gnu(PC_BASE[target]): why for i, why in refused.items()}
    wrong = [
        f"{use.gnu(PC_BASE[target])}: {batch.results[place]}, GNU as {word:08x}"
        for use, place, word in zip(rows, places, words, strict=True)
        if batch.word(place)
        not in (word, None if use.kind and use.value > (use.kind.asked_high or 1 << 40) else word)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("target", TARGETS)
def test_every_word_reads_back(target: str) -> None:
    """What capstone prints has the same numbers, for every format."""
    isa = isas.load(target)
    rows, batch, places = _mine(target)
    wrong = []
    for use, place in zip(rows, places, strict=True):
        lowered, word, address = isa.lower(use.line()), batch.word(place), batch.addresses[place]
        numbers = [
            use.kind.operand(use.value, address) if n is None and use.kind else n for n in lowered.numbers
        ]
        if word is not None and (
            read := readback.differs(isa, word, address, lowered.mnemonic, [n or 0 for n in numbers])
        ):
            wrong.append(f"{use}: {word:08x} {read}")
    assert not wrong, "\n".join(wrong)


# ---- holes ---------------------------------------------------------------------------------------------


def openable(target: str) -> list[Use]:
    """Each number that can be a hole, once for each format that has it; registers of ARM too."""
    found: list[Use] = []
    for mnemonic, formats in table(target).items():
        for letters in formats:
            before = tuple(f"r{4 * i + 1}" for i in range(len(letters) - 1))
            for text, kind, _ in numbered(target, letters[-1:], mnemonic)[:1] if letters else []:
                if not kind.as_offset:
                    found.append(Use(mnemonic, (*before, text), kind))
            written_once = len(letters) < max(map(len, formats))  # and stands twice
            if target == "arm" and letters[:1] == "r" and letters[-1] in "or" and before and not written_once:
                found.append(Use(mnemonic, ("r{}", *before[1:], "r3"), arm_formats.GPR))
                found.append(Use(mnemonic, (*before, "r{}"), arm_formats.GPR))
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_every_hole_encodes_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    """Each number of each format as a hole: discovered runs, filled with limits and random values."""
    isa, rng = isas.load(target), random.Random(target)
    batch, found = Batch(isa), openable(target)
    planned = [(use, holes.plan(isa.lower(use.line(hole=True)), batch)[0]) for use in found]
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    statements: list[tuple[Use, int]] = []
    for use, probes in planned:
        assert use.kind is not None
        failed = [
            batch.results[r].problem for _, r, *_ in (*probes.bits, *probes.verify) if batch.word(r) is None
        ]
        assert not failed, f"{use}: {failed[0]}"
        bits = Field(holes.discover(probes, use.kind, batch), use.kind.signed)
        rest = (batch.word(probes.rest) or 0) & ~bits.mask
        low, high, align = use.kind.low, use.kind.high, use.kind.align
        if use.kind == arm_formats.GPR:
            high = 12  # most instructions have rules of their own for sp and pc
        values = [low, high, high - align, *(rng.randrange(low, high + 1, align) for _ in range(3))]
        for value in dict.fromkeys(values):
            statements.append((Use(use.mnemonic, use.texts, use.kind, value), rest | encode(bits, value)))
    assert len({use.mnemonic for use, _ in statements}) > 35
    words, refused = gnu(target, [use.gnu(PC_BASE[target]) for use, _ in statements], tmp_path)
    assert not {statements[i][0].gnu(PC_BASE[target]): why for i, why in refused.items()}
    wrong = [
        f"{use.gnu(PC_BASE[target])}: {mine:08x}, GNU as {word:08x}"
        for (use, mine), word in zip(statements, words, strict=True)
        if mine != word
    ]
    assert not wrong, "\n".join(wrong)


def hole(target: str, text: str, compile_text: Callable[..., Compiled]) -> Field:
    """The field of the only hole of an instruction."""
    found = compile_text(f"target {target}\nstub s {{ param x; code {{ {text} }} }}")
    assert found.spec is not None, found.found
    [only] = found.spec.templates[0].variants[0].holes
    return only.field


THUMB_BRANCHES = [("b.w", 25, 2), ("bl", 25, 2), ("blx", 25, 4), ("bne.w", 21, 2)]


@pytest.mark.parametrize(("mnemonic", "bits", "align"), THUMB_BRANCHES)
def test_thumb_branches_over_their_whole_range(
    mnemonic: str, bits: int, align: int, compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    """Around each place where J1, J2 or the sign changes, and at random, against GNU as."""
    field = hole("thumb", f"{mnemonic} ${{x}}", compile_text)
    half, rng = 1 << (bits - 1), random.Random(mnemonic)
    edges = {sign * edge + step * align for sign in (1, -1) for edge in (half, half // 2, half // 4, 0)
             for step in range(-2, 3)}  # fmt: skip
    values = sorted(
        {v for v in edges if -half <= v < half} | {rng.randrange(-half, half, align) for _ in range(300)}
    )
    words, refused = gnu("thumb", [f"{mnemonic} .{value + 4:+}" for value in values], tmp_path)
    assert not refused
    fixed = words[0] & ~field.mask
    assert [f"{value:#x}: {fixed | encode(field, value):08x}" for value in values] == [
        f"{value:#x}: {word:08x}" for value, word in zip(values, words, strict=True)
    ]
    assert [decode([(field, 0)], [word], 32, True) for word in words] == values
    assert reach([field], 32) == Reach(-half, half - align, align)


@pytest.mark.parametrize(("mnemonic", "bits", "align"), THUMB_BRANCHES)
def test_one_step_beyond_a_thumb_branch_is_refused_by_gnu_as(
    mnemonic: str, bits: int, align: int, tmp_path: Path
) -> None:
    half = 1 << (bits - 1)
    beyond = [f"{mnemonic} .{value + 4:+}" for value in (-half - align, half)]
    assert set(gnu("thumb", beyond, tmp_path)[1]) == {0, 1}


REACHES = {
    ("arm", "b"): Reach(-0x2000000, 0x1FFFFFC, 4),
    ("arm", "bleq"): Reach(-0x2000000, 0x1FFFFFC, 4),
    ("arm", "blx"): Reach(-0x2000000, 0x1FFFFFE, 2),
    ("thumb", "bl"): Reach(-0x1000000, 0xFFFFFE, 2),
}


@pytest.mark.parametrize(("target", "mnemonic"), REACHES)
def test_how_far_branches_reach(target: str, mnemonic: str, compile_text: Callable[..., Compiled]) -> None:
    assert reach([hole(target, f"{mnemonic} ${{x}}", compile_text)], 32) == REACHES[target, mnemonic]


BL = Field(
    (Run(22, 11, 1, 24), Run(23, 13, 1, 24), Run(12, 16, 10), Run(24, 26, 1), Run(1, 0, 11)), signed=True
)


@given(st.integers(-(1 << 23), (1 << 23) - 1), st.integers(0, (1 << 32) - 1))
def test_a_thumb_branch_is_read_as_it_was_written(half: int, around: int) -> None:
    value = 2 * half
    word = encode(BL, value)
    assert word & ~BL.mask == 0
    assert decode([(BL, 0)], [word | around & ~BL.mask], 32, True) == value
    # The manual's own words (ARM ARM, A8.8.25): I1 = NOT(J1 EOR S), I2 = NOT(J2 EOR S).
    s, j1, j2 = (word >> at & 1 for at in (26, 13, 11))
    high = s << 24 | (j1 ^ s ^ 1) << 23 | (j2 ^ s ^ 1) << 22
    assert high | (word >> 16 & 0x3FF) << 12 | (word & 0x7FF) << 1 == value & 0x1FFFFFF


def test_a_field_of_a_thumb_branch_has_no_other_shape(compile_text: Callable[..., Compiled]) -> None:
    assert set(hole("thumb", "bl ${x}", compile_text).runs) == set(BL.runs)


# ---- what Keystone does to Thumb branches --------------------------------------------------------------


def test_keystone_takes_a_conditional_target_for_a_distance() -> None:
    """The defect that `misread` works around: if this fails, Keystone is mended."""
    with assembler_of(thumb.ISAS["thumb"]) as assembler:
        results = assembler.assemble([f"beq.w {BASE + 0x40:#x}"] * 2)
    assert [(r.code or b"").hex() for r in results] == ["f0008020", "f0008020"]


def test_keystone_refuses_the_end_of_a_branch() -> None:
    """The defect that `asked_high` works around: the last four bytes of the reach."""
    ends = [BASE + 4 + distance for distance in (0xFFFFFA, 0xFFFFFC, 0xFFFFFE)]
    with assembler_of(thumb.ISAS["thumb"]) as assembler:
        taken = [assembler.assemble([f"b.w {end:#x}"])[0].code is not None for end in ends]
    assert taken == [True, False, False]


def test_a_map_that_is_inverted_by_the_sign_must_be_declared() -> None:
    isa = thumb.ISAS["thumb"]
    lowered = isa.lower(Line("bl", (" ", (Affine("x"), AT)), AT))
    batch = Batch(isa)
    [probes] = holes.plan(lowered, batch)
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    with pytest.raises(holes.NotLinear):
        holes.discover(probes, replace(thumb.TARGET_LINK, inverts=False), batch)


GATED = [
    "mov r0, #5",
    "mov r0, r1 + r2",
    "ldr r0, [r1, #0x4",
    "ldr r0, =0x5",
    "b label",
    "vmov s0, s1",
    "mov r0,r1",
]


@pytest.mark.parametrize("statement", GATED)
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_else_reaches_keystone(target: str, statement: str) -> None:
    assert gate(statement, isas.load(target).operands)


# ---- limits --------------------------------------------------------------------------------------------


def _outside(target: str) -> list[Use]:
    found: list[Use] = []
    for mnemonic, formats in table(target).items():
        for letters in formats:
            before = tuple(f"r{4 * i + 1}" for i in range(len(letters) - 1))
            for text, kind, values in numbered(target, letters[-1:], mnemonic) if letters else []:
                beyond = (
                    [0x101, 0x12345]
                    if letters[-1] == "m"
                    else [min(values) - kind.align, max(values) + kind.align]
                )
                found += [Use(mnemonic, (*before, text), kind, v) for v in beyond if not kind.pc_relative]
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_one_step_beyond_a_limit_is_refused(target: str) -> None:
    isa: Isa = isas.load(target)
    for use in _outside(target):
        with pytest.raises(OperandError) as refused:
            isa.lower(use.line())
        assert refused.value.code == "immediate-range", use


@pytest.mark.parametrize("target", TARGETS)
def test_gnu_as_refuses_the_same(target: str, tmp_path: Path) -> None:
    """But where it writes another instruction."""
    rows = _outside(target)
    _, refused = gnu(target, [use.gnu(0) for use in rows], tmp_path)
    taken = {use.gnu(0) for i, use in enumerate(rows) if i not in refused}
    assert {(use.mnemonic, use.value) for use in rows if use.gnu(0) in taken} == RESPELLED[target]


# movw for mov, addw and subw for add and sub and for each other.
RESPELLED = {
    "arm": {("mov", 0x101)},
    "thumb": {("mov.w", 0x101), ("add.w", 0x101), ("sub.w", 0x101), ("addw", -1), ("subw", -1)},
}


@pytest.mark.parametrize("target", TARGETS)
def test_modified_immediates_are_those_that_gnu_as_knows(target: str, tmp_path: Path) -> None:
    """`teq` has no opposite: what GNU as takes for it is what there is."""
    rng = random.Random(5)
    every = DIALECTS[target].immediates.every()
    near = {value + step for value in rng.sample(every, 200) for step in (-1, 0, 1)}
    tried = sorted(value for value in near | set(rng.sample(every, 400)) if 0 <= value < 1 << 32)
    refused = gnu(target, [f"teq r1, #{value:#x}" for value in tried], tmp_path)[1]
    assert {hex(tried[i]) for i in refused} == {
        hex(v) for v in tried if not DIALECTS[target].immediates.holds(v)
    }
    assert len(every) == {"arm": 3073, "thumb": len(every)}[target]


LITERAL_REACH = [("arm", "ldr", 1023, 2), ("thumb", "ldr.w", 1023, 1)]


@pytest.mark.parametrize(("target", "mnemonic", "words", "base"), LITERAL_REACH)
@pytest.mark.parametrize("forward", [True, False])
def test_literals_at_the_limit(
    target: str, mnemonic: str, words: int, base: int, forward: bool, compile_text: Callable[..., Compiled]
) -> None:
    """A literal reaches 4095 bytes from the PC base, so 1023 words; one word further is refused."""
    for count, fits in ((words, True), (words + 1, False)):
        between = count - 1 + base if forward else count - base
        filling = "; raw ".join(["0"] * between)
        load = f"{mnemonic} r0, ${{&there}}"
        code = f"{load}\nraw {filling}\nthere: raw 7" if forward else f"there: raw {filling}\n{load}"
        found = compile_text(f"target {target}\nstub s {{ code {{ {code} }} }}")
        assert found.codes == ([] if fits else ["immediate-range"])
        if found.spec is not None:
            word = found.spec.templates[0].variants[0].words[0 if forward else -1].value
            up, down = {"arm": (0xE59F0FFC, 0xE51F0FFC), "thumb": (0xF8DF0FFC, 0xF85F0FFC)}[target]
            assert f"{word:08x}" == f"{up if forward else down:08x}"


# ---- words known by heart ------------------------------------------------------------------------------

OPTPROBE = """
    e24dd0ff sub sp, sp, #0xff | e88d7fff stmia sp, {r0 - r14} | e28d30ff add r3, sp, #0xff
    e58d3034 str r3, [sp, #52] | e10f4000 mrs r4, cpsr | e58d4040 str r4, [sp, #64] | e1a0100d mov r1, sp
    e59f0034 ldr r0, ${&val} | e59f2034 ldr r2, ${&call} | e20d4004 and r4, sp, #4 | e04dd004 sub sp, sp, r4
    e12fff32 blx r2 | e08dd004 add sp, sp, r4 | e59d1040 ldr r1, [sp, #64] | e3110020 tst r1, #0x20
    159d203c ldrne r2, [sp, #60] | 13822001 orrne r2, #1 | 158d203c strne r2, [sp, #60]
    e12ff001 msr cpsr_cxsf, r1 | e89dffff ldmia sp, {r0 - r15} | e1a00000 nop | e1a00000 nop
    00000000 val: raw 0 | 00000000 call: raw 0 | e89d7fff ldmia sp, {r0 - r14}
"""
BY_HEART = {
    "armv5": OPTPROBE,
    "armv4": "e1a0e00f mov lr, pc | e1a0f002 mov pc, r2 | e1a00000 nop | e1d210b4 ldrh r1, [r2, #4]",
    "arm": """
        e320f000 nop | e59ff038 ldr pc, [pc, #56] | e3010234 movw r0, #0x1234 | e3410234 movt r0, #0x1234
        ee110f10 mrc p15, 0, r0, c1, c0, 0 | ee070f95 mcr p15, 0, r0, c7, c5, 4 | e52d0004 push {r0}
        e8bd8001 pop {r0, pc} | f57ff04f dsb sy | e0010392 mul r1, r2, r3 | ef000010 svc #16
    """,
    "thumb": """
        f3af8000 nop.w | f8dff000 ldr.w pc, [pc, #0] | f8dff038 ldr.w pc, [pc, #56] | f2412034 movw r0, #0x1234
        f2c12034 movt r0, #0x1234 | e92d4001 push.w {r0, lr} | f84d0d04 push.w {r0} | ea4f0081 lsl.w r0, r1, #2
        ee110f10 mrc p15, 0, r0, c1, c0, 0 | 4770bf00 raw 0x4770bf00 "bx lr; nop"
    """,
}


@pytest.mark.parametrize("target", BY_HEART)
def test_words_known_by_heart(target: str, compile_text: Callable[..., Compiled]) -> None:
    pairs = [
        entry.split(None, 1) for entry in BY_HEART[target].replace("\n", "|").split("|") if entry.strip()
    ]
    code = "\n".join(text for _, text in pairs)
    found = compile_text(f"target {target}\nstub s {{ code {{\n{code}\n}} }}")
    assert found.spec is not None, found.found
    words = found.spec.templates[0].variants[0].words
    assert [f"{w.value:08x} {w.asm}" for w in words] == [
        f"{word} {w.asm}" for (word, _), w in zip(pairs, words, strict=True)
    ]


@pytest.mark.parametrize("value", [0, 56, 0xFFC])
def test_a_jump_through_a_table_with_a_hole(value: int, compile_text: Callable[..., Compiled]) -> None:
    for target, text, word in (("arm", "ldr", 0xE59FF000), ("thumb", "ldr.w", 0xF8DFF000)):
        field = hole(target, f"{text} pc, [pc, #${{x}}]", compile_text)
        assert reach([field], 32) == Reach(0, 0xFFC, 4)
        open_code = f'extern const X as "X"\nstub s {{ code {{ {text} pc, [pc, #${{X}}] }} }}'
        found = compile_text(f"target {target}\n{open_code}", {"X": value})
        assert found.spec is not None, found.found
        assert (
            found.spec.templates[0].variants[0].words[0].value == word | value == word | encode(field, value)
        )


# ---- versions ------------------------------------------------------------------------------------------

LACKS = [
    ("armv4", "blx r2"), ("armv4", "bx lr"), ("armv4", "movw r0, #1"), ("armv5", "movw r0, #1"),
    ("armv5", "movt r0, #1"), ("armv5", "dsb sy"), ("arm", "mov.w r0, r1"), ("thumb", "addeq.w r0, r0, r1"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "text"), LACKS)
def test_what_a_target_lacks(target: str, text: str, compile_text: Callable[..., Compiled]) -> None:
    assert compile_text(f"target {target}\nstub s {{ code {{ {text} }} }}").codes == ["not-this-target"]
    if target.startswith("armv"):
        assert compile_text(f"target arm\nstub s {{ code {{ {text} }} }}").codes == []


INVALID = [
    ("arm", "ldr r1, [r1], #4"), ("arm", "str r1, [r1, #4]!"), ("arm", "ldm r1!, {r0 - r3}"),
    ("arm", "stm r1!, {r0, r1}"), ("arm", "ldm pc, {r0, r1}"), ("arm", "ldr r1, [pc, #4]!"),
    ("arm", "blxeq ${x}"), ("thumb", "ldm.w r0, {r1, sp}"), ("thumb", "stm.w r0, {r1, pc}"),
    ("thumb", "pop.w {lr, pc}"), ("thumb", "ldm.w r0, {r1}"),
]  # fmt: skip


@pytest.mark.parametrize(("target", "text"), INVALID)
def test_unpredictable_forms_are_refused(
    target: str, text: str, compile_text: Callable[..., Compiled]
) -> None:
    param = "param x;" if "${x}" in text else ""
    assert compile_text(f"target {target}\nstub s {{ {param} code {{ {text} }} }}").codes == ["invalid-form"]


@pytest.mark.parametrize(
    "text", ["mov r0, r1", "nop", "and r0, r0, #1", "push {r0}", "b ${&here}", "pop {pc}"]
)
def test_a_narrow_instruction_is_refused(text: str, compile_text: Callable[..., Compiled]) -> None:
    [found] = compile_text(f"target thumb\nstub s {{ code {{ here: {text} }} }}").found
    assert found.code == "narrow-instruction"
    assert found.help.startswith(f"write `{text.split()[0]}.w`")


@pytest.mark.parametrize("text", ["bx lr", "svc #1", "uxth r0, r1", "cbz r0, #4"])
def test_a_narrow_instruction_of_no_table_is_refused(
    text: str, compile_text: Callable[..., Compiled]
) -> None:
    [found] = compile_text(f"target thumb\nstub s {{ code {{ {text} }} }}").found
    assert found.code in ("assembler-rejects", "bad-operand")
    assert "wide" in found.help or found.code == "bad-operand"


# ---- read-back -----------------------------------------------------------------------------------------

WRITTEN = "add r0, r1, r2"
MISREAD = [
    ("add r0, r1, r2", 0xE0810003), ("add r0, r1, r2", 0xE2810002), ("add r0, r1, r2", 0xE0910002),
    ("addeq r0, r1, r2", 0x10810002), ("ldr r0, [r1, #4]", 0xE4910004), ("ldr r0, [r1, #4]", 0xE5B10004),
    ("ldr r0, [r1, #4]", 0xE5110004), ("ldr r0, [r1, r2]", 0xE7110002), ("stm sp, {r0, r1}", 0xE8AD0003),
    ("stm sp, {r0, r1}", 0xE88D0001), ("push {r0, r1}", 0xE92D0005), ("push {r0}", 0xE92D0001),
    ("mov r0, r1, lsl #2", 0xE1A00181), ("mov r0, r1, lsl #2", 0xE1A00121), ("msr cpsr_cxsf, r1", 0xE128F001),
    ("mrs r0, cpsr", 0xE14F0000), ("ldr r0, [r1, #0]", 0xE5110000), ("mrc p15, 0, r0, c1, c0, 0", 0xEE110E10),
]  # fmt: skip


@pytest.mark.parametrize(("text", "word"), MISREAD)
def test_a_word_that_is_another_instruction_is_noticed(text: str, word: int) -> None:
    isa = arm.ISAS["arm"]
    mnemonic, _, operands = text.partition(" ")
    lowered = isa.lower(Line(mnemonic, (" " + operands,), AT))
    numbers = [n for n in lowered.numbers if n is not None]
    assert readback.differs(isa, word, 0, lowered.mnemonic, numbers)
    batch = Batch(isa)
    place = batch.add(lowered, ())
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    assert readback.differs(isa, batch.word(place) or 0, 0, lowered.mnemonic, numbers) is None


# ---- bytes ---------------------------------------------------------------------------------------------

IN_MEMORY: list[tuple[str, str, ByteOrder, str]] = [
    ("arm", "insn", "little", "44332211"),
    ("arm", "insn", "be8", "44332211"),
    ("arm", "insn", "big", "11223344"),
    ("arm", "data", "little", "44332211"),
    ("arm", "data", "be8", "11223344"),
    ("thumb", "insn", "little", "22114433"),
    ("thumb", "insn", "be8", "22114433"),
    ("thumb", "insn", "big", "11223344"),
    ("thumb", "data", "little", "44332211"),
    ("thumb", "data", "be8", "11223344"),
    ("ppc64", "prefix", "little", "44332211"),
    ("ppc64", "suffix", "big", "11223344"),
]


@pytest.mark.parametrize(("target", "kind", "order", "expected"), IN_MEMORY)
def test_a_word_in_memory(target: str, kind: str, order: ByteOrder, expected: str) -> None:
    assert to_memory(0x11223344, target, kind, order).hex() == expected
    assert from_memory(bytes.fromhex(expected), target, kind, order) == 0x11223344


def test_which_orders_a_target_has() -> None:
    assert {target: " ".join(s for _, s in orders(target)) for target in isas.MODULES} == {
        "arm": "le be8", "arm64": "le be", "armv4": "le be", "armv5": "le be be8",
        "ppc32": "le be", "ppc64": "le be", "riscv32": "le", "riscv64": "le", "thumb": "le be8", "x86_32": "le",
        "x86_64": "le",
    }  # fmt: skip


@pytest.mark.parametrize(("target", "code"), [("arm", "movw r0, #0x1234"), ("thumb", "movw r0, #0x1234")])
def test_blobs_are_what_gnu_as_and_ld_make(
    target: str, code: str, compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    """The linker turns the assembler's big-endian code into be8: instructions are swapped, data is not."""
    text = "layout l { code jump size 4; word magic = 0x11223344 }"
    found = compile_text(f"target {target}\n{text}\nstub s in l.jump {{ code {{ {code} }} }}")
    assert found.spec is not None, found.found
    files, _ = blobs(found.spec)
    need(f"{PREFIX}as", f"{PREFIX}ld", f"{PREFIX}objcopy")
    isa = isas.load(target)
    source = [*isa.gnu_as_head, ".global _start", "_start:", code, ".word 0x11223344", ""]
    (tmp_path / "c.s").write_text("\n".join(source))
    for flags, link, suffix in ((["-EL"], ["-EL"], "le"), (["-EB"], ["-EB", "--be8"], "be8")):
        for command in (
            [f"{PREFIX}as", *isa.gnu_as, *flags, "-o", "c.o", "c.s"],
            [f"{PREFIX}ld", *link, "-o", "c.elf", "c.o"],
            [f"{PREFIX}objcopy", "-O", "binary", "-j", ".text", "c.elf", "c.bin"],
        ):
            subprocess.run(command, cwd=tmp_path, check=True)
        assert files[f"spec.s.{suffix}.bin"].hex() == (tmp_path / "c.bin").read_bytes().hex()


# ---- replaced while it runs ----------------------------------------------------------------------------

REPLACEABLE = {
    "arm": "eafffffe 0a000000 ebfffffe 1b000000 e320f000 0320f000 e1200070 ef000000 e1400070 e1600070",
    "thumb": "f000b81e f000f81e f000e820 f0008020 bf00bf00 e7febe00 df00d0fe",
    "ppc64": "48000000 60000000 7fe00008 7d821008 e8410018",
}
LEFT_ALONE = {
    "arm": "07f001f8 e7f001f9 fafffffe fb000000 e1a00000 e12fff32 e59ff038 e3a00001 f1200070 e12fff1e",
    "thumb": "f3af8000 f8dff038 f7f0a018 de18bf00 bf004770 df00de00 f2412034 e92d4001 f3bf8f4f",
    "ppc64": "04100000 06000000",
}


@pytest.mark.parametrize("target", REPLACEABLE)
def test_what_may_be_replaced_while_it_runs(target: str) -> None:
    isa = isas.load(target)
    assert [word for word in REPLACEABLE[target].split() if not isa.replaceable(int(word, 16))] == []
    assert [word for word in LEFT_ALONE[target].split() if isa.replaceable(int(word, 16))] == []


# ---- a second opinion ----------------------------------------------------------------------------------

CODE = {
    "arm": """
        again: movw r0, #${x@l}; movt r0, #${(x + 8)@h}; add r${r}, r1, #${i}; ldr r2, [r3, #${A}]
        ldr r4, ${&again}; bne ${there}; bl ${&again}; nop
    """,
    "thumb": """
        again: movw r0, #${x@l}; movt r0, #${(x + 8)@h}; add.w r2, r1, #${i}; ldr.w r2, [r3, #${A}]
        ldr.w r4, ${&again}; bne.w ${near}; bl ${there}; b.w ${&again}; raw 0x4770bf00 "bx lr; nop"
    """,
}


@pytest.mark.parametrize("target", CODE)
def test_gnu_as_agrees_on_labels_holes_and_symbols(
    target: str, compile_text: Callable[..., Compiled]
) -> None:
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    params = "param x; param there; param i; param y" + (
        "; param r in 0..12" if target == "arm" else "; param near"
    )
    code = CODE[target] + ("\nmovw r7, #${(x + 8)@l}; movw r8, #${y@l}; movt r8, #${y@h}; movt r0, #${x@h}")
    text = f'target {target}\nextern const A as "A"\nstub s {{ {params}\ncode {{ {code} }} }}'
    found = compile_text(text)
    assert found.spec is not None, found.found
    report = Report()
    compare(found.spec, PREFIX, report)
    assert [d.message for d in report.found] == []
    other = compile_text(f'target {target}\nstub s {{ code {{ raw 0xe3a00001 "mrs r1, cpsr" }} }}')
    assert other.spec is not None
    compare(other.spec, PREFIX, report)
    assert [d.code for d in report.found] == ["gnu-as-differs"]
