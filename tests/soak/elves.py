"""Damaged ELF files: real ones, of which a few bytes, fields or pieces have been changed."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.compilers import built

# What a reader believes at its peril: nothing, all ones, sign bits, sizes just beyond what there is.
NUMBERS = (
    0,
    1,
    3,
    7,
    0x7F,
    0x80,
    0xFF,
    0xFFFE,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    1 << 62,
    (1 << 64) - 1,
)

SOURCE = """\
struct inner { short a, b; unsigned c : 3, d : 5; };
struct outer { int n; union { struct inner i[4]; long l; }; struct outer *next; char name[16]; };
enum colour { RED, GREEN = 7 };
typedef struct { unsigned long addr, toc; } desc_t;
struct entry { unsigned int jump[7]; unsigned int magic; desc_t funcdata; enum colour c; };
struct entry entry;
struct outer outer;
const unsigned int save_words[] = { WORDS };
const unsigned int good[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
const void *table[] = { (void *)0x0f000000, (void *)0x0a000000, &entry, save_words, 0 };
int apply(struct outer *o) { return o->n + entry.jump[2]; }
"""
SPEC = """\
//! SPDX-License-Identifier: MIT
target {target}
extern struct outer from apply
layout entry align 8 {{
    code jump size 28
    word magic = 0x73747562
    data funcdata : ctype "desc_t" size 16 align 8
    pad size 8
}}
stub save {{
    symbol save_words
    symbol "save*"
    param there: u32
    code {{ {code} }}
}}
stub unnamed {{ code {{ {code}; {code}; {code} }} }}
table rows: u32 ordered {{ symbol table; one = mask 0x0f000000 value 0x0a000000 }}
"""
CODE = {
    "ppc64": ("0xf8010010, 0x7c6903a6", "std r0, 16(r1); mtctr r3"),
    "arm": ("0xe92d0003, 0xe12fff1e", "push {{r0, r1}}; bx lr"),
    "arm64": ("0xf81f0fe0, 0xd65f03c0", "str x0, [sp, #-16]!; ret"),
}


@dataclass(frozen=True)
class Original:
    """A file to damage, and a spec of what is in it."""

    name: str
    data: bytes
    spec: Path


def originals(folder: Path) -> list[Original]:
    """Objects of both classes and byte orders, with debug information in its formats, plain and compressed."""
    kinds = {
        "ppc64": ("-gdwarf-5",), "ppc64-big": ("-mbig-endian", "-gdwarf-4", "-gz"), "arm": ("-gdwarf-3",),
        "arm64": ("-gdwarf-5", "-gz", "-ffunction-sections"), "arm64-btf": ("-g0", "-gbtf"),
    }  # fmt: skip
    found = []
    for name, flags in kinds.items():
        target = name.split("-")[0]
        words, code = CODE[target]
        place = folder / name
        place.mkdir(exist_ok=True)
        source, spec = place / "file.c", place / "file.tramp"
        source.write_text(SOURCE.replace("WORDS", words))
        spec.write_text(SPEC.format(target=target, code=code.format()).replace("    param there: u32\n", ""))
        found.append(Original(name, Path(built(source, target, place, *flags)).read_bytes(), spec))
    return found


def damaged(data: bytes, dice: random.Random) -> bytes:
    """One file with one to four things done to it."""
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        data = dice.choice(_WAYS)(data, dice)
    return data


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _bits(data: bytes, dice: random.Random) -> bytes:
    image = bytearray(data)
    for _ in range(dice.randrange(1, 9) if image else 0):
        image[dice.randrange(len(image))] ^= 1 << dice.randrange(8)
    return bytes(image)


def _field(data: bytes, dice: random.Random) -> bytes:
    """A number of the header, of a section header or of any table is another one."""
    image, sections = bytearray(data), _sections(data)
    if len(image) < 64:
        return data
    start, size = dice.choice([(0, 64), *sections]) if sections else (0, 64)
    width = dice.choice((1, 2, 4, 8))
    at = start + dice.randrange(max(size, 1))
    at -= at % width
    if at + width > len(image):
        return data
    order = "little" if image[5] == 1 else "big"
    number = dice.choice((*NUMBERS, len(image), len(image) - 1, dice.getrandbits(8 * width)))
    image[at : at + width] = (number & (1 << 8 * width) - 1).to_bytes(width, order)  # type: ignore[arg-type]
    return bytes(image)


def _piece(data: bytes, dice: random.Random) -> bytes:
    """A piece stands in place of another: headers that name the same bytes, tables within tables."""
    if len(data) < 128:
        return data
    size = dice.choice((8, 16, 24, 40, 64, 256))
    source, target = (dice.randrange(len(data) - 64) // 8 * 8 for _ in range(2))
    piece = data[source : source + size]
    return data[:target] + piece + data[target + len(piece) :]


_WAYS: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _cut,
    _bits,
    _bits,
    _field,
    _field,
    _field,
    _piece,
)


def _sections(data: bytes) -> list[tuple[int, int]]:
    """Where sections and their headers are, as far as the file says."""
    try:
        wide, order = data[4] == 2, "<" if data[5] == 1 else ">"
        table = struct.unpack_from(f"{order}{'Q' if wide else 'I'}", data, 40 if wide else 32)[0]
        each, count = struct.unpack_from(f"{order}HH", data, 58 if wide else 46)
        form = struct.Struct(f"{order}{'IIQQQQIIQQ' if wide else '10I'}")
        rows = [form.unpack_from(data, table + each * index) for index in range(min(count, 100))]
    except (struct.error, IndexError, OverflowError):
        return []
    return [
        *((table + each * index, each) for index in range(len(rows))),
        *((row[4], row[5]) for row in rows),
    ]
