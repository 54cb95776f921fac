"""Counterexamples are real: run from the state that one names, code with the fault does something else than without."""

from __future__ import annotations

from random import Random

import pytest

from tests.prove.examples import LINUX
from trampgen.assemble.process import Worker
from trampgen.compile import expanded, finished
from trampgen.diagnostics import Report
from trampgen.model.source import Sources
from trampgen.model.spec import TemplateVariant
from trampgen.mutate.faults import Fault
from trampgen.mutate.judge import Found
from trampgen.mutate.run import Bench, benches
from trampgen.resolve.supplied import read_constants

pytest.importorskip("unicorn")

EACH = 24  # counterexamples of each template


@pytest.mark.parametrize(
    ("spec", "constants", "template", "case"),
    [
        ("x86/optprobe", "x86/pt_regs64.const", "optprobe_template", "x86_64"),
        ("x86/ftrace", "x86/pt_regs64.const", "ftrace_regs_tramp", "bare"),
        ("arm/optprobe", "arm/pt_regs.const", "optprobe_template", "v7"),
        ("arm64/module_plt", None, "far_jump", None),
    ],
)
def test_shows_the_difference(spec: str, constants: str | None, template: str, case: str | None) -> None:
    sources, report = Sources(), Report()
    given = read_constants((str(LINUX / constants),) if constants else (), {}, sources, report)
    with Worker() as worker:
        front = expanded(str(LINUX / f"{spec}.tramp"), given, sources, report, worker)
        made = finished(front, report, worker)
        (bench,) = benches(front, made, [template], [case] if case else [], 0, worker)
        faults = [fault for fault in bench.faults if fault.section is None and 0 in fault.edits]
        Random(0).shuffle(faults)
        shown, same = 0, []
        for fault in faults:
            known = replayed(bench, fault, worker)
            if known is not None:
                found, differs = known
                shown += 1
                if not differs:
                    same.append(f"{fault.what}: {found.code}: {found.what}: {found.numbers}")
            if shown == EACH:
                break
    assert not same, same
    assert shown >= 12


def replayed(bench: Bench, fault: Fault, worker: Worker) -> tuple[Found, bool] | None:
    """What a proof finds, and whether a processor shows it; None where there are no numbers that can be set up."""
    from tests.prove.replay import events, placeable

    (version,) = bench._versions([fault], 0, worker)
    judge = bench.judges[0]
    if not isinstance(version, TemplateVariant):
        return None
    found = judge.found(version, fault.section)
    if found is None or found.by != "refuted" or not found.numbers or not placeable(judge, found.numbers):
        return None
    return found, events(judge, judge.variant, found) != events(judge, version, found)
