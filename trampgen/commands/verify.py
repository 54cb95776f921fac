"""`trampgen verify`: a spec held against what was built."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from trampgen import isa as isas
from trampgen.arguments import Usage
from trampgen.commands import CLEAN, FINDINGS
from trampgen.commands.compiled import compiled
from trampgen.commands.findings import Findings
from trampgen.diagnostics import Abort, Report
from trampgen.elf.errors import BadElf
from trampgen.elf.file import Elf
from trampgen.model.spec import Spec
from trampgen.verify.model import Checked, InTypes
from trampgen.verify.run import Outcome, verify

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """Print what was compared, and every difference."""
    elfs = [_opened(path) for path in dict.fromkeys(options.elf)]
    findings, report = Findings(), Report()
    outcome = Outcome((), ())
    spec = compiled(options.spec, options, findings, elfs)
    if spec is not None:
        _check_machines(spec, elfs)
        _check_cases(spec, options.cases)
        with contextlib.suppress(Abort):  # too many differences: the first ones are in the report
            outcome = _verified(spec, elfs, options.cases, report)
    findings.add(report.found, {})
    if options.format == "json":
        print(json.dumps(_document(outcome, findings), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(outcome)), end="\n" if outcome.checked or outcome.absent else "", flush=True)
        findings.show("text", options.colour)
    return FINDINGS if report.errors or spec is None else CLEAN


def _opened(path: str) -> Elf:
    try:
        return Elf(path)
    except OSError as error:
        raise Usage(f"{path}: {error.strerror or error}") from None
    except BadElf as error:
        raise Usage(f"{path}: {error}") from None


def _verified(spec: Spec, elfs: Sequence[Elf], cases: Sequence[str], report: Report) -> Outcome:
    """The outcome; a file whose tables turn out to be broken is named."""
    for elf in elfs:  # what is read on demand is read now, while it is known which file is wrong
        try:
            len(elf.symbols)
            elf.relocations(elf.sections[0])
        except BadElf as error:
            raise Usage(f"{elf.path}: {error}") from None
    return verify(spec, elfs, cases, report)


def _check_machines(spec: Spec, elfs: Sequence[Elf]) -> None:
    """All files are of one machine, one for which the spec has code."""
    first = elfs[0]
    known = {variant.isa for template in spec.templates for variant in template.variants} or _alike(spec.isa)
    for elf in elfs:
        if not known & set(elf.targets):
            raise Usage(
                f"{elf.path}: the spec is for {', '.join(sorted(known))}, and the file for {elf.machine_name}"
            )
        if (elf.machine, elf.bits, elf.order) != (first.machine, first.bits, first.order):
            raise Usage(
                f"{elf.path} is {elf.order}-endian {elf.machine_name}, {first.path} {first.order}-endian "
                f"{first.machine_name}: verify them one by one"
            )


def _alike(isa: str) -> set[str]:
    """Targets whose instructions are alike: sets of opcodes hold for all of them."""
    return {name for name, module in isas.MODULES.items() if module == isas.MODULES[isa]}


def _check_cases(spec: Spec, wanted: Sequence[str]) -> None:
    known = [case.name for axis in spec.axes for case in axis.cases]
    for case in wanted:
        if case not in known:
            raise Usage(f"--case {case}: the spec has {', '.join(known) or 'no cases'}")


def _lines(outcome: Outcome) -> Iterator[str]:
    for _, group in groupby(outcome.checked, key=lambda one: (_title(one), one.place.elf.path)):
        alike = list(group)
        wrong = [one for one in alike if one.differences]
        if len(alike) > len(wrong):
            yield _line("ok", [one for one in alike if not one.differences])
        for one in wrong:
            yield _line("differs", [one])
    for absent in outcome.absent:
        yield f"absent   {absent.kind} {absent.name}: no {absent.looked_for}"


def _line(verdict: str, alike: Sequence[Checked]) -> str:
    more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
    return f"{verdict:8} {_title(alike[0])}; {alike[0].place.at()}{more}"


def _title(one: Checked) -> str:
    cases = f" [{', '.join(case for _, case in one.when)}]" if one.when else ""
    return f"{one.kind} {one.name}{cases}: {one.what}"


def _document(outcome: Outcome, findings: Findings) -> dict[str, Any]:
    from trampgen.diagnostics.json import encode

    return {
        "checked": [_entry(one) for one in outcome.checked],
        "absent": [{"kind": a.kind, "name": a.name, "looked_for": a.looked_for} for a in outcome.absent],
        "diagnostics": [encode(one) for one in findings.report.ordered()],
    }


def _entry(one: Checked) -> dict[str, Any]:
    place = one.place
    where: dict[str, Any] = {"struct": place.title} if isinstance(place, InTypes) else {
        "section": place.section.name,
        "offset": place.offset,
        "symbol": place.symbol,
    }  # fmt: skip
    return {
        "kind": one.kind,
        "name": one.name,
        "cases": [case for _, case in one.when],
        "file": place.elf.name,
        **where,
        "compared": one.what,
        "differs": bool(one.differences),
    }
