"""What the command line gives for externs, opened before any spec is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from trampgen.arguments import Given
from trampgen.diagnostics import Report
from trampgen.model.record import record
from trampgen.model.source import Sources
from trampgen.resolve.supplied import Values, read_constants

if TYPE_CHECKING:
    from trampgen.elf.file import Elf
    from trampgen.facts.asm_offsets import AsmOffsets
    from trampgen.facts.debug import Debug


@record
class Facts:
    """`values` by the names of externs; `known` are sources that are asked when an extern is needed.

    With `all_may_lack`, what none of them knows is no finding: that is not what the files were given for."""

    values: Values
    known: tuple[AsmOffsets | Debug, ...] = ()
    elves: tuple[Elf, ...] = ()
    all_may_lack: bool = False

    @property
    def debug(self) -> tuple[Debug, ...]:
        """The debug info among them."""
        from trampgen.facts.debug import Debug

        return tuple(one for one in self.known if isinstance(one, Debug))


def gather(given: Given, sources: Sources, report: Report) -> Facts:
    """Everything that the options name, opened. Raises Abort where a file is wrong, or where two of them differ.

    This is what a command calls that compiles specs: compile_spec() takes the result."""
    values = read_constants(given.constants, given.defines, sources, report)
    if not given.asm_offsets and not given.elf:
        return Facts(values)
    known: list[AsmOffsets | Debug] = [*_asm_offsets(given, sources, report)]
    elves: list[Elf] = []
    for elf, debug in _debug_info(given, report):
        elves.append(elf)
        known += debug
    report.stop_on_errors()
    return Facts(values, tuple(known), tuple(elves))


def of_files(given: Given, files: Sequence[Elf], sources: Sources, report: Report) -> Facts:
    """What files know that are looked at anyway, beside what the options supply. Some may have no debug info."""
    values = read_constants(given.constants, given.defines, sources, report)
    known: list[AsmOffsets | Debug] = [*_asm_offsets(given, sources, report)]
    for elf in files:
        if elf.has_debug_info:
            from trampgen.facts.files import debug_of

            known += debug_of(elf, report)
    report.stop_on_errors()
    return Facts(values, tuple(known), tuple(files), all_may_lack=True)


def _asm_offsets(given: Given, sources: Sources, report: Report) -> Iterator[AsmOffsets]:
    if given.asm_offsets:
        from trampgen.facts.asm_offsets import read_asm_offsets

        for path in given.asm_offsets:
            if (found := read_asm_offsets(path, sources, report)) is not None:
                yield found


def _debug_info(given: Given, report: Report) -> Iterator[tuple[Elf, list[Debug]]]:
    if given.elf:
        from trampgen.facts.files import open_elf

        for path in given.elf:
            if (found := open_elf(path, report)) is not None:
                yield found
