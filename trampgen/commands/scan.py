"""`trampgen scan`: where in files the code of a spec is, and what its holes hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.arguments import Usage
from trampgen.commands import CLEAN, FINDINGS, TROUBLE
from trampgen.commands.compiled import compiled
from trampgen.commands.findings import Findings, refuse_unknown_defines
from trampgen.diagnostics.suggest import did_you_mean
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.model.memory import ByteOrder, orders
from trampgen.model.spec import Spec
from trampgen.scan import areas, text
from trampgen.scan.described import Wanted, chosen, code_targets, known
from trampgen.scan.names import Names
from trampgen.scan.patterns import order_of
from trampgen.scan.scanning import Asked, Found, Scan
from trampgen.scan.tables import rows_of
from trampgen.scan.text import Where

if TYPE_CHECKING:
    from argparse import Namespace

    Matches = Callable[[str], Iterator[tuple[Found, Where]]]


def run(options: Namespace) -> int:
    """Print every match; 1 where there is none, 2 where the spec or a file can't be used."""
    if len(options.specs) != 1:
        raise Usage(f"scan takes one spec, not {len(options.specs)}")
    if not options.elf and not options.raw:
        raise Usage("scan needs something to look at: --elf FILE, or --raw FILE")
    findings = Findings()
    spec = compiled(options.specs[0], options, findings, _alone(options.elf))
    if spec is None:
        findings.show(options.format, options.colour)
        return TROUBLE
    refuse_unknown_defines(arguments.defines(options.defines), (extern.name for extern in spec.externs))
    _check_names(options, spec)
    return _Run(options, spec).status()


def _alone(paths: Sequence[str]) -> list[Elf]:
    """The file whose debug info knows externs: of several, each would say something else."""
    if len(paths) != 1:
        return []
    try:
        return [Elf(paths[0])]
    except (BadElf, OSError):
        return []  # said where it is searched


def _check_names(options: Namespace, spec: Spec) -> None:
    """What was asked for by name must be there."""
    cases = [case.name for axis in spec.axes for case in axis.cases]
    tables = [table.name for table in spec.tables]
    asked = (("--template", options.template, known(spec)), ("--case", options.case, cases))
    for option, names, there in (*asked, ("--table", options.table, tables)):
        for name in names:
            if name not in there:
                hint = did_you_mean(name, there) or f"there are: {', '.join(there) or 'none'}"
                raise Usage(f"{option} {name}: {spec.path} has nothing of that name ({hint})")


class _Run:
    """One spec and many files. What is made ready for one file serves the next of its kind."""

    def __init__(self, options: Namespace, spec: Spec) -> None:
        self._options, self._spec = options, spec
        self._scans: dict[tuple[tuple[str, ...], ByteOrder], Scan] = {}
        several = len(options.elf) + len(options.raw) > 1
        self._print = _Json() if options.format == "json" else _Text(several)
        self._trouble = False

    def status(self) -> int:
        """Look at every file; what is wrong with one is said, and does not keep the others from being looked at."""
        for path in self._options.elf:
            self._file(path, self._elf)
        for path in self._options.raw:
            self._file(path, self._raw)
        self._print.end()
        for name in dict.fromkeys(name for scan in self._scans.values() for name in scan.cut):
            print(f"trampgen: {name}: only the first matches are shown (--limit)", file=sys.stderr)
        return TROUBLE if self._trouble else CLEAN if self._print.count else FINDINGS

    def _file(self, path: str, matches: Matches) -> None:
        try:
            for found, where in matches(path):
                self._print.add(found, where)
        except BrokenPipeError:  # nothing is wrong with the file
            raise
        except (BadElf, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            sys.stdout.flush()
            print(f"trampgen: error: {path}: {reason}", file=sys.stderr)
            self._trouble = True

    def _elf(self, path: str) -> Iterator[tuple[Found, Where]]:
        elf = Elf(path)
        own = code_targets(self._spec)
        if not set(own) & set(elf.targets):
            raise BadElf(f"the spec is for {', '.join(own)}, and this file is {elf.machine_name}")
        there = {section.name for section in elf.sections if section.allocated and section.has_bytes}
        for name in self._options.section:
            if name not in there:
                raise BadElf(f"there is no section {name} that is loaded")
        names, scan = Names(elf), self._scan(elf.targets, order_of(elf))
        for area in areas.of_elf(elf, self._options.section, self._options.all_sections):
            where = Where(path, area, names, elf.bits)
            yield from ((found, where) for found in scan.matches(area))

    def _raw(self, path: str) -> Iterator[tuple[Found, Where]]:
        target = _target(self._options.target, self._spec)
        scan = self._scan((target,), _order(self._options.order, target))
        area = areas.of_raw(path, _base(self._options.base))
        where = Where(path, area, None, 64 if target.endswith("64") else 32)
        yield from ((found, where) for found in scan.matches(area))

    def _scan(self, targets: tuple[str, ...], order: ByteOrder) -> Scan:
        if (targets, order) not in self._scans:
            self._scans[targets, order] = self._prepared(targets, order)
        return self._scans[targets, order]

    def _prepared(self, targets: tuple[str, ...], order: ByteOrder) -> Scan:
        options = self._options
        wanted = Wanted(self._spec, targets, order, options.case)
        patterns = chosen(wanted, options.template) if options.template or not options.table else []
        for pattern in patterns:
            if not pattern.fixed_bits:
                print(f"trampgen: {pattern.name}: no bit is fixed: it would be everywhere", file=sys.stderr)
        tables = [table for table in self._spec.tables if table.name in options.table]
        rows = [rows for table in tables for rows in rows_of(self._spec, table, targets, options.case)]
        return Scan(Asked(patterns, rows, order), options.limit)


class _Text:
    """A line for each match, with the name of its file where there are several."""

    def __init__(self, several: bool) -> None:
        self._several, self.count = several, 0

    def add(self, found: Found, where: Where) -> None:
        self.count += 1
        print(f"{where.path}: {text.line(found, where)}" if self._several else text.line(found, where))

    def end(self) -> None:
        pass


class _Json:
    """One document, whose matches are written as they are found."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, found: Found, where: Where) -> None:
        print('{"schema": "trampgen-scan-1", "matches": [' if not self.count else ",")
        print(json.dumps(text.data(found, where), ensure_ascii=False), end="")
        self.count += 1

    def end(self) -> None:
        print("\n]}" if self.count else '{"schema": "trampgen-scan-1", "matches": []}')


def _target(given: str | None, spec: Spec) -> str:
    own = code_targets(spec)
    if given is None and len(own) == 1:
        return own[0]
    if given is None or given not in own:
        raise Usage(f"--target {given or '…'}: the spec is for {', '.join(own)}")
    return given


def _order(given: str | None, target: str) -> ByteOrder:
    """The byte order of a raw image; one of several must be chosen. `big` is be8 where there is no other big one."""
    there = [order for order, _ in orders(target)]
    if given == "big" and "big" not in there and "be8" in there:
        return "be8"
    if given is None and len(there) > 1:
        raise Usage(f"--raw needs --order: {target} has {', '.join(there)}")
    found = next((order for order in there if order == (given or there[0])), None)
    if found is None:
        raise Usage(f"--order {given}: {target} has {', '.join(there)}")
    return found


def _base(given: str) -> int:
    try:
        base = int(given, 0)
    except ValueError:
        base = -1
    if not 0 <= base < 1 << 64:
        raise Usage(f"--base {given}: expected an address")
    return base
