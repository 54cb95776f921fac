"""The bars: what is measured against what, and how much it may cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bench.timing import Series

SIZES = (500, 1000, 2000, 5000)
ONE = "1 template"
MANY_ROWS = 10_000
_PER_SECOND = 200.0
_TABLE_SECONDS = 1.5
_GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Bar:
    """A measured figure against its limit: at most that, or at least. None where it could not be measured."""

    what: str
    against: str
    least: float | None  # from the fastest run of each
    median: float | None
    limit: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        if self.least is None:
            return False
        return self.least >= self.limit if self.at_least else self.least <= self.limit


def bars(series: Mapping[str, Series]) -> list[Bar]:
    """Every bar of a run."""
    found = [
        _ratio(series, "trampgen --help", "import argparse", 1.3),
        _ratio(series, "build, nothing to do", "import argparse", 2.0),
        _ratio(series, "build, cold", "import lark, jinja2, keystone, capstone", 2.0),
        _ratio(series, "build, cold", "pwntools, assembling one template", 1.0),
        _ratio(series, "prove, one optprobe", "pypcode, z3 and one Context", 4.0),
    ]
    return [*found, *_rates(series), _growth(series), table(series)]


def size(templates: int) -> str:
    """The name of the build of a generated spec."""
    return f"{templates:,} templates"


def table_of(rows: int) -> str:
    """The name of the analysis of a generated table."""
    return f"{rows:,} rows analysed"


def table(series: Mapping[str, Series]) -> Bar:
    """A limit in seconds, start-up included: there is no peer that does the same."""
    of = series[table_of(MANY_ROWS)]
    return Bar(table_of(MANY_ROWS), "seconds", of.least, of.median, _TABLE_SECONDS)


def _ratio(series: Mapping[str, Series], what: str, against: str, limit: float) -> Bar:
    if against not in series:
        return Bar(what, against, None, None, limit)
    ours, peer = series[what], series[against]
    return Bar(what, against, ours.least / peer.least, ours.median / peer.median, limit)


def each(series: Mapping[str, Series], templates: int) -> tuple[float, float]:
    """Seconds for one template beyond start-up: from the fastest runs, and from the medians."""
    whole, start = series[size(templates)], series[ONE]
    return (whole.least - start.least) / (templates - 1), (whole.median - start.median) / (templates - 1)


def _rates(series: Mapping[str, Series]) -> Iterator[Bar]:
    for templates in SIZES:
        least, median = each(series, templates)
        yield Bar(size(templates), "templates per second", 1 / least, 1 / median, _PER_SECOND, at_least=True)


def _growth(series: Mapping[str, Series]) -> Bar:
    """Linear in size: one template costs in the largest spec what it costs in the smallest."""
    few, many = each(series, SIZES[0]), each(series, SIZES[-1])
    what = f"one of {size(SIZES[-1])}"
    return Bar(what, f"one of {size(SIZES[0])}", many[0] / few[0], many[1] / few[1], _GROWTH)
