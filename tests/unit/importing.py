"""Imports without the command line, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.conftest import compile_file
from trampgen.assemble.process import Worker
from trampgen.importing.drafting import drafted
from trampgen.importing.drafts import Draft
from trampgen.importing.extent import extent, opened, template_name
from trampgen.importing.model import Extent
from trampgen.importing.naming import identifier
from trampgen.importing.proof import Written, proved
from trampgen.importing.writing import statement
from trampgen.model.memory import ByteOrder, from_memory
from trampgen.model.spec import TemplateVariant


def found(word: str, to: str | None = None, target: str | None = None) -> Extent:
    """OBJ:SYMBOL as an extent."""
    path, _, symbol = word.rpartition(":")
    return extent(opened(path), symbol, to, target)


def imported(
    word: str,
    to: str | None = None,
    target: str | None = None,
    mask: str | None = None,
    second: str | None = None,
) -> tuple[list[Draft], str]:
    """What the command makes of one symbol: the drafts and the text."""
    one = found(word, to, target)
    name = identifier(template_name(one.symbol, one.end), set())
    beside = [None if other is None else found(other, None, target) for other in (mask, second)]
    with Worker() as worker:
        drafts = [drafted(one, name, [], worker, *beside)]
        return drafts, str(proved(drafts, Written((), "MIT"), worker))


def printed(drafts: Sequence[Draft]) -> str:
    """The lines that were left raw, and why."""
    return "\n".join(
        f"{statement(line, draft.isa)}: {line.why}"
        for draft in drafts
        for line in draft.lines()
        if line.is_left
    )


def code(text: str) -> list[str]:
    """The statements of the one template of a spec."""
    inside = text.partition("    code {\n")[2].partition("\n    }\n")[0]
    return [" ".join(line.split()) for line in inside.splitlines()]


def built(text: str, folder: Path) -> TemplateVariant:
    """The one template of a spec, compiled."""
    path = folder / "spec.tramp"
    path.write_text(text)
    compiled = compile_file(path)
    assert compiled.spec is not None, (compiled.found, text)
    [variant] = compiled.spec.templates[0].variants
    return variant


def unlike(variant: TemplateVariant, data: bytes, order: ByteOrder) -> list[int]:
    """The words in which a template is not the bytes of an object, but for distances, which have no value at rest."""
    unit, open_ = variant.unit, dict.fromkeys(range(len(variant.words)), 0)
    for hole in variant.holes:
        for place, field in hole.field.cut(8 * unit).items() if hole.pc_relative else ():
            open_[hole.word + place] |= field.mask
    assert len(data) == variant.size
    found = (data[i : i + unit] for i in range(0, len(data), unit))
    return [
        i
        for i, (own, word) in enumerate(zip(found, variant.words, strict=True))
        if (from_bytes(own, variant, word.kind, order) ^ word.value) & ~open_[i]
    ]


def from_bytes(data: bytes, variant: TemplateVariant, kind: str, order: ByteOrder) -> int:
    return data[0] if variant.unit == 1 else from_memory(data, variant.isa, kind, order)
