"""Specs of x86, so that most compile: instructions of bytes with holes, labels, regions, literals, families."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

Draw = st.DrawFn
LICENCE = "//! SPDX-License-Identifier: MIT\n"
small = st.sampled_from(
    [0, 1, -1, 5, 127, 128, -128, -129, 255, 0x1000, 0x7FFFFFFF, 0x80000000, -0x80000000, 1 << 40]
)
VALUES = [
    "mov eax, ${}", "add ebx, ${}", "add ebx, byte ${}", "push ${}", "push byte ${}", "mov al, ${}", "shl edx, ${}",
    "mov eax, [BX + ${}]", "mov eax, [BX + byte ${}]", "mov [${}], eax", "mov eax, gs:[${}]", "ret ${}", "bt eax, ${}",
    "cmp dword ptr [BX + ${}], ${}", "push reg ${}", "mov reg ${}, BX", "jmp reg ${}", "imul eax, [BX], ${}",
    "lea BX, [BX + BX*4 + ${}]", "test eax, ${}", "mov word ptr [BX], ${}",
]  # fmt: skip
TARGETS = ["jmp ${}", "call ${}", "jne ${}", "jz near ${}", "jmp short ${}", "loop ${}", "js short ${}"]
PLAIN = [
    "nop", "ret", "leave", "int3", "ud2", "nop5", "nop9", "push BX", "mov eax, ebx", "xchg ecx, [BX]", "mov ah, [BX]",
    "ud1 eax, eax", "raw 0x0f, 0x0b", 'raw 0xf3, 0xa4 "rep movsb"', "movups xmm1, [BX]", "mov eax, gs:[0x28]",
]  # fmt: skip
OF_ONE = {  # what only one width has
    "x86_64": ["pushfq", "endbr64", "mov r8, rax", "swapgs", "lea rax, [rip + ${}]", "movabs rax, ${}", "jrcxz ${}",
               "cmp byte ptr [rip + ${}], 5", "call [rip + ${}]"],
    "x86_32": ["pushfd", "endbr32", "pushad", "push ds", "jecxz ${}"],
}  # fmt: skip
WRONG = [
    "pushf", "foo", "mov %eax, %ebx", "raw 0x100", "xchg eax, eax", "mov rax, ${}", "nop ${}", "mov [BX], ${}",
    "lock nop", "mov al, reg ${}", "loop near ${}",
    "mov eax, [BX - ${}]", "mov eax, [${} + 4]", "raw ${}", "call short ${}",
    "mov eax, [rsp*2]", "mov ah, sil", "nop10", "mov eax, ${} + 4", "add al, byte ${}", "jcxz ${}", "mov eax,",
]  # fmt: skip


@st.composite
def specs(draw: Draw) -> str:
    """A few stubs of one width or of both."""
    target = draw(st.sampled_from(["x86_64", "x86_64", "x86_32"]))
    mixed = draw(st.integers(0, 4)) == 0
    parts = [
        LICENCE + f"target {target}",
        'extern const OPEN as "OPEN"' + draw(st.sampled_from(["", " in 0..100"])),
    ]
    if mixed:
        parts.append('variant bits { narrow when "CONFIG_32" target x86_32; wide target x86_64 }')
    size = draw(st.sampled_from([5, 13, 40, 300]))
    if draw(st.booleans()):
        pads = [f"pad size {pad}; " if pad else "" for pad in (-size % 4, -(size + -size % 4 + 4) % 8)]
        parts.append(f"layout entry align 8 {{ code jump size {size}; {pads[0]}word magic = 5; {pads[1]}}}")
        entry = " in entry.jump"
    else:
        entry = ""
    names = [f"stub{number}" for number in range(draw(st.integers(1, 3)))]
    parts += [draw(a_stub(name, entry if draw(st.booleans()) else "", mixed, target)) for name in names]
    if draw(st.booleans()):
        merge = draw(st.sampled_from(["", "; merge words 0..0", "; merge words 0..1 as written 0xff, 0xf8"]))
        parts.append(f"family stubs {{ members {', '.join(names)}{merge} }}")
    if draw(st.integers(0, 3)) == 0:
        parts.append(
            f"breakpoint mark {{ code {{ {draw(st.sampled_from(['int3', 'ud2', 'nop', 'raw 0xcc']))} }} }}"
        )
    return "\n".join(parts) + "\n"


@st.composite
def a_stub(draw: Draw, name: str, entry: str, mixed: bool, target: str) -> str:
    params = [f"p{number}" for number in range(draw(st.integers(0, 3)))]
    labels = [f"l{number}" for number in range(draw(st.integers(0, 3)))]
    known = ["OPEN", "OPEN + 4", "4", "OPEN", *params, *(f"{param} + 1" for param in params)]
    lines = [draw(a_line(known, params, labels, target)) for _ in range(draw(st.integers(1, 6)))]
    uses = [*VALUES[:12], *TARGETS[:4]]
    lines += [draw(st.sampled_from(uses)).replace("{}", f"{{{param}}}") for param in params]
    for label in labels:
        lines.insert(draw(st.integers(0, len(lines))), f"{label}: nop")
    if draw(st.integers(0, 3)) == 0:
        lines.insert(0, f"for n in 1..{draw(st.sampled_from([1, 14, 70]))} {{ nop9 }}")
    if draw(st.booleans()):
        form, other = draw(a_line(known, params, labels, target)), draw(st.sampled_from(PLAIN))
        rest = draw(st.sampled_from(["nop5", "nop9", "nop9; nop9", "ret", "mov eax, ${OPEN}"]))
        more = draw(st.sampled_from(["", f" or other {{ {other} }} pad nop"]))
        lines.append(f"patch region {{ {form} }} pad nop{more} rest {{ {rest} }}")
    if draw(st.integers(0, 3)) == 0:
        lines.append(f"literal lit: {draw(st.sampled_from(['u32', 'u64', 's32', 'u32']))}")
        lines.insert(0, "mov eax, [rip + ${&lit}]" if target == "x86_64" else "nop")
    if mixed:
        at = draw(st.integers(0, len(lines) - 1))
        if ": " not in lines[at]:
            lines[at] = f"if wide {{ {lines[at]} }} else {{ nop }}"
    kind = draw(st.sampled_from([*["stub"] * 6, "optprobe", "optprobe", "site"]))
    promise = st.sampled_from([*[""] * 12, ": branch", ": u32", " in 0..7", ": insn"])
    head = [f"param {param}{draw(promise)}" for param in params]
    text = "\n".join([*head, "code {", *lines, "}"]).replace("BX", "rbx" if target == "x86_64" else "ebx")
    return f"{kind} {name}{entry} {{\n{text}\n}}"


@st.composite
def a_line(
    draw: Draw, known: Sequence[str], params: Sequence[str], labels: Sequence[str], target: str
) -> str:
    """A statement, mostly a right one; BX is a register as wide as the target's pointers."""
    if draw(st.integers(0, 49)) == 0:
        line = draw(st.sampled_from(WRONG))
    else:
        line = draw(st.sampled_from([*TARGETS, *PLAIN, *VALUES, *VALUES, *OF_ONE[target]]))
    is_target = line in TARGETS or "rip" in line or line.startswith("j")
    if is_target and "reg" not in line:
        line = line.replace("{}", f"{{&{draw(st.sampled_from(labels))}}}") if len(labels) > 0 else "nop"
    elif "reg" not in line and draw(st.integers(0, 3)) == 0:
        line = line.replace("${}", str(draw(small)))
    else:
        line = line.replace("{}", f"{{{draw(st.sampled_from(known))}}}")
    return line
