"""What a spec says of its params beside the code: types, ranges, bits copied, checks as they were written by hand."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.diagnostics import Report
from trampgen.expand.evaluate import Context, EvaluationError, ends, number
from trampgen.model.field import C_INTEGERS, WORD_BITS, Reach
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.resolve.code import RUN_ADDRESS
from trampgen.syntax import ast
from trampgen.syntax.walk import names, spell

_KINDS = ("insn", "branch")


@record
class Promised:
    """What the spec says of a param: the reach it promises (None: whatever can be encoded), its value at rest.

    `kind` is insn for a whole instruction, branch for an address, None where only numbers are spoken of."""

    name: str
    kind: str | None
    reach: Reach | None
    align: int | None  # promised without a range
    spoken: str
    rest: int | None
    base: str
    doc: str
    span: Span


@record
class Copied:
    """Bits `low` … `high` of a param that the first word takes over; instructions with `unless` there are refused."""

    param: str
    high: int
    low: int
    unless: int | None
    span: Span


@record
class Written:
    """A check of a param as somebody wrote it by hand: `sign` times the param, plus a constant, lies in `reach`.

    Of an address, `origin` is what it is measured from: a label, or "" for where the code runs."""

    param: str
    reach: Reach
    sign: int
    addend: int
    origin: str | None
    spoken: str
    because: str
    span: Span


def promised(param: ast.Param, context: Context, report: Report) -> Promised | None:
    """What a param is promised to hold; None where that has no value, which is reported."""
    try:
        align = _promised_align(param, context)
        reach, spoken = _promised_reach(param, align or 1, context)
        rest = number(param.rest, context, "a value at rest") if param.rest else None
    except EvaluationError as error:
        error.tell(report, context.cases.items())
        return None
    kind = param.type.text if param.type is not None and param.type.text in _KINDS else None
    if kind == "insn" and (reach is not None or align is not None):
        what = f"`{param.name.text}` is a whole instruction, any word: a range means nothing to it"
        report.error("param-kind", param.span, what, help="leave the range and the alignment out")
        return None
    return Promised(param.name.text, kind, reach, align, spoken, rest, param.base, param.doc, param.span)


def _promised_align(param: ast.Param, context: Context) -> int | None:
    if param.align is None:
        return None
    align = number(param.align, context, "an alignment")
    if align < 1 or align & (align - 1):
        raise EvaluationError("misaligned", param.align.span, f"an alignment is a power of two, not {align}")
    return align


def _promised_reach(param: ast.Param, align: int, context: Context) -> tuple[Reach | None, str]:
    whole = _typed(param.type) if param.type is not None and param.type.text not in _KINDS else None
    if param.range is not None:
        low, high = ends(param.range, context)
        spoken, at = f"{spell(param.range.low)}..{spell(param.range.high)}", param.range.span
        if whole is not None and not whole.low <= low <= high <= whole.high and low <= high:
            message = f"{spoken} is not all within {whole.low}..{whole.high}, which is what its type holds"
            raise EvaluationError("range-outside-type", at, message, "leave the type out")
    elif whole is not None and param.type is not None:
        low, high, spoken, at = whole.low, whole.high, param.type.text, param.type.span
    else:
        return None, ""
    reach = Reach(low + -low % align, high - high % align, align)
    if reach.low > reach.high:
        what = f"no multiple of {align}" if low <= high else "nothing"
        raise EvaluationError("empty-range", at, f"{spoken} holds {what}")
    return reach, spoken


def _typed(name: ast.Name) -> Reach:
    if name.text not in C_INTEGERS:
        raise EvaluationError(
            "unknown-name",
            name.span,
            f"unknown type `{name.text}`",
            f"known: {', '.join([*C_INTEGERS, *_KINDS])}",
        )
    bits, half = C_INTEGERS[name.text], 1 << (C_INTEGERS[name.text] - 1)
    return Reach(-half, half - 1) if name.text.startswith("s") else Reach(0, (1 << bits) - 1)


def copied(template: ast.Template, context: Context, report: Report) -> Iterator[Copied]:
    """The bits that a site takes over from the instruction it replaces."""
    for copy in template.copies:
        try:
            if context.isa.of_bytes:
                what = (
                    f"bits of one word are copied, and instructions of {context.isa.name} have 1 to 15 bytes"
                )
                raise EvaluationError("not-this-target", copy.span, what)
            high, low = number(copy.high, context, "a bit"), number(copy.low, context, "a bit")
            if not 0 <= low <= high < WORD_BITS:
                help = f"bits are {WORD_BITS - 1} … 0, and the higher one comes first"
                what = f"a word has no bits {high}…{low}"
                raise EvaluationError("empty-range", copy.high.span, what, help)
            unless = number(copy.unless, context, "a value") if copy.unless is not None else None
            if copy.unless is not None and unless is not None and not 0 <= unless < 1 << (high - low + 1):
                what = f"{unless} is no value of bits {high}…{low}"
                raise EvaluationError("immediate-range", copy.unless.span, what)
            yield Copied(copy.param.text, high, low, unless, copy.span)
        except EvaluationError as error:
            error.tell(report, context.cases.items())


def written(template: ast.Template, context: Context, report: Report) -> Iterator[Written]:
    """Checks as somebody wrote them: sums of one param, one address and constants, in a range."""
    for check in template.reaches:
        try:
            reach, spoken = _written_reach(check, context)
            of = _Sum(check, context).of() if check.of is not None else (1, 0, None)
            shown = f"{spell(check.of)} in {spoken}" if check.of is not None else spoken
            yield Written(check.param.text, reach, *of, shown, check.because, check.span)
        except EvaluationError as error:
            error.tell(report, context.cases.items())


def _written_reach(check: ast.Reach, context: Context) -> tuple[Reach, str]:
    if check.type is not None and check.type.text in _KINDS:
        what, help = f"`{check.type.text}` is no range of numbers", f"known: {', '.join(C_INTEGERS)}"
        raise EvaluationError("unknown-name", check.type.span, what, help)
    name = ast.Name(check.param.text, check.span)
    promise = ast.Param(name, check.type, check.range, check.align, None, "", "", check.span)
    align = _promised_align(promise, context) or 1
    reach, spoken = _promised_reach(promise, align, context)
    assert reach is not None, "the grammar wants a type or a range"
    return reach, spoken if align == 1 else f"{spoken} align {align}"


class _Sum:
    """`slot - ip + 8` taken apart: the sign of the param, the constant, and the address, which has the other sign."""

    def __init__(self, check: ast.Reach, context: Context) -> None:
        self.check = check
        self.context = context
        self.signs: list[int] = []
        self.origins: list[tuple[int, str]] = []
        self.constant = 0

    def of(self) -> tuple[int, int, str | None]:
        assert self.check.of is not None
        self._add(self.check.of, 1)
        origin = self.origins[0] if self.origins else None
        fits = len(self.signs) == 1 and len(self.origins) <= 1
        if not fits or (origin is not None and origin[0] == self.signs[0]):
            raise self._no_distance(self.check.of)
        return self.signs[0], self.constant, origin[1] if origin else None

    def _no_distance(self, at: ast.Expr) -> EvaluationError:
        name = self.check.param.text
        help = f"write `{name} - ip + 8`, or from a label, `&ret - {name}`"
        return EvaluationError("not-affine", at.span, f"this is no distance of `{name}` from one place", help)

    def _add(self, expr: ast.Expr, sign: int) -> None:
        match expr:
            case ast.Binary("+" | "-" as operator, left, right):
                self._add(left, sign)
                self._add(right, sign if operator == "+" else -sign)
            case ast.Unary("-", operand):
                self._add(operand, -sign)
            case ast.Name(text) if text == self.check.param.text:
                self.signs.append(sign)
            case ast.Name(text) if text == RUN_ADDRESS:
                self.origins.append((sign, ""))
            case ast.Address(label):
                self.origins.append((sign, label.text))
            case _:
                if any(name.text in self.context.params for name in names(expr)):
                    raise self._no_distance(expr)
                self.constant += sign * number(expr, self.context, "a distance")
