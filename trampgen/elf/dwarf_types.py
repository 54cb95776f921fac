"""Entries of DWARF as types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from trampgen.elf import machines
from trampgen.elf.dwarf_entries import Entry
from trampgen.elf.dwarf_forms import AT_SIGNATURE, REFERENCES, unsigned
from trampgen.elf.errors import BadElf
from trampgen.elf.types import Bits, Field, Type

if TYPE_CHECKING:
    from trampgen.elf.dwarf import Dwarf

AT_BYTE_SIZE, AT_BIT_OFFSET, AT_BIT_SIZE, AT_CONST_VALUE = 0x0B, 0x0C, 0x0D, 0x1C
AT_UPPER_BOUND, AT_COUNT, AT_MEMBER_LOCATION, AT_TYPE = 0x2F, 0x37, 0x38, 0x49
AT_DATA_BIT_OFFSET = 0x6B
TAG_PARAMETER, TAG_MEMBER, TAG_UNSPECIFIED = 0x05, 0x0D, 0x18
TAG_SUBRANGE, TAG_ENUMERATOR = 0x21, 0x28
_MOST_DIMENSIONS = 64
_OP_PLUS_UCONST, _OP_CONSTU = 0x23, 0x10

KINDS = {
    0x01: "array", 0x02: "struct", 0x04: "enum", 0x0F: "pointer", 0x10: "pointer", 0x13: "struct", 0x15: "function",
    0x16: "typedef", 0x17: "union", 0x24: "base", 0x26: "const", 0x35: "volatile", 0x37: "restrict", 0x42: "pointer",
    0x47: "atomic", 0x4B: "const",
}  # fmt: skip


class DwarfTypes:
    """The types of a file by the offsets of their entries."""

    def __init__(self, dwarf: Dwarf) -> None:
        self._dwarf = dwarf
        self.pointer_size = dwarf.pointer_size
        self.widest = machines.widest(dwarf.elf.machine)
        self._types: dict[int, Type] = {}

    def type(self, at: int) -> Type:
        found = self._types.get(at)
        if found is None:
            found = self._types[at] = self._read(self._dwarf.entry(at))
        return found

    def _read(self, entry: Entry) -> Type:
        kind = KINDS.get(entry.tag, "other")
        signature = entry.number(AT_SIGNATURE)
        if signature is not None and entry.number(AT_BYTE_SIZE) is None:
            entry = self._dwarf.entry(self._dwarf.signed(signature))  # it stands in a type unit
            kind = KINDS.get(entry.tag, "other")
        counts: tuple[int | None, ...] = ()
        arguments: tuple[int | None, ...] = ()
        more = False
        if kind == "array":
            counts = tuple(_count(one) for one in entry.inside() if one.tag == TAG_SUBRANGE)
            if len(counts) > _MOST_DIMENSIONS:
                raise BadElf(f"an array has {len(counts)} dimensions")
        elif kind == "function":
            inside = list(entry.inside())
            arguments = tuple(self._target(one) for one in inside if one.tag == TAG_PARAMETER)
            more = any(one.tag == TAG_UNSPECIFIED for one in inside)
        size = entry.number(AT_BYTE_SIZE)
        return Type(kind, self._dwarf.name_of(entry), size, self._target(entry), counts, arguments, more)

    def _target(self, entry: Entry) -> int | None:
        """What an entry's DW_AT_type refers to."""
        if AT_TYPE not in entry.values:
            return None
        return self._dwarf.reference(entry, AT_TYPE)

    def fields(self, at: int) -> tuple[Field, ...]:
        entry = self._dwarf.defined(at)
        return tuple(self._fields(entry))

    def _fields(self, entry: Entry) -> Iterator[Field]:
        is_union = KINDS[entry.tag] == "union"
        for one in entry.inside():
            if one.tag != TAG_MEMBER:
                continue
            offset = _location(one)
            if offset is None and not is_union and AT_DATA_BIT_OFFSET not in one.values:
                continue  # C++: a static member
            target = self._target(one)
            bits = self._bits(one, offset or 0, target)
            yield Field(self._dwarf.name_of(one), bits.offset // 8 if bits else offset or 0, target, bits)

    def _bits(self, entry: Entry, offset: int, target: int | None) -> Bits | None:
        """Versions 2 and 3 count from the top of a storage unit, 4 and 5 from the struct's start."""
        size = entry.number(AT_BIT_SIZE)
        if size is None:
            return None
        start = entry.number(AT_DATA_BIT_OFFSET)
        if start is not None:
            return Bits(8 * offset + start, size)
        top = entry.number(AT_BIT_OFFSET)
        if top is None:
            return Bits(8 * offset, size)
        if entry.unit.order == "big":
            return Bits(8 * offset + top, size)
        storage = entry.number(AT_BYTE_SIZE)
        if storage is None:
            from trampgen.elf.types import sizes

            storage = sizes(self, target)
        return Bits(8 * offset + 8 * (storage or 0) - top - size, size)

    def values(self, at: int) -> tuple[tuple[str, int], ...]:
        entry = self._dwarf.defined(at)
        return tuple(
            (self._dwarf.name_of(one) or "", enumerator(one))
            for one in entry.inside()
            if one.tag == TAG_ENUMERATOR
        )


def enumerator(entry: Entry) -> int:
    """The value of an enumerator."""
    found = entry.values.get(AT_CONST_VALUE)
    if isinstance(found, bytes):  # of 128 bits
        return int.from_bytes(found, entry.unit.order)
    return found or 0


def _count(entry: Entry) -> int | None:
    """How many elements a dimension has; None where it has no bound, or one that only the program knows."""
    for attribute, form, _ in entry.shape.attributes:
        found = entry.values[attribute]
        if attribute in (AT_COUNT, AT_UPPER_BOUND) and isinstance(found, int) and form not in REFERENCES:
            if attribute == AT_COUNT:
                return found
            # Old compilers write the bound of `x[0]` as -1, in as many bytes as they happen to use.
            return 0 if found in (-1, 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF) else found + 1
    return None


def _location(entry: Entry) -> int | None:
    """DW_AT_data_member_location: a number, or an expression that adds one to the struct's address."""
    found = entry.values.get(AT_MEMBER_LOCATION)
    if not isinstance(found, bytes):
        return found
    # The number ends with the first byte below 0x80, which has to be the last one.
    if len(found) > 1 and found[0] in (_OP_PLUS_UCONST, _OP_CONSTU) and found[-1] < 0x80:
        offset, end = unsigned(found, 1)
        if end == len(found):
            return offset
    raise BadElf(f"debug info computes where a member is: {found.hex()}")
