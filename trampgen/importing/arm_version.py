"""Which version of the ARM architecture an object is for, as its build attributes say.

Addenda to the ABI for the Arm Architecture, chapter 3: section .ARM.attributes, Tag_CPU_arch."""

from __future__ import annotations

from trampgen.elf.file import Elf

_SECTION, _VENDOR = ".ARM.attributes", b"aeabi\0"
_FILE, _TEXT_TAGS, _CPU_ARCH = 1, (4, 5), 6  # CPU_raw_name and CPU_name are texts, and come before CPU_arch
_TARGETS = {1: "armv4", 2: "armv4", 3: "armv5", 4: "armv5", 5: "armv5"}  # v4, v4T, v5T, v5TE, v5TEJ


def version(elf: Elf) -> str:
    """The target for ARM code of a file: arm unless it says that it is for something older."""
    section = elf.by_name.get(_SECTION)
    if section is None:
        return "arm"
    return _TARGETS.get(_architecture(bytes(elf.data(section)), elf.order == "big"), "arm")


def _architecture(data: bytes, big: bool) -> int:
    """The value of Tag_CPU_arch; -1 where there is none that can be read."""
    order = "big" if big else "little"
    header = 1 + 4 + len(_VENDOR) + 1 + 4  # version, size, vendor, tag of the file, size
    if len(data) < header or data[:1] != b"A" or data[5 : 5 + len(_VENDOR)] != _VENDOR:
        return -1
    if data[5 + len(_VENDOR)] != _FILE:
        return -1
    size = int.from_bytes(data[header - 4 : header], "big" if order == "big" else "little")
    at, end = header, min(len(data), header - 5 + size)
    while at < end:
        tag, at = _number(data, at)
        if tag in _TEXT_TAGS:
            at = data.find(b"\0", at) + 1 or end
            continue
        value, at = _number(data, at)
        if tag >= _CPU_ARCH:
            return value if tag == _CPU_ARCH else -1
    return -1


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A ULEB128 and where it ends."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if not byte & 0x80:
            break
    return value, at
