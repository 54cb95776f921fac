"""How a layout looks in C: the struct, its offsets, the order in which an entry is committed."""

from __future__ import annotations

from trampgen.emit import c_text
from trampgen.model.record import compared
from trampgen.model.spec import Layout, LayoutField, LayoutVariant, When


@compared
class LayoutView:
    """One variant of a layout, as C text."""

    name: str
    macro: str
    size: int
    align: int
    members: tuple[tuple[str, str, str], ...]  # (declaration, name, documentation)
    offsets: tuple[tuple[str, int], ...]
    words: tuple[tuple[str, str, str], ...]  # (field, macro, value)
    sizes: tuple[tuple[str, str, int], ...]
    order: tuple[tuple[str, str], ...]  # commit order: (field, "code" | "data" | "word")
    commits: bool


def views(layout: Layout) -> dict[When, LayoutView]:
    return {variant.when: _view(layout, variant) for variant in layout.variants}


def _view(layout: Layout, variant: LayoutVariant) -> LayoutView:
    prefix = c_text.macro(layout.name)
    members: list[tuple[str, str, str]] = []
    end = 0
    for field in variant.fields:
        if field.offset > end:
            members.append(_padding(end, field.offset - end))
        members.append(_member(field))
        end = field.offset + field.size
    if variant.size > end:
        members.append(_padding(end, variant.size - end))
    named = [f for f in variant.fields if f.name is not None]
    order = sorted(named, key=lambda f: f.name == layout.commit_last)
    return LayoutView(
        layout.name,
        prefix,
        variant.size,
        variant.align,
        tuple(members),
        tuple((str(f.name), f.offset) for f in named),
        tuple(
            (str(f.name), f"{prefix}_{c_text.macro(str(f.name))}", f"{f.value:#x}")
            for f in named
            if f.value is not None
        ),
        tuple(
            (str(f.c_type), f"{prefix}_{c_text.macro(str(f.name))}_SIZE", f.size) for f in named if f.c_type
        ),
        tuple((str(f.name), f.kind) for f in order),
        layout.commit_last is not None,
    )


def _member(field: LayoutField) -> tuple[str, str, str]:
    match field.kind:
        case "code":
            words = f"u{8 * field.unit} {field.name}[{field.size // field.unit}]"
            return words, str(field.name), field.doc
        case "word":
            return f"u32 {field.name}", str(field.name), field.doc
        case "data":
            return f"{field.c_type} {field.name}", str(field.name), field.doc
    return _padding(field.offset, field.size)


def _padding(offset: int, size: int) -> tuple[str, str, str]:
    return f"u8 pad_{offset}[{size}]", f"pad_{offset}", ""
