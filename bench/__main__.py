"""`python -m bench`: measure, print the bars, write docs/performance.md. Exit status 1 where a bar is missed."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import bars, peers, profiles, report, specs, tables
from bench.timing import Command, Failed, in_turn

OUT = peers.BUILD / "out"
EXAMPLES = peers.ROOT / "examples" / "linux" / "powerpc"
SPEC = str(EXAMPLES / "module_stub.tramp")
PROBE = [str(EXAMPLES / "optprobe.tramp"), "--constants", str(EXAMPLES / "pt_regs64.const")]
LIFTER = "import pypcode, z3; pypcode.Context('PowerPC:BE:64:default')"
BOTH = [SPEC, str(EXAMPLES / "module_stub_2016.tramp")]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="runs of each small command")
    parser.add_argument("--large-rounds", type=int, default=3, help="runs of each large build")
    parser.add_argument(
        "--tables", action="store_true", help="only tables of patterns; the page stays as it is"
    )
    options = parser.parse_args()
    try:
        if options.tables:
            return _bench_tables(options.large_rounds)
        return _bench(options.rounds, options.large_rounds)
    except Failed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


def _bench(rounds: int, large_rounds: int) -> int:
    environment = peers.environment()
    own, pwntools = peers.ours(), peers.pwntools()
    if pwntools is None:
        print(f"bench: {peers.GNU_AS} is missing: install {peers.GNU_AS_PACKAGE}", file=sys.stderr)
    small = _small(own, pwntools)
    series = in_turn(small, rounds, environment)
    series |= in_turn(_large(own) | _tables(own), large_rounds, environment)
    verdicts = bars.bars(series)
    page = report.page(
        verdicts,
        series,
        [*small, "2,000 templates, with blobs"],
        _profiles(own, environment),
        len(os.sched_getaffinity(0)),
        (rounds, large_rounds),
    )
    (peers.ROOT / "docs" / "performance.md").write_text(page, encoding="utf-8")
    print(report.verdicts(verdicts))
    return 0 if all(bar.met for bar in verdicts) else 1


def _bench_tables(rounds: int) -> int:
    series = in_turn(_tables(peers.ours()), rounds, peers.environment())
    bar = bars.table(series)
    print(f"{report.grown(series)}\n\n{report.verdicts([bar])}")
    return 0 if bar.met else 1


def _small(own: Path, pwntools: Path | None) -> dict[str, Command]:
    python, trampgen = str(own / "python"), str(own / "trampgen")
    fresh, kept = str(OUT / "fresh"), str(OUT / "kept")
    shutil.rmtree(kept, ignore_errors=True)
    libraries = "import lark, jinja2, keystone, capstone"
    cold = [trampgen, "build", "-o", fresh]
    found = {
        "an empty program": Command([python, "-c", "pass"]),
        "import argparse": Command([python, "-c", "import argparse"]),
        "trampgen --help": Command([trampgen, "--help"]),
        "build, nothing to do": Command([trampgen, "build", "-o", kept, SPEC]),
        libraries: Command([python, "-c", libraries]),
        "build, cold": Command([*cold, "--no-record", SPEC], _emptied(fresh)),
        "build, cold, with its record": Command([*cold, SPEC], _emptied(fresh)),
        "build, cold, header only": Command([*cold, "--emit", "header", SPEC], _emptied(fresh)),
        "lint": Command([trampgen, "lint", SPEC]),
        "prove, one optprobe": Command(
            [
                trampgen,
                "prove",
                *PROBE,
                "--template",
                "optprobe_template",
                "--case",
                "ppc64",
                "--case",
                "elfv2",
            ]
        ),
        "pypcode, z3 and one Context": Command([python, "-c", LIFTER]),
        "both examples, -j1": Command([*cold, "-j1", *BOTH], _emptied(fresh)),
        "both examples, -j2": Command([*cold, "-j2", *BOTH], _emptied(fresh)),
    }
    if pwntools is not None:
        peer = str(pwntools / "python")
        anew = Command([peer, "-c", peers.PWNTOOLS_ASM], _emptied(str(peers.PWNTOOLS_CACHE)))
        found["pwntools, assembling one template"] = anew
        found["pwntools, the same from its cache"] = Command([peer, "-c", peers.PWNTOOLS_ASM])
        found["pwntools, pwnlib.asm alone"] = Command([peer, "-c", peers.PWNLIB_ASM])
    return found


def _large(own: Path) -> dict[str, Command]:
    fresh = OUT / "large"
    spec = {templates: str(specs.write(peers.BUILD, templates)) for templates in (1, *bars.SIZES)}
    words = [str(own / "trampgen"), "build", "-q", "-o", str(fresh)]
    plain = [*words, "--emit", "header,json"]
    found = {bars.ONE: Command([*plain, spec[1]], _emptied(str(fresh)))}
    for templates in bars.SIZES:
        found[bars.size(templates)] = Command([*plain, spec[templates]], _emptied(str(fresh)))
    found["2,000 templates, with blobs"] = Command([*words, spec[2000]], _emptied(str(fresh)))
    return found


def _tables(own: Path) -> dict[str, Command]:
    words = [str(own / "python"), str(Path(__file__).with_name("analyse.py"))]
    files = {rows: str(tables.write(peers.BUILD, rows)) for rows in tables.SIZES}
    return {bars.table_of(rows): Command([*words, file]) for rows, file in files.items()}


def _emptied(folder: str) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)


def _profiles(own: Path, environment: Mapping[str, str]) -> dict[str, profiles.Profile]:
    folder, output = OUT / "profiled", peers.BUILD / "profile.json"
    shutil.rmtree(folder, ignore_errors=True)
    build = ["build", "-q", "-o", str(folder)]
    runs = {
        "cold": [*build, SPEC],
        "nothing": [*build, SPEC],
        "help": ["--help"],
        "large": [*build, "--emit", "header,json", str(peers.BUILD / "of_2000.tramp")],
    }
    python = str(own / "python")
    return {name: profiles.profile(python, words, output, environment) for name, words in runs.items()}


if __name__ == "__main__":
    sys.exit(main())
