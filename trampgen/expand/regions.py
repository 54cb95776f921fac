"""Regions get the words that they take, and each form is as wide as what rests there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trampgen.diagnostics import Report
from trampgen.diagnostics.text import count
from trampgen.expand.code import Block, Code, Form, Region
from trampgen.isa.base import Isa, Line
from trampgen.model.source import Span
from trampgen.model.spec import When

NOP_SIZES = {f"nop{size}": size for size in range(1, 10)}  # of x86: one instruction each


def placed(code: Code, isa: Isa, when: When, report: Report) -> Code:
    """Code whose lines have sizes, with every region where it stands; a form that does not fit is reported."""
    starts = code.block.starts()
    regions = []
    for region in code.regions:
        first, last = region.lines
        room = starts[last] - starts[first]
        forms = tuple(_padded(form, room, isa, when, report) for form in region.forms)
        regions.append(replace(region, start=starts[first], end=starts[last], forms=forms))
    return replace(code, regions=tuple(regions))


def _padded(form: Form, room: int, isa: Isa, when: When, report: Report) -> Form:
    """A form as wide as its region: what rests there decides that."""
    needed = form.block.starts()[-1]
    if not room:
        report.error("region-size", form.name.span, f"nothing rests where `{form.name.text}` goes")
    elif form.pad is not None and form.pad.text != "nop":
        what = f"a region is filled up with `pad nop`, not with `{form.pad.text}`"
        report.error("region-size", form.pad.span, what)
    elif needed > room or (needed < room and form.pad is None):
        help = f"let more {isa.word_name}s rest there" if needed > room else "write `pad nop` after its block"
        has, rests = count(needed, isa.word_name), count(room, isa.word_name)
        what = f"`{form.name.text}` has {has}, what rests there {rests}"
        report.error("region-size", form.name.span, what, (), help, when)
    elif form.pad is not None and needed < room:
        fill = _nops(room - needed, isa, form.pad.span)
        return replace(form, block=Block((*form.block.lines, *fill), form.block.labels), pad=None)
    return form


def _nops(room: int, isa: Isa, at: Span) -> Sequence[Line]:
    """As few instructions that do nothing as fill the room."""
    if not isa.of_bytes:
        return [Line(isa.nop, (), at)] * room
    most = max(NOP_SIZES.values())
    sizes = [most] * (room // most) + ([room % most] if room % most else [])
    return [Line(f"nop{size}", (), at, size=size) for size in sizes]


def measured(code: Code, sizes: Sequence[Sequence[int]]) -> Code:
    """Code with the sizes of its lines, section by section; the regions have still to be placed."""
    own = iter(sizes)
    block = _sized(code.block, next(own))
    regions = [_forms_sized(region, [next(own) for _ in region.forms]) for region in code.regions]
    return replace(code, block=block, regions=tuple(regions))


def _forms_sized(region: Region, sizes: Sequence[Sequence[int]]) -> Region:
    forms = (
        replace(form, block=_sized(form.block, own)) for form, own in zip(region.forms, sizes, strict=True)
    )
    return replace(region, forms=tuple(forms))


def _sized(block: Block, sizes: Sequence[int]) -> Block:
    lines = (
        replace(line, size=size) if isinstance(line, Line) else line
        for line, size in zip(block.lines, sizes, strict=True)
    )
    return Block(tuple(lines), block.labels)
