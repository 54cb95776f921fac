"""Every instruction of the powerpc tables against GNU as, word for word: literals, holes, limits, slices."""

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
from trampgen.assemble import holes
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import BASE
from trampgen.fields.arith import encode
from trampgen.isa import ppc
from trampgen.isa.base import Isa, Line, OperandError, OperandKind
from trampgen.model.field import Field
from trampgen.model.source import Span
from trampgen.model.values import Affine, Relocated

AT = Span("spec.tramp", 1, 1, 1, 2)
PREFIX = {"ppc64": "powerpc64-linux-gnu-", "ppc32": "powerpc-linux-gnu-"}
TARGETS = list(PREFIX)

# A bit for GNU as alone: `mtcrf` of one field becomes `mtocrf` where the CPU has it (Power ISA, Book I, 3.3.17).
ONE_FIELD = 1 << 20


@dataclass(frozen=True)
class Use:
    """One mnemonic with one of its operand lists and a number for each operand."""

    mnemonic: str
    kinds: tuple[OperandKind, ...]
    values: tuple[int, ...]

    def gnu(self) -> str:
        """The statement for GNU as: bare register numbers, targets relative to here."""
        return f"{self.mnemonic} {', '.join(self._operands(lambda i: self._bare(i)))}"

    def line(self, hole: int | None = None) -> Line:
        """The statement for us; one operand may be a hole. PC-relative operands are always holes."""
        parts: list[str | tuple[Affine, Span]] = []
        for text in self._operands(lambda i: self._ours(i, i == hole)):
            parts.append(", " if parts else "")
            for piece in re.split("(<[a-z]+>)", text):
                parts.append((Affine(piece[1:-1]), AT) if piece.startswith("<") else piece)
        return Line(self.mnemonic, tuple(parts), AT)

    def open_values(self, hole: int | None = None) -> tuple[int, ...]:
        """The numbers of the operands that `line` leaves open."""
        return tuple(
            v
            for i, (k, v) in enumerate(zip(self.kinds, self.values, strict=True))
            if k.pc_relative or i == hole
        )

    def _operands(self, text: Callable[[int], str]) -> Iterator[str]:
        index = 0
        while index < len(self.kinds):
            if self.kinds[index] in (ppc.D, ppc.DS):
                yield f"{text(index)}({text(index + 1)})"
                index += 1
            else:
                yield text(index)
            index += 1

    def _bare(self, index: int) -> str:
        value = self.values[index]
        return f".{value:+}" if self.kinds[index].pc_relative else str(value)

    def _ours(self, index: int, hole: bool) -> str:
        kind, value = self.kinds[index], self.values[index]
        prefix = "r" if kind in (ppc.GPR, ppc.BASE) else "cr" if kind == ppc.BF and not hole else ""
        return prefix + ("<hole>" if hole else "<there>" if kind.pc_relative else str(value))


def gnu(target: str, statements: Sequence[str], folder: Path) -> tuple[list[int], dict[int, str]]:
    """The words that GNU as makes; or no words, and for each line that it refuses why."""
    isa, prefix = ppc.ISAS[target], PREFIX[target]
    need(f"{prefix}as", f"{prefix}objcopy")
    (folder / "code.s").write_text("\n".join(statements) + "\n")
    command = [f"{prefix}as", *isa.gnu_as, "-o", "code.o", "code.s"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    errors = re.findall(r"^code\.s:(\d+): Error: (.*)$", done.stderr, re.MULTILINE)
    if errors:
        return [], {int(line) - 1: why for line, why in errors}
    assert done.returncode == 0, done.stderr
    copy = [f"{prefix}objcopy", "-O", "binary", "-j", ".text", "code.o", "code.bin"]
    subprocess.run(copy, cwd=folder, check=True)
    data = (folder / "code.bin").read_bytes()
    return [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)], {}


def known(target: str) -> list[tuple[str, tuple[OperandKind, ...]]]:
    """Every mnemonic with every operand list that the target takes."""
    rows: list[tuple[str, tuple[OperandKind, ...]]] = []
    for mnemonic, lists in ppc.formats().items():
        for kinds in lists:
            try:
                ppc.ISAS[target].lower(Use(mnemonic, kinds, _fixed(mnemonic, kinds)).line())
            except OperandError as error:
                if error.code != "not-this-target":
                    raise
                continue
            rows.append((mnemonic, kinds))
    return rows


def invalid(use: Use) -> bool:
    """Forms that the Power ISA calls invalid although each operand is legal by itself."""
    name, values = use.mnemonic, use.values
    if name in ("lbzu", "lhzu", "lhau", "lwzu", "ldu"):
        return values[2] in (0, values[0])
    if name in ("stbu", "sthu", "stwu", "stdu"):
        return values[2] == 0
    if name == "lmw":
        return values[2] >= values[0]
    if name == "sync":
        return values == (3,)
    return name in ("bc", "bcl") and not _valid_bo(values[0])


def _valid_bo(bo: int) -> bool:
    """BO patterns of Power ISA, Book I, figure 40: 0000z 0001z 001at 0100z 0101z 011at 1a00t 1a01t 1z1zz."""
    return bo == 20 or bo in (0, 2, 8, 10) or bo in (4, 6, 7, 12, 14, 15) or bo in (16, 18, 24, 25, 26, 27)


def uses(target: str) -> list[Use]:
    """Both limits of every operand, one step inside of them, and values between."""
    rng = random.Random(target)
    found: list[Use] = []
    for mnemonic, kinds in known(target):
        columns = [
            [k.low, k.high, k.low + k.align, k.high - k.align]
            + [rng.randrange(k.low, k.high + 1, k.align) for _ in range(4)]
            for k in kinds
        ]
        rows = [tuple(column[i] for column in columns) for i in range(4)] if kinds else [()]
        rows += [tuple(rng.choice(column) for column in columns) for _ in range(8 if kinds else 0)]
        found += [use for row in dict.fromkeys(rows) if not invalid(use := Use(mnemonic, kinds, row))]
    return found


def agreed(target: str, use: Use, word: int) -> int:
    """GNU as's word as we mean it."""
    if use.mnemonic == "mtcrf" and use.values[0].bit_count() == 1:
        return word & ~ONE_FIELD
    return word


@functools.cache
def _mine(target: str) -> tuple[list[Use], Batch, list[int]]:
    isa = ppc.ISAS[target]
    batch, rows = Batch(isa), uses(target)
    places = [batch.add(isa.lower(use.line()), use.open_values()) for use in rows]
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    return rows, batch, places


# ---- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", TARGETS)
def test_every_instruction_is_assembled_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    rows, batch, places = _mine(target)
    assert len({use.mnemonic for use in rows}) > 100
    assert all(place < len(batch.results) for place in places)
    words, refused = gnu(target, [use.gnu() for use in rows], tmp_path)
    assert not {rows[i].gnu(): why for i, why in refused.items()}
    wrong = []
    for use, place, word in zip(rows, places, words, strict=True):
        mine, theirs = batch.word(place), agreed(target, use, word)
        if mine != theirs:
            wrong.append(f"{use.gnu()}: {batch.results[place]}, GNU as {theirs:08x}")
    assert not wrong, "\n".join(wrong)


LACKS = [
    "beq+ ${&here}",
    "bdnz- ${&here}",
    "ptesync",
    "ld r3, 8(r4)",
    "sldi r3, r3, 8",
    "rfid",
    "stdcx. r3, r4, r5",
    "sync 2",
]


@pytest.mark.parametrize("text", LACKS)
def test_what_ppc32_lacks(text: str, compile_text: Callable[..., Compiled]) -> None:
    """Static hints have another encoding there, the others are of 64 bits only."""
    code = f"stub s {{ code {{ here: {text} }} }}"
    assert compile_text(f"target ppc64\n{code}").codes == []
    assert compile_text(f"target ppc32\n{code}").codes == ["not-this-target"]


INVALID = [
    ("lwzu", (3, 4, 3)),
    ("lbzu", (3, 4, 0)),
    ("ldu", (3, 8, 3)),
    ("stwu", (1, -16, 0)),
    ("stdu", (1, -32, 0)),
    ("lmw", (29, 8, 30)),
    ("bc", (31, 0, 8)),
    ("sync", (3,)),
]


@pytest.mark.parametrize(("mnemonic", "values"), INVALID)
def test_gnu_as_refuses_invalid_forms(mnemonic: str, values: tuple[int, ...], tmp_path: Path) -> None:
    """Why the comparison above leaves them out."""
    kinds = next(kinds for kinds in ppc.formats()[mnemonic] if len(kinds) == len(values))
    use = Use(mnemonic, kinds, values)
    assert invalid(use)
    assert gnu("ppc64", [use.gnu()], tmp_path)[1]


@pytest.mark.parametrize(
    "text",
    [
        "lwzu r3, 4(r3)",
        "lbzu r3, 4(r0)",
        "stdu r1, -32(r0)",
        "lmw r29, 8(r30)",
        "bc 31, 0, ${&here}",
        "sync 3",
    ],
)
def test_we_refuse_invalid_forms(text: str, compile_text: Callable[..., Compiled]) -> None:
    assert compile_text(f"target ppc64\nstub s {{ code {{ here: {text} }} }}").codes == ["invalid-form"]


# ---- literal targets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["b 0x40", "bne cr1, 0x40", "bc 12, 2, 0x40", "bl 0x20000"])
def test_a_number_is_no_branch_target_by_accident(text: str, compile_text: Callable[..., Compiled]) -> None:
    """The same statement in the same place of its template is the same word, whatever else the spec has."""
    stub = f"stub s {{ code {{ nop; {text} }} }}"
    alone = compile_text(f"target ppc64\n{stub}")
    other = compile_text(
        f"target ppc64\nstub a {{ code {{ x: nop; b ${{&x}}; bl ${{&x}}; bne ${{&x}} }} }}\n{stub}"
    )
    if alone.spec is None or other.spec is None:  # refused: no accident either
        assert alone.codes == other.codes
        assert "read-back" not in alone.codes  # which would say that the assembler is wrong
        return
    one, two = (spec.template("s").variants[0].words[1].value for spec in (alone.spec, other.spec))
    assert one == two


# ---- holes ---------------------------------------------------------------------------------------------

NOT_LINEAR = {("slwi", 2), ("srwi", 2), ("sldi", 2), ("srdi", 2)}


@pytest.mark.parametrize("target", TARGETS)
def test_every_hole_encodes_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    """Each operand of each instruction as a hole: discovered runs, filled with limits and random values."""
    isa, rng, batch = ppc.ISAS[target], random.Random(target), Batch(ppc.ISAS[target])
    planned = []
    for mnemonic, kinds in known(target):
        for hole, kind in enumerate(kinds):
            use = Use(mnemonic, kinds, _fixed(mnemonic, kinds))
            lowered = isa.lower(use.line(hole))
            slot = sum(kinds[i].pc_relative for i in range(hole))
            planned.append((use, hole, slot, kind, holes.plan(lowered, batch)[slot]))
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    statements: list[tuple[Use, int]] = []
    for use, hole, slot, kind, probes in planned:
        if (use.mnemonic, hole) in NOT_LINEAR:
            with pytest.raises(holes.NotLinear):
                holes.discover(probes, kind, batch)
            continue
        bits = Field(holes.discover(probes, kind, batch), kind.signed)
        rest = batch.word(probes.rest)
        assert rest is not None
        values = [
            kind.low,
            kind.high,
            *(rng.randrange(kind.low, kind.high + 1, kind.align) for _ in range(3)),
        ]
        for value in dict.fromkeys(values):
            filled = Use(use.mnemonic, use.kinds, (*use.values[:hole], value, *use.values[hole + 1 :]))
            # The other PC-relative operand is zero in a probe; no instruction has two of them.
            assert slot == 0
            others_zero = all(not k.pc_relative or i == hole for i, k in enumerate(use.kinds))
            if others_zero and not invalid(filled):
                statements.append((filled, rest | encode(bits, value)))
    words, refused = gnu(target, [use.gnu() for use, _ in statements], tmp_path)
    assert not {statements[i][0].gnu(): why for i, why in refused.items()}
    wrong = [
        f"{use.gnu()}: {mine:08x}, GNU as {agreed(target, use, word):08x}"
        for (use, mine), word in zip(statements, words, strict=True)
        if mine != agreed(target, use, word)
    ]
    assert not wrong, "\n".join(wrong)


def _fixed(mnemonic: str, kinds: tuple[OperandKind, ...]) -> tuple[int, ...]:
    """Operands beside the hole: small, different, and valid together."""
    if mnemonic in ("bc", "bcl"):
        return (12, 2, 8)
    if mnemonic == "lmw":
        return (29, 8, 3)
    return tuple((index + 2) * kind.align % (kind.high + kind.align) for index, kind in enumerate(kinds))


# ---- limits --------------------------------------------------------------------------------------------


def beyond(kind: OperandKind) -> list[int]:
    """One step outside of each limit, and between two multiples of the alignment."""
    high = max(kind.high, kind.literal_high or 0)
    return [kind.low - kind.align, high + kind.align] + (
        [kind.low + 1, kind.align + 2] if kind.align > 1 else []
    )


def _outside(target: str) -> Iterator[tuple[Use, int]]:
    for mnemonic, kinds in known(target):
        for index, kind in enumerate(kinds):
            for value in beyond(kind):
                fixed = _fixed(mnemonic, kinds)
                yield Use(mnemonic, kinds, (*fixed[:index], value, *fixed[index + 1 :])), index


@pytest.mark.parametrize("target", TARGETS)
def test_one_step_beyond_a_limit_is_refused(target: str) -> None:
    isa: Isa = ppc.ISAS[target]
    expected = {"immediate-range", "immediate-alignment", "bad-operand", "bad-register"}
    taken = []
    for use, index in _outside(target):
        if use.kinds[index].pc_relative:
            continue  # labels: below
        try:
            isa.lower(use.line())
            taken.append(use.gnu())
        except OperandError as error:
            if error.code not in expected:
                taken.append(f"{use.gnu()}: {error.code}")
    assert not taken, "\n".join(taken)


# What GNU as takes beyond our limits: it reads -1 as 0xffff here; ISA 3.1 has more kinds of sync.
GNU_TAKES = {("cmplwi", -1), ("cmpldi", -1), ("sync", 4)}


@pytest.mark.parametrize("target", TARGETS)
def test_gnu_as_refuses_the_same(target: str, tmp_path: Path) -> None:
    rows = list(_outside(target))
    _, refused = gnu(target, [use.gnu() for use, _ in rows], tmp_path)
    taken = [
        f"{use.gnu()} ({use.kinds[index].name})"
        for i, (use, index) in enumerate(rows)
        if i not in refused and (use.mnemonic, use.values[index]) not in GNU_TAKES
    ]
    assert not taken, "\n".join(taken)


@pytest.mark.parametrize(
    ("words", "fits"), [(8190, True), (8191, False)], ids=["at the limit", "one word further"]
)
def test_labels_at_the_limit_of_a_conditional_branch(
    words: int, fits: bool, compile_text: Callable[..., Compiled]
) -> None:
    between = "; raw ".join(["0x60000000"] * words)
    found = compile_text(f"target ppc64\nstub s {{ code {{ beq ${{&far}}\nraw {between}\nfar: nop }} }}")
    assert (found.spec is not None) == fits
    assert found.codes == ([] if fits else ["immediate-range"])
    if found.spec:
        assert found.spec.templates[0].variants[0].words[0].value == 0x41827FFC


@pytest.mark.parametrize(
    ("words", "fits"), [(8192, True), (8193, False)], ids=["at the limit", "one word further"]
)
def test_labels_at_the_lower_limit(words: int, fits: bool, compile_text: Callable[..., Compiled]) -> None:
    between = "; raw ".join(["0x60000000"] * words)
    found = compile_text(f"target ppc64\nstub s {{ code {{ near: raw {between}\nbeq ${{&near}} }} }}")
    assert (found.spec is not None) == fits
    if found.spec:
        assert found.spec.templates[0].variants[0].words[-1].value == 0x41828000


# ---- slices of known numbers ---------------------------------------------------------------------------

# GNU as calls @h and @ha of a number beyond 32 bits an overflow; @high and @higha are the same without that.
OPERATORS = {
    "l": "l",
    "h": "high",
    "ha": "higha",
    "higher": "higher",
    "highera": "highera",
    "highest": "highest",
    "highesta": "highesta",
}


def _takers(operator: str) -> tuple[str, str]:
    """A signed and an unsigned operand that can take a slice: the low one is refused in an upper half."""
    return ("addi" if operator == "l" else "addis"), "ori"


def test_slices_of_constants_are_gnu_as_s(tmp_path: Path) -> None:
    rng = random.Random(5)
    isa = ppc.ISAS["ppc64"]
    values = [
        0,
        1,
        0x7FFF,
        0x8000,
        0x7FFF8000,
        0x80008000,
        0x7FFFFFFF8000,
        0x800080008000,
        1 << 63,
        (1 << 64) - 1,
    ]
    values += [rng.getrandbits(64) for _ in range(40)] + [rng.getrandbits(32) for _ in range(10)]
    rows = [(op, theirs, value) for op, theirs in OPERATORS.items() for value in values]
    batch = Batch(isa)
    places = [
        batch.add(isa.lower(Line(name, ("r3, r4, ", (Relocated(value, op), AT)), AT)), ())
        for op, _, value in rows
        for name in _takers(op)
    ]
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    texts = [f"{name} 3, 4, {value:#x}@{op}" for ours, op, value in rows for name in _takers(ours)]
    words, refused = gnu("ppc64", texts, tmp_path)
    assert not refused
    wrong = [
        f"{text}: {mine:08x}, GNU as {word:08x}"
        for text, place, word in zip(texts, places, words, strict=True)
        if (mine := batch.word(place) or 0) != word
    ]
    assert not wrong, "\n".join(wrong)


def test_h_and_ha_within_32_bits(tmp_path: Path) -> None:
    rng = random.Random(6)
    isa = ppc.ISAS["ppc64"]
    rows = [(op, rng.randrange(-(1 << 31), (1 << 31) - 0x8000)) for op in ("h", "ha", "l") for _ in range(40)]
    words, refused = gnu("ppc64", [f"addis 3, 0, {value}@{op}" for op, value in rows], tmp_path)
    assert not refused
    for (op, value), word in zip(rows, words, strict=True):
        assert word & 0xFFFF == isa.operators[op].apply(value), (op, hex(value))


# ---- Keystone loses the address ------------------------------------------------------------------------


@pytest.mark.parametrize("extended", ["sldi 0x3, 0x3, 0x20", "srdi 0x3, 0x3, 0x8", "slwi 0x3, 0x3, 0x4"])
def test_keystone_misplaces_branches_after_extended_mnemonics(extended: str) -> None:
    """The defect that Batch works around: if this fails, Keystone is mended, and Batch need not sort.

    The first extended mnemonic of a call is counted, every further one is not."""
    branch = f"b {BASE + 12 + 0x100:#x}"
    with assembler_of(ppc.ISAS["ppc64"]) as assembler:
        wrong = assembler.assemble([extended, extended, extended, branch])
        right = assembler.assemble(["nop", "nop", "nop", branch])
    assert right[3].code == bytes.fromhex("48000100")
    assert wrong[3].code == bytes.fromhex("48000108")


def test_batch_puts_branches_first() -> None:
    isa = ppc.ISAS["ppc64"]
    batch = Batch(isa)
    branch = Line("b", ((Affine("there"), AT),), AT)
    conditional = Line("bne", ("cr1, ", (Affine("there"), AT)), AT)
    places: list[tuple[int, int]] = []
    for distance in (0x100, -0x2000000, 0x1FFFFFC, 4):
        for text in ("sldi", "srdi"):
            batch.add(isa.lower(Line(text, ("r3, r3, 32",), AT)), ())
        batch.add(isa.lower(Line("slwi", ("r5, r6, 4",), AT)), ())
        places.append((batch.add(isa.lower(branch), (distance,)), 0x48000000 | distance & 0x3FFFFFC))
        near = distance >> 12 << 2
        places.append((batch.add(isa.lower(conditional), (near,)), 0x40860000 | near & 0xFFFC))
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    for place, word in places:
        assert batch.word(place) == word


def test_branches_after_extended_mnemonics_in_a_spec(compile_text: Callable[..., Compiled]) -> None:
    found = compile_text(
        """
        target ppc64
        stub s {
            code {
                again: sldi r3, r3, 32
                srdi r4, r4, 8
                beq ${&end}
                slwi r5, r5, 4
                b ${&again}
                end: blr
            }
        }
        """
    )
    assert found.spec is not None, found.found
    words = [word.value for word in found.spec.templates[0].variants[0].words]
    assert words == [0x786307C6, 0x7884C202, 0x4182000C, 0x54A52036, 0x4BFFFFF0, 0x4E800020]
