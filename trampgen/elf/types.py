"""What debug info says of types, whichever format it has: a graph of types, and the structs that are found in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from trampgen.elf.errors import BadElf
from trampgen.model.record import record

_DEEPEST = 100  # types within or behind each other
_MOST_MEMBERS = 1 << 16  # of a struct with all that its anonymous members have
_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[([0-9]+|0[xX][0-9A-Fa-f]+)\]")
QUALIFIERS = frozenset(("const", "volatile", "restrict", "atomic"))


@record
class Type:
    """`kind` is void, base, pointer, array, struct, union, enum, typedef, a qualifier, function or other.

    `size` is in bytes where debug info says it; `target` is what the type points to, holds, stands for or returns, None
    for void. `counts` are of an array, outermost first, None where it has no bound. `arguments` of a function hold
    None for void; `open` says that more may follow, or, without any, that nobody knows."""

    kind: str
    name: str | None = None
    size: int | None = None
    target: int | None = None
    counts: tuple[int | None, ...] = ()
    arguments: tuple[int | None, ...] = ()
    open: bool = False


@record
class Bits:
    """Bits of a bit-field: `offset` counts from the start of the struct, on big-endian machines from the top."""

    offset: int
    size: int


@record
class Field:
    """A member as debug info has it; `type` is a place in the graph."""

    name: str | None
    offset: int
    type: int | None
    bits: Bits | None = None


class Types(Protocol):
    """Types by their place in a file: an offset in DWARF, a number in BTF. All raise BadElf."""

    pointer_size: int
    widest: int  # the largest alignment that numbers have

    def type(self, at: int) -> Type:
        """What is there."""

    def fields(self, at: int) -> tuple[Field, ...]:
        """The members of a struct or union."""

    def values(self, at: int) -> tuple[tuple[str, int], ...]:
        """The enumerators of an enum."""


@record
class Member:
    """A member of a struct; `offset` and `size` are in bytes, of a bit-field of the byte in which it begins.

    `type` is spelled as C does without the name, `unsigned long [32]`, and `declared` with it. `counts` are those of
    an array, typedefs seen through. An anonymous struct or union has no name."""

    name: str | None
    offset: int
    bits: Bits | None
    at: int | None
    types: Types

    @property
    def size(self) -> int | None:
        return sizes(self.types, self.at)

    @property
    def counts(self) -> tuple[int | None, ...]:
        return tuple(_counts(self.types, self.at))

    @property
    def type(self) -> str:
        from trampgen.elf.spelling import declared

        return declared(self.types, self.at, "")

    @property
    def declared(self) -> str:
        from trampgen.elf.spelling import declared

        return declared(self.types, self.at, self.name or "")

    def inner(self) -> Struct | None:
        """The struct or union that it is, or is an array of; None for anything else."""
        return struct_at(self.types, _element(self.types, self.at))


@record
class Struct:
    """A struct or union, `kind`; `name` is its tag, or the typedef that was asked for, or None."""

    kind: str
    name: str | None
    size: int
    members: tuple[Member, ...]
    at: int
    types: Types

    @property
    def title(self) -> str:
        """How C calls it: struct pt_regs; func_desc_t, of a typedef."""
        return f"{self.kind} {self.name}" if self.name == self.types.type(self.at).name else str(self.name)


class NoMember(Exception):
    """A path that leads nowhere: what is wrong, and the names that there are."""

    def __init__(self, message: str, word: str = "", names: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.word, self.names = message, word, names


def sizeof(struct: Struct) -> int:
    """Bytes of a struct."""
    return struct.size


def offset_of(struct: Struct, path: str) -> int | None:
    """The offset in bytes of `gpr[2]` or `u.regs[3].x`; None if there is no such member, or it is a bit-field."""
    try:
        return locate(struct, path)
    except NoMember:
        return None


def locate(struct: Struct, path: str) -> int:
    """The offset of a member as C's offsetof() has it: what stands in anonymous members counts as the struct's own.

    Raises NoMember. The element after the last of an array has an offset too, as it has in C."""
    return _followed(struct, path)[0]


def holds_tables(struct: Struct, path: str) -> bool:
    """Whether a path goes through an array of arrays."""
    try:
        return any(len(member.counts) > 1 for member in _followed(struct, path)[1])
    except NoMember:
        return False


def _followed(struct: Struct, path: str) -> tuple[int, list[Member]]:
    """Where a path leads, and through which members."""
    offset, inner, text = 0, struct, path.strip()
    member: Member | None = None
    through: list[Member] = []
    indices: list[int] = []
    place = 0
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None or (step.group(1) is None and member is None):
            raise NoMember(f"`{path}` is no member")
        place = step.end()
        if step.group(1) is None and member is not None:
            indices.append(int(step.group(2), 0))
            offset += _index(member, indices)
            continue
        if member is not None:
            inner = _entered(member, indices)
        member, indices = _named(inner, step.group(1)), []
        offset += member.offset
        through.append(member)
    if member is None:
        raise NoMember("no member is named")
    if member.bits is not None:
        raise NoMember(f"`{member.name}` is a bit-field, and has no offset")
    return offset, through


def _named(struct: Struct, name: str) -> Member:
    for member in everything(struct):
        if member.name == name:
            return member
    names = tuple(member.name for member in everything(struct) if member.name)
    raise NoMember(f"{called(struct)} has no member `{name}`", name, names)


def called(struct: Struct) -> str:
    """How messages call a struct."""
    return struct.title if struct.name else f"this {struct.kind}"


def everything(struct: Struct) -> Iterator[Member]:
    """The members with those of anonymous ones in their place, offsets from the outer struct's start."""
    shown = 0
    queue = [(member, 0, 0) for member in reversed(struct.members)]
    while queue:
        member, base, depth = queue.pop()
        inner = member.inner() if member.name is None else None
        shown += 1
        if depth > _DEEPEST or shown > _MOST_MEMBERS:
            raise BadElf("structs nest without end")
        if inner is not None:
            queue += [(one, base + member.offset, depth + 1) for one in reversed(inner.members)]
        else:
            yield _moved(member, base) if base else member


def _moved(member: Member, by: int) -> Member:
    bits = member.bits and Bits(member.bits.offset + 8 * by, member.bits.size)
    return Member(member.name, member.offset + by, bits, member.at, member.types)


def _index(member: Member, indices: list[int]) -> int:
    """What the last of some indices adds."""
    if len(indices) > len(member.counts):
        what = "has no more dimensions" if len(indices) > 1 else "is no array"
        raise NoMember(f"`{member.name}` {what}")
    size = sizes(member.types, _element(member.types, member.at))
    count = member.counts[len(indices) - 1]
    if size is None:
        raise NoMember(f"nobody knows how large the elements of `{member.name}` are")
    if count and indices[-1] > count:
        raise NoMember(f"`{member.name}` has {count} elements")
    for count in member.counts[len(indices) :]:
        size *= count or 0
    return indices[-1] * size


def _entered(member: Member, indices: list[int]) -> Struct:
    inner = member.inner()
    if inner is None:
        raise NoMember(f"`{member.name}` is no struct")
    if len(indices) < len(member.counts):
        raise NoMember(f"`{member.name}` is an array: it needs an index")
    return inner


def struct_at(types: Types, at: int | None, name: str | None = None) -> Struct | None:
    """The struct or union at a place, through typedefs; None for anything else, or one that is only declared."""
    at = plain(types, at)
    found = types.type(at) if at is not None else None
    if at is None or found is None or found.kind not in ("struct", "union") or found.size is None:
        return None
    members = tuple(_member(types, field) for field in types.fields(at))
    return Struct(found.kind, found.name or name, found.size, members, at, types)


def _member(types: Types, field: Field) -> Member:
    return Member(field.name, field.offset, field.bits, field.type, types)


def plain(types: Types, at: int | None) -> int | None:
    """A type without typedefs and qualifiers."""
    for _ in range(_DEEPEST):
        if at is None:
            return None
        found = types.type(at)
        if found.kind != "typedef" and found.kind not in QUALIFIERS:
            return at
        at = found.target
    raise BadElf("typedefs stand for each other")


def _arrays(types: Types, at: int | None) -> Iterator[tuple[int | None, Type | None]]:
    """An array, and the arrays that are its elements; last what is none."""
    for _ in range(_DEEPEST):
        at = plain(types, at)
        found = types.type(at) if at is not None else None
        yield at, found
        if found is None or found.kind != "array":
            return
        at = found.target
    raise BadElf("arrays hold each other")


def _counts(types: Types, at: int | None) -> Iterator[int | None]:
    for _, found in _arrays(types, at):
        if found is not None and found.kind == "array":
            yield from found.counts


def _element(types: Types, at: int | None) -> int | None:
    """What an array holds once all its indices are given; anything else itself."""
    return [place for place, _ in _arrays(types, at)][-1]


def sizes(types: Types, at: int | None) -> int | None:
    """Bytes of a type; None where that is unknown, as of a struct that is only declared. An open array has 0."""
    count: int = 1
    for _, found in _arrays(types, at):
        if found is None:
            return None
        if found.kind != "array":
            size = types.pointer_size if found.kind == "pointer" and found.size is None else found.size
            if size is None and found.kind == "enum" and found.target is not None:
                size = types.type(found.target).size
            return None if size is None else count * size
        for bound in found.counts:
            count *= bound or 0
    raise AssertionError("the last of the arrays is none")
