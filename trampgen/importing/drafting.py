"""A template from an extent: every piece with the statements that it may be, those that fit chosen by trying them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

from trampgen import isa as isas
from trampgen.assemble.process import Worker
from trampgen.importing import comparing, masking, opening, reading
from trampgen.importing.cutting import cut, places_loaded
from trampgen.importing.extent import template_name
from trampgen.importing.fields import BRANCH
from trampgen.importing.model import (
    CannotImport,
    Draft,
    Extent,
    Line,
    Piece,
    Region,
    Statement,
    identifier,
)
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


def drafted(
    extent: Extent,
    name: str,
    worker: Worker,
    mask: Extent | None = None,
    second: Extent | None = None,
) -> Draft:
    """A template with everything that the object says of it, and what a mask or a second array says."""
    shop = begun(extent, name)
    lines = [_line(shop, piece) for piece in shop.pieces]
    if mask is not None:
        _mask(shop, mask, lines, worker)
    if second is not None:
        shop.draft.items += _with_second(shop, lines, second, worker)
    else:
        shop.draft.items += lines
    choose(shop, list(shop.draft.lines()), worker)
    _check_params(shop.draft)
    return shop.draft


def _mask(shop: Workshop, mask: Extent, lines: Sequence[Line], worker: Worker) -> None:
    bits = masking.open_bits(mask, shop.draft.extent, lines)
    left = masking.open_operands(lines, bits, shop.isa, shop.names, worker)
    for line, own, fixed in zip(lines, bits, left, strict=True):
        everything = (1 << 8 * line.piece.size) - 1
        if own == everything and line.piece.unit > 1 and len(line.piece.words) == 1 and not line.literal:
            line.choices.insert(0, masking.whole(line, shop.names))
        elif fixed and not line.literal:
            line.comment = f"the mask leaves {fixed:0{2 * line.piece.size}x} open, too: no whole operand"


def _with_second(shop: Workshop, lines: list[Line], second: Extent, worker: Worker) -> list[Line | Region]:
    """The lines, some of them within regions whose other form is that of a second array."""
    comparing.check_sizes(shop.draft.extent, second)
    other = Workshop(shop.draft, shop.names)
    other.pieces, other.wants = wanted(second, cut(second, shop.isa), shop.isa, shop.names, shop.draft.guesses)
    stretches = list(comparing.stretches(shop.pieces, other.pieces))
    ours = [comparing.lines_of(lines, one.ours) for one in stretches]
    single = [i for i, one in enumerate(stretches) if one.different > 0]
    left = masking.open_operands(
        [ours[i][0] for i in single], [stretches[i].different for i in single], shop.isa, shop.names, worker, True
    )
    data = {i for i in range(len(ours)) if any(line.piece.is_data for line in ours[i])}
    unlike = {i for i, fixed in zip(single, left, strict=True) if fixed} | {
        i for i, one in enumerate(stretches) if one.different < 0
    }
    items: list[Line | Region] = []
    starts = set(shop.draft.labels)
    regions = {run[0]: run for run in comparing.runs(sorted(unlike - data), starts, [one.offset for one in stretches])}
    inside = {i for run in regions.values() for i in run}
    for i, own in enumerate(ours):
        if i in regions:
            items.append(_region(shop, other, [line for j in regions[i] for line in ours[j]], [p for j in regions[i] for p in stretches[j].theirs]))
        elif i not in inside:
            items += own
    return items


def _region(shop: Workshop, other: Workshop, rest: list[Line], form: Sequence[Piece]) -> Region:
    """A region is a label by itself: one that is there gives it its name."""
    offset = rest[0].piece.offset
    labels = shop.draft.labels.setdefault(offset, [])
    if not labels:
        labels.append(identifier(f"patch_{offset:x}", shop.names.taken))
    return Region(labels[0], rest, [_line(other, piece) for piece in form])


def _check_params(draft: Draft) -> None:
    literals = sum(1 for line in draft.lines() if line.literal)
    names = {param for line in draft.lines() for param in line.params}
    if len(names) + literals > MOST_PARAMS:
        what = f"`{draft.extent.symbol}` refers to {len(names) + literals} places: a template has {MOST_PARAMS} params at most"
        raise CannotImport(f"{draft.extent.path}: {what}")


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
    asked = [(line, statement) for line in lines for statement in line.choices if statement.mnemonic]
    attempts = [Attempt(line.piece, statement, _may_open(line.piece, statement)) for line, statement in asked]
    labels = {name: at for at, names in shop.draft.labels.items() for name in names}
    answers = iter(tried(attempts, shop.isa, labels, worker))
    found: list[dict[int, Fit]] = []
    for line in lines:
        results = [(one, next(answers) if one.mnemonic else Fit(())) for one in line.choices]
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
