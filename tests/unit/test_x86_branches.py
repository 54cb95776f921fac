"""Branches of x86 against GNU as: both forms, how far they reach, and which of them grow because others do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import compile_file
from tests.unit.x86_assemblers import BITS, CODE, TARGET, line, made_of, spec, whole
from trampgen import isa as isas
from trampgen.assemble import readback
from trampgen.isa import x86
from trampgen.isa.x86_encoded import BRANCHES, NOPS, branch, has_near
from trampgen.model.values import Affine

NAMES = {"x86_64": sorted(BRANCHES - {"jecxz", "jcxz"}), "x86_32": sorted(BRANCHES - {"jrcxz", "jcxz"})}


@TARGET
def test_every_branch_to_a_label_as_gnu_as_has_it(target: str, compile_text: CODE, tmp_path: Path) -> None:
    body = [f"a{n}: {name} ${{&{where}}}" for n, name in enumerate(NAMES[target]) for where in (f"a{n}",)]
    lines = [one.replace("${&", "").replace("}", "") for one in body]
    assert made_of(compile_text(spec(target, "\n".join(body)))) == b"".join(whole(target, lines, tmp_path))


@TARGET
@pytest.mark.parametrize("away", [-129, -128, -127, -3, -2, 126, 127, 128, 129])
def test_a_branch_is_short_as_long_as_it_reaches(
    target: str, away: int, compile_text: CODE, tmp_path: Path
) -> None:
    """`away` is the distance from the end of the short form."""
    for name in ("jmp", "jne", "call", "js", "jrcxz" if target == "x86_64" else "jecxz", "loop"):
        filler = ["nop1"] * (away if away > 0 else -away - 2)
        lines = [f"{name} l", *filler, "l: ret"] if away > 0 else ["l:", *filler, f"{name} l"]
        body = "\n".join(lines).replace(f"{name} l", f"{name} ${{&l}}")
        found = compile_text(spec(target, body))
        if not has_near(name) and not -128 <= away <= 127:
            assert found.codes == ["immediate-range"]
            assert f"the label is {away} bytes away" in found.found[0].message
            continue
        ours = made_of(found)
        assert ours == b"".join(whole(target, [one.replace("nop1", "nop") for one in lines], tmp_path))
        expected = 5 if name == "call" else 2 if -128 <= away <= 127 else 5 + (name != "jmp")
        assert len(ours) == len(filler) + expected + (away > 0)


@TARGET
@pytest.mark.parametrize(("word", "away"), [("short", 127), ("short", 128), ("near", 0), ("near", 500)])
def test_a_form_can_be_asked_for(
    target: str, word: str, away: int, compile_text: CODE, tmp_path: Path
) -> None:
    body = "\n".join([f"jne {word} ${{&l}}", *["nop1"] * away, "l: ret"])
    found = compile_text(spec(target, body))
    if (word, away) == ("short", 128):
        assert found.codes == ["immediate-range"]
        return
    prefix = {"short": "{disp8}", "near": "{disp32}"}[word]
    lines = [f"{prefix} jne l", *["nop"] * away, "l: ret"]
    assert made_of(found) == b"".join(whole(target, lines, tmp_path))


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Branches to labels, and fillers of sizes at which one branch decides whether others reach."""
    count = draw(st.integers(1, 6))
    parts: list[tuple[str, int]] = [("label", n) for n in range(count)]
    names = st.sampled_from(["jmp", "jne", "jz", "call", "jg"])
    parts += [(draw(names), draw(st.integers(0, count - 1))) for _ in range(draw(st.integers(1, 12)))]
    parts += [("fill", draw(st.sampled_from([1, 5, 30, 60, 110, 115, 118, 120, 121, 122, 123, 124, 125, 126])))
              for _ in range(draw(st.integers(0, 4)))]  # fmt: skip
    return draw(st.permutations(parts))


@settings(max_examples=60)
@given(program=programs(), target=st.sampled_from(sorted(BITS)))
def test_branches_that_depend_on_each_other_relax_as_gnu_as_has_it(
    program: list[tuple[str, int]], target: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("relaxed")
    ours: list[str] = []
    theirs: list[str] = []
    for name, number in program:
        if name == "label":
            ours, theirs = [*ours, f"l{number}:"], [*theirs, f"l{number}:"]
        elif name == "fill":
            ours, theirs = [*ours, *["nop1"] * number], [*theirs, f".skip {number}, 0x90"]
        else:
            ours, theirs = [*ours, f"{name} ${{&l{number}}}"], [*theirs, f"{name} l{number}"]
    path = folder / "spec.tramp"
    text = spec(target, "\n".join([*ours, "ret"]))
    path.write_text(f"//! SPDX-License-Identifier: MIT\n{text}")
    assert made_of(compile_file(path)) == b"".join(whole(target, [*theirs, "ret"], folder))


def test_each_branch_that_grows_can_push_the_next_one_out_of_reach(
    compile_text: CODE, tmp_path: Path
) -> None:
    """A chain in which only the last branch is too far at first."""
    lines = [f"jmp l{n}" for n in range(40)]
    for n in range(40):
        lines += ["nop"] * (127 - 2 * 39 if n == 0 else 2 if n < 39 else 3) + [f"l{n}:"]
    body = "\n".join(lines).replace("nop", "nop1")
    body = re.sub(r"jmp (l\d+)", r"jmp ${&\1}", body)
    ours = made_of(compile_text(spec("x86_64", body + "\nret")))
    assert ours == b"".join(whole("x86_64", [*lines, "ret"], tmp_path))
    assert ours[:1] == b"\xe9"
    assert ours.count(b"\xe9") == 40


def test_a_chain_of_branches_grows_from_its_end(compile_text: CODE, tmp_path: Path) -> None:
    """Each reaches just as long as the next one is short; only the last one is too far at first."""
    lines: list[str] = []
    for n in range(300):
        lines += [f"jmp l{n}", *["nop"] * 27, *([f"l{n - 1}:"] if n else []), *["nop"] * 71]
    lines += [*["nop"] * 30, "l299: ret"]
    body = re.sub(r"jmp (l\d+)", r"jmp ${&\1}", "\n".join(lines)).replace("nop", "nop1")
    body = re.sub(r"(?:nop1\n){9}", "nop9\n", body)
    lines = re.sub(r"(?:nop\n){9}", ".byte 0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0\n", "\n".join(lines)).split(
        "\n"
    )
    ours = made_of(compile_text(spec("x86_64", body)))
    assert ours == b"".join(whole("x86_64", lines, tmp_path))
    assert ours.count(b"\xe9") == 300


REACH = {  # size of the instruction, bits of the distance, and where they begin
    "jmp ${x}": (5, 32, 1), "call ${x}": (5, 32, 1), "jne ${x}": (6, 32, 2), "jz near ${x}": (6, 32, 2),
    "jmp short ${x}": (2, 8, 1), "jg short ${x}": (2, 8, 1), "loop ${x}": (2, 8, 1),
    "lea rax, [rip + ${x}]": (7, 32, 3),
    "mov dword ptr [rip + ${x}], 0x12345678": (10, 32, 2), "cmp byte ptr [rip + ${x}], 7": (7, 32, 2),
}  # fmt: skip


@TARGET
@pytest.mark.parametrize("text", REACH)
def test_how_far_a_param_reaches(target: str, text: str, compile_text: CODE) -> None:
    size, bits, first = REACH[text]
    found = compile_text(spec(target, text, "param x: branch"))
    if "rip" in text and target == "x86_32":
        assert found.codes == ["bad-operand"]
        return
    assert found.spec is not None, [one.message for one in found.found]
    [param] = found.spec.templates[0].variants[0].params
    [hole] = found.spec.templates[0].variants[0].holes
    half = 1 << (bits - 1)
    assert (param.reach.low, param.reach.high, param.pc_base) == (-half, half - 1, size)
    assert (hole.offset, hole.word, hole.field.width) == (0, first, bits)


def test_an_address_of_data_is_counted_from_the_end(compile_text: CODE, tmp_path: Path) -> None:
    """Relative to rip, with an immediate behind the displacement."""
    lines = ["lea rax, [rip + l]", "mov dword ptr [rip + l], 5", "cmp byte ptr [rip + l + 4], 1", "l: ret"]
    body = "\n".join(lines).replace("rip + l + 4", "rip + ${&l + 4}").replace("rip + l]", "rip + ${&l}]")
    assert made_of(compile_text(spec("x86_64", body))) == b"".join(whole("x86_64", lines, tmp_path))


# ---- what is encoded here ------------------------------------------------------------------------------


@TARGET
def test_nops_are_what_the_processor_takes_for_one_instruction(target: str) -> None:
    engine = readback._engine(*isas.load(target).capstone)
    for name, text in NOPS.items():
        found = engine.sized(bytes.fromhex(text), 0)
        assert found is not None, name
        assert (found[0], found[2]) == ("nop", len(bytes.fromhex(text))), name
        assert name == "nop" or int(name[3:]) == found[2]


@TARGET
def test_code_of_nops_alone(target: str) -> None:
    isa = isas.load(target)
    nops = [bytes.fromhex(text) for text in NOPS.values()]
    assert isa.only_nops(b"".join(nops))
    assert isa.only_nops(b"")
    assert not isa.only_nops(nops[4][:-1])
    assert not isa.only_nops(b"\xcc")
    assert not isa.only_nops(b"\x90\x66")


def test_a_short_branch_has_one_byte_of_distance() -> None:
    made = branch(64, "jnz", "short", 0)
    assert made is not None
    assert made[0].with_operand(-2) == b"\x75\xfe"
    assert made[1].pc_base == 2
    assert branch(64, "call", "short", 0) is None
    assert branch(32, "jrcxz", "", 0) is None
    assert x86.ISAS["x86_64"].lower(line("jz near {}", [Affine("x")])).encoded is not None
