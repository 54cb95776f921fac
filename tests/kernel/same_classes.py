# SPDX-License-Identifier: MIT
"""Hold predicates of a specification against the functions of the kernel's insn.h that ask for classes.

Each has to be true of just the same words. Theirs are called PREFIX_insn_is_NAME, ours OUR_is_NAME.

usage: same_classes.py TRAMPGEN SPEC SCRATCH SOURCE"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from trampgen.cubes.cube import Cube, subtract

_LISTED = re.compile(r"^__(?:AARCH64|RISCV)_INSN_FUNCS\((\w+),\s*(.+?),\s*(.+?)\)", re.MULTILINE)
_FUNCTION = re.compile(
    r"^static __always_inline bool (?:aarch64|riscv)_insn_is_(\w+)\(u32 (\w+)\)$\s*\{(.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_LITERAL = re.compile(
    r"^static __always_inline bool aarch64_insn_(uses_literal)\(u32 (\w+)\)$\s*\{(.*?)^\}",
    re.MULTILINE | re.DOTALL,
)
_CALL = re.compile(r"(?:aarch64|riscv)_insn_is_(\w+)\(\w+\)")
_COMPARED = re.compile(r"\(code & (\w+)\) (==|!=) (\w+)")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_HINTS = 0xFE0

Words = list[Cube]


def numbers(text: str, names: Iterable[str]) -> dict[str, int]:
    """Expressions of a header as numbers: the C preprocessor says what they are made of."""
    wanted = sorted(set(names))
    defined = "\n".join(
        ["#define GENMASK(h, l) (((1 << ((h) - (l) + 1)) - 1) << (l))", "#define _UL(x) x",
         *re.findall(r"^#define\s+(?:RV|__INSN|AARCH64)(?:.*\\\n)*.*$", text, re.MULTILINE)]
    )  # fmt: skip
    lines = "\n".join(f"@@ {name}" for name in wanted)
    run = ["gcc", "-E", "-P", "-x", "c", "-"]
    made = subprocess.run(
        run, input=f"{defined}\n{lines}\n", check=True, capture_output=True, text=True
    ).stdout
    values = [part.replace("\n", " ").strip() for part in made.split("@@")[1:]]
    found: dict[str, int] = {}
    for name, value in zip(wanted, values, strict=True):
        assert re.fullmatch(r"[0-9A-Fa-fxX()|<+\- &~]+", value), f"{name} is {value}"
        found[name] = int(eval(value))
    return found


def theirs(source: Path) -> dict[str, Words]:
    """What the functions of a header are true of."""
    text = _COMMENT.sub("", source.read_text())
    listed = [found for found in _LISTED.findall(text) if found[0] != "name"]
    bodies = [*_FUNCTION.findall(text), *_LITERAL.findall(text)]
    compared = [found for _, _, body in bodies for found in _COMPARED.findall(body)]
    known = numbers(
        text,
        [part for _, *pair in listed for part in pair]
        + [part for mask, _, value in compared for part in (mask, value)],
    )
    found = {name: [Cube(known[mask], known[value])] for name, mask, value in listed}
    hints = dict(re.findall(r"^\s(AARCH64_INSN_HINT_\w+)\s*= (0x\w+) << 5,", text, re.MULTILINE))
    for name, _, body in bodies:
        found[name] = _function(body, found, known, hints)
    return found


def _function(body: str, known: dict[str, Words], value: dict[str, int], hints: dict[str, str]) -> Words:
    """A function that calls others, compares, or is a switch of hints."""
    cases = re.findall(r"case (\w+):", body)
    if cases:
        [(mask, first)] = {(cube.mask, cube.value) for cube in known["hint"]}
        return [Cube(mask | _HINTS, first | int(hints[case], 16) << 5) for case in cases]
    compared = _COMPARED.findall(body)
    if compared:
        words = [Cube(value[m], value[v]) for m, how, v in compared if how == "=="]
        return subtract(words, [Cube(value[m], value[v]) for m, how, v in compared if how == "!="])
    called = _CALL.findall(body)
    assert called, body
    return [cube for name in called for cube in known[name]]


def ours(manifest: dict[str, Any]) -> dict[str, Words]:
    """What the predicates of a manifest are true of, from the rows in their order."""
    found: dict[str, Words] = {}
    for table in manifest["tables"]:
        variant = table["variants"][0]  # of RISC-V the one that has c_jal
        order: list[tuple[set[str], Words]] = []
        earlier: Words = []
        for one in variant["order"]:
            cube = Cube(int(one["mask"], 16), int(one["value"], 16))
            if one["row"] is not None:
                row = variant["rows"][one["row"]]
                order.append(({row["name"], *row["classes"]}, subtract([cube], earlier)))
            earlier.append(cube)
        for predicate in table["predicates"]:
            among = set(predicate["among"])
            words = [cube for names, own in order if names & among or not among for cube in own]
            found[predicate["name"].split("_is_", 1)[1]] = words
    return found


def main() -> None:
    trampgen, spec, scratch, source = sys.argv[1:]
    command = [*shlex.split(trampgen), "build", spec, "-o", scratch, "--emit", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    our = ours(json.loads((Path(scratch) / f"{Path(spec).stem}.json").read_text()))
    their = theirs(Path(source))
    if set(our) != set(their):
        sys.exit(f"{spec}: only one of both has {', '.join(sorted(set(our) ^ set(their)))}")
    for name, words in their.items():
        left = [*subtract(words, our[name]), *subtract(our[name], words)]
        if left:
            sys.exit(f"{spec}: {name} is not the same of {left[0].value:#010x}")
    print(f"{len(their)} classes of {Path(spec).stem} are those of {Path(source).name}")


if __name__ == "__main__":
    main()
