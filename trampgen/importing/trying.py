"""Statements tried out: which of them the assembler makes into the words of the file, and which bits their holes are.

All are asked in one batch. What a build would refuse (a word that reads back as something else, an operand that is
not linear) does not fit here either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch, bare
from trampgen.assemble.driver import Assembler
from trampgen.assemble.process import Worker
from trampgen.assemble.program import Places, ask, resolved, written
from trampgen.assemble.words import known_operand
from trampgen.importing.fits import Attempt, Fit, Open
from trampgen.importing.model import CannotImport, joined
from trampgen.isa.base import Isa, Line, Lowered, OperandError, Prefixed, Slot
from trampgen.model.field import Run
from trampgen.model.source import Span
from trampgen.model.values import Affine

MAKES = "the assembler makes"  # begins a reason: something else than the file has
_NOWHERE = Span("", 1, 1, 1, 2)
_MOST_ROUNDS = 40  # each asks what was left by a crash of the assembler


@dataclass(slots=True, eq=False, repr=False)
class _Asked:
    """An attempt on its way: why it does not fit, or what it waits for."""

    attempt: Attempt
    lowered: Lowered | None = None
    prefixed: Prefixed | None = None
    why: str = ""
    rest: int = -1
    probes: list[holes.Probes] = field(default_factory=list)


def tried(
    attempts: Sequence[Attempt], isa: Isa, labels: Mapping[str, int], worker: Worker
) -> list[Fit | str]:
    """For each attempt what fits, or why it does not."""
    places = Places(dict(labels), None, 0)
    found: list[Fit | str] = [""] * len(attempts)
    left = list(range(len(attempts)))
    for _ in range(_MOST_ROUNDS):
        batch = Batch(isa)
        known: dict[object, list[holes.Probes]] = {}
        asked = {i: _asked(attempts[i], isa, places, batch, known) for i in left}
        if batch.index:
            batch.run(Assembler(isa, worker))
        for i, one in asked.items():
            found[i] = one.why or _fit(one, isa, batch)
        left = [i for i in left if found[i] == _UNASKED]
        if not left:
            return found
    raise CannotImport("the assembler dies of too many of these instructions")


_UNASKED = "not asked"


def _asked(
    attempt: Attempt, isa: Isa, places: Places, batch: Batch, known: dict[object, list[holes.Probes]]
) -> _Asked:
    line = Line(
        attempt.statement.mnemonic,
        tuple(part if isinstance(part, str) else (part, _NOWHERE) for part in attempt.statement.parts),
        _NOWHERE,
        size=len(attempt.piece.words),
    )
    one = _Asked(attempt)
    try:
        one.prefixed = isa.prefixed(line)
        if one.prefixed is not None:
            return one
        one.lowered = resolved(isa.lower(line), attempt.piece.offset, places, line, isa)
    except OperandError as error:
        one.why = error.message
        return one
    if one.lowered.encoded is None:
        one.rest = ask(one.lowered, batch)
        one.probes = known.setdefault(bare(one.lowered), [])
        if not one.probes:
            one.probes += holes.plan(one.lowered, batch)
    return one


def _fit(one: _Asked, isa: Isa, batch: Batch) -> Fit | str:
    if one.prefixed is not None:
        return _compared(*_of_prefixed(one.prefixed, isa), one.attempt)
    lowered = one.lowered
    assert lowered is not None
    slots = holes.slots_of(lowered)
    if lowered.encoded is not None:
        code = lowered.encoded.with_operand(known_operand(lowered))
        at, width = 8 * lowered.encoded.at, 8 * lowered.encoded.width
        made = [_open(slot, (Run(0, at, width),)) for slot in slots]
        return _compared(int.from_bytes(code, "little"), made, one.attempt, len(code))
    requests = [one.rest, *_requests(one.probes)]
    failed = next((batch.results[i] for i in requests if batch.results[i].code is None), None)
    if failed is not None:
        return failed.problem if failed.asked else _UNASKED
    if _misread(one, lowered, isa, batch):
        return "the word reads back as another instruction"
    try:
        pairs = zip(one.probes, slots, strict=True)
        found = [_open(slot, holes.discover(probe, slot.kind, batch)) for probe, slot in pairs]
    except holes.NotLinear as error:
        return str(error)
    word = batch.word(one.rest)
    assert word is not None
    size = len(batch.results[one.rest].code or b"")
    return _compared(word, found, one.attempt, size)


def _open(slot: Slot, runs: tuple[Run, ...]) -> Open:
    return Open(slot.value, runs, slot.kind.signed, slot.kind.pc_relative)


def _requests(probes: Iterable[holes.Probes]) -> Iterable[int]:
    for probe in probes:
        yield from (request for _, *pair in probe.bits for request in pair)
        yield from (request for _, request in probe.verify)


def _misread(one: _Asked, lowered: Lowered, isa: Isa, batch: Batch) -> bool:
    """As a build does it: at rest, and with every value that the map of the bits is verified with."""
    if not one.probes:
        return _reads_otherwise(lowered, None, 0, one.rest, isa, batch)
    slots = holes.slots_of(lowered)
    return any(
        _reads_otherwise(lowered, probe.slot, value, request, isa, batch)
        for probe in one.probes
        for value, request in ((slots[probe.slot].kind.base, one.rest), *probe.verify)
    )


def _reads_otherwise(
    lowered: Lowered, slot: int | None, value: int, request: int, isa: Isa, batch: Batch
) -> bool:
    if request in batch.sound:
        return False
    word, address = batch.word(request), batch.addresses[request]
    assert word is not None
    numbers = written(lowered, slot, value, address)
    size = len(batch.results[request].code or b"")
    if readback.differs(isa, word, address, lowered.mnemonic, numbers, size) is not None:
        return True
    batch.sound.add(request)
    return False


def _of_prefixed(found: Prefixed, isa: Isa) -> tuple[int, list[Open]]:
    """Both words of a prefixed instruction as one number, and where its open value is."""
    words = (found.prefix, found.suffix)
    if isinstance(found.value, int):
        high, low = (isa.operators[name].apply(found.value) for name in ("h18", "l"))
        return joined((words[0] | high, words[1] | low), isa.unit), []
    runs = (Run(0, 0, 16), Run(16, 32, 18))
    return joined(words, isa.unit), [Open(found.value, runs, signed=True)] if isinstance(
        found.value, Affine
    ) else []


def _compared(word: int, found: Sequence[Open], attempt: Attempt, size: int | None = None) -> Fit | str:
    piece, fit = attempt.piece, Fit(tuple(found))
    if size is not None and size != piece.size:
        return f"{MAKES} {size} bytes of it"
    if fit.mask & ~attempt.open:
        return "its hole has other bits"
    different = (word ^ piece.value) & ~fit.mask & ~piece.linked
    if different:
        digits = 2 * piece.size
        made = word.to_bytes(piece.size, "little").hex() if piece.unit == 1 else f"{word:0{digits}x}"
        return f"{MAKES} {made} of it"
    return fit
