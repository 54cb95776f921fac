"""A Keystone library that misbehaves: the build says so at the right line, the next one works, no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.processes import children, processes, soon
from tests.unit.fake_keystone import (
    AFTER_OTHERS,
    BAD,
    HOLE,
    OLD,
    SPEC,
    TRIGGER,
    Builder,
    Said,
    compile_library,
)
from trampgen.assemble import driver, process

DRIVER = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
sys.path.insert(0, {root!r})
from trampgen import cli
from trampgen.assemble import process
process._WORKER = {command!r}
sys.exit(cli.main(["build", "-q", "-o", {out!r}, {spec!r}]))
"""

Try = Callable[..., Said]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fake, compiled once."""
    return compile_library(tmp_path_factory.mktemp("fake"))


@pytest.fixture
def builder(tmp_path: Path, library: Path) -> Iterator[Builder]:
    before = children()
    builder = Builder(tmp_path, library)
    yield builder
    assert children() <= before
    left = not soon(lambda: not processes(builder.launcher))
    for lost in processes(builder.launcher):
        os.kill(lost, signal.SIGKILL)
    assert not left


@pytest.fixture
def attempt(builder: Builder, capsys: pytest.CaptureFixture[str]) -> Try:
    """Build with the fake: where that fails it leaves the outputs alone, and the next build works."""

    def attempt(
        deed: str, spec: str = SPEC, trigger: str = TRIGGER, once: bool = False, again: bool = True
    ) -> Said:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(process, "_WORKER", builder.prepare(deed, spec, trigger, once))
            said = builder.build(capsys)
        assert said.status == (1 if said.errors else 0)
        if said.errors:
            assert builder.outputs() == OLD
        if said.errors and again:
            builder.with_real_worker(capsys)
        return said

    return attempt


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall clock limit that a test can wait for."""
    monkeypatch.setattr(driver, "_WALL_SECONDS", 0.7)


def test_the_fake_can_be_right(attempt: Try, builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    assert attempt("nothing at all", AFTER_OTHERS) == Said(0, [], "")
    assert builder.mark.exists()
    faked = builder.outputs()
    builder.with_real_worker(capsys)
    assert builder.outputs() == faked


# ---- death and silence ---------------------------------------------------------------------------------

DEATHS = {
    "kill": "ended by signal 9",
    "segv": "ended by signal 11",
    "abort": "ended by signal 6",
    "exit": "ended with status 0",
    "spin": "out of CPU time",
    "bad_alloc": "bad_alloc",
    "out of memory": "Out of memory",
    "shout and die": "last words",
    "shout for ever": "out of CPU time",
    "fork and die": "ended by signal 9",
}


@pytest.mark.parametrize("deed", DEATHS)
def test_a_library_that_ends_its_process(deed: str, attempt: Try) -> None:
    said = attempt(deed)
    [(line, code, message)] = said.errors
    assert (line, code) == (BAD, "assembler-died")
    assert DEATHS[deed] in message
    assert "`addi`" in message
    assert len(message) < 320
    assert "\033" not in said.text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("deed", ["sleep", "stop"])
def test_a_library_that_waits_for_ever(deed: str, attempt: Try) -> None:
    [(line, code, message)] = attempt(deed).errors
    assert (line, code) == (BAD, "assembler-died")
    assert "no answer" in message


@pytest.mark.parametrize("deed", ["kill", "spin", "out of memory"])
def test_many_deaths_of_one_line_are_one_finding(deed: str, attempt: Try) -> None:
    """Every probe of a hole dies: the innocent lines around it are not blamed, nor the installation."""
    said = attempt(deed, AFTER_OTHERS)
    [(line, code, message)] = said.errors
    assert (line, code) == (BAD, "assembler-died")
    assert DEATHS[deed] in message
    assert "installed" not in said.text


@pytest.mark.parametrize("deed", ["kill", "nothing"])
def test_a_death_or_a_failure_on_one_probe(deed: str, attempt: Try) -> None:
    said = attempt(deed, HOLE, "addi 0x4, 0x4, 0x10")
    assert said.lines == {BAD}
    assert said.codes == {"assembler-died" if deed == "kill" else "assembler-rejects"}


def test_every_line_that_dies_is_named(attempt: Try) -> None:
    spec = SPEC.replace("nop", "nop\n        addi r4, r4, 3\n        addi r4, r4, 4")
    assert sorted(attempt("segv", spec).lines) == [6, 8, 9]


def test_more_deaths_than_anybody_waits_for(attempt: Try) -> None:
    """Not all are looked for, and what was not asked is blamed for nothing."""
    spec = SPEC.replace("nop", "\n".join(f"addi r4, r4, {n}" for n in range(3, 60)))
    said = attempt("kill", spec)
    assert BAD in said.lines
    assert said.lines <= set(range(BAD, BAD + 58))
    assert said.codes == {"assembler-died"}


def test_a_library_that_is_not_there(builder: Builder, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builder, "library", builder.out / "missing.so")
        patch.setattr(process, "_WORKER", builder.prepare("", SPEC))
        said = builder.build(capsys)
    [(_, code, message)] = said.errors
    assert code == "assembler-died"
    assert "missing.so" in message
    assert "installed" in said.text
    builder.with_real_worker(capsys)


def test_a_library_that_never_works(attempt: Try) -> None:
    """No statement is looked at by itself where none can be at fault."""
    [(_, code, message)] = attempt("open").errors
    assert code == "assembler-died"
    assert "does not work" in message
    assert "ended by signal 6" in message


def test_a_death_that_does_not_come_again(attempt: Try, builder: Builder) -> None:
    """A batch takes the process down, and then no statement by itself does."""
    assert attempt("kill", once=True) == Said(0, [], "")
    assert builder.mark.exists()


# ---- lies ----------------------------------------------------------------------------------------------

LIES = {
    "operand": "read-back",
    "register": "read-back",
    "order": "read-back",
    "short": "assembler-rejects",
    "long": "assembler-rejects",
    "endless": "assembler-rejects",
    "large": "assembler-rejects",
    "null": "assembler-rejects",
    "nothing": "assembler-rejects",
    "shout": "assembler-rejects",
    "no text": "assembler-rejects",
    "empty text": "assembler-rejects",
    "long text": "assembler-rejects",
}


@pytest.mark.parametrize("spec", [SPEC, HOLE], ids=["plain", "with a hole"])
@pytest.mark.parametrize("deed", LIES)
def test_a_library_that_lies(deed: str, spec: str, attempt: Try) -> None:
    [(line, code, message)] = attempt(deed, spec, again=spec == SPEC).errors
    assert (line, code) == (BAD, LIES[deed])
    assert "`addi`" in message
    assert len(message) < 320


def test_a_lie_about_one_bit_of_a_hole(attempt: Try) -> None:
    [(line, code, _)] = attempt("operand", HOLE, "addi 0x4, 0x4, 0x10").errors
    assert (line, code) == (BAD, "not-linear")


def test_lengths_that_do_not_add_up(attempt: Try, builder: Builder) -> None:
    """A wrong table of label differences: each statement is asked for by itself, and nothing is wrong with it."""
    assert attempt("table") == Said(0, [], "")
    assert builder.mark.exists()


# ---- what is left behind -------------------------------------------------------------------------------


def test_a_child_of_the_library_holds_nothing_up(attempt: Try, builder: Builder) -> None:
    started = time.monotonic()
    assert attempt("fork") == Said(0, [], "")
    assert builder.mark.exists()
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("number", "deed"),
    [
        (signal.SIGKILL, "sleep"),
        (signal.SIGKILL, "spin"),
        (signal.SIGKILL, "stop"),
        (signal.SIGTERM, "sleep"),
        (signal.SIGINT, "sleep"),
    ],
)
def test_the_worker_dies_with_trampgen(number: signal.Signals, deed: str, builder: Builder) -> None:
    script = builder.launcher.with_name("drive.py")
    command = builder.prepare(deed, SPEC)
    names = {"root": str(ROOT), "out": str(builder.out), "spec": str(builder.spec)}
    script.write_text(DRIVER.format(command=command, **names))
    with subprocess.Popen([sys.executable, str(script)], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert soon(builder.mark.exists, 8)
            assert processes(builder.launcher)
            process.send_signal(number)
            _, said = process.communicate(timeout=5)
        finally:
            process.kill()
    assert soon(lambda: not processes(builder.launcher))
    assert process.returncode == (2 if number == signal.SIGINT else -number)
    assert "Traceback" not in said
    assert builder.outputs() == OLD


def test_a_worker_whose_parent_is_gone_does_not_start(builder: Builder) -> None:
    """It may be orphaned before it can ask to die with its parent: then somebody else is its parent already."""
    command = [*builder.prepare("", SPEC), str(os.getppid())]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=5)
    assert done.returncode == 1
    assert done.stderr == "the process that started this one is gone\n"


def test_limits_that_are_lower_already_stay(builder: Builder) -> None:
    """Who may not raise a limit can still build."""
    request = (
        '{"arch": 0, "mode": 0, "big": true, "width": 4, "address": 0, "statements": ["nop"], "single": true}'
    )
    resources = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
    command = builder.prepare("", SPEC)
    text = builder.launcher.read_text()
    shown = "sys.stderr.write(str(resource.getrlimit(resource.RLIMIT_FSIZE)))\n"
    builder.launcher.write_text(resources + text + shown)
    done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=5)
    assert done.stdout == '{"code": "60000000"}\n'
    assert done.stderr == "(4096, 4096)"
