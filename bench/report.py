"""The tables of docs/performance.md, and the page itself from performance.md.in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from string import Template

from bench import tables
from bench.bars import SIZES, Bar, each, size, table_of
from bench.profiles import Profile
from bench.timing import Series

_PAGE = Path(__file__).with_name("performance.md.in")
_COUNTS = ("no", "one core", "two cores", "three cores", "four cores")


def page(
    bars: Sequence[Bar],
    series: Mapping[str, Series],
    observed: Sequence[str],
    profiles: Mapping[str, Profile],
    cores: int,
    rounds: tuple[int, int],
) -> str:
    """The whole page."""
    values = {
        "cores": _COUNTS[cores] if cores < len(_COUNTS) else f"{cores} cores",
        "rounds": str(rounds[0]),
        "large_rounds": str(rounds[1]),
        "bars": verdicts(bars),
        "times": _times(series, observed),
        "sizes": _sizes(series),
        "tables": grown(series),
    }
    values |= {f"profile_{name}": _profile(profile) for name, profile in profiles.items()}
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(values)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is a number or a verdict."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def verdicts(bars: Sequence[Bar]) -> str:
    """Each bar with what was measured, and whether it is met."""
    return table(("", "against", "measured", "median", "bar", ""), [list(_verdict(bar)) for bar in bars])


def _verdict(bar: Bar) -> Iterator[str]:
    yield from (bar.what, bar.against)
    if bar.least is None or bar.median is None:
        yield from ("–", "–")
    else:
        yield from (_figure(bar.least), _figure(bar.median))
    yield f"{'≥' if bar.at_least else '≤'} {_figure(bar.limit)}"
    yield "**not measured**" if bar.least is None else "pass" if bar.met else "**missed**"


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _times(series: Mapping[str, Series], names: Sequence[str]) -> str:
    rows = [
        (name, f"{of.least * 1000:.0f} ms", f"{of.median * 1000:.0f} ms", f"{of.memory / 1024:.0f} MiB")
        for name, of in series.items()
        if name in names
    ]
    return table(("", "fastest", "median", "peak memory"), rows)


def _sizes(series: Mapping[str, Series]) -> str:
    rows = []
    for templates in SIZES:
        of, (least, median) = series[size(templates)], each(series, templates)
        rows.append(
            (
                size(templates),
                f"{of.least:.2f} s",
                f"{of.median:.2f} s",
                f"{least * 1000:.2f} ms",
                f"{median * 1000:.2f} ms",
                f"{of.memory / 1024:.0f} MiB",
            )
        )
    return table(("", "fastest", "median", "a template", "median", "peak memory"), rows)


def grown(series: Mapping[str, Series]) -> str:
    """What tables of several sizes cost."""
    rows = []
    for number in tables.SIZES:
        of = series[table_of(number)]
        rows.append(
            (
                f"{number:,} rows",
                f"{tables.overlapping(number):,}",
                f"{of.least:.2f} s",
                f"{of.median:.2f} s",
                f"{of.least / number * 1e6:.0f} µs",
                f"{of.memory / 1024:.0f} MiB",
            )
        )
    return table(("", "pairs that overlap", "fastest", "median", "a row", "peak memory"), rows)


def _profile(profile: Profile) -> str:
    return table(("part", "share"), [(part, f"{share:.0%}") for part, share in profile.shares.items()])
