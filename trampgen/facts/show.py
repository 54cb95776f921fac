"""Structs as C declarations with the offset and size of every member beside it."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.elf.errors import BadElf
from trampgen.elf.spelling import declared
from trampgen.elf.types import Member, Struct, Type, Types, plain
from trampgen.facts.placing import Placing, placing
from trampgen.model.record import record

_DEEPEST = 30  # structs without names within each other
_MOST_LINES = 100_000
_WIDEST = 72  # columns before a comment
_TAB = 8


@record
class Line:
    """A line of C and what is remarked beside it."""

    depth: int
    text: str
    remark: str = ""


def definition(struct: Struct) -> str:
    """The declaration of a struct. A compiler that knows the types in it makes the same layout of it."""
    is_typedef = struct.name is not None and struct.title == struct.name
    head = f"typedef {struct.kind} {{" if is_typedef else f"{struct.kind} {struct.name} {{"
    name = f" {struct.name}" if is_typedef else ""
    placed = placing(struct)
    lines = [Line(0, head), *_Printer().body(struct, placed, 1, 0), Line(1, "", _summary(struct, placed))]
    return "".join(_aligned([*lines, Line(0, f"}}{_attributes(placed)}{name};")]))


def inline(types: Types, at: int | None) -> str:
    """The body of an enum, or of what has no name behind a typedef, on one line; nothing for what has a name."""
    found = types.type(at) if at is not None else None
    if at is not None and found is not None and found.kind == "enum":
        return f"{{ {', '.join(f'{name} = {value}' for name, value in types.values(at))} }}"
    return _Printer().inline(types, at)


def _aligned(lines: list[Line]) -> Iterator[str]:
    """Remarks in one column, as far as lines are not too long for it."""
    widths = [_TAB * line.depth + len(line.text) for line in lines if line.text and line.remark]
    column = max((width for width in widths if width <= _WIDEST), default=0) + 2
    for line in lines:
        text = "\t" * line.depth + line.text
        if line.text and line.remark:
            text += " " * max(column - _TAB * line.depth - len(line.text), 1)
        yield text + (f"/* {line.remark} */" if line.remark else "") + "\n"


class _Printer:
    """Counts its lines: structs without names are printed wherever they are used."""

    def __init__(self) -> None:
        self._left = _MOST_LINES

    def body(self, struct: Struct, placed: Placing, depth: int, base: int) -> Iterator[Line]:
        """The members, `base` bytes from the start of the outermost struct, and the holes between them."""
        end = 0  # in bits
        for index, member in enumerate(struct.members):
            start = member.bits.offset if member.bits else 8 * member.offset
            if struct.kind == "struct" and start > end:
                yield from _gap(placed.gaps.get(index, 0), start - end, depth)
            size = member.bits.size if member.bits else 8 * (member.size or 0)
            end = max(end, start + size)
            yield from self._member(member, placed.align.get(index, 1), depth, base)
        rest = 8 * struct.size - end
        if rest > 0 and struct.kind == "struct" and struct.members:
            yield Line(depth, "", f"{_amount(rest)} unused at the end")

    def _member(self, member: Member, align: int, depth: int, base: int) -> Iterator[Line]:
        self._count(depth)
        remark, attribute = _place(member, base), _attribute(f"aligned({align})") if align > 1 else ""
        inner = _unnamed(member)
        if inner is None:
            bits = f":{member.bits.size}" if member.bits else ""
            text = declared(member.types, member.at, member.name or "", self.inline(member.types, member.at))
            yield Line(depth, f"{text}{bits}{attribute};", remark)
            return
        counts = "".join(f"[{'' if count is None else count}]" for count in member.counts)
        placed = placing(inner)
        yield Line(depth, f"{inner.kind} {{")
        yield from self.body(inner, placed, depth + 1, base + member.offset)
        name = f" {member.name}" if member.name else ""
        yield Line(depth, f"}}{_attributes(placed)}{name}{counts}{attribute};", remark)

    def _count(self, depth: int) -> None:
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise BadElf("structs nest without end")

    def inline(self, types: Types, at: int | None, depth: int = 0) -> str:
        """The body of a type without a name somewhere behind a member, on one line."""
        self._count(depth)
        while at is not None and (found := types.type(at)).kind in ("pointer", "array", "const", "volatile"):
            at = found.target
        at = plain(types, at) if at is not None and found.kind != "typedef" else None
        if at is None or found.name is not None:
            return ""
        return self._listed(types, at, found, depth)

    def _listed(self, types: Types, at: int, found: Type, depth: int) -> str:
        if found.kind == "enum":
            return f"{{ {', '.join(f'{name} = {value}' for name, value in types.values(at))} }}"
        if found.kind in ("struct", "union"):
            members = (
                declared(types, one.type, one.name or "", self.inline(types, one.type, depth + 1))
                + (f":{one.bits.size}" if one.bits else "")
                for one in types.fields(at)
            )
            return f"{{ {' '.join(f'{member};' for member in members)} }}"
        return ""


def _gap(filled: int, bits: int, depth: int) -> Iterator[Line]:
    """Bits between two members, of which unnamed bit-fields fill some."""
    if not filled:
        yield Line(depth, "", f"{_amount(bits)} unused")
    while filled:
        some = min(filled, 32 if filled % 8 else 8)
        yield Line(depth, f"{'unsigned int' if some > 8 else 'unsigned char'} :{some};", "unused")
        filled -= some


def _unnamed(member: Member) -> Struct | None:
    """The struct without a tag or typedef that a member is, or is an array of: its members stand in its place."""
    at = member.at
    while at is not None and (found := member.types.type(at)).kind in ("array", "const", "volatile"):
        at = found.target
    is_here = at is not None and found.kind in ("struct", "union") and found.name is None
    return member.inner() if is_here else None


def _place(member: Member, base: int) -> str:
    if member.bits is not None:
        start = 8 * base + member.bits.offset
        return f"{start // 8:5}:{start % 8} {_amount(member.bits.size)}"
    return f"{base + member.offset:5} {'' if member.size is None else member.size:5}"


def _attributes(placed: Placing) -> str:
    words = ["packed"] * placed.packed + [f"aligned({placed.own})"] * bool(placed.own)
    return _attribute(", ".join(words)) if words else ""


def _attribute(text: str) -> str:
    return f" __attribute__(({text}))"


def _summary(struct: Struct, placed: Placing) -> str:
    count = len(struct.members)
    more = "" if placed.exact else "; no declaration gives this layout"
    return f"size {struct.size}, {count} member{'' if count == 1 else 's'}{more}"


def _amount(bits: int) -> str:
    number, unit = (bits // 8, "byte") if bits % 8 == 0 else (bits, "bit")
    return f"{number} {unit}{'' if number == 1 else 's'}"
