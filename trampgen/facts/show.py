"""Structs as C declarations with the offset and size of every member beside it."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.elf.errors import BadElf
from trampgen.elf.spelling import declared
from trampgen.elf.types import Member, Struct, Types, plain
from trampgen.model.record import record

_DEEPEST = 30  # structs without names within each other
_WIDEST = 72  # columns before a comment
_TAB = 8


@record
class Line:
    """A line of C and what is remarked beside it."""

    depth: int
    text: str
    remark: str = ""


def definition(struct: Struct) -> str:
    """The declaration of a struct, as the compiler laid it out."""
    is_typedef = struct.name is not None and struct.title == struct.name
    head = f"typedef {struct.kind} {{" if is_typedef else f"{struct.kind} {struct.name} {{"
    tail = f"}} {struct.name};" if is_typedef else "};"
    lines = [Line(0, head), *_body(struct, 1, 0), Line(1, "", _summary(struct)), Line(0, tail)]
    return "".join(_aligned(lines))


def _aligned(lines: list[Line]) -> Iterator[str]:
    """Remarks in one column, as far as lines are not too long for it."""
    widths = [_TAB * line.depth + len(line.text) for line in lines if line.text and line.remark]
    column = max((width for width in widths if width <= _WIDEST), default=0) + 2
    for line in lines:
        text = "\t" * line.depth + line.text
        if line.text and line.remark:
            text += " " * max(column - _TAB * line.depth - len(line.text), 1)
        yield text + (f"/* {line.remark} */" if line.remark else "") + "\n"


def _body(struct: Struct, depth: int, base: int) -> Iterator[Line]:
    """The members, `base` bytes from the start of the outermost struct, and the holes between them."""
    if depth > _DEEPEST:
        raise BadElf("structs nest without end")
    end = 0  # in bits
    for member in struct.members:
        start = member.bits.offset if member.bits else 8 * member.offset
        if struct.kind == "struct" and start > end:
            yield Line(depth, "", f"{_amount(start - end)} unused")
        size = member.bits.size if member.bits else 8 * (member.size or 0)
        end = max(end, start + size)
        yield from _member(member, depth, base)
    rest = 8 * struct.size - end
    if rest > 0 and struct.kind == "struct" and struct.members:
        yield Line(depth, "", f"{_amount(rest)} unused at the end")


def _member(member: Member, depth: int, base: int) -> Iterator[Line]:
    remark = _place(member, base)
    inner = _unnamed(member)
    if inner is None:
        bits = f":{member.bits.size}" if member.bits else ""
        text = declared(member.types, member.at, member.name or "", _inline(member.types, member.at))
        yield Line(depth, f"{text}{bits};", remark)
        return
    counts = "".join(f"[{'' if count is None else count}]" for count in member.counts)
    yield Line(depth, f"{inner.kind} {{")
    yield from _body(inner, depth + 1, base + member.offset)
    yield Line(depth, f"}}{' ' * bool(member.name)}{member.name or ''}{counts};", remark)


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


def _inline(types: Types, at: int | None, depth: int = 0) -> str:
    """The body of a type without a name somewhere behind a member, on one line."""
    while at is not None and (found := types.type(at)).kind in ("pointer", "array", "const", "volatile"):
        at = found.target
    at = plain(types, at) if at is not None and found.kind != "typedef" else None
    if at is None or found.name is not None or depth > _DEEPEST:
        return ""
    if found.kind == "enum":
        return f"{{ {', '.join(f'{name} = {value}' for name, value in types.values(at))} }}"
    if found.kind in ("struct", "union"):
        members = (
            declared(types, field.type, field.name or "", _inline(types, field.type, depth + 1))
            + (f":{field.bits.size}" if field.bits else "")
            for field in types.fields(at)
        )
        return f"{{ {' '.join(f'{member};' for member in members)} }}"
    return ""


def _summary(struct: Struct) -> str:
    count = len(struct.members)
    return f"size {struct.size}, {count} member{'' if count == 1 else 's'}"


def _amount(bits: int) -> str:
    number, unit = (bits // 8, "byte") if bits % 8 == 0 else (bits, "bit")
    return f"{number} {unit}{'' if number == 1 else 's'}"
