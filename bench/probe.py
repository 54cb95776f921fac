"""Runs trampgen under the profiler and writes what each function cost; a script of the environment that is measured.

Only the profiler's C half is loaded before trampgen is: cProfile itself would hide the imports that it makes."""

from __future__ import annotations

import _lsprof
import sys


def main() -> int:
    """`probe.py OUTPUT ARGUMENT…`"""
    output, arguments = sys.argv[1], sys.argv[2:]
    profiler = _lsprof.Profiler()
    status = 0
    profiler.enable()
    try:
        from trampgen.cli import main

        status = main(arguments)
    except SystemExit as end:  # --help
        status = int(end.code or 0)
    finally:
        profiler.disable()
    import json

    with open(output, "w", encoding="utf-8") as out:
        json.dump([_row(entry) for entry in profiler.getstats()], out)
    return status


def _row(entry: _lsprof.profiler_entry) -> list[object]:
    """File, function, seconds in itself, and the same of the built-in functions that it called."""
    inner = [[call.code, call.inlinetime] for call in entry.calls or () if isinstance(call.code, str)]
    if isinstance(entry.code, str):
        return ["", entry.code, 0.0, []]
    return [entry.code.co_filename, entry.code.co_name, entry.inlinetime, inner]


if __name__ == "__main__":
    sys.exit(main())
