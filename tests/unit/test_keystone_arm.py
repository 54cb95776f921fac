"""Every instruction of the ARM and Thumb tables against GNU as, word for word: literals, holes, limits, versions."""

from __future__ import annotations

import functools
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import assembler_of, need
from trampgen import isa as isas
from trampgen.assemble import readback
from trampgen.assemble.batch import Batch
from trampgen.isa import arm, arm_formats, thumb
from trampgen.isa.arm_operands import Dialect
from trampgen.isa.base import Line, OperandKind
from trampgen.model.memory import from_memory
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Value

AT = Span("spec.tramp", 1, 1, 1, 2)
PREFIX = "arm-linux-gnueabi-"
TARGETS = ["arm", "thumb"]
DIALECTS: dict[str, Dialect] = {"arm": arm.DIALECT, "thumb": thumb.DIALECT}
PC_BASE = {"arm": 8, "thumb": 4}
BRANCHES = "LKXB"

HOLE = "<hole>"
Operand = tuple[str, int]  # a letter's text for both assemblers, and the number in it, if it is one


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
