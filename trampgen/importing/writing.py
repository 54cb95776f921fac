"""Drafts as text of the language, and which line of the text is whose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trampgen.importing.drafts import Draft, Line, Param, Region
from trampgen.importing.loops import loop
from trampgen.importing.model import Placement
from trampgen.isa.base import Isa
from trampgen.resolve.limits import MOST_SYMBOLS

_INDENT = "    "
_FIELD = "words"  # of a layout: the code
_LONGEST_STRING = 400  # characters; the language takes some more


@dataclass(slots=True, eq=False, repr=False)
class Text:
    """Lines of text so far; `owners` are by number of the line what stands there."""

    lines: list[str] = field(default_factory=list)
    owners: dict[int, Line | Param] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)  # labels of the present template

    def add(self, text: str, depth: int = 0, owner: Line | Param | None = None) -> None:
        self.lines.append(f"{_INDENT * depth}{text}".rstrip())
        if owner is not None:
            self.owners[len(self.lines)] = owner

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"


def written(drafts: Sequence[Draft], head: Sequence[str], licence: str | None, loops: bool = False) -> Text:
    """A spec; `head` are lines of its first comment. With `loops`, statements that go on in steps are one."""
    text = Text()
    if licence:
        text.add(f"//! SPDX-License-Identifier: {licence}")
    for line in head:
        text.add(f"// {line}")
    text.add(f"target {drafts[0].isa.name}")
    for draft in drafts:
        text.add("")
        _template(draft, text, loops)
    return text


def _template(draft: Draft, text: Text, loops: bool) -> None:
    place = ""
    if draft.placement is not None:
        _layout(draft, draft.placement, text)
        place = f" in {draft.layout}.{_FIELD}"
    text.needed = draft.needed()
    text.add(f"stub {draft.name}{place} {{")
    for clause in symbol_clauses(draft):
        text.add(clause, 1)
    for param in used(draft):
        text.add(param.text, 1, param)
    text.add("code {", 1)
    at = 0
    while at < len(draft.items):
        at += _item(draft, at, text, loops)
    for label in draft.labels.get(draft.extent.size, ()):
        if label in text.needed:
            text.add(f"{label}:", 1)
    text.add("}", 1)
    text.add("}")


def _layout(draft: Draft, placement: Placement, text: Text) -> None:
    text.add(f"layout {draft.layout} align {placement.align} {{")
    pads = [f"pad size {size}" if size else "" for size in (placement.before, placement.behind)]
    for field_ in (pads[0], f"code {_FIELD} size {draft.extent.size}", pads[1]):
        if field_:
            text.add(field_, 1)
    text.add("}")
    text.add("")


def _item(draft: Draft, at: int, text: Text, loops: bool) -> int:
    """One item, or several as a loop; returns how many."""
    item = draft.items[at]
    if isinstance(item, Region):
        _region(item, draft, text)
        return 1
    found = loop(list(_plain(draft, at, text.needed))) if loops else None
    if found is None:
        _line(item, draft, text, 2)
        return 1
    _labels(item, draft, text, 1, item.name)
    text.add(found.text, 2, item)
    return found.count


def _plain(draft: Draft, at: int, needed: set[str]) -> Iterator[str]:
    """Statements without anything beside them, up to the next label."""
    for number, item in enumerate(draft.items[at:]):
        labels = draft.labels.get(item.piece.offset, ()) if isinstance(item, Line) else ()
        labelled = not needed.isdisjoint(labels)
        if isinstance(item, Region) or item.comment or not item.choices or (labelled and number):
            return
        yield re.sub(" +", " ", item.choices[0].text)


def used(draft: Draft) -> list[Param]:
    """The params that stand in the code, in the order in which they do."""
    names = dict.fromkeys(param for line in draft.lines() for param in line.params)
    return [draft.params[name] for name in names]


def symbol_clauses(draft: Draft) -> Iterator[str]:
    """What the words are called in the object, and labels that have not the template's name before their own."""
    extent = draft.extent
    if _nameable(extent.symbol) and _nameable(extent.end or ""):
        yield f"symbol {_symbol(extent.symbol)}" + (f" to {_symbol(extent.end)}" if extent.end else "")
    places = {label for labels in draft.labels.values() for label in labels}
    others = [
        (label, symbol)
        for label, symbol in draft.symbols.items()
        if label in places and symbol != f"{draft.name}_{label}" and _nameable(symbol)
    ]
    for label, symbol in others[: MOST_SYMBOLS - 1]:
        yield f"symbol {_symbol(symbol)} at {label}"


def _nameable(symbol: str) -> bool:
    """Whether a string can have it: in one that is a symbol a `*` is any text."""
    return len(symbol) <= _LONGEST_STRING and symbol.isprintable() and not set('"*') & set(symbol)


def _symbol(symbol: str) -> str:
    return symbol if re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,99}", symbol) else f'"{symbol}"'


def _region(region: Region, draft: Draft, text: Text) -> None:
    _labels(region.rest[0], draft, text, 1, region.name)
    text.add(f"patch {region.name} {{", 2)
    for line in region.form:
        text.add(statement(line, draft.isa), 3, line)
    text.add("}", 2)
    text.add("rest {", 2)
    for number, line in enumerate(region.rest):
        _line(line, draft, text, 3, labels=number > 0)
    text.add("}", 2)


def _line(line: Line, draft: Draft, text: Text, depth: int, labels: bool = True) -> None:
    if labels:
        _labels(line, draft, text, depth - 1, line.name)
    shown = "" if line.text or not line.is_raw else line.shown
    said = "; ".join(text for text in (shown, line.comment) if text)
    comment = f"  // {said}" if said else ""
    text.add(statement(line, draft.isa) + comment, depth, line)


def _labels(line: Line, draft: Draft, text: Text, depth: int, name: str = "") -> None:
    """The labels before a line, but for the one that its literal or region is."""
    for label in draft.labels.get(line.piece.offset, ()):
        if label != name and label in text.needed:
            text.add(f"{label}:", depth)


def statement(line: Line, isa: Isa) -> str:
    """A line as the language has it."""
    if line.literal:
        rest = f" rest {line.piece.value:#x}" if line.piece.value else ""
        return f"literal {line.name}: {line.literal}{rest}"
    if line.choices:
        return line.choices[0].text
    digits = 2 * isa.unit
    words = ", ".join(f"{word:#0{digits + 2}x}" for word in line.piece.words)
    return f"raw {words}" + (f' "{line.text}"' if line.text and _nameable(line.text) else "")
