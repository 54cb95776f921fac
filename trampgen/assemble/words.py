"""From results to words: values, masks, holes and symbolic bits of every line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from trampgen.assemble import holes
from trampgen.assemble.batch import Batch, bare
from trampgen.diagnostics import Report
from trampgen.expand import code as expand
from trampgen.expand.code import AnyLine, WholeWord, width
from trampgen.expand.instances import Instance
from trampgen.expand.raw import RawLine
from trampgen.isa.base import Displacement, Encoded, Isa, Line, Lowered, OperandKind, Slot
from trampgen.model.field import ALL_BITS, Field, Run
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import Form, Hole, Label, Region, SymbolBits, Word
from trampgen.model.values import Affine, Relocated, Symbolic, Value


@record
class Assembled:
    """The words of one instance, hole bits zero, with the holes and symbolic bits in them, also in its regions."""

    instance: Instance
    words: tuple[Word, ...]
    regions: tuple[Region, ...]
    holes: tuple[Hole, ...]
    symbols: tuple[SymbolBits, ...]
    labels: tuple[Label, ...]


@dataclass(slots=True, eq=False, repr=False)
class Planned:
    """One line on its way: its first word's index, and for assembly the requests it waits for.

    `form` names what a region is patched to, where the line is part of that."""

    line: AnyLine
    index: int
    form: str | None = None
    lowered: Lowered | None = None
    rest: int = -1
    probes: list[holes.Probes] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many words it takes."""
        return width(self.line)

    @property
    def place(self) -> Span:
        """Where the line stands in the template: of a macro's that is where the macro is used."""
        return (self.line.used_at if isinstance(self.line, Line) else None) or self.line.span


@dataclass(slots=True, eq=False, repr=False)
class _Words:
    """What one section of an instance has so far; a line's holes are cut out of its word's mask when the line ends."""

    isa: Isa
    form: str | None
    start: int
    words: list[Word] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    symbols: list[SymbolBits] = field(default_factory=list)
    covered: int = 0  # the bits of the word, or of the instruction of bytes, that is still open

    def open(self, slot: Slot, runs: tuple[Run, ...]) -> None:
        """A slot's bits in what is open, as a hole or as bits of a symbol, from the first word that has any."""
        index = self.start + len(self.words)
        offset = index * self.isa.unit
        self.covered |= Field(runs, signed=False).mask if _is_open(slot.value) else 0
        first = min(run.insn_bit for run in runs) // (8 * self.isa.unit)
        index += first
        runs = tuple(replace(run, insn_bit=run.insn_bit - 8 * self.isa.unit * first) for run in runs)
        kind, value = slot.kind, slot.value
        base, name = (value.base, value.operator) if isinstance(value, Relocated) else (value, None)
        operator = self.isa.operators[name] if name else None
        shift = operator.shift if operator else 0
        bits = Field(
            tuple(replace(run, value_bit=run.value_bit + shift) for run in runs),
            kind.signed or bool(operator and operator.signed),
            operator.carry_from if operator else None,
            base.addend if isinstance(base, Affine) else 0,
            kind.fresh,
        )
        if isinstance(base, Affine):
            self.holes.append(
                Hole(
                    base.param,
                    name,
                    index,
                    offset,
                    bits,
                    kind.pc_relative,
                    kind.pc_base,
                    slot.span,
                    self.form,
                    kind.page,
                )
            )
        elif isinstance(base, Symbolic):
            self.symbols.append(SymbolBits(base, index, offset, bits, name, slot.span, self.form))

    def close(self, word: Word, count: int = 1) -> None:
        """Add what is open, `count` words of it, the lowest bits first.

        A word's mask is every bit that no hole and no symbol covers, and only those are set. The assembler's word
        can have others: a Thumb branch to its own PC base has two of its hole's bits."""
        bits = 8 * self.isa.unit
        for place in range(count):
            mask = ~(self.covered >> bits * place) & ((1 << bits) - 1)
            part = replace(word, value=word.value >> bits * place & mask, mask=mask)
            self.words.append(replace(part, kind="more", asm="") if place else part)
        self.covered = 0


def _is_open(value: Value) -> bool:
    return isinstance(value.base if isinstance(value, Relocated) else value, Affine | Symbolic)


def assembled(instance: Instance, lines: Sequence[Planned], batch: Batch, report: Report) -> Assembled:
    """One instance from its finished requests."""
    sections = {form: _Words(instance.isa, form, start) for form, start, _ in instance.code.sections()}
    for plan in lines:
        _close_line(plan, batch, sections[plan.form], report)
    words = {form: _with_kinds(section) for form, section in sections.items()}
    places = sorted(instance.code.places(), key=lambda place: (place[1], place[0].span))
    unit = instance.isa.unit
    return Assembled(
        instance,
        words[None],
        tuple(_region(region, words, sections, instance.isa) for region in instance.code.regions),
        tuple(hole for section in sections.values() for hole in section.holes),
        tuple(symbol for section in sections.values() for symbol in section.symbols),
        tuple(Label(name.text, word * unit, word, name.span) for name, word in places),
    )


def _close_line(plan: Planned, batch: Batch, out: _Words, report: Report) -> None:
    if isinstance(plan.line, RawLine):
        _raw(plan.line, out)
        _check_pair(plan.line, out.isa, report)
    elif isinstance(plan.line, WholeWord):
        _whole(plan.line, out)
    elif plan.lowered is not None:
        _assembly(plan, plan.lowered, batch, out, report)


def _with_kinds(section: _Words) -> tuple[Word, ...]:
    if section.isa.of_bytes:
        return tuple(section.words)
    kinds = section.isa.word_kinds([word.value for word in section.words])
    kinds = [
        word.kind if word.kind == "data" else kind for word, kind in zip(section.words, kinds, strict=True)
    ]
    return tuple(replace(word, kind=kind) for word, kind in zip(section.words, kinds, strict=True))


def _region(
    region: expand.Region,
    words: Mapping[str | None, tuple[Word, ...]],
    sections: Mapping[str | None, _Words],
    isa: Isa,
) -> Region:
    forms = tuple(Form(form.name.text, words[form.name.text], form.name.span) for form in region.forms)
    rest = words[None][region.start : region.end]
    is_filled = any(sections[form.name].holes for form in forms)
    is_hole = len(forms) == 1 and is_filled and _only_nops(rest, isa)
    return Region(region.name.text, region.start, region.end, forms, is_hole, region.name.span)


def _only_nops(words: Sequence[Word], isa: Isa) -> bool:
    if isa.of_bytes:
        return isa.only_nops(bytes(word.value for word in words))
    return all(word.value == isa.nop_word for word in words)


def _check_pair(line: RawLine, isa: Isa, report: Report) -> None:
    """A raw statement is one instruction: a word, or a prefix with its suffix."""
    if isa.of_bytes:
        return
    kinds = isa.word_kinds([word.value for word in line.words])
    if kinds[-1] == "prefix":
        message = "the last word of this instruction is a prefix: its suffix is missing"
        help = 'give both words in one statement: raw PREFIX, SUFFIX "text"'
        report.error("lone-prefix", line.span, message, help=help)
    elif len(kinds) > 1 and kinds != ["prefix", "suffix"]:
        message = f"{len(kinds)} words that are no prefix and suffix"
        report.error("lone-prefix", line.span, message, help="write one raw statement for each instruction")


def _assembly(plan: Planned, lowered: Lowered, batch: Batch, out: _Words, report: Report) -> None:
    if lowered.encoded is not None:
        _encoded(plan, lowered, lowered.encoded, out)
        return
    for probe, slot in zip(plan.probes, holes.slots_of(lowered), strict=True):
        try:
            key = (bare(lowered), probe.slot)
            if key not in batch.runs:
                batch.runs[key] = holes.discover(probe, slot.kind, batch)
            out.open(slot, batch.runs[key])
        except holes.NotLinear as error:
            report.error(
                "not-linear",
                slot.span,
                f"the {slot.kind.name} operand of `{lowered.mnemonic}` can't be a hole: {error}",
                help=_instead(out.isa),
            )
    value = batch.word(plan.rest)
    assert value is not None, "failed requests have been reported"
    out.close(Word(value, ALL_BITS, "insn", lowered.shown, plan.place), plan.size)


def _instead(isa: Isa) -> str:
    """What to do where an operand's bits do not simply move into the word."""
    if isa.of_bytes:
        return "some value has a form of its own: use another instruction, or a patch region with a form for each value"
    return "use the instruction that it stands for (rlwinm, rldicl, rldicr), or raw"


def _encoded(plan: Planned, lowered: Lowered, encoded: Encoded, out: _Words) -> None:
    for slot in holes.slots_of(lowered):
        out.open(slot, (Run(0, 8 * encoded.at, 8 * encoded.width),))
    value = int.from_bytes(encoded.with_operand(known_operand(lowered)), "little")
    out.close(Word(value, ALL_BITS, "insn", lowered.shown, plan.place), plan.size)


def known_operand(lowered: Lowered) -> int:
    """What an instruction that is encoded here is given: the distance to a label; zero where it is open."""
    return next((piece.value for piece in lowered.pieces if isinstance(piece, Displacement)), 0)


def _raw(line: RawLine, out: _Words) -> None:
    values = tuple(word.value for word in line.words)
    for number, word in enumerate(line.words):
        for piece in word.pieces:
            operator = out.isa.operators[piece.value.operator]
            extended = out.isa.sign_extends(values, number) and piece.insn_bit == 0
            kind = OperandKind("raw", operator.width, operator.signed or extended)
            runs = (Run(0, piece.insn_bit, operator.width),)
            out.open(Slot(kind, piece.value, piece.span), runs)
        text = line.text or (f".long {word.value:#010x}" if not out.isa.of_bytes else _bytes(line))
        shown = "(continued)" if number and line.text else text
        goes_on = number > 0 and out.isa.of_bytes
        own = Word(word.value, ALL_BITS, "insn", shown, line.span)
        out.close(replace(own, kind="more", asm="") if goes_on else own)


def _bytes(line: RawLine) -> str:
    return ".byte " + ", ".join(f"{word.value:#04x}" for word in line.words)


def _whole(line: WholeWord, out: _Words) -> None:
    bits = 8 * out.isa.unit * line.size
    kind = OperandKind("word", bits, line.signed)
    out.open(Slot(kind, Affine(line.param), line.span), (Run(0, 0, bits),))
    out.close(Word(0, ALL_BITS, line.kind, line.text, line.span), line.size)
