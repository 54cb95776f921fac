"""C texts of externs: sums and products of numbers, names, offsetof() and sizeof()."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trampgen.model.record import record

_DEEPEST = 100  # parentheses within each other
_LONGEST_SHIFT = 64
_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9A-Fa-f]+|[0-9]+)[uUlL]*(?![\w.])|([A-Za-z_]\w*)|(<<|[-+*(),.\[\]]))", re.ASCII
)
_QUALIFIERS = ("const", "volatile")


@dataclass(frozen=True, slots=True)
class Atom:
    """What only somebody else can know. `kind` is offsetof, sizeof or name.

    `of` is a type, `struct pt_regs`, or the name itself; `path` a member, `gpr[2]`."""

    kind: str
    of: str
    path: str = ""

    def __str__(self) -> str:
        inside = f"{self.of}, {self.path}" if self.path else self.of
        return self.of if self.kind == "name" else f"{self.kind}({inside})"


@record
class Sum:
    """Two operands and `+`, `-`, `*` or `<<`."""

    operator: str
    left: Expression
    right: Expression


Expression = int | Atom | Sum
LookUp = Callable[[Atom], int | None]


class _Unreadable(Exception):
    """A text that is more than this module knows."""


def parse(text: str) -> Expression | None:
    """The expression that a C text is; None where it is another one."""
    try:
        reader = _Reader(list(_tokens(text)))
        found = reader.shift()
        return found if reader.at_end else None
    except _Unreadable:
        return None


def atoms(expression: Expression) -> Iterator[Atom]:
    """What has to be looked up."""
    if isinstance(expression, Atom):
        yield expression
    elif isinstance(expression, Sum):
        yield from atoms(expression.left)
        yield from atoms(expression.right)


def evaluate(expression: Expression, look_up: LookUp) -> int | None:
    """The value; None where something in it is unknown, or where C has none."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, Atom):
        return look_up(expression)
    left, right = evaluate(expression.left, look_up), evaluate(expression.right, look_up)
    if left is None or right is None:
        return None
    if expression.operator == "<<":
        return left << right if 0 <= right < _LONGEST_SHIFT else None
    return {"+": left + right, "-": left - right, "*": left * right}[expression.operator]


def terms(expression: Expression, sign: int = 1) -> Iterator[tuple[int, Expression]]:
    """The terms of a sum, each with its sign."""
    if isinstance(expression, Sum) and expression.operator in "+-":
        yield from terms(expression.left, sign)
        yield from terms(expression.right, sign if expression.operator == "+" else -sign)
    else:
        yield sign, expression


def _tokens(text: str) -> Iterator[int | str]:
    at, text = 0, text.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _Unreadable
        at = found.end()
        number, name, mark = found.groups()
        yield _number(number) if number else name or mark


def _number(text: str) -> int:
    """As in C: a zero in front makes it octal."""
    try:
        return int(text, 8) if len(text) > 1 and text.isdigit() and text[0] == "0" else int(text, 0)
    except ValueError:
        raise _Unreadable from None


class _Reader:
    """Recursive descent over the operators that have one meaning everywhere."""

    def __init__(self, tokens: list[int | str]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def shift(self) -> Expression:
        return self._chain(("<<",), lambda: self._chain(("+", "-"), lambda: self._chain(("*",), self._unary)))

    def _chain(self, operators: tuple[str, ...], operand: Callable[[], Expression]) -> Expression:
        left = operand()
        while self._next in operators:
            left = Sum(str(self._take()), left, operand())
        return left

    def _unary(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _Unreadable
        token = self._take()
        if token == "-":
            found: Expression = Sum("-", 0, self._unary())
        elif token == "(":
            found = self.shift()
            self._demand(")")
        elif isinstance(token, int):
            found = token
        elif token in ("offsetof", "sizeof"):
            found = self._of_type(token)
        elif token.isidentifier() and self._next != "(":
            found = Atom("name", token)
        else:
            raise _Unreadable
        self._depth -= 1
        return found

    def _of_type(self, kind: str) -> Atom:
        self._demand("(")
        of = self._type()
        path = ""
        if kind == "offsetof":
            self._demand(",")
            path = self._path()
        self._demand(")")
        return Atom(kind, of, path)

    def _type(self) -> str:
        """`struct pt_regs`, `unsigned long`, `void *`."""
        words: list[str] = []
        while isinstance(self._next, str) and (self._next.isidentifier() or (words and self._next == "*")):
            words.append(str(self._take()))
        if not words:
            raise _Unreadable
        return " ".join(word for word in words if word not in _QUALIFIERS)

    def _path(self) -> str:
        """`gpr[2]`, `l1d.block_size`; an index is a number."""
        path = self._name()
        while self._next in (".", "["):
            if self._take() == ".":
                path += f".{self._name()}"
            else:
                index = self._take()
                if not isinstance(index, int):
                    raise _Unreadable
                self._demand("]")
                path += f"[{index}]"
        return path

    def _name(self) -> str:
        token = self._take()
        if not isinstance(token, str) or not token.isidentifier():
            raise _Unreadable
        return token

    @property
    def _next(self) -> int | str | None:
        return None if self.at_end else self._tokens[self._at]

    def _take(self) -> int | str:
        if self.at_end:
            raise _Unreadable
        self._at += 1
        return self._tokens[self._at - 1]

    def _demand(self, mark: str) -> None:
        if self._take() != mark:
            raise _Unreadable
