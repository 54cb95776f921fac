"""Tables for one combination of cases: rows and groups in their order, and what rows say of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trampgen.diagnostics import Note
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.expand.evaluate import EvaluationError, number
from trampgen.expand.words import DraftWord, Place, draft, present
from trampgen.model.record import record
from trampgen.model.spec import When
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Covers, Group, Guarded, Row, Table

WIDTHS = {"u16": 16, "u32": 32, "u64": 64}
_MOST_REQUIRED = 64  # alternatives of one requirement, once each is a list of comparisons


@record
class DraftRequirement:
    """`field != value`, or `field != other`, another field; `==` where `equal`."""

    field: str
    other: str | None
    value: int
    equal: bool
    expr: ast.Expr


@record
class DraftRow:
    """A row, the groups around it from the outermost, the values of its action, what it requires of fields."""

    declared: Row
    word: DraftWord
    groups: tuple[DraftGroup, ...]
    arguments: tuple[int, ...]
    requires: tuple[tuple[DraftRequirement, ...], ...]  # of each tuple one has to hold


@record
class DraftGroup:
    """A group and those around it; words of its pattern that are in no row of it are in no row at all."""

    declared: Group
    word: DraftWord
    groups: tuple[DraftGroup, ...]


@record
class DraftTable:
    """`items` are rows in the order in which they match, and each group where its words end."""

    when: When
    width: int
    items: tuple[DraftRow | DraftGroup, ...]
    covers: tuple[tuple[Covers, DraftWord], ...]

    def words(self) -> Iterator[DraftWord]:
        """All that may have to be assembled."""
        yield from (item.word for item in self.items)


def table(declared: Table, place: Place) -> DraftTable:
    """A table with its rows; one without any is reported."""
    width = WIDTHS[declared.type.text]
    items = tuple(_items(declared.rows, (), width, place))
    _check_names(items, place)
    if not any(isinstance(item, DraftRow) for item in items) and not place.report.errors:
        what = f"table `{declared.name.text}` has no row here"
        help = "an `if` after the table's type leaves the whole table out"
        place.report.error("empty", declared.name.span, what, help=help, when=place.when)
    covers = [(one, draft(one.word, place, width, all_words=True)) for one in declared.covers]
    return DraftTable(
        place.when, width, items, tuple((one, word) for one, word in covers if word is not None)
    )


def _items(
    rows: Sequence[Row | Group | Guarded[Row | Group]],
    groups: tuple[DraftGroup, ...],
    width: int,
    place: Place,
) -> Iterator[DraftRow | DraftGroup]:
    parts: list[Row | Group] = list(present(rows, place))
    for part in parts:
        word = draft(part.word, place, width)
        if word is None:
            continue
        if isinstance(part, Group):
            group = DraftGroup(part, word, groups)
            yield from _items(part.rows, (*groups, group), width, place)
            yield group
        elif (row := _row(part, word, groups, place)) is not None:
            yield row


def _row(declared: Row, word: DraftWord, groups: tuple[DraftGroup, ...], place: Place) -> DraftRow | None:
    try:
        arguments = declared.action.arguments if declared.action else ()
        values = tuple(number(value, place.context, "an action's value") for value in arguments)
        requires = tuple(tests for expr in declared.requires for tests in _requirements(expr, place))
    except EvaluationError as error:
        error.tell(place.report, place.when)
        return None
    return DraftRow(declared, word, groups, values, requires)


def _requirements(expr: ast.Expr, place: Place) -> list[tuple[DraftRequirement, ...]]:
    """`rd != 15`, joined by && and ||, as tuples of which each has to hold in one of its comparisons."""
    if not isinstance(expr, ast.Binary) or expr.operator not in ("&&", "||"):
        return [(_requirement(expr, place),)]
    left, right = _requirements(expr.left, place), _requirements(expr.right, place)
    if expr.operator == "&&":
        return left + right
    if len(left) * len(right) > _MOST_REQUIRED:
        help = "write several requirements, with a comma between them"
        raise EvaluationError("bad-requirement", expr.span, "this is too much for one requirement", help)
    return [one + other for one in left for other in right]


def _requirement(expr: ast.Expr, place: Place) -> DraftRequirement:
    """`rd != 15` or `rd != rn`; whether these are fields is seen once the word is assembled."""
    if (
        not isinstance(expr, ast.Binary)
        or expr.operator not in ("!=", "==")
        or not isinstance(expr.left, ast.Name)
    ):
        help = "write `field != number` or `field != field`, or ==; && and || join them"
        raise EvaluationError("bad-requirement", expr.span, "this is no requirement of a field", help)
    right, equal = expr.right, expr.operator == "=="
    if isinstance(right, ast.Name) and right.text not in place.scope.values:
        return DraftRequirement(expr.left.text, right.text, 0, equal, expr)
    value = number(right, place.context, "a field's value")
    return DraftRequirement(expr.left.text, None, value, equal, expr)


def _check_names(items: Sequence[DraftRow | DraftGroup], place: Place) -> None:
    """Rows and groups by name in capitals, as macros have it."""
    seen: dict[str, ast.Name] = {}
    for name in sorted((item.declared.name for item in items), key=lambda name: name.span):
        first = seen.setdefault(name.text.upper(), name)
        if first is not name:
            note = Note("first here", first.span)
            message = f"`{name.text}` is already a row of this table"
            place.report.error("duplicate-name", name.span, message, [note], when=place.when)


def suggestion(name: str, known: Sequence[str]) -> str:
    """What an unknown field was most likely meant to be."""
    return did_you_mean(name, known) or (f"it has {', '.join(known)}" if known else "the row has no field")
