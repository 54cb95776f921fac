"""Statements of x86, of 64 and of 32 bits, in Intel syntax: what the tests of both assemblers are asked."""

from __future__ import annotations

from collections.abc import Iterator

CONDITIONS = "o no b c nae ae nb nc e z ne nz be na a nbe s ns p pe np po l nge ge nl le ng g nle".split()
SIZES = {1: "byte", 2: "word", 4: "dword", 8: "qword"}
REGISTERS = {
    64: {
        8: "rax rcx rsp rbp rdi r8 r12 r13 r15".split(), 4: "eax edx esp ebp r8d r15d".split(),
        2: "ax bx bp r9w".split(), 1: "al cl ah bh sil bpl r10b".split(),
    },
    32: {4: "eax ecx edx esp ebp edi".split(), 2: "ax bx bp".split(), 1: "al cl ah bh".split()},
}  # fmt: skip
BASES = {
    64: "rax rbx rsp rbp rsi rdi r8 r11 r12 r13 r15".split(),
    32: "eax ebx esp ebp esi edi".split(),
}
NUMBERS = {  # at the limits of every form
    1: [0, 1, 127, 128, 255, -1, -128],
    2: [0, 1, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0xFF80, 0xFF7F, -1, -128, -129, -0x8000],
    4: [0, 1, 127, 128, 255, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFF80, 0xFFFFFF7F, -1, -128,
        -129, -0x80000000],
    8: [0, 1, 127, 128, 0x7FFFFFFF, -1, -128, -129, -0x80000000],
}  # fmt: skip
SHIFTS = "shl shr sar rol ror rcl rcr sal".split()


def pointer(bits: int) -> str:
    return SIZES[bits // 8]


def addresses(bits: int) -> Iterator[str]:
    """Every form of an address: bases that have forms of their own, indices, displacements, segments."""
    bases = BASES[bits]
    for base in bases:
        for displacement in (0, 1, -1, 127, 128, -128, -129, 0x1000, 0x7FFFFFFF, -0x80000000):
            yield f"[{base} + {displacement:#x}]"
        yield f"[{base}]"
    pairs = [(0, 1, 1), (2, 0, 2), (3, 3, 4), (4, 5, 8), (-1, 1, 8), (1, -1, 4)]
    for first, second, scale in pairs:
        for added in ("", " + 8", " - 200", " + 0x12345678"):
            yield f"[{bases[first]} + {bases[second]}*{scale}{added}]"
    for index_name in (name for name in bases if name not in ("rsp", "esp")):
        for scale in (1, 2, 4, 8):
            yield from (
                f"[{index_name}*{scale}{displacement}]" for displacement in ("", " + 0x10", " - 0x1000")
            )
    yield from ("[0x1000]", "[0x0]", "[0x7fffffff]", "[-0x80000000]", "[-1]")
    yield from ("gs:[0x28]", "fs:[0]", "fs:[0x10]", f"gs:[{bases[0]}*8 + 0x40]")
    for segment in "es cs ss ds fs gs".split():
        yield f"{segment}:[{bases[0]}]"
        if segment not in ("ds", "ss"):  # Keystone loses the one, GNU as leaves the other out
            yield f"{segment}:[{bases[3]}]"
    if bits == 64:
        yield from ("[rip]", "[rip + 0x10]", "[rip - 8]", "[rip + 0x12345678]", "gs:[rip + 4]")
        yield from ("[eax]", "[ecx + 8]", "[r8d + r9d*4]", "[0x10 + rax*2 + rbx]", "[4 + rbx]", "[ rbx+rcx ]")
    else:
        yield from ("[0xffffffff]", "[0x80000000]", "[bx + si]")


def of_addresses(bits: int) -> Iterator[str]:
    """Instructions through every address."""
    register, size = BASES[bits][1], pointer(bits)
    forms = (
        f"mov {register}, {{}}", f"mov {{}}, {register}", f"lea {register}, {{}}",
        "mov dword ptr {}, 0x12345678", "add dword ptr {}, 5", f"push {size} ptr {{}}", f"jmp {size} ptr {{}}",
        f"call {size} ptr {{}}", "movzx ecx, byte ptr {}", "mov al, {}", "mov eax, {}", "mov {}, eax",
        "cmp byte ptr {}, 1", "inc dword ptr {}", f"xchg {register}, {{}}", "bt dword ptr {}, 3",
        "sete byte ptr {}", "test dword ptr {}, 1", "shl dword ptr {}, 4", "movups xmm1, {}",
        f"and {register}, {{}}",
    )  # fmt: skip
    for address in addresses(bits):
        yield from (form.format(address) for form in forms)


def of_registers(bits: int) -> Iterator[str]:
    """Instructions on registers of each size, two of them, and numbers at every limit."""
    base = BASES[bits][1]
    for size, names in REGISTERS[bits].items():
        low = [name for name in names if name not in ("ah", "bh")] if bits == 64 else names
        for name in names:
            others = low if name not in ("ah", "bh") or bits == 32 else ["al", "cl", "ah", "bh"]
            yield from (f"{op} {name}" for op in "inc dec neg not mul imul div idiv".split())
            yield from (
                f"{op} {name}{by}" for op in SHIFTS for by in (", 1", ", cl", ", 5", ", 31", ", 255", "")
            )
            for op in "add or adc sbb and sub xor cmp mov test".split():
                yield from (f"{op} {name}, {number}" for number in NUMBERS[size])
                yield from (f"{op} {name}, {other}" for other in others)
            yield from (f"{op} {name}, {other}" for op in ("xadd", "cmpxchg") for other in others)
            yield from (f"xchg {name}, {other}" for other in others if other != name)
            if size > 1:
                yield from _of_wide(name, names)
            else:
                yield from (f"set{condition} {name}" for condition in CONDITIONS)
        for op in "add or adc sbb and sub xor cmp mov test".split():
            yield from (f"{op} {SIZES[size]} ptr [{base} + 8], {number}" for number in NUMBERS[size])
        unary = "inc dec neg not mul imul div idiv shl shr".split()
        yield from (f"{op} {SIZES[size]} ptr [{base}]" for op in unary)
        yield from (f"{op} {SIZES[size]} ptr [{base}], 3" for op in ("shl", "rcr"))
        yield from (f"shl {SIZES[size]} ptr [{base}], cl", f"shr {SIZES[size]} ptr [{base}], 1")
    whole = REGISTERS[bits][bits // 8]
    yield from (f"{op} {name}" for op in ("push", "pop", "call", "jmp", "bswap") for name in whole)
    yield from (f"{op} {name}" for op in ("push", "pop") for name in REGISTERS[bits][2])
    yield from (f"cmov{condition} {whole[0]}, [{base}]" for condition in CONDITIONS)
    for wide, narrow in ((4, 1), (4, 2), (2, 1), *(((8, 1), (8, 2)) if bits == 64 else ())):
        for name in REGISTERS[bits][wide][:3]:
            for other in REGISTERS[bits][narrow][:2]:
                yield from (f"movzx {name}, {other}", f"movsx {name}, {other}")


def _of_wide(name: str, names: list[str]) -> Iterator[str]:
    for other in names:
        two = "imul cmove cmovnz bt bsf bsr popcnt".split()
        yield from (f"{op} {name}, {other}" for op in two)
        yield from (f"shld {name}, {other}, 3", f"shrd {name}, {other}, cl")
        yield from (f"imul {name}, {other}, {n}" for n in (1, 127, 128, -128, -129, 0x7FFF))
    yield from (f"{op} {name}, {n}" for op in ("bt", "bts", "btr", "btc") for n in (0, 5, 7, 31, 127))
    yield from (f"imul {name}, {n}" for n in (3, 300, -129))


BOTH = """
push 0; push 1; push 127; push 128; push -128; push -129; push 255; push 0x7fffffff; push -0x80000000
cwde; cbw; cwd; cdq; ret; ret 8; ret 0xffff; ret 0; retf; retf 8; int3; int 0x80; int 255; int1; leave; enter 16, 0
enter 0x7fff, 31; hlt; cli; sti; cld; std; clc; stc; cmc; lahf; sahf; nop; pause; ud2; cpuid; rdtsc; rdtscp; rdmsr
wrmsr; rdpmc; lfence; mfence; sfence; sysenter; wbinvd; invd; clts; clac; stac; xgetbv; xsetbv; fninit; fnclex
monitor; mwait; vmcall; vmmcall; vmlaunch; rdseed eax; rdrand ecx; str ax; smsw ax; lmsw ax; ltr ax; lldt ax
verw ax
verr ax; mov ss, eax; mov ax, gs; mov eax, cs; push fs; push gs; pop fs; pop gs; movsb; movsw; movsd; stosb; stosw
stosd; lodsb; lodsd; scasb; scasd; cmpsb; cmpsd; insb; insd; outsb; outsd; xlatb; in al, 5; out 5, al; in eax, 0xff
in al, dx; out dx, eax; in ax, dx; fnop; wait; fwait; movups xmm0, xmm1; pxor xmm0, xmm0; xorps xmm1, xmm2
pshufd xmm1, xmm2, 0x1b; movsd xmm1, xmm2; movd xmm0, eax; movd eax, xmm7; movq mm1, mm2; cvttsd2si eax, xmm0
ucomisd xmm0, xmm1; sqrtsd xmm0, xmm1; vmovdqu ymm1, ymm2; vpxor ymm0, ymm1, ymm2; vzeroupper; vzeroall
vpbroadcastd ymm0, xmm1; crc32 eax, bl; aesenc xmm0, xmm1; pclmulqdq xmm0, xmm1, 1; andn eax, ebx, ecx
bextr eax, ebx, ecx; tzcnt eax, ebx; lzcnt eax, ebx; adcx eax, ebx; rorx eax, ebx, 5; shlx eax, ebx, ecx
pext eax, ebx, ecx; fld1; fnstsw ax; wrpkru; rdpkru; rsm; sldt eax; xabort 5; xend; xtest; getsec; test al, 0xff
test ah, 0xff; test ax, 0xffff; movzx eax, ah; mov ah, bh; mov eax, 0b101; mov eax, 0X10; mov eax, - 5; mov eax, --5
mov  eax ,  ecx; nop1; nop2; nop3; nop4; nop5; nop6; nop7; nop8; nop9; ud1 eax, eax; ud1 ecx, edi; ud1 edi, esp
"""
THROUGH = """
mov ds, {}; mov es, word ptr {}; movaps xmm0, {}; movaps {}, xmm7; movdqu xmm1, {}; movdqa {}, xmm6; paddd xmm3, {}
movss xmm1, {}; movsd xmm1, {}; movss dword ptr {}, xmm1; addsd xmm0, qword ptr {}; vmovups ymm0, {}
vmovdqa xmm1, {}; vmovups {}, ymm1; vpaddd ymm0, ymm1, {}; vmovups zmm0, {}; movnti {}, eax
movntdq {}, xmm0; prefetcht0 {}; prefetchnta byte ptr {}; clflush {}; clflushopt {}; ldmxcsr {}
stmxcsr dword ptr {}
movbe eax, {}; fld qword ptr {}; fstp dword ptr {}; fldcw {}; fnstcw word ptr {}; fxsave {}; xsave {}; invlpg {}
invlpg byte ptr {}; cmpxchg8b {}; movq mm0, {}; verw word ptr {}; lss eax, {}; lldt word ptr {}; push {}; jmp {}
call {}; sete {}; xadd {}, eax; cmpxchg {}, ecx; bts {}, eax; movzx eax, word ptr {}; movzx ax, byte ptr {}
lea ax, {}
mov byte ptr {}, al; test {}, eax; test eax, {}; xchg eax, {}; xchg {}, eax; cmp {}, eax; cmp eax, {}
push word ptr {}
pop word ptr {}; mov eax, dword ptr{}; imul eax, {}, 300; shld {}, eax, 5; shrd {}, eax, cl; inc dword ptr gs:{}
"""
ONLY = {
    64: """
movsxd rax, ecx; movsxd r8, dword ptr [rbx]; cdqe; cqo; iretq; iretd; sysretq; syscall; swapgs
vmovdqu64 zmm1, [rdi]; invpcid rax, [rbx]
xsave64 [rbx]; rdfsbase rax; wrgsbase rbx; endbr64; lgdt [rbx]; lidt [rbx]; sgdt [rbx]; sidt [rbx]; mov cr0, rax
mov rax, cr3; mov cr4, rdi; mov rax, cr8; mov dr7, rax; mov rax, dr6; pushfq; popfq; movabs rax, 0x1122334455667788
movabs r15, -1; movabs rdi, 0; movabs rcx, 0x8000000000000000; mov rax, 0x1122334455667788; mov rax, 0x80000000
mov rax, 0xffffffff; mov rax, 0x100000000; mov r9, -0x80000000; mov r9, -0x80000001; mov rax, 0xffffffff80000000
mov rax, 0xffffffffffffffff; mov rax, 0x7fffffffffffffff; mov r11, 0x8000000000000000; movsq; stosq; lodsq
scasq; cmpsq
lea eax, [rax + rbx]; lea r8, [r8 + r9*8 + 0x7f]; xchg rax, r8; xchg eax, r8d; movaps [rsp + 16], xmm15
movdqa [rdi], xmm8
movq xmm0, rax; movq rax, xmm3; movd eax, xmm9; cvtsi2sd xmm0, rax; vmovups [rdi + 32], ymm9; crc32 rax, rbx
lzcnt rax, rbx; mulx rax, rbx, rcx; cmpxchg16b [rbx]; vmread rax, rbx; vmwrite rax, rbx; vmptrld [rbx]
invept rax, [rbx]
mov al, sil; mov r8b, al; mov qword ptr [rbx], -1; mov qword ptr [rbx], 0x7fffffff; push qword ptr [rbx]
pop qword ptr [rbx]
mov rax, -2147483648; and rsp, -16; sub rsp, 0x80; add rsp, -128
""",
    32: """
iretd; endbr32; pushfd; popfd; pushad; popad; push es; push cs; push ss; push ds; pop es; pop ss; pop ds
mov cr3, eax
mov eax, cr0; aaa; aas; daa; das; into; arpl ax, bx; bound eax, [ebx]; les eax, [ebx]; lds eax, [ebx]
push 0x80000000
push 0xffffffff; push 0xffffff80; push dword ptr [ebx]; pop dword ptr [ebx]; inc eax; dec edi; mov ah, [edi]
sysret; sysexit; syscall
""",
}
# What GNU as makes otherwise, and both mean the same: the target, both codes, and why.
OTHERWISE = {
    "int 3": ("x86_64", "cd03", "cc", "that one is the breakpoint, which is written int3"),
    "mov ds, ax": ("x86_64", "668ed8", "8ed8", "16 bits are moved in any case"),
    "mov fs, ax": ("x86_32", "668ee0", "8ee0", "16 bits are moved in any case"),
    "mov word ptr [rbx], ds": ("x86_64", "668c1b", "8c1b", "16 bits are moved in any case"),
    "mov rax, ds": ("x86_64", "488cd8", "8cd8", "the upper half is cleared in any case"),
    "str rax": ("x86_64", "480f00c8", "0f00c8", "the upper half is cleared in any case"),
    "sldt rax": ("x86_64", "480f00c0", "0f00c0", "the upper half is cleared in any case"),
    "mov rcx, ss:[rbp]": ("x86_64", "36488b4d00", "488b4d00", "it is the stack's segment in any case"),
}


def statements(bits: int) -> list[str]:
    """All of them, each once; both assemblers take every one."""
    through = f"[{BASES[bits][1]}]"
    texts = [BOTH, THROUGH.replace("{}", through), ONLY[bits]]
    lines = [one.strip() for text in texts for line in text.split("\n") for one in line.split(";")]
    found = [*lines, *of_registers(bits), *of_addresses(bits)]
    return [one for one in dict.fromkeys(found) if one]
