"""A decoder as Rust without `std`: the tables of the one in C. The text is in templates/decoder.rs.j2."""

from __future__ import annotations

from collections.abc import Sequence

from trampgen.decode.plan import Plan, Window
from trampgen.decode.rows import Bits, Field, Part, Rows
from trampgen.decode.selftest import Trial
from trampgen.decode.shapes import Shapes
from trampgen.emit.c_decoder import LIST_GOES_ON, lines
from trampgen.emit.c_text import macro
from trampgen.emit.render import render

_KEYWORDS = frozenset(
    "as async await box break const continue crate do dyn else enum extern false fn for if impl in let loop match mod "
    "move mut pub ref return self static struct super trait true try type unsafe use where while yield abstract become "
    "final macro override priv typeof unsized virtual gen".split()
)


def decoder(table: Rows, plan: Plan, shapes: Shapes, trials: Sequence[Trial] = ()) -> str:
    """The text of a module. What fields call must be in the module around it."""
    word = 16 if plan.width <= 16 else plan.arithmetic
    value = 64 if shapes.wide else 32
    read = [*shapes.usual, *(field for case in shapes.rare for _, field in case)]
    return render(
        "decoder.rs.j2",
        name=table.name,
        plan=plan,
        rows=[macro(row.name) for row in table.rows],
        word=f"u{word}",
        wide=f"u{plan.arithmetic}",
        words=lines(f"({cube.mask:#x}, {cube.value:#x})" for cube in plan.cubes),
        nodes=lines(f"({node.mask:#x}, {node.multiplier:#x}, {node.base})" for node in plan.nodes),
        root=_root(plan.root),
        shift=plan.arithmetic - plan.range_bits,
        lines=lines,
        lists=[row | LIST_GOES_ON * more for row, more in plan.lists],
        goes_on=f"{LIST_GOES_ON:#x}",
        value=f"i{value}",
        places=max(shapes.places, 1),
        functions=sorted({field.function for field in read if field.function}),
        usual=[(at, expression(field, value)) for at, field in enumerate(shapes.usual)],
        cases=[
            (number, [(at, expression(field, value)) for at, field in case])
            for number, case in enumerate(shapes.rare, 1)
        ],
        case_of=shapes.case_of,
        shapes=[
            (name, [(_member(member), at) for member, at in shape.members])
            for name, shape in zip(types([s.name for s in shapes.shapes]), shapes.shapes, strict=True)
        ],
        trials=lines(f"({t.word:#x}, {'None' if t.row is None else f'Some({t.row})'})" for t in trials),
        count=len(trials),
    )


def types(names: Sequence[str]) -> list[str]:
    """rt_ra_2 → FieldsRtRa2, as Rust writes its types; each once."""
    found: list[str] = []
    for name in names:
        stem = "Fields" + "".join(part[:1].upper() + part[1:] for part in name.split("_"))
        while stem in found:
            stem += "x"
        found.append(stem)
    return found


def _member(name: str) -> str:
    return f"{name}_" if name in _KEYWORDS else name


def _root(windows: Sequence[Window]) -> str:
    terms = []
    for window in windows:
        by = window.low - window.at
        moved = f"insn {'>>' if by > 0 else '<<'} {abs(by)}" if by else "insn"
        terms.append(f"({moved} & {((1 << window.width) - 1) << window.at:#x})")
    return " | ".join(terms)


def expression(field: Field, bits: int) -> str:
    """A field of `insn` as an integer of so many bits with a sign; other fields are places of `place`."""
    if not field.parts:
        return f"{field.function}()" if field.function else str(field.constant)
    terms = []
    at = 0
    for part in reversed(field.parts):
        terms.append(_term(part, at, bits, part is field.parts[0] and part.signed))
        at += part.width
    text = terms[0] if len(terms) == 1 else " | ".join(f"({term})" for term in reversed(terms))
    if field.scale:
        text = f"({text}) << {field.scale}"
    return f"{field.function}({text})" if field.function else text


def _term(part: Part, at: int, bits: int, signed: bool) -> str:
    """A part at its position in the value."""
    source, low = ("insn", part.low) if isinstance(part, Bits) else (f"place[{part.name}]", 0)
    kept = f"(({source} >> {low}) as i{bits})" if low else f"({source} as i{bits})"
    left = bits - part.width
    kept = f"({kept} << {left}) >> {left}" if signed else f"{kept} & {(1 << part.width) - 1:#x}"
    return f"({kept}) << {at}" if at else kept
