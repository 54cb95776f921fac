"""Every fault in every example: all but those below are found out. Minutes; `make mutate`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.prove.examples import EVERY, LINUX
from trampgen.cli import main

# What survives because contracts can't say it yet, by template: how many at the most.
KNOWN = {
    "ppc64_stub": 2,  # what a PC-relative load reads
    "kretprobe_trampoline": 3,  # which trap it is
    "uretprobe_trampoline": 2,  # that there is a system call, once
    "arm optprobe_template": 2,  # a callee's stack, aligned or not; what is equivalent, and is not seen to be
    "arm optprobe_site": 1,  # that it goes to its slot under the condition that it has, and not only behind itself
}
MOST_EQUIVALENT, LEAST_KILLED = 0.05, 0.99


@pytest.mark.skipif(not os.environ.get("TRAMPGEN_MUTATE"), reason="minutes: make mutate")
def test_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    faults = equivalent = survived = 0
    reasons = str(Path(__file__).parent / "equivalents.toml")
    for example in EVERY:
        if example.path == "powerpc/optprobe" and example.constants:
            continue  # once is enough
        constants = [str((LINUX / example.path).parent / name) for name in example.constants]
        options = [word for name in constants for word in ("--constants", name)]
        options += [word for case in example.cases for word in ("--case", case)]
        spec = str(LINUX / f"{example.path}.tramp")
        assert main(["mutate", spec, *options, "--reasons", reasons, "--format", "json"]) in (0, 1)
        for one in json.loads(capsys.readouterr().out)["templates"]:
            name = one["template"] if "arm/" not in spec else f"arm {one['template']}"
            left = [fault for fault in one["faults"] if fault["result"] == "survived"]
            assert len(left) <= KNOWN.get(name, 0), [(fault["line"], fault["what"]) for fault in left]
            faults += len(one["faults"])
            equivalent += one["equivalent"]
            survived += one["survived"]
    print(f"{faults} faults, {equivalent} equivalent, {survived} survived")
    assert equivalent <= MOST_EQUIVALENT * faults
    assert survived <= (1 - LEAST_KILLED) * (faults - equivalent)
