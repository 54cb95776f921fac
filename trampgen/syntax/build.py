"""From lark's tree to our syntax tree, bottom up: one method for each rule of the grammar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from lark import Token, Transformer, v_args
from lark.tree import Meta

from trampgen.model.source import Span
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import Image, LabelSymbol

T = TypeVar("T")


def span_of(path: str, at: Token | Meta) -> Span:
    """The span of a token or of a whole rule; an empty rule stands at 1:1."""
    if getattr(at, "line", None) is None:
        return Span(path, 1, 1, 1, 2)
    line, column = at.line or 1, at.column or 1
    return Span(path, line, column, at.end_line or line, at.end_column or column + 1)


def _only(kind: type[T], children: list[Any]) -> list[T]:
    return [child for child in children if isinstance(child, kind)]


def _first(kind: type[T], children: list[Any]) -> T | None:
    return next(iter(_only(kind, children)), None)


@v_args(meta=True)
class Build(Transformer[Token, Any]):
    """Methods get the rule's place and its children, tokens already turned into nodes."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def at(self, meta: Meta) -> Span:
        return span_of(self.path, meta)

    # ---- tokens ----------------------------------------------------------------------------------------

    def NAME(self, token: Token) -> ast.Name:
        return ast.Name(str(token), span_of(self.path, token))

    def INDEXED(self, token: Token) -> ast.Name:
        return ast.Name(str(token), span_of(self.path, token))

    def STRING(self, token: Token) -> ast.Text:
        return ast.Text(str(token)[1:-1], span_of(self.path, token))

    MNEMONIC = NAME

    def NUMBER(self, token: Token) -> ast.Number:
        digits = str(token).replace("_", "")
        # Python refuses to read thousands of digits; anything this long is refused later, with its place.
        value = int(digits, 0) if len(digits) <= 100 else 1 << 100
        return ast.Number(value, span_of(self.path, token))

    # ---- expressions -----------------------------------------------------------------------------------

    def number(self, meta: Meta, children: list[Any]) -> Any:
        return children[0]

    name = number

    def address(self, meta: Meta, children: list[Any]) -> ast.Address:
        return ast.Address(children[-1], self.at(meta))

    def member(self, meta: Meta, children: list[Any]) -> ast.Member:
        path = tuple(child.text if isinstance(child, Dot) else child for child in children[1:])
        return ast.Member(children[0], path, self.at(meta))

    def dot(self, meta: Meta, children: list[Any]) -> Dot:
        return Dot(children[0].text)

    def index(self, meta: Meta, children: list[Any]) -> Any:
        return children[0]

    def relocation(self, meta: Meta, children: list[Any]) -> ast.Relocation:
        return ast.Relocation(children[0], children[1], self.at(meta))

    def call(self, meta: Meta, children: list[Any]) -> ast.Call:
        return ast.Call(children[0], tuple(children[1:]), self.at(meta))

    def unary(self, meta: Meta, children: list[Any]) -> ast.Unary:
        return ast.Unary(str(children[0]), children[1], self.at(meta))

    def binary(self, meta: Meta, children: list[Any]) -> ast.Binary:
        return ast.Binary(str(children[1]), children[0], children[2], self.at(meta))

    def range(self, meta: Meta, children: list[Any]) -> ast.Range:
        return ast.Range(children[0], children[1], self.at(meta))

    def map(self, meta: Meta, children: list[Any]) -> ast.Map:
        return ast.Map(tuple(children), self.at(meta))

    def entry(self, meta: Meta, children: list[Any]) -> tuple[ast.Name, ast.Expr]:
        return children[0], children[1]

    # ---- names -----------------------------------------------------------------------------------------

    def spdx(self, meta: Meta, children: list[Any]) -> ast.Spdx:
        tag, _, identifier = str(children[0])[3:].partition(":")
        known = tag.strip() == "SPDX-License-Identifier"
        return ast.Spdx(identifier.strip() if known else "", self.at(meta))

    def target(self, meta: Meta, children: list[Any]) -> ast.Target:
        return ast.Target(children[0], self.at(meta))

    def include(self, meta: Meta, children: list[Any]) -> ast.Include:
        return ast.Include(children[0], self.at(meta))

    def case(self, meta: Meta, children: list[Any]) -> ast.Case:
        return ast.Case(children[0], children[1], children[2])

    def impossible(self, meta: Meta, children: list[Any]) -> ast.Impossible:
        return ast.Impossible(tuple(children), self.at(meta))

    def variant(self, meta: Meta, children: list[Any]) -> ast.Variant:
        return ast.Variant(children[0], tuple(children[1:]), self.at(meta))

    def binding(self, meta: Meta, children: list[Any]) -> ast.Const:
        return ast.Const(children[0], children[1], self.at(meta))

    def consts(self, meta: Meta, children: list[Any]) -> tuple[ast.Const, ...]:
        return tuple(children)

    def extern(self, meta: Meta, children: list[Any]) -> ast.Extern:
        name, c_text, unit, bounds = children
        return ast.Extern(name, c_text, unit and as_text(unit), bounds, self.at(meta))

    def extern_struct(self, meta: Meta, children: list[Any]) -> ast.ExternStruct:
        name, unit = children
        return ast.ExternStruct(name, unit and as_text(unit), self.at(meta))

    # ---- objects ---------------------------------------------------------------------------------------

    def image(self, meta: Meta, children: list[Any]) -> Image:
        symbol, end, excepted, _ = children
        why = reason(children)
        return Image(as_text(symbol), end and as_text(end), excepted or (), why, self.at(meta))

    def label_symbol(self, meta: Meta, children: list[Any]) -> LabelSymbol:
        return LabelSymbol(as_text(children[0]), children[1], self.at(meta))

    # ---- layouts ---------------------------------------------------------------------------------------

    def docs(self, meta: Meta, children: list[Any]) -> Doc:
        return Doc("\n".join(str(token)[3:].strip() for token in children))

    def copied(self, meta: Meta, children: list[Any]) -> Copied:
        return Copied()

    def _field(self, kind: str, meta: Meta, children: list[Any], **given: Any) -> ast.Field:
        empty: dict[str, Any] = dict.fromkeys(("name", "size", "value", "c_type", "align", "at"))
        doc = _first(Doc, children) or Doc("")
        copied = _first(Copied, children) is not None
        return ast.Field(kind, **(empty | given), copied_as_one=copied, doc=doc.text, span=self.at(meta))

    def code_field(self, meta: Meta, children: list[Any]) -> ast.Field:
        _, name, at, size, _ = with_doc(children)
        return self._field("code", meta, children, name=name, at=at, size=size)

    def word_field(self, meta: Meta, children: list[Any]) -> ast.Field:
        _, name, at, value = with_doc(children)
        return self._field("word", meta, children, name=name, at=at, value=value)

    def data_field(self, meta: Meta, children: list[Any]) -> ast.Field:
        _, name, at, c_type, size, align = with_doc(children)
        return self._field("data", meta, children, name=name, at=at, c_type=c_type, size=size, align=align)

    def pad_field(self, meta: Meta, children: list[Any]) -> ast.Field:
        return self._field("pad", meta, children, size=children[0])

    def commit(self, meta: Meta, children: list[Any]) -> Commit:
        return Commit(children[0])

    def layout(self, meta: Meta, children: list[Any]) -> ast.Layout:
        doc, name, size, align, *rest = with_doc(children)
        commits = tuple(commit.name for commit in _only(Commit, rest))
        return ast.Layout(name, size, align, tuple(_only(ast.Field, rest)), commits, doc, self.at(meta))

    # ---- code ------------------------------------------------------------------------------------------

    def label(self, meta: Meta, children: list[Any]) -> ast.Label:
        token = children[0]
        at = span_of(self.path, token)
        name = ast.Name(str(token)[:-1], Span(at.path, at.line, at.column, at.end_line, at.end_column - 1))
        return ast.Label(name, at)

    def interpolation(self, meta: Meta, children: list[Any]) -> ast.Interpolation:
        return ast.Interpolation(children[0], self.at(meta))

    def reglist(self, meta: Meta, children: list[Any]) -> Braces:
        return Braces(("{", *_flat(children), "}"))

    def asm(self, meta: Meta, children: list[Any]) -> ast.Asm:
        return ast.Asm(children[0], _flat(children[1:]), self.at(meta))

    def raw(self, meta: Meta, children: list[Any]) -> ast.Raw:
        return ast.Raw(tuple(children[:-1]), children[-1], self.at(meta))

    def block(self, meta: Meta, children: list[Any]) -> tuple[ast.Statement, ...]:
        return tuple(child for child in children if child is not None)

    def conditional(self, meta: Meta, children: list[Any]) -> ast.If:
        condition, then, otherwise = children
        if isinstance(otherwise, ast.If):
            otherwise = (otherwise,)
        return ast.If(condition, then, otherwise or (), self.at(meta))

    def loop(self, meta: Meta, children: list[Any]) -> ast.For:
        return ast.For(children[0], children[1], children[2], self.at(meta))

    def form(self, meta: Meta, children: list[Any]) -> ast.Form:
        return ast.Form(children[0], children[1], children[2], self.at(meta))

    def patch(self, meta: Meta, children: list[Any]) -> ast.Patch:
        return ast.Patch(tuple(children[:-1]), children[-1], self.at(meta))

    def literal(self, meta: Meta, children: list[Any]) -> ast.Literal:
        return ast.Literal(children[0], children[1], children[2], self.at(meta))

    def whole(self, meta: Meta, children: list[Any]) -> ast.Whole:
        return ast.Whole(children[0], self.at(meta))

    def expansion(self, meta: Meta, children: list[Any]) -> ast.Expansion:
        token, *arguments = children
        at = span_of(self.path, token)
        name = ast.Name(str(token)[:-1], Span(at.path, at.line, at.column, at.end_line, at.end_column - 1))
        given = tuple(argument for argument in arguments if argument is not None)
        return ast.Expansion(name, given, self.at(meta))

    def macro(self, meta: Meta, children: list[Any]) -> ast.Macro:
        doc, name, *params, body = with_doc(children)
        names = tuple(param for param in params if param is not None)
        return ast.Macro(name, names, body, doc, self.at(meta))

    # ---- contracts -------------------------------------------------------------------------------------

    def names(self, meta: Meta, children: list[Any]) -> tuple[ast.Name, ...]:
        return tuple(children)

    def because(self, meta: Meta, children: list[Any]) -> Because:
        return Because(children[0].value)

    def clobbers(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("clobbers", children[0], (), None, reason(children), self.at(meta))

    def preserves(self, meta: Meta, children: list[Any]) -> ast.Clause:
        names, excepted, below, _ = children
        why = reason(children)
        return ast.Clause("preserves", names, excepted or (), None, why, self.at(meta), below)

    def never_writes(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("never writes", children[0], (), None, reason(children), self.at(meta))

    def sticky(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("sticky", children[0], (), None, reason(children), self.at(meta))

    def stack_align(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("stack align", (), (), children[0], reason(children), self.at(meta))

    def callee_owns(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("callee owns", (), (), children[0], reason(children), self.at(meta))

    def exit_to(self, meta: Meta, children: list[Any]) -> ast.Goes:
        return ast.Goes("exit to", tuple(children[:-1]), reason(children), self.at(meta))

    def choice(self, meta: Meta, children: list[Any]) -> ast.Choice:
        then, condition, otherwise = children
        return ast.Choice(condition, then, otherwise, self.at(meta))

    def runs(self, meta: Meta, children: list[Any]) -> ast.Runs:
        return ast.Runs(children[0], reason(children), self.at(meta))

    def in_form(self, meta: Meta, children: list[Any]) -> ast.InForm:
        return ast.InForm(children[0], children[1], tuple(children[2:]), self.at(meta))

    def calls(self, meta: Meta, children: list[Any]) -> ast.Goes:
        return ast.Goes("calls", tuple(children[:-1]), reason(children), self.at(meta))

    def loads(self, meta: Meta, children: list[Any]) -> ast.Touches:
        return ast.Touches("loads", tuple(children[:-1]), reason(children), self.at(meta))

    def stores(self, meta: Meta, children: list[Any]) -> ast.Touches:
        return ast.Touches("stores", tuple(children[:-1]), reason(children), self.at(meta))

    def allow(self, meta: Meta, children: list[Any]) -> ast.Allow:
        token, *of, _ = children
        code = ast.Name(str(token), span_of(self.path, token))
        named = tuple(one for one in of if one is not None)
        return ast.Allow(code, named, reason(children), self.at(meta))

    def never_at(self, meta: Meta, children: list[Any]) -> ast.NeverAt:
        *offsets, modulus, _ = children
        return ast.NeverAt(tuple(offsets), modulus, reason(children), self.at(meta))

    def exit(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("exit", (), (), children[0], reason(children), self.at(meta))

    def redzone(self, meta: Meta, children: list[Any]) -> ast.Clause:
        return ast.Clause("redzone", (), (), children[0], reason(children), self.at(meta))

    def frame(self, meta: Meta, children: list[Any]) -> ast.Frame:
        return ast.Frame(children[0], children[1], reason(children), self.at(meta))

    def undefined(self, meta: Meta, children: list[Any]) -> ast.Facts:
        return ast.Facts(tuple(children[:-1]), True, None, None, reason(children), self.at(meta))

    def holds(self, meta: Meta, children: list[Any]) -> ast.Facts:
        *exprs, variable, bounds, _ = children
        return ast.Facts(tuple(exprs), False, variable, bounds, reason(children), self.at(meta))

    # `at` is taken: a rule's place.
    def at_label(self, meta: Meta, children: list[Any]) -> ast.At:
        return ast.At(children[0], tuple(children[1:]), self.at(meta))

    def conditional_clause(self, meta: Meta, children: list[Any]) -> ast.ClauseIf:
        return ast.ClauseIf(children[0], tuple(children[1:]), self.at(meta))

    def contract(self, meta: Meta, children: list[Any]) -> Contract:
        return Contract(tuple(children))

    # ---- templates and families ----------------------------------------------------------------------------

    def code(self, meta: Meta, children: list[Any]) -> Code:
        return Code(children[0])

    def param(self, meta: Meta, children: list[Any]) -> tuple[ast.Param, ...]:
        doc, *rest = with_doc(children)
        *names, kind, bounds, align, at_rest, base = rest
        names_only = [n for n in names if n is not None]
        text = str(base).strip() if base else ""
        return tuple(
            ast.Param(name, kind, bounds, align, at_rest, text, doc, name.span) for name in names_only
        )

    def copy(self, meta: Meta, children: list[Any]) -> ast.Copy:
        param, high, low, unless, _ = children
        return ast.Copy(param, high, low, unless, reason(children), self.at(meta))

    def over(self, meta: Meta, children: list[Any]) -> ast.Over:
        return ast.Over(children[0], children[1], self.at(meta))

    def reach(self, meta: Meta, children: list[Any]) -> ast.Reach:
        param, written, *given, of, _ = children
        named = isinstance(written, ast.Name)
        kind, bounds = (written, None) if named else (None, written)
        align = given[0] if given else None
        return ast.Reach(param, kind, bounds, align, of, reason(children), self.at(meta))

    def kind(self, meta: Meta, children: list[Any]) -> str:
        return str(children[0])

    def template(self, meta: Meta, children: list[Any]) -> ast.Template:
        doc, kind, name, layout, field, condition, *parts = with_doc(children)
        params = tuple(param for group in _only(tuple, parts) for param in group)
        code = tuple(part.statements for part in _only(Code, parts))
        clauses = tuple(clause for part in _only(Contract, parts) for clause in part.clauses)
        copies, overs = tuple(_only(ast.Copy, parts)), tuple(_only(ast.Over, parts))
        reaches = tuple(_only(ast.Reach, parts))
        return ast.Template(
            kind,
            name,
            layout,
            field,
            condition,
            params,
            code,
            copies,
            overs,
            reaches,
            clauses,
            doc,
            self.at(meta),
            symbols_in(parts),
        )

    def members(self, meta: Meta, children: list[Any]) -> Members:
        return Members(tuple(children))

    def extract(self, meta: Meta, children: list[Any]) -> Extract:
        return Extract(tuple(children))

    def merge(self, meta: Meta, children: list[Any]) -> ast.Merge:
        written = tuple(child for child in children[1:] if child is not None)
        return ast.Merge(children[0], written, self.at(meta))

    def family(self, meta: Meta, children: list[Any]) -> ast.Family:
        doc, name, condition, *clauses = with_doc(children)
        members = tuple(m for clause in _only(Members, clauses) for m in clause.names)
        extract = tuple(m for clause in _only(Extract, clauses) for m in clause.names)
        merges = tuple(_only(ast.Merge, clauses))
        return ast.Family(name, condition, members, extract, merges, doc, self.at(meta))

    def start(self, meta: Meta, children: list[Any]) -> list[ast.Declaration]:
        declarations: list[ast.Declaration] = []
        for child in children:
            declarations += child if isinstance(child, tuple) else [child]
        return declarations


# Shapes that live only inside this module: what a rule returns to the rule above it.


class Doc:
    def __init__(self, text: str) -> None:
        self.text = text


class Because:
    def __init__(self, text: str) -> None:
        self.text = text


class Dot:
    def __init__(self, text: str) -> None:
        self.text = text


class Copied:
    pass


class Commit:
    def __init__(self, name: ast.Name) -> None:
        self.name = name


class Braces(tuple[Any, ...]):
    __slots__ = ()


class Code:
    def __init__(self, statements: tuple[ast.Statement, ...]) -> None:
        self.statements = statements


class Contract:
    def __init__(self, clauses: tuple[ast.AnyClause, ...]) -> None:
        self.clauses = clauses


class Members:
    def __init__(self, names: tuple[ast.Name, ...]) -> None:
        self.names = names


class Extract:
    def __init__(self, names: tuple[ast.Name, ...]) -> None:
        self.names = names


def with_doc(children: list[Any]) -> list[Any]:
    """The documentation text first ("" without any), then the other children."""
    doc = children[0].text if children and isinstance(children[0], Doc) else ""
    rest = children[1:] if children and (children[0] is None or isinstance(children[0], Doc)) else children
    return [doc, *rest]


def as_text(symbol: ast.Name | ast.Text) -> ast.Text:
    """A symbol of an object, which is written as a name or as a string."""
    return symbol if isinstance(symbol, ast.Text) else ast.Text(symbol.text, symbol.span)


def symbols_in(parts: Sequence[Any]) -> tuple[Image | LabelSymbol, ...]:
    """The parts of a declaration that say where an object has it."""
    return tuple(part for part in parts if isinstance(part, Image | LabelSymbol))


def reason(children: list[Any]) -> str:
    """What `because` says, which ends a clause; "" without any."""
    return children[-1].text if isinstance(children[-1], Because) else ""


def _flat(children: list[Any]) -> tuple[str | ast.Interpolation, ...]:
    """Assembly text and interpolations in order; register lists are text with their braces."""
    parts: list[str | ast.Interpolation] = []
    for child in children:
        if isinstance(child, Braces):
            parts += child
        elif isinstance(child, ast.Interpolation | str):
            parts.append(str(child).replace("\r", " ") if isinstance(child, str) else child)
    return tuple(parts)
