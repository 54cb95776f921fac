"""Commands timed as whole processes, in turn, so that a machine that slows down slows all of them."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and what puts the scene back before each run, which is not timed."""

    words: Sequence[str]
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds by the clock, and the kilobytes of its largest process (children included)."""

    wall: float
    memory: int


@dataclass(slots=True)
class Series:
    """All runs of one command."""

    samples: list[Sample] = field(default_factory=list)

    @property
    def least(self) -> float:
        return min(sample.wall for sample in self.samples)

    @property
    def median(self) -> float:
        return statistics.median(sample.wall for sample in self.samples)

    @property
    def memory(self) -> int:
        return max(sample.memory for sample in self.samples)


class Failed(Exception):
    """A command that was to be timed, or is needed for it, did not succeed."""


def once(words: Sequence[str], environment: Mapping[str, str]) -> Sample:
    """Run a command with what it prints thrown away. Raises Failed."""
    with tempfile.TemporaryFile() as said:
        streams = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, said.fileno(), 2),
        ]
        started = time.perf_counter()
        child = os.posix_spawn(words[0], list(words), dict(environment), file_actions=streams)
        _, status, used = os.wait4(child, 0)
        wall = time.perf_counter() - started
        if status:
            said.seek(0)
            raise Failed(f"{' '.join(words)}\n{said.read().decode(errors='replace')}")
    return Sample(wall, used.ru_maxrss)


def in_turn(
    commands: Mapping[str, Command], rounds: int, environment: Mapping[str, str]
) -> dict[str, Series]:
    """A B C A B C …, after one run of each that does not count: caches are warm for all of them."""
    series = {name: Series() for name in commands}
    for number in range(rounds + 1):
        print(f"  round {number} of {rounds}", file=sys.stderr)
        for name, command in commands.items():
            command.before()
            sample = once(command.words, environment)
            if number:
                series[name].samples.append(sample)
    return series
