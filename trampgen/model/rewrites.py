"""Compiled rewrite rules: what becomes of an instruction that is copied to where it will run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.model.spec import When

Action = Literal["scratch", "adjust"]
Control = Literal["stepped", "followed"]


@record
class Rule:
    """`action` is what is done about an operand that is relative to the instruction pointer; None refuses it.

    `course` says who has control after the copy: whoever steps it, whatever it does, and corrects what depends on its
    address; or what stands behind it, if it comes there; None: nobody needs it. `candidates` are numbers of registers:
    the first one that the instruction leaves free counts."""

    action: Action | None
    course: Control | None
    candidates: tuple[int, ...]


@record
class RewriteVariant:
    """A rule in one combination of cases; `wide` is 64-bit mode."""

    when: When
    isa: str
    wide: bool
    rule: Rule
    because: str  # of its course


@record
class Rewrite:
    """Instructions as they are copied by one user of them."""

    name: str
    axes: tuple[str, ...]
    variants: tuple[RewriteVariant, ...]
    doc: str
    span: Span
