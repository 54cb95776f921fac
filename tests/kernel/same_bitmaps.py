# SPDX-License-Identifier: MIT
"""Hold the bitmaps of a specification against the arrays of the same names in the kernel's own source.

usage: same_bitmaps.py TRAMPGEN SPEC SCRATCH SOURCE..."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

_ARRAY = re.compile(r"^static volatile u32 (\w+)\[256 / 32\] = \{$(.*?)^\};$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"W\(0x([0-9a-f]+),([01, ]+)\)")


def arrays(source: Path) -> dict[str, list[str]]:
    """The tables of a file by name, as words: rows of sixteen digits, the lowest opcode first."""
    found: dict[str, list[str]] = {}
    for name, body in _ARRAY.findall(source.read_text()):
        bits = 0
        for first, digits in _ROW.findall(body):
            row = digits.replace(" ", "").split(",")
            assert len(row) == 16, f"{source}: {name} row {first}"
            bits |= sum(int(digit) << int(first, 16) + column for column, digit in enumerate(row))
        found[name] = [f"{bits >> at & 0xFFFFFFFF:#010x}" for at in range(0, 256, 32)]
    return found


def main() -> None:
    trampgen, spec, scratch, *sources = sys.argv[1:]
    command = [*shlex.split(trampgen), "build", spec, "-o", scratch, "--emit", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    manifest = json.loads((Path(scratch) / f"{Path(spec).stem}.json").read_text())
    ours = {one["name"]: [v["words"] for v in one["variants"]] for one in manifest["bitmaps"]}
    theirs = {name: words for source in sources for name, words in arrays(Path(source)).items()}
    for name, words in theirs.items():
        for found in ours.get(name, [[]]):
            if found != words:
                sys.exit(f"{spec}: {name} is {found}, and {words} in the kernel")
    if not theirs:
        sys.exit(f"no table of opcodes in {', '.join(sources)}")
    print(f"{len(theirs)} tables of opcodes are those of {' and '.join(Path(s).name for s in sources)}")


if __name__ == "__main__":
    main()
