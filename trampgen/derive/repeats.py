"""Repeats: an element is finished as a template is."""

from __future__ import annotations

from trampgen.derive.params import variant
from trampgen.derive.patterns import Words
from trampgen.diagnostics import Report
from trampgen.expand.described import Drafts
from trampgen.model.repeats import Repeat, RepeatVariant


def repeats(drafts: Drafts, assembled: Words, report: Report) -> list[Repeat]:
    """Every repeat in every combination of cases in which it exists."""
    found: list[Repeat] = []
    for declared, axes, own in drafts.repeats:
        variants: list[RepeatVariant] = []
        for draft in own:
            count = draft.code.repeated
            assert count is not None, "a draft has its count"
            element = variant(assembled[id(draft.code)], report)
            variants.append(RepeatVariant(count, draft.code.code_words, element))
        docs = tuple((data.name.text, data.doc) for data in declared.data)
        name = declared.name
        found.append(Repeat(name.text, axes, tuple(variants), docs, declared.doc, name.span))
    return found
