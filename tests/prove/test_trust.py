"""What proofs take instructions for is what processors do: every kind in any example, from random states.

TRAMPGEN_TRUST=1000 (`make trust`) tries each kind from that many states in each byte order, prints a table and writes
down in tried.toml what was tried."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import compile_file
from tests.prove import rules
from tests.prove.kinds import instances, of_file
from tests.prove.trial import ISAS, Processors, Row, by_kind, tried

STATES = int(os.environ.get("TRAMPGEN_TRUST", "0"))
ENOUGH = 1000
SPEC = """\
//! SPDX-License-Identifier: MIT
target ppc64

stub t {
    code {
        ld r3, 8(r4)
        cntlzd r3, r4
    }
}
"""


def test_every_kind_is_tried() -> None:
    """Each has been tried from a thousand states; a new one wants `make trust`."""
    assert untried() == []


def untried(paths: list[Path] | None = None) -> list[str]:
    """Lines with instructions of kinds that have not been tried."""
    found = instances() if paths is None else [one for path in paths for one in of_file(path)]
    known = rules.tried()
    return sorted(
        {
            f"{one.where}: `{' '.join(one.step.text.split())}` is of a kind that has not been tried: "
            f"{one.isa} {one.kind}"
            for one in found
            if known.get(one.isa, {}).get(one.kind, 0) < ENOUGH
        }
    )


def test_a_kind_that_is_not_tried_is_found(tmp_path: Path) -> None:
    path = tmp_path / "new.tramp"
    path.write_text(SPEC)
    assert compile_file(path).codes == []
    assert untried([path]) == [
        "new.tramp:7: `cntlzd r3, r4` is of a kind that has not been tried: ppc64 cntlzd r, r"
    ]


def test_all_that_was_tried_is_there() -> None:
    """No kind is listed that no example has."""
    known = {(one.isa, one.kind) for one in instances()}
    assert {(isa, kind) for isa, kinds in rules.tried().items() for kind in kinds} <= known


def test_every_exclusion_is_of_some_kind() -> None:
    known = {(one.isa, one.kind) for one in instances()}
    for one in rules.entries():
        for isa in one.isa:
            assert any(one.fits(isa, kind) for its, kind in known if its == isa), one
        assert "" not in (one.why, one.source)
        assert one.rule in rules.STATES or one.mask or one.bytes[1]


@pytest.mark.parametrize("isa", ISAS)
def test_the_executor_does_what_processors_do(isa: str, processors: Processors) -> None:
    rows = [
        tried(kind, own, STATES or 25, processors)
        for (its, kind), own in by_kind(instances()).items()
        if its == isa
    ]
    if STATES:
        _table(rows)
    if STATES >= ENOUGH:
        _record(isa, rows)
    assert [f"{row.kind}: {text}" for row in rows for text in row.found] == []


def _table(rows: list[Row]) -> None:
    print()
    for row in rows:
        print(f"{row.isa:8} {row.kind:45} {row.states:7,} states {row.wrong:5,} differences")
    print(f"{rows[0].isa:8} {len(rows)} kinds, {sum(row.states for row in rows):,} states")


def _record(isa: str, rows: list[Row]) -> None:
    """What was tried without a difference."""
    rules.tried.cache_clear()
    known = rules.tried() | {isa: {row.kind: row.states for row in rows if not row.wrong}}
    lines = [
        "# From how many random states each kind of instruction was tried without a difference: `make trust`."
    ]
    for name in sorted(known):
        lines += ["", f"[{name}]", *(f'"{kind}" = {count}' for kind, count in sorted(known[name].items()))]
    rules.TRIED.write_text("\n".join(lines) + "\n")
    rules.tried.cache_clear()
