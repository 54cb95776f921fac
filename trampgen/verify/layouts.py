"""Layouts held against the structs of their names, as debug info has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trampgen.diagnostics import Note
from trampgen.elf.types import Struct, everything
from trampgen.model.record import record
from trampgen.model.repeats import Repeat, RepeatVariant
from trampgen.model.source import Span
from trampgen.model.spec import Layout, LayoutVariant
from trampgen.verify.model import Difference, InTypes

_WORD = 4  # bytes of an instruction, and of what a repeat loads


@record
class Expected:
    """A struct as a spec has it: size, and offset and size of each member, all in bytes.

    Where only the C compiler knows how many elements there are, the struct's own size tells."""

    name: str
    size: int
    members: Mapping[str, tuple[int, int]]
    span: Span
    spans: Mapping[str, Span]


def of_layout(layout: Layout, variant: LayoutVariant) -> Expected:
    fields = {field.name: field for field in variant.fields if field.name is not None}
    members = {name: (field.offset, field.size) for name, field in fields.items()}
    spans = {name: field.span for name, field in fields.items()}
    return Expected(layout.name, variant.size, members, layout.span, spans)


def of_repeat(repeat: Repeat, variant: RepeatVariant, struct: Struct) -> Expected:
    """The two arrays of a repeat: its code, whatever C calls that, and its data, by name if that is one word."""
    names = [param.name for param in variant.element.params]
    each = _WORD * (variant.code_words + len(names))
    count = variant.count if isinstance(variant.count, int) else struct.size // each
    code, data = _WORD * variant.code_words * count, _WORD * len(names) * count
    first = next((member.name for member in struct.members if member.offset == 0 and member.name), "code")
    members = {first: (0, code), names[0] if len(names) == 1 else "data": (code, data)}
    return Expected(repeat.name, code + data, members, repeat.span, {})


def compare(expected: Expected, struct: Struct, place: InTypes) -> Iterator[Difference]:
    """One difference for a struct that is another one, with a line for each member that is."""
    lines = list(_lines(expected, struct))
    if lines:
        span = next((expected.spans[name] for name, _ in lines if name in expected.spans), expected.span)
        yield Difference(
            "layout-differs",
            f"`{expected.name}` is not the {struct.title} of {place.elf.name}",
            span,
            lambda: [Note(f"as {place.at()} has it"), *(Note(text) for _, text in lines)],
            8 * len(lines),
        )


def _lines(expected: Expected, struct: Struct) -> Iterator[tuple[str, str]]:
    """What differs, each with the member that it is about."""
    there = {member.name: (member.offset, member.size) for member in everything(struct) if member.name}
    for name, own in expected.members.items():
        if name not in there:
            yield name, f"`{name}`, {_said(own)}, is no member there"
        elif there[name] != own:
            yield name, f"`{name}` is {_said(own)}; there {_said(there[name])}"
    for name, other in there.items():
        if name not in expected.members:
            yield name, f"`{name}`, {_said(other)} there, is not in the spec"
    if struct.size != expected.size:
        yield "", f"the size is {expected.size}; there {struct.size}"


def _said(place: tuple[int, int | None]) -> str:
    offset, size = place
    return f"{'?' if size is None else size} bytes at {offset}"
