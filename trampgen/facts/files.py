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
    except (OSError, ValueError) as error:
        report.error("cannot-read", None, f"can't read {path}: {getattr(error, 'strerror', None) or error}")
    except BadElf as error:
        report.error("bad-elf", None, f"{path}: {error}")
    else:
        return elf, debug_of(elf, report)
    return None


def debug_of(elf: Elf, report: Report) -> list[Debug]:
    """The debug info of a file; none, with the reason in the report, where it can't be read."""
    try:
        return [Debug(info) for info in debug_info(elf)]
    except BadElf as error:
        report.error("bad-elf", None, f"{elf.path}: {error}")
        return []
