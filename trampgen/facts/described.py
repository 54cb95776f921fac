"""Structs as JSON."""

from __future__ import annotations

from typing import Any

from trampgen.elf.types import Member, Struct

_DEEPEST = 30


def described(struct: Struct, depth: int = 0) -> dict[str, Any]:
    """Offsets and sizes in bytes; of a bit-field also its bits, counted from the start of the struct.

    Members of structs without a name are within these; those of others are looked up by `type`."""
    found: dict[str, Any] = {"kind": struct.kind, "name": struct.name, "size": struct.size}
    return found | {"members": [_member(member, depth) for member in struct.members]}


def _member(member: Member, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {"name": member.name, "offset": member.offset, "size": member.size}
    found["type"] = member.type
    if member.counts:
        found["counts"] = list(member.counts)
    if member.bits is not None:
        found["bits"] = {"offset": member.bits.offset, "size": member.bits.size}
    inner = member.inner() if depth < _DEEPEST else None
    if inner is not None and inner.name is None:
        found["members"] = described(inner, depth + 1)["members"]
    return found
