"""All instances to words: lower every line, ask Keystone once, read everything back, find the holes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch, bare
from trampgen.assemble.driver import BASE, Assembler, Result
from trampgen.assemble.process import Unusable
from trampgen.assemble.words import Assembled, Planned, assembled, known_operand
from trampgen.diagnostics import Note, Report
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.expand.instances import Instance
from trampgen.isa.base import Displacement, Encoded, Isa, Line, Lowered, OperandError, Piece, Slot
from trampgen.model.record import record
from trampgen.model.values import LabelAddress, Symbolic, scaled


def assemble(
    instances: Sequence[Instance],
    names: Collection[str],
    assembler_of: Callable[[Isa], Assembler],
    report: Report,
) -> list[Assembled]:
    """Every instance as words; what fails is in the report, with the line that causes it.

    `names` are those of the spec that may stand in an interpolation: some forget to write one."""
    if any(instance.isa.of_bytes for instance in instances):
        from trampgen.assemble.sizes import sized

        instances = sized(instances, names, assembler_of, report)
    isas = {instance.isa.name: instance.isa for instance in instances}
    batches = {name: Batch(isa) for name, isa in isas.items()}
    known: dict[object, list[holes.Probes]] = {}
    planned = [
        list(_plan(instance, names, batches[instance.isa.name], known, report)) for instance in instances
    ]
    report.stop_on_errors()
    for name, batch in batches.items():
        _run(batch, assembler_of(isas[name]), planned, report)
    for instance, lines in zip(instances, planned, strict=True):
        for plan in lines:
            check_results(plan, instance.isa, batches[instance.isa.name], report)
    report.stop_on_errors()
    return [
        assembled(instance, lines, batches[instance.isa.name], report)
        for instance, lines in zip(instances, planned, strict=True)
    ]


def _run(batch: Batch, assembler: Assembler, planned: Sequence[Sequence[Planned]], report: Report) -> None:
    try:
        batch.run(assembler)
    except Unusable as why:
        asked = (plan.line.span for lines in planned for plan in lines if plan.lowered)
        at = next(asked, None)
        report.error("assembler-died", at, str(why), help="is keystone-engine installed for this Python?")
        report.stop_on_errors()


def _plan(
    instance: Instance,
    names: Collection[str],
    batch: Batch,
    known: dict[object, list[holes.Probes]],
    report: Report,
) -> Iterator[Planned]:
    places = Places.of(instance)
    for form, first, block in instance.code.sections():
        for line, start in zip(block.lines, block.starts(first), strict=False):
            plan = Planned(line, start, form)
            if isinstance(line, Line):
                try:
                    _plan_line(plan, line, instance.isa, places, batch, known)
                except OperandError as error:
                    tell(error, line, instance, names, report)
                    continue
            yield plan


def _plan_line(
    plan: Planned,
    line: Line,
    isa: Isa,
    places: Places,
    batch: Batch,
    known: dict[object, list[holes.Probes]],
) -> None:
    plan.lowered = resolved(isa.lower(line), plan.index * isa.unit, places, line, isa)
    if plan.lowered.encoded is not None:
        return
    plan.rest = ask(plan.lowered, batch)
    plan.probes = known.setdefault((isa.name, bare(plan.lowered)), [])
    if not plan.probes:
        plan.probes += holes.plan(plan.lowered, batch)


def ask(lowered: Lowered, batch: Batch) -> int:
    """Put an instruction into the batch as it is at rest; returns where its result will be."""
    return batch.add(lowered, tuple(slot.kind.base for slot in holes.slots_of(lowered)))


def tell(error: OperandError, line: Line, instance: Instance, names: Collection[str], report: Report) -> None:
    spelling = _statement_hint(line.mnemonic, instance.isa)
    if error.code == "not-this-target" or instance.isa.of_bytes:  # not misspelt, or likely not
        spelling = error.help or spelling
    hint = _name_hint(error, instance, names) or spelling or error.help
    notes = [Note(note) for note in error.notes]
    notes += [Note("the macro is used here", line.used_at)] if line.used_at else []
    when = instance.when if error.code == "unknown-name" else ()  # a label that other cases have
    report.error(error.code, error.span, error.message, notes, hint, when)


@record
class Places:
    """Offsets in bytes by name. Those of a repeat are of an element by itself, which has `code` bytes of code."""

    offsets: dict[str, int]
    repeated: int | Symbolic | None
    code: int

    @classmethod
    def of(cls, instance: Instance) -> Places:
        unit = instance.isa.unit
        offsets = {name.text: word * unit for name, word in instance.code.places()}
        return cls(offsets, instance.repeated, unit * instance.code_words)

    def distance(self, name: str, base: int) -> int | Symbolic:
        """From an offset to a place; the data of an element begins behind the code of all elements."""
        apart = self.offsets[name] - base
        return apart if self.repeated is None else scaled(self.repeated, self.code, apart - self.code)


def resolved(lowered: Lowered, offset: int, places: Places, line: Line, isa: Isa) -> Lowered:
    """Label operands become displacements, now that the labels have offsets."""
    pieces: list[Piece] = []
    for piece in lowered.pieces:
        if isinstance(piece, Slot) and piece.kind.from_end:
            piece = Slot(replace(piece.kind, pc_base=line.size), piece.value, piece.span)
        if isinstance(piece, Slot) and isinstance(piece.value, LabelAddress):
            if piece.value.label not in places.offsets:
                message = f"there is no label `{piece.value.label}` here"
                help = did_you_mean(piece.value.label, places.offsets)
                raise OperandError("unknown-name", message, piece.span, help=help)
            if places.repeated is not None and not piece.kind.loads:
                message = f"`{line.mnemonic}` does not load `{piece.value.label}`, which is data"
                raise OperandError("label-operand", message, piece.span, help=f"write `{isa.literal_load}`")
            base = offset + piece.kind.pc_base - piece.value.addend
            distance = places.distance(piece.value.label, base)
            pieces.append(_displacement(distance, piece, line))
        else:
            pieces.append(piece)
    return Lowered(lowered.mnemonic, tuple(pieces), lowered.numbers, lowered.shown, lowered.encoded)


def _displacement(distance: int | Symbolic, slot: Slot, line: Line) -> Piece:
    """A known distance that the instruction reaches; of any other the header asserts that it does."""
    if isinstance(distance, Symbolic):
        return Slot(slot.kind, distance, slot.span)
    _check_distance(distance, slot, line)
    return Displacement(distance, slot.kind)


def _check_distance(distance: int, slot: Slot, line: Line) -> None:
    kind = slot.kind
    if not kind.known_low <= distance <= kind.high:
        raise OperandError(
            "immediate-range",
            f"the label is {distance} bytes away: `{line.mnemonic}` reaches {kind.known_low}…{kind.high}",
            slot.span,
        )
    if distance % kind.align:
        raise OperandError(
            "immediate-alignment", f"the distance {distance} is not a multiple of {kind.align}", slot.span
        )


def _name_hint(error: OperandError, instance: Instance, names: Collection[str]) -> str:
    """A name of the spec where an operand stands: it lacks its interpolation."""
    word = error.word
    if word in [name.text for name, _ in instance.code.places()]:
        return f"write ${{&{word}}}"
    known = word in names or word in [param.name for param in instance.params]
    return f"write ${{{word}}}" if known else ""


def _statement_hint(mnemonic: str, isa: Isa) -> str:
    """A misspelt statement word is read as an instruction, and so is a misspelt instruction."""
    if mnemonic in isa.mnemonics:
        return ""
    return did_you_mean(mnemonic.lower(), isa.mnemonics | {"if", "raw"})


def check_results(plan: Planned, isa: Isa, batch: Batch, report: Report) -> None:
    """A failed request, a hole that is not linear, a word that reads back as something else."""
    if plan.lowered is None:
        return
    assert isinstance(plan.line, Line)
    if plan.lowered.encoded is not None:
        _check_encoded(plan, plan.lowered, plan.lowered.encoded, isa, report)
        return
    failed = batch.results[plan.rest]
    if failed.code is None:
        report_failure(plan.line, failed, isa, report)
        return
    slots = holes.slots_of(plan.lowered)
    for probe in plan.probes:
        kind = slots[probe.slot].kind
        bits = (
            (value, request) for bit, *pair in probe.bits for value, request in ((1 << bit, r) for r in pair)
        )
        asked = [(value, batch.results[request]) for value, request in (*bits, *probe.verify)]
        value, result = next((pair for pair in asked if pair[1].code is None), (0, failed))
        if result.fatal or not result.asked:
            report_failure(plan.line, result, isa, report)
            return
        if result.code is None:
            problem = f"`{plan.line.mnemonic}`: value {value} of the {kind.name} operand: {result.problem}"
            report.error("assembler-rejects", slots[probe.slot].span, problem)
            return
        for value, request in ((kind.base, plan.rest), *probe.verify):
            if _misread(plan, probe.slot, value, request, isa, batch, report):
                return
    if not plan.probes:
        _misread(plan, None, 0, plan.rest, isa, batch, report)


def _check_encoded(plan: Planned, lowered: Lowered, encoded: Encoded, isa: Isa, report: Report) -> None:
    """What is encoded here is read back as what an assembler makes, unless capstone does not know it at all."""
    if encoded.unread:
        return
    distance = known_operand(lowered)
    code = encoded.with_operand(distance)
    numbers = written(lowered, None, 0, BASE)
    word = int.from_bytes(code, "little")
    read = readback.differs(isa, word, BASE, lowered.mnemonic, numbers, len(code))
    if read is not None:
        what = f"`{lowered.mnemonic}` was encoded as {code.hex()}, which reads back as `{read}`"
        report.error("read-back", plan.line.span, what, help="write the instruction with raw")


def report_failure(line: Line, failed: Result, isa: Isa, report: Report) -> None:
    if not failed.asked:
        return  # another statement took the assembler down, and that is reported
    if failed.fatal:
        report.error(
            "assembler-died",
            line.span,
            f"the assembler did not survive `{line.mnemonic}`: {failed.problem}",
            help="write the instruction with raw, and its text beside it",
        )
        return
    hint = (
        isa.rejected(line.mnemonic, failed.problem)
        or _statement_hint(line.mnemonic, isa)
        or 'for an instruction that Keystone does not know, write raw 0x… "text"'
    )
    report.error("assembler-rejects", line.span, f"`{line.mnemonic}`: {failed.problem}", help=hint)


def _misread(
    plan: Planned, slot: int | None, value: int, request: int, isa: Isa, batch: Batch, report: Report
) -> bool:
    assert plan.lowered is not None and isinstance(plan.line, Line)
    if request in batch.sound:
        return False
    word = batch.word(request)
    assert word is not None
    address = batch.addresses[request]
    numbers = written(plan.lowered, slot, value, address)
    code = batch.results[request].code or b""
    read = readback.differs(isa, word, address, plan.lowered.mnemonic, numbers, len(code))
    if read is None:
        batch.sound.add(request)
        return False
    report.error(
        "read-back",
        plan.line.span,
        f"`{plan.lowered.mnemonic}` was assembled as {code.hex()}, which reads back as `{read}`",
        help="write the instruction with raw, or under the name that the disassembler gives it",
    )
    return True


def written(lowered: Lowered, slot: int | None, value: int, address: int) -> list[int]:
    """The operands as numbers with one slot's value, targets as addresses."""
    opens = iter(p for p in lowered.pieces if isinstance(p, Slot | Displacement))
    numbers, seen = [], 0
    for number in lowered.numbers:
        if number is not None:
            numbers.append(number)
            continue
        piece = next(opens)
        if isinstance(piece, Displacement):
            numbers.append(piece.kind.operand(piece.value, address))
            continue
        here = value if seen == slot else piece.kind.base
        seen += 1
        numbers.append(piece.kind.operand(here, address))
    return numbers
