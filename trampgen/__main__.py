"""`python -m trampgen`, and the installed command."""

from __future__ import annotations

import gc
import os
import sys

from trampgen.cli import main

TYPE_CHECKING = False  # see cli.py
if TYPE_CHECKING:
    from typing import NoReturn


_OBJECTS = 200_000  # between two looks for cycles, some 20 MiB


def run() -> NoReturn:
    """Run one command and end without taking the interpreter apart, which costs a tenth of a small build.

    Whatever has to be put away has a context manager of its own. Cycles are looked for rarely: what a small command
    makes are modules, and trees that it needs until it ends."""
    gc.set_threshold(_OBJECTS)
    try:
        status = main()
    except SystemExit as end:  # argparse's, after --help or a mistake
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 2
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody listens any more; main() has said so by its status
            status = status or 2
    os._exit(status)


if __name__ == "__main__":
    run()
