"""Described words once they are assembled: the mask is every bit that no field covers and nothing ignores."""

from __future__ import annotations

from collections import Counter

from trampgen.assemble.words import Assembled
from trampgen.cubes.cube import Cube
from trampgen.diagnostics import Report
from trampgen.expand.instances import Instance
from trampgen.expand.words import DraftWord
from trampgen.model.field import WORD_BITS
from trampgen.model.spec import Hole, SymbolBits
from trampgen.model.tables import Pattern

# By the id of the instance that was assembled; the drafts keep the instances.
Words = dict[int, Assembled]


def pattern(
    draft: DraftWord, assembled: Words, report: Report, width: int = WORD_BITS, all_words: bool = False
) -> Pattern | None:
    """A described word as bits; None where it has none, which is reported."""
    before = len(report.errors)
    content, declared = draft.content, draft.declared
    if isinstance(content, Instance):
        done = assembled[id(content)]
        own = 8 * content.isa.unit
        if width != own:
            message = f"an instruction of {content.isa.name} has {own} bits, and the table's words {width}"
            help = "write its bits, or its mask and value"
            report.error("bad-pattern", declared.pattern.span, message, help=help, when=draft.when)
        for symbol in done.symbols:
            _report_symbol(symbol, report)
        for hole in done.holes:
            _check_hole(hole, report)
        word = done.words[0]
        mask, value, holes, text = word.mask, word.value, done.holes, word.asm
    else:
        mask, value, holes, text = content.mask, content.value, content.holes, content.text
    at = declared.ignoring.span if declared.ignoring is not None else declared.pattern.span
    if draft.ignored & ~mask:
        message = f"bits {draft.ignored & ~mask:#010x} are open already: there is nothing to ignore"
        help = f"write ignoring {draft.ignored & mask:#010x}" if draft.ignored & mask else "leave it out"
        report.error("bad-pattern", at, message, help=help, when=draft.when)
    if not mask & ~draft.ignored and not all_words:
        report.error("bad-pattern", at, "this fixes no bit: every word matches", when=draft.when)
    if len(report.errors) > before:
        return None
    mask &= ~draft.ignored
    at = declared.pattern.span
    return Pattern(mask, value & mask, draft.ignored, holes, text, declared.because, declared.doc, at, width)


def cube(described: Pattern) -> Cube:
    """The set of words that match."""
    return Cube(described.mask, described.value, described.width)


def known_word(instance: Instance, assembled: Words, report: Report) -> int | None:
    """One word without open bits; None where an extern is not supplied, which is reported."""
    done = assembled[id(instance)]
    for symbol in done.symbols:
        _report_symbol(symbol, report)
    return None if done.symbols else done.words[0].value


def _report_symbol(symbol: SymbolBits, report: Report) -> None:
    names = ", ".join(symbol.value.externs)
    message = f"a word to compare with needs a number, and {names} is not known here"
    report.error("needs-number", symbol.span, message, help=f"supply it: -D {symbol.value.externs[0]}=…")


def _check_hole(hole: Hole, report: Report) -> None:
    """A bit of the value that stands in the word twice: a mask would let through what no assembler makes."""
    bits = Counter(bit for run in hole.field.runs for bit in range(run.value_bit, run.value_bit + run.count))
    if max(bits.values()) > 1:
        message = (
            f"field `{hole.param}` stands twice in this word: a mask can't say that two fields hold the same"
        )
        help = "write the instruction that it stands for (`mr` is `or`), with two names"
        report.error("bad-pattern", hole.span, message, help=help)
