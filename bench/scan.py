"""A scan of a kernel's text with four templates, against numpy and yara over the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import peers
from bench.bars import Bar
from bench.report import table
from bench.timing import Failed, Sample, Series

_SPECS = ("module_stub", "module_stub_2016", "optprobe")
_FOUR = "four templates"
_NUMPY = ("numpy, every word", "numpy, narrowing")
_POWERPC = peers.ROOT / "examples" / "linux" / "powerpc"

Told = Mapping[str, Any]


def measured(vmlinux: Path, rounds: int) -> Told:
    """What bench/scanning.py tells of a kernel. Raises Failed."""
    script = Path(__file__).with_name("scanning.py")
    specs = [str(_POWERPC / f"{name}.tramp") for name in _SPECS]
    words = [str(peers.scanners() / "python"), str(script), str(vmlinux), str(rounds)]
    words += [str(_POWERPC / "pt_regs64.const"), *specs]
    done = subprocess.run(words, env=peers.environment(), capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{' '.join(words)}\n{done.stderr}")
    told: Told = json.loads(done.stdout)
    return told


def bars(told: Told) -> list[Bar]:
    """At least as fast as numpy, whichever way that is used, and faster than yara."""
    return [_ratio(told, peer) for peer in (*_NUMPY, "yara")]


def _ratio(told: Told, peer: str) -> Bar:
    ours, other = (_series(told, _FOUR, name) for name in ("trampgen", peer))
    return Bar(
        f"scan, {_FOUR}", peer, other.least / ours.least, other.median / ours.median, 1.0, at_least=True
    )


def _series(told: Told, what: str, who: str) -> Series:
    return Series([Sample(seconds, 0) for seconds in told[what]["seconds"][who]])


def times(told: Told) -> str:
    """What each took, as a table of Markdown."""
    return table(("", "matches", "", "fastest", "median"), list(_rows(told)))


def _rows(told: Told) -> Iterator[Sequence[str]]:
    for what in (key for key in told if key != "bytes"):
        for who in told[what]["seconds"]:
            of = _series(told, what, who)
            matches = f"{sum(told[what]['matches']):,}"
            yield what, matches, who, f"{of.least * 1000:.2f} ms", f"{of.median * 1000:.2f} ms"


def report(vmlinux: Path, rounds: int) -> tuple[list[Bar], str]:
    """The bars, and text that says more."""
    told = measured(vmlinux, rounds)
    return bars(told), f".text has {told['bytes']:,} bytes.\n\n{times(told)}"


if __name__ == "__main__":
    print(report(Path(sys.argv[1]), 51)[1])
