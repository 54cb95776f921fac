"""Headers with one word spoilt: a kernel that is built on one must fail some check. faults-*.toml lists them."""

from __future__ import annotations

import re
import time
import tomllib
from dataclasses import dataclass

from tests.kernel.boot import judge
from tests.kernel.boot.kernel import Kernel
from tests.kernel.boot.targets import HERE
from tests.kernel.boot.tree import Broken

# A word, or the bytes of an instruction.
_NUMBERS = "0x[0-9a-f]+(?:, 0x[0-9a-f]+)*"


@dataclass(frozen=True)
class Fault:
    """One word or instruction of a generated header that is not what the spec says: at rest, or elsewhere."""

    name: str
    header: str
    insn: str = ""  # a regular expression: the instruction as the header's comment has it
    word: str = ""  # what stands there instead, in hexadecimal; on x86 its bytes
    find: str = ""  # or any text of the header, also a regular expression,
    put: str = ""  # and what stands there instead
    variant: str = "bytes"  # that the header is built into
    only: str = ""  # the target that has it

    def spoilt(self, text: str) -> str:
        """The header with this fault, in each of its cases: one of them is compiled."""
        find, put = self.find, self.put
        if self.insn:
            find = rf"{_NUMBERS}(,?\s+/\* {self.insn.replace(' ', ' +')} \*/)"
            put = rf"{self.word}\1"
        spoilt, places = re.subn(find, put, text, flags=re.MULTILINE)
        if not places:
            raise Broken(f"fault {self.name}: {self.header} has no /{find}/")
        return spoilt


def listed(target: str) -> list[Fault]:
    """The faults of a target, from the table of its family."""
    family = "ppc64" if target.startswith("ppc64") else target
    path = HERE / f"faults-{family}.toml"
    table = tomllib.loads(path.read_text()) if path.exists() else {}
    faults = [Fault(name=name, **entry) for name, entry in table.items()]
    return [fault for fault in faults if fault.only in ("", target)]


def all_caught(target: str, kernel: Kernel, sound: dict[str, judge.Checks], name: str) -> bool:
    """Try each fault, or the one of this name, and print what found it; whether some was not."""
    print(f"{target}: headers with one fault, and the checks that fail then")
    faults = [fault for fault in listed(target) if name in ("", fault.name)]
    if not faults:
        raise Broken(f"there is no fault {name}")
    uncaught = 0
    # What was built last comes first: it needs the least to be built.
    for fault in sorted(faults, key=lambda fault: fault.variant, reverse=True):
        start = time.monotonic()
        caught, said = tried(fault, kernel, sound[fault.variant])
        uncaught += not caught
        print(f"{fault.name:<30} {fault.variant:<6} {time.monotonic() - start:4.0f} s  {said}", flush=True)
    print(f"{target}: {len(faults) - uncaught} of {len(faults)} faults were noticed")
    return uncaught > 0


def tried(fault: Fault, kernel: Kernel, sound: judge.Checks) -> tuple[bool, str]:
    """Whether this fault is noticed, and the checks that fail then, of those that a sound kernel passes."""
    tree = kernel.tree
    tree.put(kernel.target.variants[fault.variant])
    with tree.spoilt(fault.header, fault.spoilt):
        tree.made()
    if not kernel.changed(fault.variant):
        return False, "NOT IN THE IMAGE: the kernel is the same as without this fault"
    found = kernel.booted(f"fault-{fault.name}", tree.build / kernel.target.image)
    wanted = [name for name in kernel.wanted(fault.variant) if sound[name][0] and name != "text"]
    failed = judge.missed(found, wanted)
    never = [name for name, why in failed.items() if why.startswith("never")]
    seen = [name for name in failed if name not in never]
    said = ", ".join(seen) + (f" (and {len(never)} that it never came to)" if never else "")
    return bool(failed), said or "NOT CAUGHT"
