"""`lint --gnu-as` of x86: GNU as is given what makes it take our forms, and what differs is still seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Compiled, need
from trampgen.assemble.second_opinion import compare
from trampgen.diagnostics import Report
from trampgen.isa import x86_gnu

CODE = Callable[..., Compiled]
PREFIX = "x86_64-linux-gnu-"


def opinion(found: Compiled) -> list[str]:
    """What GNU as has to say of a spec."""
    need(f"{PREFIX}as", f"{PREFIX}objcopy")
    assert found.spec is not None, [one.message for one in found.found]
    report = Report()
    compare(found.spec, PREFIX, report)
    return [one.message for one in report.found]


# Each with small promises, for which GNU as by itself would choose a shorter form.
AGREED = {
    "disp32": (
        "param x in 0..5",
        "mov eax, [rbx + ${x}]; mov [rsp + ${x + 1}], rax; lea rax, [r13 + r14*2 + ${x}]",
    ),
    "disp8": (
        "param x in 0..5",
        "mov eax, [rbx + byte ${x}]; cmp byte ptr [rax + byte ${x - 5}], 0; push [rbp + byte ${x}]",
    ),
    "imm32": (
        "param x in 0..5",
        "add ebx, ${x}; push ${x}; cmp qword ptr [rbx + 8], ${x}; imul eax, ecx, ${x}; mov eax, ${x}",
    ),
    "imm8": (
        "param x in 0..5",
        "add ebx, byte ${x}; push byte ${x}; shl eax, ${x}; int ${x}; mov al, ${x}; bt eax, ${x}",
    ),
    "imm64": ("param x", "movabs rax, ${x}; movabs r9, ${x + 1}"),
    "registers": (
        "param x in 0..6",
        "push reg ${x}; mov eax, reg ${x + 1}; mov reg ${x}, rcx; jmp reg ${x}; xor ax, reg ${x}",
    ),
    "branches": (
        "param x: branch; param y: branch",
        "jmp ${x}; call ${x}; jne ${x + 4}; jmp short ${y}; jg short ${y}; loop ${y}",
    ),
    "rip": ("param x: branch", "mov eax, [rip + ${x}]; cmp dword ptr [rip + ${x + 4}], 5; jmp [rip + ${x}]"),
    "labels": (
        "",
        "here: jmp ${&here}; jne near ${&here}; jmp near ${&there}; there: lea rax, [rip + ${&here}]; jz ${&there}",
    ),
    "nops": ("", "nop; nop1; nop2; nop3; nop4; nop5; nop6; nop7; nop8; nop9"),
    "names that GNU as has": (
        "param offset, word, and in 0..3; param near: branch",
        "mov eax, ${offset + 4}; mov dword ptr [rbx + ${word}], ${and}; jmp short ${near}; not: jmp ${&not}",
    ),
    "literals": ("", "jmp [rip + ${&far}]; literal far: u64 rest 5; literal less: u32"),
    "raw": (
        "",
        'raw 0xf0, 0xff, 0x03 "lock inc dword ptr [rbx]"; again: raw 0xeb, 0xfe "jmp again"; raw 0xcc',
    ),
    "regions": (
        "param x: branch",
        "patch call { call ${x} } or trap { int3 } pad nop or out { jmp ${&end} } pad nop rest { nop5 }\nend: ret",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", AGREED)
def test_gnu_as_makes_the_same(what: str, compile_text: CODE) -> None:
    params, code = AGREED[what]
    assert opinion(compile_text(f"target x86_64\nstub s {{ {params}\ncode {{ {code} }} }}")) == []


def test_symbols_are_long_whatever_they_are(compile_text: CODE) -> None:
    text = """
        target x86_32
        extern const A as "A"
        stub s {
            code { mov eax, [ebx + ${A}]; mov ecx, ${A + 4}; add edx, ${A}; add edx, byte ${A}; mov eax, gs:[${A}] }
        }
    """
    assert opinion(compile_text(text)) == []
    assert opinion(compile_text(text, {"A": 8})) == []


DIFFERENT = {
    "another register": (
        'raw 0x48, 0x89, 0xe5 "mov rbp, rbx"',
        "`mov rbp, rbx` is 4889e5 here and 4889dd for",
    ),
    "another number": ('raw 0x6a, 0x05 "push 6"', "`push 6` is 6a05 here and 6a06 for"),
    "another length": ('raw 0x6a, 0x05 "push 0x500"', "push 0x500"),
    "a byte too much": ('ret; raw 0x90, 0x90 "nop"', "3 bytes here, 2 from"),
    "no instruction": ('raw 0x90 "frobnicate"', "does not take the code: code.s"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_differs_is_seen(what: str, compile_text: CODE) -> None:
    code, message = DIFFERENT[what]
    found = opinion(compile_text(f"target x86_64\nstub s {{ code {{ {code} }} }}"))
    assert len(found) == 1
    assert message in found[0]


LINES = {
    "mov eax, (x + 4)": "mov eax, offset (tramp.x + 4)",
    "mov eax, [rbx + x]": "mov eax, [rbx + tramp.x]",
    "mov eax, [rbx + byte (x - 1)]": "{disp8} mov eax, [rbx + (known.x - 1)]",
    "add ebx, byte x": "add ebx, known.x",
    "mov byte ptr [rbx], x": "mov byte ptr [rbx], offset tramp.x",
    "push reg x": "push rbx",
    "mov ax, reg (x + 1)": "mov ax, sp",
    "call target": "{disp32} call tramp.target",
    "jmp short target": "jmp short tramp.target",
    "loop target": "loop tramp.target",
    "jmp again": "jmp tramp.again",
    "lea rax, [rip + again]": "lea rax, [rip + tramp.again]",
    "nop3": ".byte 0xf, 0x1f, 0x0",
    "push byte 5": "push 5",
    "jmp rax": "jmp rax",
    "mov eax, 0x12": "mov eax, 0x12",
}


@pytest.mark.parametrize("text", LINES)
def test_a_line_for_gnu_as(text: str) -> None:
    assert x86_gnu.text(64, text, {"x": 3, "target": 0}) == LINES[text]
