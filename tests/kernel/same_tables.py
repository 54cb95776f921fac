# SPDX-License-Identifier: MIT
"""Hold the decode tables of a specification against those in the kernel's own source.

Order, nesting, masks and values, actions, and what is required of registers have to be the same for every row.

usage: same_tables.py TRAMPGEN SPEC SCRATCH SOURCE"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ARRAY = re.compile(
    r"^(?:static )?const union decode_item (\w+)\[\] = \{$(.*?)^\};$", re.MULTILINE | re.DOTALL
)
_ENTRY = re.compile(
    r"(?P<start>^#if .*$)|(?P<end>^#endif)|DECODE_(?P<kind>[A-Z]+)\s*\(\s*"
    r"(?P<mask>0x\w+),\s*(?P<value>0x\w+)(?:,\s*(?P<what>\w+))?(?:,\s*REGS\((?P<regs>[^)]*)\))?\s*\)",
    re.MULTILINE,
)
_OLD = "#if __LINUX_ARM_ARCH__ < 6"  # the only condition; a case of the specs
_TABLES = {
    "arm_insn": "probes_decode_arm_table",
    "thumb32_insn": "probes_decode_thumb32_table",
    "thumb16_insn": "probes_decode_thumb16_table",
}
_KINDS = {
    "SIMULATE": "simulated", "SIMULATEX": "simulated", "EMULATE": "emulated", "EMULATEX": "emulated",
    "CUSTOM": "custom", "REJECT": None,
}  # fmt: skip
_PLACES = (16, 12, 8, 4, 0)  # the lowest bits of the registers that REGS() names
_SP, _PC = 13, 15
_NEVER = {
    "0": (), "ANY": (), "SAMEAS16": (), "SP": (), "PC": (), "NOPCWB": (),
    "NOSP": (_SP,), "NOPC": (_PC,), "NOPCX": (_PC,), "NOSPPC": (_SP, _PC), "NOSPPCX": (_SP, _PC),
}  # fmt: skip
_FIXED = {"SP": _SP, "PC": _PC}

Test = tuple[int, int, bool, int]  # lowest bit, width, whether equal, value
Requires = frozenset[frozenset[Test]]  # each has to hold in one of its tests


class Entry(NamedTuple):
    """One DECODE_*() of an array."""

    kind: str
    mask: int
    value: int
    what: str
    regs: tuple[str, ...]
    old: bool  # for architectures before v6 only


class Match(NamedTuple):
    """What words become, in the order in which they are compared; nothing where a nested table ends."""

    mask: int
    value: int
    groups: tuple[object, ...]  # those around, by their patterns or by their names
    kind: str | None
    action: str | None
    registers: frozenset[int]  # the lowest bits of fields of four bits
    requires: Requires


def arrays(text: str) -> dict[str, list[Entry]]:
    """The arrays of a source file by name; a row of DECODE_OR has what the row has that ends the chain."""
    found: dict[str, list[Entry]] = {}
    for name, body in _ARRAY.findall(text):
        entries: list[Entry] = []
        old = False
        for part in _ENTRY.finditer(_COMMENT.sub("", body)):
            if part["start"] or part["end"]:
                assert part["end"] or part["start"].strip() == _OLD, part["start"]
                old = bool(part["start"])
                continue
            regs = tuple(one.strip() for one in (part["regs"] or "0,0,0,0,0").split(","))
            what = part["what"] or ""
            entries.append(
                Entry(part["kind"], int(part["mask"], 16), int(part["value"], 16), what, regs, old)
            )
        for at in reversed(range(len(entries))):
            if entries[at].kind == "OR":
                mask, value = entries[at][1:3]
                entries[at] = entries[at + 1]._replace(mask=mask, value=value)
        left = re.findall(r"DECODE_(?!END)", _COMMENT.sub("", body))
        assert len(left) == len(entries), f"{name}: {len(left)} entries, {len(entries)} understood"
        found[name] = entries
    return found


def matches(
    found: dict[str, list[Entry]], name: str, old: bool, groups: tuple[tuple[int, int], ...] = ()
) -> Iterator[Match]:
    """An array with those that it leads to; patterns are what they have in common with those around them."""
    mask, value = groups[-1] if groups else (0, 0)
    for entry in found[name]:
        if entry.old and not old:
            continue
        assert not (value ^ entry.value) & mask & entry.mask, f"{name}: {entry} is outside of its table"
        own = (mask | entry.mask, value | entry.value)  # what both have in common
        if entry.kind == "TABLE":
            yield from matches(found, entry.what, old, (*groups, own))
            yield Match(*own, groups, None, None, frozenset(), frozenset())
            continue
        action = re.sub(r"^PROBES_(?:T32_|T16_)?", "", entry.what).lower() or "reject"
        yield Match(*own, groups, _KINDS[entry.kind], action, *registers(entry, *own))


def registers(entry: Entry, mask: int, value: int) -> tuple[frozenset[int], Requires]:
    """Where an entry has registers, and what these must not be; one that must be SP or PC is fixed by the mask."""
    fields: set[int] = set()
    requires: set[frozenset[Test]] = set()
    for place, kind in zip(_PLACES, entry.regs, strict=True):
        if kind == "0":
            continue
        if kind in _FIXED:
            assert mask >> place & 0xF == 0xF, entry
            assert value >> place & 0xF == _FIXED[kind], entry
            continue
        assert not mask >> place & 0xF, entry
        fields.add(place)
        requires |= {frozenset([(place, 4, False, register)]) for register in _NEVER[kind]}
        if kind == "NOPCWB":
            requires |= {
                frozenset([(place, 4, False, _PC), *rest]) for rest in _without_writeback(mask, value)
            }
    return frozenset(fields), frozenset(requires)


def _without_writeback(mask: int, value: int) -> list[list[Test]]:
    """is_writeback() is P == 0 || W == 1: its opposite as tests that all have to hold, without bits that are fixed."""
    found: list[list[Test]] = []
    for bit, wanted in ((24, 1), (21, 0)):
        if not mask >> bit & 1:
            found.append([(bit, 1, True, wanted)])
        elif value >> bit & 1 != wanted:
            return [[]]  # never: the register is never the PC
    return found


def ours(variant: dict[str, Any]) -> Iterator[tuple[Match, str]]:
    """The same of a table in a manifest, with the names of rows; groups are the names of those around."""
    for one in variant["order"]:
        pattern = int(one["mask"], 16), int(one["value"], 16)
        if one["row"] is None:
            yield Match(*pattern, (), None, None, frozenset(), frozenset()), "the end of a group"
            continue
        row = variant["rows"][one["row"]]
        fields = {field["name"]: _place(field) for field in row["fields"]}
        match = Match(
            *pattern,
            tuple(row["groups"]),
            next(iter(row["classes"]), None),
            row["action"],
            frozenset(place for place, width in fields.values() if width == 4),
            frozenset(frozenset(_test(test, fields) for test in tests) for tests in row["requires"]),
        )
        yield match, f"row {row['name']}"


def _place(field: dict[str, Any]) -> tuple[int, int]:
    [run] = field["runs"]
    return run["insn_bit"], run["count"]


def _test(test: dict[str, Any], fields: dict[str, tuple[int, int]]) -> Test:
    return *fields[test["field"]], test["equal"], int(test["value"])


def differences(theirs: list[Match], named: list[tuple[Match, str]]) -> Iterator[str]:
    """What is not the same; names of groups are free, as long as each stands for one of theirs."""
    groups: dict[object, object] = {}
    if len(theirs) != len(named):
        yield f"{len(named)} entries, and {len(theirs)} in the kernel"
    for their, (our, name) in zip(theirs, named, strict=False):
        if len(our.groups) != len(their.groups) or any(
            groups.setdefault(mine, other) != other
            for mine, other in zip(our.groups, their.groups, strict=True)
        ):
            yield f"{name} is in {our.groups}, and in {their.groups} in the kernel"
        if our._replace(groups=()) != their._replace(groups=()):
            yield f"{name} is {our}, and {their} in the kernel"
    if len(set(groups.values())) != len(groups):
        yield f"two groups are one in the kernel: {groups}"


def main() -> None:
    trampgen, spec, scratch, source = sys.argv[1:]
    command = [*shlex.split(trampgen), "build", spec, "-o", scratch, "--emit", "json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    manifest = json.loads((Path(scratch) / f"{Path(spec).stem}.json").read_text())
    found = arrays(Path(source).read_text())
    reached: set[str] = set()
    said: list[str] = []
    for table in manifest["tables"]:
        name = _TABLES[table["name"]]
        reached |= {name, *(entry.what for own in found.values() for entry in own if entry.kind == "TABLE")}
        for variant in table["variants"]:
            old = variant["when"].get("arch") == "before_v6"
            theirs, named = list(matches(found, name, old)), list(ours(variant))
            for one in differences(theirs, named):
                sys.exit(f"{spec}: {table['name']}: {one}")
            said.append(f"{len(variant['rows'])} rows of {table['name']}")
    if set(found) - reached:
        sys.exit(f"{spec} has nothing of {', '.join(set(found) - reached)}")
    print(f"{', '.join(said)} are those of {Path(source).name}")


if __name__ == "__main__":
    main()
