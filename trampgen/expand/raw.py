"""Instructions given as words: what is known becomes the number, slices of open values become pieces of it."""

from __future__ import annotations

from trampgen.expand.evaluate import Context, EvaluationError, evaluate, number
from trampgen.isa.base import Prefixed
from trampgen.model.field import WORD_BITS
from trampgen.model.record import record
from trampgen.model.source import Span
from trampgen.model.values import Affine, LabelAddress, Relocated, Symbolic, Value
from trampgen.syntax import ast


@record
class Piece:
    """A slice of an open value; its lowest bit goes to `insn_bit` of the word."""

    value: Relocated
    insn_bit: int
    span: Span


@record
class RawWord:
    """A word given by number, and what is open in it."""

    value: int
    pieces: tuple[Piece, ...]


@record
class RawLine:
    """One instruction given as words, and the assembly text that they stand for."""

    words: tuple[RawWord, ...]
    text: str
    span: Span


def raw_line(statement: ast.Raw, context: Context) -> RawLine:
    """A raw statement with its expressions evaluated; raises EvaluationError."""
    words = tuple(_word(expr, context) for expr in statement.words)
    return RawLine(words, statement.text.value.strip() if statement.text else "", statement.span)


def prefixed_line(found: Prefixed, context: Context, span: Span) -> RawLine:
    """Both words of an instruction that is encoded here, with the slices of its value."""
    words = tuple(
        _with_slice(word, found.value, operator, context, found.span)
        for word, operator in ((found.prefix, "h18"), (found.suffix, "l"))
    )
    return RawLine(words, found.text, span)


def _with_slice(word: int, value: Value, operator: str, context: Context, at: Span) -> RawWord:
    if isinstance(value, int):
        return RawWord(word | context.isa.operators[operator].apply(value), ())
    assert isinstance(value, Affine | Symbolic), "anything else has been refused"
    return RawWord(word, (Piece(Relocated(value, operator), 0, at),))


def _word(expr: ast.Expr, context: Context) -> RawWord:
    """`number | slice | slice << n`, in any order."""
    value, sliced = 0, 0
    pieces: list[Piece] = []
    for term in _terms(expr):
        found, shift = _term(term, context)
        if isinstance(found, int):
            bits, clash = found, found & sliced
            value |= found
        else:
            pieces.append(Piece(found, shift, term.span))
            bits = ((1 << context.isa.operators[found.operator].width) - 1) << shift
            clash = bits & (sliced | value)
            sliced |= bits
        if bits < 0 or bits >> 8 * context.isa.unit:
            word = "byte" if context.isa.of_bytes else "32-bit word"
            raise EvaluationError("immediate-range", term.span, f"this does not fit a {word}")
        if clash:
            raise EvaluationError("overlap", term.span, f"bits {clash:#010x} of the word are given twice")
    return RawWord(value, tuple(pieces))


def _term(term: ast.Expr, context: Context) -> tuple[int | Relocated, int]:
    """One term of a word and how far a slice is shifted; a slice of a known number is a number."""
    inner, shift = term, 0
    if isinstance(term, ast.Binary) and term.operator == "<<" and isinstance(term.left, ast.Relocation):
        inner, shift = term.left, number(term.right, context, "a shift")
        if not 0 <= shift < WORD_BITS:
            raise EvaluationError("too-large", term.right.span, f"a shift by {shift}")
    found: Value = evaluate(inner, context)
    if isinstance(found, Relocated) and isinstance(found.base, int):
        return context.isa.operators[found.operator].apply(found.base) << shift, 0
    if isinstance(found, Relocated) and isinstance(found.base, LabelAddress):
        raise EvaluationError("label-operand", term.span, "a label's address has no slices: it is not known")
    if isinstance(found, int | Relocated):
        return found, shift
    what, help = "which bits of it? a raw word takes slices, such as value@l", ""
    if context.isa.of_bytes:
        what, help = "a raw byte is a number", "an open value is an operand of an instruction"
    raise EvaluationError("open-operand", term.span, what, help)


def _terms(expr: ast.Expr) -> list[ast.Expr]:
    if isinstance(expr, ast.Binary) and expr.operator == "|":
        return [*_terms(expr.left), *_terms(expr.right)]
    return [expr]
