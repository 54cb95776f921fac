"""Compiled rewrite rules: what becomes of an instruction that is copied to where it will run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from trampgen.model.record import record
from trampgen.model.source import Span

if TYPE_CHECKING:
    from trampgen.model.spec import When

Action = Literal["scratch", "adjust"]


@record
class Rule:
    """What is done about an operand that is relative to the instruction pointer; None: there are none, or they are refused.

    `stepped` says that whoever lets the copy run has control again after this one instruction, and corrects what
    depends on its address. `candidates` are numbers of registers, the first one that the instruction leaves free counts."""

    action: Action | None
    stepped: bool
    candidates: tuple[int, ...]


@record
class RewriteVariant:
    """A rule in one combination of cases; `wide` is 64-bit mode."""

    when: When
    isa: str
    wide: bool
    rule: Rule
    because: str  # it is stepped


@record
class Rewrite:
    """Instructions as they are copied by one user of them."""

    name: str
    axes: tuple[str, ...]
    variants: tuple[RewriteVariant, ...]
    doc: str
    span: Span
