"""The machine of the firmware is ended with whoever started it: an idle one spins."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pypcode")

from tests.conftest import ROOT
from tests.prove import firmware

START = """
import time
from tests.prove import firmware
with firmware.running("ppc32") as found:
    while b"qemu" not in open(f"/proc/{found.process.pid}/cmdline", "rb").read().split(b"\\0")[0]:
        time.sleep(0.01)  # it is still setpriv
    print(found.process.pid, flush=True)
    time.sleep(60)
"""


def _runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _broken() -> None:
    with firmware.running("ppc32") as found:
        raise KeyError(found.process.pid)


def test_a_machine_ends_with_its_block() -> None:
    with pytest.raises(KeyError) as caught:
        _broken()
    assert not _runs(caught.value.args[0])


def test_a_machine_ends_with_its_process() -> None:
    with firmware.running("ppc32"):  # or skip
        pass
    process = subprocess.Popen([sys.executable, "-c", START], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    end = time.monotonic() + 10
    while _runs(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not _runs(pid)
