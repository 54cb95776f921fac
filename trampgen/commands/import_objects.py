"""`trampgen import OBJ:SYMBOL`: code or an array of words in an object file as a first spec, on standard output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.assemble.process import Unusable, Worker
from trampgen.commands import CLEAN, FINDINGS
from trampgen.diagnostics.text import count
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.importing.drafting import drafted
from trampgen.importing.drafts import Draft
from trampgen.importing.extent import extent, opened, template_name
from trampgen.importing.model import CannotImport, Extent
from trampgen.importing.naming import identifier, printable
from trampgen.importing.proof import Written, proved
from trampgen.importing.writing import statement

if TYPE_CHECKING:
    from argparse import Namespace

_LICENCE = re.compile(r"[A-Za-z0-9.+() -]{1,100}")
_OF_ONE = ("to", "mask", "second", "name")  # options that are about one symbol


def run(options: Namespace) -> int:
    """Print the spec; 1 where words were left raw, or a relocation without a hole."""
    _check(options)
    try:
        with Worker() as worker:
            drafts = _drafts(options, worker)
            head = tuple(map(printable, _head(drafts, options)))
            text = proved(drafts, Written(head, options.licence), worker)
    except CannotImport as error:
        raise Usage(printable(str(error))) from None
    except Unusable as error:
        raise Usage(f"{error} (is keystone-engine installed for this Python?)") from None
    print(text, end="")
    status = CLEAN
    for draft in drafts:
        left = [*draft.lost, *_raw(draft)]
        for note in [*draft.guesses, *left]:
            print(printable(f"{draft.extent.path}:{draft.extent.symbol}: note: {note}"), file=sys.stderr)
        status = FINDINGS if left else status
    return status


def _check(options: Namespace) -> None:
    for word in options.specs:
        path, colon, symbol = word.rpartition(":")
        if not (colon and path and symbol):
            raise Usage(f"{word}: expected OBJ:SYMBOL, or decodetree FILE")
    if options.width is not None:
        raise Usage("--width is for `import decodetree`: an object says itself what its instructions are")
    if len(options.specs) > 1:
        given = next((name for name in _OF_ONE if getattr(options, name) is not None), None)
        if given:
            raise Usage(f"--{given} is about one symbol, and {len(options.specs)} are imported")
    if options.mask is not None and options.second is not None:
        raise Usage("--mask and --second both say what is open: give one of them")
    if options.licence is not None and not _LICENCE.fullmatch(options.licence):
        raise Usage(f"--licence {options.licence}: this is no SPDX identifier")
    if options.name is not None and not re.fullmatch(r"[A-Za-z_]\w{0,79}", options.name, re.ASCII):
        raise Usage(f"--name {options.name}: a name has letters, digits and underscores")


def _drafts(options: Namespace, worker: Worker) -> list[Draft]:
    files: dict[str, Elf] = {}
    extents = [_extent(word, files, options, options.to) for word in dict.fromkeys(options.specs)]
    targets = list(dict.fromkeys(one.target for one in extents))
    if len(targets) > 1:
        raise CannotImport(
            f"code of {' and of '.join(targets)}: a spec has one target, so import it in parts"
        )
    taken: set[str] = set()
    names = [identifier(options.name or template_name(one.symbol, one.end), taken) for one in extents]
    beside = [
        None if word is None else _extent(_with_file(word, options.specs[0]), files, options, None)
        for word in (options.mask, options.second)
    ]
    return [drafted(one, name, names, worker, *beside) for one, name in zip(extents, names, strict=True)]


def _extent(word: str, files: dict[str, Elf], options: Namespace, to: str | None) -> Extent:
    path, _, symbol = word.rpartition(":")
    try:
        if path not in files:
            files[path] = opened(path)
        return extent(files[path], symbol, to, options.target)
    except BadElf as error:
        raise CannotImport(f"{path}: {error}") from None


def _with_file(word: str, first: str) -> str:
    """A symbol by itself is in the file that is imported."""
    return word if ":" in word else f"{first.rpartition(':')[0]}:{word}"


def _head(drafts: Sequence[Draft], options: Namespace) -> Iterator[str]:
    """The comment that a spec begins with: where it is from, and what in it is a guess."""
    for draft in drafts:
        one = draft.extent
        to = f" to {one.end}" if one.end else ""
        kind = "" if one.is_code or draft.isa.of_bytes else ", an array of words"
        yield (
            f"A first version, imported from {os.path.basename(one.path)}: {one.symbol}{to}, "
            f"{count(one.size, 'byte')} of {one.section.name}{kind}."
        )
    guesses = list(_guessed(drafts, options))
    if guesses:
        yield "Guesses:"
        yield from (f"- {guess}" for guess in guesses)
    if options.licence is None:
        yield "Which licence it has can't be known: add `//! SPDX-License-Identifier: …` as the first line."


def _guessed(drafts: Sequence[Draft], options: Namespace) -> Iterator[str]:
    if any(line.piece.linked for draft in drafts for line in draft.lines()):
        yield "params are what relocations refer to, by the symbol's name"
    if any(line.params and not line.piece.linked for draft in drafts for line in draft.lines()) and not (
        options.mask or options.second
    ):
        yield "params are what branches to the outside go to, by the symbol there"
    if any(
        label.startswith("at_") for draft in drafts for labels in draft.labels.values() for label in labels
    ):
        yield "labels at_… are what branches go to and no symbol names, by their offset"
    if options.mask is not None:
        yield f"params word… and value… are operands that {options.mask} leaves open"
    if options.second is not None:
        yield f"params word… and value…, and regions, are where {options.second} has something else"
    for draft in drafts:
        of = f"{draft.name}: " if len(drafts) > 1 else ""
        yield from (of + guess for guess in draft.guesses)
    if any("patched" in line.comment for draft in drafts for line in draft.lines()):
        yield "nops at a symbol may be a patch region: see the comments"


def _raw(draft: Draft) -> Iterator[str]:
    """Every word that was left raw, and why."""
    for line in draft.lines():
        if line.is_left:
            yield f"{line.piece.offset:#x}: `{statement(line, draft.isa)}` is raw: {line.why}"
