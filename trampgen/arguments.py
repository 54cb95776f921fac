"""What the command line's words mean: @files, -D and the files beside it, --emit."""

from __future__ import annotations

import os
import re

from trampgen.emit import KINDS
from trampgen.model import EXTERN

TYPE_CHECKING = False  # see cli.py
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping

_DEEPEST = 10  # @files within @files
_WORTH_A_PROCESS = 16 << 10  # bytes of specs: compiling them takes longer than starting another process


class Usage(Exception):
    """Something is wrong with the command line."""


class Given:
    """What is given for externs: -D NAME=VALUE, and the files of --constants, --asm-offsets and --elf, each once."""

    __slots__ = ("asm_offsets", "constants", "defines", "elf")

    def __init__(
        self,
        defines: Mapping[str, int],
        constants: Iterable[str] = (),
        asm_offsets: Iterable[str] = (),
        elf: Iterable[str] = (),
    ) -> None:
        self.defines = defines
        self.constants, self.asm_offsets, self.elf = (
            tuple(dict.fromkeys(files)) for files in (constants, asm_offsets, elf)
        )

    @property
    def files(self) -> Mapping[str, tuple[str, ...]]:
        """The files by the option that names them."""
        return {"constants": self.constants, "asm_offsets": self.asm_offsets, "elf": self.elf}


def expanded(words: list[str], depth: int = 0) -> list[str]:
    """Every @FILE replaced by the words in it, which are split and quoted as a shell would."""
    found: list[str] = []
    for word in words:
        if not word.startswith("@") or word == "@":
            found.append(word)
        elif depth == _DEEPEST:
            raise Usage(f"{word}: more than {_DEEPEST} argument files within each other")
        else:
            found += expanded(_words(word[1:]), depth + 1)
    return found


def _words(path: str) -> list[str]:
    import shlex

    try:
        if os.path.exists(path) and not os.path.isfile(path):
            raise Usage(f"@{path}: this is no file")
        with open(path, encoding="utf-8") as stream:
            return shlex.split(stream.read(), comments=True)
    except OSError as error:
        raise Usage(f"@{path}: {error.strerror or error}") from None
    except ValueError as error:  # quotes that are not closed, bytes that are no text
        raise Usage(f"@{path}: {error}") from None


def kinds(given: list[str] | None) -> tuple[str, ...]:
    """The artefacts that --emit asks for, each once."""
    wanted = dict.fromkeys(kind for part in given or ["header,json,blob"] for kind in part.split(",") if kind)
    for kind in wanted:
        if kind not in KINDS:
            raise Usage(f"--emit {kind}: known are {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if kind in wanted)


def defines(given: list[str]) -> dict[str, int]:
    """-D NAME=NUMBER, as numbers."""
    supplied: dict[str, int] = {}
    for define in given:
        name, equals, value = define.partition("=")
        number = _number(value)
        if (
            not equals
            or number is None
            or not re.fullmatch(EXTERN, name, re.ASCII)
            or not -(1 << 63) <= number < 1 << 64
        ):
            raise Usage(f"-D {define}: expected NAME=NUMBER, a number of 64 bits")
        if supplied.setdefault(name, number) != number:
            raise Usage(f"-D {name} is given twice, as {supplied[name]} and {number}")
    return supplied


def given(options: Namespace) -> Given:
    """What is given for externs."""
    return Given(defines(options.defines), options.constants, options.asm_offsets, options.elf)


def _number(text: str) -> int | None:
    try:
        return int(text, 0)
    except ValueError:
        return None


def jobs(given: str, specs: list[str]) -> int:
    """A number of processes, at least one; `auto` is one for each processor as far as the specs are worth it."""
    if given == "auto":
        sizes = sum(os.path.getsize(spec) for spec in specs if os.path.isfile(spec))
        return max(1, min(processors(), sizes // _WORTH_A_PROCESS))
    number = _number(given)
    if number is None or not 1 <= number <= 256:
        raise Usage(f"--jobs {given}: expected a number from 1 to 256, or auto")
    return number


def processors() -> int:
    """How many of them this process may run on."""
    return len(os.sched_getaffinity(0))
