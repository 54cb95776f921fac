"""`python -m bench.decoder --qemu DIR`: decoders of QEMU's patterns by its decodetree.py and by trampgen, in one run.

Both are compiled alike and give the same answer for 10 million random words, the boundary words of every row and every
word of a binary; that is checked first. Exit status 1 where a bar is missed or an answer differs."""

from __future__ import annotations

import argparse
import array
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from bench import peers
from bench.decodetree import Input, Made, compiled, make
from bench.timing import Failed

_INTO = peers.BUILD / "decoder"
_LIBC = Path("/usr")
# File, width, whose C library is read as text. The first one has bars.
_FILES = (
    ("target/ppc/insn32.decode", 32, "powerpc64le-linux-gnu"),
    ("target/arm/tcg/a32.decode", 32, "arm-linux-gnueabi"),
    ("target/arm/tcg/t32.decode", 32, ""),
    ("target/arm/tcg/a64.decode", 32, "aarch64-linux-gnu"),
    ("target/riscv/insn32.decode", 32, ""),
    ("target/hppa/insns.decode", 32, ""),
    ("target/loongarch/insns.decode", 32, ""),
    ("target/ppc/insn64.decode", 64, ""),
    ("target/arm/tcg/t16.decode", 16, ""),
    ("target/riscv/insn16.decode", 16, ""),
)
_PAIRS = (
    ("row", "ours_row", "theirs_row"),
    ("fields", "ours_fields", "theirs_fields"),
    ("scan", "ours_row", "linear_row"),
)
_BARS = {"row": 3.0, "fields": 1.5, "scan": 30.0}

Rates = list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Result:
    """Bytes by source, and rounds of millions of words a second by what the words are."""

    made: Made
    bytes: Mapping[str, int]
    rounds: Mapping[str, Rates]

    def ratio(self, words: str, ours: str, other: str) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(one[ours] / one[other] for one in self.rounds[words])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.decoder", description=__doc__)
    parser.add_argument(
        "--qemu", required=True, type=Path, help="QEMU's source: scripts/decodetree.py and target/"
    )
    parser.add_argument("--rounds", type=int, default=201, help="turns of each decoder")
    parser.add_argument("--compiler", default="gcc")
    parser.add_argument("--text", type=Path, help="another ELF file for the first pattern file")
    parser.add_argument("--only", metavar="NAME", help="files whose path holds this")
    options = parser.parse_args()
    missed = 0
    for number, (name, width, triplet) in enumerate(_FILES):
        if options.only and options.only not in name:
            continue
        text = options.text if options.text and not number else _LIBC / triplet / "lib" / "libc.so.6"
        given = Input(options.qemu / name, width, text if triplet and text.exists() else None)
        try:
            result = _one(given, options)
        except Failed as error:
            print(f"bench: {name}: {error}", file=sys.stderr)
            missed += 1
            continue
        _print(name, result)
        missed += _missed(result) if not number else 0
    return 1 if missed else 0


def _one(given: Input, options: argparse.Namespace) -> Result:
    into = _INTO / given.name
    into.mkdir(parents=True, exist_ok=True)
    made = make(given, options.qemu / "scripts" / "decodetree.py", into)
    alone = {name: path for name, path in made.sources.items() if name.endswith("_alone")}
    sizes = {name.removesuffix("_alone"): _bytes(options.compiler, path) for name, path in alone.items()}
    sources = [path for name, path in made.sources.items() if name not in alone]
    program = into / "bench"
    driver = peers.ROOT / "bench" / "decoder.c"
    compiled(options.compiler, [driver, *sources], program, f"-DWORD=u{given.width}")
    words = {"corners": _corners(made, given.width, into), "text": _text(given.text, into)}
    files = [str(path) for path in words.values() if path is not None]
    done = subprocess.run([program, str(options.rounds), *files], capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.stderr)
    return Result(made, sizes, _rounds(done.stdout, [name for name, path in words.items() if path]))


def _bytes(compiler: str, source: Path) -> int:
    """Bytes of code and of data that is only read."""
    into = source.with_suffix(".o")
    compiled(compiler, [source], into, "-c")
    with into.open("rb") as file:
        sections = list(ELFFile(file).iter_sections())
        return sum(
            one["sh_size"] for one in sections if one.name.startswith((".text", ".rodata", ".data.rel.ro"))
        )


def _corners(made: Made, width: int, into: Path) -> Path:
    """Both ends of each row, and those with one bit flipped."""
    full = (1 << width) - 1
    ends = [word for cube in made.plan.cubes for word in (cube.value, cube.value | full & ~cube.mask)]
    every = ends + [word ^ 1 << bit for word in ends for bit in range(width)]
    path = into / "corners"
    path.write_bytes(array.array({16: "H", 32: "I", 64: "Q"}[width], every).tobytes())
    return path


def _text(library: Path | None, into: Path) -> Path | None:
    """The words of a binary in this machine's order."""
    if library is None:
        return None
    with library.open("rb") as file:
        elf = ELFFile(file)
        section = elf.get_section_by_name(".text")
        assert section is not None
        words = array.array("I", section.data())
        if elf.little_endian != (sys.byteorder == "little"):
            words.byteswap()
    path = into / "text"
    path.write_bytes(words.tobytes())
    return path


def _rounds(said: str, files: Sequence[str]) -> dict[str, Rates]:
    names = {"random": "random", **{str(number): name for number, name in enumerate(files)}}
    found: dict[str, Rates] = {}
    for line in said.splitlines():
        what, *rates = line.split()
        found.setdefault(names[what], []).append(
            {name: float(rate) for name, _, rate in (one.partition("=") for one in rates)}
        )
    return found


def _print(name: str, result: Result) -> None:
    plan = result.made.plan
    print(f"{name}: {len(plan.cubes)} rows, {plan.size:,} bytes of tables")
    for kind in ("row", "fields"):
        own, peer = result.bytes[f"ours_{kind}"], result.bytes[f"theirs_{kind}"]
        print(f"  bytes, {kind:<7} {own:>7,}   decodetree {peer:>7,}")
    for words in result.rounds:
        if words == "corners":
            continue
        rates = {
            key: statistics.median(one[key] for one in result.rounds[words])
            for key in result.rounds[words][0]
        }
        for kind, ours, other in _PAIRS:
            ratio = result.ratio(words, ours, other)
            print(
                f"  {words:<7} {kind:<7} {rates[ours]:6.0f} M/s against {rates[other]:6.0f}: {ratio:.2f} times"
            )


def _missed(result: Result) -> int:
    """How many bars the first file misses: at least so many times as fast, no more bytes."""
    missed = 0
    for what, ours, other in _PAIRS:
        for words in set(result.rounds) - {"corners"}:
            if result.ratio(words, ours, other) < _BARS[what]:
                print(f"  missed: {what} on {words} words, {_BARS[what]} times wanted")
                missed += 1
    for kind in ("row", "fields"):
        if result.bytes[f"ours_{kind}"] > result.bytes[f"theirs_{kind}"]:
            print(f"  missed: bytes, {kind}")
            missed += 1
    return missed


if __name__ == "__main__":
    sys.exit(main())
