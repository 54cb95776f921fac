"""`trampgen import OBJ:SYMBOL`: code or an array of words in an object file as a first spec, on standard output."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.assemble.process import Unusable, Worker
from trampgen.commands import CLEAN, FINDINGS
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.importing.drafting import Asked, drafted
from trampgen.importing.extent import extent, opened, template_name
from trampgen.importing.model import CannotImport, Draft, Extent, Line, identifier
from trampgen.importing.proof import Written, proved
from trampgen.importing.writing import statement

if TYPE_CHECKING:
    from argparse import Namespace

_LICENCE = re.compile(r"[A-Za-z0-9.+() -]{1,100}")


def run(options: Namespace) -> int:
    """Print the spec; 1 where words were left raw."""
    _check(options)
    try:
        with Worker() as worker:
            drafts = _drafts(options, worker)
            how = Written(tuple(_head(drafts, options.licence)), options.licence, options.loops)
            text = proved(drafts, how, worker)
    except CannotImport as error:
        raise Usage(str(error)) from None
    except BadElf as error:
        raise Usage(f"{options.what[0].rpartition(':')[0]}: {error}") from None
    except Unusable as error:
        raise Usage(f"{error}: is keystone-engine installed for this Python?") from None
    print(text, end="")
    raw = [(draft, line) for draft in drafts for line in draft.lines() if line.is_raw]
    for draft in drafts:
        for guess in draft.guesses:
            _note(draft, guess)
    for draft, line in raw:
        _note(draft, f"{line.piece.offset:#x}: `{statement(line, draft.isa)}`: {line.why}")
    return FINDINGS if raw else CLEAN
