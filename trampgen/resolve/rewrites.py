"""Names in rewrites: kinds of operands and registers, which are known before any case is chosen."""

from __future__ import annotations

from trampgen.diagnostics import Report
from trampgen.isa.x86_rewrite import REGISTERS
from trampgen.resolve.names import tell_unknown
from trampgen.resolve.scope import claim_local
from trampgen.syntax import ast
from trampgen.syntax.ast_tables import OperandRule, Rewrite, Scratch
from trampgen.syntax.walk_tables import leaves

RIP_RELATIVE = "rip_relative"


def check(declared: Rewrite, report: Report) -> None:
    """unknown-name, duplicate-name, scratch-register: what stands where an operand and registers do."""
    for part in leaves(declared.parts):
        if not isinstance(part, OperandRule):
            continue
        if part.operand.text != RIP_RELATIVE:
            tell_unknown(part.operand, (RIP_RELATIVE,), "kind of operand", report)
        if isinstance(part.action, Scratch):
            claim_local(list(part.action.registers), "list", report)
            for name in part.action.registers:
                _check_register(name, report)


def _check_register(name: ast.Name, report: Report) -> None:
    """A scratch is named in ModRM.rm alone, with mod 2 (SDM volume 2, tables 2-2 and 2-5)."""
    if name.text not in REGISTERS:
        tell_unknown(name, REGISTERS, "register", report)
        return
    number = REGISTERS.index(name.text)
    wrong = {
        4: "ModRM.rm 4 is a SIB, one byte more, and `push` and `pop` change it",
        5: "what it addresses is in the stack segment, so that a fault would be another",
    }.get(number, "it needs bit B of a prefix, which `8b 05 …  mov eax, dword ptr [rip + …]` does not have")
    if number > 7 or number in (4, 5):
        what = f"`{name.text}` can't be a scratch register: {wrong}"
        report.error("scratch-register", name.span, what, help="rax, rcx, rdx, rbx, rsi and rdi can")
