"""A machine that boots: its first file system, the emulator, and what the console said."""

from __future__ import annotations

import gzip
import re
import resource
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER, _FILE, _DEVICE = 0o040755, 0o100755, 0o020600
# The end of a boot, on machines that can neither be switched off nor started again, too.
_END = re.compile(rb"reboot: Power down|Rebooting in|Kernel panic - not syncing: .*\n|System halted")
# A machine gets so many seconds of CPU time, and may be silent for as long by the clock. A sound one takes 12.
PATIENCE = 75.0


def _entry(name: str, mode: int, data: bytes, number: int, device: tuple[int, int] = (0, 0)) -> bytes:
    """One file of an archive in cpio's "newc" format: a header of hexadecimal numbers, name and data on words."""
    path = name.encode() + b"\0"
    numbers = (number, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(path), 0)
    head = b"070701" + b"".join(b"%08X" % n for n in numbers) + path
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def initramfs(files: Mapping[str, bytes]) -> bytes:
    """What the kernel unpacks at start: these files, all executable, and a console."""
    entries = [_entry("dev", _FOLDER, b"", 1), _entry("dev/console", _DEVICE, b"", 2, (5, 1))]
    entries += [_entry(name, _FILE, data, 3 + n) for n, (name, data) in enumerate(sorted(files.items()))]
    return gzip.compress(b"".join([*entries, _entry("TRAILER!!!", 0, b"", 0)]), 1, mtime=0)


def arm_image(kernel: bytes, start: int) -> bytes:
    """A file for an emulator that begins at its first byte: a branch to the kernel, `start` bytes behind it."""
    branch = 0xEA000000 | (start - 8) >> 2
    return branch.to_bytes(4, "little") + bytes(start - 4) + kernel


@dataclass(frozen=True)
class Boot:
    """What a machine said, and how long it ran."""

    console: str
    seconds: float
    ended: bool


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(PATIENCE), int(PATIENCE) + 5))


def boot(
    command: Sequence[str], log: Path, patience: float = PATIENCE, hung: Callable[[], None] = lambda: None
) -> Boot:
    """Start the emulator and wait until the kernel has come to an end, or says nothing, and `hung` is called."""
    start = time.monotonic()
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, preexec_fn=_limited
        ) as machine,
    ):
        ended, said, silent = False, 0, start
        while not ended and machine.poll() is None and time.monotonic() - silent < patience:
            time.sleep(0.2)
            text = log.read_bytes()
            if len(text) > said:
                said, silent = len(text), time.monotonic()
            ended = bool(_END.search(text))
        if ended:
            time.sleep(0.3)  # it may still switch itself off
        elif machine.poll() is None:
            hung()
        machine.kill()
        machine.wait()
    text = log.read_bytes()
    console = text.decode(errors="replace").replace("\r", "")
    return Boot(console, time.monotonic() - start, bool(_END.search(text)))


def command(qemu: Sequence[str], image: Path, first: Path, arguments: Iterable[str]) -> list[str]:
    """The emulator's command line: no graphics, no network, the console on standard output."""
    return [
        *qemu,
        *"-nographic -no-reboot -nodefaults -accel tcg -serial stdio -monitor none".split(),
        "-kernel", str(image), "-initrd", str(first), "-append", " ".join(arguments),
    ]  # fmt: skip
