"""BTF written by hand: what compilers here do not write, in both byte orders."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from tests.conftest import need
from tests.objects import compiled
from trampgen.elf.btf import Btf
from trampgen.elf.debuginfo import sources
from trampgen.elf.dwarf import Dwarf
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.elf.types import everything

INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST = range(1, 11)
FUNC, FUNC_PROTO, TYPE_TAG, ENUM64 = 12, 13, 18, 19
COMPILERS = {"little": "powerpc64le-linux-gnu-gcc", "big": "powerpc64-linux-gnu-gcc"}


class Writer:
    """Types one after the other; each is known by its number."""

    def __init__(self, order: str) -> None:
        self._sign = "<" if order == "little" else ">"
        self._types, self._strings = b"", b"\0"
        self.count = 0

    def name(self, text: str) -> int:
        at = len(self._strings)
        self._strings += text.encode() + b"\0"
        return at if text else 0

    def words(self, *words: int) -> bytes:
        return struct.pack(f"{self._sign}{len(words)}I", *(word & 0xFFFFFFFF for word in words))

    def add(self, kind: int, name: str, third: int, *more: int, parts: int = 0, flag: bool = False) -> int:
        info = parts | kind << 24 | flag << 31
        self._types += self.words(self.name(name), info, third, *more)
        self.count += 1
        return self.count

    def data(self) -> bytes:
        head = struct.pack(f"{self._sign}HBBI", 0xEB9F, 1, 0, 24)
        sizes = self.words(0, len(self._types), len(self._types), len(self._strings))
        return head + sizes + self._types + self._strings


def btf(data: bytes, order: str, folder: Path, flags: tuple[str, ...] = ()) -> Elf:
    """An object with this section."""
    compiler = COMPILERS[order]
    need(compiler)
    path = compiled(compiler, "struct s { int a; }; struct s v;", folder / "a.o", flags)
    section = folder / "section"
    section.write_bytes(data)
    copy = compiler.replace("gcc", "objcopy")
    subprocess.run([copy, "--add-section", f".BTF={section}", str(path)], check=True)
    return Elf(str(path))


@pytest.fixture(params=["little", "big"])
def order(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_kind(order: str, tmp_path: Path) -> None:
    w = Writer(order)
    char = w.add(INT, "char", 1, 8)
    u32 = w.add(INT, "unsigned int", 4, 32)
    tagged = w.add(TYPE_TAG, "user", char)
    pointer = w.add(PTR, "", w.add(CONST, "", tagged))
    table = w.add(ARRAY, "", 0, u32, u32, 6)
    forward, union = w.add(FWD, "later", 0), w.add(FWD, "either", 0, flag=True)
    nothing = w.add(FUNC_PROTO, "", 0, w.name("x"), u32, 0, 0, parts=2)
    call = w.add(PTR, "", nothing)
    word = w.add(TYPEDEF, "u32", u32)
    members = [("name", pointer, 0), ("table", table, 64), ("call", call, 256), ("word", word, 320)]
    members += [("later", w.add(PTR, "", forward), 384), ("either", w.add(PTR, "", union), 448)]
    parts = [number for name, at, offset in members for number in (w.name(name), at, offset)]
    w.add(STRUCT, "s", 64, *parts, parts=len(members))
    w.add(FUNC, "callback", nothing)
    info = Btf(btf(w.data(), order, tmp_path))
    found = info.struct("s")
    assert found is not None
    assert [(one.offset, one.size, one.declared) for one in found.members] == [
        (0, 8, "const char *name"), (8, 24, "unsigned int table[6]"), (32, 8, "void (*call)(unsigned int, ...)"),
        (40, 4, "u32 word"), (48, 8, "struct later *later"), (56, 8, "union either *either"),
    ]  # fmt: skip
    assert info.has_function("callback")
    assert info.struct("later") is None


def test_bit_fields_of_both_kinds(order: str, tmp_path: Path) -> None:
    """Of old as integers of fewer bits, which may begin within their bytes; now with their sizes beside the offsets."""
    w = Writer(order)
    u32 = w.add(INT, "unsigned int", 4, 32)
    three, five = w.add(INT, "unsigned int", 4, 3), w.add(INT, "unsigned int", 4, 5 | 2 << 16)
    w.add(STRUCT, "old", 8, w.name("a"), three, 0, w.name("b"), five, 3, w.name("c"), u32, 32, parts=3)
    w.add(
        STRUCT,
        "new",
        8,
        w.name("a"),
        u32,
        3 << 24,
        w.name("b"),
        u32,
        5 << 24 | 5,
        w.name("c"),
        u32,
        32,
        parts=3,
        flag=True,
    )
    info = Btf(btf(w.data(), order, tmp_path))
    for name in ("old", "new"):
        found = info.struct(name)
        assert found is not None
        places = [one.bits and (one.bits.offset, one.bits.size) for one in found.members]
        assert places == [(0, 3), (5, 5), None]
        assert [one.offset for one in found.members] == [0, 0, 4]


def test_enumerators_of_every_size(order: str, tmp_path: Path) -> None:
    w = Writer(order)
    w.add(ENUM, "of_old", 4, w.name("MINUS"), -2, parts=1)
    w.add(ENUM, "signed", 4, w.name("LESS"), -3, parts=1, flag=True)
    w.add(ENUM64, "wide", 8, w.name("HUGE"), 5, 0xFEDC0000, parts=1)
    w.add(ENUM64, "deep", 8, w.name("LOW"), -4, -1, parts=1, flag=True)
    info = Btf(btf(w.data(), order, tmp_path))
    found = [info.enumerator(name) for name in ("MINUS", "LESS", "HUGE", "LOW", "NONE")]
    assert found == [-2, -3, 0xFEDC0000 << 32 | 5, -4, None]
    assert info.size_of("enum wide") == 8


def test_several_structs_of_one_name(order: str, tmp_path: Path) -> None:
    """Private ones of several files: BTF does not say which one a function has."""
    w = Writer(order)
    u32 = w.add(INT, "unsigned int", 4, 32)
    for size in (4, 8):
        w.add(STRUCT, "private", size, w.name("a"), u32, 8 * (size - 4), parts=1)
    w.add(STRUCT, "common", 4, w.name("a"), u32, 0, parts=1)
    info = Btf(btf(w.data(), order, tmp_path))
    first = info.struct("private")
    assert first is not None
    assert [one.offset for one in everything(first)] == [0]
    assert info.struct("private", "some_function") is None
    assert info.struct("common", "some_function") is not None


def split(order: str) -> bytes:
    """BTF of a module: names and types continue those of vmlinux."""
    w = Writer(order)
    w.add(STRUCT, "s", 4, parts=0)
    data = bytearray(w.data())
    data[24:28] = w.words(1000)
    return bytes(data)


def test_btf_that_builds_on_another(order: str, tmp_path: Path) -> None:
    with pytest.raises(BadElf, match="builds on that of another file"):
        sources(btf(split(order), order, tmp_path))
    [info] = sources(btf(split(order), order, tmp_path, ("-g",)))
    assert isinstance(info, Dwarf)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: b"", "no whole header"),
        (lambda data: b"\0\0" + data[2:], "magic 0x0"),
        (lambda data: data[:-1], "outside of it"),
        (lambda data: data[:-1] + b"x", "do not end"),
        (lambda data: data[:28] + b"\x7f\x7f\x7f\x7f" + data[32:], "kind 31"),
        (lambda data: data[:28] + b"\x04\x00\x00\x04" + data[32:], "end within one"),
    ],
)
def test_damaged(change: object, why: str, tmp_path: Path) -> None:
    w = Writer("little")
    w.add(STRUCT, "s", 4, parts=0)
    assert callable(change)
    data = change(w.data())
    with pytest.raises(BadElf, match=why):
        Btf(btf(data or b"\0", "little", tmp_path))


@pytest.mark.parametrize("types", ["typedefs", "tags", "structs"])
def test_types_that_go_round(types: str, tmp_path: Path) -> None:
    w = Writer("little")
    if types == "structs":
        w.add(STRUCT, "s", 4, 0, 1, 0, parts=1)
    else:
        w.add(TYPEDEF if types == "typedefs" else TYPE_TAG, "s", 2)
        w.add(TYPEDEF if types == "typedefs" else TYPE_TAG, "s", 1)
    info = Btf(btf(w.data(), "little", tmp_path))
    with pytest.raises(BadElf):
        list(everything(found) if (found := info.struct("s")) else [info.size_of("s") or info.type(1)])
