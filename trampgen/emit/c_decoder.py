"""A decoder as C: tables, from a word to its row, its fields, words that try it out. Text: templates/decoder.h.j2."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trampgen.decode.plan import Plan, Window
from trampgen.decode.rows import Bits, Field, Part, Rows
from trampgen.decode.selftest import Trial
from trampgen.decode.shapes import Shape, Shapes
from trampgen.emit import c_text
from trampgen.emit.render import render
from trampgen.model.record import record

_LINE = 92
LIST_GOES_ON = 0x8000  # in an entry of a list: another row follows
_KEYWORDS = frozenset(
    "auto break case char const continue default do double else enum extern float for goto if inline int long "
    "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm "
    "typeof".split()
)
_MOST = LIST_GOES_ON - 1


@record
class ShapeView:
    """A struct over the places of fields."""

    name: str
    members: tuple[str, ...]


@record
class FieldsView:
    """How fields are read: the type of a place, statements, the table of cases."""

    type: str
    places: int
    shapes: tuple[ShapeView, ...]
    usual: tuple[str, ...]
    cases: tuple[tuple[int, tuple[str, ...]], ...]
    case_type: str
    case_lines: tuple[str, ...]
    functions: tuple[str, ...]


def decoder(table: Rows, plan: Plan, shapes: Shapes | None = None, trials: Sequence[Trial] = ()) -> str:
    """C that needs the kernel's types and `unlikely`, or trampgen.h. Raises ValueError for more than 32,767 rows."""
    if len(table.rows) + len(plan.lists) > _MOST:
        raise ValueError(f"{table.name}: more than {_MOST:,} rows")
    bits = 16 if plan.width <= 16 else plan.arithmetic
    return render(
        "decoder.h.j2",
        name=table.name,
        macro=c_text.macro(table.name),
        plan=plan,
        rows=[(c_text.macro(row.name), *_pattern(row.cube.mask, row.cube.value, bits)) for row in table.rows],
        word=f"u{bits}",
        wide=f"u{plan.arithmetic}",
        bits=plan.arithmetic,
        row_type="u16" if plan.slot_bytes == 2 else "u8",
        node_type="u16" if plan.entry_bytes == 2 else "u8",
        root=root_index(plan.root, plan.arithmetic),
        shift=plan.arithmetic - plan.range_bits,
        lines=lines,
        broken=c_text.broken,
        hexadecimal=lambda numbers, size: lines(f"{number:#0{2 + size // 4}x}" for number in numbers),
        lists=[row | LIST_GOES_ON * more for row, more in plan.lists],
        more=f"{LIST_GOES_ON:#x}",
        row_mask=f"{_MOST:#x}",
        fields=_fields(shapes) if shapes else None,
        trials=[(f"{t.word:#0{2 + bits // 4}x}", -1 if t.row is None else t.row) for t in trials],
    )


def _pattern(mask: int, value: int, bits: int) -> tuple[str, str]:
    digits = 2 + bits // 4
    return f"{mask:#0{digits}x}", f"{value:#0{digits}x}"


def lines(items: Iterable[object]) -> tuple[str, ...]:
    """Numbers with commas, as many to a line as it holds."""
    found: list[str] = []
    for item in items:
        if found and len(found[-1]) + len(str(item)) + 2 <= _LINE - 8:
            found[-1] += f" {item},"
        else:
            found.append(f"{item},")
    return tuple(found)


def root_index(windows: Sequence[Window], arithmetic: int, word: str = "insn") -> str:
    """The bits of the word that choose a node, next to each other."""
    terms = []
    for window in windows:
        by = window.low - window.at
        moved = f"{word} {'>>' if by > 0 else '<<'} {abs(by)}" if by else word
        whole = window.at == 0 and window.low + window.width == arithmetic
        terms.append(f"({moved})" if whole else f"({moved} & {((1 << window.width) - 1) << window.at:#x})")
    return " | ".join(terms)


def _fields(shapes: Shapes) -> FieldsView:
    bits = 64 if shapes.wide else 32
    used = [*shapes.usual, *(field for case in shapes.rare for _, field in case)]
    return FieldsView(
        f"s{bits}",
        shapes.places,
        tuple(_shape(shape, bits) for shape in shapes.shapes),
        tuple(f"out->place[{at}] = {expression(f, bits)};" for at, f in enumerate(shapes.usual)),
        tuple(
            (number, tuple(f"out->place[{at}] = {expression(f, bits)};" for at, f in case))
            for number, case in enumerate(shapes.rare, 1)
        ),
        "u8" if len(shapes.rare) < 1 << 8 else "u16",
        lines([0, *shapes.case_of]),
        tuple(dict.fromkeys(field.function for field in used if field.function)),
    )


def _shape(shape: Shape, bits: int) -> ShapeView:
    """Members in the order of their places, with what lies between them."""
    members: list[str] = []
    at = 0
    for name, place in sorted(shape.members, key=lambda member: member[1]):
        if place > at:
            count = f"[{place - at}]" if place - at > 1 else ""
            members.append(f"s{bits} not_used_{at}{count};")
        members.append(f"s{bits} {member(name)};")
        at = place + 1
    return ShapeView(shape.name, tuple(members))


def member(name: str) -> str:
    """A field's name as a member of a struct."""
    return f"{name}_" if name in _KEYWORDS else name


def expression(field: Field, bits: int) -> str:
    """A field of `insn` in C, in arithmetic of so many bits; parts that are other fields are places of `out`."""
    if not field.parts:
        return f"(s{bits}){field.function}()" if field.function else str(field.constant)
    terms: list[str] = []
    at = 0
    for part in reversed(field.parts):
        top = part is field.parts[0]
        terms.append(_term(part, at, bits, top and part.signed))
        at += part.width
    joined = " | ".join(reversed(terms))
    if len(terms) > 1:
        joined = f"({joined})"
    text = joined if joined.startswith("(s") else f"(s{bits}){joined}"
    if field.scale:
        text = f"({text}) * {1 << field.scale}"
    return f"(s{bits}){field.function}({text})" if field.function else text


def _term(part: Part, at: int, bits: int, signed: bool) -> str:
    """A part at its position in the value."""
    source, low = ("insn", part.low) if isinstance(part, Bits) else (f"(u{bits})out->place[{part.name}]", 0)
    if signed:
        left, right = bits - low - part.width, bits - part.width - at
        moved = f"(u{bits}){source} << {left}" if left else f"(u{bits}){source}"
        shifted = f"(s{bits})({moved}) >> {right}" if right else f"(s{bits})({moved})"
        keep = f" & ~{(1 << at) - 1:#x}" if at and low else ""
        return f"(u{bits})({shifted}{keep})" if at else shifted
    mask = ((1 << part.width) - 1) << at
    by = low - at
    moved = f"{source} >> {by}" if by > 0 else f"{source} << {-by}" if by else source
    return f"({moved} & {mask:#x})"
