"""A template from an extent: every piece with the statements that it may be, those that fit found by trying them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from trampgen.assemble.process import Worker
from trampgen.elf.relocation_kinds import BRANCH
from trampgen.importing import masking, opening, reading
from trampgen.importing.drafts import Draft, Line, Statement
from trampgen.importing.fits import Attempt, Fit
from trampgen.importing.model import CannotImport, Extent, Piece
from trampgen.importing.regions import with_second
from trampgen.importing.trying import MAKES, tried
from trampgen.importing.workshop import DATA, Workshop, begun
from trampgen.resolve.limits import MOST_PARAMS

_NARROW = "narrow instructions have no text of their own"
_PART = "no instruction begins and ends here, at multiples of 4"
_FAR = "nothing says what is at that distance"
_UNKNOWN = "no instruction that is known"


def drafted(
    extent: Extent,
    name: str,
    others: Sequence[str],
    worker: Worker,
    mask: Extent | None = None,
    second: Extent | None = None,
) -> Draft:
    """A template with everything that the object says of it, and what a mask or a second array says.

    `others` are names of templates that stand in the same spec."""
    shop = begun(extent, name, others)
    lines = [_line(shop, piece) for piece in shop.pieces]
    if mask is not None:
        _mask(shop, mask, lines, worker)
    shop.draft.items += lines if second is None else with_second(shop, lines, second, _line, worker)
    _choose(shop, list(shop.draft.lines()), worker)
    _check_params(shop.draft)
    _point_at_nops(shop)
    if shop.draft.placement is not None:
        shop.draft.guesses.append(shop.draft.placement.says)
    return shop.draft


def _line(shop: Workshop, piece: Piece) -> Line:
    if piece.is_data:
        return shop.literals.get(piece.offset) or Line(piece, why=DATA)
    if piece.is_part:
        return Line(piece, why=_PART)
    line = Line(piece, list(_statements(shop, piece)), shown=reading.shown(shop.isa, piece))
    if not line.choices:
        line.why = _NARROW if line.shown else _UNKNOWN
    return line


def _statements(shop: Workshop, piece: Piece) -> Iterator[Statement]:
    """What a piece may be written as, the best first."""
    wants = shop.wants.get(piece.offset)
    if wants:
        yield from opening.filled(shop.isa, piece, wants, shop.label_of)
    else:
        inside = list(opening.labelled(shop.isa, piece, shop.label_of))
        yield from inside
        branch = opening.elsewhere(shop.isa, piece) if shop.extent.is_code and not inside else None
        if branch is not None:
            name = shop.names.param(*_symbol_at(shop.extent, branch[1]), BRANCH)
            yield from opening.to_outside(shop.isa, piece, branch[0], name)
    yield from map(opening.closed, reading.readings(shop.isa, piece.words, piece.offset))


def _symbol_at(extent: Extent, offset: int) -> tuple[str, int]:
    """The symbol at a place in the file, or the one before it and the distance."""
    elf, section = extent.elf, extent.section
    address = section.address + extent.start + offset
    if not elf.relocatable:
        known = (one for one in elf.sections if one.allocated and 0 <= address - one.address < one.size)
        section = next(known, section)
    found = elf.symbols.at(section.index, address)
    return (section.name, address) if found is None else (found.name, address - found.value)


def _mask(shop: Workshop, mask: Extent, lines: Sequence[Line], worker: Worker) -> None:
    bits = masking.open_bits(mask, shop.extent, lines)
    left = masking.open_operands(lines, bits, shop.isa, shop.names, worker)
    for line, own, fixed in zip(lines, bits, left, strict=True):
        whole = own == (1 << 8 * line.piece.size) - 1 and line.piece.unit > 1 and len(line.piece.words) == 1
        if line.literal or line.why == DATA:
            continue
        if whole:
            line.choices.insert(0, masking.whole(line, shop.names))
        elif fixed:
            line.comment = f"the mask leaves {fixed:0{2 * line.piece.size}x} open, too: no whole operand"


def _choose(shop: Workshop, lines: Sequence[Line], worker: Worker) -> None:
    """Leave of each line's choices those that fit."""
    attempts = [
        Attempt(line.piece, statement, _may_open(line.piece, statement))
        for line in lines
        for statement in line.choices
        if statement.mnemonic
    ]
    labels = {name: at for at, names in shop.draft.labels.items() for name in names}
    answers = iter(tried(attempts, shop.isa, labels, worker))
    for line in lines:
        results = [(one, next(answers) if one.mnemonic else Fit(())) for one in line.choices]
        line.choices = [statement for statement, answer in results if isinstance(answer, Fit)]
        _say(shop, line, [answer for _, answer in results if isinstance(answer, str)])


def _may_open(piece: Piece, statement: Statement) -> int:
    return (piece.linked or (1 << 8 * piece.size) - 1) if statement.params else 0


def _say(shop: Workshop, line: Line, reasons: Sequence[str]) -> None:
    """Why a line is raw, and which relocation could not become a hole."""
    if line.is_raw and not line.piece.is_data:
        far = len(reasons) == 1 and reading.relative(shop.isa, line.piece) is not None
        line.why = _FAR if far else reasons[0] if reasons else line.why
        line.text = _text(shop, line, reasons)
    is_open = line.literal or (line.choices and line.choices[0].values)
    if line.piece.linked and not is_open:
        why = reasons[0] if reasons else line.why
        what = f"{line.piece.offset:#x}: what a relocation fills is no hole of `{line.shown}`: {why}"
        shop.draft.lost.append(what)


def _text(shop: Workshop, line: Line, reasons: Sequence[str]) -> str:
    """The text of a raw word: none where an assembler makes another word of it, or where it names an address."""
    other = any(reason.startswith(MAKES) for reason in reasons)
    thumb = shop.isa.name == "thumb" and "#" in line.shown
    near = thumb or reading.relative(shop.isa, line.piece) is not None
    return "" if other or near else line.shown


def _check_params(draft: Draft) -> None:
    names = {param for line in draft.lines() for param in line.params}
    found = len(names) + sum(1 for line in draft.lines() if line.literal)
    if found > MOST_PARAMS:
        what = (
            f"`{draft.extent.symbol}` refers to {found} places: a template has {MOST_PARAMS} params at most"
        )
        raise CannotImport(f"{draft.extent.path}: {what}")


def _point_at_nops(shop: Workshop) -> None:
    """Nops at a symbol are often there to be patched: a comment says so, since nothing tells with what."""
    lines = [item for item in shop.draft.items if isinstance(item, Line)]
    for number, line in enumerate(lines):
        labels = shop.draft.labels.get(line.piece.offset, ())
        if any(label in shop.draft.symbols for label in labels) and not line.comment:
            nops = list(itertools.takewhile(lambda one: _is_nop(shop, one), lines[number : number + 2]))
            if nops:
                line.comment = f"{'nops' if nops[1:] else 'a nop'}: is this patched?"


def _is_nop(shop: Workshop, line: Line) -> bool:
    if line.piece.is_data:
        return False
    if shop.isa.of_bytes:
        return shop.isa.only_nops(bytes(line.piece.words))
    return line.piece.words == (shop.isa.nop_word,)
