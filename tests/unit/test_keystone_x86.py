"""Instructions of x86 against GNU as, byte for byte: literals, holes and their limits, and what Keystone gets wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import assembler_of
from tests.unit.x86_assemblers import BITS, TARGET, gnu, line, mine
from tests.unit.x86_statements import BASES, OTHERWISE, pointer, statements
from trampgen import isa as isas
from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import gate
from trampgen.assemble.program import ask
from trampgen.fields.arith import encode
from trampgen.isa import x86_gnu
from trampgen.isa.base import OperandError, OperandKind
from trampgen.model.field import Field
from trampgen.model.values import Affine

# ---- statements ----------------------------------------------------------------------------------------


@TARGET
def test_every_statement_is_assembled_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    texts = statements(BITS[target])
    assert len(texts) > 8000
    found = mine(target, tuple(texts))
    assert not [f"{made.text}: {made.problem}" for made in found if made.code is None]
    theirs = gnu(target, [x86_gnu.text(BITS[target], text, {}) for text in texts], tmp_path)
    wrong = [
        f"{made.text}: {(made.code or b'').hex()}, GNU as {other.hex() if isinstance(other, bytes) else other}"
        for made, other in zip(found, theirs, strict=True)
        if made.code != other
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", OTHERWISE)
def test_what_gnu_as_makes_otherwise(text: str, tmp_path: Path) -> None:
    target, ours, theirs, _ = OTHERWISE[text]
    assert (mine(target, (text,))[0].code or b"").hex() == ours
    assert gnu(target, [text], tmp_path) == [bytes.fromhex(theirs)]


REFUSED = {
    # what Keystone would make something else of, without a word
    "pushf": "16 bits wide", "popf": "16 bits wide", "iret": "16 bits wide",
    "nop dword ptr [rax]": "another instruction of a nop", "nop eax": "another instruction of a nop",
    "mov al, 0x100": "256 does not fit", "mov al, -129": "-129 does not fit", "add ax, 0x10000": "65536 does not fit",
    "shl eax, 256": "256 does not fit", "shl eax, -1": "-1 does not fit", "ret 0x10000": "65536 does not fit",
    "ret -1": "-1 does not fit", "int 256": "256 does not fit", "bt eax, 128": "128 does not fit",
    "in al, 256": "256 does not fit", "mov eax, 0x100000000": "4294967296 does not fit",
    "mov dword ptr [ebx], -0x80000001": "-2147483649 does not fit", "push 0x100000000": "4294967296 does not fit",
    "mov eax, [ebx + 0x80000000000]": "8796093022208 does not fit",
    # no Intel syntax, or no such thing in it
    "mov %eax, %ebx": "AT&T syntax", "mov $5, eax": "AT&T syntax", "mov eax, ds:5": "`ds:5` is no address",
    "mov eax, dword [ebx]": "is no address", "mov EAX, ebx": "lower case", "mov eax, DWORD PTR [ebx]": "lower case",
    "mov eax, 5[ebx]": "is no address", "mov eax, [ebx][ecx]": "is no address",
    "mov eax, [ebx + 4 + 4]": "is no address",
    "mov eax, [8*ecx]": "is no address", "mov eax, [ecx*3]": "is no address", "mov eax, [ecx*16]": "is no address",
    "mov eax, [ebx - ecx]": "is no address", "mov eax, []": "is no address", "mov eax, [foo]": "is no address",
    "mov eax, foo": "is no operand", "mov eax, offset foo": "is no operand", "mov eax, 010": "is no operand",
    "mov eax, 5+5": "is no operand", "mov eax, [ebx + esp*2]": "can't be an index",
    "lea eax, [esp + esp]": "can't be an index",
    "lock inc dword ptr [ebx]": "is a prefix", "rep movsb": "is a prefix", "notrack jmp eax": "is a prefix",
    "mov [ebx], 5": "how wide", "add [ebx], 5": "how wide", "shl [ebx], 1": "how wide",
    "push byte ptr 5": "is no operand", "jmp 5": "where the code will run", "call 0x1000": "where the code will run",
    "jne foo": "`foo` is no target", "jmp far ptr [ebx]": "is no address", "jcxz 5": "there is no `jcxz`",
    "mov eax, short 5": "is no operand", "test eax, byte 5": "no such immediate of one byte",
    "mov eax, reg 5": "stands before a param", "add eax, byte 128": "128 does not fit",
    "lea eax, [ebx + byte 128]": "128 does not fit", "fld st(1)": "is no operand",
    "vaddps zmm1{k1}, zmm2, zmm3": "is no operand",
    # what Keystone does not know, or what capstone reads as something else
    "faddp": "reads back as", "ljmp [ebx]": "reads back as jmp ptr",
    "enter 0x8000, 0": "reads back as", "inc [ebx]": "Invalid operand", "movzx eax, [ebx]": "Invalid operand",
    "serialize": "Invalid mnemonic", "add eax, bx": "Invalid operand", "retq": "Invalid mnemonic",
}  # fmt: skip
REFUSED_ON = {
    "x86_64": {
        "xchg rax, rax": "reads back as nop", "mov ah, byte ptr [r8]": "beside a register that needs a REX prefix",
        "mov ah, sil": "beside a register that needs a REX prefix", "mov r8b, ah": "beside a register that needs",
        "movzx rax, ah": "beside a register that needs", "add bh, [r15 + 4]": "beside a register that needs",
        "pusha": "Invalid mnemonic|16 bits wide", "push 0x80000000": "2147483648 does not fit",
        "mov rax, ds:[rbp]": "reads back as mov rax, qword ptr [rbp]", "push es": "Missing CPU feature",
        "add rax, 0x80000000": "2147483648 does not fit", "mov eax, [rip + rax]": "nothing is added to `rip`",
        "mov qword ptr [rbx], 0x80000000": "2147483648 does not fit", "jecxz 5": "there is no `jecxz`",
        "movabs rax, [0x1122334455667788]": "does not fit", "endbr32": "Invalid mnemonic",
        "mov rax, [eax + rbx]": "Invalid operand",
    },
    "x86_32": {
        "xchg eax, eax": "reads back as nop",
        **{f"{name} [ebx]": "16 bits wide" for name in ("lgdt", "lidt", "sgdt", "sidt")},
        "pusha": "16 bits wide", "popa": "16 bits wide", "swapgs": "no `swapgs` in 32-bit code",
        "mov rax, 5": "no `rax` in 32-bit code", "mov eax, [rbx]": "no `rbx` in 32-bit code",
        "mov eax, [ebx + r9d*2]": "no `r9d` in 32-bit code", "mov al, sil": "no `sil` in 32-bit code",
        "movups xmm8, xmm1": "no `xmm8` in 32-bit code", "mov eax, cr8": "no `cr8` in 32-bit code",
        "mov eax, [rip + 5]": "no `rip` in 32-bit code", "mov ah, [rsp]": "no `rsp` in 32-bit code",
        "mov ecx, ds:[ebp]": "reads back as mov ecx, dword ptr [ebp]", "jrcxz 5": "there is no `jrcxz`",
        "mov qword ptr [ebx], 5": "reads back as mov dword ptr", "sysretq": "Invalid|Instruction",
        "endbr64": "Invalid mnemonic",
    },
}  # fmt: skip


@TARGET
def test_what_is_refused_and_why(target: str) -> None:
    cases = REFUSED | REFUSED_ON[target]
    texts = [text.replace("rax]", "eax]") if target == "x86_32" else text for text in cases]
    wrong = [
        f"{made.text}: {made.code.hex() if made.code else made.problem}, not {why}"
        for made, why in zip(mine(target, tuple(texts)), cases.values(), strict=True)
        if made.code is not None or not re.search("|".join(map(re.escape, why.split("|"))), made.problem)
    ]
    assert not wrong, "\n".join(wrong)


# What Keystone makes of texts that never reach it so, and what is right. If one fails, Keystone is mended.
RAW = [
    ("x86_64", "mov rbx, gs:[0x28]", "65488b1d28000000", "65488b1c2528000000"),  # relative to rip
    ("x86_64", "mov rbx, [0x1000]", "488b1d00100000", "488b1c2500100000"),
    ("x86_64", "call qword ptr [0x1000]", "ff15fa0f00f0", "ff142500100000"),
    ("x86_64", "pushf", "669c", "9c"),
    ("x86_32", "pushf", "669c", "9c"),
    ("x86_32", "iret", "66cf", "cf"),
    ("x86_32", "push ds", "661e", "1e"),
    ("x86_32", "pop es", "6607", "07"),
    ("x86_32", "lgdt [ebx]", "660f0113", "0f0113"),
    ("x86_32", "mov ecx, ds:[ebp]", "8b4d00", "3e8b4d00"),
    ("x86_64", "nop dword ptr [rax]", "0f1820", "0f1f00"),
    ("x86_64", "mov al, 0x100", "b000", None),
    ("x86_64", "push 0x80000000", "66680000", None),  # two bytes
]


@pytest.mark.parametrize(("target", "text", "raw", "right"), RAW)
def test_keystone_alone_is_wrong(target: str, text: str, raw: str, right: str | None, tmp_path: Path) -> None:
    with assembler_of(isas.load(target)) as assembler:
        assert (assembler.assemble([text])[0].code or b"").hex() == raw
    [theirs] = gnu(target, [text], tmp_path)
    if right is not None and "nop" not in text:  # of which GNU as makes one byte
        assert isinstance(theirs, bytes)
        assert theirs.hex() == right
    [made] = mine(target, (text,))
    assert made.code is None or made.code.hex() == right


@pytest.mark.parametrize("text", ["endbr64", "ud1 eax, eax", "sysretq", "movsd"])
def test_keystone_does_not_know_what_is_encoded_here(text: str) -> None:
    with assembler_of(isas.load("x86_64")) as assembler:
        assert assembler.assemble([text])[0].code is None
    assert mine("x86_64", (text,))[0].code is not None


def test_keystone_ends_its_process_over_a_high_byte_register() -> None:
    with assembler_of(isas.load("x86_64")) as assembler:
        results = assembler.assemble(["nop", "mov ah, byte ptr [r8]", "nop"])
    assert [(result.code or b"").hex() for result in results] == ["90", "", "90"]
    assert results[1].fatal


@pytest.mark.parametrize(
    "statement",
    ["mov eax, foo(1)", "mov eax, 'a'", "a: nop", "mov eax, 1; nop", "mov eax, $1", 'lea eax, ""'],
)
def test_nothing_else_reaches_keystone(statement: str) -> None:
    assert gate(statement, isas.load("x86_64").operands)


# ---- holes ---------------------------------------------------------------------------------------------

OPEN = """
push {}; push byte {}; ret {}; retf {}; int {}; in al, {}; out {}, al; mov al, {}; mov cl, {}; mov ah, {}
mov ax, {}; mov bx, {}
mov eax, {}; mov ebx, {}; add al, {}; add cl, {}; add ax, {}; add bx, {}; add ax, byte {}; xor ebx, {}; cmp al, {}
cmp eax, {}; and eax, {}; test al, {}; test ah, {}; test ax, {}; test eax, {}; test ebx, {}; push reg {}
pop reg {}; call reg {}
jmp reg {}; inc reg {}; bswap reg {}; mov reg {}, 5; add reg {}, 5; mov ax, reg {}; mov eax, reg {}; lea reg {}, [B]
mov reg {}, [B]; mov [B], reg {}; mov dword ptr [B], {}; mov word ptr [B], {}; mov byte ptr [B], {}
add dword ptr [B], {}
add dword ptr [B], byte {}; add byte ptr [B], {}; add word ptr [B], {}; cmp dword ptr [B + 0x1000], {}
shl dword ptr [B], {}
rcr al, {}; shld eax, ebx, {}; bts dword ptr [B], {}; pshufd xmm1, xmm2, {}; vpshufd ymm1, ymm2, {}
rorx eax, ebx, {}
imul ax, bx, {}; imul eax, [B], {}; mov eax, [B*4 + {}]; mov cr0, reg {}; mov reg {}, cr3; mov eax, [{}]
mov ecx, [{}]
mov gs:[{}], eax; inc dword ptr gs:[{}]; mov eax, gs:[{}]; mov dword ptr [{}], 5; mov reg {}, reg 1
"""
OF_BASE = """
mov eax, [B + {}]; mov [B + {}], P; lea P, [B + {}]; push W ptr [B + {}]; mov dword ptr [B + {}], 5
cmp byte ptr gs:[B + {}], 0
mov eax, [B + P*4 + {}]; jmp W ptr [B + {}]; movups xmm3, [B + {}]; mov eax, [B + byte {}]; mov [B + byte {}], P
lea P, [B + byte {}]; push W ptr [B + byte {}]; mov dword ptr [B + byte {}], 5; cmp byte ptr gs:[B + byte {}], 0
mov eax, [B + P*4 + byte {}]; jmp W ptr [B + byte {}]; movups xmm3, [B + byte {}]; add B, {}; sub B, byte {}
cmp B, {}
and B, byte {}; imul B, P, {}; imul P, B, byte {}; test B, {}; shl B, {}; bt B, {}; xor B, reg {}; mov reg {}, B
mov B, reg {}; test B, reg {}
"""
ONLY_64 = """
mov eax, [{} + rbx*8]; movabs rax, {}; movabs r15, {}; movabs reg {}, 0x1122334455667788; mov qword ptr [rbx], {}
mov qword ptr [rsp + byte {}], 8; mov eax, [r12*2 + {}]; mov r9, gs:[{}]; push qword ptr gs:[{}]; add r8d, byte {}
"""


def open_texts(target: str) -> list[str]:
    bits = BITS[target]
    pairs = [(text, base) for base in BASES[bits] for text in OF_BASE.replace("\n", ";").split(";")]
    pairs += [(text, BASES[bits][1]) for text in OPEN.replace("\n", ";").split(";")]
    pairs += [(text, "") for text in ONLY_64.replace("\n", ";").split(";") if bits == 64]
    second = BASES[bits][1]
    made = [t.replace("B", b).replace("P", second).replace("W", pointer(bits)).strip() for t, b in pairs]
    return [text for text in dict.fromkeys(made) if text and "reg 1" not in text]


def discovered(target: str, texts: Sequence[str]) -> list[tuple[str, OperandKind, Field, bytes]]:
    """The only hole of each statement, and the bytes without it; every probe reads back."""
    isa, batch = isas.load(target), Batch(isas.load(target))
    lowered = [isa.lower(line(text, [Affine("x")])) for text in texts]
    planned = [(one, ask(one, batch), holes.plan(one, batch)) for one in lowered]
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    found = []
    for text, (one, place, [probes]) in zip(texts, planned, strict=True):
        [slot] = holes.slots_of(one)
        asked = [request for _, *pair in probes.bits for request in pair] + [r for _, r in probes.verify]
        failed = [batch.results[request].problem for request in asked if batch.word(request) is None]
        assert not failed, f"{text}: {failed[0]}"
        field = Field(holes.discover(probes, slot.kind, batch), slot.kind.signed)
        rest = batch.results[place].code
        assert rest is not None
        sizes = {len(batch.results[request].code or b"") for request in asked}
        assert sizes == {len(rest)}, f"{text}: of {sizes} bytes"
        for value, request in probes.verify:
            number = slot.kind.operand(value, batch.addresses[request])
            numbers = [number if n is None else n for n in one.numbers]
            word = batch.word(request) or 0
            read = readback.differs(isa, word, batch.addresses[request], one.mnemonic, numbers, len(rest))
            assert read is None, f"{text}: {value:#x} reads back as {read}"
        without = int.from_bytes(rest, "little") & ~field.mask
        found.append((text, slot.kind, field, without.to_bytes(len(rest), "little")))
    return found


def filled(rest: bytes, field: Field, value: int) -> bytes:
    """The instruction with a value in its hole; it is cut as the compiler cuts it."""
    given = list(rest)
    for place, part in field.cut(8).items():
        if len(field.cut(8)) > 1:
            given[place] |= encode(part, value)
        else:
            return (int.from_bytes(rest, "little") | encode(field, value)).to_bytes(len(rest), "little")
    return bytes(given)


def values(kind: OperandKind, text: str) -> list[int]:
    drawn = random.Random(text)
    near = [kind.low, kind.low + 1, kind.high, kind.high - 1, 0, 1, 2, -1, 127, 128, -128, -129, 255, 256]
    return [v for v in dict.fromkeys(near) if kind.low <= v <= kind.high] + [
        drawn.randint(kind.low, kind.high) for _ in range(4)
    ]


@TARGET
def test_every_hole_encodes_as_gnu_as_does(target: str, tmp_path: Path) -> None:
    """Each form of an open operand: limits, values that have a shorter form, and random ones."""
    isa, numbers = isas.load(target), dict[str, int]()
    asked: list[tuple[str, int, bytes]] = []
    for text, kind, field, rest in discovered(target, open_texts(target)):
        for value in values(kind, text):
            name = f"v{len(numbers)}"
            numbers[name] = value
            asked.append((isa.lower(line(text, [Affine(name)])).shown, value, filled(rest, field, value)))
    assert len(asked) > 2000
    early, late = isa.gnu_as_settings(numbers)
    lines = [isa.gnu_as_text(said, numbers) for said, _, _ in asked]
    made = gnu(target, [*early, *lines, *late], tmp_path)[len(early) : len(early) + len(lines)]
    wrong = [
        f"{said} with {value:#x}: {ours.hex()}, GNU as {theirs.hex() if isinstance(theirs, bytes) else theirs}"
        for (said, value, ours), theirs in zip(asked, made, strict=True)
        if ours != theirs
    ]
    assert not wrong, "\n".join(wrong)


NO_HOLES = {
    "mov rax, {}": "has two forms", "mov eax, {} + 1": "is no operand", "mov eax, [rbx - {}]": "is no address",
    "mov eax, [rbx + {}*4]": "is no address", "mov al, reg {}": "no such register",
    "mov eax, [reg {} + 4]": "is no address",
    "nop {}": "another instruction of a nop", "push word ptr {}": "is no operand", "mov eax, short {}": "is no operand",
    "mov eax, [rbx*4 + byte {}]": "no displacement of one byte", "mov eax, [byte {}]": "no displacement of one byte",
    "mov eax, [rip + byte {}]": "no displacement of one byte", "mov eax, [rip + rax + {}]": "nothing is added",
    "add al, byte {}": "no such immediate of one byte", "mov eax, byte {}": "no such immediate of one byte",
    "movq xmm0, reg {}": "no such register", "jmp near [rbx + {}]": "is no target", "mov [rbx], {}": "how wide",
    "loop near {}": "there is no near `loop`", "call short {}": "there is no short `call`", "jrcxz near {}": "no near",
}  # fmt: skip


@pytest.mark.parametrize("text", NO_HOLES)
def test_what_can_not_be_open(text: str) -> None:
    with pytest.raises(OperandError, match=NO_HOLES[text]):
        isas.load("x86_64").lower(line(text, [Affine("x")]))


@pytest.mark.parametrize("text", ["xchg ecx, reg {}", "add reg {}, 0x1000"])
def test_a_register_that_has_an_opcode_of_its_own_is_no_hole(text: str) -> None:
    with pytest.raises(holes.NotLinear):
        discovered("x86_64", [text])
