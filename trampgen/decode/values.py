"""Fields of a word, by their definition and as the generated code reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from trampgen.decode.rows import Bits, Field, Part
from trampgen.decode.shapes import Shapes

Functions = Mapping[str, Callable[..., int]]


def read(fields: Sequence[Field], word: int, functions: Functions) -> dict[str, int]:
    """All fields of a row, by name."""
    found: dict[str, int] = {}
    left = list(fields)
    while left:
        ready = [field for field in left if all(name in found for name in field.needs)]
        for field in ready:
            found[field.name] = value(field, word, found, functions)
        left = [field for field in left if field not in ready]
    return {field.name: found[field.name] for field in fields}


def value(field: Field, word: int, others: Mapping[str, int], functions: Functions) -> int:
    """What a field holds in a word; `others` are the fields that it is made from."""
    if not field.parts:
        return functions[field.function]() if field.function else field.constant
    total = 0
    for part in field.parts:
        total = total << part.width | _part(part, word, others)
    width = sum(part.width for part in field.parts)
    if field.parts[0].signed and total >> (width - 1) & 1:
        total -= 1 << width
    total <<= field.scale
    return functions[field.function](total) if field.function else total


def _part(part: Part, word: int, others: Mapping[str, int]) -> int:
    source, low = (word, part.low) if isinstance(part, Bits) else (others[part.name], 0)
    return source >> low & (1 << part.width) - 1


def placed(shapes: Shapes, row: int, word: int, functions: Functions) -> dict[str, int]:
    """The same by way of places: the usual ones first, then those of the row's case."""
    places = {place: value(field, word, {}, functions) for place, field in enumerate(shapes.usual)}
    case = shapes.case_of[row]
    for place, field in shapes.rare[case - 1] if case else ():
        others = {str(at): known for at, known in places.items()}
        places[place] = value(field, word, others, functions)
    shape = shapes.shape_of[row]
    return {name: places[place] for name, place in shape.members} if shape else {}
