"""Rewrites for one combination of cases: what of a rule there is, and whether the target has such operands."""

from __future__ import annotations

from typing import TypeVar

from trampgen.diagnostics import Note
from trampgen.expand.words import Place, present
from trampgen.model.record import record
from trampgen.model.spec import When
from trampgen.syntax.ast_tables import Course, OperandRule, Rewrite

TARGETS = ("x86_64", "x86_32")
Part = TypeVar("Part", OperandRule, Course)


@record
class DraftRewrite:
    """A rule of one target, as it is written; `wide` is 64-bit mode."""

    when: When
    isa: str
    wide: bool
    course: Course | None
    operand: OperandRule | None


def rewrite(declared: Rewrite, place: Place) -> DraftRewrite | None:
    """The rule, or None with the reason in the report."""
    isa, before = place.isa, len(place.report.errors)
    if isa.name not in TARGETS:
        what = f"a rewrite is about instructions of {' and '.join(TARGETS)}, and the target is {isa.name}"
        help = (
            "other instruction sets have no operand that has to be rewritten in one way for all instructions"
        )
        place.report.error("not-this-target", declared.name.span, what, help=help, when=place.when)
        return None
    wide = isa.pointer_bits == 64
    parts = list(present(declared.parts, place))
    course = _one(
        [part for part in parts if isinstance(part, Course)], "who has control after the copy", place
    )
    rule = _one(
        [part for part in parts if isinstance(part, OperandRule)], "what is done with the operand", place
    )
    if rule is not None and not wide:
        what = f"{isa.name} has no operand that is relative to the instruction pointer"
        help = "leave it out: what a rewrite without it copies has the same effect everywhere"
        place.report.error("not-this-target", rule.operand.span, what, help=help, when=place.when)
    if len(place.report.errors) > before:
        return None
    return DraftRewrite(place.when, isa.name, wide, course, rule)


def _one(parts: list[Part], what: str, place: Place) -> Part | None:
    """The only part of its kind; more are reported."""
    for other in parts[1:]:
        note = Note("first here", parts[0].span)
        message = f"{what} is said twice in this rewrite"
        place.report.error("duplicate-name", other.span, message, [note], when=place.when)
    return parts[0] if parts else None
