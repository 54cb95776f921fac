"""Rewritten instructions by hand, what can't be moved, which registers an instruction uses, which candidates do."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import capstone
import pytest

from tests import x86
from tests.conftest import Compiled
from trampgen.derive.rewrites import forms, witness
from trampgen.isa.x86_decode import Why, decode
from trampgen.isa.x86_formats import CONTROLS, formats
from trampgen.isa.x86_rewrite import REGISTERS, rewrite
from trampgen.model.rewrites import Rule

FREE, STEPPED, FOLLOWED = (Rule("scratch", course, (6, 7, 3)) for course in (None, "stepped", "followed"))
ADJUSTED, PLAIN = Rule("adjust", None, ()), Rule(None, None, ())


def moved(rule: Rule, code: str, wide: bool = True, start: int = 0, to: int = 0) -> str:
    """The copy, and its scratch register if it has one; or why there is none."""
    made = x86.tried(rewrite, rule, bytes.fromhex(code), wide, start, to)
    if isinstance(made, Why):
        return made.name
    register = "" if made.scratch is None else f" {REGISTERS[made.scratch]}"
    return f"{made.code.hex(' ')}{register}"


@pytest.mark.parametrize(
    ("code", "copy"),
    [
        ("89 05 11 22 33 44", "89 86 11 22 33 44 rsi"),  # mov [rip + …], eax
        ("48 8b 35 11 22 33 44", "48 8b b7 11 22 33 44 rdi"),  # mov rsi, [rip + …]
        ("4c 8b 35 11 22 33 44", "4c 8b b6 11 22 33 44 rsi"),  # mov r14, …: not rsi
        (
            "49 8b 05 11 22 33 44",
            "48 8b 86 11 22 33 44 rsi",
        ),  # REX.B counted for nothing, and would make it r14
        ("49 66 8b 05 11 22 33 44", "49 66 8b 86 11 22 33 44 rsi"),  # a REX before a prefix is none
        ("88 35 11 22 33 44", "88 b6 11 22 33 44 rsi"),  # mov [rip + …], dh
        ("40 88 35 11 22 33 44", "40 88 b7 11 22 33 44 rdi"),  # mov [rip + …], sil
        ("c4 e2 40 f2 35 11 22 33 44", "c4 e2 40 f2 b3 11 22 33 44 rbx"),  # andn esi, edi, …
        ("c4 c2 63 f6 0d 11 22 33 44", "c4 e2 63 f6 8e 11 22 33 44 rsi"),  # mulx ecx, ebx, …
        ("c5 f8 58 35 11 22 33 44", "c5 f8 58 b6 11 22 33 44 rsi"),  # vaddps xmm6, …: no general register
        ("62 91 7c 48 58 05 11 22 33 44", "62 f1 7c 48 58 86 11 22 33 44 rsi"),  # EVEX, X and B cleared
        ("48 0f c7 0d 11 22 33 44", "48 0f c7 8e 11 22 33 44 rsi"),  # cmpxchg16b
        ("67 48 8d 05 11 22 33 44", "67 48 8d 86 11 22 33 44 rsi"),  # lea rax, [eip + …]
        ("ff 35 11 22 33 44", "ff b6 11 22 33 44 rsi"),  # push
        ("8f 05 11 22 33 44", "8f 86 11 22 33 44 rsi"),  # pop: its operand is no further with rsp
        ("f0 48 ff 05 11 22 33 44", "f0 48 ff 86 11 22 33 44 rsi"),  # lock inc
        ("48 c7 05 11 22 33 44 55 66 77 08", "48 c7 86 11 22 33 44 55 66 77 08 rsi"),  # the immediate stays
        ("90", "90"),
        ("48 8b 46 08", "48 8b 46 08"),
        ("8b 04 25 11 22 33 44", "8b 04 25 11 22 33 44"),  # an absolute address
    ],
)
def test_operands_get_a_scratch_register(code: str, copy: str) -> None:
    assert moved(STEPPED, code) == copy


def test_displacements_are_counted_from_the_copy() -> None:
    code, far = "48 8b 05 00 00 00 10", 0x7FFF0000
    assert moved(ADJUSTED, code, start=0x1000, to=0x1010) == "48 8b 05 f0 ff ff 0f"
    assert moved(ADJUSTED, code, start=0x1000, to=0x1000 + (1 << 31) + 0x10000000) == "48 8b 05 00 00 00 80"
    assert moved(ADJUSTED, code, start=0x1000, to=0x1001 + (1 << 31) + 0x10000000) == "RANGE"
    assert moved(ADJUSTED, code, start=far, to=far - 0x6FFFFFFF) == "48 8b 05 ff ff ff 7f"
    assert moved(ADJUSTED, code, start=far, to=far - 0x70000000) == "RANGE"
    assert moved(ADJUSTED, code, start=0, to=(1 << 64) - 0x10) == "48 8b 05 10 00 00 10"  # addresses wrap
    assert moved(ADJUSTED, "90", start=0, to=1 << 63) == "90"


BRANCHES = (
    "eb00 e900000000 e800000000 7400 0f8400000000 e000 e100 e200 e300 67e300 c7f800000000 f2e900000000 2e7400"
)
SAVES = "cc cd80 f1 0f0b 0f05 0f34 0fb9c0 0fffc0 0fb90511223344 0fff0511223344".split()


@pytest.mark.parametrize("rule", [FREE, STEPPED, FOLLOWED, ADJUSTED, PLAIN])
def test_branches_and_what_saves_its_address_stay_where_they_are(rule: Rule) -> None:
    assert {moved(rule, code) for code in BRANCHES.split()} == {"RELATIVE"}
    assert {moved(rule, code) for code in SAVES} == {"SAVES"}
    assert {moved(rule, code, wide=False) for code in BRANCHES.split() if code[:2] != "67"} == {"RELATIVE"}


@pytest.mark.parametrize(
    ("code", "answers"),
    [  # nobody waits with a scratch register, a handler does, something behind does, a displacement, nothing is done
        ("ff d0", ("CALL", "ff d0", "CALL", "CALL", "CALL")),
        ("ff 15 11 22 33 44", ("CALL", "ff 96 11 22 33 44 rsi", "CALL", "CALL", "CALL")),
        ("ff e0", ("ff e0", "ff e0", "LEAVES", "ff e0", "ff e0")),
        ("ff 25 11 22 33 44", ("LEAVES", "ff a6 11 22 33 44 rsi", "LEAVES", "ff 25 11 22 33 44", "OPERAND")),
        ("c3", ("c3", "c3", "LEAVES", "c3", "c3")),
        ("48 cf", ("48 cf", "48 cf", "LEAVES", "48 cf", "48 cf")),
        ("8e d0", ("8e d0", "MASKS", "MASKS", "8e d0", "8e d0")),
        ("8b 05 11 22 33 44", (*["8b 86 11 22 33 44 rsi"] * 3, "8b 05 11 22 33 44", "OPERAND")),
    ],
)
def test_what_leaves_depends_on_who_waits(code: str, answers: tuple[str, ...]) -> None:
    assert tuple(moved(rule, code) for rule in (FREE, STEPPED, FOLLOWED, ADJUSTED, PLAIN)) == answers


@pytest.mark.parametrize(
    ("code", "wide", "why"),
    [
        ("", True, "SHORT"),
        ("8b 05 11 22 33", True, "SHORT"),
        ("66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", True, None),
        ("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90", True, "LONG"),
        ("66 66 66 66 66 66 66 66 66 66 66 66 66 66 83 c0 01", True, "LONG"),
        ("06", True, "UNKNOWN"),
        ("06", False, None),
        ("66 e9 00 00 00 00", True, "VENDOR"),
        ("66 48 e9 00 00 00 00", True, "RELATIVE"),
        ("66 e9 00 00", False, "RELATIVE"),
        ("0f 0f c1 9e", True, "UNKNOWN"),  # 3DNow!
        ("8f e8 78 c2 ec 0e", True, "UNKNOWN"),  # XOP
        ("d5 08 89 c0", True, "UNKNOWN"),  # REX2
        ("f0 8b 05 11 22 33 44", True, "UNKNOWN"),  # no LOCK of a load
        ("f0 01 c0", True, "UNKNOWN"),  # nor of registers
        ("66 c5 f8 58 c0", True, "UNKNOWN"),
        ("48 c5 f8 58 c0", True, "UNKNOWN"),
        ("62 f1 7c 48 58 c0", True, None),
        ("62 f9 7c 48 58 c0", True, "UNKNOWN"),  # a reserved bit of EVEX
        ("0f 50 05 11 22 33 44", True, "UNKNOWN"),  # movmskps of memory
        ("c4 e2 79 90 05 11 22 33 44", True, "UNKNOWN"),  # a gather without its SIB
        ("c5 05 11 22 33 44", False, None),  # lds eax, [0x44332211]
        ("c4 05 11 22 33 44", False, None),  # les
        ("62 05 11 22 33 44", False, None),  # bound
    ],
)
def test_what_is_no_instruction_is_refused(code: str, wide: bool, why: str | None) -> None:
    found = moved(PLAIN, code, wide)
    assert (found if found.isupper() else None) == why


def test_32_bit_code_has_no_relative_operand() -> None:
    assert moved(PLAIN, "8b 05 11 22 33 44", wide=False) == "8b 05 11 22 33 44"
    assert moved(PLAIN, "67 8b 06 11 22", wide=False) == "67 8b 06 11 22"  # 16-bit addressing
    assert decode(bytes.fromhex("c4e27d180511223344"), False).length == 9  # VEX by its mod of 3


# ---- registers -----------------------------------------------------------------------------------------

_PARTS = [("ax", "al", "ah"), ("cx", "cl", "ch"), ("dx", "dl", "dh"), ("bx", "bl", "bh")]
_PARTS += [(name, f"{name}l", "") for name in ("sp", "bp", "si", "di")]
NUMBERS = {
    name: number
    for number, (word, low, high) in enumerate(_PARTS)
    for name in (f"r{word}", f"e{word}", word, low, high)
} | {f"r{n}{suffix}": n for n in range(8, 16) for suffix in ("", "d", "w", "b")}
# capstone leaves out that the lengths of explicit strings are in eax and edx.
INCOMPLETE = {"pcmpestrm": 0b101, "vpcmpestrm": 0b101}


def test_registers_are_those_that_capstone_finds() -> None:
    """Beside the stack pointer, which push and pop use and which is no candidate; ud0 and ud1 are refused anyway."""
    md = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
    md.detail = True
    seen = 0
    for code in x86.made_forms():
        found = next(md.disasm(code, 0), None)
        if found is None or found.mnemonic in ("ud0", "ud1"):
            continue
        named = {o.reg for o in found.operands if o.type == capstone.x86.X86_OP_REG}
        used = named.union(*found.regs_access())
        numbers = {NUMBERS[name] for name in map(found.reg_name, used) if name in NUMBERS}
        theirs = sum(1 << number for number in numbers)
        ours = decode(code, True).regs
        missing = INCOMPLETE.get(found.mnemonic, 0)
        assert (ours ^ (theirs | missing)) & ~(1 << 4) == 0, f"{code.hex()} {found.mnemonic} {found.op_str}"
        seen += 1
    assert seen > 20_000


# ---- candidates ----------------------------------------------------------------------------------------

CANDIDATES = (0, 1, 2, 3, 6, 7)


@functools.cache
def uses() -> frozenset[tuple[str, int]]:
    """(control, registers) of each form with each choice of the candidates that it names."""
    return frozenset(
        (CONTROLS[form.leaf.control], decode(witness(form, named), True).regs)
        for form in forms()
        for named in itertools.permutations(CANDIDATES, form.named)
    )


@pytest.mark.parametrize("course", [None, "stepped"])
def test_candidates_are_enough_where_no_instruction_uses_them_all(
    course: str | None, compile_text: Callable[..., Compiled]
) -> None:
    """Each set of candidates against every form with every choice of its registers."""
    leaving = ("call", "leaves", "saves") if course is None else ("saves", "masks")
    used = {regs for control, regs in uses() if control not in leaving}
    chosen = [c for size in range(1, 7) for c in itertools.combinations(CANDIDATES, size)]
    lists = [", ".join(REGISTERS[number] for number in numbers) for numbers in chosen]
    body = [f"when rip_relative {{ scratch from {names} }}" for names in lists]
    head = f"{course}; " if course else ""
    found = compile_text(
        "\n".join(["target x86_64", *(f"rewrite r{n} {{ {head}{b} }}" for n, b in enumerate(body))])
    )
    assert set(found.codes) == {"scratch-taken"}
    said = {}
    for one in found.found:
        assert one.span
        said[one.span.line - 3] = one.notes[0].text  # the licence and the target stand before
    for index, numbers in enumerate(chosen):
        lacking = any(all(regs >> number & 1 for number in numbers) for regs in used)
        assert (index in said) == lacking, lists[index]
        if lacking:
            code = bytes.fromhex(said[index].split("`")[1].split("  ")[0])
            rule = Rule("scratch", "stepped" if course else None, numbers)
            assert x86.tried(rewrite, rule, code, True) is Why.SCRATCH
    assert 10 < len(said) < 53


def test_no_opcode_is_said_twice_and_none_is_empty() -> None:
    """The maps refuse two lines about one encoding when they are read; each mode has its own."""
    wide, narrow = formats(True), formats(False)
    assert wide.maps[0, 0][0x06] == 0 != narrow.maps[0, 0][0x06]
    assert narrow.maps[1, 2][0xE0] == 0 != wide.maps[1, 2][0xE0]
    for tables in (wide, narrow):
        assert max(len(tables.rows), len(tables.entries), len(tables.leaves)) < 256
