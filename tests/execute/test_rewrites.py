"""Rewritten x86 instructions do what the originals do: stepped by this processor, in Unicorn, read by capstone.

Unicorn has no AVX (it takes some of it for SSE), so there it is legacy encodings and those of BMI; the processor has
what it has, and whatever it refuses, it must refuse in both places alike."""

from __future__ import annotations

import platform
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import x86
from tests.conftest import compile_file, need
from tests.execute.rewrites import CODE, FAR, NEAR, OPERAND, Processor
from tests.run.cross import asked, run, succeed
from tests.x86_refused import refused_knowingly
from trampgen.isa.x86_decode import EVEX, LEGACY, Insn, Why, decode
from trampgen.isa.x86_rewrite import REGISTERS, Copied, rewrite
from trampgen.model.rewrites import Rule

HERE = Path(__file__).resolve().parent
STEPPED = Rule("scratch", "stepped", (6, 7, 3))
ADJUSTED = Rule("adjust", "stepped", ())
# Of ring 0, or segment registers: they would change Unicorn's processor for all that follow.
SYSTEM = {(0, 0x8E), *((1, op) for op in (0, 1, 2, 3, 0x78, 0x79, 0xAE, 0xB2, 0xB4, 0xB5, 0xC7))}
# Unicorn 2.1 counts the operand from before the immediate (shld, shrd, rorx), or is not steady (mpsadbw).
WRONG = {(0, 1, 0xA4), (0, 1, 0xAC), (1, 3, 0xF0), (0, 3, 0x42)}


def aimed(code: bytes, insn: Insn, start: int) -> bytes:
    """The instruction with the displacement that leads from its place to the operand."""
    distance = (OPERAND - start - insn.length).to_bytes(4, "little", signed=True)
    return code[: insn.displacement_at] + distance + code[insn.displacement_at + 4 :]


def cases(share: int) -> Iterator[tuple[bytes, Insn]]:
    """Each form of the binaries, and of those of the opcode maps one in so many."""
    for code in x86.found_forms().values():
        insn = x86.tried(decode, code, True)
        if isinstance(insn, Why):
            assert refused_knowingly(code, True, insn), (code.hex(), x86.read(code))
        else:
            yield code, insn
    for code in x86.made_forms()[:: 1 if x86.SWEEP else share]:
        yield code, decode(code, True)


def copies(code: bytes, insn: Insn, start: int, offset: int) -> Iterator[tuple[Copied, int]]:
    """What both rules make of an instruction, and where; what they refuse is refused for what it does."""
    for rule, area in ((STEPPED, FAR), (ADJUSTED, NEAR)):
        made = x86.tried(rewrite, rule, code, True, start, area + offset)
        if isinstance(made, Why):
            assert {Why.SAVES: "saves", Why.MASKS: "masks"}[made] == insn.control, code.hex()
        else:
            yield made, area + offset


# ---- the processor -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stepper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that steps instructions; only an x86-64 that lets itself be stepped has it."""
    if platform.machine() != "x86_64":
        pytest.skip("an x86-64 processor is stepped")
    need("gcc")
    folder = tmp_path_factory.mktemp("stepper")
    flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static"]
    succeed(folder, "gcc", *flags, "-o", "stepper", str(HERE / "stepper.c"))
    if run(folder, str(folder / "stepper")).returncode:
        pytest.skip("no process may be stepped here")
    return folder


def question(code: bytes, copied: Copied, insn: Insn, to: int, seed: int) -> str:
    scratch = -1 if copied.scratch is None else copied.scratch
    elsewhere = int(insn.control in ("leaves", "call"))
    return f"{code.hex()} {copied.code.hex()} {CODE:x} {to:x} {scratch} {elsewhere} 3 {seed:x}00001"


def test_the_processor_does_the_same_with_a_copy(stepper: Path) -> None:
    questions, kinds = [], []
    for seed, (code, insn) in enumerate(cases(8), 1):
        aimed_at = aimed(code, insn, CODE)
        for copied, to in copies(aimed_at, insn, CODE, 0):
            questions.append(question(aimed_at, copied, insn, to, seed))
            kinds.append(insn.kind)
    seen: Counter[tuple[int, str]] = Counter()
    for line, kind, answer in zip(questions, kinds, stepped(stepper, questions), strict=True):
        ended, faults, _, difference = answer.split()
        assert difference == "same", line
        seen[kind, "ended" if int(ended) else "faulted" if int(faults) else "unknown to it"] += 1
    print(f"\nby the processor: {len(questions):,} copies, {dict(seen)}")
    assert seen[LEGACY, "ended"] > 3000


def stepped(folder: Path, questions: list[str]) -> list[str]:
    return asked(folder, [str(folder / "stepper")], questions)


def test_the_processor_sees_a_copy_that_is_wrong(stepper: Path) -> None:
    """Another displacement, scratch register, operation: each shows."""
    code = bytes.fromhex("488b0d") + (OPERAND - CODE - 7).to_bytes(4, "little")  # mov rcx, [rip + …]
    insn = decode(code, True)
    [(copied, far), (near_copy, near)] = copies(code, insn, CODE, 0)
    for wrong, difference in (
        (copied.code, "same"),
        (copied.code[:3] + (int.from_bytes(code[3:], "little") + 8).to_bytes(4, "little"), "registers"),
        (bytes.fromhex("488b8e00000000"), "registers"),
        (copied.code[:1] + b"\x03" + copied.code[2:], "flags"),
        (copied.code[:2] + b"\x8f" + copied.code[3:], "registers"),
    ):
        line = question(code, Copied(wrong, insn, copied.scratch), insn, far, 1)
        [answer] = stepped(stepper, [line])
        assert answer.split()[-1] == difference, wrong.hex()
    [answer] = stepped(stepper, [question(code, Copied(code, insn, None), insn, near, 1)])
    assert answer.split()[-1] == "signal", "the displacement of before leads nowhere"
    assert near_copy.code != code


# ---- Unicorn -------------------------------------------------------------------------------------------


def test_unicorn_does_the_same_with_a_copy() -> None:
    processor, seen = Processor(), Counter[tuple[int, bool]]()
    for seed, (code, insn) in enumerate(cases(40)):
        bmi = insn.kind != LEGACY and insn.kind != EVEX and bool(insn.regs)
        wrong = (insn.kind, insn.map, insn.opcode) in WRONG
        system = insn.kind == LEGACY and (insn.map, insn.opcode) in SYSTEM
        if wrong or system or not (insn.kind == LEGACY or bmi):
            continue
        offset = processor.place()
        start = CODE + offset
        aimed_at = aimed(code, insn, start)
        for copied, to in copies(aimed_at, insn, start, offset):
            state = processor.begin(seed, insn)
            left = processor.original(state, aimed_at, start)
            again = processor.copy(state, copied, start, to)
            assert left.differs(again) == [], (aimed_at.hex(), copied.code.hex(), x86.read(code))
            seen[insn.kind, left.error == 0] += 1
    print(f"\nby Unicorn: {seen.total():,} copies, {dict(seen)}")
    assert seen[LEGACY, True] > 1500


# ---- capstone ------------------------------------------------------------------------------------------

_OPERAND = re.compile(r"\[([re])ip(?: ([+-]) (?:0x)?([0-9a-f]+))?\]")


def operand(operands: str) -> tuple[str, int]:
    """Whether a RIP-relative operand is counted in 64 bits or 32, and its displacement."""
    found = _OPERAND.search(operands)
    assert found, operands
    width, sign, digits = found.groups()
    return width, int(digits or "0", 16) * (-1 if sign == "-" else 1)


def based(operands: str, register: int) -> str:
    """The operands as they are with a register in place of the instruction pointer."""
    name = REGISTERS[register]
    return re.sub(r"\[([re])ip\b", lambda found: f"[{found[1]}{name[1:]}", operands)


def test_capstone_reads_the_same_instruction_with_another_operand() -> None:
    """The same length, mnemonic and other operands; [scratch + displacement], or the same absolute address."""
    seen: Counter[str] = Counter()
    for made, insn in cases(1):
        code = aimed(made, insn, CODE)
        read = x86.read(code)
        for copied, to in copies(code, insn, CODE, 0):
            again = x86.read(copied.code)
            assert (read is None) == (again is None), (code.hex(), copied.code.hex())
            if read is None or again is None:
                seen["not known to capstone"] += 1
                continue
            assert again[:2] == read[:2]
            if copied.scratch is not None:
                assert again[2] == based(read[2], copied.scratch), (code.hex(), copied.code.hex())
            else:
                (width, old), (_, new) = operand(read[2]), operand(again[2])
                assert CODE + old == to + new or width == "e"
                assert x86.masked(again[2]) == x86.masked(read[2])
            seen["read"] += 1
    print(f"\nby capstone: {dict(seen)}")
    assert seen["read"] > 4000


def test_nothing_but_the_operand_changes() -> None:
    for made, insn in cases(1):
        code = aimed(made, insn, CODE)
        for copied, _ in copies(code, insn, CODE, 0):
            changed = {at for at in range(len(code)) if code[at] != copied.code[at]}
            if copied.scratch is None:
                assert changed <= set(range(insn.displacement_at, insn.displacement_at + 4))
                continue
            second = set() if insn.prefix is None else {insn.prefix + (insn.kind != LEGACY)}
            assert insn.modrm_at in changed
            assert changed <= {insn.modrm_at} | second, code.hex()


def test_the_example_has_both_rules() -> None:
    spec = compile_file(x86.EXAMPLE).spec
    assert spec is not None
    found = {rewrite.name: rewrite.variants[0].rule for rewrite in spec.rewrites}
    uprobe, kprobe = found["uprobe_rip_relative"], found["kprobe_rip_relative"]
    assert (uprobe.action, uprobe.course, uprobe.candidates) == ("scratch", "stepped", STEPPED.candidates)
    assert (kprobe.action, kprobe.course) == ("adjust", "followed")
