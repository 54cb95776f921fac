"""Where object files have what a spec declares: words at rest, arrays, labels."""

from __future__ import annotations

from trampgen.model.record import record
from trampgen.model.source import Span


@record
class Image:
    """The first byte of words at rest, or of an array, is at `symbol`; `end` is the symbol behind the last.

    Where a label of the template is at `end`, the object holds the words before that label, else all of them.

    A `*` in `symbol` stands for any text: then there may be many. Instructions of the labels and regions in
    `excepted` are not compared, for the reason `because`. An object may have any image of a thing, or none."""

    symbol: str
    end: str | None
    excepted: tuple[str, ...]
    because: str
    span: Span


@record
class LabelSymbol:
    """A label or region of a template is at `symbol`."""

    symbol: str
    label: str
    span: Span
