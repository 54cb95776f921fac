"""Reads a table that bench/tables.py has written and analyses it; a script of the environment that is measured.

Everything that is said of a table: overlaps, subsumed rows and duplicates as of an unordered one, a word for each
row as of an ordered one, and the number of words that it covers."""

from __future__ import annotations

import sys


def main() -> int:
    """`analyse.py FILE`"""
    from trampgen.cubes.coverage import covered
    from trampgen.cubes.cube import Cube
    from trampgen.cubes.index import Index
    from trampgen.cubes.ordered import reachability
    from trampgen.cubes.overlap import conflicts

    with open(sys.argv[1], encoding="ascii") as lines:
        rows = [Cube(int(mask, 16), int(value, 16)) for mask, value in map(str.split, lines)]
    index = Index(rows)
    found, reached = conflicts(index), reachability(index)
    print(f"{len(rows)} rows, {found.tally.pairs} pairs overlap, {len(found.overlaps)} of them shown")
    print(f"{len(found.subsumed)} subsumed, {len(found.duplicates)} duplicates")
    print(f"{len(reached.unreachable)} unreachable, {len(reached.unknown)} unknown")
    words = covered(rows, Cube(0, 0))
    print(f"{'an unknown number of' if words is None else words} words covered")
    return 0


if __name__ == "__main__":
    sys.exit(main())
