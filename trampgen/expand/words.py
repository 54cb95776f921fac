"""A described word for one combination of cases: an instruction to assemble, or a mask and a value at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from trampgen.diagnostics import Report
from trampgen.expand.evaluate import Context, EvaluationError, condition, number
from trampgen.expand.instances import Instance, alone
from trampgen.isa.base import Isa
from trampgen.model.field import WORD_BITS, Field, Run
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.spec import Hole, Layout, When
from trampgen.resolve.described import stub
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import AsmPattern, BitField, BitPattern, DescribedWord, Guarded, MaskPattern
from trampgen.syntax.walk import spell

Part = TypeVar("Part")


@record
class Written:
    """Bits as the spec gives them: no assembler is asked. `text` is the pattern for people."""

    mask: int
    value: int
    holes: tuple[Hole, ...]
    text: str


@record
class DraftWord:
    """A described word with its names evaluated; `ignored` bits are still in the mask."""

    declared: DescribedWord
    when: When
    content: Instance | Written
    ignored: int


@record
class Place:
    """Where words are drafted: the declaration's name, the combination of cases, what names mean there."""

    owner: ast.Name
    scope: Scope
    layouts: list[Layout]
    when: When
    report: Report

    @property
    def isa(self) -> Isa:
        return self.context.isa

    @property
    def context(self) -> Context:
        return Context(self.scope, dict(self.when))


def holds(expr: ast.Expr, place: Place) -> bool:
    """Whether a condition is true in these cases; one without a value is reported."""
    try:
        return condition(expr, place.context)
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return False


def present(parts: Sequence[Part | Guarded[Part]], place: Place) -> Iterator[Part]:
    """The parts of a declaration that there are in these cases."""
    for part in parts:
        if not isinstance(part, Guarded):
            yield part
        elif holds(part.condition, place):
            yield from present(part.parts, place)


def draft(
    declared: DescribedWord, place: Place, width: int = WORD_BITS, all_words: bool = False
) -> DraftWord | None:
    """A word of so many bits, or None with the reason in the report; with `all_words` it may be any."""
    before = len(place.report.errors)
    content: Instance | Written | None = None
    ignored = 0
    try:
        if declared.ignoring is not None:
            ignored = _word_number(declared.ignoring, place.context, width)
        match declared.pattern:
            case AsmPattern():
                code = stub(declared.pattern, place.owner, place.scope)
                content = one_word(code, declared.pattern.span, place)
            case BitPattern():
                content = _bits(declared.pattern, width, all_words)
            case MaskPattern():
                content = _mask(declared.pattern, place.context, width, all_words)
    except EvaluationError as error:
        error.tell(place.report, place.when)
    if content is None or len(place.report.errors) > before:
        return None
    return DraftWord(declared, place.when, content, ignored)


def one_word(code: ast.Template, at: Span, place: Place) -> Instance | None:
    """Code that must be one instruction word; None where it is not, which is reported."""
    before = len(place.report.errors)
    instance = alone(code, place.when, place.scope, place.layouts, place.report)
    if len(place.report.errors) > before:
        return None
    for label, _ in instance.code.places():
        place.report.error("bad-pattern", label.span, "a label means nothing here: this is one word")
    # An instruction of bytes has not been measured: its bytes are counted once they are known.
    of_bytes = instance.isa.of_bytes
    found = len(instance.code.block.lines) if of_bytes else instance.code.block.starts()[-1]
    if found != 1:
        message = f"one instruction{'' if of_bytes else ' word'} is described here, and this is {found}"
        place.report.error("bad-pattern", at, message, when=place.when)
    return instance if len(place.report.errors) == before else None


def _word_number(expr: ast.Expr, context: Context, width: int) -> int:
    value = number(expr, context, "a mask")
    if not 0 <= value < 1 << width:
        what = f"{value:#x} is wider than the word, which has {width} bits"
        raise EvaluationError("bad-pattern", expr.span, what)
    return value


def _mask(pattern: MaskPattern, context: Context, width: int, all_words: bool) -> Written:
    mask, value = (_word_number(expr, context, width) for expr in (pattern.mask, pattern.value))
    outside = value & ~mask
    if outside:
        raise EvaluationError(
            "bad-pattern",
            pattern.value.span,
            f"no word can match: bits {outside:#010x} of the value are outside the mask",
            f"write value {value & mask:#010x}, or mask {mask | outside:#010x}",
        )
    if not mask and not all_words:
        raise EvaluationError("bad-pattern", pattern.mask.span, "this fixes no bit: every word matches")
    digits = 2 + width // 4
    return Written(mask, value, (), f"mask {mask:#0{digits}x} value {value:#0{digits}x}")


def _bits(pattern: BitPattern, width: int, all_words: bool) -> Written:
    """The most significant bit stands first."""
    given = sum(part.width for part in pattern.fields)
    if given != width:
        more = f"{given - width:,} too many" if given > width else f"{width - given} too few"
        message = f"the pattern has {given:,} bits and the word {width}: {more}"
        raise EvaluationError("bad-pattern", pattern.span, message)
    mask = value = 0
    low = width
    holes: list[Hole] = []
    for part in pattern.fields:
        low -= part.width
        if part.name is None:
            mask |= int(part.text.replace("0", "1").replace("-", "0"), 2) << low
            value |= int(part.text.replace("-", "0"), 2) << low
        else:
            holes.append(_hole(part, part.name, low))
    if not mask and not all_words:
        raise EvaluationError("bad-pattern", pattern.span, "this fixes no bit: every word matches")
    return Written(mask, value, tuple(holes), " ".join(part.text for part in pattern.fields))


def _hole(part: BitField, name: ast.Name, low: int) -> Hole:
    if not part.width:
        raise EvaluationError("bad-pattern", part.span, f"field `{name.text}` has no bits")
    field = Field((Run(0, low, part.width),), signed=False)
    return Hole(name.text, None, 0, 0, field, False, 0, part.span)


def shown_index(index: ast.Expr, value: int) -> str:
    """The index of a call site's word as it was written, with its number where that is another text."""
    text = spell(index)
    return text if text == str(value) else f"{text} ({value})"
