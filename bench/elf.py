"""`python -m bench.elf --vmlinux FILE`: what is read from kernels, measured against peers. Exit status 1 where a bar is
missed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from bench import debuginfo, scan
from bench.report import verdicts
from bench.timing import Failed

_PARTS = (
    debuginfo.report,
    scan.report,
)  # each: bars of a kernel and a number of rounds, and text that says more


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.elf", description=__doc__)
    parser.add_argument("--vmlinux", help="a kernel of ppc64le, not stripped (default: that of the tests)")
    parser.add_argument("--rounds", type=int, default=51, help="turns of each")
    options = parser.parse_args()
    vmlinux = Path(options.vmlinux) if options.vmlinux else _kept()
    try:
        told = [part(vmlinux, options.rounds) for part in _PARTS]
    except (Failed, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    bars = [bar for own, _ in told for bar in own]
    print("\n\n".join([*(text for _, text in told), verdicts(bars)]))
    return 0 if all(bar.met for bar in bars) else 1


def _kept() -> Path:
    """The kernel that `make kernel-vmlinux` leaves."""
    cache = os.environ.get("TRAMPGEN_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "trampgen"
    return Path(cache or home) / "linux-6.12" / "vmlinux-ppc64le" / "vmlinux"


if __name__ == "__main__":
    sys.exit(main())
