"""What `make kernel-test FINDINGS=1` makes of a console, without a kernel."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from tests.kernel.boot.machine import Boot
from tests.kernel.boot.targets import TARGETS
from tests.kernel.findings.__main__ import ends, listed, said
from tests.kernel.findings.where import Monitor

TRAPPED = "check trapped pass mkdir worked 3 times of 3; 3 hits\n"
OPTIMISED = "optimised: 1 probes, 1 optimised\n"


@pytest.mark.parametrize(
    ("console", "expected"),
    [
        (f"{TRAPPED}{OPTIMISED}check optimised pass \n", {"trapped": "works", "optimised": "works"}),
        (f"{TRAPPED}{OPTIMISED}check optimised fail \n", {"trapped": "works", "optimised": "fails"}),
        (f"{TRAPPED}{OPTIMISED}", {"trapped": "works", "optimised": "hangs"}),
        (f"{TRAPPED}[ 1.0] BUG: Unable to handle\n", {"trapped": "works", "optimised": "crashes"}),
        ("trapped: 1 probes\n", {"trapped": "hangs"}),
    ],
)
def test_how_it_ended(console: str, expected: dict[str, str]) -> None:
    assert ends(Boot(console, 1.0, True)) == expected


def test_what_was_said() -> None:
    boot = Boot(f"{TRAPPED}noise\n{OPTIMISED}[ 1.0] BUG: Unable\n", 1.0, False)
    assert said(boot, ["do_mkdirat", "emulate_step"]) == [
        TRAPPED.strip(),
        OPTIMISED.strip(),
        "BUG: Unable",
        "it hangs in do_mkdirat, emulate_step",
    ]


def test_every_finding_is_of_a_target() -> None:
    every = [finding for target in TARGETS for finding in listed(target)]
    assert {"r1-update", "stale-nip", "reservation"} < {finding.name for finding in every}
    for finding in every:
        assert all(value & ~mask == 0 for mask, value in finding.instructions), finding.name
        assert finding.file(["f+8", "f+16"]).decode().splitlines() == [
            finding.call,
            "p:kprobes/f0 f+8 code=@f+8:x32",
            "p:kprobes/f1 f+16 code=@f+16:x32",
        ]


def test_what_mends_a_spec_is_said_of_that_spec() -> None:
    """Places in the kernel's source are looked for when it is there."""
    every = [finding for target in TARGETS for finding in listed(target)]
    specs = [(f, mend) for f in every for mend in f.mends if mend[0].endswith(".tramp")]
    assert specs
    for finding, (path, old, _) in specs:
        hooks = TARGETS[finding.target].hooks
        [spec] = [s for hook in hooks for s in hook.specs if f"{hook.folder}/{s.name}" == path]
        assert spec.read_text().count(old) == 1
    assert all(finding.expected["mended"] == ("works" if finding.mends else "-") for finding in every)


def test_the_monitor_is_asked(tmp_path: Path) -> None:
    """As qemu answers: with what it was sent, and a prompt at the end."""
    monitor = Monitor(tmp_path / "monitor")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(monitor.path))
        server.listen(1)

        def answer() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"QEMU monitor\n(qemu) ")
                while peer.recv(100):
                    peer.sendall(
                        b"info registers\r\nNIP c000000000001234   LR 0 CTR 0\r\nR15=c0001230\r\n(qemu) "
                    )

        thread = threading.Thread(target=answer)
        thread.start()
        monitor.sample()
        thread.join()
    assert set(monitor.counters) == {0xC000000000001234, 0xC0001230}
