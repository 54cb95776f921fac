"""`trampgen mutate`: small faults put into the code of templates, and which of them nobody would notice."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trampgen import arguments
from trampgen.arguments import Usage
from trampgen.assemble.process import Worker
from trampgen.commands import CLEAN, FINDINGS, TROUBLE
from trampgen.commands.findings import Findings
from trampgen.diagnostics import Abort, Report
from trampgen.model.source import Sources

if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.mutate.listing import Reason, Tally
    from trampgen.mutate.run import Bench


def run(options: Namespace) -> int:
    """Print the faults that survive; 0 where none does, 2 where a template is not proved to begin with."""
    from trampgen.prove.run import missing

    if lacking := missing():
        raise Usage(f"install {' and '.join(lacking)}: pip install 'trampgen[prove]'")
    if options.most is not None and options.most < 1:
        raise Usage(f"--most {options.most}: expected a number of faults, 1 or more")
    findings = Findings()
    reasons = _reasons(options.reasons) if options.reasons else []
    with Worker() as worker:
        benches = [
            bench
            for path in dict.fromkeys(options.specs)
            for bench in _benches(path, options, findings, worker)
        ]
        if not findings.report.found:
            _prove(benches, options, findings)
        if findings.report.found:
            findings.show(options.format, options.colour)
            print(
                "trampgen: error: what is not proved without a fault says nothing of faults", file=sys.stderr
            )
            return TROUBLE
        _check_names(benches, options)
        tallies = _judged(benches, options, reasons, worker)
    _print(tallies, options)
    return FINDINGS if any(tally.survived for tally in tallies) else CLEAN


def _benches(path: str, options: Namespace, findings: Findings, worker: Worker) -> list[Bench]:
    """The templates of one spec; empty where there are findings."""
    from trampgen.compile import expanded, finished
    from trampgen.mutate.run import benches
    from trampgen.resolve.supplied import read_constants

    sources, report = Sources(), Report()
    try:
        defines = arguments.defines(options.defines)
        supplied = read_constants(tuple(options.constants), defines, sources, report)
        front = expanded(path, supplied, sources, report, worker)
        spec = finished(front, report, worker)
        findings.add((), sources.texts)
        usual = frozenset(one.code for one in report.found)
        return list(benches(front, spec, options.template, options.case, options.seed, worker, usual))
    except Abort:
        findings.add(report.found, sources.texts)
        return []


def _prove(benches: Sequence[Bench], options: Namespace, findings: Findings) -> None:
    """What is not proved without a fault."""
    from trampgen.mutate.jobs import proofs

    specs = list({id(bench.spec): bench.spec for bench in benches}.values())
    for found in proofs([(spec, options.template, options.case) for spec in specs], _jobs(options)):
        findings.add(found, {})


def _jobs(options: Namespace) -> int:
    auto = options.jobs == "auto"
    return arguments.processors() if auto else arguments.jobs(options.jobs, options.specs)


def _judged(
    benches: Sequence[Bench], options: Namespace, reasons: Sequence[Reason], worker: Worker
) -> list[Tally]:
    from trampgen.mutate.jobs import judge_all
    from trampgen.mutate.listing import Tally
    from trampgen.mutate.run import sampled

    chosen = sampled(benches, options.most, options.seed)
    results = judge_all(
        chosen, worker, _jobs(options), _progress(sum(len(faults) for _, faults in chosen), options)
    )
    return [
        Tally(bench.spec.path, bench.template.name, own, reasons)
        for bench, own in zip(benches, results, strict=True)
    ]


def _progress(total: int, options: Namespace) -> Callable[[int], None]:
    """On a terminal, how far it has come."""
    state = {"known": 0}
    shown = sys.stderr.isatty() and options.format == "text"

    def done(more: int) -> None:
        state["known"] += more
        if shown:
            end = "\r\x1b[K" if state["known"] == total else ""
            print(f"\r{state['known']} of {total} faults{end}", end="", file=sys.stderr, flush=True)

    return done


def _check_names(benches: Sequence[Bench], options: Namespace) -> None:
    if options.template and not benches:
        raise Usage(f"--template {options.template[0]}: there is no such template")
    for name in options.template:
        if name not in [bench.template.name for bench in benches]:
            raise Usage(f"--template {name}: there is no such template")


def _reasons(path: str) -> list[Reason]:
    """Equivalents that somebody has looked at: [[equivalent]] with template, what and because."""
    import tomllib

    from trampgen.mutate.listing import Reason

    try:
        with open(path, "rb") as stream:
            document = tomllib.load(stream)
        return [
            Reason(one["template"], one["what"], one["because"]) for one in document.get("equivalent", [])
        ]
    except OSError as error:
        raise Usage(f"--reasons {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        raise Usage(
            f"--reasons {path}: expected [[equivalent]] with template, what and because ({error})"
        ) from None


def _print(tallies: Sequence[Tally], options: Namespace) -> None:
    from trampgen.mutate.listing import document, lines

    if options.format == "json":
        print(json.dumps(document(tallies), indent=2, ensure_ascii=False))
        return
    for line in lines(tallies):
        print(line)
