"""What is known of a template before any of its statements is: pieces, labels, literals, references, params."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from trampgen import isa as isas
from trampgen.importing.cutting import cut, is_prefix, places_loaded
from trampgen.importing.drafts import Draft, Line, Statement
from trampgen.importing.model import Extent, Piece
from trampgen.importing.naming import Names, identifier
from trampgen.importing.placing import placement
from trampgen.importing.references import Wanted, wanted
from trampgen.isa.base import Isa

DATA = "data"  # why a word is raw that is no instruction


@dataclass(eq=False, repr=False)
class Workshop:
    """A draft, its names, the pieces of an extent and what relocations want in them, by offset.

    The extent is the draft's, or the second one that it is compared with."""

    draft: Draft
    extent: Extent
    names: Names
    pieces: list[Piece]
    wants: dict[int, list[Wanted]]
    literals: dict[int, Line] = field(default_factory=dict)

    @property
    def isa(self) -> Isa:
        return self.draft.isa

    def label_of(self, offset: int) -> str | None:
        """The name of the label at an offset, which is made where there is none; None where no piece begins."""
        labels = self.draft.labels.get(offset)
        if not labels:
            if offset not in self._starts:
                return None
            labels = self.draft.labels[offset] = [identifier(f"at_{offset:x}", self.names.taken)]
        return labels[0]

    @functools.cached_property
    def _starts(self) -> set[int]:
        """Where pieces begin, and where the last one ends."""
        return {self.extent.size, *(piece.offset for piece in self.pieces)}


def begun(extent: Extent, name: str, others: Sequence[str]) -> Workshop:
    """The workshop of a template; `others` are names of templates in the same spec."""
    isa = isas.load(extent.target)
    draft = Draft(name, extent, isa, guesses=list(extent.notes))
    names = Names({one.upper() for one in (name, *others)}, draft.params)
    cut_ = cut(extent, isa)
    starts = {piece.offset for piece in cut_}
    for offset, symbol in extent.labels:
        if offset in starts:  # else it is no label of the code
            label = identifier(symbol.removeprefix(f"{name}_") or symbol, names.taken)
            draft.labels.setdefault(offset, []).append(label)
            draft.symbols[label] = symbol
    draft.placement = placement(extent, cut_, isa)
    draft.layout = identifier(f"{name}_place", names.taken) if isa.pair is not None else ""
    shop = Workshop(draft, extent, names, *wanted(extent, cut_, isa, names, draft.lost))
    _find_literals(shop)
    return shop


def beside(shop: Workshop, second: Extent) -> Workshop:
    """That of a second extent, which has its names and labels from the first one."""
    found = wanted(second, cut(second, shop.isa), shop.isa, shop.names, shop.draft.lost)
    shop.draft.placement = placement(shop.extent, [*shop.pieces, *found[0]], shop.isa)
    return Workshop(shop.draft, second, shop.names, *found)


def literal(shop: Workshop, piece: Piece, name: str) -> Line:
    """A literal for a piece of data; its name, which has been taken, is the first label there."""
    line = Line(piece, literal="u64" if piece.size == 8 else "u32", name=name)
    labels = shop.draft.labels.setdefault(piece.offset, [])
    shop.draft.labels[piece.offset] = [name, *(label for label in labels if label != name)]
    return line


def _find_literals(shop: Workshop) -> None:
    """Data that anything in the extent speaks of, that has another byte order than code, or for which no raw word
    can stand."""
    loaded, elf = places_loaded(shop.extent, shop.pieces, shop.isa), shop.extent.elf
    swapped = shop.extent.is_code and elf.order != elf.code_order
    for piece in shop.pieces:
        labels, wants = shop.draft.labels.get(piece.offset), shop.wants.get(piece.offset, [])
        spoken_of = piece.offset in loaded or labels or wants or swapped
        if not piece.is_data or not (spoken_of or is_prefix(shop.isa, piece.words[0])):
            continue
        values = tuple(want.value for want in wants if want.value is not None)
        params = Statement("", values).params
        what = f"{params[0]}_word" if params else f"literal_{piece.offset:x}"
        name = labels[0] if labels else identifier(what, shop.names.taken)
        line = shop.literals[piece.offset] = literal(shop, piece, name)
        line.comment = ", ".join(shop.draft.params[param].base or param for param in params)
