"""`trampgen prove`: the contract holds for every input, or here is one for which it does not."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trampgen.arguments import Usage
from trampgen.commands import CLEAN, FINDINGS
from trampgen.commands.compiled import compiled
from trampgen.commands.findings import Findings
from trampgen.compile import part
from trampgen.diagnostics import Report

if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.model.spec import Spec
    from trampgen.prove.verdict import Verdict


def run(options: Namespace) -> int:
    """Print a verdict for each template, variant and configuration; 0 where all are proved."""
    findings = Findings()
    narrowed = functools.partial(part, templates=options.template, cases=options.case)
    specs = [compiled(path, options, findings, None, narrowed) for path in dict.fromkeys(options.specs)]
    known = [spec for spec in specs if spec is not None]
    _check_names(known, len(known) == len(specs), options)
    if options.show_contract:
        return _contracts(known, options, findings)
    verdicts = [verdict for spec in known for verdict in _proved(spec, options, findings)]
    if options.smt is not None:
        _write_questions(verdicts, options.smt)
    _print(verdicts, findings, options)
    return FINDINGS if findings.report.found or len(known) < len(specs) else CLEAN


def _proved(spec: Spec, options: Namespace, findings: Findings) -> list[Verdict]:
    from trampgen.prove.explain import tell
    from trampgen.prove.run import prove

    report = Report()
    verdicts = list(prove(spec, options.template, options.case))
    if options.no_allow:
        verdicts = [verdict.strict() for verdict in verdicts]
    tell(verdicts, report, every_case=not options.case)
    findings.add(report.found, {})
    return verdicts


def _check_names(specs: Sequence[Spec], complete: bool, options: Namespace) -> None:
    templates = [template.name for spec in specs for template in spec.templates]
    cases = [case.name for spec in specs for axis in spec.axes for case in axis.cases]
    for what, wanted, there in (("template", options.template, templates), ("case", options.case, cases)):
        for name in wanted:
            if complete and name not in there:
                raise Usage(f"--{what} {name}: there is {', '.join(dict.fromkeys(there)) or 'none'}")


def _print(verdicts: Sequence[Verdict], findings: Findings, options: Namespace) -> None:
    from trampgen.prove.listing import document, lines

    if options.format == "json":
        from trampgen.diagnostics.json import encode

        diagnostics = [encode(one) for one in findings.report.ordered()]
        print(json.dumps({**document(verdicts), "diagnostics": diagnostics}, indent=2, ensure_ascii=False))
        return
    for line in lines(verdicts):
        print(line, flush=True)
    findings.show("text", options.colour)


def _contracts(specs: Sequence[Spec], options: Namespace, findings: Findings) -> int:
    """`--show-contract`: what is demanded and what is assumed."""
    from trampgen.prove.contract import contract
    from trampgen.prove.listing import demanded
    from trampgen.prove.machines import machine
    from trampgen.prove.run import GENERAL, chosen

    for spec in specs:
        for template in spec.templates:
            for variant in template.variants:
                found = machine(variant.isa)
                if (options.template and template.name not in options.template) or found is None:
                    continue
                if chosen(spec, variant, options.case):
                    cases = f" [{', '.join(case for _, case in variant.when)}]" if variant.when else ""
                    print(f"{template.name}{cases}, {variant.isa}:")
                    for line in demanded(contract(template, variant, found), found):
                        print(line)
                    for assumption in (*GENERAL, *found.assumptions):
                        print(f"  assumes that {assumption}")
    findings.show(options.format, options.colour)
    return FINDINGS if findings.report.found else CLEAN


def _write_questions(verdicts: Sequence[Verdict], folder: str) -> None:
    """`--smt`: what was not decided by simplification."""
    from trampgen.prove.smt import files

    try:
        os.makedirs(folder, exist_ok=True)
        for name, text in files(verdicts):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                stream.write(text)
    except OSError as error:
        raise Usage(f"--smt {folder}: {error.strerror or error}") from None
