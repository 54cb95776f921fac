"""Every template of the examples keeps its contract in every variant, form and byte order; what does not is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import compile_file
from tests.prove.examples import EVERY, LINUX, Example, tell, verdicts
from trampgen.diagnostics import Report

# What the kernel's own templates are known for, found once nobody says that it has been looked at.
HAZARDS = {
    "powerpc/optprobe": {"lost-write": {"r1"}, "sticky-restored": {"r13"}, "stale-slot": {"pt_regs.nip"}},
    "powerpc/optprobe_2017": {
        "lost-write": {"r1"},
        "sticky-restored": {"r13"},
        "stale-slot": {"pt_regs.nip"},
    },
    "arm/optprobe": {"stack-alignment": {"sp"}},
}


@pytest.mark.parametrize("example", EVERY, ids=lambda example: example.name)
def test_proved(example: Example) -> None:
    spec = example.compiled().spec
    assert spec is not None
    found, report = verdicts(spec, example.cases), Report()
    tell(found, report)
    assert {verdict.status for verdict in found} == {"proved"}, [
        v.title() for v in found if v.status != "proved"
    ]
    assert not report.found, [one.message for one in report.found]
    assert {verdict.template.name for verdict in found} == {template.name for template in spec.templates}


@pytest.mark.parametrize("name", HAZARDS)
def test_hazards(name: str, tmp_path: Path) -> None:
    example = next(example for example in EVERY if example.path == name)
    for path in (LINUX / name).parent.glob("*"):
        text = path.read_text()
        (tmp_path / path.name).write_text(re.sub(r"^ *allow .*\n", "", text, flags=re.MULTILINE))
    constants = [str(tmp_path / one) for one in example.constants]
    spec = compile_file(tmp_path / f"{Path(name).name}.tramp", {}, constants).spec
    assert spec is not None
    found: dict[str, set[str]] = {}
    for verdict in verdicts(spec, example.cases):
        for one in verdict.findings:
            found.setdefault(one.obligation.code, set()).add(one.obligation.subject)
    assert found == HAZARDS[name]


def test_frame_without_red_zone(tmp_path: Path) -> None:
    """432 bytes instead of 720: the frame covers what the interrupted function keeps below its stack pointer."""
    for path in (LINUX / "powerpc").glob("optprobe*.tramp"):
        text = path.read_text().replace("ABI_FRAME + 384 + 288", "ABI_FRAME + 384")
        (tmp_path / path.name).write_text(text)
    spec = compile_file(tmp_path / "optprobe.tramp").spec
    assert spec is not None
    for verdict in verdicts(spec, ("ppc64",)):
        codes = {one.obligation.code for one in verdict.findings}
        assert codes == ({"red-zone"} if verdict.template.kind == "optprobe" else set()), verdict.title()


def test_counterexamples_are_numbers(tmp_path: Path) -> None:
    """Numbers of a refuted obligation, put into it, refute it."""
    from trampgen.prove.valuation import evaluate

    text = (LINUX / "powerpc/optprobe_2017.tramp").read_text()
    text = text.replace("for n in 2..31 { ld r${n}", "for n in 3..31 { ld r${n}").replace(
        "allow ", "// allow "
    )
    (tmp_path / "spec.tramp").write_text(text)
    (tmp_path / "optprobe.inc.tramp").write_text((LINUX / "powerpc/optprobe.inc.tramp").read_text())
    spec = compile_file(tmp_path / "spec.tramp").spec
    assert spec is not None
    (little, big) = verdicts(spec)
    assert "r2" in {one.obligation.subject for one in little.findings}
    for one in [*little.findings, *big.findings]:
        goal, *given = evaluate([one.obligation.goal, *one.obligation.given], one.answer.numbers)
        assert goal == 0
        assert all(given)
