"""A word in value form as bytes in memory: which byte orders a target has, and what they do to code and data."""

from __future__ import annotations

from typing import Literal

# be8: a big-endian ARM since v6, whose instructions are little-endian and whose data is not (ARM ARM, A3.3.1); the same
# is any big-endian AArch64 (ARM DDI 0487, B2.6), where it has no name of its own.
ByteOrder = Literal["little", "big", "be8"]
_SUFFIXES: dict[ByteOrder, str] = {"little": "le", "big": "be", "be8": "be8"}
_BE8_TOO: tuple[ByteOrder, ...] = ("little", "be8")
_BYTES = ("x86_64", "x86_32")  # whose words are bytes
_ORDERS: dict[str, tuple[ByteOrder, ...]] = {
    "arm": _BE8_TOO,
    "thumb": _BE8_TOO,
    "x86_64": ("little",),
    "x86_32": ("little",),
    "riscv32": ("little",),
    "riscv64": ("little",),
    "arm64": _BE8_TOO,
    "armv5": ("little", "big", "be8"),  # ARMv6 runs what is made for it, and has be8
}


def orders(isa: str) -> tuple[tuple[ByteOrder, str], ...]:
    """The byte orders of a target, each with the suffix of its files."""
    suffixes = _SUFFIXES | {"be8": "be"} if isa == "arm64" else _SUFFIXES
    return tuple((order, suffixes[order]) for order in _ORDERS.get(isa, ("little", "big")))


def to_memory(word: int, isa: str, kind: str, order: ByteOrder) -> bytes:
    """The four bytes of one word, two of a halfword, one of x86; `kind` is that of model.spec.Word, or narrow.

    A Thumb instruction is two halfwords, the first one at the lower address in every order (ARM ARM, A3.3.1)."""
    if isa in _BYTES:
        return word.to_bytes(1, "little")
    if kind == "narrow":
        return word.to_bytes(2, "big" if order == "big" else "little")
    if order == "big" or kind == "data":
        return data_to_memory(word, order)
    if isa == "thumb" and kind != "data":
        return (word >> 16).to_bytes(2, "little") + (word & 0xFFFF).to_bytes(2, "little")
    return word.to_bytes(4, "little")


def data_to_memory(word: int, order: ByteOrder) -> bytes:
    """The four bytes of a word that is no code."""
    return word.to_bytes(4, "little" if order == "little" else "big")


def from_memory(data: bytes, isa: str, kind: str, order: ByteOrder) -> int:
    """The word that four bytes are; inverse of `to_memory`."""
    if order != "big" and isa == "thumb" and kind != "data":
        return int.from_bytes(data[:2], "little") << 16 | int.from_bytes(data[2:], "little")
    big = order == "big" or (order == "be8" and kind == "data")
    return int.from_bytes(data, "big" if big else "little")
