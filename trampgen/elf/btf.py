"""Structs and enumerators from BTF, the type format of BPF: the section .BTF of a vmlinux or an object.

Documentation/bpf/btf.rst of Linux has the format; numbers in it are of the file's byte order."""

from __future__ import annotations

import array
import functools
import struct
import sys
from collections.abc import Iterator

from trampgen.elf import machines
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.similar import similar
from trampgen.elf.spelling import spellings
from trampgen.elf.types import Bits, Field, Struct, Type, sizes, struct_at

_MAGIC = 0xEB9F
_INT, _PTR, _ARRAY, _STRUCT, _UNION, _ENUM, _FWD, _TYPEDEF = range(1, 9)
_VOLATILE, _CONST, _RESTRICT, _FUNC, _FUNC_PROTO, _VAR, _DATASEC, _FLOAT = range(9, 17)
_DECL_TAG, _TYPE_TAG, _ENUM64 = range(17, 20)
# Words that follow the three of every type: so many, and so many for each of its parts.
_MORE = {_INT: 1, _ARRAY: 3, _VAR: 1, _DECL_TAG: 1}
_EACH = {_STRUCT: 3, _UNION: 3, _ENUM: 2, _FUNC_PROTO: 2, _DATASEC: 3, _ENUM64: 3}
_KINDS = {
    0: "void", _INT: "base", _PTR: "pointer", _ARRAY: "array", _STRUCT: "struct", _UNION: "union", _ENUM: "enum",
    _FWD: "struct", _TYPEDEF: "typedef", _VOLATILE: "volatile", _CONST: "const", _RESTRICT: "restrict",
    _FUNC_PROTO: "function", _FLOAT: "base", _ENUM64: "enum",
}  # fmt: skip
_SIZED = (_INT, _STRUCT, _UNION, _ENUM, _FLOAT, _ENUM64)
_TAGS = {"struct": (_STRUCT,), "union": (_UNION,), "": (_STRUCT, _UNION, _TYPEDEF)}
_MOST_TAGS = 100
_VOID = (0, 0, 0)  # in front of the others: it has number 0, and does not stand in files


class Borrowed(BadElf):
    """BTF that is not whole without that of another file."""


class Btf:
    """The BTF of a file: types by number, in the order in which they stand. All methods raise BadElf.

    pahole, which makes the BTF of kernels, writes an array of arrays as one."""

    flattens = True

    def __init__(self, elf: Elf) -> None:
        self.elf = elf
        self.name = f"BTF of {elf.path}"
        self.pointer_size = elf.bits // 8
        self.widest = machines.widest(elf.machine)
        data = elf.data(elf.by_name[".BTF"])
        self._words, self._strings = _parts(bytes(data), elf.order)
        self._starts = list(_starts(self._words))
        self._types: dict[int, Type] = {}
        if any(self._words[at] >= len(self._strings) for at in self._starts[1:]):
            raise Borrowed("its BTF builds on that of another file, as a module's does on that of vmlinux")

    def struct(self, name: str, function: str | None = None) -> Struct | None:
        """`pt_regs`, `struct pt_regs`, `union u` or a typedef of one.

        BTF does not say which function has which of several types of one name: then, None for any function."""
        word, _, tag = name.rpartition(" ")
        found = [
            one
            for at in self._named(tag, _TAGS.get(word, ()))
            if (one := struct_at(self, at, tag)) is not None
        ]
        several = len({one.at for one in found}) > 1
        return found[0] if found and not (function and several) else None

    def enumerator(self, name: str, function: str | None = None) -> int | None:
        """The value of an enumerator."""
        wanted = self._offsets(name)
        for number, at in enumerate(self._starts):
            if number and self._kind(at) in (_ENUM, _ENUM64):
                for offset, value in self._enumerators(at):
                    if offset in wanted:
                        return value
        return None

    def size_of(self, name: str) -> int | None:
        """The size of a type that is called by a word or a few: `u64`, `unsigned long`, `enum colour`."""
        word, _, tag = name.rpartition(" ")
        kinds = (_ENUM, _ENUM64) if word == "enum" else (_INT, _FLOAT, _TYPEDEF)
        for spelt in (tag,) if word == "enum" else spellings(name):
            for number in self._named(spelt, kinds):
                return sizes(self, number)
        return None

    def similar(self, name: str) -> list[str]:
        """Structs and unions whose names are much like one that there is not."""
        return similar(name, self._strings.split(b"\0"), lambda one: self.struct(one) is not None)

    def has_function(self, name: str) -> bool:
        """Whether the file has a function."""
        return bool(self.elf.symbols.named(name)) or next(self._named(name, (_FUNC,)), None) is not None

    # ---- as a graph of types ---------------------------------------------------------------------------

    def type(self, at: int) -> Type:
        found = self._types.get(at)
        if found is None:
            found = self._types[at] = self._read(self._seen_through(at))
        return found

    def _seen_through(self, number: int) -> int:
        """A type without the tags that are put on it."""
        for _ in range(_MOST_TAGS):
            if self._kind(self._start(number)) != _TYPE_TAG:
                return number
            number = self._words[self._start(number) + 2]
        raise BadElf("tags of BTF are put on each other")

    def _read(self, number: int) -> Type:
        at = self._start(number)
        words, kind = self._words, self._kind(at)
        size = words[at + 2] if kind in _SIZED else None
        target = words[at + 2] or None if kind not in _SIZED and kind != _FWD else None
        counts: tuple[int | None, ...] = ()
        arguments: tuple[int | None, ...] = ()
        more = False
        if kind == _ARRAY:
            target, counts = words[at + 3] or None, (words[at + 5] or None,)  # 0: no bound
        elif kind == _FUNC_PROTO:
            given = [(words[place], words[place + 1]) for place in self._parts(at)]
            more = bool(given) and given[-1] == (0, 0)  # the parameter without name and type is an ellipsis
            arguments = tuple(one or None for _, one in (given[:-1] if more else given))
        word = "union" if kind == _FWD and words[at + 1] >> 31 else _KINDS.get(kind, "other")
        return Type(word, self._text(words[at]), size, target, counts, arguments, more)

    def fields(self, at: int) -> tuple[Field, ...]:
        start = self._start(self._seen_through(at))
        if self._kind(start) not in (_STRUCT, _UNION):
            return ()
        packed = bool(self._words[start + 1] >> 31)  # sizes of bit-fields are in the upper byte of offsets
        return tuple(self._field(place, packed) for place in self._parts(start))

    def _field(self, place: int, packed: bool) -> Field:
        name, target, offset = self._words[place : place + 3]
        size = offset >> 24 if packed else 0
        bits = Bits(offset & 0xFFFFFF, size) if size else None
        if not packed:
            bits = self._old_bits(target, offset)
        start = bits.offset if bits else offset & 0xFFFFFF if packed else offset
        return Field(self._text(name), start // 8, target or None, bits)

    def _old_bits(self, target: int, offset: int) -> Bits | None:
        """Bit-fields as integers of fewer bits than their bytes have."""
        at = self._start(target)
        if self._kind(at) != _INT:
            return None
        encoding, size = self._words[at + 3], self._words[at + 2]
        width, start = encoding & 0xFF, encoding >> 16 & 0xFF
        return Bits(offset + start, width) if width != 8 * size else None

    def values(self, at: int) -> tuple[tuple[str, int], ...]:
        start = self._start(self._seen_through(at))
        return tuple((self._text(name) or "", value) for name, value in self._enumerators(start))

    def _enumerators(self, at: int) -> Iterator[tuple[int, int]]:
        words, wide = self._words, self._kind(at) == _ENUM64
        is_signed, bits = words[at + 1] >> 31, 64 if wide else 32
        for place in self._parts(at) if self._kind(at) in (_ENUM, _ENUM64) else ():
            value = words[place + 1] | (words[place + 2] << 32 if wide else 0)
            # Before there were signs in BTF, all were signed.
            negative = (is_signed or not wide) and value >> bits - 1
            yield words[place], value - (1 << bits if negative else 0)

    # ---- what stands where -----------------------------------------------------------------------------

    def _start(self, number: int) -> int:
        if not 0 <= number < len(self._starts):
            raise BadElf(f"BTF refers to type {number} of {len(self._starts)}")
        return self._starts[number]

    def _kind(self, at: int) -> int:
        return self._words[at + 1] >> 24 & 0x1F

    def _parts(self, at: int) -> range:
        """Where the members, parameters or enumerators of a type begin."""
        each = _EACH[self._kind(at)]
        start = at + 3
        return range(start, start + each * (self._words[at + 1] & 0xFFFF), each)

    def _named(self, name: str, kinds: tuple[int, ...]) -> Iterator[int]:
        wanted, words = self._offsets(name), self._words
        for number, at in enumerate(self._starts):
            if words[at] in wanted and number and self._kind(at) in kinds:
                yield number

    @functools.lru_cache(maxsize=64)  # noqa: B019 - a file is open as long as the program runs
    def _offsets(self, name: str) -> frozenset[int]:
        """Where a string stands, also as the end of others."""
        text, found = name.encode() + b"\0", []
        at = self._strings.find(text) if name else -1
        while at >= 0:
            found.append(at)
            at = self._strings.find(text, at + 1)
        return frozenset(found)

    def _text(self, at: int) -> str | None:
        if at >= len(self._strings):
            raise BadElf(f"a name in BTF is at {at:#x}, beyond all names")
        return self._strings[at : self._strings.index(b"\0", at)].decode("utf-8", "replace") or None


def _parts(data: bytes, order: str) -> tuple[array.array[int], bytes]:
    """The words of all types, and the strings."""
    sign = "<" if order == "little" else ">"
    try:
        magic, version, _, header = struct.unpack_from(f"{sign}HBBI", data)
        types_at, types_size, strings_at, strings_size = struct.unpack_from(f"{sign}4I", data, 8)
    except struct.error:
        raise BadElf("its BTF has no whole header") from None
    if magic != _MAGIC or version != 1:
        raise BadElf(f"its BTF has magic {magic:#x} and version {version}, not {_MAGIC:#x} and 1")
    types = data[header + types_at : header + types_at + types_size]
    strings = data[header + strings_at : header + strings_at + strings_size]
    if len(types) != types_size or len(strings) != strings_size or types_size % 4:
        raise BadElf("the types or names of its BTF are outside of it")
    if not strings.endswith(b"\0"):
        raise BadElf("the names in its BTF do not end")
    words = array.array("I", types)
    if sys.byteorder != order:
        words.byteswap()
    return array.array("I", _VOID) + words, strings


def _starts(words: array.array[int]) -> Iterator[int]:
    """Where types begin."""
    yield 0
    at, end = len(_VOID), len(words)
    while at < end:
        yield at
        if at + 3 > end:
            break
        info = words[at + 1]
        kind = info >> 24 & 0x1F
        if not 0 < kind <= _ENUM64:
            raise BadElf(f"BTF has a type of kind {kind}, which is not known")
        at += 3 + _MORE.get(kind, 0) + _EACH.get(kind, 0) * (info & 0xFFFF)
    if at != end:
        raise BadElf("the types of its BTF end within one")
