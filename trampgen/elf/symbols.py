"""The symbol table, in bulk: what a linker script of thousands of names costs should not be felt."""

from __future__ import annotations

import bisect
import functools
import struct
from collections.abc import Iterator, Mapping

from trampgen.model.record import record

STT_NOTYPE, STT_OBJECT, STT_FUNC, STT_SECTION, STT_FILE = range(5)
SHN_ABS = 0xFFF1
_FEW = 4  # names to look for one by one: an index of all pays after that
_SHN_LORESERVE, _SHN_XINDEX = 0xFF00, 0xFFFF


@record
class Symbol:
    """`section` is an index, 0 for an undefined symbol, -1 for one in no section (SHN_ABS, SHN_COMMON)."""

    index: int
    name: str
    value: int
    size: int
    kind: int
    section: int


class Symbols:
    """All symbols of one table. Rows are unpacked at once, names and records made for those that are asked for."""

    def __init__(
        self,
        table: bytes | memoryview,
        strings: bytes,
        bits: int,
        order: str,
        indices: bytes | memoryview = b"",
    ) -> None:
        sign = "<" if order == "little" else ">"
        form = struct.Struct(f"{sign}{'IBBHQQ' if bits == 64 else 'IIIBBH'}")
        whole = len(table) - len(table) % form.size
        rows = form.iter_unpack(table[:whole])
        if bits == 64:
            self._rows = list(rows)
        else:  # in the order of the others
            self._rows = [(n, info, other, at, value, size) for n, value, size, info, other, at in rows]
        self._strings = strings
        self._asked = 0  # names
        count = min(len(indices) // 4, len(self._rows))
        self._indices = struct.unpack_from(f"{sign}{count}I", indices) if count else ()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Symbol]:
        if not self._strings.isascii() or not self._strings.endswith(b"\0"):
            yield from (self[index] for index in range(len(self._rows)))
            return
        text, last = self._strings.decode("ascii"), len(self._strings) - 1
        for index, (start, info, _, section, value, size) in enumerate(self._rows):
            name = text[start : text.index("\0", start)] if start < last else ""
            place = section if section < _SHN_LORESERVE else self._section(index, section)
            yield Symbol(index, name, value, size, info & 0xF, place)

    def __getitem__(self, index: int) -> Symbol:
        name, info, _, section, value, size = self._rows[index]
        return Symbol(index, self._name(name), value, size, info & 0xF, self._section(index, section))

    def named(self, name: str) -> list[Symbol]:
        """All symbols of a name, in the order of the table."""
        self._asked += 1
        if "by_name" in self.__dict__ or self._asked > _FEW:
            return [self[index] for index in self.by_name.get(name, ())]
        places = set(self._places(name))
        return [self[index] for index, row in enumerate(self._rows) if row[0] in places]

    def _places(self, name: str) -> Iterator[int]:
        """Where a name stands among the strings, also as the end of another: for one name that is quicker than all."""
        text = name.encode() + b"\0"
        at = self._strings.find(text) if name else -1
        while at >= 0:
            yield at
            at = self._strings.find(text, at + 1)

    @functools.cached_property
    def by_name(self) -> Mapping[str, list[int]]:
        """name → indices."""
        found: dict[str, list[int]] = {}
        for index, row in enumerate(self._rows):
            if row[0]:
                found.setdefault(self._name(row[0]), []).append(index)
        return found

    def value(self, index: int) -> int:
        """st_value alone; 0 for an index that is not in the table."""
        return int(self._rows[index][4]) if index < len(self._rows) else 0

    @functools.cached_property
    def values(self) -> list[int]:
        """st_value of all."""
        return [row[4] for row in self._rows]

    def at(self, section: int, value: int) -> Symbol | None:
        """The last symbol of a section at or before a value; None before the first one."""
        starts, places = self._ordered.get(section, ([], []))
        place = bisect.bisect_right(starts, value) - 1
        return self[places[place]] if place >= 0 else None

    @functools.cached_property
    def _ordered(self) -> Mapping[int, tuple[list[int], list[int]]]:
        """section → values and indices, by value; of symbols at one place functions come last, and are found."""
        found: dict[int, list[tuple[int, bool, int]]] = {}
        for index, (name, info, _, at, value, _) in enumerate(self._rows):
            kind = info & 0xF
            if name and kind < STT_SECTION and not self._is_mapping(name):
                found.setdefault(self._section(index, at), []).append((value, kind == STT_FUNC, -index))
        return {
            section: ([key[0] for key in sorted(keys)], [-key[2] for key in sorted(keys)])
            for section, keys in found.items()
        }

    def _is_mapping(self, name: int) -> bool:
        """$a, $t, $d, $x: they say what kind of code follows (ELF for the Arm Architecture, 5.5.5)."""
        return self._strings[name : name + 1] == b"$"

    def _section(self, index: int, given: int) -> int:
        if given < _SHN_LORESERVE:
            return given
        return self._indices[index] if given == _SHN_XINDEX and index < len(self._indices) else -1

    def _name(self, start: int) -> str:
        end = self._strings.find(b"\0", start)
        return self._strings[start : end if end >= 0 else len(self._strings)].decode("utf-8", "replace")
