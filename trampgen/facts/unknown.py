"""What no file with debug info has, and what may have been meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.elf.errors import BadElf
from trampgen.elf.types import NoMember
from trampgen.facts.gather import Facts
from trampgen.model.source import Span

_MOST = 500  # names that a misspelt one is compared with

T = TypeVar("T")


def has_function(function: str, facts: Facts) -> bool:
    """Whether some file has it."""
    return any(answered(debug.info.has_function, function) for debug in facts.debug)


def tell_no_function(function: str, facts: Facts, at: Span | None, report: Report) -> None:
    """no-such-function."""
    names = [name for elf in facts.elves for name in elf.symbols.by_name]
    help = near(function, names) or "an object of the file that defines it has it, compiled with -g"
    report.error("no-such-function", at, f"{files(facts)} has no function `{function}`", help=help)


def tell_no_member(missing: NoMember, who: str, at: Span | None, report: Report) -> None:
    """no-such-member."""
    help = did_you_mean(missing.word, missing.names) if missing.word else ""
    report.error("no-such-member", at, missing.message, [f"so says {who}"], help)


def no_struct(struct: str, function: str | None, facts: Facts) -> tuple[str, str]:
    """Message and help about a struct that there is not."""
    where = f"the unit of `{function}`" if function else files(facts)
    close = [name for debug in facts.debug for name in answered(debug.info.similar, struct) or ()]
    help = f"did you mean `{close[0]}`?" if close else "an object of a file that uses it has it"
    return f"{where} has no `{struct}`", help


def files(facts: Facts) -> str:
    """The files that were asked."""
    return ", ".join(elf.path for elf in facts.elves)


def near(word: str, names: Iterable[str]) -> str:
    """A help text naming the closest of many names: those that begin or end like the word."""
    alike = {name for name in names if name[:3] == word[:3] or name[-4:] == word[-4:]}
    return did_you_mean(word, sorted(alike, key=lambda name: (abs(len(name) - len(word)), name))[:_MOST])


def answered(ask: Callable[[str], T], about: str) -> T | None:
    """An answer; None from a damaged file, which is said where a value is asked for."""
    try:
        return ask(about)
    except BadElf:
        return None
