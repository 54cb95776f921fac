"""Commands and options, nothing else. Exit status: 0 clean, 1 findings, 2 usage or internal error."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib import resources
from typing import TYPE_CHECKING

from trampgen import __version__
from trampgen.emit import KINDS

if TYPE_CHECKING:
    from trampgen.build import Built
    from trampgen.diagnostics import Report
    from trampgen.model.source import Sources

CLEAN, FINDINGS, TROUBLE = 0, 1, 2


class Usage(Exception):
    """Something is wrong with the command line."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: messages quote source text
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.include_dir:
        print(resources.files("trampgen") / "include")
        return CLEAN
    if options.command is None:
        parser.print_help()
        return TROUBLE
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except Usage as error:
        print(f"trampgen: error: {error}", file=sys.stderr)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("trampgen: interrupted", file=sys.stderr)
    except RecursionError:
        print("trampgen: error: an expression or block is nested too deeply", file=sys.stderr)
    except Exception as error:
        if os.environ.get("TRAMPGEN_DEBUG"):
            raise
        kind = type(error).__name__
        print(f"trampgen: internal error: {kind}: {error}", file=sys.stderr)
        print("trampgen: this is a defect of trampgen; TRAMPGEN_DEBUG=1 shows where it is", file=sys.stderr)
    return TROUBLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trampgen",
        description="One specification of a trampoline becomes its bytes, masks, ranges, patcher and recogniser.",
        epilog="exit status: 0 clean, 1 findings, 2 usage or internal error",
    )
    parser.add_argument("--version", action="version", version=f"trampgen {__version__}")
    parser.add_argument(
        "--include-dir",
        action="store_true",
        help="print the folder of trampgen.h, for headers used outside the kernel",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    build = _command(commands, "build", _build, "compile specs to headers, blobs, manifests and listings")
    _spec_options(build)
    build.add_argument(
        "-o", "--output", metavar="DIR", default=".", help="where the outputs go (default: here)"
    )
    build.add_argument(
        "--emit",
        metavar="KIND",
        action="append",
        help=f"what to write, with commas or repeated: {', '.join(KINDS)} (default: header,json,blob)",
    )
    build.add_argument("-W", "--warnings-as-errors", action="store_true", help="a warning stops the build")
    build.add_argument("-q", "--quiet", action="store_true", help="print diagnostics only, no summary")
    lint = _command(commands, "lint", _lint, "check specs without writing anything")
    _spec_options(lint)
    lint.add_argument(
        "--gnu-as",
        metavar="PREFIX",
        help="also compare every word with a GNU assembler, such as powerpc64-linux-gnu-",
    )
    explain = _command(commands, "explain", _explain, "say what a diagnostic means")
    explain.add_argument("code", nargs="?", metavar="CODE", help="all codes without one")
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    help: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help, description=help)
    parser.set_defaults(run=run)
    return parser


def _spec_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("specs", nargs="+", metavar="SPEC")
    parser.add_argument(
        "-D", dest="defines", metavar="NAME=VALUE", action="append", default=[], help="supply an extern const"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how findings are printed")


def _build(options: argparse.Namespace) -> int:
    from trampgen.build import build
    from trampgen.diagnostics import Report
    from trampgen.emit.summary import summary
    from trampgen.emit.write import write
    from trampgen.model.source import Sources

    kinds = _emit(options.emit)
    supplied = _defines(options.defines)
    _distinct(options.specs)
    sources, report = Sources(), Report()
    built = [build(path, supplied, kinds, sources, report) for path in dict.fromkeys(options.specs)]
    _print(report, sources, options.format)
    if report.errors or (options.warnings_as_errors and report.found):
        return FINDINGS
    _known_defines(supplied, built)
    files = _outputs([one for one in built if one], options.output, sources)
    try:
        written = write(options.output, files)
    except OSError as error:
        raise Usage(f"can't write to {options.output}: {error.strerror or error}") from None
    if not options.quiet:
        for one in built:
            assert one is not None
            own = [path for path, name in zip(written, files, strict=True) if name in one.files]
            print(
                summary(one.spec, one.notes, own),
                end="",
                file=sys.stdout if options.format == "text" else sys.stderr,
            )
    return CLEAN


def _lint(options: argparse.Namespace) -> int:
    from trampgen.build import build
    from trampgen.diagnostics import Report
    from trampgen.model.source import Sources

    supplied = _defines(options.defines)
    if options.gnu_as is not None and shutil.which(f"{options.gnu_as}as") is None:
        raise Usage(
            f"--gnu-as {options.gnu_as}: there is no {options.gnu_as}as (PREFIX is what stands before `as`)"
        )
    sources, report = Sources(), Report()
    built = [build(path, supplied, (), sources, report) for path in options.specs]
    for one in built:
        if one is not None and options.gnu_as is not None:
            from trampgen.assemble.second_opinion import compare

            compare(one.spec, options.gnu_as, report)
    _print(report, sources, options.format)
    if None not in built:
        _known_defines(supplied, built)
    return FINDINGS if report.found else CLEAN


def _explain(options: argparse.Namespace) -> int:
    from trampgen.diagnostics.codes import explain, registry
    from trampgen.diagnostics.suggest import did_you_mean

    if options.code is None:
        for code, entry in registry().items():
            print(f"{code:<24} {entry.summary}")
        return CLEAN
    if options.code not in registry():
        raise Usage(f"there is no code `{options.code}`. {did_you_mean(options.code, registry())}".strip())
    print(explain(options.code), end="")
    return CLEAN


def _emit(given: list[str] | None) -> list[str]:
    kinds = [kind for part in given or ["header,json,blob"] for kind in part.split(",") if kind]
    for kind in kinds:
        if kind not in KINDS:
            raise Usage(f"--emit {kind}: known are {', '.join(KINDS)}")
    return kinds


def _defines(given: list[str]) -> dict[str, int]:
    supplied: dict[str, int] = {}
    for define in given:
        name, equals, value = define.partition("=")
        try:
            number = int(value, 0)
        except ValueError:
            number = None
        if not equals or number is None or not name.isidentifier() or not -(1 << 63) <= number < 1 << 64:
            raise Usage(f"-D {define}: expected NAME=NUMBER, a number of 64 bits")
        if supplied.setdefault(name, number) != number:
            raise Usage(f"-D {name} is given twice, as {supplied[name]} and {number}")
    return supplied


def _known_defines(supplied: dict[str, int], built: Sequence[Built | None]) -> None:
    """A -D must name an extern of at least one of the specs."""
    from trampgen.diagnostics.suggest import did_you_mean

    externs = {extern.name for one in built if one for extern in one.spec.externs}
    for name in supplied:
        if name not in externs:
            hint = did_you_mean(name, externs) or f"externs: {', '.join(sorted(externs)) or 'none'}"
            raise Usage(f"-D {name}: no such extern ({hint})")


def _outputs(built: Sequence[Built], folder: str, sources: Sources) -> dict[str, bytes]:
    """Every output by name; none may be another spec's output too, or one of the files just read."""
    inputs = {os.path.realpath(path) for path in sources.texts}
    files: dict[str, bytes] = {}
    for one in built:
        for name, data in one.files.items():
            if name in files:
                raise Usage(f"two specs would write {name}: build them into two folders")
            if os.path.realpath(os.path.join(folder, name)) in inputs:
                raise Usage(f"{name} would overwrite a specification: end its name in .tramp, or use -o")
            files[name] = data
    return files


def _distinct(specs: list[str]) -> None:
    """Outputs are named after the spec: two of one name would overwrite each other."""
    stems: dict[str, str] = {}
    for path in specs:
        stem = os.path.splitext(os.path.basename(path))[0]
        other = stems.setdefault(stem, path)
        if other != path:
            raise Usage(f"{other} and {path} would write the same files")


def _print(report: Report, sources: Sources, form: str) -> None:
    if form == "json":
        from trampgen.diagnostics.json import render as render_json

        print(render_json(report.ordered()), end="")
        return
    from trampgen.diagnostics.text import render

    for diagnostic in report.ordered():
        print(render(diagnostic, sources), file=sys.stderr)
    if report.found:
        errors = len(report.errors)
        warnings = len(report.found) - errors
        print(f"trampgen: {_count(errors, 'error')}, {_count(warnings, 'warning')}", file=sys.stderr)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
