"""No text brings the compiler down: a short fixed share in every run of the tests, many thousands with `make soak`.

TRAMPGEN_SOAK is how many specs there are, TRAMPGEN_SOAK_SEED with what the dice begin, TRAMPGEN_SOAK_KEEP the
folder for texts that show a defect."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.soak import generate, generate_described, generate_repeat, generate_rewrite, generate_x86, mutate
from tests.soak.judge import SECONDS, Defect, judge, kept, shrunk
from trampgen.assemble.process import Worker

COUNT = int(os.environ.get("TRAMPGEN_SOAK") or 600)
SEED = int(os.environ.get("TRAMPGEN_SOAK_SEED") or 1)
_MOST_DEFECTS = 20  # that are shrunk and kept: the others are most likely these again


@dataclass
class Tally:
    """What became of the specs of one kind so far."""

    folder: Path
    worker: Worker
    tried: int = 0
    built: int = 0
    slowest: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    defects: list[str] = field(default_factory=list)

    def judge(self, data: bytes) -> None:
        """One more spec; a defect is written down, and the run goes on."""
        self.tried += 1
        try:
            verdict = judge(data, self.folder, self.worker)
        except Defect as defect:
            why = str(defect)
            if len(self.defects) < _MOST_DEFECTS:
                why = f"{kept(shrunk(data, self.folder, self.worker), why)}: {why}"
            self.defects.append(why)
            return
        self.built += verdict.built
        self.slowest = max(self.slowest, verdict.seconds)
        self.codes.update(set(verdict.codes))

    def told(self, kind: str, seconds: float) -> str:
        """The figures, for people."""
        found = ", ".join(f"{code} {count}" for code, count in self.codes.most_common())
        return (
            f"{kind} (seed {SEED}): {self.tried:,} specs in {seconds:.0f} s, {self.built:,} built, "
            f"slowest {self.slowest:.2f} s, {len(self.defects)} defects\n  specs by finding: {found}"
        )


@pytest.fixture
def tally(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tally]:
    """The figures are printed at the end, where they are asked for with -s."""
    with Worker() as worker:
        counted, start = Tally(tmp_path, worker), time.monotonic()
        yield counted
    print(f"\n{counted.told(request.node.name, time.monotonic() - start)}")


def test_damaged_specs(tally: Tally) -> None:
    seeds, rng = mutate.seeds(), random.Random(SEED)
    for _ in range(COUNT * 3 // 4):
        tally.judge(mutate.mutant(seeds, rng))
    assert not tally.defects
    assert len(tally.codes) > 20
    assert tally.built
    assert tally.slowest <= SECONDS


def _drawn(texts: SearchStrategy[str], count: int, take: Callable[[bytes], None]) -> None:
    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(texts)
    def draw(text: str) -> None:
        take(text.encode())

    draw()


def test_specs_that_mean_something(tally: Tally) -> None:
    _drawn(generate.specs(), max(1, COUNT // 5), tally.judge)
    assert not tally.defects
    assert tally.built > tally.tried // 20


def test_specs_that_describe_instructions(tally: Tally) -> None:
    _drawn(generate_described.specs(), max(1, COUNT // 5), tally.judge)
    assert not tally.defects
    assert tally.built > tally.tried // 20


def test_specs_that_repeat(tally: Tally) -> None:
    _drawn(generate_repeat.specs(), max(1, COUNT // 5), tally.judge)
    assert not tally.defects
    assert tally.built > tally.tried // 20


def test_specs_that_rewrite(tally: Tally) -> None:
    _drawn(generate_rewrite.specs(), max(1, COUNT // 5), tally.judge)


def test_specs_of_bytes(tally: Tally) -> None:
    _drawn(generate_x86.specs(), max(1, COUNT // 5), tally.judge)
    assert not tally.defects
    assert tally.built > tally.tried // 20


def test_specs_of_the_grammar(tally: Tally) -> None:
    _drawn(generate.from_grammar(), max(1, COUNT // 20), tally.judge)
    assert not tally.defects
    assert tally.codes["syntax"] < tally.tried // 4


# ---- the harness itself --------------------------------------------------------------------------------


def test_a_defect_is_seen_and_made_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(spec: object, command: str) -> str:
        raise ZeroDivisionError("of the test")

    monkeypatch.setattr("trampgen.build.header", broken)
    text = b"//! SPDX-License-Identifier: MIT\ntarget ppc64\n// one\n// two\nstub s { code { nop } }\n"
    with Worker() as worker:
        with pytest.raises(Defect, match="ZeroDivisionError: of the test"):
            judge(text, tmp_path, worker)
        assert shrunk(text, tmp_path, worker) == b"target ppc64\nstub s { code { nop } }"


def test_a_spec_in_pieces_is_the_spec() -> None:
    text = "target ppc64 // why\nstub s {\n  code { addi r3, r3, ${1 + 2}; nop }\n}\n"
    found, whole = mutate.pieces(text)
    assert whole
    assert "".join(piece.text for piece in found) == text
    assert {"TARGET", "NAME", "MNEMONIC", "ASM_TEXT", "NUMBER", "_NL"} <= {piece.kind for piece in found}
