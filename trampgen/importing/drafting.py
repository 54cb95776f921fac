"""A template from an extent: every piece with the statements that it may be, those that fit chosen by trying them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from trampgen import isa as isas
from trampgen.assemble.process import Worker
from trampgen.importing import opening, reading
from trampgen.importing.cutting import cut, places_loaded
from trampgen.importing.extent import template_name
from trampgen.importing.fields import BRANCH
from trampgen.importing.model import CannotImport, Draft, Extent, Line, Piece, Statement, identifier
from trampgen.importing.references import Names, Wanted, wanted
from trampgen.importing.trying import Attempt, Fit, tried
from trampgen.isa.base import Isa
from trampgen.resolve.limits import MOST_PARAMS

_NARROW = "narrow instructions have no text of their own"
_UNKNOWN = "no instruction that is known"


@dataclass(eq=False, repr=False)
class Workshop:
    """What drafting a template takes: its names, its labels by offset, where pieces begin."""

    draft: Draft
    names: Names
    pieces: list[Piece] = field(default_factory=list)
    wants: dict[int, list[Wanted]] = field(default_factory=dict)
    loaded: dict[int, int] = field(default_factory=dict)  # offsets of literals

    @property
    def isa(self) -> Isa:
        return self.draft.isa

    def label_of(self, offset: int) -> str | None:
        """The name of the label at an offset, which is made where there is none; None where no piece begins."""
        if offset not in self.draft.labels:
            if offset not in self._starts:
                return None
            self.draft.labels[offset] = [identifier(f"at_{offset:x}", self.names.taken)]
        return self.draft.labels[offset][0]

    @functools.cached_property
    def _starts(self) -> set[int]:
        """Where pieces begin, and where the last one ends."""
        return {self.draft.extent.size, *(piece.offset for piece in self.pieces)}


def drafted(extent: Extent, name: str, worker: Worker) -> Draft:
    """A template with everything that the object itself says of it."""
    shop = begun(extent, name)
    lines = [_line(shop, piece) for piece in shop.pieces]
    choose(shop, lines, worker)
    shop.draft.items += lines
    return shop.draft


def begun(extent: Extent, name: str) -> Workshop:
    """Pieces, labels and references of an extent."""
    isa = isas.load(extent.target)
    draft = Draft(name, extent, isa, guesses=list(extent.notes))
    names = Names({name.upper()}, draft.params)
    for offset, symbol in extent.labels:
        short = symbol.removeprefix(f"{name}_")
        label = identifier(short or symbol, names.taken)
        draft.labels.setdefault(offset, []).append(label)
        draft.symbols[label] = symbol
    shop = Workshop(draft, names)
    pieces = cut(extent, isa)
    shop.pieces, shop.wants = wanted(extent, pieces, isa, names, draft.guesses)
    shop.loaded = places_loaded(shop.pieces, isa)
    # A label where no piece begins is no label of the code.
    draft.labels = {at: own for at, own in draft.labels.items() if at in {p.offset for p in pieces}}
    return shop


def _line(shop: Workshop, piece: Piece) -> Line:
    if piece.is_data:
        return _datum(shop, piece)
    line = Line(piece, shown=reading.shown(shop.isa, piece))
    line.choices = list(_statements(shop, piece))
    if not line.choices:
        line.why = _NARROW if line.shown else _UNKNOWN
    return line


def _datum(shop: Workshop, piece: Piece) -> Line:
    """A literal, if anything in the extent speaks of it, or if data has another byte order; else a raw word."""
    extent, labels = shop.draft.extent, shop.draft.labels.get(piece.offset, [])
    wants = shop.wants.get(piece.offset, [])
    swapped = extent.elf.order != extent.elf.code_order
    line = Line(piece, why="data")
    if piece.offset not in shop.loaded and not labels and not wants and not swapped and not _alone(shop, piece):
        return line
    params = [param for want in wants for param in Statement("", (want.value,) if want.value else ()).params]
    name = labels.pop(0) if labels else params[0] if params else f"literal_{piece.offset:x}"
    line.name = name if name in shop.draft.symbols or params else identifier(name, shop.names.taken)
    shop.draft.labels.setdefault(piece.offset, []).insert(0, line.name)
    line.literal = "u64" if piece.size == 8 else "u32"
    line.comment = ", ".join(shop.draft.params[param].base or param for param in params)
    return line


def _alone(shop: Workshop, piece: Piece) -> bool:
    """Whether a word is the first of two without the second: nothing else can be written for it."""
    pair = shop.isa.pair
    return pair is not None and piece.words[0] & pair.mask == pair.value


def _statements(shop: Workshop, piece: Piece) -> list[Statement]:
    """What a piece may be written as, the best first."""
    wants = shop.wants.get(piece.offset)
    found = [opening.closed(one) for one in reading.readings(shop.isa, piece.words, piece.offset)]
    if wants:
        return [*opening.filled(shop.isa, piece, wants, shop.label_of), *found]
    inside = list(opening.labelled(shop.isa, piece, shop.label_of))
    if inside or not shop.draft.extent.is_code:
        return [*inside, *found]
    branch = opening.elsewhere(shop.isa, piece)
    if branch is None:
        return found
    symbol, addend = _symbol_at(shop.draft.extent, branch[1])
    name = shop.names.param(symbol, addend, BRANCH)
    return [*opening.to_outside(shop.isa, piece, branch[0], name), *found]


def _symbol_at(extent: Extent, offset: int) -> tuple[str, int]:
    """The symbol at a place in the file, or the one before it and the distance."""
    elf, section = extent.elf, extent.section
    address = section.address + extent.start + offset
    if not elf.relocatable:
        section = next((s for s in elf.sections if s.allocated and s.address <= address < s.address + s.size), section)
    found = elf.symbols.at(section.index, address)
    return (section.name, address) if found is None else (found.name, address - found.value)


def choose(shop: Workshop, lines: Sequence[Line], worker: Worker) -> list[dict[int, Fit]]:
    """Leave of each line's choices those that fit; by line and choice what fits."""
    asked = [(line, statement) for line in lines for statement in line.choices]
    attempts = [Attempt(line.piece, statement, _may_open(line.piece, statement)) for line, statement in asked]
    labels = {name: at for at, names in shop.draft.labels.items() for name in names}
    answers = iter(tried(attempts, shop.isa, labels, worker))
    found: list[dict[int, Fit]] = []
    for line in lines:
        results = [(statement, next(answers)) for statement in line.choices]
        fits = [(statement, fit) for statement, fit in results if isinstance(fit, Fit)]
        line.choices = [statement for statement, _ in fits]
        found.append({i: fit for i, (_, fit) in enumerate(fits)})
        _say(shop, line, results)
    return found


def _may_open(piece: Piece, statement: Statement) -> int:
    return (piece.linked or (1 << 8 * piece.size) - 1) if statement.params else 0


def _say(shop: Workshop, line: Line, results: Sequence[tuple[Statement, Fit | str]]) -> None:
    """Why a line is raw, and which relocation could not become a hole."""
    reasons = [why for statement, why in results if isinstance(why, str) and not statement.values]
    if line.is_raw and reasons:
        line.why = reasons[0]
    if line.piece.linked and line.choices and not line.choices[0].values or line.is_raw and line.piece.linked:
        failed = next((why for _, why in results if isinstance(why, str)), line.why)
        shop.draft.guesses.append(
            f"{line.piece.offset:#x}: what a relocation fills is no hole of `{line.shown}`: {failed}"
        )
