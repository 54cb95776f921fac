"""The proof of an import: its text is compiled, and every byte held against the file; what differs is written raw.

Not compared is what is no code's: bits that a relocation fills, and addresses, which have no value at rest."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence

from trampgen.assemble.process import Worker
from trampgen.compile import compile_spec
from trampgen.diagnostics import Abort, Diagnostic, Report
from trampgen.importing.drafts import Draft, Line, Param
from trampgen.importing.model import CannotImport, Piece, joined
from trampgen.importing.trying import MAKES
from trampgen.importing.writing import Text, written
from trampgen.model.record import record
from trampgen.model.source import Sources
from trampgen.model.spec import Spec, TemplateVariant, Word

_MOST_ROUNDS = 200  # each of them leaves something out


@record
class Written:
    """How drafts are written: the comment at the head, and the licence."""

    head: tuple[str, ...]
    licence: str | None


def proved(drafts: Sequence[Draft], how: Written, worker: Worker) -> Text:
    """The text of drafts that builds back to the bytes they are from; lines that do not are made raw on the way."""
    for _ in range(_MOST_ROUNDS):
        text = written(drafts, how.head, how.licence)
        spec, found = _compiled(text, drafts[0].name, worker)
        wrong = _refused(found, text, drafts) if spec is None else list(_different(spec, drafts, text))
        if spec is not None and not wrong:
            return _with_loops(drafts, how, worker, spec) or text
        for line, why in wrong:
            _give_up(line, why)
    raise CannotImport("no spec can be made of this")


def _with_loops(drafts: Sequence[Draft], how: Written, worker: Worker, plain: Spec) -> Text | None:
    """The same with loops, if there are any, and if they give the same words."""
    text = written(drafts, how.head, how.licence, loops=True)
    if not any(line.lstrip().startswith("for ") for line in text.lines):
        return None
    spec, _ = _compiled(text, drafts[0].name, worker)
    return text if spec is not None and _words(spec) == _words(plain) else None


def _words(spec: Spec) -> list[tuple[int, int]]:
    variants = [variant for template in spec.templates for variant in template.variants]
    return [(word.value, word.mask) for variant in variants for word in variant.words]


def _compiled(text: Text, name: str, worker: Worker) -> tuple[Spec | None, list[Diagnostic]]:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="trampgen-") as folder:
        path = os.path.join(folder, f"{name}.tramp")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(str(text))
        try:
            return compile_spec(path, {}, Sources(), report, worker), []
        except Abort:
            return None, report.errors


def _refused(found: Sequence[Diagnostic], text: Text, drafts: Sequence[Draft]) -> list[tuple[Line, str]]:
    """The lines that errors are about; those of a param are all that it stands in."""
    wrong: list[tuple[Line, str]] = []
    for error in found:
        spans = [error.span, *(note.span for note in error.notes)]
        owners = [text.owners[span.line] for span in spans if span is not None and span.line in text.owners]
        for owner in owners[:1]:
            lines = [owner] if isinstance(owner, Line) else _holding(owner, drafts)
            wrong += [(line, error.message) for line in lines if not line.is_raw]
    if not wrong:
        raise CannotImport(
            f"no spec can be made of this: {found[0].message if found else 'it gives other code'}"
        )
    return wrong


def _holding(param: Param, drafts: Sequence[Draft]) -> Iterator[Line]:
    for draft in drafts:
        if draft.params.get(param.name) is param:
            yield from (line for line in draft.lines() if param.name in line.params)


def _different(spec: Spec, drafts: Sequence[Draft], text: Text) -> Iterator[tuple[Line, str]]:
    """Lines whose words are not those of the file, outside of what is not compared."""
    for template, draft in zip(spec.templates, drafts, strict=True):
        (variant,) = template.variants
        forms = [form.words for region in variant.regions for form in region.forms]
        found = _by_line([word for words in (variant.words, *forms) for word in words])
        open_ = _addresses(variant, draft)
        lines = [(text.owners[number], number, words) for number, words in found.items()]
        pairs = [(line, number, words) for line, number, words in lines if isinstance(line, Line)]
        longer = [one for one in pairs if len(one[2]) != len(one[0].piece.words)]
        for line, number, words in (
            longer or pairs
        ):  # what follows a line of another size is moved, and not wrong
            why = _compared(line.piece, words, open_.get(number, 0))
            if why:
                yield line, why


def _by_line(words: Sequence[Word]) -> dict[int, list[Word]]:
    found: dict[int, list[Word]] = {}
    for word in words:
        found.setdefault(word.span.line, []).append(word)
    return found


def _addresses(variant: TemplateVariant, draft: Draft) -> Mapping[int, int]:
    """By line the bits of its words, joined, that hold distances."""
    found: dict[int, int] = {}
    for hole in variant.holes:
        if hole.pc_relative:
            first = 8 * (hole.word * variant.unit - hole.offset) if variant.unit == 1 else 0
            found[hole.span.line] = found.get(hole.span.line, 0) | hole.field.mask << first
    return found


def _compared(piece: Piece, words: Sequence[Word], distances: int) -> str:
    """What is wrong with the words of a line; empty where they are the piece's."""
    if len(words) != len(piece.words):
        return f"{MAKES} {len(words) * piece.unit} bytes of it"
    value = joined(tuple(word.value for word in words), piece.unit)
    if (value ^ piece.value) & ~piece.linked & ~distances:
        return f"{MAKES} {value:0{2 * piece.size}x} of it"
    return ""


def _give_up(line: Line, why: str) -> None:
    if line.literal:
        raise CannotImport(f"no spec can be made of this: {why}")
    if line.choices:
        del line.choices[0]
    line.why = why
