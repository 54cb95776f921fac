"""`python -m bench.elf --vmlinux FILE`: what is read from kernels, measured against peers. Exit status 1 where a bar is
missed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench import scan
from bench.report import verdicts
from bench.timing import Failed

_PARTS = (scan.report,)  # each: bars of a kernel and a number of rounds, and text that says more


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.elf", description=__doc__)
    parser.add_argument("--vmlinux", required=True, type=Path, help="a kernel of ppc64le, not stripped")
    parser.add_argument("--rounds", type=int, default=51, help="turns of each")
    options = parser.parse_args()
    try:
        told = [part(options.vmlinux, options.rounds) for part in _PARTS]
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    bars = [bar for own, _ in told for bar in own]
    print("\n\n".join([*(text for _, text in told), verdicts(bars)]))
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
