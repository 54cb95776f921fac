"""Names for what an object calls its own way, and params by what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trampgen.elf.relocation_kinds import BRANCH, DISTANCE, SLOT, SLOT_DISTANCE, TOC
from trampgen.importing.drafts import Param
from trampgen.resolve.scope import C_KEYWORDS

_LONGEST_NAME = 80  # more can follow


@dataclass(slots=True, eq=False, repr=False)
class Names:
    """Names of one template, and its params by what they are."""

    taken: set[str]
    params: dict[str, Param] = field(default_factory=dict)
    known: dict[tuple[str, int, str], str] = field(default_factory=dict)

    def param(self, symbol: str, addend: int, counted: str) -> str:
        """The param for an address, which is the same wherever it is counted in the same way."""
        key = (symbol, addend, counted)
        if key not in self.known:
            more = f"_{addend:x}" if addend > 0 and counted not in (DISTANCE, SLOT_DISTANCE) else ""
            name = identifier(symbol + more, self.taken)
            base = _base(symbol, addend, counted)
            self.known[key] = self.add(
                name, "branch" if counted == BRANCH else "", "" if base == name else base
            )
        return self.known[key]

    def add(self, name: str, kind: str = "", base: str = "", rest: int | None = None) -> str:
        """Declare a param whose name has been taken."""
        self.params[name] = Param(name, kind, rest, base)
        return name


def _base(symbol: str, addend: int, counted: str) -> str:
    """What a param is, as documentation."""
    text = symbol + (f" {'+' if addend > 0 else '-'} {abs(addend):#x}" if addend else "")
    text = re.sub("[;{}/]", "_", printable(text))[:200]
    of_slot = f"slot of {text}" if counted in (SLOT, SLOT_DISTANCE) else text
    return of_slot + {TOC: " - .TOC.", DISTANCE: " - &entry", SLOT_DISTANCE: " - &entry"}.get(counted, "")


def printable(text: str) -> str:
    """Text that may come from a file, for one line of ours."""
    return "".join(c if c.isprintable() else "?" for c in text)


def identifier(name: str, taken: set[str]) -> str:
    """A name that the language takes, and that no other one in `taken` has; it is taken then."""
    bare = re.sub(r"^\W+|\W+$", "", name, flags=re.ASCII)
    stem = re.sub(r"^(?=[0-9])", "_", re.sub(r"\W+", "_", bare, flags=re.ASCII)[:_LONGEST_NAME] or "unnamed")
    stem += "_" * (stem in C_KEYWORDS)
    found, number = stem, 2
    while found.upper() in taken:
        found, number = f"{stem}_{number}", number + 1
    taken.add(found.upper())
    return found
