"""The decoder and the rewrites in C against the model: each field of each instruction, each byte, each refusal."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests import x86
from tests.conftest import Compiled, need
from tests.run.cross import ARM, BE, HERE, INCLUDE, Machine, asked, succeed
from trampgen.emit.header import header
from trampgen.isa.x86_decode import Why, decode
from trampgen.isa.x86_formats import CONTROLS
from trampgen.isa.x86_rewrite import rewrite
from trampgen.model.rewrites import Rule
from trampgen.model.spec import Spec

WIDE = """
    target x86_64
    rewrite stepped_scratch { stepped; when rip_relative { scratch from rsi, rdi, rbx } }
    rewrite followed_scratch { followed because "it is"; when rip_relative { scratch from rax, rbx, rcx, rdx, rsi } }
    rewrite free_scratch { when rip_relative { scratch from rdi, rsi, rbx, rdx, rcx, rax } }
    rewrite adjusted { when rip_relative { adjust displacement } }
    rewrite plain { stepped }
"""
NARROW = """
    target x86_32
    rewrite plain32 { followed }
"""
FILE = {"stepped": "stepped_scratch", "followed": "followed_scratch", "free": "free_scratch"}
ERRNO = {"": 0, "EINVAL": -22, "EOPNOTSUPP": -95, "ERANGE": -34}
UNTOUCHED = "55"
Question = tuple[str, bytes, int, int, int]


@pytest.fixture
def specs(compile_text: Callable[..., Compiled]) -> dict[str, Spec]:
    found = {}
    for name, text in (("wide", WIDE), ("narrow", NARROW)):
        spec = compile_text(text).spec
        assert spec is not None
        object.__setattr__(spec, "name", name)
        found[name] = spec
    return found


def rules(specs: dict[str, Spec]) -> dict[str, tuple[Rule, bool]]:
    return {
        rewrite.name: (variant.rule, variant.wide)
        for spec in specs.values()
        for rewrite in spec.rewrites
        for variant in rewrite.variants
    }


def program(folder: Path, specs: dict[str, Spec], machine: Machine | None) -> list[str]:
    """The command that runs rewrites.c, made for a machine (None: this one)."""
    for name, spec in specs.items():
        (folder / f"{name}.h").write_text(header(spec, "trampgen build"))
    machine.needed() if machine else need("gcc")
    warnings = ["-Wall", "-Wextra", "-Wundef", "-Wstrict-prototypes", "-Wpedantic", "-Werror"]
    sanitized = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]
    options = ["-std=gnu11", "-O2", "-static", *warnings, *sanitized, f"-I{INCLUDE}", f"-I{folder}"]
    tool = machine.tool("gcc") if machine else "gcc"
    succeed(folder, tool, *options, "-o", "rewrites", str(HERE / "rewrites.c"))
    return [*(machine.command if machine else ()), str(folder / "rewrites")]


def decoded(code: bytes, wide: bool) -> list[str]:
    """The line of an instruction's format; of one that is refused, what counts of it."""
    insn = x86.tried(decode, code, wide)
    if isinstance(insn, Why):
        return ["-22", str(list(Why).index(insn))]
    prefix = 0xFF if insn.prefix is None else insn.prefix
    numbers = [
        insn.length, 0, CONTROLS.index(insn.control), insn.kind, prefix, insn.map, insn.opcode, insn.opcode_at,
        insn.modrm, insn.modrm_at, insn.displacement_at, insn.displacement, insn.immediate_at, insn.immediate,
        int(insn.rip_relative), insn.reg << 8 | insn.vvvv,
    ]  # fmt: skip
    return [*map(str, numbers), f"{insn.regs:x}"]


def copied(rule: Rule, wide: bool, code: bytes, start: int, to: int) -> list[str]:
    """The line of a rewritten instruction: what is returned, why, which scratch register, every byte."""
    made = x86.tried(rewrite, rule, code, wide, start, to)
    if isinstance(made, Why):
        return [str(ERRNO[made.errno]), str(list(Why).index(made)), UNTOUCHED * 32]
    scratch = -2 if rule.action != "scratch" else -1 if made.scratch is None else made.scratch
    return [str(len(made.code)), "0", str(scratch), made.code.hex() + UNTOUCHED * (32 - len(made.code))]


def check(command: list[str], folder: Path, specs: dict[str, Spec], questions: Sequence[Question]) -> None:
    by_name = rules(specs)
    lines = [f"{rule} {code.hex()} {room} {start:x} {to:x}" for rule, code, room, start, to in questions]
    for question, line in zip(questions, asked(folder, command, lines), strict=True):
        rule, code, room, start, to = question
        answer = line.split()
        if rule in ("wide", "narrow"):
            expected = decoded(code[:room], rule == "wide")
            assert answer[: len(expected)] == expected, question
            continue
        expected = copied(*by_name[FILE.get(rule, rule)], code[:room], start, to)
        if len(expected) == 3:
            del answer[2]  # of what is refused no register is told
        assert answer == expected, (question, code.hex())


def questions(codes: Sequence[bytes], seed: int, names: Sequence[str]) -> list[Question]:
    dice = random.Random(seed)
    found: list[Question] = []
    for code in codes:
        start = dice.choice((0x400000, 0x7F0000000000, 0xFFFFFFFF81000000, dice.randrange(1 << 64)))
        near = dice.choice((0, 1, 1 << 31, (1 << 31) + 0x12345678, dice.randrange(1 << 33)))
        to = (start + dice.choice((-1, 1)) * near) % (1 << 64)
        room = dice.choice((len(code), len(code), dice.randrange(len(code) + 1)))
        found += [(name, code, room, start, to) for name in names]
    return found


ALL = ("wide", "narrow", "stepped", "followed", "free", "adjusted", "plain", "plain32")


@pytest.mark.parametrize(
    "machine", [None, BE, ARM], ids=lambda machine: machine.name if machine else "native"
)
def test_decoder_and_rewrites_are_the_model(
    machine: Machine | None, specs: dict[str, Spec], tmp_path: Path
) -> None:
    """Each form of two binaries and of the opcode maps, truncated ones too, then bytes at random."""
    command = program(tmp_path, specs, machine)
    share = 16 if machine else 1 if x86.SWEEP else 3  # emulated ones are slow
    codes = [*x86.found_forms().values(), *x86.made_forms()[::share]]
    assert len(set(codes)) > 2000
    check(command, tmp_path, specs, questions(codes, 1, ALL))
    check(command, tmp_path, specs, questions(list(x86.random_codes(20_000 // share, 2)), 3, ALL))


@pytest.mark.skipif(not x86.SWEEP, reason="TRAMPGEN_SWEEP=1")
def test_decoder_and_rewrites_are_the_model_in_whole_binaries(specs: dict[str, Spec], tmp_path: Path) -> None:
    """Every distinct instruction of all binaries, displacements and immediates set aside."""
    seen: dict[bytes, bytes] = {}
    for path in x86.binaries():
        for text in x86.texts(path):
            for code, length in x86.instructions(text):
                insn = decode(code, True)
                seen.setdefault(
                    code[: min(insn.displacement_at or length, insn.immediate_at or length)], code
                )
    command = program(tmp_path, specs, None)
    codes = list(seen.values())
    print(f"\n{len(codes):,} instructions")
    for at in range(0, len(codes), 100_000):
        check(command, tmp_path, specs, questions(codes[at : at + 100_000], at, ALL))
    check(command, tmp_path, specs, questions(list(x86.random_codes(1_000_000, 4)), 5, ("wide", "narrow")))
