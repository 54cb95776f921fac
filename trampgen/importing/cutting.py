"""An extent cut into instructions and data: words, pairs of them, or what a disassembler takes for one instruction."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from trampgen.importing import readers, reading
from trampgen.importing.model import CannotImport, Extent, Piece
from trampgen.importing.placing import unplaceable
from trampgen.isa.arm_reading import CONDITIONS
from trampgen.isa.base import Isa
from trampgen.model.memory import ByteOrder, from_memory
from trampgen.resolve.limits import MOST_PARAMS, MOST_STATEMENTS

_LONGEST = 15  # bytes of an instruction of x86 (SDM volume 2, section 2.3.11)
# What loads a literal of 32 bits on ARM, Thumb and AArch64.
_LOADS = re.compile(rf"(?:ldr(?:{'|'.join(CONDITIONS)}|\.w)? (?![xsdqbhv][0-9])|ldrsw ).*")
_LITERALS = {"dword ptr": 4, "qword ptr": 8}  # what literals of x86 have


def cut(extent: Extent, isa: Isa) -> list[Piece]:
    """All of an extent, without a gap; raises CannotImport where it has more pieces than code has statements."""
    pieces = _bytes(extent, isa) if isa.of_bytes else _words(extent, isa)
    if len(pieces) > MOST_STATEMENTS:
        what = f"`{extent.symbol}` has {len(pieces):,} instructions"
        most = f"the code of a template has {MOST_STATEMENTS:,} statements at most"
        raise CannotImport(f"{extent.path}: {what}: {most}")
    return pieces


def order(extent: Extent) -> ByteOrder:
    """The byte order of memory: of code, which ARM and AArch64 have little-endian beside data that is not."""
    if extent.elf.order == "big" and extent.elf.code_order == "little":
        return "be8"
    return extent.elf.order


def places_loaded(extent: Extent, pieces: Sequence[Piece], isa: Isa) -> dict[int, int]:
    """Offsets that instructions load from, relative to themselves, and how many bytes they load there.

    What a relocation fills is no distance yet."""
    places = sorted(one.offset for one in extent.relocations)
    found: dict[int, int] = {}
    for piece in pieces:
        at = bisect.bisect_left(places, piece.offset)
        linked = at < len(places) and places[at] < piece.end
        if not (linked or piece.is_data or piece.is_part):
            found |= _loaded(piece, isa)
    return {at: size for at, size in found.items() if 0 <= at <= extent.size - size}


def _loaded(piece: Piece, isa: Isa) -> dict[int, int]:
    one = next(reading.readings(isa, piece.words, piece.offset), None)
    if one is None or not (isa.of_bytes or _LOADS.fullmatch(one.text)):
        return {}
    place = reading.loaded(isa, piece, one.operands)
    if not isa.of_bytes:
        relative = reading.relative(isa, piece) if place is None else None
        return {place[1]: 4} if place is not None else {relative[1]: 4} if relative is not None else {}
    if place is None or one.mnemonic == "lea":
        return {}
    before = one.operands[: place[0].start()].rstrip()
    size = next((size for word, size in _LITERALS.items() if before.endswith(word)), 0)
    return {place[1]: size} if size else {}


def _words(extent: Extent, isa: Isa) -> list[Piece]:
    in_data = {at for first, last in extent.islands for at in range(first & ~3, last, 4)}
    kinds = ["data" if at in in_data else "insn" for at in range(0, extent.size, 4)]
    pieces = list(_paired(extent, isa, kinds))
    not_code = {*places_loaded(extent, pieces, isa), *unplaceable(pieces, isa)}
    if not not_code:
        return pieces
    places = range(0, extent.size, 4)
    kinds = ["data" if at in not_code else kind for at, kind in zip(places, kinds, strict=True)]
    return list(_paired(extent, isa, kinds))


def _paired(extent: Extent, isa: Isa, kinds: list[str]) -> Iterator[Piece]:
    words = [_word(extent, isa, 4 * i, kind) for i, kind in enumerate(kinds)]
    parts = _parts(words, kinds) if isa.name == "thumb" else set()
    i = 0
    while i < len(words):
        is_data = kinds[i] == "data"
        prefix = not is_data and is_prefix(isa, words[i])
        alone = prefix and (isa.pair is None or i + 1 == len(words) or kinds[i + 1] == "data")
        count = 2 if prefix and not alone else 1
        yield Piece(4 * i, tuple(words[i : i + count]), 4, is_data or alone, is_part=i in parts)
        i += count


def _parts(words: list[int], kinds: list[str]) -> set[int]:
    """Words of Thumb that a wide instruction goes into, or out of, in the middle (ARM ARM, A6.1)."""
    found: set[int] = set()
    inside = False  # the first halfword is the second one of the word before
    for i, (word, kind) in enumerate(zip(words, kinds, strict=True)):
        if kind == "data":
            inside = False
            continue
        first, second = (half >> 11 >= 0b11101 for half in (word >> 16, word & 0xFFFF))  # wide ones begin so
        begins, inside = inside, second if inside or not first else False
        if begins or inside:
            found.add(i)
    return found


def is_prefix(isa: Isa, word: int) -> bool:
    """Whether a word is the first one of two: alone it is no instruction, and there is no raw word for it."""
    return isa.word_kinds([word]) == ["prefix"]


def _word(extent: Extent, isa: Isa, at: int, kind: str) -> int:
    """A word in value form: as instructions stand in memory, or as numbers do in an array."""
    data = extent.data[at : at + 4]
    if not extent.is_code:
        return int.from_bytes(data, extent.elf.order)
    return from_memory(data, isa.name, kind, order(extent))


def _bytes(extent: Extent, isa: Isa) -> list[Piece]:
    """Instructions one behind the other. What they load is data, which moves where those behind it begin."""
    islands: dict[int, int] = {}
    while True:
        pieces = list(_swept(extent.data, isa, islands))
        loaded = places_loaded(extent, pieces, isa)
        found = {at: size for at, size in loaded.items() if not _overlaps(at, size, islands)}
        if not found or len(islands) == MOST_PARAMS:
            return pieces
        islands[min(found)] = found[min(found)]


def _overlaps(at: int, size: int, islands: dict[int, int]) -> bool:
    return any(at < start + other and start < at + size for start, other in islands.items())


def _swept(data: bytes, isa: Isa, islands: dict[int, int]) -> Iterator[Piece]:
    at, end = 0, len(data)
    while at < end:
        if at in islands:
            yield Piece(at, tuple(data[at : at + islands[at]]), 1, is_data=True)
            at += islands[at]
            continue
        most = min([end, at + _LONGEST, *(start for start in islands if start > at)])
        size = readers.size(isa, data[at:most], readers.ADDRESS + at) or 1
        yield Piece(at, tuple(data[at : at + size]), 1)
        at += size
