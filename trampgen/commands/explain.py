"""`trampgen explain`: what a code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.commands import CLEAN
from trampgen.diagnostics.codes import explain, registry
from trampgen.diagnostics.suggest import did_you_mean

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print one entry of the registry, or a line for each."""
    if options.code is None:
        for code, entry in registry().items():
            print(f"{code:<24} {entry.summary}")
        return CLEAN
    if options.code not in registry():
        raise Usage(f"there is no code `{options.code}`. {did_you_mean(options.code, registry())}".strip())
    print(explain(options.code), end="")
    return CLEAN
