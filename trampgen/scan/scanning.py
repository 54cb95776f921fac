"""Everything that was asked for, in one area after the other, by address."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from trampgen.model.memory import ByteOrder
from trampgen.model.record import record
from trampgen.scan.areas import Area
from trampgen.scan.holes import Match, read
from trampgen.scan.match import Matcher, States
from trampgen.scan.patterns import Pattern
from trampgen.scan.search import Finder
from trampgen.scan.tables import RowMatch, Rows, row_matches

Found = Match | RowMatch
_Hit = tuple[int, int, States, RowMatch | None]  # place, which pattern or table


@record
class Asked:
    """What to look for in files of one kind."""

    patterns: Sequence[Pattern]
    tables: Sequence[Rows]
    order: ByteOrder


class Scan:
    """Patterns and tables to be looked for in many areas, `limit` matches of each at the most."""

    def __init__(self, asked: Asked, limit: int | None = None) -> None:
        self._asked, self._limit = asked, limit
        self._finders = [Finder(pattern) for pattern in asked.patterns]
        self._members = [[Matcher(member) for member in p.members] for p in asked.patterns]
        self._counts: dict[str, int] = {}
        self.cut: dict[str, None] = {}  # the names of which there are more matches

    def matches(self, area: Area) -> Iterator[Found]:
        """All matches in an area by address, those at one address in the order of the spec."""
        patterns = self._asked.patterns
        streams = [self._of_pattern(area, number) for number in range(len(patterns))]
        streams += [self._of_rows(area, number) for number in range(len(self._asked.tables))]
        for place, number, states, row in heapq.merge(*streams, key=_order):
            yield row or read(area.buffer, patterns[number], place, states)

    def _of_pattern(self, area: Area, number: int) -> Iterator[_Hit]:
        """Those in code of the pattern's target; what joint masks let through only where no member is."""
        pattern, members = self._asked.patterns[number], self._members[number]
        for place, states in self._finders[number].matches(area.buffer):
            if not area.holds(pattern.isa, place + pattern.origin):
                continue
            if any(member.states(area.buffer.data, place) is not None for member in members):
                continue
            if self._is_enough(pattern.name):
                return
            yield place, number, states, None

    def _of_rows(self, area: Area, number: int) -> Iterator[_Hit]:
        rows = self._asked.tables[number]
        for match in row_matches(area, rows, self._asked.order):
            if self._is_enough(rows.table.name):
                return
            yield match.place, len(self._finders) + number, (), match

    def _is_enough(self, name: str) -> bool:
        """Whether there have been as many matches as are wanted; counts one more."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        if self._limit is None or count <= self._limit:
            return False
        self.cut[name] = None
        return True


def _order(hit: _Hit) -> tuple[int, int]:
    return hit[:2]
