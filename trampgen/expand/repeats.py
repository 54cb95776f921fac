"""Repeats for one combination of cases: how many elements there are, and whether one distance is right for all."""

from __future__ import annotations

from dataclasses import replace

from trampgen.diagnostics import Note
from trampgen.diagnostics.text import count as counted
from trampgen.expand.evaluate import EvaluationError, chosen, ends, evaluate, number
from trampgen.expand.instances import Instance, alone
from trampgen.expand.words import Place
from trampgen.model.record import record
from trampgen.model.repeats import MOST_ELEMENTS
from trampgen.model.spec import When
from trampgen.model.values import Symbolic, scaled
from trampgen.resolve.repeats import element
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Repeat


@record
class DraftRepeat:
    """One element on its way; the instance has the count."""

    when: When
    code: Instance


def repeat(declared: Repeat, place: Place) -> DraftRepeat | None:
    """A repeat whose elements are alike; None where they are not, which is reported."""
    before = len(place.report.errors)
    try:
        _check_target(declared, place)
        count = _count(declared, place)
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None
    one = alone(element(declared), place.when, place.scope, place.layouts, place.report)
    if len(place.report.errors) > before:
        return None
    found = replace(one, repeated=count)
    if not found.code_words:
        what = f"`{declared.name.text}` has no code here"
        place.report.error("empty", declared.name.span, what, when=place.when)
    elif count != 1:
        _check_distances(declared, found, count, place)
    return DraftRepeat(place.when, found) if len(place.report.errors) == before else None


def _check_target(declared: Repeat, place: Place) -> None:
    if not place.isa.literal_load:
        what = f"an element loads its data relative to the program counter, and {place.isa.name} has no such load"
        if place.isa.of_bytes:
            what = (
                f"elements are of words of 32 bits, and instructions of {place.isa.name} have 1 to 15 bytes"
            )
        help = "put code and data of one element side by side: a layout with a `code` and a `data` field"
        raise EvaluationError("not-this-target", declared.name.span, what, help)


def _count(declared: Repeat, place: Place) -> int | Symbolic:
    """A number, or what only the C compiler knows: the header asserts that it is in range."""
    expr = chosen(declared.count, place.context)
    value = evaluate(expr, place.context)
    if isinstance(value, Symbolic):
        _check_promised(expr, place)
        return value
    found = number(expr, place.context, "a count")
    _check_count(found, found, expr)
    return found


def _check_promised(expr: ast.Expr, place: Place) -> None:
    """What an extern alone is promised to be can all be a count."""
    extern = place.scope.externs.get(expr.text) if isinstance(expr, ast.Name) else None
    if extern is not None and extern.range is not None:
        _check_count(*ends(extern.range, place.context), expr)


def _check_count(low: int, high: int, at: ast.Expr) -> None:
    if not 1 <= low <= high <= MOST_ELEMENTS:
        spoken = f"{low:,}" if low == high else f"{low:,}..{high:,}"
        what = f"a repeat has between 1 and {MOST_ELEMENTS:,} elements, not {spoken}"
        raise EvaluationError("repeat-count", at.span, what)


def _check_distances(declared: Repeat, one: Instance, count: int | Symbolic, place: Place) -> None:
    """repeat-distance: the data of an element is further on by another step than its code."""
    code, data = one.code_words, len(declared.data)
    if code == data:
        return
    unit = place.isa.unit
    far = [scaled(count, unit * code, unit * step * (data - code)) for step in (0, 1)]
    first, second = (str(at) if isinstance(at, int) else at.asm for at in far)
    name = declared.data[0].name
    place.report.error(
        "repeat-distance",
        declared.name.span,
        f"an element of `{declared.name.text}` has {counted(code, 'word')} of code and {data} of data: "
        "its data is not equally far in every element",
        [
            f"`{name.text}` is {first} bytes behind the beginning of element 0, {second} behind that of element 1",
            Note("the data", name.span),
        ],
        "give an element as many data words as it has code words",
        place.when,
    )
