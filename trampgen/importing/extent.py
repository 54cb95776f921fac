"""Where a symbol's bytes are in an object file: its section, its end, the labels and relocations inside."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from trampgen.diagnostics.suggest import did_you_mean
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf, Section
from trampgen.elf.machines import EM_ARM
from trampgen.elf.symbols import STT_FUNC, STT_SECTION, Symbol
from trampgen.importing.arm_version import version
from trampgen.importing.model import CannotImport, Extent
from trampgen.resolve.limits import MOST_STATEMENTS

_DESCRIPTORS = ".opd"  # of functions, ELFv1 (64-bit PowerPC ELF ABI supplement 1.9, section 3.2.5)
_TOLD = 12  # symbols that a message lists


def opened(path: str) -> Elf:
    """An object file whose machine has a target; raises CannotImport."""
    try:
        elf = Elf(path)
    except (OSError, ValueError) as error:
        raise CannotImport(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    except BadElf as error:
        raise CannotImport(f"{path}: {error}") from None
    if not elf.targets:
        raise CannotImport(f"{path}: no target has code of this machine, {elf.machine_name}")
    return elf


def extent(elf: Elf, name: str, to: str | None = None, target: str | None = None) -> Extent:
    """The bytes of a symbol: up to another one, as many as it has, or up to the next one; raises CannotImport."""
    symbol, section = placed(elf, name)
    start = _offset(symbol, section, elf)
    size, notes = _size(symbol, section, start, to, elf)
    if size <= 0:
        what = f"`{to}` is not behind `{name}`" if to else f"`{name}` has no bytes"
        raise CannotImport(f"{elf.path}: {what}")
    data = elf.data(section)
    if start + size > len(data):
        raise CannotImport(f"{elf.path}: `{name}` goes on behind the end of its section, {section.name}")
    marks = _marks(elf, section)
    mark = _mark(marks, start)
    chosen = _target(elf, symbol, mark, target)
    is_code = section.executable or mark in ("a", "t", "x")
    unit = 1 if chosen.startswith("x86") else 4
    if size % unit:
        raise CannotImport(
            f"{elf.path}: `{name}` has {size} bytes, no multiple of {unit}: give its end with --to SYMBOL"
        )
    if size > MOST_STATEMENTS * (unit if unit > 1 else 15):
        most = f"the code of a template has {MOST_STATEMENTS:,} statements at most"
        raise CannotImport(f"{elf.path}: `{name}` has {size:,} bytes: {most}")
    if start % unit and chosen == "thumb":
        raise CannotImport(f"{elf.path}: `{name}` is at no multiple of 4, where templates of thumb stand")
    own = [one for one in elf.relocations(section) if start <= one.offset < start + size]
    return Extent(
        elf.path,
        name,
        elf,
        section,
        start,
        bytes(data[start : start + size]),
        chosen,
        is_code,
        tuple(sorted(_labels(elf, section, start, size, symbol))),
        tuple(_islands(marks, start, size)) if is_code else (),
        tuple(replace(one, offset=one.offset - start) for one in own),
        to,
        tuple(notes),
    )


def placed(elf: Elf, name: str) -> tuple[Symbol, Section]:
    """A symbol and the section with its bytes; raises CannotImport."""
    found = elf.symbols.named(name)
    if not found:
        hint = did_you_mean(name, elf.symbols.by_name) or _listed(elf)
        raise CannotImport(f"{elf.path}: there is no symbol `{name}`{f' ({hint})' if hint else ''}")
    inside = [one for one in found if 0 < one.section < len(elf.sections)]
    if not inside:
        why = "is not defined in this file" if any(one.section == 0 for one in found) else "is in no section"
        raise CannotImport(f"{elf.path}: `{name}` {why}")
    symbol, section = inside[0], elf.sections[inside[0].section]
    if not section.has_bytes:
        raise CannotImport(f"{elf.path}: `{name}` is in {section.name}, which has no bytes in the file")
    if section.name == _DESCRIPTORS:
        help = f": its code is `.{name}`" if elf.symbols.named(f".{name}") else ""
        raise CannotImport(f"{elf.path}: `{name}` is the descriptor of a function{help}")
    if not 0 <= _offset(symbol, section, elf) <= section.size:
        raise CannotImport(f"{elf.path}: `{name}` is not within its section, {section.name}")
    return symbol, section


def _listed(elf: Elf) -> str:
    names = sorted(elf.symbols.by_name)
    return f"symbols: {', '.join(names)}" if 0 < len(names) <= _TOLD else "" if names else "it has no symbols"


def _offset(symbol: Symbol, section: Section, elf: Elf) -> int:
    """In its section; an address of Thumb code is odd (ELF for the Arm Architecture, 5.5.3)."""
    odd = elf.machine == EM_ARM and symbol.kind == STT_FUNC
    return (symbol.value & ~odd) - section.address


def _named(elf: Elf, section: Section) -> Iterator[tuple[int, str]]:
    """Offset and name of what a section has, without the marks of code and data."""
    for symbol in elf.symbols:
        inside = symbol.section == section.index and symbol.kind < STT_SECTION
        if inside and symbol.name and not symbol.name.startswith(("$", ".L")):
            yield _offset(symbol, section, elf), symbol.name


def _size(symbol: Symbol, section: Section, start: int, to: str | None, elf: Elf) -> tuple[int, list[str]]:
    if to is not None:
        end, other = placed(elf, to)
        if other.index != section.index:
            raise CannotImport(
                f"{elf.path}: `{to}` is in {other.name}, and `{symbol.name}` in {section.name}"
            )
        return _offset(end, other, elf) - start, []
    if symbol.size:
        return symbol.size, []
    behind = [(offset, name) for offset, name in _named(elf, section) if start < offset <= section.size]
    if not behind:
        return section.size - start, [f"`{symbol.name}` has no size: taken up to the end of {section.name}"]
    offset, name = min(behind)
    return offset - start, [f"`{symbol.name}` has no size: taken up to `{name}`, the next symbol"]


def _labels(elf: Elf, section: Section, start: int, size: int, symbol: Symbol) -> Iterator[tuple[int, str]]:
    """What is inside, and at the end if it is no label of what follows."""
    for offset, name in _named(elf, section):
        if start <= offset < start + size and name != symbol.name:
            yield offset - start, name


def _marks(elf: Elf, section: Section) -> list[tuple[int, str]]:
    """Where the marks of ARM and AArch64 stand, and what follows them: a, t and x are code, d is data.

    ELF for the Arm Architecture, 5.5.5."""
    return sorted(
        (symbol.value - section.address, symbol.name[1])
        for symbol in elf.symbols
        if symbol.section == section.index and symbol.name[:2] in ("$a", "$t", "$x", "$d")
    )


def _mark(marks: list[tuple[int, str]], start: int) -> str:
    """The mark that holds at an offset; empty before the first one."""
    before = [mark for mark in marks if mark[0] <= start]
    return max(before)[1] if before else ""


def _islands(marks: list[tuple[int, str]], start: int, size: int) -> Iterator[tuple[int, int]]:
    """Stretches of data in code."""
    ends = [*(offset for offset, _ in marks[1:]), start + size]
    for (first, kind), last in zip(marks, ends, strict=False):
        low, high = max(first, start) - start, min(last, start + size) - start
        if kind == "d" and low < high:
            yield low, high


def _target(elf: Elf, symbol: Symbol, mark: str, asked: str | None) -> str:
    if asked is not None:
        if asked not in elf.targets:
            known = ", ".join(elf.targets)
            raise CannotImport(f"{elf.path}: this is code of {elf.machine_name} ({known}), not of {asked}")
        return asked
    if elf.machine != EM_ARM:
        return elf.targets[0]
    odd = symbol.kind == STT_FUNC and symbol.value & 1
    return "thumb" if odd or mark == "t" else version(elf)


def template_name(symbol: str, end: str | None) -> str:
    """What a template is called: the words that both its symbols begin with, or the symbol without that for its place.

    Labels are then symbols that begin with the template's name, as the language has it."""
    if end is not None:
        pairs = zip(symbol.split("_"), end.split("_"), strict=False)
        stem = "_".join(word for word, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
        return stem if stem.strip("_") else symbol
    for suffix in ("_entry", "_start", "_begin", "_insns"):
        if symbol.endswith(suffix) and len(symbol) > len(suffix):
            return symbol.removesuffix(suffix)
    return symbol
