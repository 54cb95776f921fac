"""Code with some of its lines replaced; labels and regions stay where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trampgen.diagnostics import Report
from trampgen.expand.code import AnyLine, Block, Code
from trampgen.expand.instances import Instance
from trampgen.expand.regions import placed
from trampgen.model.record import record


@record
class Edit:
    """`count` lines from line `at` of a section become `by`; the section is a form, or (None) the code at rest."""

    section: str | None
    at: int
    count: int
    by: tuple[AnyLine, ...]


def edited(instance: Instance, edits: Sequence[Edit], report: Report) -> Instance:
    """Another version of an instance. What does not fit where it stands goes to the report."""
    code = instance.code
    for edit in sorted(edits, key=lambda edit: -edit.at):
        code = _edited(code, edit)
    if not instance.isa.of_bytes:  # those are placed once they are measured
        code = placed(code, instance.isa, instance.when, report)
    return replace(instance, code=code)


def _edited(code: Code, edit: Edit) -> Code:
    if edit.section is None:
        more = len(edit.by) - edit.count
        regions = tuple(
            replace(region, lines=(_moved(region.lines[0], edit, more), _moved(region.lines[1], edit, more)))
            for region in code.regions
        )
        return replace(code, block=_spliced(code.block, edit), regions=regions)
    regions = tuple(
        replace(
            region,
            forms=tuple(
                replace(form, block=_spliced(form.block, edit)) if form.name.text == edit.section else form
                for form in region.forms
            ),
        )
        for region in code.regions
    )
    return replace(code, regions=regions)


def _spliced(block: Block, edit: Edit) -> Block:
    more = len(edit.by) - edit.count
    lines = (*block.lines[: edit.at], *edit.by, *block.lines[edit.at + edit.count :])
    return Block(lines, tuple((name, _moved(index, edit, more)) for name, index in block.labels))


def _moved(index: int, edit: Edit, more: int) -> int:
    """A label in front of the first of the lines stays in front of what stands there now."""
    return index + more if index > edit.at else index
