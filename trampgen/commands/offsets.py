"""`trampgen offsets`: structs as debug info has them, and constants files made of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from trampgen.arguments import Given, Usage
from trampgen.commands import CLEAN, FINDINGS
from trampgen.diagnostics import Abort, Report
from trampgen.facts.gather import Facts, gather
from trampgen.model.source import Sources

if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.model.spec import Extern


def run(options: Namespace) -> int:
    """Print what was asked for, or write or check the constants file of it."""
    options.specs += [name for name in options.names if name.endswith(".tramp")]
    options.names = [name for name in options.names if not name.endswith(".tramp")]
    _refuse_clashes(options)
    sources, report = Sources(), Report()
    try:
        facts = gather(Given({}, (), options.asm_offsets, options.elf), sources, report)
        text = (
            _of_specs(options, facts, sources, report) if options.specs else _of_names(options, facts, report)
        )
        report.stop_on_errors()
    except Abort:
        return _told(report, sources, options)
    status = _told(report, sources, options)
    if options.lock is None:
        print(text, end="")
        return status
    return _check(options.lock, text) if options.check else _write(options.lock, text)


def _refuse_clashes(options: Namespace) -> None:
    if options.check and options.lock is None:
        raise Usage("--check says nothing without --lock")
    if options.lock is not None and options.format == "json":
        raise Usage("--lock writes a constants file: --format says nothing about that")
    if options.specs and (options.names or options.function):
        raise Usage("a spec says itself which structs it needs, and from which function: name none")
    if not options.specs and not options.names:
        raise Usage("name a struct, or give a spec that needs some")
    if not options.elf and not options.asm_offsets:
        raise Usage("give an object, a module or a vmlinux: --elf FILE")
    if options.asm_offsets and not options.specs:
        raise Usage("--asm-offsets says nothing without a spec: structs are in the debug info of --elf FILE")


def _told(report: Report, sources: Sources, options: Namespace) -> int:
    """Print findings to standard error; whether there are any."""
    if not report.found:
        return CLEAN
    from trampgen.commands.findings import Findings

    findings = Findings()
    findings.add(report.found, sources.texts)
    findings.show("text", options.colour)
    return FINDINGS


# ---- structs by name -----------------------------------------------------------------------------------


def _of_names(options: Namespace, facts: Facts, report: Report) -> str:
    from trampgen.facts.ask import Asked

    asked = Asked(facts, options.function, report)
    if options.lock is not None:
        from trampgen.facts import lock

        values: dict[str, int] = {}
        for name in options.names:
            values |= asked.values(name)
        report.stop_on_errors()
        return lock.text(values, _command(options), (elf.machine_name for elf in facts.elves))
    if options.format == "json":
        return _json({"structs": [asked.described(name) for name in options.names]})
    return "\n".join(filter(None, (asked.shown(name, options.complete) for name in options.names)))


# ---- what a spec needs ---------------------------------------------------------------------------------


def _of_specs(options: Namespace, facts: Facts, sources: Sources, report: Report) -> str:
    externs: dict[str, Extern] = {}
    for path in dict.fromkeys(options.specs):
        externs |= {extern.name: extern for extern in _externs(path, facts, sources, report)}
    values = {extern.name: extern.value for extern in externs.values() if extern.value is not None}
    left = sorted(name for name in externs if name not in values)
    if options.format == "json":
        return _json({"externs": dict(sorted(values.items())), "symbolic": left})
    from trampgen.facts import lock

    text = lock.text(values, _command(options), (elf.machine_name for elf in facts.elves))
    return text + "".join(f"// {name} is not known: {externs[name].c}\n" for name in left)


def _externs(path: str, facts: Facts, sources: Sources, report: Report) -> tuple[Extern, ...]:
    from trampgen.assemble.process import Worker
    from trampgen.compile import compile_spec

    with Worker() as worker:
        return compile_spec(path, facts.values, sources, report, worker, facts).externs


# ---- what becomes of it --------------------------------------------------------------------------------


def _json(found: object) -> str:
    import json

    return json.dumps(found, indent=2) + "\n"


def _command(options: Namespace) -> str:
    """What makes the file again, without any folder's name in it."""
    import shlex

    words = ["trampgen offsets", *(["--elf FILE"] if options.elf else [])]
    words += ["--asm-offsets asm-offsets.h"] if options.asm_offsets else []
    words += [f"--from {shlex.quote(options.function)}"] if options.function else []
    words += [f"--lock {shlex.quote(os.path.basename(options.lock))}"] if options.lock else []
    names = [*map(os.path.basename, options.specs), *options.names]
    return " ".join([*words, *(shlex.quote(name) for name in dict.fromkeys(names))])


def _write(path: str, text: str) -> int:
    from trampgen.emit.write import locked, write

    folder, name = os.path.split(path)
    try:
        with locked(folder or os.curdir):
            changed = write(folder or os.curdir, {name: text.encode()})
    except OSError as error:
        raise Usage(f"can't write to {error.filename or path}: {error.strerror or error}") from None
    print(f"{'wrote' if changed else 'unchanged'} {path}")
    return CLEAN


def _check(path: str, text: str) -> int:
    from trampgen.emit.stale import differences

    folder, name = os.path.split(path)
    try:
        stale = differences(folder or os.curdir, {name: text.encode()})
    except OSError as error:
        raise Usage(f"can't read {error.filename}: {error.strerror or error}") from None
    print("".join(stale.values()), end="")
    if stale:
        print(f"trampgen: stale: {path}; the same command without --check mends it", file=sys.stderr)
    return FINDINGS if stale else CLEAN
