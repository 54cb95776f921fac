"""All instances to words: lower every line, ask Keystone once, find the holes, read everything back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import Assembler, Result
from trampgen.diagnostics import Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.expand.instances import Instance, RawLine
from trampgen.isa.base import Displacement, Isa, Line, Lowered, OperandError, OperandKind, Slot
from trampgen.model.field import Field, Run
from trampgen.model.spec import Hole, Label, SymbolBits, Word
from trampgen.model.values import Affine, LabelAddress, Relocated, Symbolic, Value
from trampgen.syntax.parse import keywords

_ALL_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Assembled:
    """The words of one instance, hole bits zero, with the holes and symbolic bits in them."""

    instance: Instance
    words: tuple[Word, ...]
    holes: tuple[Hole, ...]
    symbols: tuple[SymbolBits, ...]
    labels: tuple[Label, ...]


@dataclass(slots=True)
class _Planned:
    """One line on its way: its first word's index, and for assembly the requests it waits for."""

    line: Line | RawLine
    index: int
    lowered: Lowered | None = None
    rest: int = -1
    probes: list[holes.Probes] = field(default_factory=list)


def assemble(
    instances: Sequence[Instance], isa: Isa, assembler: Assembler, report: Report
) -> list[Assembled]:
    """Every instance as words; what fails is in the report, with the line that causes it."""
    batch = Batch(isa)
    planned = [list(_plan(instance, isa, batch, report)) for instance in instances]
    report.stop_on_errors()
    batch.run(assembler)
    for lines in planned:
        for plan in lines:
            _check_results(plan, isa, batch, report)
    report.stop_on_errors()
    return [
        _assembled(instance, lines, isa, batch, report) for instance, lines in zip(instances, planned, strict=True)
    ]


def _plan(instance: Instance, isa: Isa, batch: Batch, report: Report) -> Iterator[_Planned]:
    starts = _starts(instance, isa)
    offsets = {name.text: starts[index] * isa.unit for name, index in instance.labels}
    for line, start in zip(instance.lines, starts, strict=False):
        plan = _Planned(line, start)
        if isinstance(line, Line):
            try:
                plan.lowered = _resolved(isa.lower(line), start * isa.unit, offsets, line)
            except OperandError as error:
                hint = error.help or _statement_hint(line.mnemonic)
                report.error(error.code, error.span, error.message, error.notes, hint)
                continue
            plan.rest = batch.add(plan.lowered, tuple(0 for _ in holes.slots_of(plan.lowered)))
            plan.probes = holes.plan(plan.lowered, batch)
        yield plan


def _starts(instance: Instance, isa: Isa) -> list[int]:
    """The word index of every line, and of the end."""
    starts = [0]
    for line in instance.lines:
        starts.append(starts[-1] + (len(line.words) if isinstance(line, RawLine) else 1))
    return starts


def _resolved(lowered: Lowered, offset: int, labels: dict[str, int], line: Line) -> Lowered:
    """Label operands become displacements, now that the labels have offsets."""
    pieces = []
    for piece in lowered.pieces:
        if isinstance(piece, Slot) and isinstance(piece.value, LabelAddress):
            distance = labels[piece.value.label] + piece.value.addend - offset - piece.kind.pc_base
            _check_distance(distance, piece, line)
            pieces.append(Displacement(distance + piece.kind.pc_base))
        else:
            pieces.append(piece)
    return Lowered(lowered.mnemonic, tuple(pieces), lowered.numbers, lowered.shown)


def _check_distance(distance: int, slot: Slot, line: Line) -> None:
    kind = slot.kind
    if not kind.low <= distance <= kind.high:
        raise OperandError(
            "immediate-range",
            f"the label is {distance} bytes away: `{line.mnemonic}` reaches {kind.low}…{kind.high}",
            slot.span,
        )
    if distance % kind.align:
        raise OperandError(
            "immediate-alignment", f"the distance {distance} is not a multiple of {kind.align}", slot.span
        )


def _statement_hint(mnemonic: str) -> str:
    return did_you_mean(mnemonic, keywords() | {"patch", "rest", "for", "literal"})


def _check_results(plan: _Planned, isa: Isa, batch: Batch, report: Report) -> None:
    """A failed request, a hole that is not linear, a word that reads back as something else."""
    if plan.lowered is None:
        return
    assert isinstance(plan.line, Line)
    failed = batch.results[plan.rest]
    if failed.code is None:
        _report_failure(plan.line, failed, report)
        return
    slots = holes.slots_of(plan.lowered)
    for probe in plan.probes:
        kind = slots[probe.slot].kind
        lost = [(v, batch.results[r]) for v, r in (*probe.bits, *probe.verify) if batch.results[r].code is None]
        if lost:
            problem = f"Keystone refuses the value {lost[0][0]} in the {kind.name} operand: {lost[0][1].problem}"
            report.error("assembler-rejects", slots[probe.slot].span, problem)
            return
        for value, request in ((0, plan.rest), *probe.verify):
            if _misread(plan, probe.slot, value, request, isa, batch, report):
                return
    if not plan.probes:
        _misread(plan, None, 0, plan.rest, isa, batch, report)


def _report_failure(line: Line, failed: Result, report: Report) -> None:
    if failed.fatal:
        report.error(
            "assembler-died",
            line.span,
            f"the assembler did not survive `{line.mnemonic}`: {failed.problem}",
            help="write the instruction with raw, and its text beside it",
        )
        return
    hint = _statement_hint(line.mnemonic) or "for an instruction that Keystone does not know, write raw 0x… \"text\""
    report.error("assembler-rejects", line.span, f"`{line.mnemonic}`: {failed.problem}", help=hint)


def _misread(
    plan: _Planned, slot: int | None, value: int, request: int, isa: Isa, batch: Batch, report: Report
) -> bool:
    assert plan.lowered is not None and isinstance(plan.line, Line)
    word = batch.word(request)
    assert word is not None
    address = batch.addresses[request]
    numbers = _written(plan.lowered, slot, value, address)
    read = readback.differs(isa, word, address, plan.lowered.mnemonic, numbers)
    if read is None:
        return False
    report.error(
        "read-back",
        plan.line.span,
        f"`{plan.lowered.mnemonic}` was assembled as {word:08x}, which reads back as `{read}`",
        help="write the instruction with raw, or under the name that the disassembler gives it",
    )
    return True


def _written(lowered: Lowered, slot: int | None, value: int, address: int) -> list[int]:
    """The operands as numbers with one slot's value, targets as addresses."""
    opens = iter(p for p in lowered.pieces if isinstance(p, Slot | Displacement))
    numbers, seen = [], 0
    for number in lowered.numbers:
        if number is not None:
            numbers.append(number)
            continue
        piece = next(opens)
        if isinstance(piece, Displacement):
            numbers.append(address + piece.value)
            continue
        here = value if seen == slot else 0
        seen += 1
        numbers.append(address + piece.kind.pc_base + here if piece.kind.pc_relative else here)
    return numbers


def _assembled(
    instance: Instance, lines: list[_Planned], isa: Isa, batch: Batch, report: Report
) -> Assembled:
    words: list[Word] = []
    found: list[Hole] = []
    symbols: list[SymbolBits] = []
    for plan in lines:
        if isinstance(plan.line, RawLine):
            _raw(plan.line, isa, words, found, symbols)
            continue
        assert plan.lowered is not None
        value = batch.word(plan.rest)
        assert value is not None
        before = len(found), len(symbols)
        _holes(plan, plan.lowered, isa, batch, found, symbols, report)
        covered = _covered(found[before[0] :], symbols[before[1] :])
        words.append(Word(value, _ALL_BITS & ~covered, "insn", plan.lowered.shown, plan.line.span))
    kinds = isa.word_kinds([word.value for word in words])
    kinded = tuple(
        Word(word.value, word.mask, kind, word.asm, word.span) for word, kind in zip(words, kinds, strict=True)
    )
    starts = _starts(instance, isa)
    labels = tuple(Label(n.text, starts[i] * isa.unit, starts[i]) for n, i in instance.labels)
    return Assembled(instance, kinded, tuple(found), tuple(symbols), labels)


def _covered(found: Sequence[Hole], symbols: Sequence[SymbolBits]) -> int:
    covered = 0
    for part in (*found, *symbols):
        covered |= part.field.mask
    return covered


def _holes(
    plan: _Planned,
    lowered: Lowered,
    isa: Isa,
    batch: Batch,
    found: list[Hole],
    symbols: list[SymbolBits],
    report: Report,
) -> None:
    for probe, slot in zip(plan.probes, holes.slots_of(lowered), strict=True):
        try:
            runs = holes.discover(probe, slot.kind, batch)
        except holes.NotLinear as error:
            report.error(
                "not-linear",
                slot.span,
                f"the {slot.kind.name} operand of `{lowered.mnemonic}` can't be a hole: {error}",
                help="use the instruction that it stands for (rlwinm, rldicl, rldicr), or raw",
            )
            continue
        _add(slot.value, runs, slot, plan.index, isa, found, symbols)


def _add(
    value: Value,
    runs: tuple[Run, ...],
    slot: Slot,
    index: int,
    isa: Isa,
    found: list[Hole],
    symbols: list[SymbolBits],
) -> None:
    kind = slot.kind
    base, operator = (value.base, value.operator) if isinstance(value, Relocated) else (value, None)
    relocation = isa.operators[operator] if operator else None
    shift = relocation.shift if relocation else 0
    addend = base.addend if isinstance(base, Affine) else 0
    bits = Field(
        tuple(Run(run.value_bit + shift, run.insn_bit, run.count) for run in runs),
        kind.signed or bool(relocation and relocation.signed),
        relocation.carry_from if relocation else None,
        addend,
    )
    offset = index * isa.unit
    if isinstance(base, Affine):
        found.append(Hole(base.param, operator, index, offset, bits, kind.pc_relative, kind.pc_base, slot.span))
    elif isinstance(base, Symbolic):
        symbols.append(SymbolBits(base, index, offset, bits, kind.low, kind.high, kind.align, operator, slot.span))


def _raw(
    line: RawLine, isa: Isa, words: list[Word], found: list[Hole], symbols: list[SymbolBits]
) -> None:
    for number, word in enumerate(line.words):
        index = len(words)
        before = len(found), len(symbols)
        for value, insn_bit, span in word.pieces:
            assert isinstance(value, Relocated)
            operator = isa.operators[value.operator]
            kind = OperandKind("raw", operator.width, operator.signed)
            _add(value, (Run(0, insn_bit, operator.width),), Slot(kind, value, span), index, isa, found, symbols)
        covered = _covered(found[before[0] :], symbols[before[1] :])
        text = line.text or f".long {word.value:#010x}"
        shown = "(continued)" if number and line.text else text
        words.append(Word(word.value, _ALL_BITS & ~covered, "insn", shown, line.span))
