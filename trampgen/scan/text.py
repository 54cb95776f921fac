"""A match as a line of text, and as plain data for JSON."""

from __future__ import annotations

from typing import Any

from trampgen import isa as isas
from trampgen.assemble.readback import disassembly
from trampgen.derive.slices import shown
from trampgen.model.record import record
from trampgen.scan.areas import Area
from trampgen.scan.holes import Match, Value
from trampgen.scan.names import Names, Place
from trampgen.scan.scanning import Found
from trampgen.scan.tables import RowMatch
from trampgen.scan.targets import Target, target

_MOST_EXTERNS = 4  # in a line
_REST = "at rest"


@record
class Where:
    """A file: where its code is, what it is called, how wide its addresses are."""

    path: str
    area: Area
    names: Names | None
    pointer_bits: int

    def symbol(self, found: Found) -> Place | None:
        """What a match is in."""
        section = self.area.section
        if self.names is None or section is None:
            return None
        return self.names.of(section.index, _address(found))

    def place(self, found: Found) -> str:
        """An address, or an offset in a section that has none yet."""
        if self.area.relocatable:
            return f"{self.area.name}+{_address(found):#x}"
        return f"{_address(found):0{self.pointer_bits // 4}x}"


def line(found: Found, where: Where) -> str:
    """`ADDRESS  SYMBOL+OFFSET  NAME (CASES; STATES)  PARAM=VALUE → TARGET …`"""
    symbol = where.symbol(found)
    own = _row(found) if isinstance(found, RowMatch) else _match(found, where)
    return "  ".join(part for part in [where.place(found), str(symbol or ""), *own] if part)


def data(found: Found, where: Where) -> dict[str, Any]:
    """The same for programs: addresses in hexadecimal, values in decimal, both as strings."""
    symbol = where.symbol(found)
    return {
        "file": where.path,
        "section": where.area.name if where.area.section else None,
        "address": hex(_address(found)),
        "symbol": _place(symbol),
        **(_row_data(found) if isinstance(found, RowMatch) else _match_data(found, where)),
    }


def _address(found: Found) -> int:
    return found.address if isinstance(found, RowMatch) else found.address + found.pattern.origin


def _match(match: Match, where: Where) -> list[str]:
    pattern = match.pattern
    states = _states(match)
    about = "; ".join(part for part in [" | ".join(pattern.cases), states] if part)
    externs = [value for value in match.values if value.kind == "extern"]
    texts = [_value(match, value, where) for value in match.values if value.kind != "extern"]
    texts += [_value(match, value, where) for value in externs[:_MOST_EXTERNS]]
    if len(externs) > _MOST_EXTERNS:
        texts.append(f"and {len(externs) - _MOST_EXTERNS} more externs")
    return [f"{pattern.name}{f' ({about})' if about else ''}", ", ".join(texts)]


def _states(match: Match) -> str:
    """Of regions what they are patched to, said once where it is the same of all."""
    if match.pattern.kind == "family":
        return "its joint masks, no member"
    if match.pattern.state:
        return match.pattern.state
    said = [_REST if form is None else "patched" if form == name else form for name, form in match.forms]
    if len(set(said)) == 1 and said[0] in (_REST, "patched"):
        return said[0]
    pairs = zip(match.forms, said, strict=True)
    return ", ".join(f"{name} {text}" for (name, _), text in pairs)


def _value(match: Match, value: Value, where: Where) -> str:
    found = target(match, value, where.area, where.names)
    if found is not None and found.relocated:
        return f"{value.name} → {found.place}"
    text = f"{value.name}={_number(match, value)}"
    text += f" → {found.place}" if found is not None else ""
    return text + (f" (elsewhere {', '.join(map(shown, value.others))})" if value.others else "")


def _number(match: Match, value: Value) -> str:
    if value.kind == "insn":
        return f"{value.value:08x} ({disassembly(isas.load(match.pattern.isa), value.value)})"
    return hex(value.value) if value.kind == "branch" else shown(value.value)


def _match_data(match: Match, where: Where) -> dict[str, Any]:
    return {
        "name": match.pattern.name,
        "kind": match.pattern.kind,
        "target": match.pattern.isa,
        "cases": [dict(when) for when in match.pattern.whens],
        "size": match.pattern.size,
        "state": match.pattern.state or None,
        "regions": dict(match.forms),
        "values": [
            _value_data(value, target(match, value, where.area, where.names)) for value in match.values
        ],
    }


def _value_data(value: Value, found: Target | None) -> dict[str, Any]:
    return {
        "name": value.name,
        "kind": value.kind,
        "value": None if found is not None and found.relocated else _decimal(value, value.value),
        "others": [_decimal(value, other) for other in value.others],
        "target": _place(found.place) if found is not None else None,
    }


def _decimal(value: Value, number: int) -> str:
    return hex(number) if value.kind == "branch" else str(number)


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"symbol": place.name, "offset": place.offset}


def _row(match: RowMatch) -> list[str]:
    cases = f" ({' | '.join(match.cases)})" if match.cases else ""
    fields = ", ".join(f"{name}={shown(value)}" for name, value in match.fields)
    text = _instruction(match)
    said = [part for part in (text, "refused" if match.refused else "") if part]
    return [f"{match.table.name}.{match.row}{cases}", fields, f"{match.word:0{2 * match.size}x}", *said]


def _row_data(match: RowMatch) -> dict[str, Any]:
    return {
        "name": match.table.name,
        "kind": "row",
        "target": match.isa,
        "cases": [dict(when) for when in match.whens],
        "size": match.size,
        "row": match.row,
        "word": f"{match.word:#0{2 * match.size + 2}x}",
        "text": _instruction(match) or None,
        "refused": match.refused,
        "values": [
            {"name": name, "kind": "number", "value": str(value), "others": [], "target": None}
            for name, value in match.fields
        ],
    }


def _instruction(match: RowMatch) -> str:
    """What the word is as an instruction, where a disassembler is given as many bytes."""
    isa = isas.load(match.isa)
    return disassembly(isa, match.word) if match.size == isa.unit else ""
