"""The rest of the way from lark's tree to our syntax tree: what is described beside templates."""

from __future__ import annotations

from typing import Any, TypeVar

from lark import Token, v_args
from lark.tree import Meta

from trampgen.model.source import Span
from trampgen.syntax import ast_tables as ast
from trampgen.syntax import build
from trampgen.syntax.ast import Name, Range
from trampgen.syntax.build import reason, span_of, symbols_in, with_doc

T = TypeVar("T")


def _but(kind: type[T], parts: list[Any]) -> tuple[tuple[Any, ...], tuple[T, ...]]:
    """The parts that are not of a kind, and those that are."""
    return tuple(p for p in parts if not isinstance(p, kind)), tuple(p for p in parts if isinstance(p, kind))


def _apart(parts: list[Any]) -> tuple[list[Any], tuple[ast.Image | ast.LabelSymbol, ...]]:
    """The parts that say no symbol, and those that do."""
    found = symbols_in(parts)
    return [part for part in parts if not isinstance(part, ast.Image | ast.LabelSymbol)], found


@v_args(meta=True)
class Build(build.Build):
    """Methods for the rules that describe instructions."""

    # ---- patterns --------------------------------------------------------------------------------------

    def BITS(self, token: Token) -> ast.BitField:
        return ast.BitField(None, str(token), len(token), span_of(self.path, token))

    def BIT_FIELD(self, token: Token) -> ast.BitField:
        name, _, width = str(token)[1:-1].partition(":")
        at = span_of(self.path, token)
        # Digits beyond those of any word's width would only make Python work.
        return ast.BitField(Name(name, at), str(token), int(width[:9]), at)

    def asm_pattern(self, meta: Meta, children: list[Any]) -> ast.AsmPattern:
        return ast.AsmPattern(children[0], self.at(meta))

    def bit_pattern(self, meta: Meta, children: list[Any]) -> ast.BitPattern:
        return ast.BitPattern(tuple(children), self.at(meta))

    def mask_pattern(self, meta: Meta, children: list[Any]) -> ast.MaskPattern:
        return ast.MaskPattern(children[0], children[1], self.at(meta))

    # ---- tables and breakpoints ------------------------------------------------------------------------

    def row(self, meta: Meta, children: list[Any]) -> ast.Row:
        doc, name, pattern, ignoring, *rest = with_doc(children)
        word = ast.DescribedWord(pattern, ignoring, reason(children), doc)
        action = next((part for part in rest if isinstance(part, ast.Action)), None)
        at = rest.index(action)  # None stands where there is none
        classes = tuple(part for part in rest[:at] if part is not None)
        requires = tuple(part for part in rest[at + 1 : -1] if part is not None)
        return ast.Row(name, word, classes, action, requires, self.at(meta))

    def action(self, meta: Meta, children: list[Any]) -> ast.Action:
        name, *arguments = children
        if isinstance(name, Token):  # with its parenthesis
            at = span_of(self.path, name)
            name = Name(str(name)[:-1], Span(at.path, at.line, at.column, at.end_line, at.end_column - 1))
        return ast.Action(name, tuple(arguments), self.at(meta))

    def order(self, meta: Meta, children: list[Any]) -> str:
        return str(children[0])

    def group(self, meta: Meta, children: list[Any]) -> ast.Group:
        doc, name, pattern, ignoring, *rest = with_doc(children)
        because = next((part.text for part in rest if isinstance(part, build.Because)), "")
        at = next(index for index, part in enumerate(rest) if isinstance(part, str))
        word = ast.DescribedWord(pattern, ignoring, because, doc)
        return ast.Group(name, word, rest[at] == "ordered", tuple(rest[at + 1 :]), self.at(meta))

    def covers(self, meta: Meta, children: list[Any]) -> ast.Covers:
        return ast.Covers(ast.DescribedWord(children[0], None, reason(children), ""), self.at(meta))

    def predicate(self, meta: Meta, children: list[Any]) -> ast.Predicate:
        doc, name, *among = with_doc(children)
        names = tuple(part for part in among if isinstance(part, Name))
        negated = any(isinstance(part, Token) for part in among)
        return ast.Predicate(name, negated, names, doc, self.at(meta))

    def guarded_rows(self, meta: Meta, children: list[Any]) -> ast.Guarded[Any]:
        return ast.Guarded(children[0], tuple(children[1:]), self.at(meta))

    guarded_site = guarded_opcodes = guarded_rewrite = guarded_rows

    def guarded_slot(self, meta: Meta, children: list[Any]) -> ast.Guarded[Any]:
        parts = tuple(one for part in children[1:] for one in (part if isinstance(part, tuple) else (part,)))
        return ast.Guarded(children[0], parts, self.at(meta))

    def table(self, meta: Meta, children: list[Any]) -> ast.Table:
        doc, name, kind, order, condition, *parts = with_doc(children)
        others, symbols = _apart(parts)
        rest, predicates = _but(ast.Predicate, others)
        rows, covers = _but(ast.Covers, list(rest))
        return ast.Table(
            name, kind, order == "ordered", condition, rows, covers, predicates, doc, self.at(meta), symbols
        )

    def breakpoint(self, meta: Meta, children: list[Any]) -> ast.Breakpoint:
        doc, name, table, condition, *parts = with_doc(children)
        others, symbols = _apart(parts)
        blocks, predicates = _but(ast.Predicate, others)
        code = tuple(block.statements for block in blocks)
        return ast.Breakpoint(name, table, condition, code, predicates, doc, self.at(meta), symbols)

    # ---- slots -----------------------------------------------------------------------------------------

    def copied_insn(self, meta: Meta, children: list[Any]) -> ast.CopiedInsn:
        doc, name, *sizes = with_doc(children)
        between = sizes.pop() if isinstance(sizes[0], Range) else None
        return ast.CopiedInsn(name, tuple(sizes), between, doc, self.at(meta))

    def slot_form(self, meta: Meta, children: list[Any]) -> ast.SlotForm:
        doc, name, code = with_doc(children)
        return ast.SlotForm(name, code, doc, self.at(meta))

    def fill(self, meta: Meta, children: list[Any]) -> ast.Fill:
        return ast.Fill(children[0], self.at(meta))

    def slot(self, meta: Meta, children: list[Any]) -> ast.Slot:
        doc, name, size, align, page, reserve, condition, *parts = with_doc(children)
        own = tuple(one for part in parts for one in (part if isinstance(part, tuple) else (part,)))
        return ast.Slot(name, size, align, page, reserve, condition, own, doc, self.at(meta))

    # ---- call sites ------------------------------------------------------------------------------------

    def site_word(self, meta: Meta, children: list[Any]) -> ast.SiteWord:
        doc, index, pattern, ignoring, _ = with_doc(children)
        return ast.SiteWord(index, ast.DescribedWord(pattern, ignoring, reason(children), doc), self.at(meta))

    def replace(self, meta: Meta, children: list[Any]) -> ast.Replace:
        doc, name, *words = with_doc(children)
        return ast.Replace(name, tuple(words), doc, self.at(meta))

    def never_nop(self, meta: Meta, children: list[Any]) -> ast.NeverNop:
        index, state, _ = children
        return ast.NeverNop(index, state, reason(children), self.at(meta))

    def callsite(self, meta: Meta, children: list[Any]) -> ast.Callsite:
        doc, name, condition, *parts = with_doc(children)
        return ast.Callsite(name, condition, tuple(parts), doc, self.at(meta))

    # ---- repeats ---------------------------------------------------------------------------------------

    def element_data(self, meta: Meta, children: list[Any]) -> ast.ElementData:
        doc, name, kind = with_doc(children)
        return ast.ElementData(name, kind, doc, self.at(meta))

    def repeat(self, meta: Meta, children: list[Any]) -> ast.Repeat:
        doc, name, count, condition, *parts = with_doc(children)
        others, symbols = _apart(parts)
        blocks, data = _but(ast.ElementData, others)
        code = tuple(block.statements for block in blocks)
        return ast.Repeat(name, count, condition, code, data, doc, self.at(meta), symbols)

    # ---- bitmaps ---------------------------------------------------------------------------------------

    def opcodes(self, meta: Meta, children: list[Any]) -> ast.Opcodes:
        return ast.Opcodes(tuple(children[:-1]), reason(children), self.at(meta))

    def all_except(self, meta: Meta, children: list[Any]) -> tuple[bool, tuple[Any, ...]]:
        return True, tuple(children)

    def only(self, meta: Meta, children: list[Any]) -> tuple[bool, tuple[Any, ...]]:
        return False, tuple(children)

    def words_written(self, meta: Meta, children: list[Any]) -> ast.Written:
        return ast.Written(tuple(children), self.at(meta))

    def bitmap(self, meta: Meta, children: list[Any]) -> ast.Bitmap:
        doc, name, kind, condition, *parts = with_doc(children)
        ((excludes, listed), written), symbols = _apart(parts)
        return ast.Bitmap(name, kind, condition, excludes, listed, written, doc, self.at(meta), symbols)

    def comparison(self, meta: Meta, children: list[Any]) -> ast.Comparison:
        left, right = children
        return ast.Comparison(left, right, self.at(meta))

    # ---- rewrites --------------------------------------------------------------------------------------

    def course(self, meta: Meta, children: list[Any]) -> ast.Course:
        return ast.Course(children[0], reason(children), self.at(meta))

    def how(self, meta: Meta, children: list[Any]) -> str:
        return str(children[0])

    def scratch(self, meta: Meta, children: list[Any]) -> ast.Scratch:
        return ast.Scratch(tuple(children), self.at(meta))

    def adjust(self, meta: Meta, children: list[Any]) -> ast.Adjust:
        return ast.Adjust(self.at(meta))

    def operand_rule(self, meta: Meta, children: list[Any]) -> ast.OperandRule:
        return ast.OperandRule(children[0], children[1], self.at(meta))

    def rewrite(self, meta: Meta, children: list[Any]) -> ast.Rewrite:
        doc, name, condition, *parts = with_doc(children)
        return ast.Rewrite(name, condition, tuple(parts), doc, self.at(meta))
