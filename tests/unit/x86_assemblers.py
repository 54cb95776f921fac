"""Statements of x86 through our way of assembling them and through GNU as: what the tests of both share."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Compiled, assembler_of, need
from trampgen import isa as isas
from trampgen.assemble import readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import BASE
from trampgen.assemble.program import ask
from trampgen.emit.blob import code
from trampgen.isa.base import Isa, Line, Lowered, OperandError
from trampgen.model.source import Span
from trampgen.model.values import Value

AT = Span("spec.tramp", 1, 1, 1, 2)
BITS = {"x86_64": 64, "x86_32": 32}
TARGET = pytest.mark.parametrize("target", BITS)


def line(text: str, opens: Sequence[Value] = ()) -> Line:
    """A statement; each `{}` is an open value."""
    name, _, rest = text.partition(" ")
    texts = rest.split("{}")
    parts: list[str | tuple[Value, Span]] = [f" {texts[0]}"] if rest else []
    for value, after in zip(opens, texts[1:], strict=True):
        parts += [(value, AT), after]
    return Line(name, tuple(parts), AT, size=0)


def gnu(target: str, lines: Sequence[str], folder: Path) -> list[bytes | str]:
    """The bytes that GNU as makes of each line, or what it says of it."""
    need("x86_64-linux-gnu-as", "x86_64-linux-gnu-objcopy")
    taken, refused = dict(enumerate(lines)), {}
    isa = isas.load(target)
    while True:
        text = [
            *isa.gnu_as_head,
            *(f"L{n}: {one}" for n, one in enumerate(taken.values())),
            f"L{len(taken)}:",
        ]
        text += [".section .sizes", *(f".long L{n + 1} - L{n}" for n in range(len(taken)))]
        (folder / "code.s").write_text("\n".join(text) + "\n")
        command = ["x86_64-linux-gnu-as", *isa.gnu_as, "-o", "code.o", "code.s"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        wrong = re.findall(r"^code\.s:(\d+): Error: (.*)$", done.stderr, re.MULTILINE)
        if not wrong:
            assert done.returncode == 0, done.stderr
            break
        places = list(taken)
        for number, why in wrong:
            refused[places[int(number) - 1 - len(isa.gnu_as_head)]] = why
        taken = {place: one for place, one in taken.items() if place not in refused}
    made = iter(_cut(section(folder, ".text"), section(folder, ".sizes")))
    return [refused[place] if place in refused else next(made) for place in range(len(lines))]


def section(folder: Path, name: str) -> bytes:
    command = ["x86_64-linux-gnu-objcopy", "-O", "binary", "-j", name, "--set-section-flags", f"{name}=alloc"]
    subprocess.run([*command, "code.o", "out.bin"], cwd=folder, check=True)
    return (folder / "out.bin").read_bytes()


def _cut(body: bytes, sizes: bytes) -> list[bytes]:
    found, at = [], 0
    for place in range(0, len(sizes), 4):
        size = int.from_bytes(sizes[place : place + 4], "little")
        found.append(body[at : at + size])
        at += size
    return found


@dataclass(frozen=True)
class Made:
    """What became of a statement: its bytes, or why there are none."""

    text: str
    code: bytes | None
    problem: str


@functools.cache
def mine(target: str, texts: tuple[str, ...]) -> list[Made]:
    """Every statement through the whole way: lowered, assembled, read back."""
    isa, batch = isas.load(target), Batch(isas.load(target))
    asked: list[Lowered | str] = []
    places: list[int] = []
    for text in texts:
        try:
            lowered = isa.lower(line(text))
            asked.append(lowered)
            places.append(ask(lowered, batch) if lowered.encoded is None else -1)
        except OperandError as error:
            asked.append(f"{error.code}: {error.message}")
            places.append(-1)
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    return [_made(isa, *one, batch) for one in zip(texts, asked, places, strict=True)]


def _made(isa: Isa, text: str, lowered: Lowered | str, place: int, batch: Batch) -> Made:
    if isinstance(lowered, str):
        return Made(text, None, lowered)
    given = lowered.encoded.code if lowered.encoded is not None else batch.results[place].code
    if given is None:
        return Made(text, None, batch.results[place].problem)
    if lowered.encoded is not None and lowered.encoded.unread:
        return Made(text, given, "")
    numbers = [number if number is not None else 0 for number in lowered.numbers]
    word = int.from_bytes(given, "little")
    read = readback.differs(isa, word, BASE, lowered.mnemonic, numbers, len(given))
    return Made(text, given if read is None else None, f"reads back as {read}" if read else "")


CODE = Callable[..., Compiled]


def spec(target: str, body: str, params: str = "") -> str:
    return f"target {target}\nstub s {{ {params}\ncode {{\n{body}\n}} }}"


def made_of(found: Compiled) -> bytes:
    assert found.spec is not None, [one.message for one in found.found]
    return code(found.spec.templates[0].variants[0], "little")


def whole(target: str, lines: Sequence[str], folder: Path) -> list[bytes]:
    """All of the lines, which GNU as takes."""
    found = gnu(target, lines, folder)
    assert all(isinstance(one, bytes) for one in found), found
    return [one for one in found if isinstance(one, bytes)]
