"""Slots for one combination of cases: their geometry, and whether what is copied into them fits and may run there."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Note
from trampgen.expand.evaluate import EvaluationError, bounds, chosen, number
from trampgen.expand.instances import Instance, alone
from trampgen.expand.words import Place, present
from trampgen.isa.base import Isa, Pair
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import When
from trampgen.resolve.described import form_stub
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import CopiedInsn, Fill, Slot, SlotForm

_MOST_BYTES = 1 << 20
_MOST_OF_BYTES = 15  # of an instruction of x86 (SDM volume 2, section 2.3.11)
_ISA = "Power ISA 3.1B, Book I, section 1.6"


@record
class DraftForm:
    """Code around a copied instruction, whose place is a label of its name."""

    declared: SlotForm
    code: Instance


@record
class DraftSlot:
    """Sizes in bytes; a page given as C text is that text."""

    when: When
    size: int
    align: int
    page: int | str
    reserved: int
    copied: tuple[int, ...]
    pair: Pair | None
    fill: Fill | None
    insn: str
    forms: tuple[DraftForm, ...]


def slot(declared: Slot, place: Place) -> DraftSlot | None:
    """A slot whose geometry holds together; None where it does not, which is reported."""
    try:
        return _slot(declared, place)
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None


def _slot(declared: Slot, place: Place) -> DraftSlot | None:
    isa = place.isa
    before = len(place.report.errors)
    copied, fill = _parts(declared, place)
    forms = tuple(_forms(declared, copied, place))
    size = _number(declared.size, "a slot's size", place)
    align = _number(declared.align, "an alignment", place) if declared.align is not None else isa.unit
    page: int | str
    page = (
        declared.page.value
        if isinstance(declared.page, ast.Text)
        else _number(declared.page, "a page", place)
    )
    reserved = _number(declared.reserve, "a number of slots", place, 0) if declared.reserve is not None else 0
    sizes = _sizes(copied, isa, place)
    _check_geometry(declared, size, align, place)
    if sizes[-1] > size:
        raise EvaluationError(
            "bad-slot",
            _at(declared.size, place),
            f"an instruction of {sizes[-1]} bytes does not fit a slot of {size}",
            f"write size {sizes[-1] + -sizes[-1] % align}",
        )
    _check_page(declared, size, page, reserved, place)
    insn = copied.name.text
    found = DraftSlot(place.when, size, align, page, reserved, sizes, isa.pair, fill, insn, forms)
    if isa.pair is not None and sizes[-1] > isa.unit:
        _check_pair(declared, found, isa.pair, copied, place)
    return found if len(place.report.errors) == before else None


def _present(declared: Slot, place: Place) -> list[ast.SlotPart]:
    found: list[ast.SlotPart] = list(present(declared.parts, place))
    return found


def _forms(declared: Slot, copied: CopiedInsn, place: Place) -> Iterator[DraftForm]:
    """Each form that there is in these cases; it copies the instruction once."""
    for form in (part for part in _present(declared, place) if isinstance(part, SlotForm)):
        stub = form_stub(form, declared)
        code = alone(stub, place.when, place.scope, place.layouts, place.report, may_be_empty=True)
        if not any(name.text == copied.name.text for name, _ in code.code.block.labels):
            what = f"form `{form.name.text}` does not copy `{copied.name.text}`"
            help = f"write `{copied.name.text}` on a line of its own, where the copy stands"
            place.report.error("bad-slot", form.name.span, what, help=help, when=place.when)
        yield DraftForm(form, code)


def _at(value: ast.Value, place: Place) -> Span:
    return chosen(value, place.context).span


def _number(value: ast.Value, what: str, place: Place, least: int = 1) -> int:
    found = number(value, place.context, what)
    if not least <= found <= _MOST_BYTES:
        message = f"{what} is between {least} and {_MOST_BYTES:,}, not {found:,}"
        raise EvaluationError("bad-slot", _at(value, place), message)
    return found


def _parts(declared: Slot, place: Place) -> tuple[CopiedInsn, Fill | None]:
    """The one instruction that is copied, and what fills the rest."""
    parts = _present(declared, place)
    insns = [part for part in parts if isinstance(part, CopiedInsn)]
    fills = [part for part in parts if isinstance(part, Fill)]
    if len(insns) != 1:
        what = f"{len(insns)} instructions are copied into one slot" if insns else "no instruction is copied"
        help = "write one line such as `copied insn: 4`"
        raise EvaluationError("bad-slot", (insns[1] if insns else declared.name).span, what, help)
    for extra in fills[1:]:
        note = Note("first here", fills[0].span)
        place.report.error("bad-slot", extra.span, "a slot is filled with one word", [note], when=place.when)
    return insns[0], fills[0] if fills else None


def _sizes(copied: CopiedInsn, isa: Isa, place: Place) -> tuple[int, ...]:
    """The sizes of what is copied, smallest first: a word, or two where the target has such instructions."""
    if isa.of_bytes or copied.range is not None:
        return _of_bytes(copied, isa, place)
    known = [isa.unit, 2 * isa.unit] if isa.pair is not None else [isa.unit]
    found: dict[int, None] = {}
    for expr in copied.sizes:
        size = number(expr, place.context, "a size")
        if size not in known:
            has = " or ".join(str(one) for one in known)
            message = f"no instruction of {isa.name} has {size} bytes"
            raise EvaluationError("bad-slot", expr.span, message, f"it has {has}")
        if size in found:
            raise EvaluationError("bad-slot", expr.span, f"{size} bytes are given twice")
        found[size] = None
    return tuple(sorted(found))


def _of_bytes(copied: CopiedInsn, isa: Isa, place: Place) -> tuple[int, ...]:
    """Every size of a range, as instructions of bytes have it."""
    if copied.range is None or not isa.of_bytes:
        at, has = (copied.name.span, "1..15") if isa.of_bytes else (copied.span, str(isa.unit))
        what = (
            f"an instruction of {isa.name} has {'a range of sizes' if isa.of_bytes else 'no range of sizes'}"
        )
        raise EvaluationError("bad-slot", at, what, f"write `copied {copied.name.text}: {has}`")
    low, high = bounds(copied.range, place.context, "a size")
    if low < 1 or high > _MOST_OF_BYTES:
        what = f"no instruction of {isa.name} has {low if low < 1 else high} bytes"
        raise EvaluationError("bad-slot", copied.range.span, what, f"it has 1..{_MOST_OF_BYTES}")
    return tuple(range(low, high + 1))


def _check_geometry(declared: Slot, size: int, align: int, place: Place) -> None:
    unit = place.isa.unit
    at = _at(declared.align if declared.align is not None else declared.size, place)
    if align & (align - 1) or align < unit:
        message = f"slots are aligned to a power of two from {unit} up, not {align}"
        raise EvaluationError("bad-slot", at, message)
    if size % align:
        raise EvaluationError(
            "bad-slot",
            _at(declared.size, place),
            f"slot 1 would begin at {size}, which is not a multiple of {align}",
            f"write size {size + -size % align}, or a smaller alignment",
        )


def _check_page(declared: Slot, size: int, page: int | str, reserved: int, place: Place) -> None:
    """Text is left to a static assertion."""
    if isinstance(page, str) or isinstance(declared.page, ast.Text):
        return
    at = _at(declared.page, place)
    if page % size:
        last = page // size
        message = f"slot {last} would cross the end of its page: {page} is not a multiple of {size}"
        help = f"write page {max(page - page % size, size)}, or another size"
        raise EvaluationError("bad-slot", at, message, help)
    if reserved >= page // size and declared.reserve is not None:
        message = f"a page has {page // size} slots, and {reserved} are reserved: none is left"
        raise EvaluationError("bad-slot", _at(declared.reserve, place), message)


def _check_pair(declared: Slot, slot: DraftSlot, pair: Pair, copied: CopiedInsn, place: Place) -> None:
    """prefix-alignment: some slot that may be handed out puts a pair across a boundary.

    The area may begin at any multiple of its alignment."""
    forbidden = pair.boundary - place.isa.unit
    if forbidden % min(slot.align, pair.boundary):
        return
    count = slot.page // slot.size if isinstance(slot.page, int) else slot.reserved + pair.boundary
    hits = (n for n in range(slot.reserved, count) if n * slot.size % pair.boundary == forbidden)
    first = next(hits, None)
    if first is not None:
        witness = f"slot {first} is at offset {first * slot.size}, which is {forbidden} mod {pair.boundary}"
    else:
        begin = (forbidden - slot.reserved * slot.size) % pair.boundary
        witness = (
            f"slot {slot.reserved} of an area that begins at {begin} mod {pair.boundary}, as align {slot.align} "
            f"allows, is at {forbidden} mod {pair.boundary}"
        )
    place.report.error(
        "prefix-alignment",
        declared.name.span,
        f"a pair of words in `{declared.name.text}` can cross a {pair.boundary}-byte boundary",
        [f"{witness}: the processor refuses to run it there ({_ISA})", Note("a pair is copied", copied.span)],
        f"make the slots align {2 * place.isa.unit}, and their size a multiple of that",
        place.when,
    )
