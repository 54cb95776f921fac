"""From what the console said to checks that passed, failed, or were never made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from tests.kernel.boot.machine import Boot

# What a kernel says when something went wrong that it noticed.
_TROUBLE = re.compile(
    r"WARNING:|BUG:|\bOops\b|Kernel panic|Unable to handle|self-detected stall|soft lockup|kernel BUG at"
)
_GUEST = re.compile(r"check (\S+) (pass|fail) ?(.*)")
_KUNIT = re.compile(r"# kprobes_test: pass:(\d+) fail:(\d+)")
# KUnit has the same word for what it expected.
_FTRACE_FAILED = re.compile(r"(?<!EXPECTATION )(?<!ASSERTION )FAILED")

# Whether it passed, and what was said.
Checks = dict[str, tuple[bool, str]]


def judge(boot: Boot) -> Checks:
    """Every check that this boot made."""
    text = boot.console
    found: Checks = {name: (how == "pass", what) for name, how, what in _GUEST.findall(text)}
    if kunit := _KUNIT.search(text):
        passed, failed = map(int, kunit.groups())
        found["kunit"] = (
            passed > 0 and failed == 0 and "not ok" not in text,
            f"{passed} passed, {failed} failed",
        )
    tests = re.findall(r"Testing (tracer \w+|dynamic ftrace[^:]*): ", text)
    if tests:
        failed_one = _FTRACE_FAILED.search(text)
        found["ftrace"] = "tracer function" in tests and not failed_one, f"{len(tests)} start-up tests"
    found["ended"] = "guest ends" in text, "the guest came to its end" if boot.ended else "it hangs"
    complaint = trouble(text)
    found["quiet"] = not complaint, complaint or "no complaints"
    return found


def trouble(text: str) -> str:
    """The first thing that the kernel complained of, or nothing."""
    found = _TROUBLE.search(text)
    return text[found.start() :].partition("\n")[0] if found else ""


def missed(found: Checks, wanted: Iterable[str]) -> dict[str, str]:
    """What should have passed and did not: why."""
    return {
        name: found[name][1] if name in found else "never came to that"
        for name in wanted
        if not found.get(name, (False, ""))[0]
    }


def table(columns: Mapping[str, Checks], wanted: Iterable[str]) -> str:
    """Checks as rows, kernels as columns; what was said in the last of them."""
    lines = [f"{'check':<26}" + "".join(f"{name:>8}" for name in columns)]
    for check in wanted:
        cells = [found[check][0] if check in found else None for found in columns.values()]
        words = ["never" if cell is None else "pass" if cell else "FAIL" for cell in cells]
        said = next((found[check][1] for found in reversed([*columns.values()]) if check in found), "")
        lines.append(f"{check:<26}" + "".join(f"{word:>8}" for word in words) + f"   {said}")
    return "\n".join(lines)
