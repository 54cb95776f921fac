"""Drafts as text of the language, and which line of the text is whose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from trampgen.importing.model import Draft, Line, Param, Region
from trampgen.isa.base import Isa

_INDENT = "    "
_LONGEST_TEXT = 400  # of a raw word's text


@dataclass(slots=True, eq=False, repr=False)
class Text:
    """Lines of text so far; `owners` are by number of the line what stands there."""

    lines: list[str] = field(default_factory=list)
    owners: dict[int, Line | Param] = field(default_factory=dict)

    def add(self, text: str, depth: int = 0, owner: Line | Param | None = None) -> None:
        self.lines.append(f"{_INDENT * depth}{text}".rstrip())
        if owner is not None:
            self.owners[len(self.lines)] = owner

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"


def written(drafts: Sequence[Draft], head: Sequence[str], licence: str | None) -> Text:
    """A spec; `head` are lines of its first comment."""
    text = Text()
    if licence:
        text.add(f"//! SPDX-License-Identifier: {licence}")
    for line in head:
        text.add(f"// {line}")
    text.add(f"target {drafts[0].isa.name}")
    for draft in drafts:
        text.add("")
        _template(draft, text)
    return text


def _template(draft: Draft, text: Text) -> None:
    text.add(f"stub {draft.name} {{")
    for clause in symbol_clauses(draft):
        text.add(clause, 1)
    for param in used(draft):
        text.add(param.text, 1, param)
    text.add("code {", 1)
    for item in draft.items:
        if isinstance(item, Region):
            _region(item, draft, text)
        else:
            _line(item, draft, text, 2)
    for label in draft.labels.get(draft.extent.size, ()):
        text.add(f"{label}:", 1)
    text.add("}", 1)
    text.add("}")


def used(draft: Draft) -> list[Param]:
    """The params that stand in the code, in the order in which they do."""
    names = dict.fromkeys(param for line in draft.lines() for param in line.params)
    return [draft.params[name] for name in names]


def symbol_clauses(draft: Draft) -> Iterator[str]:
    """What the words and labels are called in the object."""
    return iter(())


def _region(region: Region, draft: Draft, text: Text) -> None:
    text.add(f"patch {region.name} {{", 2)
    for line in region.form:
        text.add(statement(line, draft.isa), 3, line)
    text.add("}", 2)
    text.add("rest {", 2)
    for number, line in enumerate(region.rest):
        _line(line, draft, text, 3, labels=number > 0)
    text.add("}", 2)


def _line(line: Line, draft: Draft, text: Text, depth: int, labels: bool = True) -> None:
    for label in draft.labels.get(line.piece.offset, ()) if labels else ():
        if label != line.name:
            text.add(f"{label}:", depth - 1)
    comment = f"  // {line.comment}" if line.comment else ""
    text.add(statement(line, draft.isa) + comment, depth, line)


def statement(line: Line, isa: Isa) -> str:
    """A line as the language has it."""
    if line.literal:
        rest = f" rest {line.piece.value:#x}" if line.piece.value else ""
        return f"literal {line.name}: {line.literal}{rest}"
    if line.choices:
        return line.choices[0].text
    digits = 2 * isa.unit
    words = ", ".join(f"{word:#0{digits + 2}x}" for word in line.piece.words)
    shown = line.shown.replace('"', "'")[:_LONGEST_TEXT]
    return f"raw {words}" + (f' "{shown}"' if shown else "")
