"""Names in contracts: registers, labels, members of a frame's struct, values at entry."""

from __future__ import annotations

from collections.abc import Collection

from trampgen.diagnostics import Report
from trampgen.model.contracts import FINDINGS
from trampgen.resolve.names import check_struct, tell_unknown
from trampgen.resolve.scope import Scope
from trampgen.syntax import ast
from trampgen.syntax.walk import clauses, params_of, parts, places_of, states_of

# `entry.r[3]`: a register's value when the code begins; `memory[r13 + 8]`, `byte[r13 + 8]`: what was there then.
MEMORY = {"memory": 0, "byte": 1, "half": 2, "word": 4}
PLACES = ("entry", *MEMORY)


def check(template: ast.Template, scope: Scope, used: set[str], report: Report) -> None:
    """unknown-name: whatever a contract speaks of exists."""
    if template.contract:
        _Names(template, scope, used, report).check()


class _Names:
    """What a contract can name: registers of the targets, params, labels and what the scope has."""

    def __init__(self, template: ast.Template, scope: Scope, used: set[str], report: Report) -> None:
        self.template, self.scope, self.used, self.report = template, scope, used, report
        self.registers = sorted({name for isa in scope.targets for name in isa.registers})
        self.params = [name.text for name in params_of(template)]
        self.places = [name.text for block in template.code for name in places_of(block)]
        self.known = {*self.registers, *self.params, *scope.values}

    def check(self) -> None:
        for clause in clauses(self.template.contract):
            match clause:
                case ast.Clause():
                    self._registers(clause)
                    if clause.verb == "exit" and clause.value is not None:
                        self._fact(clause.value)
                case ast.Frame():
                    check_struct(clause.struct, self.scope, self.used, self.report)
                    self._fact(clause.address)
                case ast.At(label) if label.text not in self.places:
                    tell_unknown(label, self.places, "label", self.report)
                case ast.InForm():
                    _check_form(clause, self.template, self.report)
                case ast.Runs(param):
                    self._whole(param)
                case ast.Goes():
                    for target in clause.targets:
                        self._fact(target)
                case ast.Touches():
                    for place in clause.places:
                        self._fact(place)
                        _check_memory(place, self.report)
                case ast.Allow():
                    if clause.code.text not in FINDINGS:
                        tell_unknown(clause.code, FINDINGS, "finding", self.report)
                    for one in clause.of:
                        self._fact(one)
                case ast.Facts():
                    self._facts(clause)

    def _facts(self, clause: ast.Facts) -> None:
        variable = (clause.variable.text,) if clause.variable else ()
        for expr in clause.exprs:
            self._fact(expr, variable)
            if not clause.undefined:
                _check_comparison(expr, self.report)

    def _registers(self, clause: ast.Clause) -> None:
        indexed = any("[" in name.text for name in clause.names)
        registers = [*self.registers, *(self.params if indexed else [])]
        below = [clause.below] if clause.below else []
        for name in (*clause.names, *clause.excepted, *below):
            _check_register(name, registers, self.scope, self.report)

    def _whole(self, param: ast.Name) -> None:
        types = ((one.name.text, one.type) for one in self.template.params)
        whole = [name for name, type in types if type is not None and type.text == "insn"]
        if param.text not in whole:
            tell_unknown(param, whole, "whole instruction", self.report)

    def _fact(self, expr: ast.Expr, variable: tuple[str, ...] = ()) -> None:
        for part in parts(expr):
            match part:
                case ast.Name(text):
                    self.used.add(text)
                    if text not in self.known and text not in variable:
                        every = [*variable, *self.params, *self.registers, *self.scope.values]
                        tell_unknown(part, every, "name", self.report)
                case ast.Member(base, path) if is_file(base.text, self.registers) and not isinstance(
                    path[0], str
                ):
                    pass  # x[rd]: a register by its number
                case ast.Member(base) if base.text not in PLACES:
                    check_struct(base, self.scope, self.used, self.report)
                case ast.Member():
                    _check_place(part, self.registers, self.report)
                case ast.Address(label) if label.text not in self.places:
                    check_struct(label, self.scope, self.used, self.report)
                case ast.Choice(condition):
                    _check_comparison(condition, self.report)


def _check_register(name: ast.Name, registers: list[str], scope: Scope, report: Report) -> None:
    prefix, indexed, param = name.text.rstrip("]").partition("[")
    if indexed and is_file(prefix, registers) and param in registers:
        return
    if name.text not in registers:
        of = ", ".join(isa.name for isa in scope.targets)
        tell_unknown(name, registers, f"register of {of}:", report)


def is_file(name: str, registers: Collection[str]) -> bool:
    """Whether a name and a number are a register: x and r, of most targets."""
    return f"{name}0" in registers and f"{name}1" in registers


def _check_place(place: ast.Member, registers: list[str], report: Report) -> None:
    """`entry` has registers, memory an address."""
    of_memory = place.base.text in MEMORY
    if of_memory and (len(place.path) != 1 or isinstance(place.path[0], str)):
        what = f"`{place.base.text}` is read at one address"
        report.error("bad-argument", place.span, what, help=f"write `{place.base.text}[r1 + 8]`")
    if of_memory or any(not isinstance(step, str) for step in place.path[1:]):
        return
    name = place.path[0]
    if len(place.path) == 1 and isinstance(name, str) and name not in registers:
        tell_unknown(ast.Name(name, place.span), registers, "register:", report)


def _check_memory(place: ast.Expr, report: Report) -> None:
    if not isinstance(place, ast.Member) or place.base.text not in MEMORY:
        help = "write `memory[r1 + 24]`, or `byte`, `half` or `word` for less than an address has"
        report.error("bad-argument", place.span, "this is no place in memory", help=help)


def _check_form(clause: ast.InForm, template: ast.Template, report: Report) -> None:
    """A form that a region has; and a rule about places is of the code in all of its states."""
    states = states_of(template)
    if clause.key not in states:
        at = clause.state.span if clause.state is not None else clause.form.span
        tell_unknown(ast.Name(clause.key, at), states, "form of a region:", report)
    for one in clauses(clause.clauses):
        if isinstance(one, ast.NeverAt):
            what = "where code stands does not depend on what a region is patched to"
            report.error("bad-argument", one.span, what, help="say `never at` of the whole code")


def _check_comparison(expr: ast.Expr, report: Report) -> None:
    """A fact compares; a misspelt clause would otherwise be an expression that nobody looks at."""
    compares = isinstance(expr, ast.Binary) and expr.operator in ("==", "!=", "<", "<=", ">", ">=")
    if not compares:
        help = "a fact is a comparison, such as `r3 == op`"
        report.error("no-fact", expr.span, "this is nothing that could hold", help=help)
