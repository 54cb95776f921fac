"""Walks over syntax: every expression of a declaration, every name in an expression, and expressions as text."""

from __future__ import annotations

from collections.abc import Iterator

from trampgen.syntax import ast


def expressions(node: object) -> Iterator[ast.Expr]:
    """The expressions (maps opened into theirs) that stand directly or in a block of a declaration."""
    match node:
        case ast.Const():
            yield from of_value(node.value)
        case ast.Extern():
            yield from of_range(node.range)
        case ast.Layout():
            yield from filter(None, [node.size, node.align])
            for field in node.fields:
                for value in (field.size, field.value, field.align, field.at):
                    yield from of_value(value)
        case ast.Param():
            yield from of_range(node.range)
            yield from filter(None, [node.align, node.rest])
        case ast.Macro():
            yield from in_statements(node.body)
        case ast.Template():
            yield from filter(None, [node.condition])
            for param in node.params:
                yield from expressions(param)
            for block in node.code:
                yield from in_statements(block)
            for copy in node.copies:
                yield from filter(None, [copy.high, copy.low, copy.unless])
            for reach in node.reaches:
                yield from of_range(reach.range)
                yield from filter(None, [reach.align])
            yield from in_clauses(node.contract)
        case ast.Family():
            yield from filter(None, [node.condition])
            for merge in node.merges:
                yield from of_range(merge.words)
                yield from merge.written


def of_value(value: ast.Value | None) -> Iterator[ast.Expr]:
    """The expressions of a value, those of each case for a map."""
    if isinstance(value, ast.Map):
        yield from (expr for _, expr in value.entries)
    elif value is not None:
        yield value


def of_range(bounds: ast.Range | None) -> Iterator[ast.Expr]:
    """Both ends of a range, nothing without one."""
    if bounds is not None:
        yield from (bounds.low, bounds.high)


def in_blocks(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Statement]:
    """Every statement of a code block in the order of the source, those that others enclose too."""
    for statement in statements:
        yield statement
        for block in blocks(statement):
            yield from in_blocks(block)


def blocks(statement: ast.Statement) -> Iterator[tuple[ast.Statement, ...]]:
    """The blocks that a statement encloses."""
    match statement:
        case ast.If():
            yield from (statement.then, statement.otherwise)
        case ast.For():
            yield statement.body
        case ast.Patch():
            yield from (form.body for form in statement.forms)
            yield statement.rest


def in_statements(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Expr]:
    """Every expression of a code block, in the order of the source."""
    for statement in in_blocks(statements):
        match statement:
            case ast.Asm():
                yield from (part.value for part in statement.operands if isinstance(part, ast.Interpolation))
            case ast.Raw():
                yield from statement.words
            case ast.If():
                yield statement.condition
            case ast.For():
                yield from of_range(statement.range)
            case ast.Whole():
                yield statement.value
            case ast.Literal():
                yield from filter(None, [statement.rest])
            case ast.Expansion():
                yield from statement.arguments


def instructions(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Asm]:
    """Every line of assembly of a code block."""
    return (statement for statement in in_blocks(statements) if isinstance(statement, ast.Asm))


def expansions(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Expansion]:
    """Every use of a macro in a code block."""
    return (statement for statement in in_blocks(statements) if isinstance(statement, ast.Expansion))


def loops(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Name]:
    """The variables of a code block's loops."""
    return (statement.name for statement in in_blocks(statements) if isinstance(statement, ast.For))


def literals(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Literal]:
    """The literals of a code block."""
    return (statement for statement in in_blocks(statements) if isinstance(statement, ast.Literal))


def params_of(template: ast.Template) -> list[ast.Name]:
    """The params of a template, those that literals declare last."""
    own = [literal.name for block in template.code for literal in literals(block)]
    return [*(param.name for param in template.params), *own]


def labels(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Name]:
    """Every label of a code block, those of both branches of a condition too."""
    return (statement.name for statement in in_blocks(statements) if isinstance(statement, ast.Label))


def regions(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Name]:
    """The names of a code block's regions and of what they can be patched to."""
    patches = (statement for statement in in_blocks(statements) if isinstance(statement, ast.Patch))
    return (form.name for patch in patches for form in patch.forms)


def states_of(template: ast.Template) -> dict[str, tuple[str, str]]:
    """What `in NAME` of a contract can name, each as a region and its form. `rest` is of the only region there is."""
    patches = [one for block in template.code for one in in_blocks(block) if isinstance(one, ast.Patch)]
    found: dict[str, tuple[str, str]] = {}
    for patch in patches:
        region = patch.forms[0].name.text
        found |= {form.name.text: (region, form.name.text) for form in patch.forms}
        found[f"{region}.rest"] = region, "rest"
    rests = list(dict.fromkeys(state for state in found.values() if state[1] == "rest"))
    return found | {"rest": rests[0]} if len(rests) == 1 else found


def places_of(statements: tuple[ast.Statement, ...]) -> Iterator[ast.Name]:
    """Names whose address code can ask for: labels, literals and regions."""
    yield from labels(statements)
    yield from regions(statements)
    yield from (literal.name for literal in literals(statements))


def in_clauses(given: tuple[ast.AnyClause, ...]) -> Iterator[ast.Expr]:
    """Conditions, red zones and places: what has a value now. The rest speaks of registers, no names of the spec."""
    for clause in given:
        match clause:
            case ast.ClauseIf():
                yield clause.condition
                yield from in_clauses(clause.clauses)
            case ast.At() | ast.InForm():
                yield from in_clauses(clause.clauses)
            case ast.Clause() if clause.value is not None and clause.verb != "exit":
                yield clause.value
            case ast.NeverAt():
                yield from (*clause.offsets, clause.modulus)


def clauses(
    given: tuple[ast.AnyClause, ...],
) -> Iterator[ast.AnyClause]:
    """Every clause but conditions, those under a condition, at a label and of a form too."""
    for clause in given:
        if not isinstance(clause, ast.ClauseIf):
            yield clause
        if isinstance(clause, ast.ClauseIf | ast.At | ast.InForm):
            yield from clauses(clause.clauses)


def said(given: tuple[ast.AnyClause, ...]) -> Iterator[ast.Expr]:
    """What clauses say of registers and memory while the code runs."""
    for clause in clauses(given):
        match clause:
            case ast.Clause() if clause.value is not None and clause.verb == "exit":
                yield clause.value
            case ast.Frame():
                yield clause.address
            case ast.Facts():
                yield from clause.exprs
                yield from of_range(clause.range)
            case ast.Goes():
                yield from clause.targets
            case ast.Touches():
                yield from clause.places
            case ast.Allow():
                yield from clause.of


def parts(expr: ast.Expr) -> Iterator[ast.Expr]:
    """An expression and everything in it, but the arguments of calls, which are fields and layouts."""
    yield expr
    match expr:
        case ast.Unary() | ast.Relocation():
            yield from parts(expr.operand)
        case ast.Member():
            for step in expr.path:
                yield from parts(step) if not isinstance(step, str) else ()
        case ast.Binary():
            yield from parts(expr.left)
            yield from parts(expr.right)
        case ast.Choice():
            for one in (expr.then, expr.condition, expr.otherwise):
                yield from parts(one)


def names(expr: ast.Expr) -> Iterator[ast.Name]:
    """Names that an expression takes a value from."""
    return (part for part in parts(expr) if isinstance(part, ast.Name))


def spell(expr: ast.Expr) -> str:
    """An expression as the source could have written it."""
    match expr:
        case ast.Number(value):
            return str(value) if value < 1024 else hex(value)
        case ast.Name(text):
            return text
        case ast.Address(label):
            return f"&{label.text}"
        case ast.Relocation(operand, operator):
            return f"{_inner(operand)}@{operator.text}"
        case ast.Call(function, arguments):
            return f"{function.text}({', '.join(spell(a) for a in arguments)})"
        case ast.Member(base, path):
            return base.text + "".join(f".{s}" if isinstance(s, str) else f"[{spell(s)}]" for s in path)
        case ast.Unary(operator, operand):
            return f"{operator}{_inner(operand)}"
        case ast.Binary(operator, left, right):
            return f"{_inner(left)} {operator} {_inner(right)}"
        case ast.Choice(condition, then, otherwise):
            return f"{spell(then)} if {spell(condition)} else {spell(otherwise)}"


def _inner(expr: ast.Expr) -> str:
    return f"({spell(expr)})" if isinstance(expr, ast.Binary) else spell(expr)
