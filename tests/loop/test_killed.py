"""Whatever ends a build, and whoever else writes: every output is whole, and the next build mends the rest."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.loop.conftest import Run, outputs, program, start
from tests.processes import processes, soon
from trampgen.emit import write

BUILD = ("build", "-q", "-o", "out", "-D", "OFFSET=16", "--emit", "header,json,blob,listing", "call.tramp")
# The program, with something that happens at the n-th call of a function of os.
HOOKED = """
import os, signal, sys
from trampgen.cli import main
calls = 0
real = os.{name}
def hooked(*arguments, **keywords):
    global calls
    if arguments and "out" in str(arguments[0]):
        calls += 1
        if calls == {count}:
            os.kill(os.getpid(), signal.{signal})
    return real(*arguments, **keywords)
os.{name} = hooked
sys.exit(main({arguments!r}))
"""


def hooked(name: str, count: int, number: str) -> int:
    code = HOOKED.format(name=name, count=count, signal=number, arguments=BUILD)
    return program(python=("-c", code)).status


@pytest.fixture
def versions(run: Run) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The outputs of two versions of the spec; those of the first are in the folder, the second is to be built."""
    Path("shared.inc").write_text("const STEP = 8\n")
    assert run(*BUILD).status == 0
    new = outputs(Path("out"))
    Path("shared.inc").write_text("const STEP = 4\n")
    assert run(*BUILD).status == 0
    old = outputs(Path("out"))
    assert old.keys() == new.keys()
    assert all(old[name] != new[name] for name in old if name != "call.json")
    Path("shared.inc").write_text("const STEP = 8\n")
    return old, new


@pytest.mark.parametrize("count", range(1, 7))
def test_killed_between_two_outputs(
    count: int, versions: tuple[dict[str, bytes], dict[str, bytes]], run: Run
) -> None:
    old, new = versions
    assert hooked("replace", count, "SIGKILL") == -signal.SIGKILL
    found = outputs(Path("out"))
    for name in old:
        assert found[name] in (old[name], new[name]), name
    assert [name for name in found if name.endswith(".tmp")]
    assert run(*BUILD).status == 0
    assert outputs(Path("out")) == new
    assert run(*BUILD[:1], *BUILD[2:]).out == "call.tramp: nothing to do, 5 outputs are up to date\n"


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_waits_until_all_is_written(
    number: str, versions: tuple[dict[str, bytes], dict[str, bytes]]
) -> None:
    _, new = versions
    assert hooked("replace", 1, number) in (2, -getattr(signal, number))
    assert outputs(Path("out")) == new


@pytest.mark.parametrize("delay", [0.02, 0.06, 0.1, 0.13, 0.16, 0.2, 0.25])
def test_ended_at_any_time(delay: float, versions: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    old, new = versions
    for number in (signal.SIGTERM, signal.SIGKILL):
        with start(*BUILD) as process:
            time.sleep(delay)
            process.send_signal(number)
        found = {n: d for n, d in outputs(Path("out")).items() if not n.endswith(".tmp")}
        assert found in (old, new)


def test_only_our_own_remains_are_swept(run: Run) -> None:
    Path("out").mkdir()
    mine = [
        ".call.h.swp",
        ".call.h.tmp",
        ".call.h.old.tmp",
        ".other.h.77.tmp",
        "call.h.77.tmp.txt",
        "x.77.tmp",
    ]
    for name in [*mine, ".call.h.77.tmp"]:
        Path("out", name).write_text("?")
    assert run(*BUILD).status == 0
    left = sorted(path.name for path in Path("out").iterdir() if path.read_text("latin-1") == "?")
    assert left == sorted(mine)


# ---- several builds ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("work")
def test_two_builds_into_one_folder() -> None:
    """Whoever comes last, the outputs are of one build and belong together."""
    values = ("16", "24")
    alone = []
    for value in values:
        arguments = [
            word.replace("OFFSET=16", f"OFFSET={value}").replace("out", f"out{value}") for word in BUILD
        ]
        assert program(*arguments).status == 0
        alone.append(outputs(Path(f"out{value}")))
    for _ in range(6):
        builds = [
            start(*[word.replace("OFFSET=16", f"OFFSET={value}") for word in BUILD])
            for value in values
            for _ in range(2)
        ]
        for build in builds:
            assert build.communicate(timeout=60) == ("", "")
            assert build.returncode == 0
        assert outputs(Path("out")) in alone


@contextmanager
def held(folder: str) -> Iterator[None]:
    """Another build is writing into a folder."""
    os.makedirs(folder, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def test_a_build_waits_for_another(run: Run) -> None:
    with held("out"):
        waiting = threading.Thread(target=lambda: program(*BUILD))
        waiting.start()
        time.sleep(0.6)
        assert outputs(Path("out")) == {}
    waiting.join(30)
    assert len(outputs(Path("out"))) == 5


def test_but_not_for_ever(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "_PATIENCE", 0.1)
    with held("out"):
        refused = run(*BUILD)
    assert refused.status == 2
    assert refused.err == "trampgen: error: can't write to out: another build is writing to it\n"


# ---- several processes ---------------------------------------------------------------------------------

MANY = "\n".join(f"stub other{n} {{ code {{ addi r3, r3, {n}; bctr }} }}" for n in range(800))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_is_left_of_a_parallel_build(number: signal.Signals, work: Path) -> None:
    names = [str(work / f"many{n}.tramp") for n in range(4)]
    for name in names:
        Path(name).write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{MANY}\n")
    with start("build", "-j3", "-o", "out", *names) as process:
        assert soon(lambda: len(processes(names[0])) == 4, 10)
        process.send_signal(number)
        process.communicate(timeout=20)
    assert soon(lambda: not processes(names[0]), 2)
    assert not Path("out").exists()


def test_a_process_that_is_killed_is_no_hang(work: Path) -> None:
    names = [str(work / f"many{n}.tramp") for n in range(4)]
    for name in names:
        Path(name).write_text(f"//! SPDX-License-Identifier: MIT\ntarget ppc64\n{MANY}\n")
    with start("build", "-j3", "-o", "out", *names) as process:
        assert soon(lambda: len(processes(names[0])) == 4, 10)
        os.kill(max(processes(names[0])), signal.SIGKILL)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert (
        err == "trampgen: error: a process that compiled was killed: where memory is short, -j1 needs less\n"
    )
