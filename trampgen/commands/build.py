"""`trampgen build`: compile what changed, and only then touch what is on disk.

Nothing heavy is imported until a spec has to be compiled: a build with nothing to do must cost nothing."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping

from trampgen import arguments
from trampgen.arguments import Usage
from trampgen.commands import CLEAN, FINDINGS
from trampgen.incremental import record as records
from trampgen.incremental.tool import identity
from trampgen.resources import digest

TYPE_CHECKING = False  # see cli.py
if TYPE_CHECKING:
    from argparse import Namespace

    from trampgen.build import Files, Product
    from trampgen.incremental.record import Record

STDOUT = "-"


def run(options: Namespace) -> int:
    """Build every spec into one folder, to standard output, or against what is there (--check)."""
    options.kinds = arguments.kinds(options.emit)
    options.given = arguments.given(options)
    options.specs = list(dict.fromkeys(options.specs))
    arguments.jobs(options.jobs, [])  # a mistake in it is one even if there is nothing to do
    _refuse_clashes(options)
    remembers = not (options.check or options.no_record or options.output == STDOUT)
    tool = identity() if remembers else ""
    options.objects = {path: records.digest_of(path) for path in options.given.elf} if remembers else {}
    fresh = _fresh(options, tool) if remembers else {}
    products = _compile(options, [spec for spec in options.specs if spec not in fresh])
    if _failed(options, fresh, products):
        return FINDINGS
    built = {spec: fresh.get(spec) or _record(options, tool, products[spec]) for spec in options.specs}
    if options.given.defines:
        _refuse_unknown_defines(options, built)
    outputs = _outputs(options, built, products)
    if options.check:
        return _check(options, outputs)
    depfile = _depfile(options, built) if options.depfile else b""
    happened: dict[str, str] = {}
    try:
        if options.output == STDOUT:
            _print_one(outputs)
        elif products:
            happened = _store(options, outputs, {spec: built[spec] for spec in products} if remembers else {})
        if options.depfile:
            _write_depfile(options.depfile, depfile)
    except OSError as error:
        raise Usage(f"can't write to {error.filename or options.output}: {error.strerror or error}") from None
    if not options.quiet and options.output != STDOUT:
        _summarize(options, built, products, happened)
    return CLEAN


def _refuse_clashes(options: Namespace) -> None:
    """Outputs are named after the spec: two of one name would overwrite each other."""
    if options.check and options.depfile:
        raise Usage("--check writes nothing: no --depfile either")
    if options.check and options.output == STDOUT:
        raise Usage("--check compares with files: -o - names none")
    if options.format == "json" and options.output == STDOUT:
        raise Usage("-o - prints an output where --format json prints there too: choose one")
    if options.depfile and options.output == STDOUT and not options.depfile_target:
        raise Usage("--depfile with -o - needs --depfile-target: there is no output to name")
    if options.depfile_target and not options.depfile:
        raise Usage("--depfile-target says nothing without --depfile")
    stems: dict[str, str] = {}
    for path in options.specs:
        other = stems.setdefault(records.name_of(path), path)
        if other != path:
            raise Usage(f"{other} and {path} would write the same files")


# ---- what there is to do -------------------------------------------------------------------------------


def _fresh(options: Namespace, tool: str) -> dict[str, Record]:
    """The specs whose last build still stands, with its record."""
    found: dict[str, Record] = {}
    for spec in options.specs:
        known = records.load(options.output, spec)
        if known is None or not known.outputs.keys() >= set(options.kinds):
            continue
        known = known.only(options.kinds)
        if options.warnings_as_errors and known.findings:
            continue
        given = options.given
        if known.fits(tool, spec, given.defines, given.files, options.objects, options.output):
            found[spec] = known
    return found


def _compile(options: Namespace, specs: list[str]) -> dict[str, Product]:
    if not specs:
        return {}
    from trampgen.assemble.process import Unusable, Worker
    from trampgen.collector import uncollected

    jobs = arguments.jobs(options.jobs, specs)
    with Worker() as worker:
        if jobs == 1 or len(specs) == 1:
            with contextlib.suppress(Unusable):  # said later, at a place in the spec
                worker.start()  # Keystone loads while the compiler does
        with uncollected():
            from trampgen.build import Request
            from trampgen.jobs import build_all
            from trampgen.progress import Progress

        requests = [Request(spec, options.given, options.kinds) for spec in specs]
        progress = Progress(len(specs), sys.stderr, options.format == "text" and not options.quiet)
        products = build_all(requests, worker, jobs, progress.done)
        progress.clear()
    return dict(zip(specs, products, strict=True))


def _failed(options: Namespace, fresh: Mapping[str, Record], products: Mapping[str, Product]) -> bool:
    """Print what was found, now or when a spec was last compiled; whether that ends the build."""
    recalled = any(known.findings for known in fresh.values())
    if options.format == "text" and not recalled and not any(p.findings for p in products.values()):
        return False
    from trampgen.commands.findings import Findings

    findings = Findings()
    for spec in options.specs:
        if spec in fresh:
            findings.recall(fresh[spec])
        else:
            findings.add(products[spec].findings, products[spec].texts)
    findings.show(options.format, options.colour)
    return bool(findings.report.errors or (options.warnings_as_errors and findings.report.found))


def _record(options: Namespace, tool: str, product: Product) -> Record:
    assert product.files is not None
    encoded = []
    if product.findings:
        from trampgen.diagnostics.json import encode

        encoded = [encode(diagnostic) for diagnostic in product.findings]
    return records.Record(
        tool,
        options.given.defines,
        options.given.files,
        product.externs,
        {path: digest(text.encode()) for path, text in product.texts.items()},
        options.objects,
        {kind: {n: digest(d) for n, d in made.items()} for kind, made in product.files.items()},
        encoded,
    )


def _refuse_unknown_defines(options: Namespace, built: Mapping[str, Record]) -> None:
    externs = {name for known in built.values() for name in known.externs}
    defines = options.given.defines
    if not defines.keys() <= externs:
        from trampgen.commands.findings import refuse_unknown_defines

        refuse_unknown_defines(defines, externs)


def _outputs(
    options: Namespace, built: Mapping[str, Record], products: Mapping[str, Product]
) -> dict[str, bytes]:
    """Every new output by name; none may be another spec's output too, or one of the files just read."""
    inputs = {os.path.realpath(path) for known in built.values() for path in (*known.inputs, *known.objects)}
    owner: dict[str, str] = {}
    for spec, known in built.items():
        for name in known.names():
            if owner.setdefault(name, spec) != spec:
                raise Usage(f"two specs would write {name}: build them into two folders")
            if options.output != STDOUT and os.path.realpath(os.path.join(options.output, name)) in inputs:
                raise Usage(
                    f"{name} would overwrite what was read: end the name of a specification in .tramp, or use -o"
                )
    taken = inputs | {os.path.realpath(os.path.join(options.output, name)) for name in owner}
    if options.depfile and os.path.realpath(options.depfile) in taken:
        raise Usage(f"--depfile {options.depfile} would overwrite a specification or an output")
    return {name: data for product in products.values() for name, data in _flat(product.files).items()}


def _flat(files: Files | None) -> dict[str, bytes]:
    return {name: data for made in (files or {}).values() for name, data in made.items()}


# ---- what becomes of the outputs -----------------------------------------------------------------------


def _print_one(outputs: Mapping[str, bytes]) -> None:
    if len(outputs) != 1:
        these = ", ".join(outputs) or "none"
        raise Usage(f"-o - writes one output, and these are {len(outputs)}: {these} (--emit chooses)")
    [data] = outputs.values()
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def _check(options: Namespace, outputs: Mapping[str, bytes]) -> int:
    from trampgen.emit.stale import differences

    try:
        stale = differences(options.output, outputs)
    except OSError as error:
        raise Usage(f"can't read {error.filename}: {error.strerror or error}") from None
    for diff in stale.values():
        print(diff, end="")
    if stale:
        print(
            f"trampgen: stale: {', '.join(stale)}; the same command without --check mends it", file=sys.stderr
        )
    elif not options.quiet:
        print(f"trampgen: {_are(len(outputs))} up to date", file=sys.stderr)
    return FINDINGS if stale else CLEAN


def _store(options: Namespace, outputs: Mapping[str, bytes], kept: Mapping[str, Record]) -> dict[str, str]:
    from trampgen.incremental.store import store

    return store(options.output, outputs, kept)


def _depfile(options: Namespace, built: Mapping[str, Record]) -> bytes:
    from trampgen.emit.depfile import rule, unreadable

    rules = []
    for spec, known in built.items():
        outputs = [os.path.join(options.output, name) for name in known.names()]
        targets = [options.depfile_target] if options.depfile_target else outputs
        inputs = dict.fromkeys(
            [spec, *known.inputs, *options.given.elf]
        )  # constants files are read before the spec
        for path in (*targets, *inputs):
            if unreadable(path):
                raise Usage(f"--depfile: make has no way to write the file name {path!r}")
        rules.append(rule(targets, inputs))
    return "\n".join(rules).encode()


def _write_depfile(path: str, text: bytes) -> None:
    from trampgen.emit.write import locked, write

    folder, name = os.path.split(path)
    with locked(folder or os.curdir):
        write(folder or os.curdir, {name: text})


def _summarize(
    options: Namespace,
    built: Mapping[str, Record],
    products: Mapping[str, Product],
    happened: Mapping[str, str],
) -> None:
    stream = sys.stdout if options.format == "text" else sys.stderr
    for spec, known in built.items():
        if spec in products:
            print(products[spec].summary, end="", file=stream)
            for name in _flat(products[spec].files):
                print(
                    f"  {happened.get(name, 'unchanged')} {os.path.join(options.output, name)}", file=stream
                )
        else:
            print(f"{spec}: nothing to do, {_are(len(known.names()))} up to date", file=stream)
    for name in happened:
        if happened[name] == "removed":
            print(f"  removed {os.path.join(options.output, name)}, which is no longer made", file=stream)


def _are(count: int) -> str:
    return "1 output is" if count == 1 else f"{count} outputs are"
