"""Debug info and symbols of a kernel, against pahole and pyelftools.

Python alone takes longer to start than pahole takes to find a struct of the first unit and to end. What has a bar is
therefore ours from opening the file to the offset of every member, in a process that runs, against pahole's process.
Told beside it: the same without what pahole takes to start, and whole processes, also for a struct that no unit has."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import cast

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from bench import peers
from bench.bars import Bar
from bench.report import table
from bench.timing import Command, Failed, Sample, Series, in_turn
from trampgen.elf.dwarf import Dwarf
from trampgen.elf.file import Elf
from trampgen.elf.types import everything

STRUCT, NO_STRUCT = "pt_regs", "no_such_struct"
_SLOW_ROUNDS = 5  # of what takes seconds

OURS, PAHOLE, PAHOLE_START = "trampgen offsets, in process", "pahole", "pahole --version"
OURS_WHOLE, OURS_NONE, PAHOLE_NONE = "trampgen offsets, process", "trampgen offsets, none", "pahole, none"
SYMBOLS, SYMBOLS_PEER = "symbols and sections", "pyelftools, symbols"


def offsets(vmlinux: Path) -> dict[str, int]:
    """Every member of the struct with its offset, from nothing but the file's name."""
    struct = Dwarf(Elf(str(vmlinux))).struct(STRUCT)
    if struct is None:
        raise Failed(f"{vmlinux} has no struct {STRUCT}")
    return {member.name or "": member.offset for member in everything(struct)}


def symbols(vmlinux: Path) -> tuple[list[tuple[object, ...]], list[str]]:
    """All symbols and all sections."""
    elf = Elf(str(vmlinux))
    rows: list[tuple[object, ...]] = [(s.name, s.value, s.size, s.kind, s.section) for s in elf.symbols]
    return rows, [section.name for section in elf.sections]


def peer_symbols(vmlinux: Path) -> tuple[list[tuple[object, ...]], list[str]]:
    """The same by pyelftools."""
    with vmlinux.open("rb") as stream:
        elf = ELFFile(stream)
        rows: list[tuple[object, ...]] = [
            (s.name, s["st_value"], s["st_size"], s["st_info"]["type"], s["st_shndx"])
            for s in cast("SymbolTableSection", elf.get_section_by_name(".symtab")).iter_symbols()
        ]
        return rows, [section.name for section in elf.iter_sections()]


def measured(vmlinux: Path, rounds: int) -> dict[str, Series]:
    """Everything in one run. Raises Failed."""
    pahole = shutil.which("pahole")
    if pahole is None:
        raise Failed("no pahole: install the package dwarves")
    _same(vmlinux)
    trampgen = str(peers.ours() / "trampgen")
    ask = [trampgen, "offsets", "--elf", str(vmlinux)]
    commands = {
        PAHOLE: Command([pahole, "-F", "dwarf", "-C", STRUCT, str(vmlinux)]),
        PAHOLE_START: Command([pahole, "--version"]),
        OURS_WHOLE: Command([*ask, STRUCT]),
    }
    series: dict[str, Series] = {OURS: Series(), SYMBOLS: Series()}
    commands[PAHOLE] = Command(commands[PAHOLE].words, lambda: _timed(series[OURS], lambda: offsets(vmlinux)))
    series |= in_turn(commands, rounds, peers.environment())
    series |= _slow(vmlinux, ask, pahole, series[SYMBOLS])
    return series


def _slow(vmlinux: Path, ask: list[str], pahole: str, own: Series) -> dict[str, Series]:
    """What takes seconds: in turn as well, and less often."""
    peer, none, pahole_none = Series(), Series(), Series()
    for _ in range(_SLOW_ROUNDS):
        _timed(own, lambda: symbols(vmlinux))
        _timed(peer, lambda: peer_symbols(vmlinux))
        _timed(none, lambda: _run([*ask, NO_STRUCT]))
        _timed(pahole_none, lambda: _run([pahole, "-F", "dwarf", "-C", NO_STRUCT, str(vmlinux)]))
    return {SYMBOLS: own, SYMBOLS_PEER: peer, OURS_NONE: none, PAHOLE_NONE: pahole_none}


def _run(words: list[str]) -> None:
    """A command that finds nothing, and says so."""
    import subprocess

    subprocess.run(words, env=peers.environment(), capture_output=True, check=False)


def _timed(series: Series, work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    series.samples.append(Sample(time.perf_counter() - started, 0))


def _same(vmlinux: Path) -> None:
    """Both give one answer, or there is nothing to measure."""
    (ours, sections), (theirs, others) = symbols(vmlinux), peer_symbols(vmlinux)
    if [row[:3] for row in ours] != [row[:3] for row in theirs] or sections != others:
        raise Failed(f"{vmlinux}: the symbols or sections are not those of pyelftools")


def bars(series: Mapping[str, Series]) -> list[Bar]:
    """Ours in process: at most half of pahole, at least ten times as fast as pyelftools."""
    ours, pahole = series[OURS], series[PAHOLE]
    peer, own = series[SYMBOLS_PEER], series[SYMBOLS]
    return [
        Bar(f"offsets of {STRUCT}", "pahole", ours.least / pahole.least, ours.median / pahole.median, 0.5),
        Bar(SYMBOLS, "pyelftools", peer.least / own.least, peer.median / own.median, 10.0, at_least=True),
    ]


def ratios(series: Mapping[str, Series]) -> str:
    """What has no bar: with the start of neither process, and with that of both."""
    work = series[OURS].least / max(series[PAHOLE].least - series[PAHOLE_START].least, 1e-9)
    whole = series[OURS_WHOLE].least / series[PAHOLE].least
    none = series[OURS_NONE].least / series[PAHOLE_NONE].least
    return (
        f"Of what pahole takes, fastest runs: {work:.2f} without its start; {whole:.0f} times as long as processes; "
        f"{none:.2f} as processes for a struct that there is not."
    )


def times(series: Mapping[str, Series]) -> str:
    """What each took, as a table of Markdown."""
    return table(("", "fastest", "median"), list(_rows(series)))


def _rows(series: Mapping[str, Series]) -> Iterator[tuple[str, str, str]]:
    for name, one in series.items():
        yield name, f"{one.least * 1000:.2f} ms", f"{one.median * 1000:.2f} ms"


def report(vmlinux: Path, rounds: int) -> tuple[list[Bar], str]:
    """The bars, and text that says more."""
    series = measured(vmlinux, rounds)
    return bars(series), f"{times(series)}\n\n{ratios(series)}"


if __name__ == "__main__":
    print(report(Path(sys.argv[1]), 21)[1])
