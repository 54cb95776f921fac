"""`scanning.py VMLINUX ROUNDS SPEC…`: templates looked for in .text by trampgen, numpy and yara; a script of the
environment that is measured.

Each way gets the same mapped bytes, and what it can make ready beforehand is ready: patterns, arrays, compiled rules.
All run in turn in this one process, once before it counts, and must find the same. Prints JSON: seconds by what was
looked for and by whom, and how many matches there are."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Report
from trampgen.elf.file import Elf
from trampgen.model.source import Sources
from trampgen.resolve.supplied import read_constants
from trampgen.scan.buffer import Buffer
from trampgen.scan.patterns import Pattern, order_of, patterns
from trampgen.scan.search import Finder

FOUR = ("ppc64_stub", "ftrace_stub", "ppc64_profile_stub", "optprobe_template")
ONE = "optprobe_site"  # a branch: most of its bits are a hole
_CASE = "elfv2"

Find = Callable[[], list[list[int]]]


def main() -> int:
    """Every way, every set of templates."""
    path, rounds, constants, *specs = sys.argv[1:]
    elf = Elf(path)
    found: dict[str, Pattern] = {}
    for pattern in _patterns(elf, constants, specs):
        found.setdefault(pattern.name, pattern)
    text = elf.by_name[".text"]
    data = elf.data(text)
    told: dict[str, Any] = {"bytes": len(data)}
    for what, names in {"four templates": FOUR, "one branch": (ONE,)}.items():
        chosen = [found[name] for name in names]
        ways = {
            "trampgen": _ours(chosen, data, text.address),
            **_numpy(chosen, data),
            "yara": _yara(chosen, data),
        }
        told[what] = _timed(ways, int(rounds))
    print(json.dumps(told))
    return 0


def _patterns(elf: Elf, constants: str, specs: Sequence[str]) -> list[Pattern]:
    """Those of ELFv2, their externs known."""
    found: list[Pattern] = []
    for path in specs:
        sources, report = Sources(), Report()
        with Worker() as worker:
            supplied = read_constants([constants], {}, sources, report)
            spec = compile_spec(path, supplied, sources, report, worker)
        found += patterns(spec, elf.targets, order_of(elf), cases=[_CASE])
    return found


def _timed(ways: Mapping[str, Find], rounds: int) -> dict[str, Any]:
    """Seconds of each way, A B C A B C …"""
    expected = ways["trampgen"]()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, find in ways.items():
            started = time.perf_counter()
            got = find()
            taken = time.perf_counter() - started
            if got != expected:
                raise SystemExit(f"{name} finds something else than trampgen")
            if number:
                seconds[name].append(taken)
    return {"matches": [len(places) for places in expected], "seconds": seconds}


def _ours(chosen: Sequence[Pattern], data: bytes | memoryview, address: int) -> Find:
    finders = [Finder(pattern) for pattern in chosen]

    def find() -> list[list[int]]:
        buffer = Buffer(data, address)
        return [list(finder.find(buffer)) for finder in finders]

    return find


def _masked(pattern: Pattern) -> list[tuple[int, int, int]]:
    """(index, mask, value) of each word of which something is fixed; of regions what they are at rest."""
    value, mask = bytearray(pattern.value), bytearray(pattern.mask)
    for part in pattern.parts:
        value[part.start : part.end], mask[part.start : part.end] = part.states[0].value, part.states[0].mask
    words = [
        (at // 4, int.from_bytes(mask[at : at + 4], "little"), int.from_bytes(value[at : at + 4], "little"))
        for at in range(0, pattern.size, 4)
    ]
    return [word for word in words if word[1]]


def _numpy(chosen: Sequence[Pattern], data: bytes | memoryview) -> dict[str, Find]:
    """Words of 32 bits under masks: all of them for every word, or the second only where the first one fits."""
    np = importlib.import_module("numpy")
    code = np.frombuffer(data, "<u4", len(data) // 4)
    masked = [
        (pattern.size // 4, [(at, np.uint32(mask), np.uint32(value)) for at, mask, value in _masked(pattern)])
        for pattern in chosen
    ]

    def plain() -> list[list[int]]:
        found = []
        for size, words in masked:
            count = len(code) - size + 1
            fits = np.ones(count, bool)
            for at, mask, value in words:
                fits &= (code[at : at + count] & mask) == value
            found.append((np.flatnonzero(fits) * 4).tolist())
        return found

    def narrowing() -> list[list[int]]:
        found = []
        for size, [(at, mask, value), *rest] in masked:
            count = len(code) - size + 1
            places = np.flatnonzero((code[at : at + count] & mask) == value)
            for at, mask, value in rest:
                places = places[(code[places + at] & mask) == value]
            found.append((places * 4).tolist())
        return found

    return {"numpy, every word": plain, "numpy, narrowing": narrowing}


def _yara(chosen: Sequence[Pattern], data: bytes | memoryview) -> Find:
    """Hex strings with a wildcard for each half of a byte that is not fixed; what that lets through is looked at."""
    yara = importlib.import_module("yara")
    masked = [_masked(pattern) for pattern in chosen]
    rules = [
        f"rule r{number} {{ strings: $a = {{ {_hex(pattern, words)} }} condition: $a }}"
        for number, (pattern, words) in enumerate(zip(chosen, masked, strict=True))
    ]
    yara.set_config(max_match_data=0)
    compiled = yara.compile(source="\n".join(rules))
    whole = bytes(data)

    def find() -> list[list[int]]:
        found: list[list[int]] = [[] for _ in chosen]
        for match in compiled.match(data=whole):
            number = int(match.rule[1:])
            for instance in match.strings[0].instances:
                if _fits(whole, instance.offset, masked[number]):
                    found[number].append(instance.offset)
        return found

    return find


def _hex(pattern: Pattern, words: Sequence[tuple[int, int, int]]) -> str:
    value, mask = bytearray(pattern.size), bytearray(pattern.size)
    for at, ones, number in words:
        value[4 * at : 4 * at + 4], mask[4 * at : 4 * at + 4] = (
            number.to_bytes(4, "little"),
            ones.to_bytes(4, "little"),
        )
    halves = [
        f"{half >> 4 * shift & 15:x}" if fixed >> 4 * shift & 15 == 15 else "?"
        for half, fixed in zip(value, mask, strict=True)
        for shift in (1, 0)
    ]
    return "".join(halves)


def _fits(data: bytes, place: int, words: Sequence[tuple[int, int, int]]) -> bool:
    return place % 4 == 0 and all(
        int.from_bytes(data[place + 4 * at : place + 4 * at + 4], "little") & mask == value
        for at, mask, value in words
    )


if __name__ == "__main__":
    sys.exit(main())
