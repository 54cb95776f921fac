"""Numbers, guards and field arithmetic as C."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

from trampgen.fields.expr import Bin, Node, Num, SignExtend, Var
from trampgen.model.field import Reach
from trampgen.model.spec import Axis, Form, Param, Region, SymbolBits, When
from trampgen.model.values import Symbolic, one_word

_LINE = 96


def condition(guard: str) -> str:
    """A guard as a C condition: a lone identifier means that it is defined."""
    text = guard.strip()
    return f"defined({text})" if re.fullmatch(r"[A-Za-z_]\w*", text) else text


def guard_of(when: When, axes: Sequence[Axis]) -> str | None:
    """The condition for a combination of cases, tested after all earlier ones; None if it always holds."""
    by_name = {axis.name: axis for axis in axes}
    conditions = []
    for axis, case in when:
        guard = next(c.guard for c in by_name[axis].cases if c.name == case)
        if guard is not None:
            conditions.append(condition(guard))
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else " && ".join(f"({c})" for c in conditions)


def literal(value: int, unsigned: bool) -> str:
    """A 64-bit constant for C and, without its suffix, for assembly."""
    suffix = "ULL" if unsigned else "LL"
    if value == -(1 << 63):
        return "(_AC(-0x7fffffffffffffff, LL) - 1)"
    text = str(value) if abs(value) < 1024 else f"{'-' if value < 0 else ''}{abs(value):#x}"
    return f"_AC({text}, {suffix})"


def hexadecimal(value: int) -> str:
    """A word-sized constant as the kernel writes it."""
    return str(value) if value < 10 else f"{value:#x}"


def word(value: int, bits: int = 32) -> str:
    """A word of so many bits, with all its digits."""
    return f"{value:#0{2 + bits // 4}x}"


def expression(node: Node, names: Mapping[str | int, str]) -> str:
    """Field arithmetic as C; `names` are casted to the width that the arithmetic needs."""
    match node:
        case Var(name):
            return names[name]
        case Num(value):
            return hexadecimal(value) if value < 1 << 32 else f"{value:#x}ULL"
        case SignExtend(bits, operand) if bits in (8, 16, 32):
            return f"(s64)(s{bits}){_tight(operand, names)}"
        case SignExtend(bits, operand):
            shift = 64 - bits
            return f"(s64)((u64){_tight(operand, names)} << {shift}) >> {shift}"
        case Bin("<<" | ">>" as operator, left, Num(count)):
            return f"{_tight(left, names)} {operator} {count}"
        case Bin("|" | "+" as operator, _, _):
            return f" {operator} ".join(_terms(node, names))
        case Bin(operator, left, right):
            return f"{_tight(left, names)} {operator} {_tight(right, names)}"


def _terms(node: Bin, names: Mapping[str | int, str]) -> list[str]:
    """The operands of a chain of one associative operator, left to right."""
    left = node.left
    first = (
        _terms(left, names)
        if isinstance(left, Bin) and left.operator == node.operator
        else [_tight(left, names)]
    )
    return [*first, _tight(node.right, names)]


def _tight(node: Node, names: Mapping[str | int, str]) -> str:
    text = expression(node, names)
    return f"({text})" if isinstance(node, Bin | SignExtend) else text


def returning(node: Node, names: Mapping[str | int, str]) -> list[str]:
    """Statements that return the value of field arithmetic; an odd sign extension gets a line of its own."""
    if isinstance(node, SignExtend) and node.bits not in (8, 16, 32):
        shift = 64 - node.bits
        return [
            f"u64 bits = {expression(node.operand, names)};",
            "",
            f"return (s64)(bits << {shift}) >> {shift};",
        ]
    line = f"return {expression(node, names)};"
    if isinstance(node, Bin) and (len(terms := _terms(node, names)) > 2 or len(line) > _LINE - 8):
        broken = f" {node.operator}\n\t       ".join(terms)
        return [f"return {broken};"]
    return [line]


def prototype(head: str, arguments: Sequence[str]) -> str:
    """`head(arguments)`, broken after commas and aligned the kernel's way where it is too long for a line."""
    line = f"{head}({', '.join(arguments)})"
    if len(line) <= _LINE:
        return line
    column = len(head) + 1
    indent = "\t" * (column // 8) + " " * (column % 8)
    return f"{head}(" + f",\n{indent}".join(arguments) + ")"


def wrapped(text: str) -> list[str]:
    """The lines of documentation, long ones broken."""
    return (
        [part for line in text.split("\n") for part in textwrap.wrap(line, _LINE - 8) or [""]] if text else []
    )


def broken(text: str, tabs: int = 1) -> str:
    """A statement, indented, and broken after operators where it is too long for a line."""
    indent = "    " if text.startswith("if (") else "\t"  # what the kernel's style wants
    room = _LINE - 8 * tabs
    lines: list[str] = []
    while len(text) > room and (cut := _last_operator(text, room)) > 0:
        lines.append(text[:cut])
        text = indent + text[cut + 1 :]
        room = _LINE - 8 * (tabs + 1)
    return "\n".join("\t" * tabs + line for line in [*lines, text])


def _last_operator(text: str, room: int) -> int:
    """The space behind the last operator at which a line can end; -1 without one."""
    before = max(text.rfind(" | ", 0, room - 2), text.rfind(" || ", 0, room - 3))
    return text.index(" ", before + 1) if before > 0 else -1


def rows(values: str, room: int) -> str:
    """A list of values of a macro, over several lines where it is too long for one."""
    lines = [""]
    for value in values.split(", "):
        if lines[-1] and len(lines[-1]) + len(value) + 6 > room:  # a comma, a space, and what goes on
            lines.append("")
        lines[-1] += (", " if lines[-1] else "") + value
    return ", \\\n\t".join(lines)


def range_test(name: str, reach: Reach, prefix: str) -> str | None:
    """C that is true when a 64-bit value is out of range; None if nothing is out of range."""
    unsigned = reach.low >= 0
    tests = []
    if reach.low > (0 if unsigned else -(1 << 63)):
        tests.append(f"{name} < {prefix}_MIN")
    if reach.high + reach.align <= ((1 << 64) - 1 if unsigned else (1 << 63) - 1):
        tests.append(f"{name} > {prefix}_MAX")
    return " || ".join(tests) or None


def align_test(name: str, reach: Reach) -> str | None:
    """C that is true when a value is misaligned; None if every value is aligned."""
    if reach.align == 1:
        return None
    if reach.phase:
        return f"({name} - {reach.phase}) & {hexadecimal(reach.align - 1)}"
    return f"{name} & {hexadecimal(reach.align - 1)}"


def argument_type(param: Param) -> str:
    """The type an encoder takes: wide, so that a value is narrowed only after it has been checked."""
    if param.pc_relative:
        return "unsigned long"
    if param.kind in ("insn", "bits"):
        return "u32"
    return "u64" if param.reach.low >= 0 else "s64"


def symbol_macro(spec_name: str, extern: str) -> str:
    """The macro that stands for an unsupplied extern in a generated header: a name that no extern has."""
    return f"TRAMP_{macro(spec_name)}_{one_word(extern)}"


def macro(name: str) -> str:
    """A name as a macro: upper case, anything else an underscore."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name).upper()


def free(wanted: str, taken: set[str]) -> str:
    """A name for a local that no param has."""
    while wanted in taken:
        wanted += "_"
    return wanted


def form_macro(region: Region, form: Form) -> str:
    """How the macro of a form ends: that of the only one is no name."""
    return macro(form.name) if len(region.forms) > 1 else "PATCHED"


def symbolic(value: Symbolic, spec_name: str) -> str:
    """A symbolic value in terms of the header's macros."""
    names = "|".join(map(one_word, value.externs))
    return re.sub(rf"\b(?:{names})\b", lambda match: symbol_macro(spec_name, match.group()), value.asm)


def symbol_bits(symbol: SymbolBits, text: str) -> str:
    """The word's bits that a symbolic value fills, as a constant expression over `text`."""
    carry = 0 if symbol.field.carry_from is None else 1 << symbol.field.carry_from
    source = f"({text} + {carry:#x})" if carry else text
    parts = []
    for run in symbol.field.runs:
        mask = ((1 << run.count) - 1) << run.insn_bit
        by = run.insn_bit - run.value_bit
        moved = f"({source} {'<<' if by > 0 else '>>'} {abs(by)})" if by else source
        parts.append(f"({moved} & {mask:#x})")
    return " | ".join(parts)
