"""Every instruction of the A64 tables against GNU as, word for word: literals, holes, limits, pages, hints."""

from __future__ import annotations

import functools
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Compiled, assembler_of, need
from trampgen import isa as isas
from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import BASE
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Report
from trampgen.fields.arith import decode, encode
from trampgen.fields.reach import reach
from trampgen.isa import arm64, arm64_formats
from trampgen.isa.arm64_formats import (
    HINTS,
    KINDS,
    PAIRED,
    SCALED,
    UNSCALED,
    W,
    X,
)
from trampgen.isa.base import Line, OperandKind
from trampgen.model.field import Field, Reach
from trampgen.model.memory import from_memory, orders, to_memory
from trampgen.model.source import Span
from trampgen.model.values import Affine, Relocated, Value

AT = Span("spec.tramp", 1, 1, 1, 2)
PREFIX = "aarch64-linux-gnu-"
ISA = isas.load("arm64")


@dataclass(frozen=True)
class Use:
    """An instruction with text for each operand; `{}` is where the number of `kind` goes."""

    mnemonic: str
    texts: tuple[str, ...]
    kind: OperandKind | None = None
    value: int = 0

    @property
    def gnu(self) -> str:
        number = str(self.value)
        if self.kind is not None and self.kind.pc_relative:
            number = f".{self.value:+}"
        return f"{self.mnemonic} {', '.join(self.texts)}".replace("{}", number).strip()

    def line(self, hole: bool = False) -> Line:
        """The statement for us, its number written or left open; a PC-relative one is always open."""
        text = " " + ", ".join(self.texts)
        if self.kind is None or not (hole or self.kind.pc_relative):
            return Line(self.mnemonic, (text.replace("{}", str(self.value)),), AT)
        open_value: Value = Relocated(Affine("x"), "pg_hi21") if self.kind.page else Affine("x")
        before, _, after = text.partition("{}")
        return Line(self.mnemonic, (before, (open_value, AT), after), AT)


def gnu(statements: Sequence[str], folder: Path) -> tuple[list[int], dict[int, str]]:
    """The words that GNU as makes; or no words, and for each line that it refuses why."""
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    (folder / "code.s").write_text("\n".join(statements) + "\n")
    command = [f"{PREFIX}as", *ISA.gnu_as, "-o", "code.o", "code.s"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    errors = re.findall(r"^code\.s:(\d+): Error: (.*)$", done.stderr, re.MULTILINE)
    if errors:
        return [], {int(line) - 1: why for line, why in errors}
    assert done.returncode == 0, done.stderr
    copy = [f"{PREFIX}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"]
    subprocess.run(copy, cwd=folder, check=True)
    data = (folder / "code.bin").read_bytes()
    return [from_memory(data[i : i + 4], "arm64", "insn", "little") for i in range(0, len(data), 4)], {}


# ---- words ---------------------------------------------------------------------------------------------

NAMES = {"y": ["sy", "ish", "ishst", "oshld", "ld"], "t": ["c", "j", "jc"]}
LOGICAL = ["0xff", "0x7ffffff8", "0xf0f0f0f0", "0x80000001", "0x55555555", "1"]
LOGICAL_WIDE = ["-4096", "0xff00ff00ff00ff00", "0x8000000000000001", "0x3ffffffffffffffc"]


def sizes(mnemonic: str, wide: bool) -> int:
    return arm64_formats.moved(mnemonic, wide)


def numbered(letter: str, mnemonic: str, wide: bool) -> list[tuple[str, OperandKind]]:
    """The texts of an operand that has a number in it, and its kind."""
    size = sizes(mnemonic, wide)
    if letter == "m":
        shifts = ["", ", lsl #16", ", lsl #32", ", lsl #48"][: 4 if wide else 2]
        return [(f"#{{}}{shift}", KINDS["m"]) for shift in shifts]
    if letter == "i":
        return [("#{}", KINDS["i"]), ("#{}, lsl #12", KINDS["i"])]
    if letter == "a":
        return [("[x9, #{}]", SCALED[size]), ("[sp, #{}]!", UNSCALED), ("[x10], #{}", UNSCALED)]
    if letter == "p":
        return [(text, PAIRED[size]) for text in ("[x9, #{}]", "[sp, #{}]!", "[x10], #{}")]
    if letter == "u":
        return [("[x9, #{}]", UNSCALED)]
    if letter in "LCTAcq":
        return [("#{}" if letter == "q" else "{}", KINDS[letter])]
    return []


def values(kind: OperandKind, rng: random.Random) -> list[int]:
    drawn = [rng.randrange(kind.low, kind.high + 1, kind.align) for _ in range(4)]
    return [kind.low, kind.high, kind.low + kind.align, kind.high - kind.align, 0, *drawn]


def others(letter: str, mnemonic: str, wide: bool) -> list[str]:
    """Texts of an operand without a number that could be open."""
    r = "x" if wide else "w"
    plain = {
        "r": [f"{r}3", f"{r}30", f"{r}zr"],
        "x": ["x3", "x30"],
        "w": ["w3"],
        "s": ["sp" if wide else "wsp", f"{r}7"],
        "o": [f"{r}3", f"{r}11, lsl #3", f"{r}11, lsl #0"]
        + ([f"{r}12, asr #31"] if "sp" not in mnemonic else []),
        "a": ["[x4]", "[sp]", "[x4, x5]"],
        "p": ["[x4]", "[sp]"],
        "u": ["[x4]"],
        "l": LOGICAL[1:2] + LOGICAL[:1] + (LOGICAL_WIDE if wide else LOGICAL),
        "v": ["#0", "#5", "#-1", "#-2", "#0x12340000", "#0x3ffc0"],
        "S": list(arm64_formats.system_registers()),
        "n": {"hint": ["#0", "#45", "#127"], "tbz": ["#0", "#31"], "tbnz": ["#5"], "msr": ["#0", "#2"]}.get(
            mnemonic, []
        ),
        **NAMES,
    }
    found = [f"#{text}" for text in plain["l"]] if letter == "l" else plain.get(letter, [])
    if mnemonic in ("tbz", "tbnz") and letter == "n" and wide:
        found = [*found, "#63", "#32"]
    if letter == "y" and mnemonic == "isb":
        return ["sy"]
    return ["csync"] if mnemonic in ("psb", "tsb") else found


def uses() -> list[Use]:
    """Every format of every mnemonic in both widths: limits of its number, values between, every other operand."""
    rng, found = random.Random("arm64"), list[Use]()
    for mnemonic, formats in arm64_formats.formats().items():
        for letters in formats:
            for wide in (True, False):
                found += _filled(mnemonic, letters, wide, rng)
    return list(dict.fromkeys(found))


def _filled(mnemonic: str, letters: str, wide: bool, rng: random.Random) -> Iterator[Use]:
    if not letters:
        yield Use(mnemonic, ())
        return
    if mnemonic == "udf" and not wide:
        return
    before: tuple[str, ...] = ()
    for place, letter in enumerate(letters[:-1]):
        if letter == "S":
            before = ("daifset",) if letters == "Sn" else ("tpidr_el1",)
            continue
        if letter == "n":
            before += (f"#{rng.randrange(32)}",)
            continue
        number = rng.randrange(4) + 4 * place
        width = "x" if letter == "x" or (wide and letter != "w") else "w"
        before += (f"{width}{number}",)
    if letters == "sso":
        before = ("x1" if wide else "w1", "sp" if wide else "wsp")
    for text in others(letters[-1], mnemonic, wide):
        extended = letters in ("sso", "rso", "so") and "asr" in text
        if letters == "Sx":
            for name in ("tpidr_el0", "daif", "nzcv", "vbar_el1", "pan"):
                yield Use(mnemonic, (name, text))
        elif letters == "ss":
            yield Use(mnemonic, (text, "x4" if wide else "w4"))
            yield Use(mnemonic, ("x4" if wide else "w4", text))
        elif letters == "rso":
            yield from () if extended else [Use(mnemonic, (*before[:1], "sp" if wide else "wsp", text))]
        elif letters == "so" and mnemonic in ("cmp", "cmn"):
            yield from () if extended else [Use(mnemonic, ("sp" if wide else "wsp", text))]
        elif not extended:
            yield Use(mnemonic, (*before, text))
    for text, kind in numbered(letters[-1], mnemonic, wide):
        for value in values(kind, rng):
            yield Use(mnemonic, (*before, text), kind, value)


@functools.cache
def _mine() -> tuple[list[Use], Batch, list[int]]:
    batch, rows = Batch(ISA), uses()
    places = [
        batch.add(ISA.lower(use.line()), (use.value,) if use.kind and use.kind.pc_relative else ())
        for use in rows
    ]
    with assembler_of(ISA) as assembler:
        batch.run(assembler)
    return rows, batch, places


def test_every_instruction_is_assembled_as_gnu_as_does(tmp_path: Path) -> None:
    rows, batch, places = _mine()
    assert len(rows) > 1000
    words, refused = gnu([use.gnu for use in rows], tmp_path)
    assert not {rows[i].gnu: why for i, why in refused.items()}
    wrong = [
        f"{use.gnu}: {batch.results[place]}, GNU as {word:08x}"
        for use, place, word in zip(rows, places, words, strict=True)
        if batch.word(place) != word
    ]
    assert not wrong, "\n".join(wrong)


def test_every_word_reads_back() -> None:
    """What capstone prints is the same instruction, for every format."""
    rows, batch, places = _mine()
    wrong = []
    for use, place in zip(rows, places, strict=True):
        lowered, word, address = ISA.lower(use.line()), batch.word(place), batch.addresses[place]
        assert word is not None, use
        numbers = [
            use.kind.operand(use.value, address) if n is None and use.kind else n for n in lowered.numbers
        ]
        read = readback.differs(ISA, word, address, lowered.mnemonic, [n or 0 for n in numbers])
        if read is not None:
            wrong.append(f"{use}: {word:08x} {read}")
    assert not wrong, "\n".join(wrong)


# ---- holes ---------------------------------------------------------------------------------------------


def openable() -> list[Use]:
    """Each number that can be a hole, once for each format and width that has it, and registers."""
    found: list[Use] = []
    for mnemonic, formats in arm64_formats.formats().items():
        for letters in (letters for letters in formats if letters):
            for wide in (True, False):
                rng = random.Random(f"{mnemonic} {letters}")
                filled = [use for use in _filled(mnemonic, letters, wide, rng) if use.kind is not None]
                for text in dict.fromkeys(use.texts for use in filled):
                    found.append(next(use for use in filled if use.texts == text))
    for order in ("{0}{{}}, {0}1", "{0}1, {0}{{}}"):
        for width, kind in (("x", X), ("w", W)):
            texts = tuple(order.format(width).split(", "))
            found += [Use(name, texts, kind) for name in ("mov", "mvn", "cmp", "tst", "neg")]
            found += [Use(name, (*texts, f"{width}3"), kind) for name in ("add", "sub", "and", "orr", "eor")]
            found += [Use("ldr", (f"{width}{{}}", "[x1]"), kind), Use("movz", (f"{width}{{}}", "#7"), kind)]
    found += [Use(name, ("x{}",), X) for name in ("br", "blr", "ret")]
    return list(dict.fromkeys(Use(use.mnemonic, use.texts, use.kind) for use in found))


def test_every_hole_encodes_as_gnu_as_does(tmp_path: Path) -> None:
    """Each number of each format as a hole: discovered runs, filled with limits and random values."""
    rng, batch, found = random.Random("holes"), Batch(ISA), openable()
    planned = [(use, holes.plan(ISA.lower(use.line(hole=True)), batch)[0]) for use in found]
    with assembler_of(ISA) as assembler:
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
        kind = use.kind
        drawn = values(kind, rng) if kind not in (X, W) else [0, 17, 30]
        for value in dict.fromkeys(drawn):
            statements.append((Use(use.mnemonic, use.texts, kind, value), rest | encode(bits, value)))
    assert len({use.mnemonic for use, _ in statements}) > 60
    words, refused = gnu([use.gnu for use, _ in statements], tmp_path)
    assert not {statements[i][0].gnu: why for i, why in refused.items()}
    wrong = [
        f"{use.gnu}: {mine:08x}, GNU as {word:08x}"
        for (use, mine), word in zip(statements, words, strict=True)
        if mine != word
    ]
    assert not wrong, "\n".join(wrong)


def hole(text: str, compile_text: Callable[..., Compiled]) -> Field:
    """The field of the only hole of an instruction."""
    found = compile_text(f"target arm64\nstub s {{ param x; code {{ {text} }} }}")
    assert found.spec is not None, found.found
    [only] = found.spec.templates[0].variants[0].holes
    return only.field


BRANCHES = [
    ("b", "b", 28, 4), ("bl", "bl", 28, 4), ("b.ne", "b.ne", 21, 4), ("cbz", "cbz x3,", 21, 4),
    ("tbnz", "tbnz w3, #7,", 16, 4), ("adr", "adr x3,", 21, 1), ("ldr", "ldr x3,", 21, 4),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bits", "align"), [branch[1:] for branch in BRANCHES], ids=[b[0] for b in BRANCHES]
)
def test_distances_over_their_whole_range(
    text: str, bits: int, align: int, compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    """At both ends, around zero and at random, against GNU as; one step beyond it refuses."""
    field = hole(f"{text} ${{x}}", compile_text)
    half, rng = 1 << (bits - 1), random.Random(text)
    edges = {
        sign * edge + step * align
        for sign in (1, -1)
        for edge in (half, half // 2, 0)
        for step in range(-2, 3)
    }
    values = sorted(
        {v for v in edges if -half <= v < half} | {rng.randrange(-half, half, align) for _ in range(200)}
    )
    words, refused = gnu([f"{text} .{value:+}" for value in values], tmp_path)
    assert not refused
    fixed = words[0] & ~field.mask
    assert [f"{value:#x}: {fixed | encode(field, value):08x}" for value in values] == [
        f"{value:#x}: {word:08x}" for value, word in zip(values, words, strict=True)
    ]
    assert [decode([(field, 0)], [word], 64, True) for word in words] == values
    assert reach([field], 64) == Reach(-half, half - align, align)
    assert set(gnu([f"{text} .{value:+}" for value in (-half - align, half)], tmp_path)[1]) == {0, 1}


RANGES = {
    "add x1, x2, #${x}": (0, 4095, 1), "movz x1, #${x}": (0, 65535, 1), "brk #${x}": (0, 65535, 1),
    "ldr x1, [x2, #${x}]": (0, 32760, 8), "ldr w1, [x2, #${x}]": (0, 16380, 4), "strb w1, [x2, #${x}]": (0, 4095, 1),
    "ldrh w1, [x2, #${x}]": (0, 8190, 2), "ldr x1, [x2], #${x}": (-256, 255, 1),
    "stp x1, x3, [x2, #${x}]": (-512, 504, 8), "ldp w1, w3, [x2, #${x}]!": (-256, 252, 4),
    "ldur x1, [x2, #${x}]": (-256, 255, 1),
}  # fmt: skip


@pytest.mark.parametrize("text", RANGES)
def test_one_step_beyond_an_immediate_is_refused_by_gnu_as(
    text: str, compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    low, high, align = RANGES[text]
    found = reach([hole(text, compile_text)], 64)
    assert found == Reach(low, high, align)
    assert not gnu([text.replace("${x}", str(value)) for value in (low, high)], tmp_path)[1]
    beyond = [low - 512 * align, high + 4096 * align]
    if text.startswith(("ldr", "strb", "ldrh")) and "]," not in text:
        beyond = beyond[1:]  # below they take it for the unscaled instruction
    statements = [text.replace("${x}", str(value)) for value in beyond if not text.startswith("add")]
    assert len(gnu(statements, tmp_path)[1]) == len(statements)


# ---- hints and what Keystone lacks ---------------------------------------------------------------------


def test_hints_by_their_names(compile_text: Callable[..., Compiled], tmp_path: Path) -> None:
    names = list(HINTS)
    spec = compile_text("target arm64\nstub s { code {\n" + "\n".join(names) + "\n} }").spec
    assert spec is not None
    mine = [word.value for word in spec.templates[0].variants[0].words]
    known = [name for name in names if name != "dgh"]  # of a later version than this assembler's
    words, refused = gnu(known, tmp_path)
    assert not refused
    assert [word for name, word in zip(names, mine, strict=True) if name != "dgh"] == words
    assert mine == [0xD503201F | number << 5 for number in HINTS.values()]


def test_own_words_where_keystone_is_wrong(tmp_path: Path) -> None:
    """adr anywhere, and udf: against GNU as; Keystone's own adr is another distance."""
    rng = random.Random("own")
    drawn = [-(1 << 20), (1 << 20) - 1, 0, *(rng.randrange(-(1 << 20), 1 << 20) for _ in range(50))]
    words, refused = gnu([f"adr x7, .{value:+}" for value in drawn], tmp_path)
    assert not refused
    for address in (BASE, BASE + 0x12344, BASE + 0xFFC):
        assert [arm64.own_word(f"adr x7, {address + value:#x}", address) for value in drawn] == words
    assert gnu(["udf #0", "udf #24", "udf #65535"], tmp_path)[0] == [
        arm64.own_word(f"udf #{n:#x}", 0) for n in (0, 24, 65535)
    ]
    assert arm64.own_word("add x1, x2, #0x1", 0) is None


# ---- what is refused -----------------------------------------------------------------------------------


WRONG = {
    "invalid-form": [
        "ldr x1, [x1], #8", "ldp x1, x1, [x2]", "stp x1, x2, [x2, #16]!",
    ],
    "immediate-range": [
        "movz w1, #1, lsl #32", "add x1, x2, #4096", "add x1, x2, #-1", "ldr x1, [x2, #-8]",
        "ldr x1, [x2, #4]", "ldr x1, [x2, #32768]", "and x1, x2, #5", "and w1, w2, #-1",
        "mov x1, #0x12345", "tbz w1, #32, ${x}", "hint #128",
    ],
    "bad-operand": [
        "mov w1, x2", "strb x1, [x2]", "br w1", "mrs x0, foo_el9", "ldr x1, [w2]", "add x1, x2, 8",
        "ldr x1, 8(x2)", "add x1, x2, :lo12:x", "b 0x1000", "adrp x1, ${4096@pg_hi21}", "dmb foo",
    ],
    "not-this-target": [
        "beq ${x}",
    ],
    "operand-form": [
        "nop x1",
    ],
    "operator-operand": [
        "movk x1, #${x@abs_g1}, lsl #32", "movn x1, #${x@abs_g0}", "adrp x1, ${x}",
        "adr x1, ${x@pg_hi21}", "add x1, x2, #${x@abs_g0}",
    ],
    "label-operand": [
        "adrp x1, ${&here}",
    ],
    "open-operand": [
        "mov x1, #${x}",
    ],
    "assembler-rejects": [
        "sb", "casal x1, x2, [x3]",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), [(text, code) for code, texts in WRONG.items() for text in texts])
def test_what_is_wrong_is_said(text: str, code: str, compile_text: Callable[..., Compiled]) -> None:
    used = "b ${x}; " if "${x" not in text else ""
    found = compile_text(f"target arm64\nstub s {{ param x; code {{ here: {used}{text} }} }}")
    assert code in found.codes, found.codes


UNKNOWN = [
    "add x1, x2, x3", "mul x1, x2, x3", "csel x0, x1, x2, eq", "ldxr x0, [x1]", "dc cvau, x0",
    "ic ivau, x0", "tlbi vmalle1is", "cset x0, ne", "ubfx x1, x2, #3, #4",
    "ldr x1, [x2, w3, uxtw #3]", "prfm pldl1keep, [x0]", "lsl x1, x2, #3", "eret", "udf #0",
]  # fmt: skip


@pytest.mark.parametrize("text", UNKNOWN)
def test_instructions_beyond_the_tables(
    text: str, compile_text: Callable[..., Compiled], tmp_path: Path
) -> None:
    spec = compile_text(f"target arm64\nstub s {{ code {{ {text} }} }}").spec
    assert spec is not None
    words, refused = gnu([text], tmp_path)
    assert not refused
    assert [word.value for word in spec.templates[0].variants[0].words] == words


# ---- what may be replaced ------------------------------------------------------------------------------

FREE = "b .+8; bl .-8; nop; brk #4; svc #0; hvc #1; smc #2; isb"
NOT_FREE = "b.eq .+8; br x1; blr x1; ret; hlt #4; add x0, x0, #1; yield; bti c; dsb sy; udf #0; cbz x0, .+8; adrp x0, ."


def test_what_may_be_replaced_while_it_runs(tmp_path: Path) -> None:
    words, refused = gnu(FREE.split("; "), tmp_path)
    assert not refused
    assert all(map(arm64.replaceable, words)), [f"{word:08x}" for word in words]
    words, refused = gnu(NOT_FREE.split("; "), tmp_path)
    assert not refused
    assert not any(map(arm64.replaceable, words))


# ---- memory, and a second opinion ----------------------------------------------------------------------


def test_instructions_are_little_endian_in_every_order() -> None:
    assert orders("arm64") == (("little", "le"), ("be8", "be"))
    assert to_memory(0xD503201F, "arm64", "insn", "be8") == bytes.fromhex("1f2003d5")
    assert to_memory(0x11223344, "arm64", "data", "be8") == bytes.fromhex("11223344")
    assert to_memory(0x11223344, "arm64", "data", "little") == bytes.fromhex("44332211")


SECOND = """
target arm64
stub s {
    param dst, near: branch
    param far
    param n in 0..30
    code {
    start:
        adrp x16, ${dst@pg_hi21}
        add  x16, x16, #${(dst + 8)@lo12}
        ldr  x17, [x16, #${dst@lo12}]
        movz x${n}, #${far@abs_g0}
        movk x${n}, #${far@abs_g3}, lsl #48
        movk x${n}, #${far@abs_g2}, lsl #32
        movk x${n}, #${far@abs_g1}, lsl #16
        tbz  x3, #40, ${&start}
        bl   ${near}
        bti  jc
        ldr  w0, ${&lit}
        raw  0xd50330ff "sb"
        ret
        literal lit: u32
    }
}
"""


def test_gnu_as_agrees_with_a_whole_spec(compile_text: Callable[..., Compiled]) -> None:
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    spec = compile_text(SECOND.replace("(dst + 8)", "dst")).spec
    assert spec is not None
    report = Report()
    compare(spec, PREFIX, report)
    assert [one.message for one in report.found] == []


def test_gnu_as_disagrees_where_the_text_is_wrong(compile_text: Callable[..., Compiled]) -> None:
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    spec = compile_text('target arm64\nstub s { code { raw 0xd50330ff "isb"; ret } }').spec
    assert spec is not None
    report = Report()
    compare(spec, PREFIX, report)
    assert [one.code for one in report.found] == ["gnu-as-differs"]
