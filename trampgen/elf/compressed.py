"""Compressed sections: SHF_COMPRESSED (gABI, chapter 4) and the older .zdebug_ ones, never larger than they say."""

from __future__ import annotations

import struct
import zlib

from trampgen.elf.errors import BadElf

SHF_COMPRESSED = 0x800
_ZLIB = 1
_LARGEST = 1 << 31  # bytes: debug sections of whole kernels have less
_BEST = 1032  # no stream of zlib grows by more (zlib technical details)
_OLD_HEADER = 12  # "ZLIB", then the size as eight bytes, most significant first


def plain(raw: memoryview, name: str, flags: int, bits: int, order: str) -> bytes | memoryview:
    """The bytes of a section as they are used."""
    if flags & SHF_COMPRESSED:
        form = struct.Struct(f"{'<' if order == 'little' else '>'}{'IIQQ' if bits == 64 else 'III'}")
        if len(raw) < form.size:
            raise BadElf(f"section {name} is too small for the header of what is compressed")
        header = form.unpack_from(raw)
        if header[0] != _ZLIB:
            raise BadElf(f"section {name} is compressed with method {header[0]}: only zlib (1) is known")
        return _inflated(raw[form.size :], header[2] if bits == 64 else header[1], name)
    if name.startswith(".zdebug_") and bytes(raw[:4]) == b"ZLIB" and len(raw) >= _OLD_HEADER:
        return _inflated(raw[_OLD_HEADER:], int.from_bytes(raw[4:_OLD_HEADER], "big"), name)
    return raw


def _inflated(raw: memoryview, size: int, name: str) -> bytes:
    if size > min(_LARGEST, _BEST * len(raw)):
        raise BadElf(
            f"section {name} claims {size:,} bytes, more than {len(raw):,} compressed bytes can give"
        )
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(raw, size + 1)
    except zlib.error as error:
        raise BadElf(f"section {name} can't be decompressed: {error}") from None
    if len(data) != size:
        raise BadElf(f"section {name} claims {size:,} bytes decompressed and does not have as many")
    return data
