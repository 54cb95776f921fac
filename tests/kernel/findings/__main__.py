"""Show defects of the kernel on the kernel as it is. Called by tests/kernel/boot/run.sh, for FINDINGS.

usage: python -m tests.kernel.findings TARGET [--findings [NAME]] TREE CLEAN -- MAKE..."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.kernel.boot import judge
from tests.kernel.boot.kernel import Kernel, matches
from tests.kernel.boot.machine import Boot
from tests.kernel.boot.targets import TARGETS, Pattern
from tests.kernel.boot.tree import Broken, Tree
from tests.kernel.findings.where import Monitor, functions

# A kernel that says nothing for so many seconds has come to its end. Until the first check a sound one takes 5.
_PATIENCE = 30.0
_MOST = 8  # functions that are shown
_CHECK = re.compile(r"check (trapped|optimised) (pass|fail) (.*)")
_SAID = re.compile(rf"{_CHECK.pattern}|optimised: \d+ probes, \d+ optimised")


@dataclass(frozen=True)
class Finding:
    """An entry of findings.toml."""

    name: str
    target: str
    call: str
    trapped: str
    optimised: str
    function: str = ""
    instructions: tuple[Pattern, ...] = ()
    behind: int = 0

    def probes(self, image: Path) -> list[str]:
        """Where the probes stand, as tracing takes it."""
        found = matches(image, self.instructions, [self.function])
        return [f"{name}+{offset + self.behind}" for name, offset in found]

    def file(self, probes: Sequence[str]) -> bytes:
        """What the guest reads."""
        events = [f"p:kprobes/f{number} {place} code=@{place}:x32" for number, place in enumerate(probes)]
        return "\n".join([self.call, *events, ""]).encode()


def listed(target: str) -> list[Finding]:
    """Those that this kernel can show."""
    table = tomllib.loads((Path(__file__).parent / "findings.toml").read_text())
    found = []
    for name, entry in table.items():
        patterns = tuple((mask, value) for mask, value in entry.pop("instructions", ()))
        found.append(Finding(name=name, instructions=patterns, **entry))
    return [finding for finding in found if finding.target == target]


def ends(boot: Boot) -> dict[str, str]:
    """How the call ended with traps, and how with optimised probes, if it came to that."""
    found = {how: "works" if good == "pass" else "fails" for how, good, _ in _CHECK.findall(boot.console)}
    if "optimised" not in found:
        how = "optimised" if "trapped" in found else "trapped"
        found[how] = "crashes" if judge.trouble(boot.console) else "hangs"
    return found


def shown(kernel: Kernel, finding: Finding) -> bool:
    """Boot the kernel with these probes, and print what is seen; whether it is what is known."""
    image = kernel.tree.folder / "base/vmlinux"
    probes = finding.probes(image)
    if finding.function and not probes:
        raise Broken(f"{finding.name}: {finding.function} has no such instruction")
    with tempfile.TemporaryDirectory() as folder:
        monitor = Monitor(Path(folder) / "monitor")
        boot = kernel.boot(
            f"finding-{finding.name}", image, {"finding": finding.file(probes)}, monitor.option,
            patience=_PATIENCE, hung=monitor.sample,
        )  # fmt: skip
    found = ends(boot)
    where = f"{finding.function}, {len(probes)} probes" if probes else finding.call
    print(
        f"{finding.name:<16} {found.get('trapped', '?'):<8} {found.get('optimised', '-'):<8}  {where}",
        flush=True,
    )
    for line in said(boot, functions(image, monitor.counters)):
        print(f"    {line}", flush=True)
    return (
        found["trapped"] == finding.trapped and found.get("optimised", finding.optimised) == finding.optimised
    )


def said(boot: Boot, hung_in: Sequence[str]) -> list[str]:
    """What the guest and the kernel said of it, and where the processor was."""
    lines = [match.group(0) for match in _SAID.finditer(boot.console)]
    trouble = judge.trouble(boot.console)
    lines += [trouble] if trouble else []
    lines += [f"it hangs in {', '.join(hung_in[:_MOST])}"] if hung_in else []
    return lines


def main() -> int:
    """Exit status: whether each shows what is known of it."""
    arguments = sys.argv[1:]
    end = arguments.index("--")
    parser = argparse.ArgumentParser(prog="findings")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("tree", type=Path)
    parser.add_argument("clean", type=Path)
    parser.add_argument("--findings", default="", metavar="NAME")
    asked = parser.parse_args(arguments[:end])
    tree = Tree(TARGETS[asked.target], asked.tree, asked.clean, tuple(arguments[end + 1 :]))
    kernel = Kernel(tree)
    print(f"{asked.target}: defects of Linux 6.12 as it is\n{'finding':<16} {'trapped':<8} optimised")
    chosen = [finding for finding in listed(asked.target) if asked.findings in ("", finding.name)]
    try:
        other = [finding.name for finding in chosen if not shown(kernel, finding)]
    except Broken as broken:
        print(f"{asked.target}: {broken}")
        return 1
    if other:
        print(f"{asked.target}: not as findings.toml says: {', '.join(other)}")
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
