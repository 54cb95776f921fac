"""Instructions of x86 against GNU as, byte for byte: literals, holes, limits, branches
and what Keystone gets wrong."""

from __future__ import annotations

import functools
import random
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import Compiled, assembler_of, compile_file, need
from tests.unit.x86_statements import BASES, OTHERWISE, pointer, statements
from trampgen import isa as isas
from trampgen.assemble import holes, readback
from trampgen.assemble.batch import Batch
from trampgen.assemble.driver import BASE, gate
from trampgen.assemble.program import ask
from trampgen.emit.blob import code
from trampgen.fields.arith import encode
from trampgen.isa import x86, x86_gnu
from trampgen.isa.base import Isa, Line, Lowered, OperandError, OperandKind
from trampgen.isa.x86_encoded import BRANCHES, NOPS, branch, has_near
from trampgen.model.field import Field
from trampgen.model.source import Span
from trampgen.model.values import Affine, Value

AT = Span("spec.tramp", 1, 1, 1, 2)
BITS = {"x86_64": 64, "x86_32": 32}
TARGET = pytest.mark.parametrize("target", BITS)


def line(text: str, opens: Sequence[Value] = ()) -> Line:
    """A statement; each `{}` is an open value."""
    name, _, rest = text.partition(" ")
    texts = rest.split("{}")
    parts: list[str | tuple[Value, Span]] = [f" {texts[0]}"] if rest else []
    for value, after in zip(opens, texts[1:], strict=True):
        parts += [(value, AT), after]
    return Line(name, tuple(parts), AT, size=0)


def gnu(target: str, lines: Sequence[str], folder: Path) -> list[bytes | str]:
    """The bytes that GNU as makes of each line, or what it says of it."""
    need("x86_64-linux-gnu-as", "x86_64-linux-gnu-objcopy")
    taken, refused = dict(enumerate(lines)), {}
    isa = isas.load(target)
    while True:
        text = [
            *isa.gnu_as_head,
            *(f"L{n}: {one}" for n, one in enumerate(taken.values())),
            f"L{len(taken)}:",
        ]
        text += [".section .sizes", *(f".long L{n + 1} - L{n}" for n in range(len(taken)))]
        (folder / "code.s").write_text("\n".join(text) + "\n")
        command = ["x86_64-linux-gnu-as", *isa.gnu_as, "-o", "code.o", "code.s"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        wrong = re.findall(r"^code\.s:(\d+): Error: (.*)$", done.stderr, re.MULTILINE)
        if not wrong:
            assert done.returncode == 0, done.stderr
            break
        places = list(taken)
        for number, why in wrong:
            refused[places[int(number) - 1 - len(isa.gnu_as_head)]] = why
        taken = {place: one for place, one in taken.items() if place not in refused}
    made = iter(_cut(section(folder, ".text"), section(folder, ".sizes")))
    return [refused[place] if place in refused else next(made) for place in range(len(lines))]


def section(folder: Path, name: str) -> bytes:
    command = ["x86_64-linux-gnu-objcopy", "-O", "binary", "-j", name, "--set-section-flags", f"{name}=alloc"]
    subprocess.run([*command, "code.o", "out.bin"], cwd=folder, check=True)
    return (folder / "out.bin").read_bytes()


def _cut(body: bytes, sizes: bytes) -> list[bytes]:
    found, at = [], 0
    for place in range(0, len(sizes), 4):
        size = int.from_bytes(sizes[place : place + 4], "little")
        found.append(body[at : at + size])
        at += size
    return found


@dataclass(frozen=True)
class Made:
    """What became of a statement: its bytes, or why there are none."""

    text: str
    code: bytes | None
    problem: str


@functools.cache
def mine(target: str, texts: tuple[str, ...]) -> list[Made]:
    """Every statement through the whole way: lowered, assembled, read back."""
    isa, batch = isas.load(target), Batch(isas.load(target))
    asked: list[Lowered | str] = []
    places: list[int] = []
    for text in texts:
        try:
            lowered = isa.lower(line(text))
            asked.append(lowered)
            places.append(ask(lowered, batch) if lowered.encoded is None else -1)
        except OperandError as error:
            asked.append(f"{error.code}: {error.message}")
            places.append(-1)
    with assembler_of(isa) as assembler:
        batch.run(assembler)
    return [_made(isa, *one, batch) for one in zip(texts, asked, places, strict=True)]


def _made(isa: Isa, text: str, lowered: Lowered | str, place: int, batch: Batch) -> Made:
    if isinstance(lowered, str):
        return Made(text, None, lowered)
    given = lowered.encoded.code if lowered.encoded is not None else batch.results[place].code
    if given is None:
        return Made(text, None, batch.results[place].problem)
    if lowered.encoded is not None and lowered.encoded.unread:
        return Made(text, given, "")
    numbers = [number if number is not None else 0 for number in lowered.numbers]
    word = int.from_bytes(given, "little")
    read = readback.differs(isa, word, BASE, lowered.mnemonic, numbers, len(given))
    return Made(text, given if read is None else None, f"reads back as {read}" if read else "")


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


# ---- branches ------------------------------------------------------------------------------------------

CODE = Callable[..., Compiled]


def spec(target: str, body: str, params: str = "") -> str:
    return f"target {target}\nstub s {{ {params}\ncode {{\n{body}\n}} }}"


def made_of(found: Compiled) -> bytes:
    assert found.spec is not None, [one.message for one in found.found]
    return code(found.spec.templates[0].variants[0], "little")


SHORT_ONLY = ["loop", "loope", "loopne", "loopz", "loopnz"]
NAMES = {"x86_64": sorted(BRANCHES - {"jecxz", "jcxz"}), "x86_32": sorted(BRANCHES - {"jrcxz", "jcxz"})}


@TARGET
def test_every_branch_to_a_label_as_gnu_as_has_it(target: str, compile_text: CODE, tmp_path: Path) -> None:
    body = [f"a{n}: {name} ${{&{where}}}" for n, name in enumerate(NAMES[target]) for where in (f"a{n}",)]
    lines = [one.replace("${&", "").replace("}", "") for one in body]
    assert made_of(compile_text(spec(target, "\n".join(body)))) == b"".join(whole(target, lines, tmp_path))


def whole(target: str, lines: Sequence[str], folder: Path) -> list[bytes]:
    """All of the lines, which GNU as takes."""
    found = gnu(target, lines, folder)
    assert all(isinstance(one, bytes) for one in found), found
    return [one for one in found if isinstance(one, bytes)]


@TARGET
@pytest.mark.parametrize("away", [-129, -128, -127, -3, -2, 126, 127, 128, 129])
def test_a_branch_is_short_as_long_as_it_reaches(
    target: str, away: int, compile_text: CODE, tmp_path: Path
) -> None:
    """`away` is the distance from the end of the short form."""
    for name in ("jmp", "jne", "call", "js", "jrcxz" if target == "x86_64" else "jecxz", "loop"):
        filler = ["nop1"] * (away if away > 0 else -away - 2)
        lines = [f"{name} l", *filler, "l: ret"] if away > 0 else ["l:", *filler, f"{name} l"]
        body = "\n".join(lines).replace(f"{name} l", f"{name} ${{&l}}")
        found = compile_text(spec(target, body))
        if not has_near(name) and not -128 <= away <= 127:
            assert found.codes == ["immediate-range"]
            assert f"the label is {away} bytes away" in found.found[0].message
            continue
        ours = made_of(found)
        assert ours == b"".join(whole(target, [one.replace("nop1", "nop") for one in lines], tmp_path))
        expected = 5 if name == "call" else 2 if -128 <= away <= 127 else 5 + (name != "jmp")
        assert len(ours) == len(filler) + expected + (away > 0)


@TARGET
@pytest.mark.parametrize(("word", "away"), [("short", 127), ("short", 128), ("near", 0), ("near", 500)])
def test_a_form_can_be_asked_for(
    target: str, word: str, away: int, compile_text: CODE, tmp_path: Path
) -> None:
    body = "\n".join([f"jne {word} ${{&l}}", *["nop1"] * away, "l: ret"])
    found = compile_text(spec(target, body))
    if (word, away) == ("short", 128):
        assert found.codes == ["immediate-range"]
        return
    prefix = {"short": "{disp8}", "near": "{disp32}"}[word]
    lines = [f"{prefix} jne l", *["nop"] * away, "l: ret"]
    assert made_of(found) == b"".join(whole(target, lines, tmp_path))


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, int]]:
    """Branches to labels, and fillers of sizes at which one branch decides whether others reach."""
    count = draw(st.integers(1, 6))
    parts: list[tuple[str, int]] = [("label", n) for n in range(count)]
    names = st.sampled_from(["jmp", "jne", "jz", "call", "jg"])
    parts += [(draw(names), draw(st.integers(0, count - 1))) for _ in range(draw(st.integers(1, 12)))]
    parts += [("fill", draw(st.sampled_from([1, 5, 30, 60, 110, 115, 118, 120, 121, 122, 123, 124, 125, 126])))
              for _ in range(draw(st.integers(0, 4)))]  # fmt: skip
    return draw(st.permutations(parts))


@settings(max_examples=60)
@given(program=programs(), target=st.sampled_from(sorted(BITS)))
def test_branches_that_depend_on_each_other_relax_as_gnu_as_has_it(
    program: list[tuple[str, int]], target: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("relaxed")
    ours: list[str] = []
    theirs: list[str] = []
    for name, number in program:
        if name == "label":
            ours, theirs = [*ours, f"l{number}:"], [*theirs, f"l{number}:"]
        elif name == "fill":
            ours, theirs = [*ours, *["nop1"] * number], [*theirs, f".skip {number}, 0x90"]
        else:
            ours, theirs = [*ours, f"{name} ${{&l{number}}}"], [*theirs, f"{name} l{number}"]
    path = folder / "spec.tramp"
    text = spec(target, "\n".join([*ours, "ret"]))
    path.write_text(f"//! SPDX-License-Identifier: MIT\n{text}")
    assert made_of(compile_file(path)) == b"".join(whole(target, [*theirs, "ret"], folder))


def test_each_branch_that_grows_can_push_the_next_one_out_of_reach(
    compile_text: CODE, tmp_path: Path
) -> None:
    """A chain in which only the last branch is too far at first."""
    lines = [f"jmp l{n}" for n in range(40)]
    for n in range(40):
        lines += ["nop"] * (127 - 2 * 39 if n == 0 else 2 if n < 39 else 3) + [f"l{n}:"]
    body = "\n".join(lines).replace("nop", "nop1")
    body = re.sub(r"jmp (l\d+)", r"jmp ${&\1}", body)
    ours = made_of(compile_text(spec("x86_64", body + "\nret")))
    assert ours == b"".join(whole("x86_64", [*lines, "ret"], tmp_path))
    assert ours[:1] == b"\xe9"
    assert ours.count(b"\xe9") == 40


REACH = {  # size of the instruction, bits of the distance, and where they begin
    "jmp ${x}": (5, 32, 1), "call ${x}": (5, 32, 1), "jne ${x}": (6, 32, 2), "jz near ${x}": (6, 32, 2),
    "jmp short ${x}": (2, 8, 1), "jg short ${x}": (2, 8, 1), "loop ${x}": (2, 8, 1),
    "lea rax, [rip + ${x}]": (7, 32, 3),
    "mov dword ptr [rip + ${x}], 0x12345678": (10, 32, 2), "cmp byte ptr [rip + ${x}], 7": (7, 32, 2),
}  # fmt: skip


@TARGET
@pytest.mark.parametrize("text", REACH)
def test_how_far_a_param_reaches(target: str, text: str, compile_text: CODE) -> None:
    size, bits, first = REACH[text]
    found = compile_text(spec(target, text, "param x: branch"))
    if "rip" in text and target == "x86_32":
        assert found.codes == ["bad-operand"]
        return
    assert found.spec is not None, [one.message for one in found.found]
    [param] = found.spec.templates[0].variants[0].params
    [hole] = found.spec.templates[0].variants[0].holes
    half = 1 << (bits - 1)
    assert (param.reach.low, param.reach.high, param.pc_base) == (-half, half - 1, size)
    assert (hole.offset, hole.word, hole.field.width) == (0, first, bits)


def test_an_address_of_data_is_counted_from_the_end(compile_text: CODE, tmp_path: Path) -> None:
    """Relative to rip, with an immediate behind the displacement."""
    lines = ["lea rax, [rip + l]", "mov dword ptr [rip + l], 5", "cmp byte ptr [rip + l + 4], 1", "l: ret"]
    body = "\n".join(lines).replace("rip + l + 4", "rip + ${&l + 4}").replace("rip + l]", "rip + ${&l}]")
    assert made_of(compile_text(spec("x86_64", body))) == b"".join(whole("x86_64", lines, tmp_path))


# ---- what is encoded here ------------------------------------------------------------------------------


@TARGET
def test_nops_are_what_the_processor_takes_for_one_instruction(target: str) -> None:
    engine = readback._engine(*isas.load(target).capstone)
    for name, text in NOPS.items():
        found = engine.sized(bytes.fromhex(text), 0)
        assert found is not None, name
        assert (found[0], found[2]) == ("nop", len(bytes.fromhex(text))), name
        assert name == "nop" or int(name[3:]) == found[2]


@TARGET
def test_code_of_nops_alone(target: str) -> None:
    isa = isas.load(target)
    nops = [bytes.fromhex(text) for text in NOPS.values()]
    assert isa.only_nops(b"".join(nops))
    assert isa.only_nops(b"")
    assert not isa.only_nops(nops[4][:-1])
    assert not isa.only_nops(b"\xcc")
    assert not isa.only_nops(b"\x90\x66")


def test_a_short_branch_has_one_byte_of_distance() -> None:
    made = branch(64, "jnz", "short", 0)
    assert made is not None
    assert made[0].with_operand(-2) == b"\x75\xfe"
    assert made[1].pc_base == 2
    assert branch(64, "call", "short", 0) is None
    assert branch(32, "jrcxz", "", 0) is None
    assert x86.ISAS["x86_64"].lower(line("jz near {}", [Affine("x")])).encoded is not None
