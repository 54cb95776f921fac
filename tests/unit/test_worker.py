"""Keystone's worker may die, hang, lie or talk nonsense: each gives a diagnostic, and leaves no process behind."""

from __future__ import annotations

import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Compiled, assembler_of, compile_file
from tests.processes import at_most, children
from trampgen.assemble import driver, readback
from trampgen.assemble.driver import Assembler, gate
from trampgen.assemble.process import Unusable, Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Report
from trampgen.isa import ppc
from trampgen.model.source import Sources

SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64
stub s {
    code {
        addi r3, r3, 1
        nop
        blr
    }
}
"""
FIRST, LAST = 5, 7  # the lines of the instructions
WORDS = ["38630001", "60000000", "4e800020"]

PRELUDE = """\
import json, os, resource, signal, sys, time
WORDS = {"addi 0x3, 0x3, 0x1": "38630001", "nop": "60000000", "blr": "4e800020"}
def requests():
    for line in sys.stdin:
        yield json.loads(line)
def words(request):
    return [WORDS[statement] for statement in request["statements"]]
def reply(message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()
def answer(request, word=lambda code: code):
    codes = [word(code) for code in words(request)]
    if request["single"]:
        for code in codes:
            reply({"code": code})
    else:
        reply({"codes": codes})
"""


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall clock limit that a test can wait for."""
    monkeypatch.setattr(driver, "_WALL_SECONDS", 0.5)


Build = Callable[..., Compiled]


@pytest.fixture
def build_with(tmp_path: Path) -> Build:
    """Compile a spec with a worker given as Python text; then once more with the real one."""

    def build(worker: str, spec: str = SPEC, again: bool = True) -> Compiled:
        script, path = tmp_path / "worker.py", tmp_path / "spec.tramp"
        script.write_text(PRELUDE + textwrap.dedent(worker))
        path.write_text(spec)
        sources, report = Sources(), Report()
        command = [sys.executable, "-I", str(script)]
        with at_most(20), Worker(command) as fake:
            try:
                found = compile_spec(str(path), {}, sources, report, fake)
            except Abort:
                compiled = Compiled(None, report.ordered(), sources)
            else:
                compiled = Compiled(found, report.ordered(), sources)
        if again:
            real = compile_file(path)
            assert real.spec is not None, real.found
        return compiled

    return build


def assert_said(found: Compiled, codes: set[str], lines: set[int]) -> None:
    """Errors with these codes only, all on these lines, with something to read in each."""
    assert found.spec is None
    assert found.found
    assert {d.code for d in found.found} <= codes
    for diagnostic in found.found:
        assert diagnostic.severity == "error"
        assert diagnostic.span is not None
        assert diagnostic.span.path.endswith("spec.tramp")
        assert diagnostic.message.strip()
        assert "Traceback" not in diagnostic.message
    assert {d.span.line for d in found.found if d.span} <= lines


PPC64 = ppc.ISAS["ppc64"]
ANY_LINE = set(range(FIRST, LAST + 1))
ONE = SPEC.replace("        nop\n        blr\n", "")  # for what takes long


def test_the_fake_can_be_right(build_with: Build) -> None:
    found = build_with("for request in requests(): answer(request)")
    assert found.spec is not None
    assert [f"{word.value:08x}" for word in found.spec.templates[0].variants[0].words] == WORDS


def test_one_failing_statement_is_found_by_itself(build_with: Build) -> None:
    """A batch that fails is asked for again statement by statement."""
    found = build_with(
        """
        for request in requests():
            if request["single"]:
                for statement in request["statements"]:
                    bad = statement == "nop"
                    reply({"failed": "no such thing"} if bad else {"code": WORDS[statement]})
            else:
                reply({"failed": "something is wrong"})
        """
    )
    assert_said(found, {"assembler-rejects"}, {6})
    assert "no such thing" in found.found[0].message


# ---- death ---------------------------------------------------------------------------------------------

DEATHS = {
    "exits at once": ("sys.exit(3)", "status 3"),
    "exits without a word": ("next(requests())", "status 0"),
    "says why and dies": ('next(requests()); sys.stderr.write("out of luck\\n"); sys.exit(9)', "out of luck"),
    "is killed": ("next(requests()); os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
    "is killed before it reads": ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
    "segfaults": ("next(requests()); os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
    "is killed in its answer": (
        'next(requests()); os.write(1, b\'{"codes": ["3863\'); os.kill(os.getpid(), signal.SIGKILL)',
        "signal 9",
    ),
    "runs out of CPU time": (
        "next(requests()); signal.setitimer(signal.ITIMER_PROF, 0.05)\nwhile True: pass",
        "CPU time",
    ),
    "runs out of memory": (
        "next(requests()); resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28)); bytearray(1 << 30)",
        "MemoryError",
    ),
    "closes its output and goes on": ("os.close(1); time.sleep(1000)", "closed its output"),
}


@pytest.mark.parametrize("name", DEATHS)
def test_a_worker_that_dies(name: str, build_with: Build) -> None:
    worker, said = DEATHS[name]
    found = build_with(worker, ONE if "sleep" in worker else SPEC)
    assert_said(found, {"assembler-died"}, ANY_LINE)
    assert any(said in diagnostic.message for diagnostic in found.found), found.found


def test_the_statement_that_kills_is_named(build_with: Build) -> None:
    found = build_with(
        """
        for request in requests():
            for statement in request["statements"]:
                if statement == "nop":
                    os.kill(os.getpid(), signal.SIGSEGV)
                if request["single"]: reply({"code": WORDS[statement]})
            if not request["single"]: reply({"codes": []})
        """
    )
    assert_said(found, {"assembler-died"}, {6})
    assert "`nop`" in found.found[0].message
    assert "signal 11" in found.found[0].message


def test_a_missing_library_is_not_blamed_on_every_statement(build_with: Build) -> None:
    found = build_with('raise OSError("libkeystone is not installed")')
    assert_said(found, {"assembler-died"}, ANY_LINE)
    assert all("libkeystone is not installed" in d.message for d in found.found)


def test_a_broken_worker_is_given_up(build_with: Build, tmp_path: Path) -> None:
    log = tmp_path / "starts"
    lines = "\n".join(f"addi r3, r3, {n}" for n in range(60))
    spec = SPEC.replace("addi r3, r3, 1", lines)
    build_with(f'open({str(log)!r}, "a").write("x"); sys.exit(1)', spec)
    assert len(log.read_text()) <= 10


def test_a_worker_that_cannot_be_started(tmp_path: Path) -> None:
    path = tmp_path / "spec.tramp"
    path.write_text(SPEC)
    report = Report()
    with pytest.raises(Abort), Worker([str(tmp_path / "missing")]) as worker:
        compile_spec(str(path), {}, Sources(), report, worker)
    assert report.errors


# ---- silence -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_hangs(build_with: Build) -> None:
    found = build_with("next(requests()); time.sleep(1000)", ONE)
    assert_said(found, {"assembler-died"}, {FIRST})


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_hangs_in_its_answer(build_with: Build) -> None:
    worker = "next(requests()); os.write(1, b'{\"codes\": '); time.sleep(1000)"
    found = build_with(worker, ONE)
    assert_said(found, {"assembler-died"}, {FIRST})


@pytest.mark.usefixtures("impatient")
def test_the_statement_that_hangs_is_named(build_with: Build) -> None:
    found = build_with(
        """
        for request in requests():
            if not request["single"]:
                reply({"failed": "one of them"})
                continue
            for statement in request["statements"]:
                if statement == "nop":
                    time.sleep(1000)
                reply({"code": WORDS[statement]})
        """
    )
    assert_said(found, {"assembler-died"}, {6})


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_never_ends_its_line() -> None:
    command = [sys.executable, "-I", "-c", "import os\nwhile True: os.write(1, b'x' * 65536)"]
    with assembler_of(PPC64, command) as assembler, at_most(3), pytest.raises(Unusable, match="answer"):
        assembler.assemble(["nop"])


@pytest.mark.usefixtures("impatient")
def test_a_worker_that_never_reads(tmp_path: Path) -> None:
    """More than a pipe holds: the write blocks."""
    command = [sys.executable, "-I", "-c", "import time; time.sleep(1000)"]
    with assembler_of(PPC64, command) as assembler, at_most(3), pytest.raises(Unusable, match="no answer"):
        assembler.assemble([f"ori 0x3, 0x3, {n:#x}" for n in range(5000)])


# ---- nonsense ------------------------------------------------------------------------------------------

NONSENSE = {
    "garbage": 'b"hello\\n"',
    "bytes that are no text": 'b"\\xff\\xfe\\x00\\n"',
    "half of a line": 'b\'{"codes": ["38630001"\'',
    "half of a document": 'b\'{"codes": ["38630001"\\n\'',
    "an empty line": 'b"\\n"',
    "a number": 'b"5\\n"',
    "null": 'b"null\\n"',
    "a list": "b'[\"38630001\"]\\n'",
    "an unknown key": "b'{\"result\": 1}\\n'",
}
WRONG_SHAPES = {
    "codes that are a number": {"codes": 5},
    "codes that are null": {"codes": None},
    "codes that are a text": {"codes": "38630001"},
    "codes that are numbers": {"codes": [1, 2, 3]},
    "codes that are no hex": {"codes": ["zz"] * 3},
    "codes of odd length": {"codes": ["3863000"] * 3},
    "too few codes": {"codes": WORDS[:2]},
    "no codes": {"codes": []},
    "too many codes": {"codes": [*WORDS, "60000000"]},
    "codes that are empty": {"codes": ["", "", ""]},
    "an empty code": {"code": ""},
    "a code that is null": {"code": None},
    "a code that is a number": {"code": 5},
    "a code that is no hex": {"code": "zz"},
    "a failure without a reason": {"failed": None},
    "a failure that is a number": {"failed": 5},
    "words of 8 bytes": {"codes": ["3863000160000000"] * 3},
    "words of 2 bytes": {"codes": ["3863"] * 3},
    "one word of 8 bytes": {"codes": ["38630001", "6000000060000000", "4e800020"]},
    "a code of 8 bytes": {"code": "3863000160000000"},
}
CODES = {"assembler-died", "assembler-rejects", "read-back"}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_worker_that_talks_nonsense(name: str, build_with: Build) -> None:
    found = build_with(f"next(requests()); os.write(1, {NONSENSE[name]})", again=False)
    assert_said(found, CODES, ANY_LINE)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_an_answer_of_a_wrong_shape(name: str, build_with: Build) -> None:
    stays = name in ("too few codes", "codes that are null", "an empty code")  # the others end, to save time
    loop = "for request in requests()" if stays else "for request in [next(requests())]"
    found = build_with(f"{loop}: reply({WRONG_SHAPES[name]!r})", again=False)
    assert_said(found, CODES, ANY_LINE)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", ["too few codes", "a failure without a reason"])
def test_a_wrong_shape_is_not_taken_for_a_reason(name: str, build_with: Build) -> None:
    found = build_with(f"for request in requests(): reply({WRONG_SHAPES[name]!r})", ONE)
    assert not [d for d in found.found if d.message.endswith(": None")]


def test_an_answer_that_is_nested_too_deeply(build_with: Build) -> None:
    found = build_with('next(requests()); os.write(1, b"[" * 50000 + b"\\n")')
    assert_said(found, CODES, ANY_LINE)


def test_what_the_library_prints_is_no_answer(build_with: Build) -> None:
    """Standard error is kept apart, however much there is of it."""
    found = build_with(
        """
        for request in requests():
            sys.stderr.write("noise\\n" * 100000)
            answer(request)
        """
    )
    assert found.spec is not None


# ---- lies ----------------------------------------------------------------------------------------------

LIES = {
    "another operand": "38630002",
    "another register": "38640001",
    "another instruction": "60000000",
    "another mnemonic": "3c630001",
    "no instruction": "00000000",
    "the other byte order": "01006338",
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_read_back(name: str, build_with: Build) -> None:
    lie = f'lambda code: "{LIES[name]}" if code == "38630001" else code'
    found = build_with(f"for request in requests(): answer(request, {lie})", again=False)
    assert_said(found, {"read-back"}, {FIRST})


def test_a_lie_about_a_large_number_is_read_back() -> None:
    """Two readings of 16 bits differ by 0x10000, targets do not: b .+0x10000 is not b .+0x20000."""
    assert readback.differs(PPC64, 0x48010000, 0x10000000, "b", [0x10010000]) is None
    assert readback.differs(PPC64, 0x48010000, 0x10000000, "b", [0x10020000]) is not None


# ---- the real worker -----------------------------------------------------------------------------------

KILLERS = [
    ".text",
    ".org 0",
    ".cfi_startproc",
    "(" * 100_000,
    "nop " + "(" * 100_000,
    "li 3, " + "(" * 8 + "1" + ")" * 8,
    "( nop",
    "[ nop",
    "% nop",
    ") nop",
    ", nop",
    "+ nop",
    "- nop",
    "~ nop",
    '.ascii "a',
    'nop .ascii "a',
    ".zero -1",
    ".=x;x:nop",
    "x: nop",
    "nop\nnop",
    "nop; nop",
    "nop\0nop",
    "\0",
    "n\u00f6p",
    "nop \u20ac",
    "li 3, 0x8000000000000000",
    "li 3, 9223372036854775808",
    "li 3, -9223372036854775808",
    "li 3, " + "9" * 100,
    "nop # " + "x" * 300,
    "nop // comment",
    "",
    " ",
    " nop",
    "NOP",
    "rept 4",
    "macro",
]


def test_known_killers_are_refused_or_survived() -> None:
    with assembler_of(PPC64) as assembler, at_most(20):
        for statement in KILLERS:
            [result] = assembler.assemble([statement])
            assert not result.fatal, statement[:40]
        assert assembler.assemble(["nop"])[0].code == bytes.fromhex("60000000")


REFUSED = [
    *(
        ".text",
        ".org 0",
        ".cfi_startproc",
        "(nop",
        "[nop",
        "%nop",
        '.ascii "a',
        "x: nop",
        "nop\nnop",
        "nop; nop",
    ),
    *("nop\0", "n\u00f6p", "li 3, 0x8000000000000000", "li 3, (((1))", "li 3, $", "li 3, 'a'", 'li 3, "a"'),
    *("li 3, a=1", "(" * 100_000, "nop " + "(" * 9 + ")" * 9, "li 3, " + "9" * 30, "li 3, " + "1" * 200),
]


@pytest.mark.parametrize("statement", REFUSED, ids=lambda text: repr(text[:30]))
def test_the_gate_refuses(statement: str) -> None:
    assert gate(statement, PPC64.operands)


@pytest.mark.parametrize(
    "statement",
    [
        "nop",
        "bne+ 0x1, 0x10000040",
        "std 0xa, 0x18(0x1)",
        "std 0xa, -0x18(0x1)",
        "add. 0x3, 0x4, 0x5",
        "b 0x13ffffffc",
    ],
)
def test_the_gate_lets_our_own_statements_through(statement: str) -> None:
    assert gate(statement, PPC64.operands) is None


HANGS = [
    *(
        "nop ()",
        "lwz 3, ()",
        "lwz 3, 4(4)(4)",
        "beq .!0x1",
        "not 1^,",
        "rlwimi 0x1+*",
        "bne- -,",
        "mtdsisr 0b1.text",
    ),
    *("li 3, 0XFFFFFFFFFFFFFFFFFF", "li 3, 099999999999999999999999"),
]


@pytest.mark.parametrize("statement", HANGS)
def test_the_gate_refuses_what_hangs(statement: str) -> None:
    assert gate(statement, PPC64.operands)


_NUMBERS = st.one_of(
    st.integers(0, 31),
    st.integers(0, (1 << 63) - 1),
    st.sampled_from([0x7FFF, 0x8000, 0xFFFF, 0x10000000, 0x12000000, (1 << 63) - 1]),
)
_NAMES = [name for name in sorted(ppc.formats()) if name not in "hwsync hrfid".split()]


@st.composite
def _statement(draw: st.DrawFn) -> str:
    """A mnemonic of the table with as many operands as it takes, of any size."""
    name = draw(st.sampled_from(_NAMES))
    kinds = draw(st.sampled_from(ppc.formats()[name]))
    text = ""
    for index, kind in enumerate(kinds):
        number = hex(draw(_NUMBERS))
        text += f"({number})" if kind is ppc.BASE else f"{', ' if index else ' '}{number}"
    return name + text


@pytest.fixture(scope="module")
def shared() -> Iterator[Assembler]:
    with Worker() as worker:
        worker.start()
        yield Assembler(PPC64, worker)


@given(st.lists(_statement(), min_size=40, max_size=40))
@settings(
    max_examples=50,
    deadline=None,
    derandomize=True,  # a death costs seconds, and shrinking many of them: nothing here may depend on luck
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.large_base_example,
    ],
)
def test_nothing_of_our_own_shape_kills_the_worker(shared: Assembler, statements: list[str]) -> None:
    """2,000 statements of the shape that lowering makes of what the table knows, most of their numbers too large."""
    passed = [statement for statement in statements if gate(statement, PPC64.operands) is None]
    assert len(passed) == len(statements)
    for statement, result in zip(passed, shared.assemble(passed), strict=True):
        assert not result.fatal, f"{statement}: {result.problem}"


def test_a_statement_that_kills_the_worker_costs_only_itself() -> None:
    """`bl` with two operands can crash Keystone 0.9.2; lowering refuses it, but of other mnemonics we can't know."""
    good = ["addi 0x3, 0x3, 0x1", "bl 0x10000008"]
    with assembler_of(PPC64) as assembler:
        results = assembler.assemble([good[0], "bl 0x0, 0x0", "bl 0x0, 0x0, 0x0", good[1]])
        assert [r.code is not None for r in results] == [True, False, False, True]
        assert all(result.code for result in assembler.assemble(good))


def test_a_worker_is_started_again_after_a_death(tmp_path: Path) -> None:
    """The worker of a program that goes on: each death costs one statement."""
    seen = tmp_path / "seen"
    script = tmp_path / "worker.py"
    script.write_text(
        PRELUDE
        + textwrap.dedent(
            f"""
            first = not os.path.exists({str(seen)!r})
            open({str(seen)!r}, "w").close()
            for request in requests():
                if first:
                    os.kill(os.getpid(), signal.SIGKILL)
                answer(request)
            """
        )
    )
    with assembler_of(PPC64, [sys.executable, "-I", str(script)]) as assembler:
        results = assembler.assemble(["nop", "blr"])
    assert [result.code and result.code.hex() for result in results] == ["60000000", "4e800020"]


def test_a_batch_larger_than_a_pipe(shared: Assembler) -> None:
    results = shared.assemble([f"ori 0x3, 0x3, {n:#x}" for n in range(0x3000)])
    assert [int.from_bytes(r.code or b"", "big") & 0xFFFF for r in results] == list(range(0x3000))


def test_closing_is_quick_and_twice_is_once() -> None:
    worker = Worker()
    worker.start()
    started = time.monotonic()
    worker.close()
    worker.close()
    assert time.monotonic() - started < 2
