"""ELF files that know externs, opened."""

from __future__ import annotations

from trampgen.diagnostics import Report
from trampgen.elf.debuginfo import sources as debug_info
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.facts.debug import Debug


def open_elf(path: str, report: Report) -> tuple[Elf, list[Debug]] | None:
    """A file and its debug info; None with the reason in the report."""
    try:
        elf = Elf(path)
        return elf, [Debug(info) for info in debug_info(elf)]
    except (OSError, ValueError) as error:
        report.error("cannot-read", None, f"can't read {path}: {getattr(error, 'strerror', None) or error}")
    except BadElf as error:
        report.error("bad-elf", None, f"{path}: {error}")
    return None
