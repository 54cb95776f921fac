"""`trampgen mutate`: what it puts into code, what finds it, what survives, and how that is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import EXAMPLES
from trampgen.assemble.driver import Assembler
from trampgen.assemble.each import each
from trampgen.assemble.process import Worker
from trampgen.assemble.words import Assembled
from trampgen.cli import main
from trampgen.compile import Expanded, expanded, finished
from trampgen.diagnostics import Report
from trampgen.isa.base import Line
from trampgen.model.source import Sources
from trampgen.mutate.edits import Edit, edited
from trampgen.mutate.faults import KINDS
from trampgen.mutate.jobs import judge_all
from trampgen.mutate.run import Bench, Result, benches, sampled

FRAME = """\
//! SPDX-License-Identifier: MIT
target ppc64

stub frame {
    param callback: branch
    code {
        stdu r1, -128(r1)
        mflr r0
        std  r0, 120(r1)
        li   r3, 0
        ori  r3, r3, 2
        patch call { bl ${callback} } rest { nop }
        ld   r0, 120(r1)
        mtlr r0
        addi r1, r1, 128
        blr
    }
    contract {
        at call { memory[r1] == entry.r1, r3 == 2; calls callback }
        clobbers r0, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, ctr, cr0, cr1, cr5, cr6, cr7, xer
        exit to entry.lr
    }
}
"""


def front(path: Path, worker: Worker) -> Expanded:
    return expanded(str(path), {}, Sources(), Report(), worker)


def bench_of(path: Path, worker: Worker, seed: int = 0) -> list[Bench]:
    made = front(path, worker)
    spec = finished(made, Report(), worker)
    return list(benches(made, spec, [], [], seed, worker))


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.tramp"
    path.write_text(FRAME)
    return path


def judged(path: Path) -> dict[str, Result]:
    with Worker() as worker:
        every = bench_of(path, worker)
        found = judge_all([(bench, bench.faults) for bench in every], worker, 1, lambda more: None)
    return {one.fault.what: one for own in found for one in own}


def test_kills(spec: Path) -> None:
    found = judged(spec)
    assert found["`mtlr r0` is left out"].code in ("wrong-exit", "not-preserved")
    assert found["`bl ${callback}` is left out"].code == "wrong-call"
    assert found["`blr` is `bctr`"].by == "refuted"
    assert found["`li r0, 1445` stands before `std r0, 120(r1)`"].by == "refuted"
    assert found["`stdu r1, -128(r1)` is `std r1, -128(r1)`"].by == "refuted"
    assert {one.by for one in found.values()} <= {"lint", "refuted", "unproven", "told", "equivalent"}
    assert {one.fault.kind for one in found.values()} <= set(KINDS)
    assert all(one.fault.span.line > 6 for one in found.values())
    assert any(one.numbers for one in found.values() if one.by == "refuted")


def test_equivalent(spec: Path) -> None:
    same = {what for what, one in judged(spec).items() if one.by == "equivalent"}
    twice = "`ori r3, r3, 2` stands twice"
    assert same == {"`li r3, 0` is `lis r3, 0`", "`ori r3, r3, 2` is `xori r3, r3, 2`", twice}


def test_a_system_call_sees_registers(spec: Path) -> None:
    """Which call is made is no matter of the registers behind it, and not the same all the same."""
    text = (EXAMPLES / "linux/x86/uretprobe.tramp").read_text()
    spec.write_text(text.replace("at ask { rax == NR_URETPROBE }", ""))
    found = judged(spec)
    assert found["`mov rax, 335` is `mov rax, 336`"].by == "survived"


def test_nothing_is_judged_twice(spec: Path) -> None:
    with Worker() as worker:
        (bench,) = bench_of(spec, worker)
        twice = [*bench.faults, *bench.faults]
        (found,) = judge_all([(bench, twice)], worker, 1, lambda more: None)
        (once,) = judge_all([(bench, bench.faults)], worker, 1, lambda more: None)
    assert [one.fault.what for one in found if one.sign] == [one.fault.what for one in once if one.sign]
    signs = [one.sign for one in once if one.sign]
    assert len(set(signs)) == len(signs)


def test_several_processes_find_the_same(spec: Path) -> None:
    with Worker() as worker:
        every = [(bench, bench.faults) for bench in bench_of(spec, worker)]
        two = judge_all(every, worker, 2, lambda more: None)
        one = judge_all(every, worker, 1, lambda more: None)
    assert [(r.fault.what, r.by, r.code) for r in two[0]] == [(r.fault.what, r.by, r.code) for r in one[0]]


def test_seed(spec: Path) -> None:
    """One seed gives one set of faults; a sample is some of them, in their order."""
    with Worker() as worker:
        (bench,), (same,), (other,) = (bench_of(spec, worker, seed) for seed in (0, 0, 1))
        ((_, some),) = sampled([bench], 10, 3)
        ((_, again),) = sampled([same], 10, 3)
    whats = [fault.what for fault in bench.faults]
    assert whats == [fault.what for fault in same.faults] != [fault.what for fault in other.faults]
    assert [fault.what for fault in some] == [fault.what for fault in again]
    assert len(some) == 10
    assert [what for what in whats if what in {f.what for f in some}] == [f.what for f in some]


def test_a_version_that_does_not_assemble_stops_no_other(spec: Path) -> None:
    with Worker() as worker:
        made = front(spec, worker)
        (base,) = made.instances
        line = base.code.block.lines[1]
        assert isinstance(line, Line)
        bad = Line("mflr", (" r99",), line.span)
        versions = [edited(base, [Edit(None, 1, 1, (one,))], Report()) for one in (bad, line)]
        wrong, right = each(versions, made.scope.values, lambda isa: Assembler(isa, worker))
    assert isinstance(wrong, Report)
    assert wrong.errors[0].code == "bad-operand"
    assert isinstance(right, Assembled)
    assert right.words[1].value == 0x7C0802A6


def test_labels_and_regions_move_with_their_lines(spec: Path) -> None:
    with Worker() as worker:
        (base,) = front(spec, worker).instances
    line = base.code.block.lines[3]
    more = edited(base, [Edit(None, 3, 1, (line, line))], Report())
    assert [(r.lines, r.start) for r in base.code.regions] == [((5, 6), 5)]
    assert [(r.lines, r.start) for r in more.code.regions] == [((6, 7), 6)]


# ---- the command ---------------------------------------------------------------------------------------


def test_clean(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", str(spec), "-j1"]) == 0
    out, err = capsys.readouterr()
    assert f"equivalent {spec}:11: `ori r3, r3, 2` is `xori r3, r3, 2` (by simplification)\n" in out
    assert out.splitlines()[-1].startswith("frame: ")
    assert out.endswith(", 3 equivalent, 0 survived\n")
    assert not err


def test_survivors(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A contract that does not say what r3 is has a hole; a reason closes it."""
    spec.write_text(FRAME.replace(", r3 == 2", ""))
    assert main(["mutate", str(spec), "-j1"]) == 1
    out = capsys.readouterr().out
    assert f"survived   {spec}:10: `li r3, 0` is left out (drop)\n" in out
    survivors = [line.partition(": ")[2].rpartition(" (")[0] for line in out.splitlines() if line[0] == "s"]
    reasons = spec.parent / "reasons.toml"
    entries = [
        f"[[equivalent]]\ntemplate = 'frame'\nwhat = '{s}'\nbecause = 'r3 is free'\n" for s in survivors
    ]
    reasons.write_text("".join(entries))
    assert main(["mutate", str(spec), "-j1", "--reasons", str(reasons)]) == 0
    assert f"equivalent {spec}:10: `li r3, 0` is left out (r3 is free)\n" in capsys.readouterr().out


def test_json(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", str(spec), "-j1", "--most", "12", "--format", "json"]) == 0
    (template,) = json.loads(capsys.readouterr().out)["templates"]
    assert template["template"] == "frame"
    assert template["survived"] == 0
    assert len(template["faults"]) == template["killed"] + template["equivalent"] <= 12
    assert {"kind", "what", "path", "line", "result", "counterexample"} <= set(template["faults"][0])


def test_not_proved_to_begin_with(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec.write_text(FRAME.replace("        mtlr r0\n", ""))
    assert main(["mutate", str(spec), "-j1"]) == 2
    assert "what is not proved without a fault says nothing of faults" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--template", "fram"], "--template fram: there is no such template"),
        (["--most", "0"], "--most 0: expected a number of faults, 1 or more"),
        (["--reasons", "none.toml"], "--reasons none.toml: No such file or directory"),
    ],
)
def test_usage(spec: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", str(spec), "-j1", *options]) == 2
    assert said in capsys.readouterr().err


# ---- the examples --------------------------------------------------------------------------------------


def test_sample_of_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them: `make mutate`."""
    powerpc = EXAMPLES / "linux/powerpc"
    specs = [str(powerpc / f"{name}.tramp") for name in ("optprobe_2017", "module_stub_2016", "module_plt32")]
    assert main(["mutate", *specs, "--most", "120"]) == 0, capsys.readouterr().out
    assert ", 0 survived\n" in capsys.readouterr().out
