"""Numbers of externs: those supplied, and a layout for structs that only the kernel's build knows.

Where code and contract speak of a struct's members by name alone, any layout in which they are words of their own
serves as well as another: members of an array in a row, all others behind each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from trampgen.model.record import record
from trampgen.model.spec import Spec, TemplateVariant
from trampgen.model.values import Symbolic
from trampgen.prove.contract import Contract
from trampgen.prove.program import Unsupplied

_INDEXED = re.compile(r"(.*)\[(\d+)\]")


@record
class Supplied:
    """Numbers by name, and what is assumed of those that nobody supplied."""

    known: Mapping[str, int]
    assumptions: tuple[str, ...]


def supply(spec: Spec, variant: TemplateVariant, contract: Contract) -> Supplied:
    """What is known of externs in one variant. Raises Unsupplied where a layout can't be made up."""
    known = {extern.name: extern.value for extern in spec.externs if extern.value is not None}
    structs = {extern.name: extern.struct for extern in spec.externs if extern.struct is not None}
    in_code = [name for one in variant.symbols for name in one.value.externs if name in structs]
    said = {
        member.name: struct
        for struct, members in contract.members.items()
        for member in members.values()
        if isinstance(member.offset, Symbolic)
    }
    open_structs = {name.partition(".")[0] for name in [*in_code, *said] if name not in known}
    assumptions: list[str] = []
    for struct in sorted(open_structs):
        own = [name for name in [*in_code, *said] if name.partition(".")[0] == struct]
        if not any(name.partition(".")[0] == struct for name in in_code):
            raise Unsupplied(struct)
        if any(name in known for name in own):
            raise Unsupplied(struct)  # some of it is supplied: the rest would be somewhere between
        known |= layout(own, variant.pointer_bits // 8)
        assumptions.append(
            f"struct {struct} is not supplied: its members are taken for words of their own, those of an array in a row"
        )
    return Supplied(known, tuple(assumptions))


def layout(names: Iterable[str], word: int) -> dict[str, int]:
    """An offset for each member."""
    groups: dict[str, int] = {}
    for name in names:
        indexed = _INDEXED.fullmatch(name)
        group, count = (indexed.group(1), int(indexed.group(2)) + 1) if indexed else (name, 1)
        groups[group] = max(groups.get(group, 0), count)
    found: dict[str, int] = {}
    at = 0
    for group in sorted(groups, key=lambda group: (-groups[group], group)):
        count = groups[group]
        found |= {f"{group}[{index}]": at + index * word for index in range(count)} | {group: at}
        at += count * word
    return {name: found[name] for name in names}
