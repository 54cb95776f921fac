"""Offsets as a constants file, to be committed: those that a spec needs, or all of some structs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trampgen.elf.types import Struct
from trampgen.model.values import natural

_MOST_ELEMENTS = 64  # of an array: of a longer one the first alone
_MOST = 20_000  # lines
_DEEPEST = 8  # structs within each other


class TooMany(Exception):
    """More members than a file should have."""


def text(values: Mapping[str, int], command: str, of: Iterable[str]) -> str:
    """The file; `of` are the machines that the values are of."""
    kernels = ", ".join(dict.fromkeys(of))
    head = f"// Facts of a build{f' for {kernels}' if kernels else ''}. To write them anew:\n//   {command}\n"
    return head + "".join(f"{name} = {values[name]}\n" for name in sorted(values, key=natural))


def members(struct: Struct) -> dict[str, int]:
    """The offset of every member by its name, `pt_regs.gpr[2]`, with those of structs in it. Raises TooMany."""
    found: dict[str, int] = {}
    for path, offset in _members(struct, 0, 0):
        found[f"{struct.name}.{path}"] = offset
        if len(found) > _MOST:
            raise TooMany(f"{struct.title} has more than {_MOST:,} members, with those of what it holds")
    return found


def _members(struct: Struct, base: int, depth: int) -> Iterator[tuple[str, int]]:
    from trampgen.elf.types import everything

    for member in everything(struct):
        if member.name is None or member.bits is not None:
            continue
        inner = member.inner() if depth < _DEEPEST else None
        for indices, offset in _elements(member.counts, member.size or 0):
            place = base + member.offset + offset
            yield f"{member.name}{indices}", place
            if inner is not None and indices.count("[") == len(member.counts):
                for path, beneath in _members(inner, place, depth + 1):
                    yield f"{member.name}{indices}.{path}", beneath


def _elements(counts: tuple[int | None, ...], size: int) -> Iterator[tuple[str, int]]:
    """The array itself and its elements, as indices and offsets; nothing but itself for what is no array."""
    yield "", 0
    if not counts:
        return
    count = counts[0] or 0
    each = size // count if count else 0
    for index in range(count if count <= _MOST_ELEMENTS else 1):
        for indices, offset in _elements(counts[1:], each):
            yield f"[{index}]{indices}", index * each + offset
